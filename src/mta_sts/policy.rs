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

    /// The mode, if it is one.
    pub fn mode(&self) -> Option<Mode> {
        match self.mode_field()?.meaning {
            Meaning::Mode(mode) => mode,
            _ => None,
        }
    }

    /// The first field called `max_age`.
    pub fn max_age_field(&self) -> Option<&Field> {
        self.first(|meaning| matches!(meaning, Meaning::MaxAge(_)))
    }

    /// Seconds, if it is a number that is allowed.
    pub fn max_age(&self) -> Option<u64> {
        match self.max_age_field()?.meaning {
            Meaning::MaxAge(seconds) => seconds.ok(),
            _ => None,
        }
    }

    /// The fields called `mx`, and their patterns.
    pub fn mx(&self) -> impl Iterator<Item = (&Field, &Result<MxPattern, MxPatternError>)> {
        self.fields.iter().filter_map(|field| match &field.meaning {
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
        self.fields.push(Field { name: Span::of(from..from + name.len()), value: span, meaning });
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
mod tests {
    use proptest::prelude::*;

    use super::*;

    const GOOD: &str = "version: STSv1\nmode: enforce\nmx: mail.example.com\nmx: *.example.net\nmax_age: 604800\n";

    #[test]
    fn policies_that_senders_take() {
        let crlf = GOOD.replace('\n', "\r\n");
        let good = [
            GOOD,
            &crlf,
            GOOD.trim_end(),
            "version:STSv1\nmode:testing\nmx:a.example\nmax_age:86400",
            "max_age: 86400\nmx: a.example\nmode: testing\nversion: STSv1\n",
            "version: STSv1  \nmode: none\t\nmax_age: 0\n",
            "version: STSv1\r\nmode: none\nmax_age: 0031557600\n",
            "version: STSv1\nmode: none\nmax_age: 1\nx-note: münchen ist schön\n",
        ];
        for text in good {
            assert!(parse(text.as_bytes()).is_valid(), "{text:?}: {:?}", parse(text.as_bytes()));
        }
    }

    #[test]
    fn faults_are_told_apart() {
        use FaultKind as F;
        let bad: [(&[u8], &[F]); 19] = [
            (b"", &[F::Empty]),
            (b" \r\n\n", &[F::Empty]),
            (b"\xef\xbb\xbfversion: STSv1\n", &[F::Bom]),
            (b"\xff\xfev\0", &[F::Utf16]),
            (b"<!DOCTYPE html>\n<p>", &[F::Html]),
            (b"{\"mode\": \"enforce\"}", &[F::Json]),
            (b"version: STSv1\n\nmode: none\n", &[F::BlankLine]),
            (b"version: STSv1\n\n", &[F::TrailingBlankLine]),
            (b"\nversion: STSv1\n", &[F::BlankLine]),
            (b"# x\nversion: STSv1\n", &[F::Comment]),
            (b"; x\n// y\nversion: STSv1\n", &[F::Comment, F::Comment]),
            (b"version\n", &[F::NoColon]),
            (b"mode=enforce\n", &[F::Equals]),
            (b" mode: enforce\n", &[F::LeadingBlank]),
            (b"mode : enforce\n", &[F::BlankBeforeColon]),
            (b"m\xc3\xb6de: enforce\n", &[F::BadName]),
            (b"version: STSv1\rmode: none\n", &[F::BareCr]),
            (b"mode: enf\0rce\n", &[F::Nul]),
            (b"x: \xff\n", &[F::InvalidUtf8]),
        ];
        for (text, faults) in bad {
            let policy = parse(text);
            let found: Vec<F> = policy.faults.iter().map(|fault| fault.kind).collect();
            assert_eq!(found, faults, "{:?}", String::from_utf8_lossy(text));
            assert!(!policy.is_valid());
        }
        let large = GOOD.repeat(1000);
        assert_eq!(parse(large.as_bytes()).faults[0].kind, F::TooLarge);
        let many = parse("#\n".repeat(1000).as_bytes());
        assert_eq!((many.faults.len(), many.faults_left_out), (100, 900));
    }

    #[test]
    fn values_are_judged_and_kept() {
        let value = |text: &str| parse(text.as_bytes()).fields[0].meaning.clone();
        assert_eq!(value("version: stsv1"), Meaning::Version(false));
        assert_eq!(value("mode: Enforce"), Meaning::Mode(None));
        let ages = [
            ("0", Ok(0)),
            ("31557600", Ok(MAX_AGE)),
            ("31557601", Err(MaxAgeError::AboveMaximum)),
            ("9999999999", Err(MaxAgeError::AboveMaximum)),
            ("00000000001", Err(MaxAgeError::TooManyDigits)),
            ("-1", Err(MaxAgeError::NotANumber)),
            ("+1", Err(MaxAgeError::NotANumber)),
            ("0x10", Err(MaxAgeError::NotANumber)),
            ("7d", Err(MaxAgeError::NotANumber)),
            ("1 2", Err(MaxAgeError::NotANumber)),
            ("", Err(MaxAgeError::Empty)),
        ];
        for (text, age) in ages {
            assert_eq!(value(&format!("max_age: {text}")), Meaning::MaxAge(age), "{text}");
        }
        assert_eq!(value("nmx: a.example"), Meaning::Unknown(b"nmx".as_slice().into()));
        let policy = parse(b"mode: testing\nmode: enforce\nmx: a.example\nmx: a.example\n");
        assert_eq!(policy.mode(), Some(Mode::Testing));
        assert_eq!(policy.duplicates().count(), 1);
        assert_eq!(policy.fields[1].value.slice(b"mode: testing\nmode: enforce\n"), b"enforce");
    }

    proptest! {
        #[test]
        fn printing_then_parsing_is_the_identity(
            mode in prop::sample::select(vec![Mode::Enforce, Mode::Testing, Mode::None]),
            hosts in prop::collection::vec("(\\*\\.)?[a-z][a-z0-9]{0,9}(\\.[a-z][a-z0-9]{0,9}){0,3}", 1..6),
            max_age in 0..=MAX_AGE,
        ) {
            let mx: Vec<MxPattern> = hosts.iter().map(|host| MxPattern::parse(host.as_bytes()).unwrap()).collect();
            let text = render(mode, &mx, max_age);
            let policy = parse(text.as_bytes());
            prop_assert!(policy.is_valid());
            prop_assert_eq!(policy.mode(), Some(mode));
            prop_assert_eq!(policy.max_age(), Some(max_age));
            let read: Vec<MxPattern> = policy.mx().map(|(_, pattern)| pattern.clone().unwrap()).collect();
            prop_assert_eq!(read, mx);
        }

        #[test]
        fn any_bytes_are_read_and_every_span_lies_inside(
            text in prop::collection::vec(prop::sample::select(b"mode: x\n\r#;\0\xff\xc3\xb6*.,=\t<".to_vec()), 0..200),
        ) {
            let policy = parse(&text);
            let fields = policy.fields.iter().flat_map(|field| [field.name, field.value]);
            for span in fields.chain(policy.faults.iter().map(|fault| fault.span)) {
                prop_assert!(span.start <= span.end && span.end as usize <= text.len());
            }
        }
    }
}
