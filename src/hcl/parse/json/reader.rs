//! JSON with places. What is accepted is what Terraform accepts, which is stricter than most readers: no comments, no comma
//! at the end, no byte order mark.

use std::ops::Range;

use super::super::MAX_LEVELS;
use super::super::cursor::Result;
use crate::hcl::ast::SyntaxError;
use crate::text::{FileId, Place, Span, Traced, TracedBuilder};

/// A value and the bytes that it is written with.
pub(super) struct Json {
    pub(super) kind: Kind,
    pub(super) place: Place,
}

/// The kinds of values. A name that is given twice stands twice.
pub(super) enum Kind {
    Null,
    Bool(bool),
    Number(Box<str>),
    String(Traced),
    Array(Vec<Json>),
    Object(Vec<(Traced, Json)>),
}

/// Reads all of `text` as one value.
pub(super) fn read(file: FileId, text: &[u8]) -> Result<Json> {
    let mut reader = Reader { file, text, at: 0, levels: 0 };
    if text.starts_with(b"\xef\xbb\xbf") {
        return Err(reader.error(0..3, "JSON begins without a byte order mark"));
    }
    let json = reader.value()?;
    reader.skip();
    if reader.at < text.len() { Err(reader.expected("the end")) } else { Ok(json) }
}

struct Reader<'a> {
    file: FileId,
    text: &'a [u8],
    at: usize,
    levels: u32,
}

impl Reader<'_> {
    fn place(&self, range: Range<usize>) -> Place {
        Place::new(self.file, Span::of(range))
    }

    fn error(&self, range: Range<usize>, message: impl Into<String>) -> SyntaxError {
        SyntaxError { place: self.place(range), message: message.into() }
    }

    /// Says that `what` should come next, and what comes instead.
    fn expected(&self, what: &str) -> SyntaxError {
        let at = self.at;
        match self.text.get(at) {
            None => self.error(at..at, format!("{what} is missing before the end")),
            Some(b'/') => self.error(at..at + 1, "JSON has no comments but as a property with the name `//`"),
            Some(b'\'') => self.error(at..at + 1, "a string stands in double quotes, not in single ones"),
            Some(byte) if byte.is_ascii_graphic() => {
                self.error(at..at + 1, format!("{what} is missing before `{}`", char::from(*byte)))
            }
            Some(_) => {
                // All bytes of the character, if it is one.
                let rest = &self.text[at..self.text.len().min(at + 4)];
                let found = rest.utf8_chunks().next().and_then(|chunk| chunk.valid().chars().next());
                self.error(at..at + found.map_or(1, char::len_utf8), format!("{what} is missing"))
            }
        }
    }

    fn skip(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')).count();
    }

    /// Goes past blanks and `mark`.
    fn eat(&mut self, mark: u8) -> bool {
        self.skip();
        let found = self.text.get(self.at) == Some(&mark);
        self.at += usize::from(found);
        found
    }

    fn value(&mut self) -> Result<Json> {
        self.skip();
        let start = self.at;
        let kind = match self.text.get(start) {
            Some(b'{') => self.nested(Self::object)?,
            Some(b'[') => self.nested(Self::array)?,
            Some(b'"') => Kind::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(byte) if byte.is_ascii_alphabetic() => self.word()?,
            _ => return Err(self.expected("a value")),
        };
        Ok(Json { kind, place: self.place(start..self.at) })
    }

    fn nested(&mut self, read: impl FnOnce(&mut Self) -> Result<Kind>) -> Result<Kind> {
        if self.levels >= MAX_LEVELS {
            return Err(
                self.error(self.at..self.at + 1, format!("the value is too deep: {MAX_LEVELS} levels are read"))
            );
        }
        self.levels += 1;
        let done = read(self);
        self.levels -= 1;
        done
    }

    fn object(&mut self) -> Result<Kind> {
        let open = self.at;
        self.at += 1;
        let mut members = Vec::new();
        if self.eat(b'}') {
            return Ok(Kind::Object(members));
        }
        loop {
            self.skip();
            if self.text.get(self.at) != Some(&b'"') {
                return Err(self.unclosed(open, "the name of a property"));
            }
            let name = self.string()?;
            if !self.eat(b':') {
                return Err(self.unclosed(open, "the `:` after the name"));
            }
            members.push((name, self.value()?));
            if self.eat(b'}') {
                return Ok(Kind::Object(members));
            }
            if !self.eat(b',') {
                return Err(self.unclosed(open, "`,` or `}`"));
            }
        }
    }

    fn array(&mut self) -> Result<Kind> {
        let open = self.at;
        self.at += 1;
        let mut items = Vec::new();
        if self.eat(b']') {
            return Ok(Kind::Array(items));
        }
        loop {
            items.push(self.value()?);
            if self.eat(b']') {
                return Ok(Kind::Array(items));
            }
            if !self.eat(b',') {
                return Err(self.unclosed(open, "`,` or `]`"));
            }
        }
    }

    /// Says that `what` should come next; at the end, that what begins at `open` is not closed.
    fn unclosed(&self, open: usize, what: &str) -> SyntaxError {
        if self.at < self.text.len() {
            return self.expected(what);
        }
        self.error(open..open + 1, "what opens here is not closed")
    }

    fn word(&mut self) -> Result<Kind> {
        let start = self.at;
        let len = self.text[start..].iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        self.at += len;
        match &self.text[start..self.at] {
            b"null" => Ok(Kind::Null),
            b"true" => Ok(Kind::Bool(true)),
            b"false" => Ok(Kind::Bool(false)),
            _ => Err(self.error(start..self.at, "the only words in JSON are `true`, `false` and `null`")),
        }
    }

    fn number(&mut self) -> Result<Kind> {
        let start = self.at;
        let is_part = |byte: &&u8| matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9');
        self.at += self.text[start..].iter().take_while(is_part).count();
        let digits = std::str::from_utf8(&self.text[start..self.at]).unwrap_or_default();
        if is_number(digits) {
            Ok(Kind::Number(digits.into()))
        } else {
            Err(self.error(start..self.at, "this is no number"))
        }
    }

    fn string(&mut self) -> Result<Traced> {
        let open = self.at;
        self.at += 1;
        let end = self.string_end(open)?;
        let mut builder = TracedBuilder::new(self.place(open..end + 1));
        while self.at < end {
            let rest = &self.text[self.at..end];
            let len = memchr::memchr(b'\\', rest).unwrap_or(rest.len());
            self.plain(&mut builder, self.at..self.at + len);
            self.at += len;
            if self.at < end {
                self.escape(&mut builder, end)?;
            }
        }
        self.at = end + 1;
        Ok(builder.finish())
    }

    /// Where the closing quote is of the string that opens at `open`.
    fn string_end(&self, open: usize) -> Result<usize> {
        let mut at = open + 1;
        loop {
            match self.text.get(at) {
                Some(b'"') => return Ok(at),
                Some(b'\\') => at += 2,
                Some(b' '..) => at += 1,
                Some(b'\n' | b'\r') | None => {
                    return Err(self.error(open..open + 1, "the string that begins here is not closed"));
                }
                Some(_) => {
                    return Err(self.error(at..at + 1, "a control character in a string is written as an escape"));
                }
            }
        }
    }

    /// Adds bytes without escapes. Each that is no UTF-8 becomes U+FFFD, as in Terraform.
    fn plain(&self, builder: &mut TracedBuilder, range: Range<usize>) {
        let mut at = range.start;
        for chunk in self.text[range].utf8_chunks() {
            builder.verbatim(chunk.valid().as_bytes(), Span::of(at..at).start);
            at += chunk.valid().len();
            for _ in chunk.invalid() {
                builder.decoded("\u{fffd}".as_bytes(), Span::of(at..at + 1));
                at += 1;
            }
        }
    }

    fn escape(&mut self, builder: &mut TracedBuilder, end: usize) -> Result<()> {
        let start = self.at;
        let decoded = match self.text.get(start + 1) {
            Some(b'u') => return self.unicode_escape(builder, end),
            Some(b'"') => "\"",
            Some(b'\\') => "\\",
            Some(b'/') => "/",
            Some(b'b') => "\u{8}",
            Some(b'f') => "\u{c}",
            Some(b'n') => "\n",
            Some(b'r') => "\r",
            Some(b't') => "\t",
            _ => {
                return Err(
                    self.error(start..start + 1, "this backslash begins no escape; for a backslash write `\\\\`")
                );
            }
        };
        self.at += 2;
        builder.decoded(decoded.as_bytes(), Span::of(start..self.at));
        Ok(())
    }

    /// `\u00e9`; two for what lies beyond U+FFFF. Half of such a pair becomes U+FFFD.
    fn unicode_escape(&mut self, builder: &mut TracedBuilder, end: usize) -> Result<()> {
        let start = self.at;
        let Some(first) = self.unit(start, end) else {
            return Err(self.error(start..start + 2, "this escape needs 4 hexadecimal digits"));
        };
        self.at += 6;
        let mut decoded = char::from_u32(first);
        if decoded.is_none()
            && let Some(second) = self.unit(self.at, end)
            && let (0xd800..0xdc00, 0xdc00..0xe000) = (first, second)
        {
            decoded = char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00));
            self.at += 6;
        }
        let mut buffer = [0; 4];
        let decoded = decoded.unwrap_or(char::REPLACEMENT_CHARACTER).encode_utf8(&mut buffer);
        builder.decoded(decoded.as_bytes(), Span::of(start..self.at));
        Ok(())
    }

    /// What `\uXXXX` at `at` stands for in UTF-16.
    fn unit(&self, at: usize, end: usize) -> Option<u32> {
        let hex = self.text.get(at..end)?.get(..6)?.strip_prefix(b"\\u")?;
        let hex = std::str::from_utf8(hex).ok().filter(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        u32::from_str_radix(hex, 16).ok()
    }
}

/// RFC 8259 §6.
fn is_number(digits: &str) -> bool {
    let digits = digits.strip_prefix('-').unwrap_or(digits);
    let (mantissa, exponent) = digits.split_once(['e', 'E']).unwrap_or((digits, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let all = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    all(whole) && all(fraction) && all(exponent) && (whole == "0" || !whole.starts_with('0'))
}
