//! Which properties are blocks, and what their arguments are.

use std::sync::Arc;

use super::super::cursor::Result;
use super::reader::{Json, Kind};
use super::{Strings, expression, wrong};
use crate::hcl::ast::{Attribute, Block, Body};
use crate::text::{Place, Traced};

/// The blocks of the language, and how many labels each has.
const BLOCKS: [(&str, usize); 13] = [
    ("check", 1),
    ("data", 2),
    ("ephemeral", 2),
    ("import", 0),
    ("locals", 0),
    ("module", 1),
    ("moved", 0),
    ("output", 1),
    ("provider", 1),
    ("removed", 0),
    ("resource", 2),
    ("terraform", 0),
    ("variable", 1),
];

/// A property of an object.
pub(super) type Member = (Traced, Json);

/// A block while its labels are gathered.
struct Header {
    kind: Arc<str>,
    place: Place,
    labels: Vec<(Arc<str>, Place)>,
}

/// The properties of a body or of a level of labels: of an object, or of all objects of an array. `//` is a comment.
pub(super) fn members(json: Json, message: &str) -> Result<Vec<Member>> {
    let mut members = match json.kind {
        Kind::Null => Vec::new(),
        Kind::Object(members) => members,
        Kind::Array(items) => {
            let mut members = Vec::new();
            for item in items {
                let Kind::Object(more) = item.kind else { return Err(wrong(item.place, message)) };
                members.extend(more);
            }
            members
        }
        _ => return Err(wrong(json.place, message)),
    };
    members.retain(|(name, _)| name.bytes() != b"//");
    Ok(members)
}

/// A property of the whole configuration.
pub(super) fn top_level((name, value): Member, body: &mut Body) -> Result<()> {
    let kind = name.text();
    match BLOCKS.iter().find(|(block, _)| *block == kind) {
        None => body.attributes.push(attribute(&name, value, Strings::Templates)?),
        Some((kind, labels)) => {
            let header = Header { kind: (*kind).into(), place: name.whole(), labels: Vec::new() };
            blocks(&header, value, *labels, &mut body.blocks)?;
        }
    }
    Ok(())
}

/// The blocks that `json` holds, under as many levels of labels as are left.
fn blocks(header: &Header, json: Json, labels_left: usize, out: &mut Vec<Block>) -> Result<()> {
    if labels_left > 0 {
        for (label, value) in members(json, "a JSON object is needed here, whose names are labels")? {
            let mut labels = header.labels.clone();
            labels.push((label.text().into(), label.whole()));
            let header = Header { kind: header.kind.clone(), place: header.place, labels };
            blocks(&header, value, labels_left - 1, out)?;
        }
        return Ok(());
    }
    match json.kind {
        Kind::Null => {}
        Kind::Array(items) => {
            for item in items {
                out.push(block(header, item)?);
            }
        }
        _ => out.push(block(header, json)?),
    }
    Ok(())
}

fn block(header: &Header, json: Json) -> Result<Block> {
    let mut body = Body::default();
    for (name, value) in members(json, "a JSON object is needed here, with the arguments of the block")? {
        let strings = strings_of(&header.kind, &name.text());
        body.attributes.push(attribute(&name, value, strings)?);
    }
    // The labels stand above one another, each over several blocks: the last is the block's own.
    let place = header.labels.last().map_or(header.place, |(_, place)| *place);
    Ok(Block { kind: header.kind.clone(), labels: header.labels.clone(), header: place, body })
}

/// What the strings of an argument are: Terraform takes some as they stand, and some for references.
fn strings_of(block: &str, argument: &str) -> Strings {
    match (block, argument) {
        ("variable", "type")
        | ("module", "providers")
        | ("resource" | "data" | "ephemeral" | "import", "provider")
        | ("moved" | "removed" | "import", "from" | "to")
        | (_, "depends_on") => Strings::Expressions,
        ("variable", "default") | ("module", "source" | "version") | (_, "description") => Strings::Literal,
        _ => Strings::Templates,
    }
}

pub(super) fn attribute(name: &Traced, value: Json, strings: Strings) -> Result<Attribute> {
    Ok(Attribute { name: name.text().into(), place: name.whole(), value: expression(value, strings)? })
}
