//! Configurations for Terraform, octoDNS and clusters that mean harm.

use std::fmt::Write;

use super::{run, write};

const SECRET: &str = "version: STSv1 SECRET\n";

/// A zone and a record, and what is under test.
fn root_module(rest: &str) -> String {
    format!(
        "resource \"aws_route53_zone\" \"z\" {{\n  name = \"example.com\"\n}}\n\n\
         resource \"aws_route53_record\" \"sts\" {{\n  zone_id = aws_route53_zone.z.zone_id\n  name = \"_mta-sts\"\n  \
         type = \"TXT\"\n  ttl = 300\n  records = [\"v=STSv1; id=1\"]\n}}\n\n{rest}"
    )
}

fn policy(content: &str) -> String {
    format!(
        "resource \"aws_s3_object\" \"policy\" {{\n  bucket = \"mta-sts.example.com\"\n  key = \".well-known/mta-sts.txt\"\n  \
         content_type = \"text/plain\"\n  content = {content}\n}}\n"
    )
}

#[test]
fn nothing_outside_is_read() {
    let outside = tempfile::tempdir().unwrap();
    let secret = outside.path().join("secret.txt");
    std::fs::write(&secret, SECRET).unwrap();
    write(outside.path(), "module/main.tf", policy(&format!("{SECRET:?}")));
    let root = outside.path().join("repo");
    let path = secret.to_str().unwrap();
    for reads in [
        policy(&format!("file({path:?})")),
        policy("file(\"../secret.txt\")"),
        policy("file(\"${path.module}/../secret.txt\")"),
        policy("file(\"sub/../../secret.txt\")"),
        policy("file(\"link.txt\")"),
        policy(&format!("templatefile({path:?}, {{}})")),
        policy("try(file(\"../secret.txt\"), \"version: STSv1\")"),
        policy("jsonencode(fileset(\"..\", \"*\"))"),
        policy("null").replace("content = null", "source = \"../secret.txt\""),
        "module \"m\" {\n  source = \"../module\"\n}\n".to_owned(),
        format!("module \"m\" {{\n  source = {:?}\n}}\n", outside.path().join("module").to_str().unwrap()),
    ] {
        std::fs::remove_dir_all(&root).ok();
        write(&root, "main.tf", root_module(&reads));
        std::os::unix::fs::symlink(&secret, root.join("link.txt")).unwrap();
        for arguments in [&["lint"][..], &["show", "--format", "json"]] {
            let output = run(&root, arguments);
            let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
            assert!(!said.contains("SECRET"), "{reads}: {said}");
            assert!(matches!(output.status.code(), Some(0 | 1)), "{reads}: {said}");
        }
    }
}

#[test]
fn circles_and_towers_end() {
    let deep = |open: &str, close: &str| policy(&format!("{}1{}", open.repeat(10_000), close.repeat(10_000)));
    let mut doubled = "locals {\n  a0 = [\"x\", \"x\"]\n".to_owned();
    for at in 0..60 {
        writeln!(doubled, "  a{} = [local.a{at}, local.a{at}]", at + 1).unwrap();
    }
    doubled += "}\n";
    let cases = [
        "locals {\n  a = local.b\n  b = local.a\n}\n".to_owned() + &policy("local.a"),
        "module \"m\" {\n  source = \"./.\"\n}\n".to_owned(),
        "module \"m\" {\n  source = \"./m\"\n}\n".to_owned(),
        policy("templatefile(\"t.tpl\", {})"),
        deep("(", ")"),
        deep("[", "]"),
        deep("\"${", "}\""),
        deep("-", ""),
        deep("true ? ", " : 0"),
        doubled + &policy("jsonencode(local.a60)"),
        policy("join(\",\", range(1000000000))"),
        policy("format(\"%1000000000d\", 1)"),
        "resource \"aws_route53_record\" \"r\" {\n  count = 1000000000\n  name = \"x\"\n  type = \"A\"\n}\n".to_owned(),
        "locals {\n  big = 1e999999999\n}\n".to_owned() + &policy("\"${local.big}\""),
    ];
    for case in cases {
        let root = tempfile::tempdir().unwrap();
        write(root.path(), "main.tf", root_module(&case));
        write(root.path(), "m/main.tf", "module \"m\" {\n  source = \"../m\"\n}\n");
        write(root.path(), "t.tpl", "${templatefile(\"t.tpl\", {})}");
        let output = run(root.path(), &["lint", "--format", "json"]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(matches!(output.status.code(), Some(0 | 1)), "{}: {said}", &case[..case.len().min(300)]);
    }
}

#[test]
fn manifests_that_grow_end() {
    let mut bomb = "a0: &a0 [x, x]\n".to_owned();
    for at in 0..60 {
        writeln!(bomb, "a{0}: &a{0} [*a{at}, *a{at}]", at + 1).unwrap();
    }
    for (path, text) in [
        ("bomb.yaml", format!("apiVersion: v1\nkind: ConfigMap\ndata:\n  mta-sts.txt: |\n    version: STSv1\n{bomb}")),
        (
            "config.yaml",
            format!(
                "providers:\n  c:\n    class: octodns.provider.yaml.YamlProvider\n    directory: ../..\nzones:\n  '*': {{sources: [c], targets: [c]}}\n{bomb}"
            ),
        ),
        ("deep.yaml", format!("kind: DNSEndpoint\nspec: {}", "[".repeat(100_000))),
        ("deep.json", format!("{{\"domains\": {}, \"registrars\": [], \"dns_providers\": []", "[".repeat(100_000))),
    ] {
        let root = tempfile::tempdir().unwrap();
        write(root.path(), path, text);
        let output = run(root.path(), &["lint", "--format", "json"]);
        assert!(matches!(output.status.code(), Some(0 | 1)), "{path}: {output:?}");
    }
}

#[test]
fn a_plan_that_is_none_says_so_and_no_secret_is_printed() {
    let root = tempfile::tempdir().unwrap();
    write(root.path(), "none.json", "{\"format_version\":\"9.0\"}");
    write(root.path(), "state.json", "{\"version\":4,\"terraform_version\":\"1.11.4\",\"resources\":[]}");
    write(
        root.path(),
        "deep.json",
        format!("{{\"format_version\":\"1.2\",\"resource_changes\":{}", "[".repeat(100_000)),
    );
    write(root.path(), "binary.json", b"PK\x03\x04tfplan");
    for plan in ["none.json", "state.json", "deep.json", "binary.json", "nowhere.json"] {
        let output = run(root.path(), &["lint", "--plan", plan]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(2) && said.contains(plan), "{plan}: {said}");
    }
    let planned = crate::support::fixture("tf-plan");
    for arguments in [&["lint"][..], &["lint", "--format", "json"], &["show"], &["show", "--format", "json"]] {
        let output = run(planned.path(), &[arguments, &["--plan", "forgotten-id.json"]].concat());
        let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("heron-yachts") && !said.contains("battery"), "{said}");
    }
}
