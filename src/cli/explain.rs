//! `mtasts explain` and `mtasts rules`: the rule book.

use std::fmt::Write;
use std::io;

use serde::Serialize;

use super::args::{ExplainArgs, RulesArgs, ShowFormat};
use super::{FAILED, complain, print};
use crate::finding::Severity;
use crate::rules::{self, RULES};

/// Prints the page of a rule.
pub(super) fn page(args: &ExplainArgs) -> io::Result<u8> {
    let Some(rule) = rules::find(&args.rule) else {
        complain(&rules::unknown(&args.rule));
        return Ok(FAILED);
    };
    let page = rule.page();
    let mut text = format!("{}\n\nseverity: {}", page.body.trim_end(), page.severity.as_str());
    for (case, severity) in &page.severity_when {
        // Writing to a String cannot fail.
        let _ = write!(text, ", {case}: {}", severity.as_str());
    }
    if let Some(url) = page.url() {
        let _ = write!(text, "\nlaid down in: {} ({url})", page.rfc);
    }
    text.push('\n');
    print(text.as_bytes())
}

/// One rule, as `rules --format json` lists it.
#[derive(Serialize)]
struct Listed {
    rule: &'static str,
    severity: Severity,
    category: &'static str,
    summary: &'static str,
    rfc: &'static str,
    since: &'static str,
}

/// Lists the rules.
pub(super) fn list(args: &RulesArgs) -> io::Result<u8> {
    let listed: Vec<Listed> = RULES
        .iter()
        .map(|rule| {
            let page = rule.page();
            Listed {
                rule: rule.name,
                severity: page.severity,
                category: page.category.name(),
                summary: page.summary,
                rfc: page.rfc,
                since: page.since,
            }
        })
        .collect();
    if args.format == ShowFormat::Json {
        let mut text = serde_json::to_vec_pretty(&listed)?;
        text.push(b'\n');
        return print(&text);
    }
    let mut text = String::new();
    let mut category = "";
    for rule in &listed {
        if rule.category != category {
            let gap = if category.is_empty() { "" } else { "\n" };
            category = rule.category;
            let _ = writeln!(text, "{gap}{category}");
        }
        let _ = writeln!(text, "  {:<24} {:<8} {}", rule.rule, rule.severity.as_str(), rule.summary);
    }
    print(text.as_bytes())
}
