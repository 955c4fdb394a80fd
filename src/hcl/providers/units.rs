//! A text byte by byte, each with its source; what is not known stays in one piece.

use std::sync::Arc;

use crate::text::{Note, Place, Span, Stretch, Traced, TracedBuilder};

/// One byte of a text, or a stretch that is not known.
#[derive(Clone, Copy)]
pub(super) struct Unit<'t> {
    pub(super) bytes: &'t [u8],
    pub(super) source: Place,
    pub(super) note: Option<&'t Arc<Note>>,
    pub(super) is_hole: bool,
    verbatim: bool,
}

/// All of a text.
pub(super) fn units(text: &Traced) -> Vec<Unit<'_>> {
    text.stretches().flat_map(|stretch| units_of(stretch, text.bytes())).collect()
}

fn units_of<'t>(stretch: Stretch<'t>, all: &'t [u8]) -> impl Iterator<Item = Unit<'t>> {
    let is_hole = stretch.note.is_some_and(|note| note.hole.is_some());
    let bytes = stretch.span.slice(all);
    let size = if is_hole { bytes.len().max(1) } else { 1 };
    (stretch.span.start..).step_by(size).zip(bytes.chunks(size)).map(move |(start, bytes)| {
        let end = start.saturating_add(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
        let source = stretch.place_of(Span::new(start, end));
        Unit { bytes, source, verbatim: stretch.verbatim, note: stretch.note, is_hole }
    })
}

impl Unit<'_> {
    /// The byte, if it is known.
    pub(super) fn byte(&self) -> Option<u8> {
        self.bytes.first().copied().filter(|_| !self.is_hole)
    }

    pub(super) fn is(&self, byte: u8) -> bool {
        self.byte() == Some(byte)
    }

    pub(super) fn is_blank(&self) -> bool {
        self.byte().is_some_and(|byte| byte.is_ascii_whitespace())
    }

    pub(super) fn add_to(&self, out: &mut TracedBuilder) {
        out.push(self.bytes, self.source, self.verbatim, self.note.cloned());
    }
}

/// Without the blanks in front.
pub(super) fn trimmed_start<'u, 't>(mut units: &'u [Unit<'t>]) -> &'u [Unit<'t>] {
    while let [first, rest @ ..] = units
        && first.is_blank()
    {
        units = rest;
    }
    units
}

/// Without the blanks in front and at the end.
pub(super) fn trimmed<'u, 't>(units: &'u [Unit<'t>]) -> &'u [Unit<'t>] {
    let mut units = trimmed_start(units);
    while let [rest @ .., last] = units
        && last.is_blank()
    {
        units = rest;
    }
    units
}
