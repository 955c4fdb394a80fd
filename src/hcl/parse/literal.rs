//! The text of strings: what it says, with the place of each of its bytes.

use std::ops::Range;

use super::cursor::{Parser, Result};
use crate::hcl::ast::SyntaxError;
use crate::text::{Span, Traced, TracedBuilder};

impl Parser<'_> {
    /// The text of a string in quotes in which no template may be, from its first quote to its last.
    pub(super) fn quoted_text(&mut self) -> Result<Traced> {
        let open = self.at;
        self.at += 1;
        let start = self.at;
        self.at = self.literal_end(true);
        let end = self.at;
        if self.peek(0) != Some(b'"') {
            let sequence = self.at..self.at + 2;
            return Err(match self.peek(0) {
                Some(b'$' | b'%') => self.error(sequence, "a label is no template"),
                _ => self.unclosed_quote(open),
            });
        }
        self.at += 1;
        Ok(self.decode(start..end, true)?.at(self.place(open..self.at)))
    }

    /// Where the text ends that begins here: before `${` and `%{`; in quotes before the closing one or the end of the line,
    /// else after the end of the line.
    pub(super) fn literal_end(&self, quoted: bool) -> usize {
        let mut at = self.at;
        while let Some(rest) = self.text.get(at..).filter(|rest| !rest.is_empty()) {
            at += match rest {
                [b'$', b'$', b'{', ..] | [b'%', b'%', b'{', ..] => 3,
                [b'$' | b'%', b'{', ..] => return at,
                [b'"' | b'\n' | b'\r', ..] if quoted => return at,
                [b'\n', ..] => return self.piece_end(at),
                [b'\\', next, ..] if quoted && !matches!(next, b'\n' | b'\r') => 2,
                _ => 1,
            };
        }
        at
    }

    /// Where the piece of text ends that the newline at `newline` ends. With a `$` or `%` that begins nothing, the scanner of
    /// `hclsyntax` takes the character behind it, and then has no newline any more: that is a piece of its own, which a `~`
    /// strips alone.
    fn piece_end(&self, newline: usize) -> usize {
        let line = &self.text[self.at..newline];
        let is_split = |line: &[u8]| matches!(line, [.., b'$' | b'%', last] if *last != b'{');
        match line {
            [before @ .., b'\r'] if is_split(before) => newline - 1,
            line if is_split(line) => newline,
            _ => newline + 1,
        }
    }

    /// Why the string that opens at `open` does not end.
    pub(super) fn unclosed_quote(&self, open: usize) -> SyntaxError {
        let message = if self.at_end() {
            "the string that begins here is not closed"
        } else {
            "the string that begins here is not closed on its line; text of several lines is written as <<EOT"
        };
        self.error(open..open + 1, message)
    }

    /// The text at `range`; in quotes with escapes.
    pub(super) fn decode(&self, range: Range<usize>, quoted: bool) -> Result<Traced> {
        self.check_utf8(range.clone())?;
        let mut builder = TracedBuilder::new(self.place(range.clone()));
        self.decode_into(&mut builder, range, quoted)?;
        Ok(builder.finish())
    }

    pub(super) fn check_utf8(&self, range: Range<usize>) -> Result<()> {
        std::str::from_utf8(&self.text[range.clone()]).map(drop).map_err(|error| {
            let at = range.start + error.valid_up_to();
            self.error(at..at + 1, "this byte is not UTF-8")
        })
    }

    /// Adds the text at `range`, which is UTF-8.
    pub(super) fn decode_into(&self, builder: &mut TracedBuilder, range: Range<usize>, quoted: bool) -> Result<()> {
        let mut from = range.start;
        let mut at = range.start;
        while let Some(found) = memchr::memchr3(b'\\', b'$', b'%', &self.text[at..range.end]) {
            at += found;
            let Some((len, decoded)) = self.escape(at, range.end, quoted)? else {
                at += 1;
                continue;
            };
            self.origin.verbatim(builder, &self.text[from..at], Span::of(from..at));
            let mut buffer = [0; 4];
            let decoded: &str = match &decoded {
                Decoded::Char(decoded) => decoded.encode_utf8(&mut buffer),
                Decoded::Mark(mark) => mark,
            };
            self.origin.decoded(builder, decoded.as_bytes(), Span::of(at..at + len));
            at += len;
            from = at;
        }
        self.origin.verbatim(builder, &self.text[from..range.end], Span::of(from..range.end));
        Ok(())
    }

    /// The escape at `at`: how long it is, and what it stands for.
    fn escape(&self, at: usize, end: usize, quoted: bool) -> Result<Option<(usize, Decoded)>> {
        let simple = |decoded| Ok(Some((2, Decoded::Char(decoded))));
        match &self.text[at..end] {
            [b'$', b'$', b'{', ..] => Ok(Some((3, Decoded::Mark("${")))),
            [b'%', b'%', b'{', ..] => Ok(Some((3, Decoded::Mark("%{")))),
            [b'\\', ..] if !quoted => Ok(None),
            [b'\\', b'n', ..] => simple('\n'),
            [b'\\', b'r', ..] => simple('\r'),
            [b'\\', b't', ..] => simple('\t'),
            [b'\\', b'"', ..] => simple('"'),
            [b'\\', b'\\', ..] => simple('\\'),
            [b'\\', b'u', ..] => self.unicode_escape(at, end, 4).map(Some),
            [b'\\', b'U', ..] => self.unicode_escape(at, end, 8).map(Some),
            [b'\\', ..] => Err(self.error(at..at + 1, "this backslash begins no escape; for a backslash write `\\\\`")),
            _ => Ok(None),
        }
    }

    /// `\u00e9`, `\U0001f600`.
    fn unicode_escape(&self, at: usize, end: usize, digits: usize) -> Result<(usize, Decoded)> {
        let len = digits + 2;
        let hex = self.text[at..end].get(2..len).and_then(|hex| std::str::from_utf8(hex).ok());
        let hex = hex.filter(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let decoded = hex.and_then(|hex| u32::from_str_radix(hex, 16).ok()).and_then(char::from_u32);
        let message = || format!("this escape needs {digits} hexadecimal digits that name a character");
        Ok((len, Decoded::Char(decoded.ok_or_else(|| self.error(at..at + 2, message()))?)))
    }
}

/// What an escape stands for.
enum Decoded {
    Char(char),
    Mark(&'static str),
}
