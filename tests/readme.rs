//! Every command in the README runs, and its configuration is read.

use std::process::Command;

use crate::support::{self, mtasts};

fn readme() -> String {
    std::fs::read_to_string(support::root().join("README.md")).unwrap()
}

/// The fenced blocks of one language.
fn blocks(language: &str) -> Vec<String> {
    let text = readme();
    let mut blocks = Vec::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find(&format!("\n```{language}\n")) {
        let body = &rest[at + language.len() + 5..];
        let end = body.find("\n```").unwrap();
        blocks.push(body[..end].to_owned());
        rest = &body[end..];
    }
    blocks
}

#[test]
fn every_command_runs() {
    let [root, planned, reported] = ["clean", "tf-plan", "tls-reports"].map(support::fixture);
    let mut count = 0;
    for line in blocks("sh").iter().flat_map(|block| block.lines()) {
        let words: Vec<&str> = line.split('#').next().unwrap().split_whitespace().collect();
        count += 1;
        let output = match words[..] {
            // What runs this test.
            ["cargo", "test"] => continue,
            // Building once more would take minutes; what it runs is the binary that is here.
            ["cargo", "run", "--release", "--", ref arguments @ ..] => {
                mtasts(support::root()).args(arguments).output().unwrap()
            }
            ["mtasts", "lint", "--plan", plan] => {
                mtasts(planned.path()).args(["lint", "--plan", plan]).output().unwrap()
            }
            ["mtasts", "reports", ref arguments @ ..] => {
                mtasts(reported.path()).arg("reports").args(arguments).output().unwrap()
            }
            ["mtasts", ref arguments @ ..] => mtasts(root.path()).args(arguments).output().unwrap(),
            _ => panic!("what is {line:?}?"),
        };
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{line}: {said}");
        assert!(!output.stdout.is_empty() || line.contains("concise") || line.contains("--diff"), "{line}");
    }
    assert!(count >= 8, "only {count} commands were found");
}

#[test]
fn cargo_run_runs_the_linter() {
    let metadata = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version", "1"])
        .current_dir(support::root())
        .output()
        .unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&metadata.stdout).unwrap();
    assert_eq!(metadata["packages"][0]["default_run"], "mtasts");
}

#[test]
fn the_output_shown_is_the_output() {
    for shown in blocks("console") {
        let (command, expected) = shown.split_once('\n').unwrap();
        let arguments: Vec<&str> = command.strip_prefix("$ mtasts ").unwrap().split(' ').collect();
        let output = mtasts(support::root()).args(arguments).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.starts_with(expected), "{text}");
    }
}

#[test]
fn the_configuration_is_read() {
    let toml = blocks("toml").concat();
    let root = support::repository(&[("mtasts.toml", &toml)]);
    let output =
        mtasts(root.path()).args(["lint", "--format", "concise", "--ignore", "suppression-unused"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_pre_commit_entry_is_the_one_that_init_prints() {
    let root = support::fixture("clean");
    let output = Command::new(env!("CARGO_BIN_EXE_mtasts")).arg("init").current_dir(root.path()).output().unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(printed.contains(&blocks("yaml")[0]), "{printed}");
}

#[test]
fn the_terraform_shown_is_what_it_looks_like() {
    let zone = "\nresource \"aws_route53_zone\" \"main\" {\n  name = \"example.com\"\n}\n";
    let root = support::repository(&[("main.tf", &(blocks("terraform").concat() + zone))]);
    let output = mtasts(root.path()).args(["show", "--format", "json"]).output().unwrap();
    let shown: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let domain = &shown["domains"][0];
    assert_eq!((&domain["domain"], &domain["policy"]["mode"]), (&"example.com".into(), &"testing".into()), "{shown}");
    let text = domain["policy"]["text"].as_str().unwrap();
    assert_eq!(domain["record"]["id"], mtasts::mta_sts::compose::id(text.as_bytes()), "{shown}");
}
