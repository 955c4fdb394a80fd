//! `dnscontrol`: the intermediate representation that `dnscontrol print-ir` writes. Its `dnsconfig.js` is a program, which we do
//! not run.

mod records;
#[cfg(test)]
mod tests;

use self::records::Zone;
use super::tree::Node;
use super::{Error, json, names};
use crate::dns::{ListedGap, Listing, Name, NameScope};
use crate::text::{FileId, Reason};

/// One `D(...)`.
#[derive(Clone, Debug)]
pub struct Domain {
    /// Its records.
    pub listing: Listing,
    /// What tells it from others of the same name: `internal` of `example.com!internal`.
    pub tag: Option<String>,
}

/// Whether a file that begins with `head` is such a representation.
pub fn looks_like(head: &[u8]) -> bool {
    let has = |key: &[u8]| memchr::memmem::find(head, key).is_some();
    head.trim_ascii_start().starts_with(b"{")
        && has(b"\"domains\"")
        && (has(b"\"dns_providers\"") || has(b"\"registrars\""))
}

/// The domains of a file, in its order.
pub fn read(file: FileId, text: &[u8]) -> Result<Vec<Domain>, Error> {
    let root = json::document(file, text)?;
    let Some(domains) = root.get("domains").filter(|domains| domains.is_list() || domains.is_null()) else {
        let message = "the intermediate representation of dnscontrol has a list of `domains`".to_owned();
        return Err(Error { place: root.place, message });
    };
    Ok(domains.items().iter().filter_map(domain).collect())
}

fn domain(node: &Node) -> Option<Domain> {
    let name = node.get("name")?;
    // With --raw the tag is a part of the name.
    let (text, tag) = match name.as_str()?.split_once('!') {
        Some((text, tag)) => (text, Some(tag)),
        None => (name.as_str()?, None),
    };
    let tag = node.get("tag").and_then(Node::as_str).or(tag).filter(|tag| !tag.is_empty());
    let apex = names::name(text, None)?;
    let mut listing = Listing {
        told_by: "the domain's `name`".into(),
        place: name.place,
        partial: partial(node),
        records: Vec::new(),
        gaps: ignored(node, &apex),
        apex: apex.clone(),
    };
    let mut zone = Zone { apex: &apex, listing: &mut listing };
    node.get("records").map(Node::items).unwrap_or_default().iter().for_each(|record| zone.record(record));
    if let Some(raw) = node.get("rawrecords").filter(|raw| !raw.items().is_empty()) {
        let why = "records are not worked out here: print-ir without --raw does it";
        zone.gap(NameScope::Any, None, Reason::at(raw.place, why));
    }
    Some(Domain { listing, tag: tag.map(str::to_owned) })
}

/// Why the zone may hold more than its records.
fn partial(node: &Node) -> Option<Reason> {
    let is = |key: &str| node.entry(key).filter(|entry| entry.value.truth() == Some(true));
    if let Some(entry) = is("keepunknown") {
        let why = "dnscontrol keeps what else the zone holds (`NO_PURGE`)";
        return Some(Reason::at(entry.key.place.to(entry.value.place), why));
    }
    if let Some(entry) = is("ignore_external_dns") {
        let why = "dnscontrol keeps the records that ExternalDNS makes (`IGNORE_EXTERNAL_DNS`)";
        return Some(Reason::at(entry.key.place.to(entry.value.place), why));
    }
    let providers = node.get("dnsProviders");
    if providers.is_none_or(|providers| providers.entries().is_empty()) {
        let place = providers.map_or(node.place, |providers| providers.place);
        return Some(Reason::at(
            place,
            "the domain has no DNS provider (`DnsProvider`), so dnscontrol does not publish it",
        ));
    }
    None
}

/// What `IGNORE` leaves to others: records that may be there.
fn ignored(node: &Node, apex: &Name) -> Vec<ListedGap> {
    let mut gaps = Vec::new();
    for pattern in node.get("unmanaged").map(Node::items).unwrap_or_default() {
        let text = |key: &str| pattern.get(key).and_then(Node::as_str).filter(|text| !text.is_empty()).unwrap_or("*");
        let scope = scope(text("label_pattern"), apex);
        let reason = Reason::at(pattern.place, "dnscontrol leaves these records to others (`IGNORE`)");
        for kind in text("rType_pattern").split(',').map(str::trim) {
            let rtype = if kind == "*" { None } else { Some(names::rtype(kind)) };
            gaps.push(ListedGap { scope: scope.clone(), rtype, reason: reason.clone() });
        }
    }
    gaps
}

/// The names that a glob over labels means, or more.
fn scope(label: &str, apex: &Name) -> NameScope {
    let is_meta = |char: char| matches!(char, '*' | '?' | '[' | ']' | '{' | '}' | '!' | '\\');
    let Some(first) = label.find(is_meta) else {
        let owner = if label == "@" { Some(apex.clone()) } else { names::name(label, Some(apex)) };
        return owner.map_or(NameScope::Any, NameScope::Owner);
    };
    let last = label.rfind(is_meta).unwrap_or(first);
    let (front, back) = (&label[..first], &label[last + 1..]);
    // `*` alone means the apex too.
    if front.is_empty() && back.is_empty() {
        return NameScope::Any;
    }
    NameScope::Pattern { front: front.to_ascii_lowercase(), back: format!("{}.{apex}", back.to_ascii_lowercase()) }
}
