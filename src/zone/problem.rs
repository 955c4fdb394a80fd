//! What a zone file may hold that cannot be accepted.

use crate::dns::NameError;
use crate::text::Place;

/// Something that cannot be accepted, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// What.
    pub kind: ProblemKind,
}

/// What cannot be accepted: only what the name servers refuse, or ignore with a warning; where they differ and some
/// accept it, nothing is said.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProblemKind {
    /// The line ends before the closing quote.
    #[error("the quoted text has no closing quote on its line")]
    UnterminatedString,
    /// The file ends before the closing parenthesis.
    #[error("the parenthesis is never closed: the rest of the file belongs to this entry")]
    UnclosedParenthesis,
    /// `)` without `(`.
    #[error("a closing parenthesis without an opening one")]
    UnmatchedParenthesis,
    /// More than 65,536 words in one entry.
    #[error("the entry is too long")]
    EntryTooLong,
    /// RFC 1035 §5.1: the first entry must name its owner.
    #[error("the entry names no owner, and there is none before it")]
    NoOwner,
    /// A relative name, and nothing tells the origin.
    #[error("the name is relative, and nothing tells the zone's name")]
    NoOrigin,
    /// The owner is no name.
    #[error("the owner is no domain name: {0}")]
    BadOwner(NameError),
    /// A name in the data is none.
    #[error("`{1}` is no domain name: {0}")]
    BadName(NameError, String),
    /// Neither a type nor a TTL nor a class.
    #[error("`{0}` is no record type")]
    UnknownType(String),
    /// Nothing after the owner.
    #[error("the entry has no record type")]
    NoType,
    /// Digits that are no TTL (RFC 2181 §8: up to 2^31 - 1).
    #[error("`{0}` is no TTL")]
    BadTtl(String),
    /// Less data than the type needs.
    #[error("the {0} record lacks data")]
    MissingData(&'static str),
    /// More data than the type takes.
    #[error("the {0} record has more data than the type takes")]
    ExtraData(&'static str),
    /// No address.
    #[error("`{1}` is no {0} address")]
    BadAddress(&'static str, String),
    /// An MX preference is a number up to 65535.
    #[error("`{0}` is no MX preference: a number up to 65535")]
    BadPreference(String),
    /// RFC 1035 §3.3: up to 255 octets. Knot and gdnsd split it, BIND, NSD and simdzone refuse it.
    #[error("a character-string of {0} octets, where the most is 255")]
    StringTooLong(usize),
    /// A backslash before neither a character nor three digits up to 255.
    #[error("a backslash is followed by neither a character nor three digits up to 255")]
    BadEscape,
    /// RFC 3597 §5.
    #[error("the RFC 3597 data do not have the length that they state, or are no hexadecimal")]
    BadGeneric,
    /// A directive that no name server knows.
    #[error("`{0}` is no directive")]
    UnknownDirective(String),
    /// A directive without what it needs.
    #[error("the {0} directive lacks its argument, or has one that it cannot use")]
    BadDirective(&'static str),
    /// An include that could not be followed.
    #[error("the included file was not read: {0}")]
    Include(IncludeError),
    /// A byte order mark: all name servers but one refuse the file.
    #[error("the file begins with a byte order mark, which name servers take for part of the first name")]
    Bom,
    /// BIND, Knot and simdzone refuse it.
    #[error("a NUL byte")]
    Nul,
    /// Name servers ignore the record.
    #[error("`{0}` is outside the zone `{1}`: name servers ignore the record")]
    OutOfZone(String, String),
    /// The SOA is that of another zone than the configuration says.
    #[error("the SOA is that of `{0}`, and the configuration says that this is the zone `{1}`")]
    OtherZone(String, String),
    /// A second SOA.
    #[error("a second SOA record")]
    SecondSoa,
}

/// Why an included file was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IncludeError {
    /// The repository has no such file.
    #[error("the repository has no such file, or git ignores it")]
    NotFound,
    /// The path leads out of the repository.
    #[error("the path leads out of the repository")]
    Outside,
    /// The system refuses it.
    #[error("it cannot be opened")]
    Unreadable,
    /// It includes itself, by whatever way.
    #[error("it includes itself")]
    Cycle,
    /// More than ten deep.
    #[error("more than ten includes inside one another")]
    TooDeep,
    /// More files or bytes than any zone has.
    #[error("too many files, or too much text, are included")]
    TooMuch,
}

impl ProblemKind {
    /// Whether name servers load the zone all the same.
    pub fn is_ignored_by_servers(&self) -> bool {
        matches!(self, Self::OutOfZone(..) | Self::OtherZone(..) | Self::NoOrigin)
    }

    /// Whether some name servers load the zone as it is meant.
    pub fn is_taken_by_some(&self) -> bool {
        matches!(self, Self::StringTooLong(_))
    }

    /// Whether it is about what this run could see, and not about what is published.
    pub fn is_about_this_run(&self) -> bool {
        matches!(self, Self::Include(IncludeError::NotFound | IncludeError::Outside | IncludeError::Unreadable))
    }
}
