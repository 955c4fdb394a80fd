//! The repository holds itself to its shape.

use std::collections::BTreeSet;

use mtasts::rules::{self, Category, Judge, RULES};

use crate::support;

/// The modules of `src/`, each of which imports only from those before it.
const ORDER: [&str; 21] = [
    "parallel",
    "text",
    "dns",
    "certificates",
    "mta_sts",
    "zone",
    "hcl",
    "formats",
    "site",
    "observed",
    "reports",
    "finding",
    "rules",
    "config",
    "inputs",
    "live",
    "lint",
    "fix",
    "report",
    "lsp",
    "provider",
];

#[test]
fn pages_and_registry_agree() {
    let pages: BTreeSet<String> = support::files("rules", "md")
        .iter()
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    let registered: BTreeSet<String> = RULES.iter().map(|rule| rule.name.to_owned()).collect();
    assert_eq!(pages, registered);
    for rule in RULES {
        let page = rule.page();
        assert!(!page.summary.is_empty() && !page.summary.ends_with('.'), "{}: summary", rule.name);
        assert!(!page.since.is_empty(), "{}: since", rule.name);
        assert!(page.category == Category::Input || page.url().is_some(), "{}: rfc", rule.name);
        for part in ["## Why", "## How to fix", "## Examples"] {
            assert!(page.body.contains(part), "{}: no {part}", rule.name);
        }
        assert!(rules::find(rule.name).is_some());
    }
}

#[test]
fn imports_point_upward() {
    let mut wrong = Vec::new();
    for (place, module) in ORDER.iter().enumerate() {
        for (path, text) in sources(module) {
            for (number, line) in text.lines().enumerate() {
                let mut rest = line;
                while let Some(at) = rest.find("crate::") {
                    rest = &rest[at + "crate::".len()..];
                    let name = rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
                    let below = ORDER.iter().position(|known| *known == name).is_none_or(|found| found > place);
                    if below {
                        wrong.push(format!("{path}:{}: {module} imports {name}", number + 1));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_file_has_grown_past_five_hundred_lines() {
    for module in ORDER.iter().chain(&["cli"]) {
        for (path, text) in sources(module) {
            let lines = text.lines().count();
            // Tables of truth are read by the line.
            assert!(
                lines <= 500 || path.ends_with("tests.rs"),
                "{path} has {lines} lines: what are the two ideas in it?"
            );
        }
    }
}

#[test]
fn a_rule_is_a_small_file_with_its_name() {
    for rule in RULES.iter().filter(|rule| !matches!(rule.judge, Judge::Driver)) {
        let path = format!("src/rules/{}.rs", rule.name.replace('-', "_"));
        let text = std::fs::read_to_string(support::root().join(&path)).unwrap();
        assert!(text.starts_with(&format!("//! `{}`", rule.name)), "{path} does not begin with its rule's name");
        assert!(text.lines().count() <= 120, "{path}: the rule does too much");
    }
}

/// The Rust files of a module of `src/`: path and text.
fn sources(module: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut directories = vec![support::root().join("src").join(module)];
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(&directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                found.push((path.strip_prefix(support::root()).unwrap().display().to_string(), text));
            }
        }
    }
    found
}
