//! A text as it should be published, and the edits that make it so.

use super::Context;
use crate::finding::Edit;
use crate::mta_sts::record::{Fault, FaultKind};
use crate::text::{Span, Traced};

/// Changes of a text as it is published.
pub(super) struct Mend<'t> {
    text: &'t Traced,
    /// What is replaced, and by what.
    parts: Vec<(Span, String)>,
}

impl<'t> Mend<'t> {
    /// No change.
    pub(super) fn of(text: &'t Traced) -> Self {
        Self { text, parts: Vec::new() }
    }

    /// What makes a TXT record of `name=value` fields keep to the grammar, where its author can only have meant that.
    pub(super) fn of_fields(text: &'t Traced, faults: &[Fault], version: &str) -> Option<Self> {
        let mut mend = Self::of(text);
        for fault in faults {
            let (span, new) = match fault.kind {
                FaultKind::Quote
                | FaultKind::TrailingBlank
                | FaultKind::BlankBeforeDelimiter
                | FaultKind::EmptyField => (fault.span, ""),
                // Of `\;` the backslash.
                FaultKind::EscapedDelimiter => (Span::new(fault.span.start, fault.span.start + 1), ""),
                FaultKind::BlankAroundEquals => (fault.span, "="),
                FaultKind::LeadingText if is_invisible(fault.span.slice(text.bytes())) => (fault.span, ""),
                FaultKind::VersionCase | FaultKind::VersionForm => (fault.span, version),
                _ => return None,
            };
            mend = mend.replace(span, new);
        }
        Some(mend)
    }

    /// Puts `new` in the stead of `span`.
    #[must_use]
    pub(super) fn replace(mut self, span: Span, new: impl Into<String>) -> Self {
        self.parts.push((span, new.into()));
        self.parts.sort_by_key(|(span, _)| *span);
        self
    }

    /// The text after the changes.
    pub(super) fn result(&self) -> Vec<u8> {
        let (mut out, mut from) = (Vec::new(), 0);
        for (span, new) in &self.parts {
            out.extend_from_slice(Span::new(from, span.start).slice(self.text.bytes()));
            out.extend_from_slice(new.as_bytes());
            from = span.end;
        }
        out.extend_from_slice(self.text.bytes().get(from as usize..).unwrap_or_default());
        out
    }

    /// The edits that make them, if all can be made.
    pub(super) fn edits(&self, cx: &Context<'_>) -> Option<Vec<Edit>> {
        let is_apart = self.parts.is_sorted_by(|(a, _), (b, _)| a.end <= b.start);
        if !is_apart {
            return None;
        }
        let edits = self.parts.iter().map(|(span, new)| match &**new {
            "" => cx.removal(self.text, *span),
            new => Some(vec![Edit::replace(cx.editable(self.text, *span)?, new)]),
        });
        let edits: Vec<Edit> = edits.collect::<Option<Vec<_>>>()?.into_iter().flatten().collect();
        (!edits.is_empty()).then_some(edits)
    }
}

/// Blanks, or a byte order mark.
fn is_invisible(bytes: &[u8]) -> bool {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).iter().all(|byte| matches!(byte, b' ' | b'\t'))
}
