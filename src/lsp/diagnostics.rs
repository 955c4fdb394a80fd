//! Findings as the editor shows them.

use std::collections::BTreeMap;

use gen_lsp_types::{
    Code, CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, Message, Range, Uri,
};
use serde_json::json;

use super::judged::Judged;
use crate::finding::{Finding, Severity};
use crate::rules;
use crate::text::{FileId, escape};

/// No editor shows more of one file in a way that helps.
const MAX_IN_FILE: usize = 1000;
const MAX_RELATED: usize = 8;

/// The diagnostics of each file that has one, and of each that is open.
pub(super) fn by_file(judged: &Judged, takes_related: bool) -> BTreeMap<FileId, Vec<Diagnostic>> {
    let mut found: BTreeMap<FileId, Vec<Diagnostic>> = judged.open().map(|file| (file, Vec::new())).collect();
    for finding in judged.outcome.iter().flat_map(|outcome| &outcome.findings) {
        let file = finding.place.file;
        let Some(lines) = judged.lines(file) else { continue };
        let list = found.entry(file).or_default();
        if list.len() < MAX_IN_FILE {
            list.push(diagnostic(finding, lines.range(finding.place.span), judged, takes_related));
        }
    }
    for error in &judged.errors {
        let Some(lines) = judged.lines(error.place.file) else { continue };
        let shown = of(lines.range(error.place.span), DiagnosticSeverity::Error, escape(&error.message).into_owned());
        found.entry(error.place.file).or_default().push(shown);
    }
    found
}

/// A finding at its range.
pub(super) fn diagnostic(finding: &Finding, range: Range, judged: &Judged, takes_related: bool) -> Diagnostic {
    let severity = match finding.severity {
        Severity::Error => DiagnosticSeverity::Error,
        Severity::Warning => DiagnosticSeverity::Warning,
        Severity::Info => DiagnosticSeverity::Information,
    };
    let mut diagnostic = of(range, severity, message(finding));
    diagnostic.code = Some(Code::String(finding.rule.to_owned()));
    diagnostic.code_description = page(finding.rule).map(|href| CodeDescription { href });
    let related: Vec<DiagnosticRelatedInformation> = if takes_related { related(finding, judged) } else { Vec::new() };
    diagnostic.related_information = (!related.is_empty()).then_some(related);
    let domain = finding.domain.as_ref().map(ToString::to_string);
    diagnostic.data = Some(json!({ "rule": finding.rule, "domain": domain }));
    diagnostic
}

fn of(range: Range, severity: DiagnosticSeverity, message: String) -> Diagnostic {
    Diagnostic {
        range,
        severity: Some(severity),
        code: None,
        code_description: None,
        source: Some("mtasts".to_owned()),
        message: Message::String(message),
        tags: None,
        related_information: None,
        data: None,
    }
}

/// The fact, and on a line of its own the act.
fn message(finding: &Finding) -> String {
    let fact = escape(&finding.message);
    match &finding.help {
        Some(help) => format!("{fact}\nhelp: {}", escape(help)),
        None => fact.into_owned(),
    }
}

/// The document in which a rule is laid down.
fn page(rule: &str) -> Option<Uri> {
    rules::find(rule)?.page().url()?.parse().ok()
}

fn related(finding: &Finding, judged: &Judged) -> Vec<DiagnosticRelatedInformation> {
    let shown = finding.related.iter().filter_map(|related| {
        let location = judged.location(related.place)?;
        Some(DiagnosticRelatedInformation { location, message: escape(&related.message).into_owned() })
    });
    shown.take(MAX_RELATED).collect()
}
