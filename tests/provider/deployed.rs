//! What looks at a deployment, over a laboratory.

use std::time::Duration;

use super::laboratory::Laboratory;
use super::workspace::{Ran, Workspace};

const TEXT: &str = "version: STSv1\r\nmode: testing\r\nmx: mx.lab.test\r\nmax_age: 604800\r\n";

fn served(laboratory: &Laboratory, timeout: &str) -> String {
    laboratory.provider()
        + &format!(
            "resource \"mtasts_served_policy\" \"main\" {{\n  domain  = \"lab.test\"\n  text    = {TEXT:?}\n  timeout = {timeout:?}\n}}\n"
        )
}

#[test]
fn data_sources_say_what_is_deployed() {
    let laboratory = Laboratory::start();
    *laboratory.policy.lock().unwrap() = Some(TEXT.to_owned());
    let configuration = laboratory.provider()
        + "data \"mtasts_domain\" \"main\" {\n  domain = \"lab.test\"\n}\n\
           data \"mtasts_mx_readiness\" \"main\" {\n  domain = \"lab.test\"\n}\n\
           data \"mtasts_mx_readiness\" \"hosts\" {\n  hosts = [\"mx.lab.test\"]\n}\n\
           check \"ready\" {\n  assert {\n    condition     = data.mtasts_mx_readiness.main.ready\n    error_message = \"not ready\"\n  }\n}\n\
           output \"domain\" { value = data.mtasts_domain.main }\noutput \"mx\" { value = data.mtasts_mx_readiness.main }\n\
           output \"hosts\" { value = data.mtasts_mx_readiness.hosts }\n";
    let Some(workspace) = Workspace::new(&configuration) else { return };
    let ran = workspace.apply().succeeds();
    assert!(!ran.contains("not ready"), "{ran}");
    let outputs = workspace.outputs();
    let domain = &outputs["domain"]["value"];
    assert_eq!((&domain["policy"], &domain["mode"]), (&TEXT.into(), &"testing".into()), "{domain}");
    assert_eq!((&domain["id"], &domain["mx"]), (&"lab".into(), &serde_json::json!(["mx.lab.test"])), "{domain}");
    for name in ["mx", "hosts"] {
        let mx = &outputs[name]["value"];
        assert_eq!((&mx["ready"], &mx["results"][0]["tls_version"]), (&true.into(), &"1.3".into()), "{mx}");
    }
}

#[test]
fn what_is_deployed_is_imported_and_does_not_change() {
    let laboratory = Laboratory::start();
    let configuration = laboratory.provider()
        + "resource \"mtasts_policy\" \"main\" {\n  domain  = \"lab.test\"\n  mode    = \"testing\"\n  mx      = [\"mx.lab.test\"]\n  max_age = 604800\n}\n";
    let Some(workspace) = Workspace::new(&configuration) else { return };
    let import = ["import", "-no-color", "mtasts_policy.main", "lab.test"];
    workspace.run(&import).fails_with(&["does not serve a policy"]);
    // Line feeds alone: another text, and the same policy.
    *laboratory.policy.lock().unwrap() = Some(TEXT.replace('\r', ""));
    workspace.run(&import).succeeds();
    let state = workspace.state("mtasts_policy.main");
    assert_eq!((&state["id"], &state["record"]), (&"lab".into(), &"v=STSv1; id=lab".into()), "{state}");
    assert_eq!(workspace.plan().code, Some(0));
}

#[test]
fn what_is_said_of_hostile_answers_obeys_no_terminal() {
    let laboratory = Laboratory::start();
    *laboratory.policy.lock().unwrap() =
        Some("version: STSv1\nmode: \u{1b}[31mred\u{202e}\nmax_age: 1\nmx: ::error::x\n".to_owned());
    let configuration = laboratory.provider()
        + "data \"mtasts_domain\" \"main\" {\n  domain = \"lab.test\"\n}\n\
           output \"messages\" {\n  value = join(\"\\n\", data.mtasts_domain.main.findings[*].message)\n}\n";
    let Some(workspace) = Workspace::new(&configuration) else { return };
    workspace.apply().succeeds();
    let messages = workspace.outputs()["messages"]["value"].as_str().unwrap().to_owned();
    assert!(messages.contains("\\x1b[31mred\\u{202e}"), "{messages}");
    assert!(!messages.contains(['\u{1b}', '\u{202e}']), "{messages}");
    // What a configuration holds may come from anywhere as well.
    let mode = "resource \"mtasts_policy\" \"main\" {\n  domain  = \"lab.test\"\n  mode    = \"\\u202ered\"\n  mx      = [\"a.example\"]\n  max_age = 1\n}\n";
    workspace.configure(mode);
    let ran = workspace.plan();
    assert!(!ran.text.contains('\u{202e}') && ran.text.contains("\\u{202e}red"), "{}", ran.text);
    ran.fails_with(&["policy-mode-invalid"]);
}

#[test]
fn a_wrong_configuration_is_an_error_at_its_attribute() {
    let cases = [
        ("resolver = \"resolver.example\"", "is no address such as"),
        ("timeout = \"soon\"", "is no duration"),
        ("laboratory = [\"192.0.2.0/99\"]", "is no network such as"),
        ("laboratory_ports = [53, 443, 25, 80]", "There are three ports"),
        ("laboratory_ports = [53, 65536]", "A port is a number from 0 to 65535"),
    ];
    let Some(workspace) = Workspace::new("") else { return };
    let data = "data \"mtasts_domain\" \"main\" {\n  domain = \"lab.test\"\n}\n";
    for (attribute, words) in cases {
        workspace.configure(&format!("provider \"mtasts\" {{\n  {attribute}\n}}\n{data}"));
        let errors = workspace.errors();
        let is_it = |error: &serde_json::Value| {
            error["snippet"]["code"].as_str().unwrap_or_default().trim_start().starts_with(attribute)
                && error["detail"].as_str().unwrap_or_default().contains(words)
        };
        assert!(errors.iter().any(is_it), "{attribute}: {errors:#?}");
    }
    // Whether a file is there is seen when something is asked for the first time.
    workspace.configure(&format!("provider \"mtasts\" {{\n  ca_file = \"no/such.pem\"\n}}\n{data}"));
    workspace.plan().fails_with(&["No way to look at a deployment", "no/such.pem"]);
}

#[test]
fn enforce_depends_on_readiness() {
    let laboratory = Laboratory::start();
    // The certificate of the MX host names `mx.lab.test`, and the address is the same.
    let configuration = |host: &str| {
        laboratory.provider()
            + &format!(
                "data \"mtasts_mx_readiness\" \"main\" {{\n  hosts = [\"{host}\"]\n}}\n\
                 check \"deployed\" {{\n  data \"mtasts_domain\" \"main\" {{\n    domain = \"lab.test\"\n  }}\n  assert {{\n    \
                 condition     = data.mtasts_domain.main.ok\n    \
                 error_message = join(\", \", data.mtasts_domain.main.findings[*].rule)\n  }}\n}}\n\
                 resource \"mtasts_policy\" \"main\" {{\n  domain          = \"lab.test\"\n  mode            = \"enforce\"\n  \
                 mx              = [\"{host}\"]\n  max_age         = 604800\n  minimum_testing = \"0d\"\n  lifecycle {{\n    precondition {{\n      \
                 condition     = data.mtasts_mx_readiness.main.ready\n      \
                 error_message = join(\"; \", flatten(data.mtasts_mx_readiness.main.results[*].problems))\n    }}\n  }}\n}}\n"
            )
    };
    let Some(workspace) = Workspace::new(&configuration("ns.lab.test")) else { return };
    workspace.plan().fails_with(&["Resource precondition failed", "its certificate is refused"]);
    workspace.configure(&configuration("mx.lab.test"));
    let ran = workspace.apply().succeeds();
    // What is not served yet is said, and stops nothing.
    assert!(ran.contains("Warning: Check block assertion failed") && ran.contains("live-policy-status"), "{ran}");
    *laboratory.policy.lock().unwrap() =
        Some(workspace.state("mtasts_policy.main")["text"].as_str().unwrap().to_owned());
    let ran = workspace.apply().succeeds();
    assert!(!ran.contains("Check block") && ran.contains("0 added, 0 changed, 0 destroyed"), "{ran}");
}

#[test]
fn the_configuration_of_what_is_imported_is_written() {
    let laboratory = Laboratory::start();
    *laboratory.policy.lock().unwrap() = Some(TEXT.to_owned());
    let import = |to: &str| laboratory.provider() + &format!("import {{\n  to = {to}\n  id = \"lab.test\"\n}}\n");
    let Some(workspace) = Workspace::new(&import("mtasts_policy.main")) else { return };
    let generate = ["plan", "-no-color", "-input=false", "-generate-config-out=generated.tf"];
    let ran = workspace.run(&generate).succeeds();
    assert!(ran.contains("1 to import, 0 to add, 0 to change, 0 to destroy"), "{ran}");
    workspace.apply().succeeds();
    assert_eq!(workspace.plan().code, Some(0));
    workspace.configure(&import("mtasts_served_policy.main"));
    let ran = workspace.run(&["plan", "-no-color", "-input=false", "-generate-config-out=other.tf"]);
    ran.fails_with(&["Nothing to import", "it waits for nothing that is served already"]);
}

#[test]
fn a_record_waits_for_its_policy() {
    let laboratory = Laboratory::start();
    let Some(workspace) = Workspace::new(&served(&laboratory, "1s")) else { return };
    // How it goes on is in the log.
    let mut apply = workspace.command(&["apply", "-no-color", "-input=false", "-auto-approve"]);
    Ran::of(&apply.env("TF_LOG_PROVIDER", "INFO").output().unwrap()).fails_with(&[
        "[INFO] provider.terraform-provider-mtasts: https://mta-sts.lab.test/.well-known/mta-sts.txt is not served as planned yet: \
         127.0.0.1 answers with the status 404",
        "The policy is not served",
        "answers with the status 404",
        "nothing is lost",
    ]);
    workspace.configure(&served(&laboratory, "60s"));
    let child = workspace.start(&["apply", "-no-color", "-input=false", "-auto-approve"]);
    let policy = std::sync::Arc::clone(&laboratory.policy);
    std::thread::spawn(move || {
        *policy.lock().unwrap() = Some("version: STSv1\n".to_owned());
        std::thread::sleep(Duration::from_secs(2));
        *policy.lock().unwrap() = Some(TEXT.to_owned());
    });
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let id = mtasts::mta_sts::compose::id(TEXT.as_bytes());
    assert_eq!(workspace.state("mtasts_served_policy.main")["id"], id);
    assert_eq!(workspace.plan().code, Some(0));
    workspace.destroy().succeeds();
}
