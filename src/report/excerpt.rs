//! The lines around a finding's places, made safe to print, as miette wants them.
//!
//! miette prints a source as it is, and finds a span in it by reading the file from its start. So it is given a text of
//! our own: the few lines that a finding needs, from however many files, escaped, one part after the other, and spans
//! into that.

use std::fmt::Write;
use std::ops::Range;

use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use super::lines::Locator;
use super::shown::{each_shown, escaped_head};
use super::window::windows;
use crate::text::{FileId, LineColumn, Place, escape};

/// Lines of context on either side.
const CONTEXT: usize = 1;
/// A label over more lines than this ends early: the whole of a zone file explains nothing.
const MAX_LINES: usize = 8;
const TAB: usize = 4;

/// What is to be said at a place.
pub(super) struct Label<'a> {
    pub(super) place: Place,
    pub(super) words: &'a str,
}

/// The source of one diagnostic.
#[derive(Debug)]
pub(super) struct Excerpts {
    parts: Vec<Part>,
    /// Into the parts' text; the first is the primary one.
    pub(super) labels: Vec<LabeledSpan>,
    /// Where the labels start in their files, beside where they start here.
    heads: Vec<(usize, LineColumn)>,
}

/// Consecutive lines of one file.
#[derive(Debug)]
struct Part {
    name: String,
    /// From 0.
    first_line: usize,
    /// Where its text starts among the parts'.
    start: usize,
    /// Lines, each with its LF.
    text: String,
}

/// A label whose lines are known.
struct Located {
    /// Among the labels; the primary one is 0.
    index: usize,
    file: FileId,
    lines: Range<usize>,
    /// Clipped to the visible part of those lines.
    bytes: Range<usize>,
}

impl Excerpts {
    /// The excerpts for `labels`, of which the first is the primary one, in lines of about `width` columns.
    pub(super) fn new(labels: &[Label], locator: &Locator, width: usize) -> Self {
        let located: Vec<_> =
            labels.iter().enumerate().map(|(index, label)| Located::new(index, label.place, locator)).collect();
        let mut excerpts = Self { parts: Vec::new(), labels: Vec::new(), heads: Vec::new() };
        let mut spans = vec![0..0; labels.len()];
        let mut start = 0;
        for group in groups(located) {
            let mut canvas = Canvas::new(start);
            let first_line = canvas.draw(&group, locator, width);
            for label in &group {
                spans[label.index] = canvas.span(&label.bytes);
            }
            start += canvas.text.len();
            let name = escape(&locator.source(group[0].file).path).into_owned();
            excerpts.parts.push(Part { name, first_line, start: canvas.start, text: canvas.text });
        }
        for (index, (label, span)) in labels.iter().zip(spans).enumerate() {
            excerpts.heads.push((span.start, locator.line_column(label.place.file, label.place.span.start)));
            excerpts.labels.push(labeled(label.words, span, index == 0));
        }
        excerpts
    }

    fn part(&self, span: &SourceSpan) -> Option<&Part> {
        let holds =
            |part: &&Part| part.start <= span.offset() && span.offset() + span.len() <= part.start + part.text.len();
        self.parts.iter().rev().find(holds)
    }
}

impl SourceCode for Excerpts {
    /// The whole part that holds `span`; a span over two parts is refused, which keeps miette from joining them.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        _after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let part = self.part(span).ok_or(MietteError::OutOfBounds)?;
        let head = self.heads.iter().find(|(start, _)| *start == span.offset());
        // Without context, miette asks for the line and column that a part's header shows.
        let (line, column) = match head {
            Some((_, at)) if before == 0 => (at.line - 1, at.column - 1),
            _ => (part.first_line, 0),
        };
        Ok(Box::new(MietteSpanContents::new_named(
            part.name.clone(),
            part.text.as_bytes(),
            (part.start, part.text.len()).into(),
            line,
            column,
            part.text.bytes().filter(|&byte| byte == b'\n').count(),
        )))
    }
}

impl Located {
    fn new(index: usize, place: Place, locator: &Locator) -> Self {
        let (text, lines) = (&locator.source(place.file).text, locator.lines(place.file));
        let start = (place.span.start as usize).min(text.len());
        let end = (place.span.end as usize).clamp(start, text.len());
        let first = lines.line_of(start);
        // A span that ends with its line's LF does not reach the next line.
        let last = lines.line_of(end.saturating_sub(1).max(start)).min(first + MAX_LINES - 1);
        let (head, tail) = (visible(text, lines.range(text, first)), visible(text, lines.range(text, last)));
        let start = start.min(head.end);
        Self { index, file: place.file, lines: first..last + 1, bytes: start..end.clamp(start, tail.end.max(start)) }
    }

    /// `other` starts no later.
    fn is_near(&self, other: &Self) -> bool {
        self.file == other.file && self.lines.start <= other.lines.end + 2 * CONTEXT
    }

    /// miette draws the underlines of one line side by side: of two that overlap, the second would be drawn to the right
    /// of what it means. They are shown apart, at the price of showing the line twice.
    fn fits(&self, group: &[Self]) -> bool {
        let end = |label: &Self| label.bytes.end.max(label.bytes.start + 1);
        let one_line = |label: &Self| label.lines.len() == 1;
        group.iter().all(|other| {
            !(one_line(self) && one_line(other)) || self.bytes.start >= end(other) || other.bytes.start >= end(self)
        })
    }
}

/// Labels that share lines or context are shown together; the primary label's group comes first.
fn groups(mut labels: Vec<Located>) -> Vec<Vec<Located>> {
    labels.sort_by_key(|label| (label.file, label.lines.start));
    let mut groups: Vec<Vec<Located>> = Vec::new();
    for label in labels {
        match groups.iter_mut().find(|group| group.iter().any(|other| label.is_near(other)) && label.fits(group)) {
            Some(group) => group.push(label),
            None => groups.push(vec![label]),
        }
    }
    groups.sort_by_key(|group| group.iter().map(|label| label.index).min());
    groups
}

fn labeled(words: &str, span: Range<usize>, primary: bool) -> LabeledSpan {
    let words = (!words.is_empty()).then(|| escaped_head(words, 300));
    if primary { LabeledSpan::new_primary_with_span(words, span) } else { LabeledSpan::new_with_span(words, span) }
}

/// A CR that belongs to the line's end is not shown; any other is.
fn visible(text: &[u8], line: Range<usize>) -> Range<usize> {
    let crlf = text.get(line.end) == Some(&b'\n') && line.end > line.start && text[line.end - 1] == b'\r';
    line.start..line.end - usize::from(crlf)
}

/// The text of a part while it is made.
struct Canvas {
    start: usize,
    text: String,
    /// Where each byte offset of the file that begins something shown went, in order.
    map: Vec<(usize, usize)>,
}

impl Canvas {
    fn new(start: usize) -> Self {
        Self { start, text: String::new(), map: Vec::new() }
    }

    /// Draws the lines of `group` and around it; gives the first.
    fn draw(&mut self, group: &[Located], locator: &Locator, width: usize) -> usize {
        let source = locator.source(group[0].file);
        if source.is_private {
            return self.withheld(group[0].lines.start);
        }
        let (text, lines) = (&source.text, locator.lines(group[0].file));
        let end = group.iter().map(|label| label.lines.end).max().unwrap_or_default();
        let first = group[0].lines.start.saturating_sub(CONTEXT);
        for line in first..(end + CONTEXT).min(lines.last(text) + 1).max(end) {
            let bytes = visible(text, lines.range(text, line));
            let mut focuses: Vec<usize> = group
                .iter()
                .flat_map(|label| [label.bytes.start, label.bytes.end])
                .filter(|at| (bytes.start..=bytes.end).contains(at))
                .collect();
            self.line(text, &bytes, &windows(text, &bytes, &mut focuses, width));
        }
        first
    }

    /// One line in the stead of what must not be quoted; every label points at it.
    fn withheld(&mut self, line: usize) -> usize {
        const WORDS: &str = "(not shown: a plan may hold secrets)";
        self.text.push_str(WORDS);
        self.text.push('\n');
        self.map.extend([(0, 0), (usize::MAX, WORDS.len())]);
        line
    }

    fn line(&mut self, text: &[u8], line: &Range<usize>, windows: &[Range<usize>]) {
        let (line_start, mut shown_to) = (self.text.len(), line.start);
        for window in windows {
            if window.start > shown_to {
                self.text.push('…');
            }
            self.bytes(&text[window.clone()], window.start, line_start);
            shown_to = window.end;
        }
        self.map.push((shown_to, self.text.len()));
        if shown_to < line.end {
            self.text.push('…');
        }
        self.text.push('\n');
    }

    fn bytes(&mut self, bytes: &[u8], mut from: usize, line_start: usize) {
        for chunk in bytes.utf8_chunks() {
            each_shown(chunk.valid(), |character, shown| {
                self.map.push((from, self.text.len()));
                from += character.len_utf8();
                match character {
                    '\t' => {
                        let column = self.text[line_start..].chars().count();
                        self.text.extend(std::iter::repeat_n(' ', TAB - column % TAB));
                    }
                    _ => self.text.push_str(shown),
                }
            });
            for byte in chunk.invalid() {
                self.map.push((from, self.text.len()));
                from += 1;
                // Writing to a String cannot fail.
                let _ = write!(self.text, "\\x{byte:02x}");
            }
        }
    }

    /// Where `bytes` of the file went, among all parts.
    fn span(&self, bytes: &Range<usize>) -> Range<usize> {
        let from = self.map.partition_point(|&(source, _)| source <= bytes.start).saturating_sub(1);
        let to = self.map.partition_point(|&(source, _)| source < bytes.end);
        let start = self.map.get(from).map_or(0, |&(_, shown)| shown);
        let end = self.map.get(to).map_or(self.text.len(), |&(_, shown)| shown);
        self.start + start..self.start + if bytes.is_empty() { start } else { end.max(start) }
    }
}
