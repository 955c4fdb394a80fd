//! The owners of all records, so that a name that turns out to matter later can be looked up.
//!
//! A row an entry, twelve bytes: most zones are asked for a handful of names, and one scan over the tags of the first
//! labels is cheaper than a table of a million names.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::entry;
use super::lex::{Lexer, Token};
use super::rdata::Scope;
use super::record;
use crate::dns::{Name, Record};
use crate::text::{Bytes, FileId, Span};

/// Where an entry begins and where its owner is written, which may be on an entry above.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    entry: u32,
    owner: u32,
    /// The length of the owner, and [`KEPT`].
    owner_len: u16,
    tag: u16,
}

/// The record is among those that the zone keeps: a lookup need not read it again.
const KEPT: u16 = 1 << 15;

/// The rows of a zone.
#[derive(Debug, Default)]
pub(super) struct Index {
    rows: Vec<Row>,
    segments: Vec<Segment>,
    texts: Vec<(FileId, Bytes)>,
}

/// Rows that lie in one text and complete their names with one origin.
#[derive(Debug)]
struct Segment {
    first_row: usize,
    text: usize,
    origin: Name,
}

impl Row {
    pub(super) fn new(entry: usize, owner: Span, text: &[u8], is_kept: bool) -> Self {
        // A name is at most 255 octets of up to four characters each.
        let owner_len = u16::try_from(owner.len()).unwrap_or(KEPT - 1).min(KEPT - 1) | if is_kept { KEPT } else { 0 };
        Self { entry: Span::of(entry..entry).start, owner: owner.start, owner_len, tag: tag(owner.slice(text)) }
    }

    fn owner(self) -> Span {
        Span::new(self.owner, self.owner + u32::from(self.owner_len & !KEPT))
    }
}

impl Index {
    /// What follows lies in `text`.
    pub(super) fn begin(&mut self, file: FileId, text: &Bytes, origin: &Name) {
        let known = self.texts.iter().position(|(known, _)| *known == file);
        let text = known.unwrap_or_else(|| {
            self.texts.push((file, Arc::clone(text)));
            // About an entry every thirty-two bytes: growing by doubling would copy all rows again and again.
            self.rows.reserve(text.len() / 32);
            self.texts.len() - 1
        });
        self.segment(text, origin);
    }

    /// What follows lies again in a file that was begun.
    pub(super) fn resume(&mut self, file: FileId, origin: &Name) {
        if let Some(text) = self.texts.iter().position(|(known, _)| *known == file) {
            self.segment(text, origin);
        }
    }

    /// What follows has another origin.
    pub(super) fn set_origin(&mut self, origin: &Name) {
        let Some(text) = self.segments.last().map(|segment| segment.text) else { return };
        self.segment(text, origin);
    }

    pub(super) fn push(&mut self, row: Row) {
        self.rows.push(row);
    }

    /// Gives back what was reserved for more rows.
    pub(super) fn seal(&mut self) {
        self.rows.shrink_to_fit();
    }

    /// Every record at one of `names` that is not kept.
    pub(super) fn lookup(&self, names: &[Name]) -> Vec<Record> {
        let wanted = Wanted::new(names);
        let mut found = Vec::new();
        let ends = self.segments.iter().skip(1).map(|next| next.first_row).chain([self.rows.len()]);
        for (segment, end) in self.segments.iter().zip(ends) {
            let (file, text) = &self.texts[segment.text];
            let at_origin = wanted.names.contains(&segment.origin);
            for row in &self.rows[segment.first_row..end] {
                if row.owner_len & KEPT != 0 || !wanted.has_tag(row.tag) {
                    continue;
                }
                let is_there = match row.owner().slice(text) {
                    b"@" => at_origin,
                    written => wanted.is(written, &segment.origin),
                };
                if is_there {
                    found.extend(read(*row, text, *file, &segment.origin));
                }
            }
        }
        found
    }

    fn segment(&mut self, text: usize, origin: &Name) {
        let first_row = self.rows.len();
        // A file of nothing but `$ORIGIN` needs one segment.
        if self.segments.last().is_some_and(|last| last.first_row == first_row) {
            self.segments.pop();
        }
        self.segments.push(Segment { first_row, text, origin: origin.clone() });
    }
}

/// Reads one entry anew.
fn read(row: Row, text: &[u8], file: FileId, origin: &Name) -> Option<Record> {
    let mut tokens = Vec::new();
    let head = Lexer::new(text, row.entry as usize).next(&mut tokens)?;
    let rest = if head.has_blank_start { &tokens[..] } else { tokens.get(1..)? };
    let prefix = entry::prefix(rest, text).ok()?;
    let owner = Token::at(row.owner());
    record::build(Scope { text, file, origin }, head, owner, rest, prefix).ok()
}

/// The names that are asked for, and the tags of their first labels.
struct Wanted<'n> {
    names: FxHashSet<&'n Name>,
    tags: Tags,
}

/// A set of tags: a few in a list, many in a table of bits.
enum Tags {
    Few(Vec<u16>),
    Many(Box<[u64]>),
}

/// Tags up to which a list is faster than making a table.
const FEW: usize = 24;

impl<'n> Wanted<'n> {
    fn new(names: &'n [Name]) -> Self {
        let tags = names.iter().map(|name| tag(name.as_str().as_bytes())).chain([AT, HIDDEN]);
        Self { names: names.iter().collect(), tags: Tags::new(tags.collect()) }
    }

    fn has_tag(&self, tag: u16) -> bool {
        match &self.tags {
            Tags::Few(tags) => tags.contains(&tag),
            Tags::Many(bits) => bits[usize::from(tag >> 6)] >> (tag & 63) & 1 != 0,
        }
    }

    fn is(&self, written: &[u8], origin: &Name) -> bool {
        Name::parse(written, Some(origin)).is_ok_and(|name| self.names.contains(&name))
    }
}

impl Tags {
    fn new(tags: Vec<u16>) -> Self {
        if tags.len() <= FEW {
            return Self::Few(tags);
        }
        let mut bits = vec![0; 1 << 10].into_boxed_slice();
        for tag in tags {
            bits[usize::from(tag >> 6)] |= 1 << (tag & 63);
        }
        Self::Many(bits)
    }
}

/// The tag of `@`, which means the origin.
const AT: u16 = 0;
/// The tag of a first label that is written with a backslash: it may be any.
const HIDDEN: u16 = 1;

/// Sixteen bits of the first eight characters of the first label, case aside.
fn tag(name: &[u8]) -> u16 {
    let mut packed = 0_u64;
    for byte in name.iter().take(8) {
        match byte {
            b'.' => break,
            b'\\' => return HIDDEN,
            // Sets more characters alike than upper and lower case: the name itself is compared after the tag.
            byte => packed = packed << 8 | u64::from(byte | 0x20),
        }
    }
    match name {
        b"@" => AT,
        // Fibonacci hashing: the upper bits are the well mixed ones.
        _ => u16::try_from(packed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 48).unwrap_or(0),
    }
}
