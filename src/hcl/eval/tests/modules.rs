//! Modules: what they are given, what they give out, and the way that values take through them.

use super::{evaluated, files, listed, shown};
use crate::hcl::eval::{Root, root};

const CHILD: &str = r#"
variable "domain" { type = string }
variable "mode" {
  type = string
  default = "testing"
  nullable = false
}
variable "mx" { default = [] }
resource "a_record" "x" {
  name = "_mta-sts.${var.domain}"
  mode = var.mode
  mx = var.mx
  path = path.module
}
output "name" { value = a_record.x.name }
output "id" { value = a_record.x.id }
"#;

#[test]
fn modules_are_called_with_values() {
    let main = r#"
variable "unset" {}
locals { domains = { "a.example" = { mode = "enforce" }, "b.example" = {} } }
module "one" {
  source = "./modules/child"
  domain = "one.example"
  mode = null
}
module "each" {
  source = "./modules/child"
  for_each = local.domains
  domain = each.key
  mode = lookup(each.value, "mode", null)
}
module "maybe" {
  source = "./modules/child"
  count = var.unset ? 1 : 0
  domain = "maybe.example"
}
module "none" {
  source = "./modules/child"
  count = 0
  domain = "none.example"
}
module "lacks" {
  source = "./modules/child"
}
resource "a_out" "x" {
  one = module.one.name
  id = module.one.id
  each = { for key, it in module.each : key => it.name }
  key = module.each["a.example"].id
  maybe = module.maybe[0].name
  whole = module.one
  nope = try(module.one.nope, "caught")
}
"#;
    let files = files(&[("main.tf", main), ("modules/child/main.tf", CHILD)]);
    let found = listed(&evaluated(&files));
    assert_eq!(
        found,
        [
            concat!(
                r#"a_out.x {"each":{"a.example":"_mta-sts.a.example","b.example":"_mta-sts.b.example"},"#,
                r#""id":<module.one.a_record.x.id>,"key":<module.each["a.example"].a_record.x.id>,"#,
                r#""maybe":"_mta-sts.maybe.example","nope":"caught","one":"_mta-sts.one.example","whole":{"id":<module.one.a_record.x.id>,"name":"_mta-sts.one.example"}}"#
            ),
            r#"module.one.a_record.x {"mode":"testing","mx":[],"name":"_mta-sts.one.example","path":"modules/child"}"#,
            r#"module.each["a.example"].a_record.x {"mode":"enforce","mx":[],"name":"_mta-sts.a.example","path":"modules/child"}"#,
            r#"module.each["b.example"].a_record.x {"mode":"testing","mx":[],"name":"_mta-sts.b.example","path":"modules/child"}"#,
            r#"? module.maybe[0].a_record.x {"mode":"testing","mx":[],"name":"_mta-sts.maybe.example","path":"modules/child"}"#,
            r#"module.lacks.a_record.x {"mode":"testing","mx":[],"name":"_mta-sts.${…}","path":"modules/child"}"#,
        ]
    );
}

#[test]
fn the_way_of_a_value_leads_to_its_literal() {
    let main = r#"
locals { mode = "enforce" }
module "a" {
  source = "./a"
  mode = local.mode
}
"#;
    let a = r#"
variable "mode" {}
module "b" {
  source = "../b"
  mode = var.mode
}
output "out" { value = module.b.out }
"#;
    let b = r#"
variable "mode" {}
resource "a_record" "x" { content = "mode: ${var.mode}" }
output "out" { value = a_record.x.content }
"#;
    let files = files(&[("main.tf", main), ("a/main.tf", a), ("b/main.tf", b)]);
    let all = evaluated(&files);
    let [record] = all.resources.as_slice() else { panic!("{:?}", listed(&all)) };
    assert_eq!(&*record.address, "module.a.module.b.a_record.x");
    assert_eq!(&*record.module, "module.a.module.b");
    let ways: Vec<_> = record.way.iter().map(|step| (&*step.what, files.path(step.place.file))).collect();
    assert_eq!(
        ways,
        [("in the module called here as `b`", "a/main.tf"), ("in the module called here as `a`", "main.tf")]
    );
    let text = record.body.get("content").unwrap().as_text().unwrap();
    let enforce = text.stretches().last().unwrap();
    assert_eq!(files.path(enforce.source.file), "main.tf");
    assert_eq!(files.slice(enforce.source), "enforce");
    let steps = enforce.note.unwrap().way.iter().map(|step| format!("{} {}", step.what, files.slice(step.place)));
    assert_eq!(
        steps.collect::<Vec<_>>(),
        [
            "through the local value `mode` local.mode",
            "through the variable `mode` var.mode",
            "through the variable `mode` var.mode"
        ]
    );
    assert_eq!(all.files.len(), 3);
}

#[test]
fn modules_that_are_not_here() {
    let main = r#"
module "registry" {
  source = "terraform-aws-modules/route53/aws"
  version = "~> 2.0"
  zone = "example.com"
}
module "each" {
  source = "git::https://git.example.com/x.git"
  for_each = toset(["a", "b"])
  domain = each.key
}
resource "a_out" "x" {
  a = module.registry.zone.id
  b = module.each["a"].id
}
"#;
    let all = evaluated(&files(&[("main.tf", main)]));
    assert_eq!(listed(&all), [r#"a_out.x {"a":<module.registry.zone.id>,"b":<module.each["a"].id>}"#]);
    let opaque: Vec<_> =
        all.opaque.iter().map(|it| format!("{} {} {}", it.address, it.source, shown(&it.inputs))).collect();
    assert_eq!(
        opaque,
        [
            r#"module.registry terraform-aws-modules/route53/aws {"zone":"example.com"}"#,
            r#"module.each["a"] git::https://git.example.com/x.git {"domain":"a"}"#,
            r#"module.each["b"] git::https://git.example.com/x.git {"domain":"b"}"#,
        ]
    );
}

#[test]
fn a_module_that_calls_itself_is_found() {
    let main = "module \"a\" {\n source = \"./a\"\n}\n";
    let a = "module \"again\" {\n source = \"../a\"\n}\nresource \"a_b\" \"x\" {}\n";
    let all = evaluated(&files(&[("main.tf", main), ("a/main.tf", a)]));
    assert_eq!(listed(&all), ["module.a.a_b.x {}"]);
    assert_eq!(&*all.opaque[0].reason.why, "Terraform would refuse this: the module calls itself");
}

#[test]
fn what_is_not_wanted_is_not_evaluated() {
    let main = "resource \"a_b\" \"x\" {}\nmodule \"m\" {\n source = \"./m\"\n}\n";
    let m = "resource \"c_d\" \"x\" {}\n";
    let files = files(&[("infra/main.tf", main), ("infra/m/main.tf", m)]);
    let at = Root { directory: "infra".into(), ..Root::default() };
    let kinds = |wanted: &str| listed(&root(&at, &files, &|kind: &str| kind == wanted));
    assert_eq!(kinds("a_b"), ["a_b.x {}"]);
    assert_eq!(kinds("c_d"), ["module.m.c_d.x {}"]);
}

#[test]
fn variables_take_their_types() {
    let main = r#"
variable "o" {
  type = map(object({
    mode = optional(string, "testing")
    age  = optional(number, 86400)
    mx   = optional(list(string), [])
    deep = optional(object({ x = optional(string, "dx") }), {})
    none = optional(string)
  }))
  default = {}
}
variable "s" { type = set(string) }
variable "n" { type = string }
variable "l" {}
resource "a_b" "x" {
  o = var.o
  s = var.s
  n = var.n
  l = var.l
}
"#;
    let values = "o = { a = { age = \"1\" }, b = { mode = null, mx = [1] } }\ns = [\"b\", \"a\", \"b\"]\nn = 604800\n";
    let auto = "l = true\n";
    let files = files(&[("main.tf", main), ("terraform.tfvars", values), ("x.auto.tfvars", auto)]);
    assert_eq!(
        listed(&evaluated(&files)),
        [concat!(
            r#"a_b.x {"l":true,"n":"604800","o":{"#,
            r#""a":{"age":1,"deep":{"x":"dx"},"mode":"testing","mx":[],"none":null},"#,
            r#""b":{"age":86400,"deep":{"x":"dx"},"mode":"testing","mx":["1"],"none":null}},"s":["a","b"]}"#
        )]
    );
}

#[test]
fn template_files() {
    let main = r#"
variable "unset" {}
locals {
  policy = templatefile("${path.module}/policy.tftpl", { mode = "enforce", mx = ["a.example"] })
  unknown = templatefile("${path.module}/policy.tftpl", { mode = var.unset, mx = var.unset })
  lacks = try(templatefile("policy.tftpl", { mode = "enforce" }), "caught")
  missing = templatefile("nope.tftpl", {})
  outside = templatefile("../x.tftpl", {})
  which = templatefile("${var.unset}.tftpl", {})
}
resource "a_b" "x" {
  policy = local.policy
  unknown = local.unknown
  lacks = local.lacks
  missing = local.missing
  outside = local.outside
  which = local.which
}
"#;
    let template = "\u{feff}version: STSv1\nmode: ${mode}\n%{ for host in mx ~}\nmx: ${host}\n%{ endfor ~}\n";
    let files = files(&[("main.tf", main), ("policy.tftpl", template)]);
    let all = evaluated(&files);
    let policy = all.resources[0].body.get("policy").unwrap().as_text().unwrap().clone();
    assert_eq!(policy.text(), "version: STSv1\nmode: enforce\nmx: a.example\n");
    let stretches: Vec<_> =
        policy.stretches().map(|it| (files.path(it.source.file).to_owned(), files.slice(it.source))).collect();
    assert_eq!(stretches[0], ("policy.tftpl".to_owned(), "version: STSv1\nmode: ".to_owned()));
    assert_eq!(stretches[1], ("main.tf".to_owned(), "enforce".to_owned()));
    let step = &policy.stretches().next().unwrap().note.unwrap().way[0];
    assert_eq!(&*step.what, "through the template `policy.tftpl`");
    let body = shown(&all.resources[0].body);
    assert!(body.contains(r#""lacks":"caught""#), "{body}");
    assert!(body.contains(r#""missing":?,"outside":?"#), "{body}");
    assert!(body.contains(r#""unknown":"version: STSv1\nmode: ${…}\n${…}","which":?"#), "{body}");
}
