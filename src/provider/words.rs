//! The linter's words, as Terraform shows them.

use super::protocol::{Diagnostic, Type, Value};
use crate::finding::{Finding, Severity};
use crate::rules;
use crate::text::escape;

/// A finding: its rule, the fact, the act, and where the standard says so.
pub(super) fn diagnostic(finding: &Finding) -> Diagnostic {
    let is_error = finding.severity == Severity::Error;
    Diagnostic { is_error, ..in_words(finding.rule, &finding.message, finding.help.as_deref()) }
}

/// An error in the words of a rule whose judgement is made here.
pub(super) fn of_rule(rule: &'static str, fact: &str, help: &str) -> Diagnostic {
    in_words(rule, fact, Some(help))
}

fn in_words(rule: &'static str, fact: &str, help: Option<&str>) -> Diagnostic {
    let page = rules::find(rule).map(rules::Rule::page);
    let summary = page.as_ref().map_or(rule, |page| page.summary);
    let help = help.map_or_else(String::new, |help| {
        let stop = if help.ends_with('?') { "" } else { "." };
        format!("\n\nHelp: {help}{stop}")
    });
    let url = page.as_ref().and_then(rules::Page::url).map_or_else(String::new, |url| format!("\nSee {url}"));
    Diagnostic::error(summary, format!("{rule}: {fact}.{help}{url}"))
}

/// The type of findings, where a result lists them.
pub(super) fn findings_type() -> Type {
    let attributes = ["rule", "severity", "message", "help"].map(|name| (name, Type::Text));
    Type::list(Type::Object(attributes.to_vec()))
}

/// What is told of somebody's answers, as a value that a configuration may print.
pub(super) fn told(text: &str) -> Value {
    Value::text(escape(text))
}

/// Findings as a value of that type.
pub(super) fn findings(findings: &[Finding]) -> Value {
    let value = |finding: &Finding| {
        Value::object([
            ("rule", Value::text(finding.rule)),
            ("severity", Value::text(finding.severity.as_str())),
            ("message", told(&finding.message)),
            ("help", finding.help.as_deref().map_or(Value::Null, told)),
        ])
    };
    Value::List(findings.iter().map(value).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_keeps_its_mark_and_gets_no_stop() {
        let detail = |help| of_rule("policy-syntax", "a fact", help).detail;
        assert!(detail("did you mean `enforce`?").contains("\n\nHelp: did you mean `enforce`?\nSee https://"));
        assert!(detail("write whole seconds").contains("\n\nHelp: write whole seconds.\nSee https://"));
    }
}
