//! The owners of all records, so that a name that turns out to matter later can be looked up.
//!
//! A row an entry, twelve bytes, made without hashing: most zones are asked for a handful of names, and one scan with a
//! glance at the first label of each owner is cheaper than a table of a million names.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::entry;
use super::lex::{Lexer, Token};
use super::parser;
use super::rdata::Scope;
use crate::dns::{Name, Record};
use crate::text::{FileId, Span};

/// Where an entry begins and where its owner is written, which may be on an entry above.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    entry: u32,
    owner: Span,
}

/// The rows of a zone.
#[derive(Debug, Default)]
pub(super) struct Index {
    rows: Vec<Row>,
    segments: Vec<Segment>,
    texts: Vec<(FileId, Arc<[u8]>)>,
}

/// Rows that lie in one text and complete their names with one origin.
#[derive(Debug)]
struct Segment {
    first_row: usize,
    text: usize,
    origin: Name,
}

impl Row {
    pub(super) fn new(entry: usize, owner: Span) -> Self {
        Self { entry: Span::of(entry..entry).start, owner }
    }
}

impl Index {
    /// What follows lies in `text`.
    pub(super) fn begin(&mut self, file: FileId, text: &Arc<[u8]>, origin: &Name) {
        let known = self.texts.iter().position(|(known, _)| *known == file);
        let text = known.unwrap_or_else(|| {
            self.texts.push((file, Arc::clone(text)));
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

    /// Every record at one of `names`.
    pub(super) fn lookup(&self, names: &[Name]) -> Vec<Record> {
        let wanted = Wanted::new(names);
        let mut found = Vec::new();
        let ends = self.segments.iter().skip(1).map(|next| next.first_row).chain([self.rows.len()]);
        for (segment, end) in self.segments.iter().zip(ends) {
            let (file, text) = &self.texts[segment.text];
            let at_origin = wanted.names.contains(&segment.origin);
            for row in &self.rows[segment.first_row..end] {
                let written = row.owner.slice(text);
                let is_there = match written {
                    b"@" => at_origin,
                    _ => wanted.may_be(written) && wanted.is(written, &segment.origin),
                };
                if is_there {
                    found.extend(read(row, text, *file, &segment.origin));
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
fn read(row: &Row, text: &[u8], file: FileId, origin: &Name) -> Option<Record> {
    let mut tokens = Vec::new();
    let head = Lexer::new(text, row.entry as usize).next(&mut tokens)?;
    let rest = if head.has_blank_start { &tokens[..] } else { tokens.get(1..)? };
    let prefix = entry::prefix(rest, text).ok()?;
    let owner = Token::at(row.owner);
    parser::build(Scope { text, file, origin }, head, owner, rest, prefix).ok()
}

/// The names that are asked for, and what their first labels begin with.
struct Wanted<'n> {
    names: FxHashSet<&'n Name>,
    fronts: FxHashSet<u64>,
}

impl<'n> Wanted<'n> {
    fn new(names: &'n [Name]) -> Self {
        let fronts = names.iter().filter_map(|name| front(name.as_str().as_bytes())).collect();
        Self { names: names.iter().collect(), fronts }
    }

    /// Whether the first label begins like one that is asked for.
    fn may_be(&self, written: &[u8]) -> bool {
        front(written).is_none_or(|front| self.fronts.contains(&front))
    }

    fn is(&self, written: &[u8], origin: &Name) -> bool {
        Name::parse(written, Some(origin)).is_ok_and(|name| self.names.contains(&name))
    }
}

/// The first seven characters of the first label, in lower case; `None` where a backslash hides them.
fn front(name: &[u8]) -> Option<u64> {
    let mut packed = 0_u64;
    for byte in name.iter().take(7) {
        match byte {
            b'.' => break,
            b'\\' => return None,
            byte => packed = packed << 8 | u64::from(byte.to_ascii_lowercase()),
        }
    }
    Some(packed)
}
