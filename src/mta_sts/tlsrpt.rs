//! The TXT record at `_smtp._tls` (RFC 8460 §3).

use super::fields::{self, Dialect, is_blank};
pub use super::fields::{Fault, FaultKind, Field, Kind};
use crate::dns::Name;
use crate::text::Span;

const DIALECT: Dialect = Dialect { version: b"v=TLSRPTv1", known: &[b"rua"], values_are_lists: true };

/// A TXT record, as a TLSRPT record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Whether it is one ([`Kind::Genuine`]: it is).
    pub kind: Kind,
    /// The version field.
    pub version: Option<Span>,
    /// The other fields, in order.
    pub fields: Vec<Field>,
    /// What the grammar does not allow; the first few.
    pub faults: Vec<Fault>,
    /// The addresses of the first `rua`.
    pub uris: Vec<Uri>,
    /// The field called `rua`, if there is one.
    pub rua: Option<Field>,
    /// A field called `ruf`, which is DMARC's.
    pub ruf: Option<Field>,
    is_truncated: bool,
}

/// An address that reports go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uri {
    /// Without the blanks around it.
    pub span: Span,
    /// What it says.
    pub target: Result<ReportTo, UriError>,
}

/// Where reports go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReportTo {
    /// To a mailbox at this domain; `None` where the domain is no name.
    Mailto(Option<Name>),
    /// To an HTTPS endpoint.
    Https,
}

/// Why some text is no address for reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UriError {
    /// Nothing there.
    Empty,
    /// A bare address, without `mailto:`.
    NoScheme,
    /// `mailto;`: the semicolon ends the field.
    MailtoSemicolon,
    /// `mailto://`.
    MailtoSlashes,
    /// A scheme other than `mailto` and `https`.
    BadScheme,
    /// `mailto:` and no `@`.
    NoAt,
    /// Blanks inside.
    Blank,
    /// A raw `!`, which must be written `%21`.
    RawByte,
}

/// How many addresses are kept.
const MAX_URIS: usize = 100;

/// Reads `text`, the character-strings of one TXT record joined.
pub fn parse(text: &[u8]) -> Record {
    let parsed = fields::parse(text, DIALECT);
    let named = |name: &[u8]| {
        let is_named = |field: &&Field| field.value.is_some() && field.name.slice(text).eq_ignore_ascii_case(name);
        parsed.fields.iter().find(is_named).cloned()
    };
    let (rua, ruf) = (named(b"rua"), named(b"ruf"));
    let list = rua.as_ref().and_then(|field| field.value);
    Record {
        kind: parsed.kind,
        version: parsed.version,
        uris: list.map_or_else(Vec::new, |list| uris(text, list)),
        rua,
        ruf,
        is_truncated: parsed.kind == Kind::Genuine && text.trim_ascii_end() == DIALECT.version,
        fields: parsed.fields,
        faults: parsed.faults,
    }
}

impl Record {
    /// Takes out all that rests on bytes of which `is_certain` is not sure: they only keep the place of what is not known.
    pub fn forget(&mut self, is_certain: impl Fn(Span) -> bool) {
        self.faults.retain(|fault| is_certain(fault.span));
        self.fields.retain(|field| is_certain(field.whole));
        self.uris.retain(|uri| is_certain(uri.span));
    }

    /// Whether there is the version and nothing more, not even a delimiter.
    pub fn is_truncated(&self) -> bool {
        self.is_truncated
    }

    /// The domains of the mailboxes that reports go to, and the spans of their addresses.
    pub fn mailboxes(&self) -> impl Iterator<Item = (Span, &Name)> {
        self.uris.iter().filter_map(|uri| match &uri.target {
            Ok(ReportTo::Mailto(domain)) => Some((uri.span, domain.as_ref()?)),
            _ => None,
        })
    }

    /// Whether a strict sender takes it.
    pub fn is_valid(&self) -> bool {
        self.kind == Kind::Genuine
            && self.faults.is_empty()
            && !self.uris.is_empty()
            && self.uris.iter().all(|uri| uri.target.is_ok())
    }
}

fn uris(text: &[u8], list: Span) -> Vec<Uri> {
    let mut uris = Vec::new();
    let mut start = list.start as usize;
    for part in list.slice(text).split(|byte| *byte == b',').take(MAX_URIS) {
        let front = part.iter().take_while(|byte| is_blank(**byte)).count();
        let uri = part.trim_ascii();
        let at = start + front;
        uris.push(Uri { span: Span::of(at..at + uri.len()), target: parse_uri(uri) });
        start += part.len() + 1;
    }
    uris
}

fn parse_uri(uri: &[u8]) -> Result<ReportTo, UriError> {
    if uri.is_empty() {
        return Err(UriError::Empty);
    }
    if uri.eq_ignore_ascii_case(b"mailto") {
        return Err(UriError::MailtoSemicolon);
    }
    if uri.iter().any(|byte| is_blank(*byte)) {
        return Err(UriError::Blank);
    }
    let Some(colon) = memchr::memchr(b':', uri) else { return Err(UriError::NoScheme) };
    let (scheme, rest) = (&uri[..colon], &uri[colon + 1..]);
    // RFC 8460 §3: `!` in a URI must be percent-encoded, as must the delimiters `,` and `;`.
    if uri.contains(&b'!') {
        return Err(UriError::RawByte);
    }
    if scheme.eq_ignore_ascii_case(b"https") {
        let has_host = rest.strip_prefix(b"//").is_some_and(|host| !host.is_empty() && host[0] != b'/');
        return if has_host { Ok(ReportTo::Https) } else { Err(UriError::BadScheme) };
    }
    if !scheme.eq_ignore_ascii_case(b"mailto") {
        return Err(if uri.contains(&b'@') && !is_scheme(scheme) { UriError::NoScheme } else { UriError::BadScheme });
    }
    if rest.starts_with(b"//") {
        return Err(UriError::MailtoSlashes);
    }
    let address = rest.split(|byte| *byte == b'?').next().unwrap_or_default();
    let Some(at) = memchr::memrchr(b'@', address) else { return Err(UriError::NoAt) };
    if at == 0 || at + 1 == address.len() {
        return Err(UriError::NoAt);
    }
    Ok(ReportTo::Mailto(Name::parse(&address[at + 1..], None).ok()))
}

/// RFC 3986 §3.1.
fn is_scheme(text: &[u8]) -> bool {
    text.first().is_some_and(u8::is_ascii_alphabetic)
        && text.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_that_senders_take() {
        let good = [
            ("v=TLSRPTv1; rua=mailto:tls@example.com", 1),
            ("v=TLSRPTv1;rua=https://example.com/tls?a=b", 1),
            ("v=TLSRPTv1; rua=mailto:a@example.com , https://example.com/x;", 2),
            ("v=TLSRPTv1; rua=MAILTO:a%2cb@example.com; ext=1", 1),
        ];
        for (text, uris) in good {
            let record = parse(text.as_bytes());
            assert!(record.is_valid(), "{text}: {record:?}");
            assert_eq!(record.uris.len(), uris, "{text}");
        }
        let record = parse(b"v=TLSRPTv1; rua=mailto:a@Example.com");
        let domain = Name::parse(b"example.com", None).ok();
        assert_eq!(record.uris[0].target, Ok(ReportTo::Mailto(domain)));
    }

    #[test]
    fn addresses_that_are_none() {
        use UriError as E;
        let bad = [
            ("", E::Empty),
            ("tls@example.com", E::NoScheme),
            ("mailto", E::MailtoSemicolon),
            ("mailto://a@example.com", E::MailtoSlashes),
            ("http://example.com/", E::BadScheme),
            ("ftp://example.com/", E::BadScheme),
            ("https:example.com", E::BadScheme),
            ("mailto:example.com", E::NoAt),
            ("mailto:@example.com", E::NoAt),
            ("mailto:a@", E::NoAt),
            ("mailto: a@example.com", E::Blank),
            ("mailto:a@example.com!10m", E::RawByte),
        ];
        for (uri, error) in bad {
            assert_eq!(parse_uri(uri.as_bytes()), Err(error), "{uri}");
        }
    }

    #[test]
    fn faults_are_told_apart() {
        use FaultKind as F;
        let bad: [(&str, Kind, &[F]); 6] = [
            ("v=TLSRPTv1", Kind::Genuine, &[]),
            ("v=tlsrptv1; rua=mailto:a@b.example", Kind::NearMiss, &[F::VersionCase]),
            ("v=TLSRPTv1 rua=mailto:a@b.example", Kind::NearMiss, &[F::NoDelimiterAfterVersion]),
            ("v=TLSRPTv1; rua=mailto;a@b.example", Kind::Genuine, &[F::NoEquals]),
            ("v=TLSRPTv1\\; rua=mailto:a@b.example", Kind::NearMiss, &[F::EscapedDelimiter]),
            ("v=TLSRPT1; rua=mailto:a@b.example", Kind::Unrelated, &[]),
        ];
        for (text, kind, faults) in bad {
            let record = parse(text.as_bytes());
            let found: Vec<F> = record.faults.iter().map(|fault| fault.kind).collect();
            assert_eq!((record.kind, &found[..]), (kind, faults), "{text}");
            assert!(!record.is_valid(), "{text}");
        }
        let ruf = parse(b"v=TLSRPTv1; ruf=mailto:a@b.example");
        assert!(ruf.rua.is_none() && ruf.ruf.is_some());
    }
}
