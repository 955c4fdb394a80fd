//! Text with holes, piece by piece: what is certain of the result of a function whatever stands in the holes.
//!
//! An exact hole (a hash of something unknown) stands for letters, digits, `+`, `/` and `=` only: a function that looks for other
//! characters finds none in it. A vague one may hold anything, and nothing.

use std::sync::Arc;

use super::arguments::all_of;
use crate::hcl::convert;
use crate::hcl::value::{Shape, Unknown, Value};
use crate::text::{Hole, Note, Reason, Span, Traced, TracedBuilder};

/// The text as a value: one that is a single hole is Unknown.
pub(super) fn value_of(text: Traced) -> Value {
    let mut stretches = text.stretches();
    let (Some(only), None) = (stretches.next(), stretches.next()) else {
        drop(stretches);
        return Value::String(convert::normal(&Arc::new(text)));
    };
    let Some((hole, note)) = only.note.and_then(|note| Some((note.hole.as_ref()?, note))) else {
        drop(stretches);
        return Value::String(convert::normal(&Arc::new(text)));
    };
    let shape = match text.bytes().first() {
        Some(b'0') if hole.is_exact => Some(Shape::Hex(only.span.len())),
        Some(b'A') if hole.is_exact => Some(Shape::Base64(only.span.len())),
        _ => None,
    };
    let (reason, made) = (hole.reason.clone(), note.made.clone());
    Value::Unknown(Arc::new(Unknown { made, shape, ..Unknown::new(only.source, reason) }))
}

/// A stretch of the text: known bytes, or a hole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Known(Span),
    Exact(Span),
    Vague(Span),
}

impl Piece {
    pub(super) fn span(self) -> Span {
        match self {
            Self::Known(span) | Self::Exact(span) | Self::Vague(span) => span,
        }
    }
}

/// The known stretches, as long as they go, and the holes between them.
pub(super) fn pieces(text: &Traced) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for stretch in text.stretches() {
        let hole = stretch.note.and_then(|note| note.hole.as_ref());
        match (hole, pieces.last_mut()) {
            (None, Some(Piece::Known(last))) => *last = last.to(stretch.span),
            (None, _) => pieces.push(Piece::Known(stretch.span)),
            (Some(Hole { is_exact: true, .. }), _) => pieces.push(Piece::Exact(stretch.span)),
            (Some(_), _) => pieces.push(Piece::Vague(stretch.span)),
        }
    }
    pieces
}

/// Whether a match of `needle` cannot hold a byte of any hole, nor begin or end in one: all its occurrences are seen.
pub(super) fn sees_all(text: &Traced, needle: &str) -> bool {
    text.is_wholly_certain() && (text.holes().next().is_none() || !needle.chars().any(may_be_in_exact))
}

/// Whether an exact hole may hold the character.
pub(super) fn may_be_in_exact(char: char) -> bool {
    char.is_ascii_alphanumeric() || "+/=".contains(char)
}

/// The known bytes before the first hole.
pub(super) fn known_head(text: &Traced) -> &[u8] {
    let end = text.holes().next().map_or(text.bytes().len(), |(span, _)| span.start as usize);
    &text.bytes()[..end]
}

/// The known bytes after the last hole.
pub(super) fn known_tail(text: &Traced) -> &[u8] {
    let start = text.holes().last().map_or(0, |(span, _)| span.end as usize);
    &text.bytes()[start..]
}

/// How many bytes at the end of `text` may be the beginning of a `needle` that goes on in what follows.
pub(super) fn overlap(text: &[u8], needle: &[u8]) -> usize {
    (1..=needle.len().min(text.len())).rev().find(|len| text.ends_with(&needle[..*len])).unwrap_or(0)
}

/// How many bytes at the beginning of `text` may be the end of a `needle` that began in what comes before.
pub(super) fn overlap_before(text: &[u8], needle: &[u8]) -> usize {
    let starts = |len: &usize| text.starts_with(&needle[needle.len() - len..]);
    (1..=needle.len().min(text.len())).rev().find(starts).unwrap_or(0)
}

/// `text` with every occurrence of `needle`, which is not empty, replaced; `None` if it cannot be told where they are.
pub(super) fn replaced(text: &Traced, needle: &str, with: &Traced) -> Option<Traced> {
    let mut out = TracedBuilder::new(text.whole());
    let (bytes, needle_bytes) = (text.bytes(), needle.as_bytes());
    let all = pieces(text);
    for (index, piece) in all.iter().enumerate() {
        match *piece {
            Piece::Known(span) => {
                let known = span.slice(bytes);
                let goes_on = index + 1 < all.len() && overlap(known, needle_bytes) > 0 && needle_bytes.len() > 1;
                let began = index > 0 && overlap_before(known, needle_bytes) > 0 && needle_bytes.len() > 1;
                if goes_on || began {
                    return None;
                }
                let mut from = span.start;
                for at in memchr::memmem::find_iter(known, needle_bytes) {
                    let found = Span::of(at..at + needle_bytes.len());
                    out.append_part(text, Span::new(from, span.start + found.start));
                    out.append(with);
                    from = span.start + found.end;
                }
                out.append_part(text, Span::new(from, span.end));
            }
            Piece::Exact(span) if !needle.chars().any(may_be_in_exact) => out.append_part(text, span),
            Piece::Exact(span) | Piece::Vague(span) => push_vague(text, span, &mut out),
        }
        if out.bytes().len() > MAX_TEXT {
            return None;
        }
    }
    Some(out.finish())
}

/// The greatest text that is made here: beyond every record and policy.
pub(super) const MAX_TEXT: usize = 4 << 20;

/// Adds a vague hole for the bytes of `span`, for the reason of the first hole in it or, if there is none, in the text.
/// Text without any may be such that it is not certain what becomes of it.
pub(super) fn push_vague(text: &Traced, span: Span, out: &mut TracedBuilder) {
    if span.is_empty() {
        return;
    }
    let of = |span| text.stretches_in(span).find(|stretch| stretch.note.is_some_and(|note| note.hole.is_some()));
    let found = of(span).or_else(|| of(all_of(text)));
    let Some((source, note)) = found.and_then(|stretch| Some((stretch.source, stretch.note?))) else {
        let hole = Hole { reason: Reason::at(text.whole(), "it is not worked out here"), is_exact: false };
        return out.push(b"?", text.whole(), false, Some(Arc::new(Note { hole: Some(hole), ..Note::default() })));
    };
    let hole = note.hole.as_ref().map(|hole| Hole { is_exact: false, ..hole.clone() });
    let note = Note { hole, made: note.made.clone(), way: note.way.clone() };
    out.push(b"?", source, false, Some(Arc::new(note)));
}

/// The text without the characters at its start and at its end that are to go. A vague hole there may be nothing but such
/// characters: then those beside it are as doubtful as the hole is, and fall into it.
pub(super) fn trimmed(text: &Traced, goes: &dyn Fn(char) -> bool, at_start: bool, at_end: bool) -> Traced {
    let all = pieces(text);
    let len = all_of(text).end;
    let nothing = Cut { at: 0, passes_hole: false };
    let start = if at_start { cut(text, all.iter(), goes, Side::Start) } else { nothing };
    let end = if at_end { cut(text, all.iter().rev(), goes, Side::End) } else { Cut { at: len, ..nothing } };
    let mut out = TracedBuilder::new(text.whole());
    if start.at >= end.at {
        if start.passes_hole || end.passes_hole {
            push_vague(text, all_of(text), &mut out);
        }
        return out.finish();
    }
    if start.passes_hole {
        push_vague(text, Span::new(0, start.at), &mut out);
    }
    out.append_part(text, Span::new(start.at, end.at));
    if end.passes_hole {
        push_vague(text, Span::new(end.at, len), &mut out);
    }
    out.finish()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Start,
    End,
}

/// Up to where characters go at one side, and whether a hole is passed on the way.
#[derive(Clone, Copy)]
struct Cut {
    at: u32,
    passes_hole: bool,
}

fn cut<'a>(text: &Traced, from_side: impl Iterator<Item = &'a Piece>, goes: &dyn Fn(char) -> bool, side: Side) -> Cut {
    let goes_in_exact = ('+'..='z').any(|char| may_be_in_exact(char) && goes(char));
    let mut cut = Cut { at: if side == Side::Start { 0 } else { all_of(text).end }, passes_hole: false };
    for piece in from_side {
        let span = piece.span();
        match piece {
            Piece::Exact(_) if !goes_in_exact => return cut,
            Piece::Exact(_) | Piece::Vague(_) => cut.passes_hole = true,
            Piece::Known(_) => {
                let known = String::from_utf8_lossy(span.slice(text.bytes()));
                let kept =
                    if side == Side::Start { known.trim_start_matches(goes) } else { known.trim_end_matches(goes) };
                let kept_len = u32::try_from(kept.len()).unwrap_or(u32::MAX);
                cut.at = if side == Side::Start { span.end - kept_len } else { span.start + kept_len };
                if kept_len > 0 {
                    return cut;
                }
                continue;
            }
        }
        cut.at = if side == Side::Start { span.end } else { span.start };
    }
    cut
}
