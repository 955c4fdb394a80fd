//! The binary as people run it: exit status, formats, pipes, colour.

use std::process::{Command, Stdio};

use crate::support::{self, mtasts};

/// A repository with one error, one warning and nothing else.
const ZONE: &str = "$ORIGIN example.com.\n$TTL 3600\n\
    @ SOA ns1.example.net. hostmaster.example.net. 1 7200 900 1209600 300\n\
    @ NS ns1.example.net.\n@ MX 10 smtp.google.com.\nmta-sts A 192.0.2.10\n\
    _mta-sts TXT \"v=STSv1; id=2026-11-24\"\n";
const POLICY: &str = "version: STSv1\nmode: enforce\nmx: smtp.google.com\nmax_age: 604800\n";
const TLSRPT: &str = "_smtp._tls TXT \"v=TLSRPTv1; rua=mailto:tls@example.net\"\n";

fn bad() -> tempfile::TempDir {
    support::repository(&[("example.com.zone", ZONE), ("mta-sts.example.com.txt", POLICY)])
}

fn clean() -> tempfile::TempDir {
    let zone = format!("{}{TLSRPT}", ZONE.replace("2026-11-24", "20261124"));
    support::repository(&[("example.com.zone", &zone), ("mta-sts.example.com.txt", POLICY)])
}

#[test]
fn the_exit_status_is_the_same_for_every_format() {
    let (bad, clean) = (bad(), clean());
    for format in ["human", "concise", "json", "jsonl"] {
        let status = |root: &tempfile::TempDir, more: &[&str]| {
            mtasts(root.path()).args(["lint", "--format", format]).args(more).output().unwrap().status.code()
        };
        assert_eq!(status(&clean, &[]), Some(0), "{format}");
        assert_eq!(status(&bad, &[]), Some(1), "{format}");
        assert_eq!(status(&bad, &["--exit-zero"]), Some(0), "{format}");
        assert_eq!(status(&bad, &["--ignore", "record-id-invalid"]), Some(0), "{format}");
        assert_eq!(status(&bad, &["--ignore", "record-id-invalid", "--fail-on", "warning"]), Some(1), "{format}");
        assert_eq!(status(&bad, &["--select", "tlsrpt-missing"]), Some(0), "{format}");
        assert_eq!(status(&bad, &["--select", "no-such-rule"]), Some(2), "{format}");
        assert_eq!(status(&bad, &["no-such-path"]), Some(2), "{format}");
        assert_eq!(status(&bad, &["--config", "no-such-file"]), Some(2), "{format}");
    }
    let usage = mtasts(bad.path()).args(["lint", "--no-such-flag"]).output().unwrap();
    assert_eq!(usage.status.code(), Some(2));
}

#[test]
fn results_go_to_stdout_and_messages_to_stderr() {
    let root = bad();
    let output = mtasts(root.path()).args(["lint", "--format", "json"]).output().unwrap();
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["version"], 1);
    assert_eq!(json["summary"]["errors"], 1);
    assert_eq!(json["summary"]["warnings"], 1);
    assert_eq!(json["findings"][1]["rule"], "record-id-invalid");
    assert_eq!(
        json["findings"][1]["start"],
        serde_json::json!({"line": 7, "column": 31, "offset": ZONE.find("-11-24").unwrap()})
    );
    let broken = support::repository(&[("mtasts.toml", "fail_on = \"error\"\n")]);
    let output = mtasts(broken.path()).arg("lint").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(message.contains("mtasts.toml:1") && message.contains("fail-on"), "{message}");
}

#[test]
fn a_closed_pipe_is_no_error() {
    let root = bad();
    let mut child = mtasts(root.path())
        .args(["lint", "--format", "human"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn colour_is_for_terminals_and_those_who_ask() {
    let root = bad();
    let has_colour = |vars: &[(&str, &str)]| {
        let output = mtasts(root.path()).arg("lint").envs(vars.iter().copied()).output().unwrap();
        output.stdout.contains(&0x1b)
    };
    assert!(!has_colour(&[]));
    assert!(has_colour(&[("CLICOLOR_FORCE", "1")]));
    assert!(!has_colour(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(!has_colour(&[("CLICOLOR_FORCE", "0")]));
}

#[test]
fn a_path_narrows_what_is_reported_and_not_what_is_read() {
    let root = support::repository(&[
        ("dns/example.com.zone", ZONE),
        ("www/mta-sts.example.com/mta-sts.txt", &POLICY.replace("604800", "60")),
    ]);
    let lint = |path: &str| {
        let output = mtasts(root.path()).args(["lint", "--format", "concise", "--root", ".", path]).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(lint("dns").contains("record-id-invalid") && !lint("dns").contains("max-age-short"));
    assert!(lint("www").contains("max-age-short") && !lint("www").contains("record-id-invalid"));
    assert!(!lint("dns").contains("policy-missing"));
}

#[test]
fn a_domain_narrows_what_is_judged() {
    let other = ZONE.replace("example.com", "example.net").replace("2026-11-24", "x_y");
    let root = support::repository(&[
        ("example.com.zone", ZONE),
        ("example.net.zone", &format!("{other}www A nowhere\n")),
        ("mta-sts.example.com.txt", POLICY),
        ("mta-sts.txt", POLICY),
    ]);
    let lint = |arguments: &[&str]| {
        let output = mtasts(root.path()).args(["lint", "--format", "concise"]).args(arguments).output().unwrap();
        let paths = String::from_utf8(output.stdout).unwrap();
        let paths: std::collections::BTreeSet<String> =
            paths.lines().map(|line| line.split(':').next().unwrap().to_owned()).collect();
        (paths.into_iter().collect::<Vec<_>>(), String::from_utf8(output.stderr).unwrap())
    };
    assert_eq!(lint(&[]).0, ["example.com.zone", "example.net.zone", "mta-sts.txt"]);
    let (paths, summary) = lint(&["--domain", "Example.COM."]);
    assert_eq!(paths, ["example.com.zone"]);
    assert!(summary.contains("1 domain checked"), "{summary}");
    assert_eq!(lint(&["--domain", "example.net"]).0, ["example.net.zone"]);
    let output = mtasts(root.path()).args(["lint", "--domain", "exmaple.com"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "what nobody speaks of is not checked");
}

#[test]
fn init_writes_a_configuration_that_is_read_again() {
    let root = support::repository(&[("policy/mta-sts.txt", POLICY)]);
    let init = || mtasts(root.path()).arg("init").output().unwrap();
    assert_eq!(init().status.code(), Some(0));
    let written = std::fs::read_to_string(root.path().join("mtasts.toml")).unwrap();
    assert!(written.contains("path = \"policy/mta-sts.txt\""), "{written}");
    let hook = std::fs::read_to_string(root.path().join(".pre-commit-config.yaml")).unwrap();
    assert!(hook.contains("entry: mtasts lint"), "{hook}");
    assert_eq!(init().status.code(), Some(2), "an existing file is not replaced");
    let output = mtasts(root.path()).args(["lint", "--format", "concise"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_baseline_hides_what_is_known_and_nothing_else() {
    let root = bad();
    let write = mtasts(root.path()).args(["lint", "--write-baseline", "known.json"]).output().unwrap();
    assert_eq!(write.status.code(), Some(0));
    let again =
        || mtasts(root.path()).args(["lint", "--format", "concise", "--baseline", "known.json"]).output().unwrap();
    assert_eq!(again().status.code(), Some(0));
    assert!(again().stdout.is_empty());
    // Other lines move; a new mistake is new.
    let zone = format!("; a comment\n\n{}", ZONE.replace("mta-sts A 192.0.2.10\n", ""));
    std::fs::write(root.path().join("example.com.zone"), zone).unwrap();
    let output = again();
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("policy-host-missing") && text.lines().count() == 1, "{text}");
}

#[test]
fn explain_names_the_nearest_rule() {
    let explain = |rule: &str| Command::new(env!("CARGO_BIN_EXE_mtasts")).args(["explain", rule]).output().unwrap();
    let good = explain("mx-not-covered");
    assert_eq!(good.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&good.stdout).contains("## How to fix"));
    let bad = explain("mx-not-coverd");
    assert_eq!(bad.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&bad.stderr).contains("did you mean `mx-not-covered`"));
}

/// The help is part of the interface: a change of it is seen in a review.
#[test]
fn the_help_is_as_it_was_last_reviewed() {
    for command in [
        &["--help"][..],
        &["lint", "--help"],
        &["show", "--help"],
        &["init", "--help"],
        &["rules", "--help"],
        &["reports", "--help"],
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_mtasts")).args(command).env("COLUMNS", "100").output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        let name = command[0].trim_start_matches('-');
        insta::assert_snapshot!(format!("help-{name}"), String::from_utf8(output.stdout).unwrap());
    }
}

#[test]
fn completions_and_the_manual_come_from_the_arguments() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let output = Command::new(env!("CARGO_BIN_EXE_mtasts")).args(["completions", shell]).output().unwrap();
        let script = String::from_utf8(output.stdout).unwrap();
        assert!(script.contains("write-baseline"), "{shell}");
    }
    let output = Command::new(env!("CARGO_BIN_EXE_mtasts")).arg("man").output().unwrap();
    assert!(String::from_utf8(output.stdout).unwrap().starts_with(".ie"));
}

#[test]
fn what_is_unreadable_means_no_full_answer() {
    let root = bad();
    // A policy file that is a directory is none; a zone that cannot be opened is a failure, whatever else was found.
    std::fs::write(root.path().join("locked.example.zone"), ZONE).unwrap();
    let path = root.path().join("locked.example.zone");
    let locked = lock(&path);
    let output = mtasts(root.path()).args(["lint", "--format", "concise"]).output().unwrap();
    if locked {
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&output.stderr).contains("locked.example.zone: not checked"));
    } else {
        assert_eq!(output.status.code(), Some(1), "root reads everything");
    }
}

/// Takes the right to read `path` away; false where it can be read all the same (by root).
fn lock(path: &std::path::Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o000)).unwrap();
    }
    std::fs::read(path).is_err()
}

#[test]
fn what_is_no_domain_is_refused_before_anybody_is_asked() {
    let root = support::repository(&[("list", "example.com\nexa mple\n")]);
    let table = [
        (&["lint", "--domains", "list"][..], "list:2: no domain name: a label has letters, digits, `-` and `_`"),
        (&["probe", "exa mple"], "exa mple: no domain name: a label has"),
        (&["probe", "b\u{fc}cher.example"], "write its A-labels"),
        (&["lint", "--domain", "a..example"], "a..example: no domain name: a label is empty"),
    ];
    for (arguments, expected) in table {
        let output = mtasts(root.path()).args(arguments).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && said.contains(expected), "{arguments:?}: {said}");
    }
}
