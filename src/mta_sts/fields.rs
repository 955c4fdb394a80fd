//! What the TXT records of RFC 8461 §3.1 and RFC 8460 §3 share: a version, then `name=value` between semicolons.

use crate::text::Span;

/// A field: `name=value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Before the `=`; the whole field where there is none.
    pub name: Span,
    /// After the `=`, blanks at either end left out; `None` where there is no `=`.
    pub value: Option<Span>,
    /// Without the blanks around it.
    pub whole: Span,
}

/// Something that the grammar does not allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where, in the text that was parsed.
    pub span: Span,
    /// What.
    pub kind: FaultKind,
}

/// What may be wrong in a record, a variant for each mistake that people make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// A byte order mark, blanks or other text before the version.
    LeadingText,
    /// Double quotes that became part of the text.
    Quote,
    /// `\;`: the backslash became part of the text.
    EscapedDelimiter,
    /// The version in another case.
    VersionCase,
    /// Another version, such as `STSv2` or `STSv1.0`.
    VersionUnknown,
    /// Blanks or a colon in the version, as in `v = STSv1`.
    VersionForm,
    /// The version is there, and not first.
    VersionNotFirst,
    /// Something other than `;` between the version and what follows.
    NoDelimiterAfterVersion,
    /// Blanks before the first `;`: the grammar allows them, and the rule that discards records not beginning with
    /// `v=STSv1;` does not. Senders differ.
    BlankBeforeDelimiter,
    /// `;;`, or `;` in front.
    EmptyField,
    /// `id:1`.
    Colon,
    /// A field without `=`.
    NoEquals,
    /// Blanks around `=`.
    BlankAroundEquals,
    /// `id=`.
    EmptyValue,
    /// A name that is not a letter or digit followed by up to 31 letters, digits, `_`, `-` or `.`.
    BadName,
    /// A comma or blanks where a `;` belongs.
    WrongSeparator,
    /// A byte that no value may hold.
    BadByte,
    /// Blanks at the end of the text: they may stand only around semicolons.
    TrailingBlank,
}

/// The words of one of the two records.
#[derive(Clone, Copy, Debug)]
pub(super) struct Dialect {
    /// The version field, such as `v=STSv1`.
    pub(super) version: &'static [u8],
    /// Names of fields that the standard knows.
    pub(super) known: &'static [&'static [u8]],
    /// Whether a value may hold `=`, `,` and blanks: URIs do, in a list.
    pub(super) values_are_lists: bool,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parsed {
    pub(super) version: Option<Span>,
    pub(super) fields: Vec<Field>,
    pub(super) faults: Vec<Fault>,
    pub(super) kind: Kind,
}

/// Whether a TXT record is one of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It begins with the version, in the right case, and then a delimiter or its end.
    Genuine,
    /// It was plainly meant as one, and no sender takes it for one.
    NearMiss,
    /// It is something else.
    Unrelated,
}

/// How many fields are read: a record has two, and every one more is compared with those before it.
const MAX_FIELDS: usize = 256;

/// How many faults are kept: a text of 64 KiB of semicolons has as many.
const MAX_FAULTS: usize = 32;

pub(super) fn parse(text: &[u8], dialect: Dialect) -> Parsed {
    let mut parsed = Parsed { version: None, fields: Vec::new(), faults: Vec::new(), kind: Kind::Unrelated };
    let Some(after) = parse_version(text, dialect, &mut parsed) else { return parsed };
    parse_fields(text, after, dialect, &mut parsed);
    let bare = text.trim_ascii_end();
    if bare.len() < text.len() && parsed.fields.last().is_some_and(|last| last.whole.end as usize == bare.len()) {
        fault(&mut parsed, bare.len()..text.len(), FaultKind::TrailingBlank);
    }
    parsed.faults.truncate(MAX_FAULTS);
    parsed
}

/// Reads the version and gives the offset after it; `None` where the text is of another kind.
fn parse_version(text: &[u8], dialect: Dialect, parsed: &mut Parsed) -> Option<usize> {
    let word = dialect.version;
    if text.starts_with(word) {
        let rest = &text[word.len()..];
        parsed.version = Some(Span::of(0..word.len()));
        parsed.kind = Kind::Genuine;
        match rest.first() {
            None | Some(b';') => {}
            Some(b'\\') if rest.get(1) == Some(&b';') => {
                parsed.kind = Kind::NearMiss;
                fault(parsed, word.len()..word.len() + 2, FaultKind::EscapedDelimiter);
                return Some(word.len() + 2);
            }
            Some(b' ' | b'\t') => return Some(after_blanks(text, word.len(), parsed)),
            Some(byte) if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') => {
                parsed.kind = Kind::NearMiss;
                let end = token_end(text, 0);
                fault(parsed, 0..end, FaultKind::VersionUnknown);
                return Some(end);
            }
            Some(_) => {
                parsed.kind = Kind::NearMiss;
                fault(parsed, word.len()..word.len() + 1, FaultKind::NoDelimiterAfterVersion);
            }
        }
        return Some(word.len());
    }
    near_miss(text, dialect, parsed)
}

/// Blanks after the version: before a `;` the grammar allows them; before anything else the `;` is missing.
fn after_blanks(text: &[u8], at: usize, parsed: &mut Parsed) -> usize {
    let blanks = text[at..].iter().take_while(|byte| is_blank(**byte)).count();
    match text.get(at + blanks) {
        None => {}
        Some(b';') => fault(parsed, at..at + blanks, FaultKind::BlankBeforeDelimiter),
        Some(_) => {
            parsed.kind = Kind::NearMiss;
            fault(parsed, at..at + blanks, FaultKind::NoDelimiterAfterVersion);
        }
    }
    at + blanks
}

/// A text that does not begin with the version, and was meant to.
fn near_miss(text: &[u8], dialect: Dialect, parsed: &mut Parsed) -> Option<usize> {
    let value = &dialect.version[2..]; // after `v=`
    let stem = &value[..value.len() - 1]; // without the digit: `STSv`
    let head = &text[..text.len().min(256)];
    let at = (0..head.len()).find(|&at| starts_with_ignoring_case(&head[at..], stem))?;
    let before = &head[..at];
    let sign = before.iter().rposition(|byte| !is_blank(*byte))?;
    let v = before[..sign].iter().rposition(|byte| !is_blank(*byte))?;
    let is_version = matches!(before[sign], b'=' | b':') && before[v].eq_ignore_ascii_case(&b'v');
    let is_word = v == 0 || !before[v - 1].is_ascii_alphanumeric();
    if !is_version || !is_word {
        return None;
    }
    parsed.kind = Kind::NearMiss;
    let end = token_end(text, at);
    parsed.version = Some(Span::of(v..end));
    if v > 0 {
        leading(text, v, parsed);
    }
    let written = &text[v..end];
    if !written.eq_ignore_ascii_case(dialect.version) {
        let is_form = text[at..end].eq_ignore_ascii_case(value);
        fault(parsed, v..end, if is_form { FaultKind::VersionForm } else { FaultKind::VersionUnknown });
    } else if written != dialect.version {
        fault(parsed, v..end, FaultKind::VersionCase);
    }
    // What stands before the version is read as fields too: `id=1; v=STSv1`.
    Some(end)
}

/// Words the text before the version: quotes, a field, or something else.
fn leading(text: &[u8], v: usize, parsed: &mut Parsed) {
    let before = &text[..v];
    if before.iter().all(|byte| *byte == b'"' || is_blank(*byte)) && before.contains(&b'"') {
        return; // Each quote is reported by itself.
    }
    let kind = if before.contains(&b'=') { FaultKind::VersionNotFirst } else { FaultKind::LeadingText };
    fault(parsed, 0..v, kind);
    if kind == FaultKind::VersionNotFirst {
        parsed.fields.extend(split(text, 0, v).filter(|part| !part.is_empty()).map(|part| field(text, part)));
    }
}

fn parse_fields(text: &[u8], start: usize, dialect: Dialect, parsed: &mut Parsed) {
    let quotes = text.iter().enumerate().filter(|(_, byte)| **byte == b'"').take(MAX_FAULTS);
    let quotes: Vec<usize> = quotes.map(|(at, _)| at).collect();
    if !quotes.is_empty() {
        parsed.kind = if text.starts_with(dialect.version) { parsed.kind } else { Kind::NearMiss };
        for at in &quotes {
            fault(parsed, *at..at + 1, FaultKind::Quote);
        }
    }
    let end = text.len();
    let mut parts = split(text, start, end).peekable();
    // Nothing between the version and its delimiter.
    if let Some(first) = parts.peek()
        && first.is_empty()
    {
        parts.next();
    }
    while let Some(part) = parts.next().filter(|_| parsed.fields.len() < MAX_FIELDS) {
        if part.is_empty() {
            // One delimiter at the end is allowed.
            if parts.peek().is_some() {
                fault(parsed, part.start as usize..part.start as usize + 1, FaultKind::EmptyField);
            }
            continue;
        }
        let part = strip_quotes(text, part);
        if part.is_empty() {
            continue;
        }
        let field = field(text, part);
        check(text, &field, dialect, parsed);
        parsed.fields.push(field);
    }
    // The value of an extension may hold quotes.
    let first = |name: &[u8]| parsed.fields.iter().position(|field| field.name.slice(text) == name);
    let is_extension = |(at, field): &(usize, &Field)| {
        let name = field.name.slice(text);
        !dialect.known.contains(&name) || first(name) != Some(*at)
    };
    let fields = parsed.fields.iter().enumerate();
    let values: Vec<Span> = fields.filter(is_extension).filter_map(|(_, field)| field.value).collect();
    let is_inside = |span: Span| values.iter().any(|value| value.start <= span.start && span.end <= value.end);
    parsed.faults.retain(|fault| fault.kind != FaultKind::Quote || !is_inside(fault.span));
}

/// The parts between semicolons, from `start` to `end`, without the blanks around them.
fn split(text: &[u8], start: usize, end: usize) -> impl Iterator<Item = Span> {
    let mut rest = Some(start.min(end));
    std::iter::from_fn(move || {
        let from = rest?;
        let len = memchr::memchr(b';', &text[from..end]);
        rest = len.map(|len| from + len + 1);
        Some(trim(text, from, len.map_or(end, |len| from + len)))
    })
}

fn trim(text: &[u8], start: usize, end: usize) -> Span {
    let part = &text[start..end];
    let front = part.iter().take_while(|byte| is_blank(**byte)).count();
    let back = part[front..].iter().rev().take_while(|byte| is_blank(**byte)).count();
    Span::of(start + front..end - back)
}

fn strip_quotes(text: &[u8], span: Span) -> Span {
    let (mut start, mut end) = (span.start as usize, span.end as usize);
    // Quotes around a field; those around its value only are the value's.
    if text[start] != b'"' {
        return span;
    }
    while start < end && text[start] == b'"' {
        start += 1;
    }
    while start < end && text[end - 1] == b'"' {
        end -= 1;
    }
    trim(text, start, end)
}

fn field(text: &[u8], whole: Span) -> Field {
    let bytes = whole.slice(text);
    let sign = memchr::memchr(b'=', bytes).or_else(|| memchr::memchr(b':', bytes));
    let Some(sign) = sign else { return Field { name: whole, value: None, whole } };
    let start = whole.start as usize;
    let name = trim(text, start, start + sign);
    let value = trim(text, start + sign + 1, whole.end as usize);
    Field { name, value: Some(value), whole }
}

fn check(text: &[u8], field: &Field, dialect: Dialect, parsed: &mut Parsed) {
    let whole = field.whole;
    let name = field.name.slice(text);
    // A known field that stands again is an extension of that name, and held to what that may be.
    let stands_again = parsed.fields.iter().any(|known| known.name.slice(text) == name);
    let is_known = dialect.known.contains(&name) && !stands_again;
    // The value of an extension may end with a backslash.
    if whole.slice(text).ends_with(b"\\") && (is_known || field.value.is_none()) {
        let at = whole.end as usize - 1;
        fault(parsed, at..at + 1, FaultKind::EscapedDelimiter);
        return;
    }
    let Some(value) = field.value else { return fault(parsed, whole.range(), FaultKind::NoEquals) };
    let sign = field.name.end.max(whole.start)..value.start;
    let between = &text[sign.start as usize..sign.end as usize];
    if !between.contains(&b'=') {
        return fault(parsed, whole.range(), FaultKind::Colon);
    }
    if between.len() > 1 {
        fault(parsed, sign.start as usize..sign.end as usize, FaultKind::BlankAroundEquals);
    }
    if !is_name(field.name.slice(text)) {
        fault(parsed, field.name.range(), FaultKind::BadName);
    }
    if value.is_empty() {
        return fault(parsed, whole.range(), FaultKind::EmptyValue);
    }
    match (is_known, dialect.values_are_lists) {
        (false, _) => check_value(text, value, parsed),
        // The rule about the id has more to say of its bytes.
        (true, false) => drop(check_separator(text, value, parsed)),
        (true, true) => {}
    }
}

/// RFC 8461 §3.1 `sts-ext-value`: printable ASCII without `=`, `;` and blanks.
fn check_value(text: &[u8], value: Span, parsed: &mut Parsed) {
    let bytes = value.slice(text);
    if check_separator(text, value, parsed) {
        return;
    }
    if let Some(at) = bytes.iter().position(|byte| !matches!(byte, 0x21..=0x3a | 0x3c | 0x3e..=0x7e) && *byte != b'"') {
        let at = value.start as usize + at;
        fault(parsed, at..at + 1, FaultKind::BadByte);
    }
}

/// Whether another field follows in the value, as in `id=1, rua=x` or `id=1 rua=x`.
fn check_separator(text: &[u8], value: Span, parsed: &mut Parsed) -> bool {
    let bytes = value.slice(text);
    let Some(at) = bytes.iter().position(|byte| matches!(byte, b',' | b' ' | b'\t')) else { return false };
    if !bytes[at..].contains(&b'=') {
        return false;
    }
    let at = value.start as usize + at;
    fault(parsed, at..at + 1, FaultKind::WrongSeparator);
    true
}

/// RFC 8461 §3.1 `sts-ext-name`.
pub(super) fn is_name(name: &[u8]) -> bool {
    let [first, rest @ ..] = name else { return false };
    let is_inner = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    first.is_ascii_alphanumeric() && rest.len() <= 31 && rest.iter().all(is_inner)
}

/// SP or HTAB (RFC 5234 `WSP`).
pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

fn token_end(text: &[u8], start: usize) -> usize {
    let is_part = |byte: &u8| !is_blank(*byte) && !matches!(byte, b';' | b'"' | b'\\' | b',');
    start + text[start..].iter().take_while(|byte| is_part(byte)).count()
}

fn starts_with_ignoring_case(text: &[u8], word: &[u8]) -> bool {
    text.len() >= word.len() && text[..word.len()].eq_ignore_ascii_case(word)
}

fn fault(parsed: &mut Parsed, range: std::ops::Range<usize>, kind: FaultKind) {
    if parsed.faults.len() < MAX_FAULTS {
        parsed.faults.push(Fault { span: Span::of(range), kind });
    }
}
