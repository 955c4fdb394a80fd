//! The TXT record at `_mta-sts` (RFC 8461 §3.1).

use super::fields::{self, Dialect};
pub use super::fields::{Fault, FaultKind, Field, Kind};
use crate::text::Span;

const DIALECT: Dialect = Dialect { version: b"v=STSv1", known: &[b"id"], values_are_lists: false };

/// A TXT record, as an MTA-STS record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Whether it is one.
    pub kind: Kind,
    /// The version field.
    pub version: Option<Span>,
    /// The other fields, in order.
    pub fields: Vec<Field>,
    /// What the grammar does not allow; the first few.
    pub faults: Vec<Fault>,
    names: Vec<Name>,
    is_truncated: bool,
}

/// What a field is, by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Name {
    Id,
    Unknown(Box<[u8]>),
}

/// Why some text is no id: 1 to 32 letters and digits (RFC 8461 §3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdError {
    /// No character at all.
    Empty,
    /// More than 32.
    TooLong {
        /// How many bytes.
        len: usize,
    },
    /// A byte that is neither letter nor digit.
    BadByte {
        /// Its offset in the id.
        at: usize,
    },
}

/// Reads `text`, the character-strings of one TXT record joined.
pub fn parse(text: &[u8]) -> Record {
    let parsed = fields::parse(text, DIALECT);
    let name = |field: &Field| match field.name.slice(text) {
        b"id" => Name::Id,
        other => Name::Unknown(other.into()),
    };
    Record {
        kind: parsed.kind,
        version: parsed.version,
        names: parsed.fields.iter().map(name).collect(),
        is_truncated: parsed.kind == Kind::Genuine && text.trim_ascii_end() == DIALECT.version,
        fields: parsed.fields,
        faults: parsed.faults,
    }
}

/// Whether `id` is one.
pub fn check_id(id: &[u8]) -> Result<(), IdError> {
    if id.is_empty() {
        return Err(IdError::Empty);
    }
    if let Some(at) = id.iter().position(|byte| !byte.is_ascii_alphanumeric()) {
        return Err(IdError::BadByte { at });
    }
    if id.len() > 32 { Err(IdError::TooLong { len: id.len() }) } else { Ok(()) }
}

/// The record that announces the policy called `id`.
pub fn render(id: &str) -> String {
    format!("v=STSv1; id={id}")
}

impl Record {
    /// The fields called `id`; the first counts.
    pub fn ids(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().zip(&self.names).filter(|(_, name)| **name == Name::Id).map(|(field, _)| field)
    }

    /// Fields whose name stood before.
    pub fn duplicates(&self) -> impl Iterator<Item = &Field> {
        let stood_before = |at: usize| self.names[..at].contains(&self.names[at]);
        self.fields.iter().enumerate().filter(move |(at, _)| stood_before(*at)).map(|(_, field)| field)
    }

    /// Well-formed fields that the standard does not know.
    pub fn unknown(&self) -> impl Iterator<Item = &Field> {
        let is_unknown = |name: &Name| matches!(name, Name::Unknown(name) if fields::is_name(name));
        let fields = self.fields.iter().zip(&self.names);
        fields.filter(move |(field, name)| field.value.is_some() && is_unknown(name)).map(|(field, _)| field)
    }

    /// Takes out all that rests on bytes of which `is_certain` is not sure: they only keep the place of what is not known.
    pub fn forget(&mut self, is_certain: impl Fn(Span) -> bool) {
        self.faults.retain(|fault| is_certain(fault.span));
        let sure = |field: &Field| is_certain(field.whole);
        let names = self.fields.iter().zip(self.names.drain(..)).filter(|(field, _)| sure(field));
        self.names = names.map(|(_, name)| name).collect();
        self.fields.retain(sure);
    }

    /// Whether there is the version and nothing more, not even a delimiter.
    pub fn is_truncated(&self) -> bool {
        self.is_truncated
    }

    /// Whether the grammar accepts `text`, from which this was parsed, so that a sender takes the id from it. A field that
    /// stands again is only an extension of that name.
    pub fn is_valid(&self, text: &[u8]) -> bool {
        let id = self.ids().next().and_then(|field| field.value);
        self.kind == Kind::Genuine && self.faults.is_empty() && id.is_some_and(|id| check_id(id.slice(text)).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_that_senders_take() {
        let good = [
            ("v=STSv1; id=20261124", "20261124"),
            ("v=STSv1;id=1", "1"),
            ("v=STSv1;id=1;", "1"),
            ("v=STSv1; \tid=1 ; ", "1"),
            ("v=STSv1; ext=a/b; id=1", "1"),
            ("v=STSv1; id=abcdefghijklmnopqrstuvwxyz012345", "abcdefghijklmnopqrstuvwxyz012345"),
        ];
        for (text, id) in good {
            let record = parse(text.as_bytes());
            assert!(record.is_valid(text.as_bytes()), "{text}: {record:?}");
            let value = record.ids().next().unwrap().value.unwrap();
            assert_eq!(value.slice(text.as_bytes()), id.as_bytes(), "{text}");
        }
    }

    #[test]
    fn faults_are_told_apart() {
        use FaultKind as F;
        let bad: [(&str, Kind, &[F]); 23] = [
            ("v=STSv1; id=1 ", Kind::Genuine, &[F::TrailingBlank]),
            ("v=STSv1", Kind::Genuine, &[]),
            ("v=STSv1;", Kind::Genuine, &[]),
            ("v=STSv1 ; id=1", Kind::Genuine, &[F::BlankBeforeDelimiter]),
            ("v=STSv1 id=1", Kind::NearMiss, &[F::NoDelimiterAfterVersion]),
            ("v=STSv1, id=1", Kind::NearMiss, &[F::NoDelimiterAfterVersion, F::BadName]),
            ("v=STSv1\\; id=1\\;", Kind::NearMiss, &[F::EscapedDelimiter, F::EscapedDelimiter]),
            ("V=STSv1; id=1", Kind::NearMiss, &[F::VersionCase]),
            ("v=stsv1; id=1", Kind::NearMiss, &[F::VersionCase]),
            ("v=STSv2; id=1", Kind::NearMiss, &[F::VersionUnknown]),
            ("v=STSv10; id=1", Kind::NearMiss, &[F::VersionUnknown]),
            ("v=STSv1.0; id=1", Kind::NearMiss, &[F::VersionUnknown]),
            ("v = STSv1; id=1", Kind::NearMiss, &[F::VersionForm]),
            ("v:STSv1; id=1", Kind::NearMiss, &[F::VersionForm]),
            (" v=STSv1; id=1", Kind::NearMiss, &[F::LeadingText]),
            ("id=1; v=STSv1", Kind::NearMiss, &[F::VersionNotFirst]),
            ("\"v=STSv1; id=1\"", Kind::NearMiss, &[F::Quote, F::Quote]),
            ("v=STSv1;; id=1", Kind::Genuine, &[F::EmptyField]),
            ("v=STSv1; id:1", Kind::Genuine, &[F::Colon]),
            ("v=STSv1; id", Kind::Genuine, &[F::NoEquals]),
            ("v=STSv1; id=", Kind::Genuine, &[F::EmptyValue]),
            ("v=STSv1; id = 1", Kind::Genuine, &[F::BlankAroundEquals]),
            ("v=STSv1; id=1, x=2", Kind::Genuine, &[F::WrongSeparator]),
        ];
        for (text, kind, faults) in bad {
            let record = parse(text.as_bytes());
            let found: Vec<F> = record.faults.iter().map(|fault| fault.kind).collect();
            assert_eq!((record.kind, &found[..]), (kind, faults), "{text}");
            assert!(!record.is_valid(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn other_txt_records_are_left_alone() {
        for text in
            ["", "v=spf1 -all", "v=TLSRPTv1; rua=mailto:a@b", "google-site-verification=STSv1", "vSTSv1", "id=1"]
        {
            assert_eq!(parse(text.as_bytes()).kind, Kind::Unrelated, "{text}");
        }
    }

    #[test]
    fn ids() {
        assert_eq!(check_id(b""), Err(IdError::Empty));
        assert_eq!(check_id(b"2026-11"), Err(IdError::BadByte { at: 4 }));
        assert_eq!(check_id(&[b'a'; 33]), Err(IdError::TooLong { len: 33 }));
        assert_eq!(check_id(&[b'a'; 32]), Ok(()));
        let record = parse(b"v=STSv1; id=1; id=2; rua=x");
        assert_eq!(record.duplicates().count(), 1);
        assert_eq!(record.unknown().count(), 1);
        assert!(parse(b"v=STSv1 ").is_truncated());
        assert!(!parse(b"v=STSv1;").is_truncated());
    }
}
