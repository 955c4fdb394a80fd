//! The process: how it is started, by Terraform and by others.

use std::process::{Command, Stdio};

use super::workspace::{Workspace, policy};

/// What says that it is Terraform that starts the process.
pub(super) const COOKIE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

/// The process, not started yet, and not by Terraform.
pub(super) fn provider() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_terraform-provider-mtasts"));
    command.env_remove("TF_PLUGIN_MAGIC_COOKIE").env_remove("PLUGIN_CLIENT_CERT").stdin(Stdio::null());
    command
}

fn said(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn nobody_else_starts_it() {
    assert!(said(&mut provider()).contains("it is not run by hand"));
    assert!(said(provider().env("TF_PLUGIN_MAGIC_COOKIE", "another")).contains("it is not run by hand"));
    let unprotected = said(provider().env("TF_PLUGIN_MAGIC_COOKIE", COOKIE));
    assert!(unprotected.contains("PLUGIN_CLIENT_CERT is not set"), "{unprotected}");
    let wrong = said(provider().env("TF_PLUGIN_MAGIC_COOKIE", COOKIE).env("PLUGIN_CLIENT_CERT", "no certificate"));
    assert!(wrong.contains("PLUGIN_CLIENT_CERT holds no certificate"), "{wrong}");
}

#[test]
fn terraform_says_what_there_is() {
    let Some(workspace) = Workspace::new(&policy("testing", &["mx1.example.com"], "")) else { return };
    let ran = workspace.run(&["providers", "schema", "-json"]).succeeds();
    let schema: serde_json::Value = serde_json::from_str(&ran).unwrap();
    let mtasts = &schema["provider_schemas"][workspace.address];
    let names = |of: &str| mtasts[of].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names("resource_schemas"), ["mtasts_policy", "mtasts_served_policy"]);
    assert_eq!(names("data_source_schemas"), ["mtasts_domain", "mtasts_mx_readiness"]);
    assert_eq!(mtasts["functions"].as_object().unwrap().len(), 8);
}
