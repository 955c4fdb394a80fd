//! One more `mx` line in a policy, in the way in which the others are written.

use super::Context;
use crate::dns::Name;
use crate::finding::Edit;
use crate::site::PolicyText;
use crate::text::{Place, Span};

/// The edit that adds `host` behind the last `mx` of the policy.
///
/// What parts two lines in the source, be it the end of a line and an indentation, `\n` in a string, or the end of one string of a
/// list and the beginning of the next, is copied from beside that `mx`: so it fits wherever the policy is written.
pub(super) fn addition(policy: &PolicyText, host: &Name, cx: &Context<'_>) -> Option<Vec<Edit>> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    if !host.as_str().bytes().all(is_plain) {
        return None;
    }
    let (field, _) = policy.parsed.mx().last()?;
    // The whole line stands in one place: the value may not come from a list, to which a name is to be added instead.
    let line = cx.editable(&policy.text, field.name.to(field.value))?;
    let text = policy.text.bytes();
    let sign = Span::new(field.name.start, field.value.start).slice(text);
    let separator = before(policy, field.name, line, cx).or_else(|| behind(policy, field.value, line, cx))?;
    let new = format!("{separator}{}{host}", str::from_utf8(sign).ok()?);
    Some(vec![Edit::insert(line.file, line.span.end, new)])
}

/// What parts the line from the one above.
fn before(policy: &PolicyText, name: Span, line: Place, cx: &Context<'_>) -> Option<String> {
    let head = policy.text.bytes().get(..name.start as usize)?;
    let above = head.strip_suffix(b"\n")?;
    let above = above.strip_suffix(b"\r").unwrap_or(above);
    let last = policy.text.place(Span::of(above.len().checked_sub(1)?..above.len()));
    separator(last, line, cx)
}

/// What parts the line from the one below.
fn behind(policy: &PolicyText, value: Span, line: Place, cx: &Context<'_>) -> Option<String> {
    let tail = policy.text.bytes().get(value.end as usize..)?;
    let below = tail.strip_prefix(b"\n").or_else(|| tail.strip_prefix(b"\r\n"))?;
    let at = value.end as usize + tail.len() - below.len();
    separator(line, policy.text.place(Span::of(at..at + 1)), cx)
}

/// The source between two places, if it parts lines and does nothing else.
fn separator(first: Place, second: Place, cx: &Context<'_>) -> Option<String> {
    let (from, to) = (first.span.end, second.span.start);
    if first.file != second.file || from >= to {
        return None;
    }
    let between = str::from_utf8(Span::new(from, to).slice(cx.file(first)?)).ok()?;
    let plain = between.replace("\\r", "").replace("\\n", "");
    plain
        .bytes()
        .all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'"' | b'\'' | b','))
        .then(|| between.to_owned())
}
