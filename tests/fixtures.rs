//! The binary over `fixtures/`, each a repository as users have them.
//!
//! `INSTA_UPDATE=always cargo test fixtures` writes the snapshots anew. Read what it wrote: `fixtures/mistakes/EXPECTED.md`
//! says what it should hold.

use std::collections::BTreeSet;

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

#[test]
fn clean_repositories_have_nothing_above_info() {
    for name in ["clean", "operator", "split-views", "delegated", "workspace", "microsoft365"] {
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

/// A finding, as the table of `EXPECTED.md` and the linter's JSON both tell it.
type Told = (String, String, u64, String);

#[test]
fn mistakes_are_those_that_the_fixture_lists() {
    let root = support::fixture("mistakes");
    let table = std::fs::read_to_string(root.path().join("EXPECTED.md")).unwrap();
    let expected: BTreeSet<Told> = table
        .lines()
        .filter_map(|line| {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            let [_, domain, place, rule, ..] = cells[..] else { return None };
            let (path, line) = place.rsplit_once(':')?;
            Some((domain.replace("(none)", ""), path.to_owned(), line.parse().ok()?, rule.to_owned()))
        })
        .collect();
    let output = mtasts(root.path()).args(["lint", "--format", "json"]).output().unwrap();
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let findings = json["findings"].as_array().unwrap();
    let found: BTreeSet<Told> = findings
        .iter()
        .map(|finding| {
            let line = finding["start"]["line"].as_u64().unwrap();
            (text(&finding["domain"]), text(&finding["path"]), line, text(&finding["rule"]))
        })
        .collect();
    let missed: Vec<&Told> = expected.difference(&found).collect();
    let alarms: Vec<&Told> = found.difference(&expected).collect();
    assert!(missed.is_empty() && alarms.is_empty(), "missed: {missed:#?}\nfalse alarms: {alarms:#?}");
    assert!(expected.len() > 60);
}

#[test]
fn show_says_what_was_understood() {
    for name in ["clean", "split-views", "delegated"] {
        insta::assert_snapshot!(format!("{name}-show"), show(name, "human"));
    }
    let json: serde_json::Value = serde_json::from_str(&show("delegated", "json")).unwrap();
    insta::assert_snapshot!("delegated-show-json", serde_json::to_string_pretty(&json).unwrap());
}
