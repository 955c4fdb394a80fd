//! Resources: how many there are, what they say, and what others may know of them.

use super::{evaluated, files, listed, shown, told, why};
use crate::text::Maker;

/// The resources of a `main.tf`, a line each.
fn resources(main: &str) -> Vec<String> {
    listed(&evaluated(&files(&[("main.tf", main)])))
}

#[test]
fn count_and_for_each() {
    let main = r#"
variable "unset" {}
resource "a_none" "x" { count = 0 }
resource "a_two" "x" {
  count = 2
  name = "n${count.index}"
}
resource "a_set" "x" {
  for_each = toset(["b", "a"])
  name = "${each.key}=${each.value}"
}
resource "a_map" "x" {
  for_each = { k = { v = 1 }, l = { v = var.unset } }
  key = each.key
  value = each.value.v
}
resource "a_unknown" "x" {
  for_each = var.unset
  fixed = 1
  name = each.key
}
resource "a_unknown_count" "x" {
  count = var.unset
  name = count.index
}
resource "a_maybe" "x" {
  count = var.unset ? 1 : 0
  name = count.index
}
resource "a_maybe_not" "x" {
  for_each = var.unset == "" ? {} : { a = 1 }
  name = each.key
}
resource "a_half" "x" {
  for_each = toset(["a", var.unset])
  name = each.key
}
locals {
  how_many = var.unset ? 1 : 0
  circle = local.circle
}
resource "a_local" "x" { count = local.how_many }
resource "a_circle" "x" { count = local.circle }
resource "a_off" "x" {
  lifecycle { enabled = false }
}
resource "a_on" "x" {
  name = "on"
  lifecycle { enabled = var.unset }
}
resource "a_sees" "x" { name = a_on.x.name }
resource "a_wrong" "x" {
  for_each = ["a"]
  name = each.key
}
resource "a_wrong_count" "x" { count = -1 }
resource "a_null_count" "x" { count = null }
"#;
    let found = resources(main);
    assert_eq!(
        found,
        [
            r#"a_two.x[0] {"name":"n0"}"#,
            r#"a_two.x[1] {"name":"n1"}"#,
            r#"a_set.x["a"] {"name":"a=a"}"#,
            r#"a_set.x["b"] {"name":"b=b"}"#,
            r#"a_map.x["k"] {"key":"k","value":1}"#,
            r#"a_map.x["l"] {"key":"l","value":<var.unset>}"#,
            r#"? a_unknown.x {"fixed":1,"name":?}"#,
            "? a_unknown_count.x {\"name\":?}",
            "? a_maybe.x[0] {\"name\":0}",
            r#"? a_maybe_not.x["a"] {"name":"a"}"#,
            r#"a_half.x["a"] {"name":"a"}"#,
            r#"? a_half.x {"name":?}"#,
            "? a_local.x[0] {}",
            "? a_circle.x {}",
            r#"? a_on.x {"name":"on"}"#,
            r#"a_sees.x {"name":"on"}"#,
            "? a_wrong.x {\"name\":?}",
            "? a_wrong_count.x {}",
            "? a_null_count.x {}",
        ]
    );
}

#[test]
fn blocks_are_lists_and_what_is_null_is_not_set() {
    let main = r#"
variable "unset" {}
resource "a_b" "x" {
  provider = aws.other
  unset = null
  set = 1
  one { a = 1 }
  many { a = 1 }
  many {
    a = 2
    inner { b = null }
  }
  dynamic "made" {
    for_each = { k = 1, l = 2 }
    iterator = it
    labels = ["x"]
    content {
      key = it.key
      dynamic "inner" {
        for_each = [it.value, 7]
        content { value = inner.value + inner.key }
      }
    }
  }
  dynamic "none" {
    for_each = []
    content {}
  }
  dynamic "unknown" {
    for_each = var.unset
    content {}
  }
  dynamic "refused" {
    for_each = null
    content {}
  }
  lifecycle { ignore_changes = [set] }
  provisioner "local-exec" { command = self.x }
  depends_on = [a_b.y]
}
"#;
    assert_eq!(
        resources(main),
        [concat!(
            r#"a_b.x {"made":[{"inner":[{"value":1},{"value":8}],"key":"k"},{"inner":[{"value":2},{"value":8}],"key":"l"}],"#,
            r#""many":[{"a":1},{"a":2,"inner":[{}]}],"one":[{"a":1}],"refused":?,"set":1,"unknown":?}"#
        )]
    );
}

const REFERRED: &str = r#"
variable "unset" {}
resource "aws_route53_zone" "main" { name = "example.com." }
resource "aws_route53_zone" "each" {
  for_each = toset(["a.example", "b.example"])
  name = each.key
}
resource "aws_route53_zone" "maybe" {
  count = var.unset ? 1 : 0
  name = "maybe.example"
}
resource "aws_route53_zone" "any" {
  for_each = var.unset
  name = each.key
  comment = "fixed"
}
resource "aws_x" "blocks" {
  filter = { name = "n" }
  origin {
    domain = "d"
  }
  count = 1
}
data "aws_route53_zone" "data" { name = "data.example." }
data "cloudflare_zones" "data" { name = "data.example" }
resource "terraform_data" "kept" { input = { a = "kept" } }
resource "a_circle" "x" { a = a_circle.x.a }
resource "a_through" "x" { a = a_through.x.b, b = 1 }
data "template_file" "t" {
  template = "a=$${a}"
  vars = { a = 1 }
}
data "terraform_remote_state" "s" {}
"#;

#[test]
fn references_to_resources() {
    let main = REFERRED.replace("{ a = a_through.x.b, b = 1 }", "{\n a = a_through.x.b\n b = 1\n}");
    let table = [
        ("aws_route53_zone.main.name", r#""example.com""#),
        ("aws_route53_zone.main.zone_id", "<aws_route53_zone.main.zone_id>"),
        ("aws_route53_zone.main[\"zone_id\"]", "<aws_route53_zone.main.zone_id>"),
        ("aws_route53_zone.main", "<aws_route53_zone.main>"),
        ("resource.aws_route53_zone.main.name", r#""example.com""#),
        ("aws_route53_zone.each[\"a.example\"].name", r#""a.example""#),
        ("aws_route53_zone.each[\"a.example\"].id", r#"<aws_route53_zone.each["a.example"].id>"#),
        ("aws_route53_zone.each[\"c.example\"].id", "refused: there is no attribute or element `c.example`"),
        ("{ for k, z in aws_route53_zone.each : k => z.name }", r#"{"a.example":"a.example","b.example":"b.example"}"#),
        ("[for z in aws_route53_zone.each : z.id][0]", r#"<aws_route53_zone.each["a.example"].id>"#),
        ("keys(aws_route53_zone.each)", r#"["a.example","b.example"]"#),
        ("aws_route53_zone.main[*].name", r#"["example.com"]"#),
        ("aws_route53_zone.maybe[0].name", r#""maybe.example""#),
        ("aws_route53_zone.maybe[0].id", "<aws_route53_zone.maybe[0].id>"),
        ("aws_route53_zone.maybe[1].id", "refused: there is no such instance"),
        ("try(aws_route53_zone.maybe[0].name, \"x\")", "?"),
        ("aws_route53_zone.maybe[*].id", "?"),
        ("aws_route53_zone.any[\"k\"].comment", r#""fixed""#),
        ("aws_route53_zone.any[\"k\"].name", "?"),
        ("aws_route53_zone.any[\"k\"].id", r#"<aws_route53_zone.any["k"].id>"#),
        ("aws_x.blocks[0].filter.name", r#""n""#),
        ("aws_x.blocks[0].filter.other", "<aws_x.blocks[0].filter.other>"),
        ("aws_x.blocks[0].origin[0].domain", r#""d""#),
        ("aws_x.blocks[0].origin[0].id", "<aws_x.blocks[0].origin[0].id>"),
        ("aws_x.blocks[1].id", "refused: there is no element 1: there are 1"),
        ("aws_x.nope.id", "refused: the resource `aws_x.nope` is not declared"),
        ("try(aws_x.nope.id, 1)", "refused: the resource `aws_x.nope` is not declared"),
        ("data.aws_route53_zone.data.name", r#""data.example""#),
        ("data.aws_route53_zone.data.zone_id", "<data.aws_route53_zone.data.zone_id>"),
        ("data.cloudflare_zones.data.zones[0].id", "<data.cloudflare_zones.data.zones[0].id>"),
        ("lookup(data.cloudflare_zones.data.zones[0], \"id\")", "<data.cloudflare_zones.data.zones[0].id>"),
        ("terraform_data.kept.output.a", r#""kept""#),
        ("a_circle.x.a", "refused: `a_circle.x.a` refers to itself: `a_circle.x.a` refers to `a_circle.x.a`"),
        ("a_through.x.a", "1"),
        ("data.template_file.t.rendered", r#""a=1""#),
        ("data.terraform_remote_state.s.outputs.x.y", "<data.terraform_remote_state.s.outputs.x.y>"),
    ];
    for (text, value) in table {
        assert_eq!(told(&main, text), value, "{text}");
    }
}

#[test]
fn what_makes_a_value() {
    let main = r#"
locals { policy = "version: STSv1" }
resource "random_id" "id" {
  byte_length = 8
  keepers = { policy = local.policy }
}
resource "random_id" "prefixed" {
  byte_length = 2
  prefix = "p"
}
resource "time_static" "at" { triggers = { policy = local.policy } }
resource "aws_s3_object" "policy" {
  bucket = "b"
  content = local.policy
}
resource "null_resource" "n" { triggers = { a = local.policy } }
resource "time_static" "replaced" {
  lifecycle { replace_triggered_by = [aws_s3_object.policy] }
}
resource "kubernetes_config_map" "c" {
  metadata { name = "n" }
}
resource "a_record" "x" {
  replaced = time_static.replaced.unix
  version = kubernetes_config_map.c.metadata[0].resource_version
  hex = random_id.id.hex
  prefixed = random_id.prefixed.hex
  time = time_static.at.unix
  etag = aws_s3_object.policy.etag
  null = null_resource.n.id
  plain = aws_s3_object.policy.arn
  text = "id=${random_id.id.hex}"
}
"#;
    let files = files(&[("main.tf", main)]);
    let all = evaluated(&files);
    let record = all.resources.iter().find(|it| &*it.kind == "a_record").unwrap();
    let made = |name: &str| match record.body.get(name) {
        Some(crate::hcl::value::Value::Unknown(unknown)) => unknown.made.clone(),
        _ => None,
    };
    let from = |name: &str| made(name).unwrap().from.iter().map(|place| files.slice(*place)).collect::<Vec<_>>();
    assert_eq!(made("hex").unwrap().by, Maker::Keeper("random_id".into()));
    assert_eq!(from("hex"), ["version: STSv1"]);
    assert_eq!(from("time"), ["version: STSv1"]);
    assert_eq!(made("null").unwrap().by, Maker::Keeper("null_resource".into()));
    assert_eq!(made("etag").unwrap().by, Maker::Computed("aws_s3_object".into()));
    assert_eq!(from("etag"), ["version: STSv1", "b"]);
    assert_eq!(made("plain"), None);
    assert_eq!(from("replaced"), ["version: STSv1", "b"]);
    assert_eq!(made("version").unwrap().by, Maker::Computed("kubernetes_config_map".into()));
    let text = record.body.get("text").unwrap().as_text().unwrap();
    assert_eq!(text.bytes().len(), 3 + 16);
    assert!(text.is_wholly_certain());
    assert_eq!(shown(record.body.get("prefixed").unwrap()), r#""p${…}""#);
    assert_eq!(
        &*why(record.body.get("plain").unwrap()),
        "`aws_s3_object.policy.arn` is known only after it is applied"
    );
}
