//! Resource records with their places.

use std::net::{Ipv4Addr, Ipv6Addr};

use super::Name;
use crate::text::{Place, Step, Traced};

/// A resource record as it would be published.
#[derive(Clone, Debug)]
pub struct Record {
    /// The owner name.
    pub owner: Target,
    /// Seconds, and where they are written: on the entry, or in the `$TTL` or SOA that it takes them from.
    pub ttl: Option<(u32, Place)>,
    /// The type and its data.
    pub data: Data,
    /// The whole entry, from its owner (or type, where the owner is taken from the entry before) to the end of its data.
    pub place: Place,
    /// The comment that follows the data on its line, from its `;` on: what an unquoted semicolon took from the data.
    pub comment: Option<Comment>,
}

/// A comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// From its `;` to the end of the line.
    pub place: Place,
    /// The same bytes; the first few hundred.
    pub text: Box<[u8]>,
}

/// What a record says, for the types that matter to mail.
#[derive(Clone, Debug)]
pub enum Data {
    /// Character-strings, decoded and joined without a separator (RFC 7208 §3.3, RFC 8461 §3.1).
    Txt(Traced),
    /// RFC 1035 §3.3.9.
    Mx {
        /// Lower is preferred.
        preference: u16,
        /// The host; the root is a null MX (RFC 7505).
        exchange: Target,
    },
    /// RFC 1035 §3.4.1.
    A(Ipv4Addr),
    /// RFC 3596.
    Aaaa(Ipv6Addr),
    /// RFC 1035 §3.3.1.
    Cname(Target),
    /// RFC 1035 §3.3.11.
    Ns(Target),
    /// Any other type: it matters only that the name exists.
    Other,
}

/// A name as it stands in the source.
#[derive(Clone, Debug)]
pub struct Target {
    /// What it means, the origin appended where it is relative.
    pub name: Name,
    /// As written, before the origin was appended.
    pub written: Box<str>,
    /// Where it is written.
    pub place: Place,
    /// The stops from there to the record, where it is not written in the record itself: a variable, a module.
    pub way: Box<[Step]>,
}

/// The record types by which rules and lookups ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names are the standard's own")]
pub enum Rtype {
    A,
    Ns,
    Cname,
    Mx,
    Txt,
    Aaaa,
    Other,
}

impl Target {
    /// Whether the origin was appended: no final dot where one makes a difference.
    pub fn is_relative(&self) -> bool {
        !Name::is_absolute(self.written.as_bytes())
    }
}

impl Data {
    /// The type.
    pub fn rtype(&self) -> Rtype {
        match self {
            Self::Txt(_) => Rtype::Txt,
            Self::Mx { .. } => Rtype::Mx,
            Self::A(_) => Rtype::A,
            Self::Aaaa(_) => Rtype::Aaaa,
            Self::Cname(_) => Rtype::Cname,
            Self::Ns(_) => Rtype::Ns,
            Self::Other => Rtype::Other,
        }
    }
}

impl Rtype {
    /// As written in a master file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::Ns => "NS",
            Self::Cname => "CNAME",
            Self::Mx => "MX",
            Self::Txt => "TXT",
            Self::Aaaa => "AAAA",
            Self::Other => "other",
        }
    }
}
