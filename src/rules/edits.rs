//! Where a rule may offer edits: only where what is published stands in a file as it is. What a function made, what an escape
//! stands for, and what a plan repeats from elsewhere is not to be edited in its place.

use super::Context;
use crate::dns::Target;
use crate::finding::Edit;
use crate::text::{Place, Span, Stretch, Traced};

impl<'a> Context<'a> {
    /// The bytes of a file, unless it may hold secrets.
    pub(super) fn file(&self, place: Place) -> Option<&'a [u8]> {
        let source = self.sources.get(place.file);
        (!source.is_private).then(|| source.text.as_slice())
    }

    /// The line, without its end, in which a place begins.
    pub(super) fn line(&self, place: Place) -> Option<Place> {
        let file = self.file(place)?;
        let span = self.sources.get(place.file).line_span(place.span.start);
        let len = span.slice(file).strip_suffix(b"\r").unwrap_or(span.slice(file)).len();
        Some(Place::new(place.file, Span::new(span.start, span.start + Span::of(0..len).len())))
    }

    /// How the lines of a file end.
    pub(super) fn line_end(&self, place: Place) -> Option<&'static str> {
        let file = self.file(place)?;
        let first = memchr::memchr(b'\n', file).and_then(|at| at.checked_sub(1));
        Some(if first.and_then(|at| file.get(at)) == Some(&b'\r') { "\r\n" } else { "\n" })
    }

    /// Where `span` of `text` is written: byte for byte, in one place, and for nothing else in the text.
    pub(super) fn editable(&self, text: &Traced, span: Span) -> Option<Place> {
        let mut stretches = text.stretches_in(span);
        let only = stretches.next().filter(|_| stretches.next().is_none())?;
        let place = only.place_of(span);
        // A number is no text of the source, and yet as it is written there.
        let is_as_written =
            (only.verbatim || only.span == span) && place.span.slice(self.file(place)?) == span.slice(text.bytes());
        (is_as_written && is_by_hand(&only) && stands_for_one(text, place)).then_some(place)
    }

    /// The edits that take `span` out of `text`. An escape is taken out as a whole.
    pub(super) fn removal(&self, text: &Traced, span: Span) -> Option<Vec<Edit>> {
        let mut edits: Vec<Edit> = Vec::new();
        for stretch in text.stretches_in(span) {
            let is_whole = span.start <= stretch.span.start && stretch.span.end <= span.end;
            let place = stretch.place_of(span);
            let can = (stretch.verbatim || is_whole) && is_by_hand(&stretch) && stands_for_one(text, place);
            if !can || place.span.is_empty() || self.file(place).is_none() {
                return None;
            }
            match edits.last_mut().map(|edit| &mut edit.place) {
                Some(last) if last.file == place.file && last.span.end == place.span.start => {
                    last.span.end = place.span.end;
                }
                _ => edits.push(Edit::replace(place, "")),
            }
        }
        (!edits.is_empty()).then_some(edits)
    }

    /// The edit that makes `<<-EOT` of the `<<EOT` with which the text begins: then Terraform takes away the indentation.
    pub(super) fn keeps_indentation(&self, text: &Traced) -> Option<Edit> {
        let whole = text.whole();
        let source = whole.span.slice(self.file(whole)?);
        let is_heredoc = source.starts_with(b"<<") && !source.starts_with(b"<<-");
        is_heredoc.then(|| Edit::insert(whole.file, whole.span.start + 2, "-"))
    }

    /// The edit that ends a name with a dot, where it is a word of a master file: elsewhere a dot may mean something else.
    pub(super) fn final_dot(&self, target: &Target) -> Option<Vec<Edit>> {
        let (place, file) = (target.place, self.file(target.place)?);
        let is_written = target.way.is_empty() && place.span.slice(file) == target.written.as_bytes();
        let before = place.span.range().start.checked_sub(1).and_then(|at| file.get(at));
        let ends_word = |byte: Option<&u8>| {
            byte.is_none_or(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'(' | b')' | b';'))
        };
        let is_word = ends_word(before) && ends_word(file.get(place.span.range().end));
        (is_written && is_word && target.is_relative()).then(|| vec![Edit::insert(place.file, place.span.end, ".")])
    }
}

/// Whether somebody wrote it, and nothing made it of something else.
fn is_by_hand(stretch: &Stretch<'_>) -> bool {
    stretch.note.is_none_or(|note| note.hole.is_none() && note.made.is_none())
}

/// Whether what is written at `place` is in the text once: the separator of a list is there many times.
fn stands_for_one(text: &Traced, place: Place) -> bool {
    let shares = |source: Place| {
        source.file == place.file && source.span.start < place.span.end && place.span.start < source.span.end
    };
    text.stretches().filter(|stretch| shares(stretch.source)).count() == 1
}
