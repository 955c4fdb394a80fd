//! JSON with places: a reader that goes through a text value by value, and the tree for texts that are small.
//!
//! Plans of Terraform have hundreds of megabytes of which little is wanted, and a problem is shown at the string in which it
//! stands: so the reader skips what nobody asked for, and gives each string with the place of its bytes. No crate does both.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::Error;
use super::tree::{Entry, Kind, Node};
use crate::text::{FileId, Place, Span, Traced, TracedBuilder};

/// Lists and objects within each other.
const MAX_DEPTH: usize = 100;

/// The value that a text is.
pub fn document(file: FileId, text: &[u8]) -> Result<Node, Error> {
    let mut reader = Reader::new(file, text)?;
    let node = reader.node()?;
    reader.end()?;
    Ok(node)
}

/// Goes through a text of JSON.
#[derive(Debug)]
pub struct Reader<'a> {
    file: FileId,
    text: &'a [u8],
    at: usize,
    depth: usize,
}

/// What a value begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peeked {
    /// `{`.
    Object,
    /// `[`.
    Array,
    /// `"`.
    String,
    /// A number, `true`, `false` or `null`.
    Word,
}

impl<'a> Reader<'a> {
    /// A reader of `text`, which may begin with a byte order mark.
    pub fn new(file: FileId, text: &'a [u8]) -> Result<Self, Error> {
        let mut reader = Self { file, text, at: 0, depth: 0 };
        if text.starts_with(b"\xff\xfe") || text.starts_with(b"\xfe\xff") {
            return Err(reader.error(0, "the file is UTF-16, as PowerShell writes it after `>`; JSON is UTF-8"));
        }
        if let Err(error) = std::str::from_utf8(text) {
            return Err(reader.error(error.valid_up_to(), "this byte is not UTF-8"));
        }
        if text.starts_with(b"\xef\xbb\xbf") {
            reader.at = 3;
        }
        Ok(reader)
    }

    /// What comes next.
    pub fn peek(&mut self) -> Result<Peeked, Error> {
        self.skip_blank();
        match self.text.get(self.at) {
            Some(b'{') => Ok(Peeked::Object),
            Some(b'[') => Ok(Peeked::Array),
            Some(b'"') => Ok(Peeked::String),
            Some(b'-' | b'0'..=b'9' | b't' | b'f' | b'n') => Ok(Peeked::Word),
            Some(_) => Err(self.error(self.at, "here a value of JSON should begin")),
            None => Err(self.error(self.at, "the text ends before its value does")),
        }
    }

    /// Goes through an object: `each` is given the key, and must read or [`Reader::skip`] the value.
    pub fn object(&mut self, mut each: impl FnMut(&mut Self, Key<'a>) -> Result<(), Error>) -> Result<Place, Error> {
        self.nested(b'{', b'}', |reader| {
            reader.skip_blank();
            if !matches!(reader.text.get(reader.at), None | Some(b'"')) {
                return Err(reader.error(reader.at, "here the name of a member should begin"));
            }
            let span = reader.skip_string()?;
            reader.skip_blank();
            if reader.text.get(reader.at) != Some(&b':') {
                return Err(reader.error(reader.at, "here a `:` should be"));
            }
            reader.at += 1;
            each(reader, Key { file: reader.file, text: reader.text, span })
        })
    }

    /// Goes through a list: `each` must read or [`Reader::skip`] the item.
    pub fn array(&mut self, each: impl FnMut(&mut Self) -> Result<(), Error>) -> Result<Place, Error> {
        self.nested(b'[', b']', each)
    }

    /// Reads a string.
    pub fn string(&mut self) -> Result<Traced, Error> {
        self.skip_blank();
        let span = self.skip_string()?;
        Ok(decode(self.file, self.text, span))
    }

    /// Reads a number, `true`, `false` or `null`.
    pub fn word(&mut self) -> Result<(&'a str, Place), Error> {
        self.skip_blank();
        let start = self.at;
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.');
        while self.text.get(self.at).is_some_and(is_word) {
            self.at += 1;
        }
        let word = std::str::from_utf8(&self.text[start..self.at]).unwrap_or_default();
        if !matches!(word, "true" | "false" | "null") && !is_number(word.as_bytes()) {
            return Err(self.error(start, "here a value of JSON should begin"));
        }
        Ok((word, self.place(start..self.at)))
    }

    /// Reads a value of any kind into the tree.
    pub fn node(&mut self) -> Result<Node, Error> {
        match self.peek()? {
            Peeked::Object => {
                let mut entries = Vec::new();
                let place = self.object(|reader, key| {
                    let text = key.traced();
                    let key = Node { place: text.whole(), kind: Kind::Text(Arc::new(text)) };
                    entries.push(Entry { key, value: reader.node()? });
                    Ok(())
                })?;
                Ok(Node { place, kind: Kind::Map(entries.into()) })
            }
            Peeked::Array => {
                let mut items = Vec::new();
                let place = self.array(|reader| {
                    items.push(reader.node()?);
                    Ok(())
                })?;
                Ok(Node { place, kind: Kind::List(items.into()) })
            }
            Peeked::String => {
                let text = self.string()?;
                Ok(Node { place: text.whole(), kind: Kind::Text(Arc::new(text)) })
            }
            Peeked::Word => {
                let (word, place) = self.word()?;
                Ok(Node { place, kind: Kind::Word(Arc::new(Traced::verbatim(word.as_bytes(), place))) })
            }
        }
    }

    /// Goes past a value of any kind, and gives its place. What is wrong inside goes unnoticed, but for brackets and quotes.
    pub fn skip(&mut self) -> Result<Place, Error> {
        let start = match self.peek()? {
            Peeked::String => {
                let span = self.skip_string()?;
                return Ok(self.place(span));
            }
            Peeked::Word => return self.word().map(|(_, place)| place),
            Peeked::Object | Peeked::Array => self.at,
        };
        let mut open = 0_usize;
        loop {
            match self.text.get(self.at) {
                Some(b'"') => {
                    self.skip_string()?;
                    continue;
                }
                Some(b'{' | b'[') => open += 1,
                Some(b'}' | b']') => open -= 1,
                Some(_) => {}
                None => return Err(self.error(self.at, "the text ends before its value does")),
            }
            self.at += 1;
            if open == 0 {
                return Ok(self.place(start..self.at));
            }
        }
    }

    /// The place where the reader stands.
    pub fn here(&self) -> Place {
        self.place(self.at..self.at)
    }

    /// What is written at a place.
    pub fn written(&self, place: Place) -> &'a [u8] {
        place.span.slice(self.text)
    }

    /// A reader of the value at `place`, which this one has gone past.
    #[must_use]
    pub fn again(&self, place: Place) -> Self {
        Self { at: place.span.start as usize, ..*self }
    }

    /// Checks that nothing follows.
    pub fn end(&mut self) -> Result<(), Error> {
        self.skip_blank();
        if self.at < self.text.len() {
            Err(self.error(self.at, "something follows the value of the text"))
        } else {
            Ok(())
        }
    }

    fn nested(
        &mut self,
        open: u8,
        close: u8,
        mut each: impl FnMut(&mut Self) -> Result<(), Error>,
    ) -> Result<Place, Error> {
        self.skip_blank();
        let start = self.at;
        if self.text.get(self.at) != Some(&open) {
            return Err(self.error(self.at, &format!("here a `{}` should be", char::from(open))));
        }
        if self.depth >= MAX_DEPTH {
            return Err(self.error(self.at, &format!("more than {MAX_DEPTH} levels of lists and objects")));
        }
        self.depth += 1;
        self.at += 1;
        self.skip_blank();
        if self.text.get(self.at) != Some(&close) {
            loop {
                each(self)?;
                self.skip_blank();
                match self.text.get(self.at) {
                    Some(b',') => self.at += 1,
                    Some(byte) if *byte == close => break,
                    Some(_) => {
                        return Err(self.error(self.at, &format!("here a `,` or `{}` should be", char::from(close))));
                    }
                    None => return Err(self.error(self.at, "the text ends before its value does")),
                }
            }
        }
        self.at += 1;
        self.depth -= 1;
        Ok(self.place(start..self.at))
    }

    /// Goes past the string that begins here; the span is with its quotes.
    fn skip_string(&mut self) -> Result<std::ops::Range<usize>, Error> {
        let start = self.at;
        match self.text.get(start) {
            Some(b'"') => {}
            Some(_) => return Err(self.error(start, "here a string should begin")),
            None => return Err(self.error(start, "the text ends before its value does")),
        }
        self.at += 1;
        while let Some(found) = memchr::memchr2(b'"', b'\\', &self.text[self.at..]) {
            self.at += found;
            if self.text[self.at] == b'"' {
                self.at += 1;
                return Ok(start..self.at);
            }
            self.at = (self.at + 2).min(self.text.len());
        }
        self.at = self.text.len();
        Err(self.error(start, "the string that begins here does not end"))
    }

    fn skip_blank(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.text.get(self.at) {
            self.at += 1;
        }
    }

    fn place(&self, span: std::ops::Range<usize>) -> Place {
        Place::new(self.file, Span::of(span))
    }

    fn error(&self, at: usize, message: &str) -> Error {
        let rest = self.text.get(at..).unwrap_or_default();
        // A byte that continues a character belongs to it.
        let len = rest.iter().skip(1).take_while(|byte| **byte & 0xc0 == 0x80).count() + usize::from(!rest.is_empty());
        Error { place: self.place(at..at + len), message: message.to_owned() }
    }
}

/// The name of a member, decoded when somebody asks.
#[derive(Clone, Debug)]
pub struct Key<'a> {
    file: FileId,
    text: &'a [u8],
    span: std::ops::Range<usize>,
}

impl Key<'_> {
    /// Whether it is `name`, which no JSON needs to escape.
    pub fn is(&self, name: &str) -> bool {
        self.raw() == name.as_bytes() || self.raw().contains(&b'\\') && self.traced().bytes() == name.as_bytes()
    }

    /// Its text.
    pub fn traced(&self) -> Traced {
        decode(self.file, self.text, self.span.clone())
    }

    /// What stands between the quotes, escapes as they are.
    pub fn raw(&self) -> &[u8] {
        &self.text[self.span.start + 1..self.span.end - 1]
    }
}

/// RFC 8259 §6.
fn is_number(word: &[u8]) -> bool {
    let digits = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let rest = word.strip_prefix(b"-").unwrap_or(word);
    let whole = digits(rest);
    if whole == 0 || whole > 1 && rest[0] == b'0' {
        return false;
    }
    let mut rest = &rest[whole..];
    if let [b'.', fraction @ ..] = rest {
        let len = digits(fraction);
        if len == 0 {
            return false;
        }
        rest = &fraction[len..];
    }
    match rest {
        [] => true,
        [b'e' | b'E', b'+' | b'-', exponent @ ..] | [b'e' | b'E', exponent @ ..] => {
            !exponent.is_empty() && digits(exponent) == exponent.len()
        }
        _ => false,
    }
}

/// The text of the string at `span`, its quotes included (RFC 8259 §7).
fn decode(file: FileId, text: &[u8], span: std::ops::Range<usize>) -> Traced {
    let mut builder = TracedBuilder::new(Place::new(file, Span::of(span.clone())));
    let (mut at, end) = (span.start + 1, span.end.saturating_sub(1));
    while at < end {
        let plain = memchr::memchr(b'\\', &text[at..end]).unwrap_or(end - at);
        if plain > 0 {
            builder.verbatim(&text[at..at + plain], u32::try_from(at).unwrap_or(u32::MAX));
            at += plain;
            continue;
        }
        let (char, len) = escape(&text[at..end]);
        builder.decoded(char.encode_utf8(&mut [0; 4]).as_bytes(), Span::of(at..at + len));
        at += len;
    }
    builder.finish()
}

/// The character that an escape stands for, and its length. Half of a pair, and what is no escape, is U+FFFD.
fn escape(text: &[u8]) -> (char, usize) {
    let hex = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix(b"\\u").filter(|hex| hex.iter().all(u8::is_ascii_hexdigit))?;
        u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    };
    let char = match text.get(1) {
        Some(b'n') => '\n',
        Some(b't') => '\t',
        Some(b'r') => '\r',
        Some(b'b') => '\u{8}',
        Some(b'f') => '\u{c}',
        Some(b'u') => {
            let Some(first) = hex(0) else { return (char::REPLACEMENT_CHARACTER, 2) };
            if let (0xd800..0xdc00, Some(second @ 0xdc00..0xe000)) = (first, hex(6)) {
                let code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                return (char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), 12);
            }
            return (char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER), 6);
        }
        Some(byte @ (b'"' | b'\\' | b'/')) => char::from(*byte),
        Some(_) => {
            return (
                char::REPLACEMENT_CHARACTER,
                text.iter().skip(2).take_while(|byte| **byte & 0xc0 == 0x80).count() + 2,
            );
        }
        None => return (char::REPLACEMENT_CHARACTER, 1),
    };
    (char, 2)
}
