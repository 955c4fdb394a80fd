//! Quick fixes.

use std::collections::{BTreeMap, HashMap};

use gen_lsp_types::{
    CodeAction, CodeActionKind, CodeActionParams, DocumentChange, Edit, OptionalVersionedTextDocumentIdentifier,
    TextDocumentEdit, TextDocumentIdentifier, TextEdit, WorkspaceEdit,
};

use super::client::Client;
use super::diagnostics;
use super::judged::Judged;
use crate::finding::{Applicability, Finding, Fix};
use crate::text::{FileId, Span, clipped, escape};

/// No menu is longer.
const MAX_ACTIONS: usize = 50;
/// Characters of a title.
const MAX_TITLE: usize = 160;

/// The fixes of what is found in a range.
pub(super) fn actions(params: &CodeActionParams, judged: &Judged, client: &Client) -> Vec<CodeAction> {
    let is_wanted = |kind: &CodeActionKind| matches!(kind, CodeActionKind::QuickFix | CodeActionKind::Empty);
    if params.context.only.as_ref().is_some_and(|only| !only.iter().any(is_wanted)) {
        return Vec::new();
    }
    let (Some(file), Some(outcome)) = (judged.file(&params.text_document.uri), &judged.outcome) else {
        return Vec::new();
    };
    let Some(lines) = judged.lines(file) else { return Vec::new() };
    let asked = Span::new(lines.offset(params.range.start), lines.offset(params.range.end));
    let is_here = |finding: &Finding| {
        let span = finding.place.span;
        finding.place.file == file && span.start <= asked.end && asked.start <= span.end
    };
    let found = outcome.findings.iter().zip(&judged.fixable);
    let here = found.filter(|(finding, is_fixable)| **is_fixable && is_here(finding)).map(|(finding, _)| finding);
    let action = |finding: &Finding| {
        let shown = diagnostics::diagnostic(finding, lines.range(finding.place.span), judged, client.takes_related);
        let fix = finding.fix.as_ref()?;
        Some(CodeAction {
            title: title(finding, fix),
            kind: Some(CodeActionKind::QuickFix),
            diagnostics: Some(vec![shown]),
            is_preferred: (fix.applicability == Applicability::Safe).then_some(true),
            disabled: None,
            edit: Some(workspace_edit(fix, judged, client)?),
            command: None,
            data: None,
            tags: None,
        })
    };
    here.filter_map(action).take(MAX_ACTIONS).collect()
}

/// What the fix does, and that it is to be looked at, where it is.
fn title(finding: &Finding, fix: &Fix) -> String {
    let act = finding.help.as_deref().unwrap_or(&finding.message);
    let act = clipped(act.as_bytes(), MAX_TITLE);
    let warning = if fix.applicability == Applicability::Safe { "" } else { " (changes what is published)" };
    format!("Fix: {}{warning}", escape(&act))
}

/// The edits, all of them or none.
fn workspace_edit(fix: &Fix, judged: &Judged, client: &Client) -> Option<WorkspaceEdit> {
    let mut by_file: BTreeMap<FileId, Vec<TextEdit>> = BTreeMap::new();
    for edit in &fix.edits {
        let range = judged.lines(edit.place.file)?.range(edit.place.span);
        by_file.entry(edit.place.file).or_default().push(TextEdit { range, new_text: edit.content.clone() });
    }
    let mut edit = WorkspaceEdit { changes: None, document_changes: None, change_annotations: None };
    if client.takes_versions {
        // With the version, so that the editor refuses the edit if the text has moved on.
        let change = |(file, edits): (FileId, Vec<TextEdit>)| {
            let text_document = OptionalVersionedTextDocumentIdentifier {
                version: judged.version(file),
                text_document_identifier: TextDocumentIdentifier { uri: judged.uri(file)? },
            };
            let edits = edits.into_iter().map(Edit::TextEdit).collect();
            Some(DocumentChange::TextDocumentEdit(TextDocumentEdit { text_document, edits }))
        };
        edit.document_changes = Some(by_file.into_iter().map(change).collect::<Option<_>>()?);
    } else {
        let change = |(file, edits): (FileId, Vec<TextEdit>)| Some((judged.uri(file)?, edits));
        edit.changes = Some(by_file.into_iter().map(change).collect::<Option<HashMap<_, _>>>()?);
    }
    Some(edit)
}
