//! The text of a scalar with the place of each of its bytes.
//!
//! The parser says what the text is; here it is decoded once more, with places. Where the two differ the parser is right, and
//! the text is placed as a whole.

use std::ops::Range;

use saphyr_parser::ScalarStyle;

use crate::text::{FileId, Place, Span, Traced, TracedBuilder};

/// What YAML takes for white space; other spaces are text.
const BLANKS: [char; 4] = [' ', '\t', '\n', '\r'];

/// `decoded`, which is written in `text` at `span`. With `has_properties` that begins with an anchor or a tag.
pub(super) fn trace(
    (file, text): (FileId, &str),
    span: Range<usize>,
    style: ScalarStyle,
    has_properties: bool,
    decoded: &str,
) -> Traced {
    let source = Source { file, text, decoded };
    let start = if has_properties { past_properties(text, span.clone()) } else { span.start };
    let (whole, traced) = match style {
        ScalarStyle::Plain => source.plain(start..span.end),
        ScalarStyle::SingleQuoted => source.quoted(start..span.end, b'\''),
        ScalarStyle::DoubleQuoted => source.quoted(start..span.end, b'"'),
        ScalarStyle::Literal | ScalarStyle::Folded if has_properties => {
            source.block(source.past_header(start).min(span.end)..span.end)
        }
        ScalarStyle::Literal | ScalarStyle::Folded => source.block(start..span.end),
    };
    match traced {
        Some(builder) if builder.bytes() == decoded.as_bytes() => builder.finish(),
        _ => Traced::decoded(decoded.as_bytes(), whole, None),
    }
}

/// Where the scalar begins after `&anchor` and `!tag`.
fn past_properties(text: &str, span: Range<usize>) -> usize {
    let bytes = text.as_bytes();
    let mut at = span.start;
    while at < span.end && matches!(bytes[at], b'&' | b'!') {
        let is = |set: fn(&u8) -> bool, from: usize| bytes[from..span.end].iter().take_while(|byte| set(byte)).count();
        at += is(|byte| !byte.is_ascii_whitespace(), at);
        at += is(u8::is_ascii_whitespace, at);
    }
    at
}

struct Source<'a> {
    file: FileId,
    text: &'a str,
    decoded: &'a str,
}

/// The place of the whole, and the text if it can be told.
type Result = (Place, Option<TracedBuilder>);

impl Source<'_> {
    fn plain(&self, span: Range<usize>) -> Result {
        let end = span.start + self.text[span.clone()].trim_end_matches(BLANKS).len();
        let whole = self.place(span.start..end);
        if self.text[span.start..end] == *self.decoded {
            let mut builder = TracedBuilder::new(whole);
            builder.verbatim(self.decoded.as_bytes(), whole.span.start);
            return (whole, Some(builder));
        }
        let mut flow = Flow { bytes: &self.text.as_bytes()[..end], at: span.start, builder: TracedBuilder::new(whole) };
        flow.read(None);
        (whole, Some(flow.builder))
    }

    fn quoted(&self, span: Range<usize>, quote: u8) -> Result {
        let bytes = &self.text.as_bytes()[..span.end];
        let whole = self.place(span.clone());
        if bytes.get(span.start) != Some(&quote) {
            return (whole, None);
        }
        let mut flow = Flow { bytes, at: span.start + 1, builder: TracedBuilder::new(whole) };
        flow.read(Some(quote));
        // The parser's end can lie after a comment.
        let whole = self.place(span.start..(flow.at + 1).min(span.end));
        let mut builder = TracedBuilder::new(whole);
        builder.append(&flow.builder.finish());
        (whole, Some(builder))
    }

    /// Where the first line of a block begins that is not blank. With an indentation indicator this is a guess.
    fn past_header(&self, header: usize) -> usize {
        let rest = &self.text[header..];
        let body = rest.find(['\n', '\r']).unwrap_or(rest.len());
        header + body + (rest.len() - body - rest[body..].trim_start_matches(BLANKS).len())
    }

    /// `|` and `>`: the parser's place begins with the first character of the first line that is not blank.
    fn block(&self, span: Range<usize>) -> Result {
        let bytes = self.text.as_bytes();
        let body = span.start..span.start + self.text[span.clone()].trim_end_matches(BLANKS).len();
        let whole = self.place(body);
        let mut builder = TracedBuilder::new(whole);
        let line_start = self.text[..span.start].rfind(['\n', '\r']).map_or(0, |at| at + 1);
        let indent = span.start - line_start;
        if bytes[line_start..span.start].iter().any(|byte| *byte != b' ') {
            return (whole, None);
        }
        let mut rest = self.decoded;
        // Blank lines in front; they stand before the place.
        while let Some(after) = rest.strip_prefix('\n').filter(|_| !self.text[span.start..].starts_with(['\n', '\r'])) {
            builder.decoded(b"\n", Span::of(line_start..line_start));
            rest = after;
        }
        let mut at = span.start;
        loop {
            let content = at..at + self.text[at..].find(['\n', '\r']).unwrap_or(self.text.len() - at);
            let Some(after) = rest.strip_prefix(&self.text[content.clone()]) else { return (whole, None) };
            builder.verbatim(self.text[content.clone()].as_bytes(), offset(content.start));
            rest = after;
            let Some((next, breaks)) = self.next_line(content.end, indent) else { break };
            rest = self.join(rest, &breaks, &mut builder);
            if rest.is_empty() {
                return (whole, Some(builder));
            }
            at = next;
        }
        // A last line without its end is given one.
        if rest == "\n" {
            builder.decoded(b"\n", Span::of(self.text.len()..self.text.len()));
        }
        (whole, Some(builder))
    }

    /// The start of the next line that is not empty, after its indentation, and the line breaks up to there.
    fn next_line(&self, mut at: usize, indent: usize) -> Option<(usize, Vec<Range<usize>>)> {
        let bytes = self.text.as_bytes();
        let mut breaks = Vec::new();
        loop {
            let len = match bytes.get(at..)? {
                [b'\r', b'\n', ..] => 2,
                [b'\n' | b'\r', ..] => 1,
                _ if breaks.is_empty() => return None,
                rest => {
                    let spaces = rest.iter().take(indent).take_while(|byte| **byte == b' ').count();
                    at += spaces;
                    match bytes.get(at) {
                        Some(b'\n' | b'\r') => continue,
                        _ => return Some((at, breaks)),
                    }
                }
            };
            breaks.push(at..at + len);
            at += len;
        }
    }

    /// Takes from `rest` what the line breaks have become: a space where two lines were joined, else as many line feeds as there
    /// are.
    fn join<'a>(&self, rest: &'a str, breaks: &[Range<usize>], builder: &mut TracedBuilder) -> &'a str {
        let feeds = rest.bytes().take_while(|byte| *byte == b'\n').count().min(breaks.len());
        if let (0, [only], Some(after)) = (feeds, breaks, rest.strip_prefix(' ')) {
            builder.decoded(b" ", Span::of(only.clone()));
            return after;
        }
        // Between lines folding takes the first of several breaks; at the end the last ones are left out.
        let taken = if feeds == rest.len() { 0 } else { breaks.len() - feeds };
        for line_break in breaks.iter().skip(taken).take(feeds) {
            match &self.text[line_break.clone()] {
                "\n" => builder.verbatim(b"\n", offset(line_break.start)),
                _ => builder.decoded(b"\n", Span::of(line_break.clone())),
            }
        }
        &rest[feeds..]
    }

    fn place(&self, span: Range<usize>) -> Place {
        Place::new(self.file, Span::of(span))
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// A scalar in the flow of its line, in quotes or not.
struct Flow<'a> {
    /// Up to the end of the scalar.
    bytes: &'a [u8],
    at: usize,
    builder: TracedBuilder,
}

impl Flow<'_> {
    /// Reads up to the quote, or the end.
    fn read(&mut self, quote: Option<u8>) {
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'\'' if quote == Some(b'\'') => {
                    if self.bytes.get(self.at + 1) != Some(&b'\'') {
                        return;
                    }
                    self.decoded("'", 2);
                }
                b'"' if quote == Some(b'"') => return,
                b'\\' if quote == Some(b'"') => self.escape(),
                b' ' | b'\t' | b'\n' | b'\r' => self.blank(),
                _ => {
                    let ends = |byte: &&u8| !matches!(**byte, b'\'' | b'"' | b'\\' | b' ' | b'\t' | b'\n' | b'\r');
                    let len = self.bytes[self.at..].iter().take_while(ends).count().max(1);
                    self.verbatim(len);
                }
            }
        }
    }

    /// White space: as it is, unless a line ends in it. Then it is folded: one line break is a space, more are one fewer.
    fn blank(&mut self) {
        let blanks = self.count(self.at, |byte| matches!(byte, b' ' | b'\t'));
        let (end, breaks) = self.breaks(self.at + blanks);
        match breaks {
            0 => self.verbatim(blanks.max(1)),
            1 => self.decoded(" ", end - self.at),
            _ => self.decoded(&"\n".repeat(breaks - 1), end - self.at),
        }
    }

    /// The line breaks at `at` with the blanks after each, and how many they are.
    fn breaks(&self, mut at: usize) -> (usize, usize) {
        let mut breaks = 0;
        loop {
            at += match self.bytes.get(at..) {
                Some([b'\r', b'\n', ..]) => 2,
                Some([b'\n' | b'\r', ..]) => 1,
                _ => return (at, breaks),
            };
            breaks += 1;
            at += self.count(at, |byte| matches!(byte, b' ' | b'\t'));
        }
    }

    fn escape(&mut self) {
        let hex = |digits: usize| {
            let code = self.bytes.get(self.at + 2..self.at + 2 + digits).and_then(|hex| std::str::from_utf8(hex).ok());
            code.and_then(|hex| u32::from_str_radix(hex, 16).ok()).and_then(char::from_u32)
        };
        let (char, len) = match self.bytes.get(self.at + 1) {
            Some(b'x') => (hex(2), 4),
            Some(b'u') => (hex(4), 6),
            Some(b'U') => (hex(8), 10),
            Some(b'\n' | b'\r') => {
                // The line goes on: the break and the indentation are nothing, and empty lines are what they are.
                let (end, breaks) = self.breaks(self.at + 1);
                return self.decoded(&"\n".repeat(breaks.saturating_sub(1)), end - self.at);
            }
            Some(&letter) => (short_escape(letter), 2),
            None => (None, 1),
        };
        // What is no escape makes the text differ from the parser's, which then is placed as a whole.
        let mut utf8 = [0; 4];
        let text = char.map_or("", |char| char.encode_utf8(&mut utf8));
        self.decoded(text, len.min(self.bytes.len() - self.at));
    }

    fn count(&self, from: usize, set: fn(u8) -> bool) -> usize {
        self.bytes.get(from..).map_or(0, |rest| rest.iter().take_while(|byte| set(**byte)).count())
    }

    fn verbatim(&mut self, len: usize) {
        self.builder.verbatim(&self.bytes[self.at..self.at + len], offset(self.at));
        self.at += len;
    }

    fn decoded(&mut self, text: &str, len: usize) {
        self.builder.decoded(text.as_bytes(), Span::of(self.at..self.at + len));
        self.at += len;
    }
}

/// YAML 1.2 §5.7.
fn short_escape(letter: u8) -> Option<char> {
    Some(match letter {
        b'0' => '\0',
        b'a' => '\u{7}',
        b'b' => '\u{8}',
        b't' | b'\t' => '\t',
        b'n' => '\n',
        b'v' => '\u{b}',
        b'f' => '\u{c}',
        b'r' => '\r',
        b'e' => '\u{1b}',
        b' ' | b'"' | b'/' | b'\\' => char::from(letter),
        b'N' => '\u{85}',
        b'_' => '\u{a0}',
        b'L' => '\u{2028}',
        b'P' => '\u{2029}',
        _ => return None,
    })
}
