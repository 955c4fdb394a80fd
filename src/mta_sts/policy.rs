//! The policy (RFC 8461 §3.2).

use super::fields::{is_blank, is_name};
use super::mx_pattern::{MxPattern, MxPatternError};
use crate::text::Span;

/// Senders may refuse a longer policy (RFC 8461 §3.3).
pub const MAX_LEN: usize = 64 * 1024;
/// The greatest `max_age`, in seconds: a year (RFC 8461 §3.2).
pub const MAX_AGE: u64 = 31_557_600;
/// The names of the fields that the standard knows.
pub const FIELDS: [&str; 4] = ["version", "mode", "mx", "max_age"];
/// How many faults are kept.
const MAX_FAULTS: usize = 100;

/// A policy as written.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Policy {
    /// The fields, in order.
    pub fields: Vec<Field>,
    /// What the grammar does not allow; the first hundred.
    pub faults: Vec<Fault>,
    /// How many more there were.
    pub faults_left_out: usize,
}

/// `name: value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Before the colon.
    pub name: Span,
    /// After the colon, blanks at either end left out.
    pub value: Span,
    /// What it says.
    pub meaning: Meaning,
    /// Whether the value is known ([`Policy::forget`]); else `meaning` tells only which field it is.
    pub is_known: bool,
}

/// What a field says, by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// `version`: whether it is `STSv1`.
    Version(bool),
    /// `mode`, if it is one.
    Mode(Option<Mode>),
    /// `max_age`, in seconds.
    MaxAge(Result<u64, MaxAgeError>),
    /// `mx`.
    Mx(Result<MxPattern, MxPatternError>),
    /// A name that the standard does not know, in lower case.
    Unknown(Box<[u8]>),
}

/// What senders do when TLS fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// They do not deliver.
    Enforce,
    /// They report, and deliver.
    Testing,
    /// Nothing: the policy is withdrawn.
    None,
}

/// Why some text is no `max_age`: 1 to 10 digits, at most [`MAX_AGE`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MaxAgeError {
    /// Nothing there.
    Empty,
    /// Something else than digits.
    NotANumber,
    /// More than ten.
    TooManyDigits,
    /// Above a year.
    AboveMaximum,
}

/// Something that the grammar does not allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where, in the text that was parsed.
    pub span: Span,
    /// What.
    pub kind: FaultKind,
}

/// What may be wrong with the text, a variant for each mistake that people make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// No field at all.
    Empty,
    /// More than [`MAX_LEN`] bytes.
    TooLarge,
    /// A byte order mark in front.
    Bom,
    /// UTF-16.
    Utf16,
    /// A web page.
    Html,
    /// A JSON document.
    Json,
    /// A byte that is no UTF-8.
    InvalidUtf8,
    /// A NUL.
    Nul,
    /// A CR that no LF follows.
    BareCr,
    /// A blank line before the last field.
    BlankLine,
    /// Blank lines after the last field: the grammar allows one line end there and no more, and strict senders keep to it.
    TrailingBlankLine,
    /// Blanks in front of a field.
    LeadingBlank,
    /// A line that begins with `#`, `;` or `//`.
    Comment,
    /// A line without a colon.
    NoColon,
    /// `mode=enforce`.
    Equals,
    /// Blanks between the name and its colon.
    BlankBeforeColon,
    /// A name that is not a letter or digit followed by up to 31 letters, digits, `_`, `-` or `.`.
    BadName,
    /// Nothing after the colon.
    EmptyValue,
    /// A control character in a value.
    ControlCharacter,
}

/// Reads a policy. Only its first [`MAX_LEN`] bytes are looked at.
pub fn parse(text: &[u8]) -> Policy {
    let mut policy = Policy::default();
    let mut start = 0;
    if text.starts_with(b"\xff\xfe") || text.starts_with(b"\xfe\xff") {
        policy.fault(0..2, FaultKind::Utf16);
        return policy;
    }
    if text.len() > MAX_LEN {
        policy.fault(MAX_LEN..text.len(), FaultKind::TooLarge);
    }
    if text.starts_with(b"\xef\xbb\xbf") {
        policy.fault(0..3, FaultKind::Bom);
        start = 3;
    }
    let text = &text[..text.len().min(MAX_LEN)];
    let body = text[start..].trim_ascii_start();
    let at = text.len() - body.len();
    match body.first() {
        None => policy.fault(0..text.len().min(1), FaultKind::Empty),
        Some(b'<') => policy.fault(at..at + line_len(body), FaultKind::Html),
        Some(b'{' | b'[') => policy.fault(at..at + line_len(body), FaultKind::Json),
        Some(_) => policy.parse_lines(text, start),
    }
    policy
}

/// The canonical text of a policy. Lines end with CRLF: the policy is `text/plain`, whose canonical line end that is
/// (RFC 2046 §4.1.1), and RFC 8461 §3.2 allows it.
pub fn render(mode: Mode, mx: &[MxPattern], max_age: u64) -> String {
    let mx = mx.iter().map(|pattern| format!("mx: {pattern}"));
    let mut lines = vec!["version: STSv1".to_owned(), format!("mode: {}", mode.as_str())];
    lines.extend(mx.chain([format!("max_age: {max_age}\r\n")]));
    lines.join("\r\n")
}

impl Policy {
    /// The first field called `version`; the first counts (RFC 8461 §3.2), here and below.
    pub fn version(&self) -> Option<&Field> {
        self.first(|meaning| matches!(meaning, Meaning::Version(_)))
    }

    /// The first field called `mode`.
    pub fn mode_field(&self) -> Option<&Field> {
        self.first(|meaning| matches!(meaning, Meaning::Mode(_)))
    }

    /// The mode, if it is one and known.
    pub fn mode(&self) -> Option<Mode> {
        match self.mode_field().filter(|field| field.is_known)?.meaning {
            Meaning::Mode(mode) => mode,
            _ => None,
        }
    }

    /// The first field called `max_age`.
    pub fn max_age_field(&self) -> Option<&Field> {
        self.first(|meaning| matches!(meaning, Meaning::MaxAge(_)))
    }

    /// Seconds, if it is a number that is allowed, and known.
    pub fn max_age(&self) -> Option<u64> {
        match self.max_age_field().filter(|field| field.is_known)?.meaning {
            Meaning::MaxAge(seconds) => seconds.ok(),
            _ => None,
        }
    }

    /// The fields called `mx` whose values are known, and their patterns.
    pub fn mx(&self) -> impl Iterator<Item = (&Field, &Result<MxPattern, MxPatternError>)> {
        self.fields.iter().filter(|field| field.is_known).filter_map(|field| match &field.meaning {
            Meaning::Mx(pattern) => Some((field, pattern)),
            _ => None,
        })
    }

    /// Fields other than `mx` whose name stood before: that one, and this one.
    pub fn duplicates(&self) -> impl Iterator<Item = (&Field, &Field)> {
        let same = |a: &Meaning, b: &Meaning| match (a, b) {
            (Meaning::Unknown(a), Meaning::Unknown(b)) => a == b,
            (Meaning::Mx(_) | Meaning::Unknown(_), _) | (_, Meaning::Unknown(_)) => false,
            _ => std::mem::discriminant(a) == std::mem::discriminant(b),
        };
        // A bound, for a policy of ten thousand fields: what it repeats shows in the first hundred.
        let fields = &self.fields[..self.fields.len().min(MAX_FAULTS)];
        fields.iter().enumerate().filter_map(move |(at, field)| {
            let first = fields[..at].iter().find(|first| same(&first.meaning, &field.meaning))?;
            Some((first, field))
        })
    }

    /// Well-formed fields that the standard does not know.
    pub fn unknown(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| matches!(field.meaning, Meaning::Unknown(_)))
    }

    /// Whether the grammar accepts it. A field other than `mx` that stands again is only an extension of that name.
    pub fn is_valid(&self) -> bool {
        let is_version = self.version().is_some_and(|field| field.meaning == Meaning::Version(true));
        let has_mx = self.mx().next().is_some() && self.mx().all(|(_, pattern)| pattern.is_ok());
        self.faults.is_empty()
            && is_version
            && self.max_age().is_some()
            && self.mode().is_some_and(|mode| has_mx || mode == Mode::None && self.mx().next().is_none())
    }

    /// Takes out all that rests on bytes that are `uncertain`: they only keep the place of what is not known.
    /// Gives back whether every such byte is in the value of one field, so that no line can be missing from `fields`.
    pub fn forget(&mut self, uncertain: &[Span]) -> bool {
        let is_certain = |span: Span| !uncertain.iter().any(|hole| hole.start < span.end && span.start < hole.end);
        self.faults.retain(|fault| is_certain(fault.span));
        self.fields.retain(|field| is_certain(field.name));
        for field in &mut self.fields {
            field.is_known = is_certain(field.value);
        }
        let is_value = |hole: &Span| {
            self.fields.iter().any(|field| field.value.start <= hole.start && hole.end <= field.value.end)
        };
        uncertain.iter().all(is_value)
    }

    /// Whether there is an `mx` whose pattern is not known.
    pub fn has_unknown_mx(&self) -> bool {
        self.fields.iter().any(|field| !field.is_known && matches!(field.meaning, Meaning::Mx(_)))
    }

    fn first(&self, wanted: impl Fn(&Meaning) -> bool) -> Option<&Field> {
        self.fields.iter().find(|field| wanted(&field.meaning))
    }

    fn fault(&mut self, range: std::ops::Range<usize>, kind: FaultKind) {
        if self.faults.len() < MAX_FAULTS {
            self.faults.push(Fault { span: Span::of(range), kind });
        } else {
            self.faults_left_out += 1;
        }
    }

    fn parse_lines(&mut self, text: &[u8], start: usize) {
        self.check_bytes(text);
        let mut blank: Option<std::ops::Range<usize>> = None;
        let mut at = start;
        while at < text.len() {
            let len = line_len(&text[at..]);
            let end = at + len;
            let line = text[at..end].strip_suffix(b"\r").filter(|_| end < text.len()).unwrap_or(&text[at..end]);
            if line.iter().all(|byte| is_blank(*byte) || *byte == b'\r') {
                blank = blank.or(Some(at..(end + 1).min(text.len())));
            } else {
                if let Some(range) = blank.take() {
                    self.fault(range, FaultKind::BlankLine);
                }
                self.parse_line(text, at, at + line.len());
            }
            at = end + 1;
        }
        if let Some(range) = blank {
            self.fault(range, FaultKind::TrailingBlankLine);
        }
    }

    /// Bytes that stand in no policy, wherever they are.
    fn check_bytes(&mut self, text: &[u8]) {
        if let Err(error) = std::str::from_utf8(text) {
            let at = error.valid_up_to();
            // A character that the cut at MAX_LEN divides is nobody's mistake.
            if error.error_len().is_some() || text.len() < MAX_LEN {
                self.fault(at..at + 1, FaultKind::InvalidUtf8);
            }
        }
        if let Some(at) = memchr::memchr(0, text) {
            self.fault(at..at + 1, FaultKind::Nul);
        }
        let mut returns = memchr::memchr_iter(b'\r', text);
        if let Some(at) = returns.find(|at| text.get(at + 1) != Some(&b'\n')) {
            self.fault(at..at + 1, FaultKind::BareCr);
        }
    }

    fn parse_line(&mut self, text: &[u8], start: usize, end: usize) {
        let line = &text[start..end];
        let blanks = line.iter().take_while(|byte| is_blank(**byte)).count();
        let content = line[blanks..].trim_ascii_end();
        let from = start + blanks;
        if content.starts_with(b"#") || content.starts_with(b";") || content.starts_with(b"//") {
            return self.fault(from..from + content.len(), FaultKind::Comment);
        }
        let Some(colon) = memchr::memchr(b':', content) else {
            let kind = if content.contains(&b'=') { FaultKind::Equals } else { FaultKind::NoColon };
            return self.fault(from..from + content.len(), kind);
        };
        if blanks > 0 {
            self.fault(start..from, FaultKind::LeadingBlank);
        }
        let name = content[..colon].trim_ascii_end();
        if name.len() < colon {
            self.fault(from + name.len()..from + colon, FaultKind::BlankBeforeColon);
        }
        if !is_name(name) {
            return self.fault(from..from + name.len().max(1), FaultKind::BadName);
        }
        let after = &content[colon + 1..];
        let value = after.trim_ascii_start();
        let value_at = from + content.len() - value.len();
        let span = Span::of(value_at..value_at + value.len());
        let meaning = Meaning::of(name, value);
        let is_field = |known: &Meaning| {
            !matches!(meaning, Meaning::Mx(_)) && std::mem::discriminant(known) == std::mem::discriminant(&meaning)
        };
        // A field that stands again is an extension of that name, and held to what that may be.
        if matches!(meaning, Meaning::Unknown(_)) || self.first(is_field).is_some() {
            if value.is_empty() {
                self.fault(from..from + content.len(), FaultKind::EmptyValue);
            } else if let Some(at) = value.iter().position(|byte| byte.is_ascii_control() && !matches!(byte, 0 | b'\r'))
            {
                self.fault(value_at + at..value_at + at + 1, FaultKind::ControlCharacter);
            }
        }
        self.fields.push(Field { name: Span::of(from..from + name.len()), value: span, meaning, is_known: true });
    }
}

impl Meaning {
    fn of(name: &[u8], value: &[u8]) -> Self {
        match name {
            b"version" => Self::Version(value == b"STSv1"),
            b"mode" => Self::Mode(Mode::parse(value)),
            b"max_age" => Self::MaxAge(parse_max_age(value)),
            b"mx" => Self::Mx(MxPattern::parse(value)),
            other => Self::Unknown(other.to_ascii_lowercase().into()),
        }
    }
}

impl Mode {
    /// The mode that is written so; case counts.
    pub fn parse(text: &[u8]) -> Option<Self> {
        [Self::Enforce, Self::Testing, Self::None].into_iter().find(|mode| mode.as_str().as_bytes() == text)
    }

    /// As written in a policy.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Enforce => "enforce",
            Self::Testing => "testing",
            Self::None => "none",
        }
    }
}

fn parse_max_age(text: &[u8]) -> Result<u64, MaxAgeError> {
    if text.is_empty() {
        return Err(MaxAgeError::Empty);
    }
    if !text.iter().all(u8::is_ascii_digit) {
        return Err(MaxAgeError::NotANumber);
    }
    if text.len() > 10 {
        return Err(MaxAgeError::TooManyDigits);
    }
    let seconds = text.iter().fold(0, |sum: u64, digit| sum * 10 + u64::from(digit - b'0'));
    if seconds > MAX_AGE { Err(MaxAgeError::AboveMaximum) } else { Ok(seconds) }
}

fn line_len(text: &[u8]) -> usize {
    memchr::memchr(b'\n', text).unwrap_or(text.len())
}

#[cfg(test)]
mod tests;
