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
fn what_the_provider_refuses_is_no_policy_here() {
    for policy in [
        "    mode = \"testing\"\n    mx = [\"10 mx1.example.net\"]\n    max_age = 604800",
        "    mode = \"soon\"\n    mx = [\"mx1.example.net\"]\n    max_age = 604800",
        "    mode = \"enforce\"\n    mx = []\n    max_age = 604800",
    ] {
        assert!(!found(policy).contains("policy-mode"), "{policy}");
    }
}
