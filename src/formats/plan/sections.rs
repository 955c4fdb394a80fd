//! The members of a plan, found without reading them; and what else a file may be.

use std::sync::Arc;

use crate::formats::Error;
use crate::formats::json::{Key, Peeked, Reader};
use crate::text::{FileId, Place, Reason, Span};

/// Where the members are that are read.
pub(super) struct Sections {
    pub(super) format_version: Arc<str>,
    pub(super) resource_changes: Option<Place>,
    pub(super) deferred_changes: Option<Place>,
    pub(super) prior_state: Option<Place>,
    pub(super) configuration: Option<Place>,
    pub(super) partial: Option<Reason>,
}

/// Members that a plan has and a state has not.
const OF_PLANS: [&str; 8] = [
    "planned_values",
    "resource_changes",
    "resource_drift",
    "output_changes",
    "prior_state",
    "configuration",
    "relevant_attributes",
    "applyable",
];

impl Sections {
    /// The members of a plan, and a reader that can go back to them.
    pub(super) fn of(file: FileId, text: &[u8]) -> Result<(Reader<'_>, Self), Error> {
        let start = Place::new(file, Span::of(0..0));
        if let Some(message) = other_format(text) {
            return Err(Error { place: start, message: message.to_owned() });
        }
        let mut reader = Reader::new(file, text)?;
        let mut found = Found::default();
        if reader.peek()? != Peeked::Object {
            return Err(Error { place: reader.here(), message: NO_PLAN.to_owned() });
        }
        reader.object(|reader, key| found.member(reader, &key))?;
        reader.end()?;
        let sections = found.sections(start)?;
        Ok((reader, sections))
    }
}

const NO_PLAN: &str = "this is no plan as `terraform show -json` writes it";

/// What a text is that is no JSON, or not one of one value.
fn other_format(text: &[u8]) -> Option<&'static str> {
    if text.starts_with(b"PK\x03\x04") {
        return Some("this is a plan as Terraform saves it: `terraform show -json` makes of it what is read here");
    }
    let head = &text[..text.len().min(4096)];
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    if memchr::memmem::find(line, b"\"@level\"").is_some() {
        return Some(
            "this is the log of `terraform plan -json`: save the plan with `-out`, and show it with `terraform show -json`",
        );
    }
    let is_json = |byte: &u8| matches!(byte, b'{' | b'[' | b'"' | 0xef | 0xfe | 0xff);
    let first = head.iter().find(|byte| !byte.is_ascii_whitespace())?;
    (!is_json(first)).then_some(NO_PLAN)
}

#[derive(Default)]
struct Found {
    format_version: Option<(Arc<str>, Place)>,
    resource_changes: Option<Place>,
    deferred_changes: Option<Place>,
    prior_state: Option<Place>,
    configuration: Option<Place>,
    partial: Option<Reason>,
    is_plan: bool,
    is_state: bool,
}

impl Found {
    fn member(&mut self, reader: &mut Reader<'_>, key: &Key<'_>) -> Result<(), Error> {
        self.is_plan |= OF_PLANS.iter().any(|name| key.is(name));
        self.is_state |= ["values", "lineage", "serial"].iter().any(|name| key.is(name));
        let is_list = reader.peek()? == Peeked::Array;
        if key.is("format_version") && reader.peek()? == Peeked::String {
            let version = reader.string()?;
            self.format_version = Some((version.text().into(), version.whole()));
            return Ok(());
        }
        let place = reader.skip()?;
        if key.is("resource_changes") && is_list {
            self.resource_changes = Some(place);
        } else if key.is("deferred_changes") && is_list {
            self.deferred_changes = Some(place);
        } else if key.is("prior_state") {
            self.prior_state = Some(place);
        } else if key.is("configuration") {
            self.configuration = Some(place);
        } else if key.is("errored") && reader.written(place) == b"true" {
            let why = "the plan is what a run that failed had come to: resources may be missing";
            self.partial = Some(Reason::at(place, why));
        } else if key.is("complete") && reader.written(place) == b"false" {
            let why = "the plan is not complete: it was limited with `-target`, or some of it is deferred";
            self.partial.get_or_insert(Reason::at(place, why));
        }
        Ok(())
    }

    fn sections(self, start: Place) -> Result<Sections, Error> {
        let error = |place: Place, message: &str| Err(Error { place, message: message.to_owned() });
        let Some((format_version, place)) = self.format_version else {
            let message = if self.is_state && !self.is_plan { OF_STATE } else { NO_PLAN };
            return error(start, message);
        };
        if !self.is_plan {
            // A state without resources has no more than its version.
            return error(start, OF_STATE);
        }
        if format_version.split('.').next() != Some("1") {
            let message = format!("the format of the plan has the version {format_version}: 1.x is read here");
            return error(place, &message);
        }
        Ok(Sections {
            format_version,
            resource_changes: self.resource_changes,
            deferred_changes: self.deferred_changes,
            prior_state: self.prior_state,
            configuration: self.configuration,
            partial: self.partial,
        })
    }
}

const OF_STATE: &str = "this is a state, and no plan: save a plan with `terraform plan -out FILE`, and show it with `terraform show -json FILE`";

/// Whether the members at the beginning of a text are those of a plan.
pub(super) fn begins_like_a_plan(head: &[u8]) -> bool {
    let valid = std::str::from_utf8(head).map_or_else(|error| &head[..error.valid_up_to()], str::as_bytes);
    let Ok(mut reader) = Reader::new(FileId(0), valid) else { return false };
    let (mut versions, mut is_plan, mut is_state) = (0, false, false);
    // It ends in an error where the head does.
    let _ = reader.object(|reader, key| {
        versions += usize::from(key.is("format_version") || key.is("terraform_version") || key.is("applyable"));
        is_plan |= key.is("variables") || OF_PLANS.iter().any(|name| key.is(name));
        is_state |= ["values", "lineage", "serial", "version"].iter().any(|name| key.is(name));
        reader.skip().map(drop)
    });
    versions > 0 && is_plan && !is_state
}
