//! Decoded text that remembers where each of its bytes was written.

use super::{Place, Span};

/// Text as published, with the way back to the source: the TXT record after its quotes, escapes and joins, the policy
/// after its heredoc. A span in the text maps to the place that a person would edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Traced {
    bytes: Box<[u8]>,
    /// Sorted by `decoded`; the first starts at 0 unless the text is empty.
    runs: Box<[Run]>,
    whole: Place,
}

/// A stretch of decoded bytes that come from one stretch of the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    decoded: u32,
    source: Span,
    /// Byte for byte the same, so that a part maps to a part; else (an escape) any part maps to the whole.
    verbatim: bool,
}

/// Builds a [`Traced`] stretch by stretch.
#[derive(Debug)]
pub struct TracedBuilder {
    bytes: Vec<u8>,
    runs: Vec<Run>,
    whole: Place,
}

impl Traced {
    /// Text that stands in the source as it is, at `place`.
    pub fn verbatim(bytes: &[u8], place: Place) -> Self {
        let mut builder = TracedBuilder::new(place);
        builder.verbatim(bytes, place.span.start);
        builder.finish()
    }

    /// The decoded bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The place of all of it, quotes included.
    pub fn whole(&self) -> Place {
        self.whole
    }

    /// Where the decoded bytes of `span` were written. An empty span maps to the empty place before its byte.
    pub fn place(&self, span: Span) -> Place {
        if span.is_empty() {
            let at = self.source_of(span.start, false);
            return Place::new(self.whole.file, Span::new(at, at));
        }
        let (start, end) = (self.source_of(span.start, false), self.source_of(span.end - 1, true));
        Place::new(self.whole.file, Span::new(start, end))
    }

    /// The source offset at which the decoded byte at `offset` starts, or after which it ends.
    fn source_of(&self, offset: u32, after: bool) -> u32 {
        let next = self.runs.partition_point(|run| run.decoded <= offset);
        let Some(run) = next.checked_sub(1).map(|last| self.runs[last]) else {
            return self.whole.span.start;
        };
        let into = offset - run.decoded;
        match (run.verbatim, after) {
            (true, _) => (run.source.start + into + u32::from(after)).min(run.source.end),
            (false, true) => run.source.end,
            (false, false) if offset as usize >= self.bytes.len() => run.source.end,
            (false, false) => run.source.start,
        }
    }
}

impl TracedBuilder {
    /// Nothing yet; `whole` is the place that the finished text answers for.
    pub fn new(whole: Place) -> Self {
        Self { bytes: Vec::new(), runs: Vec::new(), whole }
    }

    /// Adds bytes that stand in the source as they are, from offset `start` on.
    pub fn verbatim(&mut self, bytes: &[u8], start: u32) {
        let Ok(len) = u32::try_from(bytes.len()) else { return };
        self.push(bytes, Span::new(start, start.saturating_add(len)), true);
    }

    /// Adds bytes that `source` stands for as a whole: an escape, or what an expression made.
    pub fn decoded(&mut self, bytes: &[u8], source: Span) {
        self.push(bytes, source, false);
    }

    /// The bytes so far.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The text.
    pub fn finish(self) -> Traced {
        Traced { bytes: self.bytes.into(), runs: self.runs.into(), whole: self.whole }
    }

    fn push(&mut self, bytes: &[u8], source: Span, verbatim: bool) {
        let Ok(decoded) = u32::try_from(self.bytes.len()) else { return };
        if bytes.is_empty() {
            return;
        }
        self.bytes.extend_from_slice(bytes);
        if let Some(last) = self.runs.last_mut()
            && verbatim
            && last.verbatim
            && last.source.end == source.start
        {
            last.source.end = source.end;
            return;
        }
        self.runs.push(Run { decoded, source, verbatim });
    }
}

#[cfg(test)]
mod tests {
    use super::super::FileId;
    use super::*;

    #[test]
    fn a_span_maps_through_quotes_and_escapes() {
        // source: "v=\083TS" "v1"  decoded: v=STSv1
        let whole = Place::new(FileId(0), Span::new(0, 15));
        let mut builder = TracedBuilder::new(whole);
        builder.verbatim(b"v=", 1);
        builder.decoded(b"S", Span::new(3, 7));
        builder.verbatim(b"TS", 7);
        builder.verbatim(b"v1", 12);
        let text = builder.finish();
        assert_eq!(text.bytes(), b"v=STSv1");
        let map = |start, end| {
            let span = text.place(Span::new(start, end)).span;
            (span.start, span.end)
        };
        assert_eq!(map(0, 7), (1, 14));
        assert_eq!(map(2, 3), (3, 7));
        assert_eq!(map(3, 6), (7, 13));
        assert_eq!(map(5, 7), (12, 14));
        assert_eq!(map(7, 7), (14, 14));
        assert_eq!(map(0, 0), (1, 1));
    }
}
