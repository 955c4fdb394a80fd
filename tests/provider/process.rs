//! The process: how it is started, by Terraform and by others.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};

use rcgen::{CertificateParams, KeyPair};

use super::workspace::{Workspace, policy};

const COOKIE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

fn provider() -> Command {
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

/// A provider that waits for its client, and the path of its socket.
fn started() -> (Child, String) {
    let key = KeyPair::generate().unwrap();
    let client = CertificateParams::new(vec!["localhost".to_owned()]).unwrap().self_signed(&key).unwrap();
    let mut child = provider()
        .env("TF_PLUGIN_MAGIC_COOKIE", COOKIE)
        .env("PLUGIN_CLIENT_CERT", client.pem())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let parts: Vec<&str> = line.trim_end().split('|').collect();
    assert_eq!((parts[0], parts[1], parts[2], parts[4]), ("1", "6", "unix", "grpc"), "{line}");
    (child, parts[3].to_owned())
}

#[cfg(unix)]
#[test]
fn only_its_client_is_served() {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::net::UnixStream;

    let (mut child, socket) = started();
    let directory = std::path::Path::new(&socket).parent().unwrap();
    assert_eq!(std::fs::metadata(directory).unwrap().permissions().mode() & 0o777, 0o700);
    // Without TLS: no answer but an alert, and the provider goes on.
    for hello in [&b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"[..], b"GET / HTTP/1.1\r\n\r\n"] {
        let mut stream = UnixStream::connect(&socket).unwrap();
        stream.write_all(hello).unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        assert!(answer.len() < 64 && !answer.starts_with(b"HTTP"), "{answer:?}");
    }
    assert!(child.try_wait().unwrap().is_none());
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn terraform_says_what_there_is() {
    let Some(workspace) = Workspace::new(&policy("testing", &["mx1.example.com"], "")) else { return };
    let ran = workspace.run(&["providers", "schema", "-json"]).succeeds();
    let schema: serde_json::Value = serde_json::from_str(&ran).unwrap();
    let mtasts = &schema["provider_schemas"]["registry.terraform.io/mtasts/mtasts"];
    let names = |of: &str| mtasts[of].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names("resource_schemas"), ["mtasts_policy", "mtasts_served_policy"]);
    assert_eq!(names("data_source_schemas"), ["mtasts_domain", "mtasts_mx_readiness"]);
    assert_eq!(mtasts["functions"].as_object().unwrap().len(), 8);
}
