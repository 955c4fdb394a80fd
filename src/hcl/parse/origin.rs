//! Where the bytes under the parser come from.

use crate::text::{FileId, Place, Span, Stretch, Traced, TracedBuilder};

/// What the parser reads: a file, or text that was put together out of files.
pub(super) enum Origin<'a> {
    /// Offsets are offsets in this file.
    File(FileId),
    /// Offsets are offsets in this text.
    Text {
        /// The text.
        text: &'a Traced,
        /// Its stretches, to be searched by their place in it.
        stretches: Vec<Stretch<'a>>,
    },
}

impl<'a> Origin<'a> {
    /// The origin of what is read out of `text`.
    pub(super) fn text(text: &'a Traced) -> Self {
        Self::Text { text, stretches: text.stretches().collect() }
    }

    /// Where the bytes of `span` are written; if in several files, where the first of them are.
    pub(super) fn place(&self, span: Span) -> Place {
        let (text, stretches) = match self {
            Self::File(file) => return Place::new(*file, span),
            Self::Text { text, stretches } => (text, stretches),
        };
        let over = over(stretches, span);
        match (over.first(), over.last()) {
            (Some(first), Some(last)) if !span.is_empty() => {
                let (from, to) = (first.place_of(span), last.place_of(span));
                if from.file == to.file && from.span.start <= to.span.end { from.to(to) } else { from }
            }
            _ => text.place(span),
        }
    }

    /// Adds `bytes`, which stand at `span` as they are.
    pub(super) fn verbatim(&self, builder: &mut TracedBuilder, bytes: &[u8], span: Span) {
        let stretches = match self {
            Self::File(_) => return builder.verbatim(bytes, span.start),
            Self::Text { stretches, .. } => over(stretches, span),
        };
        for stretch in stretches {
            let (start, end) = (stretch.span.start.max(span.start), stretch.span.end.min(span.end));
            let part = Span::new(start - span.start, end - span.start).slice(bytes);
            builder.push(part, stretch.place_of(span), stretch.verbatim, stretch.note.cloned());
        }
    }

    /// Adds `bytes`, for which the escape at `span` stands.
    pub(super) fn decoded(&self, builder: &mut TracedBuilder, bytes: &[u8], span: Span) {
        let note = match self {
            Self::File(_) => None,
            Self::Text { stretches, .. } => over(stretches, span).first().and_then(|stretch| stretch.note.cloned()),
        };
        builder.push(bytes, self.place(span), false, note);
    }
}

/// The stretches that share a byte with `span`.
fn over<'s, 'a>(stretches: &'s [Stretch<'a>], span: Span) -> &'s [Stretch<'a>] {
    let start = stretches.partition_point(|stretch| stretch.span.end <= span.start);
    let len = stretches[start..].partition_point(|stretch| stretch.span.start < span.end);
    &stretches[start..start + len]
}
