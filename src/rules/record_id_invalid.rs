//! `record-id-invalid`: an id that is none.

use super::Context;
use crate::finding::Edit;
use crate::mta_sts::record::{IdError, check_id};
use crate::site::Site;
use crate::text::{Span, clipped};

pub(super) fn judge(site: &Site, cx: &mut Context<'_>) {
    for record in site.sts_texts() {
        let Some(value) = record.parsed.ids().next().and_then(|field| field.value) else { continue };
        let id = value.slice(record.text.bytes());
        let shown = clipped(id, 60);
        let (span, message, help) = match check_id(id) {
            // An empty value is record-syntax's.
            Ok(()) | Err(IdError::Empty) => continue,
            // What record-syntax reports of the same value is the cause.
            Err(_)
                if record
                    .parsed
                    .faults
                    .iter()
                    .any(|fault| fault.span.start >= value.start && fault.span.end <= value.end) =>
            {
                continue;
            }
            Err(IdError::TooLong { len }) => (
                value,
                format!("the id has {len} characters, and 32 is the most"),
                format!("shorten it: the first 32 are `{}`", clipped(id, 32).trim_end_matches('…')),
            ),
            Err(IdError::BadByte { at }) => {
                let kept: String = shown.chars().filter(char::is_ascii_alphanumeric).take(32).collect();
                let start = value.start + u32::try_from(at).unwrap_or(0);
                let len = u32::try_from(character_len(&id[at..])).unwrap_or(1);
                let help =
                    if kept.is_empty() { "use letters and digits".to_owned() } else { format!("write `id={kept}`") };
                (
                    Span::new(start, start + len),
                    format!("the id `{shown}` holds something else than letters and digits"),
                    help,
                )
            }
        };
        let kept: String =
            id.iter().map(|byte| char::from(*byte)).filter(char::is_ascii_alphanumeric).take(32).collect();
        let edit =
            cx.editable(&record.text, value).filter(|_| !kept.is_empty()).map(|place| Edit::replace(place, kept));
        let finding =
            cx.report(record.text.place(span), message).label("senders that check refuse the record").help(help);
        if let Some(edit) = edit {
            finding.unsafe_fix(vec![edit]);
        }
    }
}

/// Bytes of the first character, so that a place does not divide it.
fn character_len(text: &[u8]) -> usize {
    match text.utf8_chunks().next() {
        Some(chunk) => chunk.valid().chars().next().map_or(1, char::len_utf8),
        None => 1,
    }
}
