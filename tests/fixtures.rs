//! The binary over `fixtures/`, each a repository as users have them.
//!
//! `INSTA_UPDATE=always cargo test fixtures` writes the snapshots anew. Read what it wrote: `fixtures/mistakes/EXPECTED.md`
//! says what it should hold.

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

#[test]
fn show_says_what_was_understood() {
    for name in ["clean", "split-views", "delegated"] {
        insta::assert_snapshot!(format!("{name}-show"), show(name, "human"));
    }
    insta::assert_snapshot!("delegated-show-json", show("delegated", "json"));
}
