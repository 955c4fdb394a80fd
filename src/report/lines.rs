//! From byte offsets to lines and columns, for many findings in one file.

use std::cell::OnceCell;

use crate::text::{FileId, LineColumn, Source, Sources};

/// A line longer than this gets a mark every so many bytes, so that a column in it is not counted from its start.
const LONG: usize = 4096;

/// The lines of every file that is asked about, indexed when first asked. [`Source::line_column`] reads the file from
/// its start, which is right for one place and quadratic for 100,000.
pub(super) struct Locator<'a> {
    sources: &'a Sources,
    lines: Vec<OnceCell<Lines>>,
}

/// Where the lines of one file start.
pub(super) struct Lines {
    starts: Vec<u32>,
    marks: Vec<Mark>,
}

/// A character boundary inside a long line, and how many characters of the line are before it.
struct Mark {
    offset: u32,
    column: usize,
}

impl<'a> Locator<'a> {
    pub(super) fn new(sources: &'a Sources) -> Self {
        Self { sources, lines: (0..sources.len()).map(|_| OnceCell::new()).collect() }
    }

    pub(super) fn source(&self, file: FileId) -> &'a Source {
        self.sources.get(file)
    }

    pub(super) fn lines(&self, file: FileId) -> &Lines {
        self.lines[file.0 as usize].get_or_init(|| Lines::of(&self.sources.get(file).text))
    }

    /// The same as [`Source::line_column`], for little.
    pub(super) fn line_column(&self, file: FileId, offset: u32) -> LineColumn {
        let (text, lines) = (&self.source(file).text, self.lines(file));
        let offset = (offset as usize).min(text.len());
        let line = lines.line_of(offset);
        LineColumn { line: line + 1, column: lines.column(text, line, offset) + 1 }
    }
}

impl Lines {
    fn of(text: &[u8]) -> Self {
        let starts: Vec<u32> =
            std::iter::once(0).chain(memchr::memchr_iter(b'\n', text).map(|at| clamp(at + 1))).collect();
        let mut lines = Self { starts, marks: Vec::new() };
        for line in 0..lines.starts.len() {
            let range = lines.range(text, line);
            if range.len() > LONG {
                mark(&text[range.clone()], range.start, &mut lines.marks);
            }
        }
        lines
    }

    /// Counting from 0.
    pub(super) fn line_of(&self, offset: usize) -> usize {
        self.starts.partition_point(|&start| start as usize <= offset) - 1
    }

    /// The bytes of a line without its LF.
    pub(super) fn range(&self, text: &[u8], line: usize) -> std::ops::Range<usize> {
        let end = self.starts.get(line + 1).map_or(text.len(), |&next| next as usize - 1);
        self.starts[line] as usize..end
    }

    /// The last line; what follows a final LF is none, unless there is nothing else.
    pub(super) fn last(&self, text: &[u8]) -> usize {
        let last = self.starts.len() - 1;
        if self.starts[last] as usize == text.len() { last.saturating_sub(1) } else { last }
    }

    /// Characters of `line` before `offset`.
    fn column(&self, text: &[u8], line: usize, offset: usize) -> usize {
        let start = self.starts[line] as usize;
        let next = self.marks.partition_point(|mark| mark.offset as usize <= offset);
        let (from, before) = match next.checked_sub(1).map(|last| &self.marks[last]) {
            Some(mark) if mark.offset as usize >= start => (mark.offset as usize, mark.column),
            _ => (start, 0),
        };
        before + text[from..offset].utf8_chunks().map(|chunk| characters(&chunk)).sum::<usize>()
    }
}

/// Marks are at boundaries of what the decoder reads from the line's start, so that counting on from one gives the
/// same answer, broken UTF-8 included.
fn mark(line: &[u8], start: usize, marks: &mut Vec<Mark>) {
    let (mut offset, mut column, mut next) = (start, 0, start + LONG);
    let mut step = |len: usize, count: usize| {
        offset += len;
        column += count;
        if offset >= next {
            marks.push(Mark { offset: clamp(offset), column });
            next = offset + LONG;
        }
    };
    for chunk in line.utf8_chunks() {
        chunk.valid().chars().for_each(|character| step(character.len_utf8(), 1));
        step(chunk.invalid().len(), chunk.invalid().len());
    }
}

fn characters(chunk: &std::str::Utf8Chunk<'_>) -> usize {
    chunk.valid().chars().count() + chunk.invalid().len()
}

fn clamp(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn agrees(text: &[u8], offset: u32) {
        let mut sources = Sources::default();
        let file = sources.push("a", text);
        let locator = Locator::new(&sources);
        assert_eq!(locator.line_column(file, offset), sources.get(file).line_column(offset), "{offset}");
    }

    #[test]
    fn long_lines_agree_with_counting() {
        let mut text = "ä€\u{1f600}x".repeat(3000).into_bytes();
        text.extend_from_slice(b"\n\xff\xe2\x82");
        text.extend_from_slice(&b"\xf0\x9f\x98z".repeat(4000));
        text.extend_from_slice(b"\nend\n");
        for offset in (0..text.len() + 2).step_by(37) {
            let boundary =
                (offset..=text.len() + 2).find(|&at| text.get(at).is_none_or(|byte| byte & 0xc0 != 0x80)).unwrap();
            agrees(&text, u32::try_from(boundary).unwrap());
        }
    }

    #[test]
    fn a_hundred_thousand_places_in_one_line_of_40_mb_are_not_quadratic() {
        let mut sources = Sources::default();
        let file = sources.push("a", vec![b'x'; 40_000_000]);
        let locator = Locator::new(&sources);
        let sum: usize = (0..100_000).map(|n| locator.line_column(file, n * 400).column).sum();
        assert_eq!(sum, (0..100_000).map(|n| n * 400 + 1).sum::<usize>());
    }

    proptest! {
        #[test]
        fn any_offset_agrees_with_counting(text in prop::collection::vec(any::<u8>(), 0..200), offset in 0u32..220) {
            agrees(&text, offset);
        }
    }
}
