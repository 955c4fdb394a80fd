//! The binary over `fixtures/`, each a repository as users have them.
//!
//! `INSTA_UPDATE=always cargo test fixtures` writes the snapshots anew. Read what it wrote: `fixtures/mistakes/EXPECTED.md`
//! says what it should hold.

use std::collections::BTreeSet;
use std::path::Path;

use crate::support::{self, mtasts};

/// What the linter says of a fixture, in a format, on stdout and then stderr.
fn lint(name: &str, format: &str) -> String {
    let root = support::fixture(name);
    let output = mtasts(root.path()).args(["lint", "--format", format, "--fail-on", "warning"]).output().unwrap();
    let status = output.status.code().unwrap();
    let (stdout, stderr) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    format!("exit status {status}\n--- stdout\n{stdout}--- stderr\n{stderr}")
}

fn show(name: &str, format: &str) -> String {
    let root = support::fixture(name);
    let output = mtasts(root.path()).args(["show", "--format", format]).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// Fixtures in which nothing is wrong.
const CLEAN: [&str; 23] = [
    "clean",
    "operator",
    "split-views",
    "delegated",
    "workspace",
    "microsoft365",
    "tf-route53-cloudfront",
    "tf-cloudflare-worker",
    "tf-github-pages",
    "tf-azure-static-web-app",
    "tf-google-gcs",
    "tf-azure-dns",
    "tf-rfc2136",
    "tf-hcloud",
    "tf-module-12-domains",
    "tf-provider-route53",
    "tf-provider-cloudflare",
    "tf-environments",
    "tf-unknown",
    "octodns-30",
    "mixed",
    "k8s-external-dns",
    "dnscontrol",
];

#[test]
fn clean_repositories_have_nothing_above_info() {
    for name in CLEAN {
        let said = lint(name, "concise");
        assert!(said.starts_with("exit status 0\n"), "{name}: {said}");
        insta::assert_snapshot!(format!("{name}-concise"), said);
    }
}

#[test]
fn mistakes_are_found() {
    for format in ["concise", "human", "json"] {
        let said = lint("mistakes", format);
        assert!(said.starts_with("exit status 1\n"), "{said}");
        insta::assert_snapshot!(format!("mistakes-{format}"), said);
    }
}

#[test]
fn mistakes_in_terraform_are_found() {
    for format in ["concise", "human"] {
        let said = lint("tf-mistakes", format);
        assert!(said.starts_with("exit status 1\n"), "{said}");
        insta::assert_snapshot!(format!("tf-mistakes-{format}"), said);
    }
}

/// A finding, as the table of `EXPECTED.md` and the linter's JSON both tell it.
type Told = (String, String, u64, String);

#[test]
fn mistakes_are_those_that_the_fixture_lists() {
    for (name, at_least) in [("mistakes", 60), ("tf-mistakes", 30)] {
        let root = support::fixture(name);
        let expected = expected(root.path());
        let found = found(root.path());
        let missed: Vec<&Told> = expected.difference(&found).collect();
        let alarms: Vec<&Told> = found.difference(&expected).collect();
        assert!(missed.is_empty() && alarms.is_empty(), "{name}: missed: {missed:#?}\nfalse alarms: {alarms:#?}");
        assert!(expected.len() > at_least, "{name}: {} findings are expected", expected.len());
    }
}

fn expected(root: &Path) -> BTreeSet<Told> {
    let table = std::fs::read_to_string(root.join("EXPECTED.md")).unwrap();
    let told = |line: &str| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [_, domain, place, rule, ..] = cells[..] else { return None };
        let (path, line) = place.rsplit_once(':')?;
        Some((domain.replace("(none)", ""), path.to_owned(), line.parse().ok()?, rule.to_owned()))
    };
    table.lines().filter_map(told).collect()
}

fn found(root: &Path) -> BTreeSet<Told> {
    let output = mtasts(root).args(["lint", "--format", "json"]).output().unwrap();
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let told = |finding: &serde_json::Value| {
        let line = finding["start"]["line"].as_u64().unwrap();
        (text(&finding["domain"]), text(&finding["path"]), line, text(&finding["rule"]))
    };
    json["findings"].as_array().unwrap().iter().map(told).collect()
}

#[test]
fn show_says_what_was_understood() {
    for name in ["clean", "split-views", "delegated"].into_iter().chain(CLEAN[6..].iter().copied()) {
        insta::assert_snapshot!(format!("{name}-show"), show(name, "human"));
    }
    let json: serde_json::Value = serde_json::from_str(&show("delegated", "json")).unwrap();
    insta::assert_snapshot!("delegated-show-json", serde_json::to_string_pretty(&json).unwrap());
}
