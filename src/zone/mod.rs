//! Master files (RFC 1035 §5): our own lexer and parser, because no other keeps a span on every token and goes on after
//! an error.
//!
//! What matters to mail is kept; of everything else only a row of an index, so that [`Zone::lookup`] can say what stands
//! at a name that turned out to matter later.

mod directive;
mod entry;
mod index;
mod keep;
mod lex;
mod parser;
mod problem;
mod rdata;
mod record;
mod strings;

#[cfg(test)]
mod tests;

use crate::dns::{Name, Record, Rtype};
use crate::text::{Bytes, FileId, Place, Span};

pub use problem::{IncludeError, Problem, ProblemKind};

/// How the origin of a zone is known before it is read.
#[derive(Clone, Debug, Default)]
pub struct OriginHint {
    /// From the configuration, ours or a server's: it holds for relative names until a `$ORIGIN`.
    pub given: Option<(Name, ApexSource)>,
    /// From the file's name: it holds if nothing in the file tells.
    pub fallback: Option<Name>,
}

/// What told the name of a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApexSource {
    /// `[[zone]]`.
    #[error("mtasts.toml")]
    Configuration,
    /// named.conf, nsd.conf or knot.conf.
    #[error("the name server's configuration")]
    Server,
    /// Its owner.
    #[error("the SOA record")]
    Soa,
    /// The first.
    #[error("$ORIGIN")]
    Origin,
    /// Such as `db.example.com`.
    #[error("the file's name")]
    FileName,
}

/// Gives the text of included files. Which files may be included is the caller's business.
pub trait Includes {
    /// The file that `path`, as written in `from`, names.
    fn open(&mut self, from: FileId, path: &[u8]) -> Result<(FileId, Bytes), IncludeError>;
}

/// A zone as its file declares it.
#[derive(Debug)]
pub struct Zone {
    /// The file that was parsed first.
    pub file: FileId,
    /// The zone's name: the owner of its SOA, else the origin that is given, else the first `$ORIGIN`, else the fallback.
    pub apex: Option<Name>,
    /// What told the apex; of several the one that is named first in [`ApexSource`], but for a `$ORIGIN` before the SOA.
    pub apex_from: Option<ApexSource>,
    /// The SOA record; without one the file is only part of a zone.
    pub soa: Option<Place>,
    /// The records that matter to mail, in the order of the source.
    pub records: Vec<Record>,
    /// What could not be accepted; the first hundred.
    pub problems: Vec<Problem>,
    /// How many more there were.
    pub problems_left_out: usize,
    /// What was not read, and may hold records.
    pub gaps: Vec<Gap>,
    /// How many records there are, includes counted.
    pub entries: u32,
    index: index::Index,
}

/// Records that are kept of one name: more fit into no answer (RFC 1035 §4.2.2: 64 KiB).
pub const MAX_RECORDS: usize = 1000;

/// Something that was not read.
#[derive(Clone, Debug)]
pub struct Gap {
    /// Where.
    pub place: Place,
    /// Why.
    pub why: GapReason,
    /// What it may hold.
    pub scope: Scope,
}

/// Why something was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GapReason {
    /// See the problem at the same place.
    #[error("an entry of the zone file cannot be read")]
    Entry,
    /// See the problem at the same place.
    #[error("a file that the zone includes cannot be read")]
    Include,
    /// `$GENERATE` is not expanded.
    #[error("a $GENERATE may make this name, and is not expanded")]
    Generate,
    /// RFC 3597 data of a type that is not decoded.
    #[error("the record is written in RFC 3597 form, which is not decoded for its type")]
    Generic,
    /// More than [`MAX_RECORDS`].
    #[error("there are more records at the name than fit into an answer")]
    TooMany,
    /// A type of one server's own, such as ALIAS.
    #[error("the record has a type of one name server's own, which is answered as another type")]
    Synthetic,
}

/// What a gap may hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Anything.
    Any,
    /// Records at this name.
    Owner(Name),
    /// Names that begin and end so, of one type.
    Pattern {
        /// Up to the first number.
        front: String,
        /// After the last number.
        back: String,
        /// The type that is generated.
        rtype: Rtype,
    },
}

impl Gap {
    /// Whether there may be records at `name` of this type, or a CNAME, that are not known.
    pub fn could_hold(&self, name: &Name, rtype: Rtype) -> bool {
        match &self.scope {
            Scope::Any => true,
            Scope::Owner(owner) => owner == name,
            Scope::Pattern { front, back, rtype: generated } => {
                let text = name.as_str();
                (*generated == rtype || *generated == Rtype::Cname)
                    && text.len() > front.len() + back.len()
                    && text.starts_with(front.as_str())
                    && text.ends_with(back.as_str())
            }
        }
    }
}

/// Reads a master file and what it includes.
pub fn parse(file: FileId, text: &Bytes, hint: OriginHint, includes: &mut dyn Includes) -> Zone {
    parser::parse(file, text, hint, includes)
}

impl Zone {
    /// The start of the file, for what concerns it as a whole.
    pub fn start(&self) -> Place {
        Place::new(self.file, Span::default())
    }

    /// Every record at one of `names` that is not among `records`, in the order of the source. One scan of the index
    /// answers all.
    pub fn lookup(&self, names: &[Name]) -> Vec<Record> {
        self.index.lookup(names)
    }
}
