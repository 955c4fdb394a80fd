//! Decoded text that remembers where each of its bytes was written.

use std::sync::Arc;

use super::{FileId, Made, Note, Place, Reason, Span, Step};

/// Text as published, with the way back to the source: the TXT record after its quotes, escapes and joins, the policy
/// after its heredoc and its variables. A span in the text maps to the place that a person would edit.
///
/// Some of it may not be known ([`Traced::holes`]): then other bytes keep its place, and no judgement may rest on them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Traced {
    bytes: Box<[u8]>,
    /// Sorted by `decoded`; the first starts at 0 unless the text is empty.
    runs: Box<[Run]>,
    whole: Place,
}

/// A stretch of decoded bytes that come from one stretch of the source.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Run {
    decoded: u32,
    /// Byte for byte the same, so that a part maps to a part; else (an escape) any part maps to the whole.
    verbatim: bool,
    source: Place,
    note: Option<Arc<Note>>,
}

/// A stretch of a [`Traced`] text with all that is known of it.
#[derive(Clone, Copy, Debug)]
pub struct Stretch<'a> {
    /// Which bytes of the text.
    pub span: Span,
    /// Where they are written.
    pub source: Place,
    /// Whether they are written there byte for byte.
    pub verbatim: bool,
    /// The way they came, what made them, whether they are known.
    pub note: Option<&'a Arc<Note>>,
}

/// Builds a [`Traced`] stretch by stretch.
#[derive(Debug)]
pub struct TracedBuilder {
    bytes: Vec<u8>,
    runs: Vec<Run>,
    whole: Place,
}

impl Stretch<'_> {
    /// Where the part of it that lies in `span`, a span of the text, is written.
    pub fn place_of(&self, span: Span) -> Place {
        if !self.verbatim {
            return self.source;
        }
        let (start, end) = (self.span.start.max(span.start), self.span.end.min(span.end));
        let from = self.source.span.start + (start - self.span.start);
        Place::new(self.source.file, Span::new(from, from + end.saturating_sub(start)))
    }
}

impl Traced {
    /// Text that stands in the source as it is, at `place`.
    pub fn verbatim(bytes: &[u8], place: Place) -> Self {
        let mut builder = TracedBuilder::new(place);
        builder.verbatim(bytes, place.span.start);
        builder.finish()
    }

    /// Text that `place` stands for as a whole.
    pub fn decoded(bytes: &[u8], place: Place, note: Option<Arc<Note>>) -> Self {
        let mut builder = TracedBuilder::new(place);
        builder.push(bytes, place, false, note);
        builder.finish()
    }

    /// The decoded bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The decoded bytes as UTF-8; what is none is replaced.
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.bytes)
    }

    /// The text for people: what is not known stands as `${…}`.
    pub fn shown(&self) -> String {
        if self.holes().next().is_none() {
            return self.text().into_owned();
        }
        let mut out = String::new();
        for stretch in self.stretches() {
            if stretch.note.is_some_and(|note| note.hole.is_some()) {
                out.push_str("${…}");
            } else {
                out.push_str(&String::from_utf8_lossy(stretch.span.slice(&self.bytes)));
            }
        }
        out
    }

    /// The place of all of it, quotes included.
    pub fn whole(&self) -> Place {
        self.whole
    }

    /// The same text, for which `whole` answers.
    #[must_use]
    pub fn at(mut self, whole: Place) -> Self {
        self.whole = whole;
        self
    }

    /// The same text after it came through `step`.
    #[must_use]
    pub fn through(&self, step: &Step) -> Self {
        let mut last: Option<(Option<Arc<Note>>, Arc<Note>)> = None;
        let runs = self.runs.iter().map(|run| {
            let known = last.as_ref().filter(|(from, _)| match (from, &run.note) {
                (Some(a), Some(b)) => Arc::ptr_eq(a, b),
                (None, None) => true,
                _ => false,
            });
            let note = match known {
                Some((_, note)) => Arc::clone(note),
                None => Note::through(run.note.as_ref(), step),
            };
            last = Some((run.note.clone(), Arc::clone(&note)));
            Run { note: Some(note), ..run.clone() }
        });
        Self { bytes: self.bytes.clone(), runs: runs.collect(), whole: self.whole }
    }

    /// Its stretches, in order.
    pub fn stretches(&self) -> impl Iterator<Item = Stretch<'_>> {
        let ends = self.runs.iter().skip(1).map(|run| run.decoded).chain([Span::of(0..self.bytes.len()).end]);
        self.runs.iter().zip(ends).map(|(run, end)| Stretch {
            span: Span::new(run.decoded, end),
            source: run.source,
            verbatim: run.verbatim,
            note: run.note.as_ref(),
        })
    }

    /// The stretches that share a byte with `span`.
    pub fn stretches_in(&self, span: Span) -> impl Iterator<Item = Stretch<'_>> {
        self.stretches().filter(move |stretch| stretch.span.start < span.end && span.start < stretch.span.end)
    }

    /// The stretches that are not known, and why.
    pub fn holes(&self) -> impl Iterator<Item = (Span, &super::Hole)> {
        self.stretches().filter_map(|stretch| Some((stretch.span, stretch.note?.hole.as_ref()?)))
    }

    /// Whether a judgement may rest on the bytes of `span`: none of them is unknown but in its value only.
    pub fn is_certain(&self, span: Span) -> bool {
        !self.stretches_in(span).any(|stretch| is_vague(stretch.note))
    }

    /// Whether all of it is known, but perhaps for the value of stretches whose length and characters are.
    pub fn is_wholly_certain(&self) -> bool {
        !self.runs.iter().any(|run| is_vague(run.note.as_ref()))
    }

    /// The stretches on which no judgement may rest.
    pub fn uncertain(&self) -> Vec<Span> {
        self.holes().filter(|(_, hole)| !hole.is_exact).map(|(span, _)| span).collect()
    }

    /// Why some of it is not known, if some is not.
    pub fn first_hole(&self) -> Option<&Reason> {
        self.holes().next().map(|(_, hole)| &hole.reason)
    }

    /// What made some of the bytes of `span`.
    pub fn makers(&self, span: Span) -> impl Iterator<Item = &Made> {
        self.stretches_in(span).filter_map(|stretch| stretch.note?.made.as_ref())
    }

    /// Every place that the text changes with.
    pub fn sources(&self) -> Vec<Place> {
        let mut places = Vec::new();
        for stretch in self.stretches() {
            match stretch.note.and_then(|note| note.made.as_ref()) {
                Some(made) => places.extend(made.from.iter().copied()),
                None => places.push(stretch.source),
            }
        }
        places.sort_unstable();
        places.dedup();
        places
    }

    /// The stops on the way of whatever stands at `place`, its source.
    pub fn way_of(&self, place: Place) -> Option<&[Step]> {
        let holds = |source: Place| {
            source.file == place.file && source.span.start <= place.span.start && place.span.end <= source.span.end
        };
        let run = self.runs.iter().find(|run| holds(run.source))?;
        Some(&run.note.as_ref()?.way).filter(|way| !way.is_empty()).map(Vec::as_slice)
    }

    /// A part of the text; what lies outside it is left out.
    #[must_use]
    pub fn part(&self, span: Span) -> Self {
        let mut builder = TracedBuilder::new(self.place(span));
        builder.append_part(self, span);
        builder.finish()
    }

    /// Where the decoded bytes of `span` were written. An empty span maps to the empty place before its byte. What comes from
    /// several files maps to the place of its first bytes.
    pub fn place(&self, span: Span) -> Place {
        if span.is_empty() {
            let (file, at) = self.source_of(span.start, false);
            return Place::new(file, Span::new(at, at));
        }
        let ((file, start), (last_file, end)) = (self.source_of(span.start, false), self.source_of(span.end - 1, true));
        if file == last_file && start <= end {
            return Place::new(file, Span::new(start, end));
        }
        // From two places: the first of them.
        let first = self.stretches_in(span).next().map_or(span, |stretch| stretch.span);
        Place::new(file, Span::new(start, self.source_of(first.end.min(span.end).max(1) - 1, true).1))
    }

    /// The source offset at which the decoded byte at `offset` starts, or after which it ends.
    fn source_of(&self, offset: u32, after: bool) -> (FileId, u32) {
        let next = self.runs.partition_point(|run| run.decoded <= offset);
        let Some(run) = next.checked_sub(1).map(|last| &self.runs[last]) else {
            return (self.whole.file, self.whole.span.start);
        };
        let into = offset - run.decoded;
        let source = run.source.span;
        let at = match (run.verbatim, after) {
            (true, _) => (source.start + into + u32::from(after)).min(source.end),
            (false, true) => source.end,
            (false, false) if offset as usize >= self.bytes.len() => source.end,
            (false, false) => source.start,
        };
        (run.source.file, at)
    }
}

fn is_vague(note: Option<&Arc<Note>>) -> bool {
    note.and_then(|note| note.hole.as_ref()).is_some_and(|hole| !hole.is_exact)
}

impl TracedBuilder {
    /// Nothing yet; `whole` is the place that the finished text answers for.
    pub fn new(whole: Place) -> Self {
        Self { bytes: Vec::new(), runs: Vec::new(), whole }
    }

    /// Adds bytes that stand in the source as they are, from offset `start` on.
    pub fn verbatim(&mut self, bytes: &[u8], start: u32) {
        let Ok(len) = u32::try_from(bytes.len()) else { return };
        let place = Place::new(self.whole.file, Span::new(start, start.saturating_add(len)));
        self.push(bytes, place, true, None);
    }

    /// Adds bytes that `source` stands for as a whole: an escape, or what an expression made.
    pub fn decoded(&mut self, bytes: &[u8], source: Span) {
        self.push(bytes, Place::new(self.whole.file, source), false, None);
    }

    /// Adds bytes, where they come from and what is known of them. `verbatim` bytes are as long as their source.
    pub fn push(&mut self, bytes: &[u8], source: Place, verbatim: bool, note: Option<Arc<Note>>) {
        let Ok(decoded) = u32::try_from(self.bytes.len()) else { return };
        if bytes.is_empty() {
            return;
        }
        self.bytes.extend_from_slice(bytes);
        if let Some(last) = self.runs.last_mut()
            && verbatim
            && last.verbatim
            && last.source.file == source.file
            && last.source.span.end == source.span.start
            && last.note == note
        {
            last.source.span.end = source.span.end;
            return;
        }
        self.runs.push(Run { decoded, verbatim, source, note });
    }

    /// Adds all of another text.
    pub fn append(&mut self, text: &Traced) {
        self.append_part(text, Span::of(0..text.bytes.len()));
    }

    /// Adds a part of another text.
    pub fn append_part(&mut self, text: &Traced, span: Span) {
        for stretch in text.stretches_in(span) {
            let (start, end) = (stretch.span.start.max(span.start), stretch.span.end.min(span.end));
            let bytes = Span::new(start, end).slice(&text.bytes);
            let mut source = stretch.source;
            if stretch.verbatim {
                let from = source.span.start + (start - stretch.span.start);
                source.span = Span::new(from, from + (end - start));
            }
            self.push(bytes, source, stretch.verbatim, stretch.note.cloned());
        }
    }

    /// The bytes so far.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The text.
    pub fn finish(self) -> Traced {
        Traced { bytes: self.bytes.into(), runs: self.runs.into(), whole: self.whole }
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

    #[test]
    fn parts_keep_their_places_in_whichever_file() {
        let at = |file, start, end| Place::new(FileId(file), Span::new(start, end));
        let mut builder = TracedBuilder::new(at(0, 0, 50));
        builder.verbatim(b"mx: ", 10);
        builder.push(b"mail.example", at(1, 3, 15), true, None);
        builder.push(b"\n", at(0, 20, 22), false, None);
        let text = builder.finish();
        assert_eq!(text.place(Span::new(4, 16)), at(1, 3, 15));
        assert_eq!(text.place(Span::new(9, 16)), at(1, 8, 15));
        assert_eq!(text.place(Span::new(0, 16)), at(0, 10, 14), "the first of two files");
        let part = text.part(Span::new(2, 8));
        assert_eq!(part.bytes(), b": mail");
        assert_eq!(part.place(Span::new(2, 6)), at(1, 3, 7));
        let step = Step { place: at(2, 0, 1), what: "through the variable `mx`".into() };
        let come = text.through(&step).through(&step);
        assert_eq!(come.way_of(at(1, 4, 5)), Some(&[step][..]));
        assert_eq!(text.way_of(at(1, 4, 5)), None);
    }

    #[test]
    fn what_is_not_known_is_no_ground_for_judgement() {
        let at = |start, end| Place::new(FileId(0), Span::new(start, end));
        let hole = |is_exact| {
            let reason = Reason::nowhere("a variable without a value");
            Some(Arc::new(Note { hole: Some(super::super::Hole { reason, is_exact }), ..Note::default() }))
        };
        let mut builder = TracedBuilder::new(at(0, 40));
        builder.verbatim(b"id=", 0);
        builder.push(b"0000", at(3, 9), false, hole(true));
        builder.push(b"?", at(9, 12), false, hole(false));
        let text = builder.finish();
        assert!(text.is_certain(Span::new(0, 7)));
        assert!(!text.is_certain(Span::new(6, 8)));
        assert_eq!(text.shown(), "id=${…}${…}");
        assert_eq!(text.holes().count(), 2);
    }
}
