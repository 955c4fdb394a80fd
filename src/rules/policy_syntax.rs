//! `policy-syntax`: a policy that breaks the grammar.

use super::Context;
use crate::mta_sts::policy::{FaultKind, MAX_LEN};
use crate::site::ServedPolicy;

pub(super) fn judge(served: &ServedPolicy, cx: &mut Context<'_>) {
    let policy = &served.policy;
    for fault in &policy.parsed.faults {
        let (message, help) = words(fault.kind);
        cx.report(policy.place(fault.span), message).label("strict senders refuse the policy for it").help(help);
    }
    if policy.parsed.faults_left_out > 0 {
        let message = format!("the policy has {} more such lines", policy.parsed.faults_left_out);
        cx.report(policy.opening(), message).help("is this the file that was meant?");
    }
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
