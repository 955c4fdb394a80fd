//! What a finding looks like in JSON, and how strings are written there.
//!
//! Every key is always there, `null` where there is nothing to say, so that a reader need not ask twice.

use std::io;

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

use super::Report;
use super::lines::Locator;
use super::shown::each_shown;
use crate::finding::{Applicability, Edit, Finding, Fix, Related, Severity};
use crate::text::Place;

#[derive(Serialize)]
pub(super) struct FindingShape<'a> {
    rule: &'a str,
    severity: Severity,
    domain: Option<String>,
    message: &'a str,
    help: Option<&'a str>,
    url: Option<String>,
    #[serde(flatten)]
    place: PlaceShape<'a>,
    related: Vec<RelatedShape<'a>>,
    fix: Option<FixShape<'a>>,
}

#[derive(Serialize)]
struct PlaceShape<'a> {
    path: &'a str,
    start: Position,
    end: Position,
}

/// Line and column from 1, offset in bytes from 0.
#[derive(Serialize)]
struct Position {
    line: usize,
    column: usize,
    offset: u32,
}

#[derive(Serialize)]
struct RelatedShape<'a> {
    #[serde(flatten)]
    place: PlaceShape<'a>,
    message: &'a str,
}

#[derive(Serialize)]
struct FixShape<'a> {
    applicability: Applicability,
    edits: Vec<EditShape<'a>>,
}

/// Edits are for programs: bytes, no lines.
#[derive(Serialize)]
struct EditShape<'a> {
    path: &'a str,
    start: u32,
    end: u32,
    content: &'a str,
}

impl<'a> FindingShape<'a> {
    pub(super) fn of(finding: &'a Finding, report: &'a Report, locator: &Locator<'a>) -> Self {
        Self {
            rule: finding.rule,
            severity: finding.severity,
            domain: finding.domain.as_ref().map(ToString::to_string),
            message: &finding.message,
            help: finding.help.as_deref(),
            url: (report.rule_url)(finding.rule),
            place: PlaceShape::of(finding.place, locator),
            related: finding.related.iter().map(|related| RelatedShape::of(related, locator)).collect(),
            fix: finding.fix.as_ref().map(|fix| FixShape::of(fix, locator)),
        }
    }
}

impl<'a> PlaceShape<'a> {
    fn of(place: Place, locator: &Locator<'a>) -> Self {
        let position = |offset| {
            let at = locator.line_column(place.file, offset);
            Position { line: at.line, column: at.column, offset }
        };
        Self {
            path: &locator.source(place.file).path,
            start: position(place.span.start),
            end: position(place.span.end),
        }
    }
}

impl<'a> RelatedShape<'a> {
    fn of(related: &'a Related, locator: &Locator<'a>) -> Self {
        Self { place: PlaceShape::of(related.place, locator), message: &related.message }
    }
}

impl<'a> FixShape<'a> {
    fn of(fix: &'a Fix, locator: &Locator<'a>) -> Self {
        let edit = |edit: &'a Edit| EditShape {
            path: &locator.source(edit.place.file).path,
            start: edit.place.span.start,
            end: edit.place.span.end,
            content: &edit.content,
        };
        Self { applicability: fix.applicability, edits: fix.edits.iter().map(edit).collect() }
    }
}

/// Writes `value` on one line of printable ASCII and harmless letters.
pub(super) fn put(value: &impl Serialize, out: &mut dyn io::Write) -> io::Result<()> {
    // serde_json's error for a failed write turns back into the error of the write.
    value.serialize(&mut Serializer::with_formatter(out, Harmless)).map_err(io::Error::from)
}

/// Writes `items` as an array, one a line, never held whole.
pub(super) fn put_list<T: Serialize>(items: impl Iterator<Item = T>, out: &mut dyn io::Write) -> io::Result<()> {
    out.write_all(b"[")?;
    for (at, item) in items.enumerate() {
        out.write_all(if at == 0 { b"\n" } else { b",\n" })?;
        put(&item, out)?;
    }
    out.write_all(b"]")
}

/// Compact JSON in which whatever [`crate::text::escape`] would escape is a `\uXXXX`. JSON's own rules let DEL, C1 and
/// bidirectional controls through; a parsed string is the same either way.
struct Harmless;

impl Formatter for Harmless {
    fn write_string_fragment<W: ?Sized + io::Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        let mut line = String::with_capacity(fragment.len());
        each_shown(fragment, |character, shown| {
            if shown.starts_with(character) { line.push(character) } else { push_unicode_escape(&mut line, character) }
        });
        out.write_all(line.as_bytes())
    }
}

fn push_unicode_escape(line: &mut String, character: char) {
    use std::fmt::Write;
    for unit in character.encode_utf16(&mut [0; 2]) {
        // Writing to a String cannot fail.
        let _ = write!(line, "\\u{unit:04x}");
    }
}
