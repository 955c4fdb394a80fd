//! The functions under Terraform.

use super::workspace::Workspace;

const TEXT: &str = r#""version: STSv1\r\nmode: testing\r\nmx: mx1.example.com\r\nmax_age: 604800\r\n""#;

/// An expression, and the value that Terraform says it has.
fn cases() -> Vec<(String, serde_json::Value)> {
    let text: serde_json::Value = serde_json::from_str(TEXT).unwrap();
    let id = mtasts::mta_sts::compose::id(text.as_str().unwrap().as_bytes());
    let call = |name: &str, arguments: &str| format!("provider::mtasts::{name}({arguments})");
    vec![
        (call("policy", "{ mode = \"testing\", mx = [\"MX1.example.com\"], max_age = 604800 }"), text.clone()),
        (
            call("policy", "{ mode = \"none\", max_age = 86400 }"),
            "version: STSv1\r\nmode: none\r\nmax_age: 86400\r\n".into(),
        ),
        (call("policy_id", TEXT), id.as_str().into()),
        (format!("provider::mtasts::policy_id({TEXT}) == substr(sha256({TEXT}), 0, 32)"), true.into()),
        (call("record", "\"20261126\""), "v=STSv1; id=20261126".into()),
        (
            call("tlsrpt", "[\"mailto:tls@example.com\", \"https://example.com/tls\"]"),
            "v=TLSRPTv1; rua=mailto:tls@example.com,https://example.com/tls".into(),
        ),
        (
            call("parse_policy", TEXT),
            serde_json::json!({ "mode": "testing", "mx": ["mx1.example.com"], "max_age": 604_800, "id": id }),
        ),
        (call("parse_record", "\"v=STSv1; id=7;\""), serde_json::json!({ "id": "7" })),
        (call("mx_matches", "\"*.example.com\", \"mx1.Example.com\""), true.into()),
        (call("mx_matches", "\"*.example.com\", \"a.mx1.example.com\""), false.into()),
        (
            format!(
                "[for finding in provider::mtasts::lint({TEXT}, \"v=STSv1; id=a-b\", [\"mx2.example.com\"]) : finding.rule if finding.severity == \"error\"]"
            ),
            serde_json::json!(["record-id-invalid"]),
        ),
        (
            format!("provider::mtasts::lint({TEXT}, \"v=STSv1; id=1\", [], \"example.org\")[0].rule"),
            "policy-mode-testing".into(),
        ),
    ]
}

#[test]
fn functions_come_to_their_values() {
    let cases = cases();
    let output =
        |(at, (expression, _)): (usize, &(String, _))| format!("output \"o{at}\" {{\n  value = {expression}\n}}\n");
    let configuration: String = cases.iter().enumerate().map(output).collect();
    let Some(workspace) = Workspace::new(&configuration) else { return };
    workspace.apply().succeeds();
    let outputs = workspace.outputs();
    for (at, (expression, value)) in cases.iter().enumerate() {
        assert_eq!(outputs[format!("o{at}")]["value"], *value, "{expression}");
    }
}

#[test]
fn what_cannot_be_made_is_said_in_the_words_of_the_linter() {
    let cases = [
        (
            "policy({ mode = \"enforce\", mx = [\"10 mx1.example.com\"], max_age = 1 })",
            "the preference belongs to the MX record",
        ),
        ("policy({ mode = \"enforce\", mx = [\"mx1.example.com\"], maxage = 1 })", "a policy has no `maxage`"),
        ("policy({ mode = \"enforce\", mx = [], max_age = 604800 })", "policy-field-missing"),
        ("policy({ mode = \"enforced\", mx = [\"a.example\"], max_age = 604800 })", "policy-mode-invalid"),
        ("policy(\"x\")", "must be an object"),
        ("record(\"a-b\")", "1 to 32 letters and digits"),
        ("tlsrpt([\"tls@example.com\"])", "`tls@example.com`: `rua` takes"),
        ("parse_policy(\"<html>\")", "policy-syntax"),
        ("parse_record(\"v=spf1 -all\")", "it is no MTA-STS record"),
        ("mx_matches(\"*\", \"a.example\")", "`*` is no mx pattern"),
        ("lint(\"\", \"\", [\"a..b\"])", "`a..b` is no host name"),
    ];
    let Some(workspace) = Workspace::new("") else { return };
    for (call, words) in cases {
        workspace.configure(&format!("output \"it\" {{\n  value = provider::mtasts::{call}\n}}\n"));
        workspace.plan().fails_with(&["Invalid function argument", words]);
    }
}
