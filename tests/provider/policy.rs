//! `mtasts_policy` under Terraform.

use std::time::Duration;

use serde_json::Value as Json;

use super::workspace::{Workspace, policy};

const MX: [&str; 2] = ["mx1.example.com", "*.mail.example.com"];

#[test]
fn everything_is_known_when_it_is_planned_and_nothing_changes_afterwards() {
    let Some(workspace) = Workspace::new(&policy("testing", &MX, "")) else { return };
    assert_eq!(workspace.plan().code, Some(2));
    let change = workspace.planned("mtasts_policy.main");
    let text =
        "version: STSv1\r\nmode: testing\r\nmx: *.mail.example.com\r\nmx: mx1.example.com\r\nmax_age: 604800\r\n";
    let after = &change["after"];
    assert_eq!(after["text"], text);
    let id = after["id"].as_str().unwrap();
    assert_eq!(after["record"], format!("v=STSv1; id={id}"));
    assert_eq!(after["url"], "https://mta-sts.example.com/.well-known/mta-sts.txt");
    assert_eq!(change["after_unknown"], serde_json::json!({ "testing_since": true, "mx": [false, false] }));
    workspace.apply().succeeds();
    let state = workspace.state("mtasts_policy.main");
    assert_eq!(state["id"], id);
    assert!(state["testing_since"].as_str().unwrap().ends_with('Z'), "{state}");
    assert_eq!(workspace.plan().code, Some(0));
}

#[test]
fn the_id_moves_exactly_when_the_policy_does() {
    let Some(workspace) = Workspace::new(&policy("testing", &MX, "")) else { return };
    workspace.apply().succeeds();
    let before = workspace.state("mtasts_policy.main");
    // In another order, in other letters: the same policy.
    workspace.configure(&policy("testing", &["*.MAIL.example.com", "mx1.example.com"], ""));
    assert_eq!(workspace.plan().code, Some(0));
    // Something beside the policy.
    workspace.configure(&policy("testing", &MX, "  minimum_testing = \"7d\"\n"));
    workspace.apply().succeeds();
    let beside = workspace.state("mtasts_policy.main");
    assert_eq!((&beside["id"], &beside["testing_since"]), (&before["id"], &before["testing_since"]));
    // Another policy.
    workspace.configure(&policy("testing", &["mx1.example.com"], ""));
    workspace.apply().succeeds();
    let after = workspace.state("mtasts_policy.main");
    assert_ne!(after["id"], before["id"]);
    assert_eq!(after["testing_since"], before["testing_since"]);
}

#[test]
fn what_is_not_known_yet_is_worked_out_when_it_is_applied() {
    let configuration = "resource \"terraform_data\" \"host\" {\n  input = \"mx1.example.com\"\n}\n\
        resource \"mtasts_policy\" \"main\" {\n  domain  = \"example.com\"\n  mode    = \"testing\"\n  max_age = 604800\n  \
        mx      = [terraform_data.host.output, \"mx2.example.com\"]\n}\n";
    let Some(workspace) = Workspace::new(configuration) else { return };
    assert_eq!(workspace.plan().code, Some(2));
    let unknown = &workspace.planned("mtasts_policy.main")["after_unknown"];
    for name in ["text", "id", "record"] {
        assert_eq!(unknown[name], true, "{unknown}");
    }
    workspace.apply().succeeds();
    assert!(workspace.state("mtasts_policy.main")["text"].as_str().unwrap().contains("mx: mx1.example.com\r\n"));
    assert_eq!(workspace.plan().code, Some(0));
}

#[test]
fn what_is_not_known_is_judged_when_it_is() {
    // Everything comes from another resource, which is applied first.
    let configuration = |mode: &str, mx: &str| {
        format!(
            "resource \"terraform_data\" \"all\" {{\n  input = {{\n    domain = \"example.com\", mode = \"{mode}\", mx = [\"{mx}\"], \
             max_age = 604800,\n    minimum = \"1d\", abrupt = false\n  }}\n}}\n\
             resource \"mtasts_policy\" \"main\" {{\n  domain               = terraform_data.all.output.domain\n  \
             mode                 = terraform_data.all.output.mode\n  mx                   = terraform_data.all.output.mx\n  \
             mx_hosts             = terraform_data.all.output.mx\n  max_age              = terraform_data.all.output.max_age\n  \
             minimum_testing      = terraform_data.all.output.minimum\n  allow_abrupt_removal = terraform_data.all.output.abrupt\n}}\n"
        )
    };
    let cases = [
        ("enforce", "mx1.example.com", "enforce-without-testing"),
        ("testing", "10 mx1.example.com", "mx-pattern-invalid"),
        ("soon", "mx1.example.com", "policy-mode-invalid"),
    ];
    for (mode, mx, rule) in cases {
        let Some(workspace) = Workspace::new(&configuration(mode, mx)) else { return };
        assert_eq!(workspace.plan().code, Some(2));
        workspace.apply().fails_with(&[rule, "with mtasts_policy.main"]);
        assert!(workspace.state("mtasts_policy.main").is_null());
    }
    let Some(workspace) = Workspace::new(&configuration("testing", "mx1.example.com")) else { return };
    workspace.apply().succeeds();
    assert_eq!(workspace.plan().code, Some(0));
    // A known policy that is known no more.
    workspace.configure(&configuration("testing", "mx2.example.com"));
    workspace.apply().succeeds();
    assert!(workspace.state("mtasts_policy.main")["text"].as_str().unwrap().contains("mx: mx2.example.com\r\n"));
    assert_eq!(workspace.plan().code, Some(0));
}

#[test]
fn what_senders_would_refuse_is_an_error_at_its_attribute() {
    // What is written, the attribute that the error is at, the rule.
    let cases = [
        (policy("testing", &["mx1.example.com", "10 mx2.example.com"], ""), "mx", "mx-pattern-invalid"),
        (policy("testing", &["192.0.2.1"], ""), "mx", "mx-pattern-invalid"),
        (policy("testing", &["mx1.example.com\nmode: none"], ""), "mx", "mx-pattern-invalid"),
        (policy("testing", &[" mx1.example.com"], ""), "", "policy-syntax"),
        (policy("Enforce", &MX, ""), "mode", "policy-mode-invalid"),
        (policy("testing", &[], ""), "mode", "policy-field-missing"),
        (policy("testing", &MX, "").replace("604800", "99999999"), "max_age", "policy-max-age-invalid"),
        (policy("testing", &MX, "").replace("604800", "-1"), "max_age", "policy-max-age-invalid"),
        (policy("testing", &MX, "").replace("604800", "1.5"), "max_age", "policy-max-age-invalid"),
        (
            policy(
                "enforce",
                &MX,
                "  mx_hosts = [\"mx1.example.com\", \"mx3.example.com\"]\n  minimum_testing = \"0d\"\n",
            ),
            "mx_hosts",
            "mx-not-covered",
        ),
        (policy("enforce", &MX, ""), "mode", "enforce-without-testing"),
        (policy("testing", &MX, "  minimum_testing = \"soon\"\n"), "minimum_testing", "no duration"),
        (policy("testing", &MX, "").replace("\"example.com\"", "\"exa mple..com\""), "domain", "no domain"),
    ];
    let Some(workspace) = Workspace::new("") else { return };
    for (configuration, attribute, rule) in cases {
        workspace.configure(&configuration);
        let errors = workspace.errors();
        let is_it = |error: &Json| {
            let line = error["snippet"]["code"].as_str().unwrap_or_default().trim_start();
            let is_there =
                if attribute.is_empty() { line.starts_with("resource") } else { line.starts_with(attribute) };
            is_there && error["detail"].as_str().unwrap_or_default().contains(rule)
        };
        assert!(errors.iter().any(is_it), "{configuration}{rule} at {attribute}: {errors:#?}");
    }
}

#[test]
fn enforce_waits_for_testing() {
    let Some(workspace) = Workspace::new(&policy("testing", &MX, "")) else { return };
    workspace.apply().succeeds();
    workspace.configure(&policy("enforce", &MX, ""));
    workspace.plan().fails_with(&["testing-too-short", "14 days are asked for", "mode = \"enforce\""]);
    // Fifteen days later.
    let since = jiff::Timestamp::now() - Duration::from_secs(15 * 86_400);
    workspace.remember("testing_since", &since.to_string());
    workspace.apply().succeeds();
    let enforced = workspace.state("mtasts_policy.main");
    assert_eq!((&enforced["mode"], &enforced["testing_since"]), (&"enforce".into(), &since.to_string().into()));
    assert_eq!(workspace.plan().code, Some(0));
}

#[test]
fn a_policy_that_senders_hold_is_not_removed() {
    let enforced = |rest: &str| policy("enforce", &MX, &format!("  minimum_testing = \"0d\"\n{rest}"));
    let Some(workspace) = Workspace::new(&enforced("")) else { return };
    workspace.apply().succeeds();
    workspace.destroy().fails_with(&["policy-removed-early", "for up to 7 days"]);
    workspace.configure(&enforced("").replace("\"example.com\"", "\"example.org\""));
    workspace.plan().fails_with(&["policy-removed-early", "domain = \"example.org\""]);
    // By way of `none`, when the last sender has forgotten it.
    workspace.configure(&policy("none", &[], ""));
    workspace.apply().succeeds();
    let held: jiff::Timestamp = workspace.state("mtasts_policy.main")["held_until"].as_str().unwrap().parse().unwrap();
    let left = held.duration_since(jiff::Timestamp::now()).as_hours();
    assert!((6 * 24..=7 * 24).contains(&left), "{held}");
    workspace.destroy().fails_with(&["policy-removed-early", &format!("served before, until {held}")]);
    assert_eq!(workspace.plan().code, Some(0));
    workspace.remember("held_until", "2026-01-01T00:00:00Z");
    workspace.destroy().succeeds();
    // Or because somebody says so.
    workspace.configure(&enforced(""));
    workspace.apply().succeeds();
    workspace.configure(&enforced("  allow_abrupt_removal = true\n"));
    workspace.apply().succeeds();
    workspace.destroy().succeeds();
}

#[test]
fn what_is_only_tested_is_removed_with_a_warning() {
    let Some(workspace) = Workspace::new(&policy("testing", &MX, "")) else { return };
    workspace.apply().succeeds();
    let ran = workspace.destroy().succeeds();
    assert!(ran.contains("Warning: ") && ran.contains("policy-removed-early"), "{ran}");
    assert!(ran.contains("Destroy complete! Resources: 1 destroyed."), "{ran}");
}

#[test]
fn a_state_of_before_is_read() {
    let Some(workspace) = Workspace::new(&policy("enforce", &MX, "")) else { return };
    let state = |version: u32| {
        serde_json::json!({
            "version": 4, "terraform_version": "1.8.0", "serial": 1, "lineage": "a", "outputs": {}, "check_results": null,
            "resources": [{
                "mode": "managed", "type": "mtasts_policy", "name": "main",
                "provider": format!("provider[\"{}\"]", workspace.address),
                "instances": [{ "schema_version": version, "attributes": {
                    "domain": "example.com", "mode": "enforce", "max_age": 604_800, "mx": MX, "soak_days": 14,
                }}],
            }],
        })
        .to_string()
    };
    workspace.write("terraform.tfstate", &state(0));
    assert_eq!(workspace.plan().code, Some(0));
    workspace.write("terraform.tfstate", &state(99));
    workspace.plan().fails_with(&["newer provider version"]);
}

#[test]
fn tests_and_checks_of_terraform_use_it() {
    let configuration = policy("testing", &MX, "")
        + "check \"covered\" {\n  assert {\n    condition     = provider::mtasts::mx_matches(mtasts_policy.main.mx[0], \"mx9.example.com\")\n    \
           error_message = \"mx9 is not covered\"\n  }\n}\n";
    let Some(workspace) = Workspace::new(&configuration) else { return };
    let ran = workspace.apply().succeeds();
    assert!(ran.contains("Check block assertion failed") && ran.contains("mx9 is not covered"), "{ran}");
    workspace.configure(&policy("testing", &MX, ""));
    workspace.write(
        "policy.tftest.hcl",
        "run \"planned\" {\n  command = plan\n  assert {\n    condition     = mtasts_policy.main.id == \
         provider::mtasts::policy_id(mtasts_policy.main.text)\n    error_message = \"another id\"\n  }\n}\n\
         run \"applied\" {\n  assert {\n    condition     = mtasts_policy.main.id == run.planned.id\n    error_message = \"it moved\"\n  }\n}\n",
    );
    workspace.write("outputs.tf", "output \"id\" { value = mtasts_policy.main.id }\n");
    let ran = workspace.run(&["test", "-no-color"]).succeeds();
    assert!(ran.contains("2 passed, 0 failed"), "{ran}");
}
