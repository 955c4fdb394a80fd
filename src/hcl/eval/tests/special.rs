//! What is known without providers, and files in other syntaxes.

use super::{evaluated, files, listed, shown, told, why};
use crate::hcl::eval::{Root, expression};

#[test]
fn local_files_are_read() {
    let main = r#"
data "local_file" "policy" { filename = "${path.module}/policy.txt" }
data "local_file" "gone" { filename = "gone.txt" }
resource "local_file" "out" {
  content = "version: STSv1\n"
  filename = "out.txt"
}
data "archive_file" "zip" {
  type = "zip"
  source_file = "policy.txt"
  output_path = "x.zip"
}
data "cloudflare_zone" "exact" { filter = { name = "example.com" } }
data "cloudflare_zone" "like" { filter = { name = "contains:example" } }
data "cloudflare_zone" "block" {
  filter { name = "example.net" }
}
data "null_data_source" "n" { inputs = { a = "b" } }
resource "aws_s3_bucket" "b" { bucket = "mta-sts.example.com" }
"#;
    let files = files(&[("main.tf", main), ("policy.txt", "version: STSv1\n")]);
    let told = |text: &str| match expression(text, &Root::default(), &files) {
        Ok(value) => shown(&value),
        Err(message) => format!("refused: {message}"),
    };
    let table = [
        ("data.local_file.policy.content", r#""version: STSv1\n""#),
        ("data.local_file.policy.content_md5 == md5(data.local_file.policy.content)", "true"),
        ("data.local_file.policy.filename", r#""./policy.txt""#),
        ("data.local_file.gone.content", "?"),
        ("local_file.out.content_sha256 == sha256(data.local_file.policy.content)", "true"),
        ("local_file.out.id", "<local_file.out.id>"),
        ("data.archive_file.zip.output_base64sha256", "<data.archive_file.zip.output_base64sha256>"),
        ("data.cloudflare_zone.exact.name", r#""example.com""#),
        ("data.cloudflare_zone.block.name", r#""example.net""#),
        ("data.cloudflare_zone.like.name", "<data.cloudflare_zone.like.name>"),
        ("data.null_data_source.n.outputs.a", r#""b""#),
        ("aws_s3_bucket.b.id", r#""mta-sts.example.com""#),
    ];
    for (text, value) in table {
        assert_eq!(told(text), value, "{text}");
    }
    let Ok(crate::hcl::value::Value::Unknown(zip)) =
        expression("data.archive_file.zip.output_sha", &Root::default(), &files)
    else {
        panic!("it is known")
    };
    let from: Vec<_> = zip.made.iter().flat_map(|made| made.from.iter()).map(|place| files.slice(*place)).collect();
    assert!(from.contains(&"version: STSv1\n".to_owned()), "{from:?}");
    assert_eq!(zip.shape, Some(crate::hcl::value::Shape::Hex(40)));
}

#[test]
fn json_has_blocks_too() {
    let main = r#"{
  "variable": { "unset": {} },
  "locals": { "mx": ["a.example", "b.example"] },
  "resource": {
    "dns_mx_record_set": {
      "apex": {
        "zone": "example.net.",
        "dynamic": { "mx": { "for_each": "${local.mx}", "content": { "exchange": "${mx.value}.", "preference": "${mx.key}" } } }
      },
      "unknown": {
        "count": 1,
        "dynamic": { "mx": [{ "for_each": "${var.unset}", "iterator": "it", "content": { "exchange": "${it.value}" } }] }
      }
    }
  }
}"#;
    assert_eq!(
        listed(&evaluated(&files(&[("main.tf.json", main)]))),
        [
            concat!(
                r#"dns_mx_record_set.apex {"mx":[{"exchange":"a.example.","preference":0},"#,
                r#"{"exchange":"b.example.","preference":1}],"zone":"example.net."}"#
            ),
            r#"dns_mx_record_set.unknown[0] {"mx":?}"#,
        ]
    );
}

#[test]
fn what_a_broken_file_may_declare_is_not_undeclared() {
    let good = "resource \"a_b\" \"x\" {\n a = var.elsewhere\n b = local.nope\n c = c_d.x.y\n}\n";
    let all = evaluated(&files(&[("broken.tf", "variable \"elsewhere\" {"), ("main.tf", good)]));
    assert_eq!(all.errors.len(), 1);
    assert_eq!(listed(&all), [r#"a_b.x {"a":?,"b":?,"c":?}"#]);
    assert_eq!(
        &*why(&all.resources[0].body),
        "the variable `elsewhere` is not declared in the files of the module that can be read"
    );
}

#[test]
fn reasons_name_what_is_asked_for() {
    let main = "data \"terraform_remote_state\" \"s\" {}\n";
    let files = files(&[("main.tf", main)]);
    let value = expression("data.terraform_remote_state.s.outputs.zone[\"id\"]", &Root::default(), &files).unwrap();
    assert_eq!(
        &*why(&value),
        "`data.terraform_remote_state.s.outputs.zone.id` is known only when `data.terraform_remote_state.s` reads another state"
    );
    assert_eq!(told("", "terraform.workspace"), "<terraform.workspace>");
    let at = Root { workspace: Some("prod".into()), ..Root::default() };
    assert_eq!(shown(&expression("terraform.workspace", &at, &files).unwrap()), r#""prod""#);
}
