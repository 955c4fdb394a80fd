//! A rule as SARIF describes it, from its page.

use serde_json::{Value, json};

use super::super::Report;
use super::result::level;
use crate::finding::Severity;
use crate::rules::{self, Page};
use crate::text::clipped;

/// GitHub takes 1024.
const MAX_DESCRIPTION: usize = 1000;

pub(super) fn descriptor(name: &str, report: &Report) -> Value {
    let Some(rule) = rules::find(name) else { return json!({"id": name}) };
    let (page, url) = (rule.page(), (report.rule_url)(name));
    let help = help(&page, url.as_deref());
    let mut descriptor = json!({
        "id": name,
        "shortDescription": {"text": format!("{}.", page.summary)},
        "fullDescription": {"text": clipped(first_paragraph(&page).as_bytes(), MAX_DESCRIPTION)},
        "help": {"text": help, "markdown": help},
        "defaultConfiguration": {"level": level(page.severity)},
        "properties": {
            "tags": ["mta-sts", page.category.name()],
            "precision": "very-high",
            "problem.severity": problem(page.severity),
        },
    });
    if let Some(url) = url {
        descriptor["helpUri"] = url.into();
    }
    descriptor
}

/// Why it matters and how to mend it; the examples are too long to be read beside an alert.
fn help(page: &Page, url: Option<&str>) -> String {
    let from = page.body.find("## Why").unwrap_or_default();
    let body = page.body.get(from..).unwrap_or_default();
    let text = body.split("\n## Examples").next().unwrap_or_default().trim_end();
    match url {
        Some(url) => format!("{text}\n\n[{}]({url})", page.rfc),
        None => text.to_owned(),
    }
}

fn first_paragraph(page: &Page) -> String {
    let why = page.body.split_once("## Why\n").map_or(page.summary, |(_, why)| why);
    let paragraph = why.trim_start().split("\n\n").next().unwrap_or_default();
    paragraph.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn problem(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "recommendation",
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::samples::Sample;
    use super::*;

    #[test]
    fn a_rule_is_what_its_page_says() {
        let sample = Sample::default();
        let descriptor = descriptor("record-id-invalid", &sample.report());
        insta::assert_snapshot!(serde_json::to_string_pretty(&descriptor).unwrap());
    }

    #[test]
    fn every_page_has_what_code_scanning_shows() {
        let sample = Sample::default();
        for rule in rules::RULES {
            let descriptor = descriptor(rule.name, &sample.report());
            let text = |key: &str| descriptor[key]["text"].as_str().unwrap().to_owned();
            assert!(text("fullDescription").len() > 20 && text("fullDescription").len() < 1024, "{}", rule.name);
            assert!(
                text("help").starts_with("## Why\n") && text("help").contains("\n## How to fix\n"),
                "{}",
                rule.name
            );
            assert!(!text("help").contains("```zone"), "{}", rule.name);
        }
    }
}
