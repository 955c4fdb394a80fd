//! `policy-syntax`: a policy that breaks the grammar.

use super::Context;
use super::mend::Mend;
use crate::finding::Edit;
use crate::mta_sts::policy::{FIELDS, Fault, FaultKind, MAX_LEN};
use crate::site::{PolicyText, ServedPolicy};
use crate::text::Span;

pub(super) fn judge(served: &ServedPolicy, cx: &mut Context<'_>) {
    let policy = &served.policy;
    for fault in &policy.parsed.faults {
        let (message, help) = words(fault.kind);
        let edits = edits(policy, fault, cx);
        let finding =
            cx.report(policy.place(fault.span), message).label("strict senders refuse the policy for it").help(help);
        if let Some(edits) = edits {
            finding.safe_fix(edits);
        }
    }
    if policy.parsed.faults_left_out > 0 {
        let message = format!("the policy has {} more such lines", policy.parsed.faults_left_out);
        cx.report(policy.opening(), message).help("is this the file that was meant?");
    }
}

fn edits(policy: &PolicyText, fault: &Fault, cx: &Context<'_>) -> Option<Vec<Edit>> {
    let indented = cx.keeps_indentation(&policy.text).filter(|_| fault.kind == FaultKind::LeadingBlank);
    indented.map(|edit| vec![edit]).or_else(|| mend(policy, fault)?.edits(cx))
}

/// What makes the policy keep to the grammar in this, where its author can only have meant that.
fn mend<'p>(policy: &'p PolicyText, fault: &Fault) -> Option<Mend<'p>> {
    let text = policy.text.bytes();
    let start = fault.span.start as usize;
    let end = match fault.kind {
        FaultKind::Bom | FaultKind::LeadingBlank | FaultKind::BlankBeforeColon => fault.span.end as usize,
        // All the blank lines that follow each other.
        FaultKind::TrailingBlankLine => text.len(),
        FaultKind::BlankLine => {
            let blank = text[start..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            memchr::memrchr(b'\n', &text[..start + blank])? + 1
        }
        FaultKind::Equals => {
            let line = fault.span.slice(text);
            let sign = memchr::memchr(b'=', line)?;
            let (name, value) = (line[..sign].trim_ascii_end(), line[sign + 1..].trim_ascii_start());
            let is_field = FIELDS.iter().any(|field| field.as_bytes() == name) && !value.is_empty();
            let between = Span::of(start + name.len()..fault.span.end as usize - value.len());
            return (is_field && !value.contains(&b'=')).then(|| Mend::of(&policy.text).replace(between, ": "));
        }
        _ => return None,
    };
    // In a template a line is also what stands between two lines: only what follows a line in the source too is taken out.
    let with_line_end = Span::of(start.saturating_sub(1)..end);
    let is_in_place = policy.text.stretches_in(with_line_end).count() == 1;
    is_in_place.then(|| Mend::of(&policy.text).replace(Span::of(start..end), ""))
}

fn words(kind: FaultKind) -> (String, &'static str) {
    let (message, help) = match kind {
        FaultKind::Empty => ("the policy is empty", "write version, mode, mx and max_age, one a line"),
        FaultKind::TooLarge => {
            let message = format!("the policy is larger than {MAX_LEN} bytes, which senders do not read");
            return (message, "remove what is not policy");
        }
        FaultKind::Bom => ("the policy begins with a byte order mark", "save the file as UTF-8 without one"),
        FaultKind::Utf16 => ("the policy is UTF-16", "save the file as UTF-8 without a byte order mark"),
        FaultKind::Html => ("the policy is a web page", "serve the plain text of the policy"),
        FaultKind::Json => ("the policy is JSON", "write `name: value` lines"),
        FaultKind::InvalidUtf8 => ("the policy is not UTF-8", "save the file as UTF-8"),
        FaultKind::Nul => ("the policy holds a NUL byte", "remove it"),
        FaultKind::BareCr => ("a CR without LF ends the line", "end lines with LF or CRLF"),
        FaultKind::BlankLine => ("there is a blank line in the policy", "remove it"),
        FaultKind::TrailingBlankLine => ("there is a blank line after the last field", "remove it"),
        FaultKind::LeadingBlank => ("the line begins with blanks", "remove them"),
        FaultKind::Comment => ("policies have no comments", "remove the line"),
        FaultKind::NoColon => ("the line is no `name: value`", "correct or remove it"),
        FaultKind::Equals => ("an equals sign stands for the colon", "write `name: value`"),
        FaultKind::BlankBeforeColon => ("there are blanks before the colon", "remove them"),
        FaultKind::BadName => {
            ("the field's name is not made of letters, digits, `_`, `-` and `.`", "correct or remove it")
        }
        FaultKind::EmptyValue => ("the field has no value", "give it one, or remove the line"),
        FaultKind::ControlCharacter => ("the value holds a control character", "remove it"),
    };
    (message.to_owned(), help)
}
