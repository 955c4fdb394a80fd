//! `jsondecode`: each value has the place where it stands in the text.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Fault;
use super::arguments::Arguments;
use crate::hcl::convert::{self, NoNumber};
use crate::hcl::value::{Keys, List, ListKind, Map, Origin, Value};
use crate::text::{Span, Traced, TracedBuilder};

/// Deeper values are not read.
const MAX_DEPTH: usize = 100;

/// `jsondecode(text)`.
pub(super) fn jsondecode(given: &Arguments<'_>) -> Result<Value, Fault> {
    let text = given.text(0);
    let mut reader = Reader { text: &text, bytes: text.bytes(), at: 0, depth: 0 };
    match reader.document() {
        Ok(value) => Ok(value),
        Err(Refusal::Malformed) => {
            let place = text.place(Span::of(reader.at..(reader.at + 1).min(text.bytes().len())));
            Err(Fault { place, message: "`jsondecode()`: this is no JSON".to_owned() })
        }
        Err(Refusal::Unsure(why)) => Ok(given.unknown_because(why)),
    }
}

enum Refusal {
    Malformed,
    Unsure(&'static str),
}

struct Reader<'a> {
    text: &'a Traced,
    bytes: &'a [u8],
    at: usize,
    depth: usize,
}

impl Reader<'_> {
    fn document(&mut self) -> Result<Value, Refusal> {
        let value = self.value()?;
        self.skip_space();
        match self.bytes.get(self.at) {
            None => Ok(value),
            // Terraform does not look at what follows such a bracket.
            Some(b'}' | b']') => Err(Refusal::Unsure("brackets follow the JSON")),
            Some(_) => Err(Refusal::Malformed),
        }
    }

    fn value(&mut self) -> Result<Value, Refusal> {
        self.skip_space();
        let start = self.at;
        match self.bytes.get(self.at) {
            Some(b'{') => self.nested(Self::object),
            Some(b'[') => self.nested(Self::array),
            Some(b'"') => Ok(Value::String(Arc::new(self.string()?))),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true").map(|()| Value::Bool(true, self.origin(start))),
            Some(b'f') => self.word("false").map(|()| Value::Bool(false, self.origin(start))),
            Some(b'n') => self.word("null").map(|()| Value::Null(self.origin(start))),
            _ => Err(Refusal::Malformed),
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Value, Refusal>) -> Result<Value, Refusal> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Refusal::Unsure("the JSON is nested too deep to be read here"));
        }
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn object(&mut self) -> Result<Value, Refusal> {
        let start = self.at;
        let (mut entries, mut keys) = (BTreeMap::new(), Keys::new());
        self.at += 1;
        let mut goes_on = !self.closes(b'}');
        while goes_on {
            self.skip_space();
            if self.bytes.get(self.at) != Some(&b'"') {
                return Err(Refusal::Malformed);
            }
            let name = self.string()?;
            self.skip_space();
            if !self.takes(b':') {
                return Err(Refusal::Malformed);
            }
            // Of two of a name the last one counts.
            let value = self.value()?;
            let key: Arc<str> = name.text().into();
            entries.insert(Arc::clone(&key), value);
            keys.insert(key, Arc::new(name));
            goes_on = self.goes_on(b'}')?;
        }
        let (entries, keys) = (Arc::new(entries), Some(Arc::new(keys)));
        Ok(Value::Map(Map { is_object: true, keys, entries, origin: self.origin(start) }))
    }

    fn array(&mut self) -> Result<Value, Refusal> {
        let start = self.at;
        let mut items = Vec::new();
        self.at += 1;
        let mut goes_on = !self.closes(b']');
        while goes_on {
            items.push(self.value()?);
            goes_on = self.goes_on(b']')?;
        }
        Ok(Value::List(List { kind: ListKind::Tuple, items: Arc::new(items), origin: self.origin(start) }))
    }

    fn closes(&mut self, close: u8) -> bool {
        self.skip_space();
        self.takes(close)
    }

    /// Whether a comma follows, and not the end.
    fn goes_on(&mut self, close: u8) -> Result<bool, Refusal> {
        self.skip_space();
        if self.takes(b',') {
            return Ok(true);
        }
        if self.takes(close) { Ok(false) } else { Err(Refusal::Malformed) }
    }

    fn takes(&mut self, byte: u8) -> bool {
        let is_next = self.bytes.get(self.at) == Some(&byte);
        self.at += usize::from(is_next);
        is_next
    }

    fn skip_space(&mut self) {
        while matches!(self.bytes.get(self.at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn word(&mut self, word: &str) -> Result<(), Refusal> {
        if !self.bytes[self.at..].starts_with(word.as_bytes()) {
            return Err(Refusal::Malformed);
        }
        self.at += word.len();
        Ok(())
    }

    fn number(&mut self) -> Result<Value, Refusal> {
        let start = self.at;
        let is_part = |byte: &u8| byte.is_ascii_digit() || b"+-.eE".contains(byte);
        while self.bytes.get(self.at).is_some_and(is_part) {
            self.at += 1;
        }
        let shown = str::from_utf8(&self.bytes[start..self.at]).map_err(|_| Refusal::Malformed)?;
        if !is_json_number(shown) {
            return Err(Refusal::Malformed);
        }
        match convert::parse_number(shown) {
            Ok(number) => Ok(Value::Number(Arc::new(number), self.origin(start))),
            Err(NoNumber::Malformed) => Err(Refusal::Malformed),
            Err(NoNumber::TooLarge) => {
                let place = self.origin(start).place;
                Ok(Value::unknown(place, "the number is too large or too small to be worked out here"))
            }
        }
    }

    /// A string, decoded; what is not escaped keeps its place byte for byte.
    fn string(&mut self) -> Result<Traced, Refusal> {
        let open = self.at;
        self.at += 1;
        let start = self.at;
        // The place of all of it is known once it is read.
        let mut parts: Vec<(Span, Option<char>)> = Vec::new();
        loop {
            let rest = &self.bytes[self.at..];
            let plain =
                rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f)).ok_or(Refusal::Malformed)?;
            parts.push((Span::of(self.at..self.at + plain), None));
            self.at += plain;
            match self.bytes[self.at] {
                b'"' => break,
                b'\\' => {
                    let from = self.at;
                    let char = self.escape()?;
                    parts.push((Span::of(from..self.at), Some(char)));
                }
                _ => return Err(Refusal::Malformed),
            }
        }
        self.at += 1;
        let whole = self.text.place(Span::of(open..self.at));
        let mut out =
            TracedBuilder::new(if self.at - open > 2 { whole } else { self.text.place(Span::of(start..start)) });
        for (span, char) in parts {
            match char {
                None => out.append_part(self.text, span),
                Some(char) => {
                    let note = self.text.stretches_in(span).next().and_then(|stretch| stretch.note.cloned());
                    out.push(char.encode_utf8(&mut [0; 4]).as_bytes(), self.text.place(span), false, note);
                }
            }
        }
        Ok(out.finish())
    }

    fn escape(&mut self) -> Result<char, Refusal> {
        let kind = self.bytes.get(self.at + 1).ok_or(Refusal::Malformed)?;
        self.at += 2;
        Ok(match kind {
            b'"' | b'\\' | b'/' => char::from(*kind),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.code_unit()?;
                if !(0xd800..0xdc00).contains(&first) {
                    return Ok(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
                }
                // Half a pair stands for nothing.
                let before = self.at;
                if self.takes(b'\\') && self.takes(b'u') {
                    let second = self.code_unit()?;
                    if (0xdc00..0xe000).contains(&second) {
                        let code = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                        return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
                    }
                }
                self.at = before;
                char::REPLACEMENT_CHARACTER
            }
            _ => return Err(Refusal::Malformed),
        })
    }

    fn code_unit(&mut self) -> Result<u32, Refusal> {
        let digits = self.bytes.get(self.at..self.at + 4).ok_or(Refusal::Malformed)?;
        let shown = str::from_utf8(digits).ok().filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        self.at += 4;
        u32::from_str_radix(shown.ok_or(Refusal::Malformed)?, 16).map_err(|_| Refusal::Malformed)
    }

    fn origin(&self, start: usize) -> Origin {
        origin_in(self.text, Span::of(start..self.at))
    }
}

/// Where a value stands that was read from `span` of the text.
pub(super) fn origin_in(text: &Traced, span: Span) -> Origin {
    let note = text.stretches_in(span).next().and_then(|stretch| stretch.note.cloned());
    Origin { place: text.place(span), note }
}

fn is_json_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text).as_bytes();
    let leads = match digits {
        [b'0', next, ..] => !next.is_ascii_digit(),
        [first, ..] => first.is_ascii_digit(),
        [] => false,
    };
    let is_dotted = digits.windows(2).all(|pair| pair[0] != b'.' || pair[1].is_ascii_digit());
    leads && is_dotted && digits.last().is_some_and(u8::is_ascii_digit)
}
