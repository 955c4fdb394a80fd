//! From byte offsets to the protocol's lines and columns, and back.

use gen_lsp_types::{Position, Range};

use crate::text::{Bytes, Span};

/// What a column counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Encoding {
    /// Bytes.
    Utf8,
    /// UTF-16 code units, as every client does that says nothing else.
    #[default]
    Utf16,
}

/// A line longer than this gets a mark every so many bytes, so that a column in it is not counted from its start.
const LONG: usize = 4096;

/// The lines of one text. A line ends at LF, CR LF or CR, as the protocol has it.
pub(super) struct Lines {
    text: Bytes,
    encoding: Encoding,
    starts: Vec<usize>,
    marks: Vec<Mark>,
}

/// The start of a character inside a long line, and its column.
struct Mark {
    offset: usize,
    column: u32,
}

impl Lines {
    pub(super) fn new(text: Bytes, encoding: Encoding) -> Self {
        let is_end = |at: &usize| text[*at] == b'\n' || text.get(at + 1) != Some(&b'\n');
        let ends = memchr::memchr2_iter(b'\n', b'\r', &text).filter(is_end);
        let starts: Vec<usize> = std::iter::once(0).chain(ends.map(|at| at + 1)).collect();
        let mut marks = Vec::new();
        let ends = starts.iter().skip(1).copied().chain([text.len()]);
        for (&start, end) in starts.iter().zip(ends).filter(|(start, end)| *end - **start > LONG) {
            mark(&text[start..end], start, encoding, &mut marks);
        }
        Self { text, encoding, starts, marks }
    }

    /// The range of a span.
    pub(super) fn range(&self, span: Span) -> Range {
        let start = self.position(span.start);
        Range { start, end: self.position(span.end) }
    }

    /// The position of an offset; inside a character it is that of its start.
    pub(super) fn position(&self, offset: u32) -> Position {
        let offset = self.boundary(offset as usize);
        let line = self.starts.partition_point(|&start| start <= offset) - 1;
        let start = self.starts[line];
        let next = self.marks.partition_point(|mark| mark.offset <= offset);
        let (from, before) = match next.checked_sub(1).map(|last| &self.marks[last]) {
            Some(mark) if mark.offset >= start => (mark.offset, mark.column),
            _ => (start, 0),
        };
        let column = before.saturating_add(units(&self.text[from..offset], self.encoding));
        Position { line: u32::try_from(line).unwrap_or(u32::MAX), character: column }
    }

    /// The offset of a position; beyond a line's end it is that end.
    pub(super) fn offset(&self, position: Position) -> u32 {
        let line = position.line as usize;
        let Some(&start) = self.starts.get(line) else { return clamp(self.text.len()) };
        let end = self.starts.get(line + 1).copied().unwrap_or(self.text.len());
        let line = &self.text[start..end];
        let line = &line[..memchr::memchr2(b'\n', b'\r', line).unwrap_or(line.len())];
        let (mut at, mut left) = (start, position.character);
        for (bytes, units) in characters(line, self.encoding) {
            if left < units {
                break;
            }
            left -= units;
            at += bytes;
        }
        clamp(at)
    }

    fn boundary(&self, offset: usize) -> usize {
        let offset = offset.min(self.text.len());
        let is_inside = |at: &usize| self.text.get(*at).is_some_and(|byte| byte & 0xc0 == 0x80);
        // No character has more than three such bytes; what is no UTF-8 may have any number.
        (offset.saturating_sub(3)..=offset).rev().find(|at| !is_inside(at)).unwrap_or(offset)
    }
}

/// Marks are at starts of characters, so that counting on from one gives the same answer as counting from the line's start.
fn mark(line: &[u8], start: usize, encoding: Encoding, marks: &mut Vec<Mark>) {
    let (mut offset, mut column, mut next) = (start, 0, start + LONG);
    for (bytes, units) in characters(line, encoding) {
        offset += bytes;
        column += units;
        if offset >= next {
            marks.push(Mark { offset, column });
            next = offset + LONG;
        }
    }
}

/// How many units the columns of `text` are.
fn units(text: &[u8], encoding: Encoding) -> u32 {
    if encoding == Encoding::Utf8 {
        return clamp(text.len());
    }
    characters(text, encoding).fold(0, |sum: u32, (_, units)| sum.saturating_add(units))
}

/// The characters of a text: how many bytes each has, and how many units. For what is no UTF-8 an editor shows one character.
fn characters(text: &[u8], encoding: Encoding) -> impl Iterator<Item = (usize, u32)> {
    text.utf8_chunks().flat_map(move |chunk| {
        let valid = chunk.valid().chars().map(move |character| match encoding {
            Encoding::Utf8 => (character.len_utf8(), clamp(character.len_utf8())),
            Encoding::Utf16 => (character.len_utf8(), clamp(character.len_utf16())),
        });
        let invalid = chunk.invalid().len();
        let broken = if encoding == Encoding::Utf8 { clamp(invalid) } else { 1 };
        valid.chain((invalid > 0).then_some((invalid, broken)))
    })
}

fn clamp(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn columns_count_utf16_units_and_lines_end_as_the_protocol_has_it() {
        let text = Bytes::new("ä\u{1f600}x\r\ny\rz\nw".into());
        let lines = Lines::new(Bytes::clone(&text), Encoding::Utf16);
        let at = |offset| {
            let at = lines.position(offset);
            (at.line, at.character)
        };
        let cases =
            [(0, (0, 0)), (2, (0, 1)), (4, (0, 1)), (6, (0, 3)), (7, (0, 4)), (9, (1, 0)), (11, (2, 0)), (13, (3, 0))];
        for (offset, position) in cases {
            assert_eq!(at(offset), position, "{offset}");
        }
        assert_eq!(at(99), (3, 1));
        assert_eq!(Lines::new(text, Encoding::Utf8).position(6), Position { line: 0, character: 6 });
        assert_eq!(lines.offset(Position { line: 0, character: 99 }), 7);
        assert_eq!(lines.offset(Position { line: 0, character: 2 }), 2);
        assert_eq!(lines.offset(Position { line: 9, character: 0 }), 14);
    }

    #[test]
    fn columns_of_a_long_line_are_those_of_counting() {
        let text = "ä\u{1f600}x".repeat(3000);
        let lines = Lines::new(Bytes::new(text.clone().into_bytes()), Encoding::Utf16);
        for (offset, _) in text.char_indices() {
            let column = text[..offset].encode_utf16().count();
            assert_eq!(lines.position(clamp(offset)), Position { line: 0, character: clamp(column) });
        }
    }

    proptest! {
        #[test]
        fn there_and_back(text in "[aä€\u{1f600}\r\n]{0,40}", offset in 0u32..90, utf8: bool) {
            let encoding = if utf8 { Encoding::Utf8 } else { Encoding::Utf16 };
            let lines = Lines::new(Bytes::new(text.clone().into_bytes()), encoding);
            let position = lines.position(offset);
            prop_assert_eq!(lines.position(lines.offset(position)), position);
            let is_whole = text.is_char_boundary(offset as usize);
            // Between CR and LF there is no position of its own.
            let is_in_end = text.as_bytes().get((offset as usize).wrapping_sub(1)..=offset as usize) == Some(b"\r\n");
            if is_whole && !is_in_end {
                prop_assert_eq!(lines.offset(position), offset);
            }
        }

        #[test]
        fn any_bytes(text in prop::collection::vec(any::<u8>(), 0..60), offset in 0u32..70, line: u32, character: u32) {
            let length = text.len();
            let lines = Lines::new(text.into(), Encoding::Utf16);
            lines.position(offset);
            let back = lines.offset(Position { line, character });
            prop_assert!(back as usize <= length);
        }
    }
}
