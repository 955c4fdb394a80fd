//! The functions as the linter evaluates them: the same values, at the places where their parts are written.

use mtasts::mta_sts::compose;

use crate::support::{concise, lint};

const DNS: &str = "resource \"aws_route53_zone\" \"main\" {\n  name = \"example.com\"\n}\n\
    resource \"aws_route53_record\" \"mx\" {\n  zone_id = aws_route53_zone.main.zone_id\n  name    = \"\"\n  type    = \"MX\"\n  ttl     = 3600\n  records = [\"10 mx1.example.net.\"]\n}\n\
    resource \"aws_route53_record\" \"sts\" {\n  zone_id = aws_route53_zone.main.zone_id\n  name    = \"_mta-sts\"\n  type    = \"TXT\"\n  ttl     = 300\n  \
    records = [provider::mtasts::record(provider::mtasts::policy_id(local.policy))]\n}\n\
    resource \"aws_s3_object\" \"policy\" {\n  bucket       = \"mta-sts.example.com\"\n  key          = \".well-known/mta-sts.txt\"\n  content      = local.policy\n  content_type = \"text/plain\"\n}\n";

fn found(policy: &str) -> String {
    let text = format!("{DNS}locals {{\n  policy = provider::mtasts::policy({{\n{policy}\n  }})\n}}\n");
    let outcome = lint(&[("main.tf", text.as_bytes())]);
    let site = outcome.picture.sites.first();
    let body = site.and_then(|site| site.policy.text()).map(|policy| policy.text.bytes().to_vec());
    if let Some(body) = body {
        let record = site.unwrap().sts_texts().next().unwrap().text.text().into_owned();
        assert_eq!(record, format!("v=STSv1; id={}", compose::id(&body)));
    }
    concise(&outcome)
}

#[test]
fn findings_point_at_the_parts() {
    let said = found(
        "    mode    = \"testing\"\n    mx      = [\"mx2.example.net\", \"mx1.example.net\"]\n    max_age = 3600",
    );
    assert!(said.contains("main.tf:26:16: info[policy-mode-testing]"), "{said}");
    assert!(said.contains("main.tf:27:17: warning[mx-pattern-unused] `mx2.example.net`"), "{said}");
    assert!(said.contains("main.tf:28:15: info[max-age-short]"), "{said}");
}

#[test]
fn the_resource_is_worked_out_as_the_functions_are() {
    let arguments = "mode = \"testing\"\n  mx = [\"mx2.example.net\", \"mx1.example.net\"]\n  max_age = 3600\n";
    let dns = DNS
        .replace("provider::mtasts::record(provider::mtasts::policy_id(local.policy))", "mtasts_policy.main[0].record")
        .replace("local.policy", "mtasts_policy.main[0].text");
    let text = format!(
        "{dns}resource \"mtasts_policy\" \"main\" {{\n  count = 1\n  domain = \"example.com\"\n  {arguments}}}\n\
         output \"url\" {{\n  value = mtasts_policy.main[0].url\n}}\n"
    );
    let outcome = lint(&[("main.tf", text.as_bytes())]);
    let site = outcome.picture.sites.first().unwrap();
    let policy = site.policy.text().unwrap().text.bytes().to_vec();
    assert_eq!(
        policy,
        b"version: STSv1\r\nmode: testing\r\nmx: mx1.example.net\r\nmx: mx2.example.net\r\nmax_age: 3600\r\n"
    );
    let record = site.sts_texts().next().unwrap().text.text().into_owned();
    assert_eq!(record, format!("v=STSv1; id={}", compose::id(&policy)));
    let said = concise(&outcome);
    assert!(said.contains("main.tf:28:10: warning[mx-pattern-unused] `mx2.example.net`"), "{said}");
    assert!(said.contains("main.tf:29:13: info[max-age-short]"), "{said}");
    // What is not known of it is not known of what is made of it.
    let unknown = text.replace("max_age = 3600", "max_age = var.max_age") + "variable \"max_age\" {}\n";
    let outcome = lint(&[("main.tf", unknown.as_bytes())]);
    assert!(
        !concise(&outcome).contains("max-age") && !concise(&outcome).contains("mx-pattern"),
        "{}",
        concise(&outcome)
    );
    assert!(outcome.picture.sites.first().unwrap().policy.text().is_none());
}

#[test]
fn what_the_provider_refuses_is_no_policy_here() {
    for policy in [
        "    mode = \"testing\"\n    mx = [\"10 mx1.example.net\"]\n    max_age = 604800",
        "    mode = \"soon\"\n    mx = [\"mx1.example.net\"]\n    max_age = 604800",
        "    mode = \"enforce\"\n    mx = []\n    max_age = 604800",
    ] {
        assert!(!found(policy).contains("policy-mode"), "{policy}");
    }
}
