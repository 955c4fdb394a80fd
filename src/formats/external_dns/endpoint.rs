//! One endpoint: a name, a type, and its targets.

use crate::dns::{Data, ListedGap, Listing, Name, NameScope, Record, Rtype, Target};
use crate::formats::kubernetes::{self, certain};
use crate::formats::names::{absolute, rtype};
use crate::formats::tree::Node;
use crate::text::{Place, Reason, Span, Traced, TracedBuilder};

/// An endpoint whose name is known.
pub(super) struct Endpoint<'a> {
    node: &'a Node,
    owner: Target,
}

impl<'a> Endpoint<'a> {
    pub(super) fn new(node: &'a Node, name: Name, dns_name: &Node) -> Self {
        // It is never completed.
        let written = absolute(dns_name.as_str().unwrap_or_default());
        let owner = Target { name, written, place: kubernetes::place(dns_name), way: Box::default() };
        Self { node, owner }
    }

    /// Puts the records into `listing`, or what is not known of them.
    pub(super) fn add_to(&self, listing: &mut Listing) {
        let gap = |rtype, reason| ListedGap { scope: NameScope::Owner(self.owner.name.clone()), rtype, reason };
        let rtype = match self.node.get("recordType").map(certain) {
            Some(Ok(kind)) => rtype(kind),
            Some(Err(reason)) => return listing.gaps.push(gap(None, reason)),
            None => {
                return listing.gaps.push(gap(None, Reason::at(self.node.place, "the endpoint has no `recordType`")));
            }
        };
        if let (Rtype::A | Rtype::Aaaa | Rtype::Cname, Some(reason)) = (rtype, self.alias()) {
            listing.gaps.push(gap(Some(Rtype::A), reason.clone()));
            return listing.gaps.push(gap(Some(Rtype::Aaaa), reason));
        }
        match self.records(rtype) {
            Ok(records) => listing.records.extend(records),
            Err(reason) => listing.gaps.push(gap(Some(rtype), reason)),
        }
    }

    fn records(&self, rtype: Rtype) -> Result<Vec<Record>, Reason> {
        if let Some(node) = self.node.get("setIdentifier").filter(|node| node.as_str() != Some("")) {
            return Err(Reason::at(
                node.place,
                "the record is one of several answers to the same question (`setIdentifier`)",
            ));
        }
        let targets = self.node.get("targets").map(Node::items).unwrap_or_default();
        if targets.is_empty() {
            return Err(Reason::at(self.node.place, "the endpoint has no targets: ExternalDNS may be told some"));
        }
        if rtype == Rtype::Other {
            return Ok(vec![self.record(Data::Other, self.node.place)]);
        }
        let place = |target: &Node| if targets.len() == 1 { self.node.place } else { target.place };
        targets.iter().map(|target| Ok(self.record(data(rtype, target)?, place(target)))).collect()
    }

    fn record(&self, data: Data, place: Place) -> Record {
        // None, and 0, are whatever the provider of the zone takes.
        let ttl = self.node.get("recordTTL").and_then(|node| Some((u32::try_from(node.number()?).ok()?, node.place)));
        let ttl = ttl.filter(|(seconds, _)| *seconds > 0);
        Record { owner: self.owner.clone(), ttl, data, place, comment: None }
    }

    /// Why the addresses are those of another name.
    fn alias(&self) -> Option<Reason> {
        let properties = self.node.get("providerSpecific").map(Node::items).unwrap_or_default();
        let alias = properties.iter().find(|property| property.get("name").is_some_and(|name| name.is("alias")))?;
        let why = "the provider of the zone answers with the addresses of the target (`alias`)";
        (!alias.get("value")?.is("false")).then(|| Reason::at(alias.place, why))
    }
}

fn data(rtype: Rtype, node: &Node) -> Result<Data, Reason> {
    Ok(match rtype {
        Rtype::Txt => {
            let text = node.text().ok_or_else(|| Reason::at(node.place, "the value is no text"))?;
            Data::Txt(kubernetes::fill(&strings(text).unwrap_or_else(|| (**text).clone())))
        }
        Rtype::Mx => mx(node)?,
        Rtype::A => Data::A(address(node)?),
        Rtype::Aaaa => Data::Aaaa(address(node)?),
        Rtype::Cname => Data::Cname(target(node)?),
        Rtype::Ns => Data::Ns(target(node)?),
        Rtype::Other => Data::Other,
    })
}

fn address<T: std::str::FromStr>(node: &Node) -> Result<T, Reason> {
    certain(node)?.parse().map_err(|_| Reason::at(node.place, "the target is no address of this type"))
}

fn target(node: &Node) -> Result<Target, Reason> {
    let text = certain(node)?;
    name(node, text, Span::of(0..text.len())).ok_or_else(|| Reason::at(node.place, "the target is no name"))
}

/// `10 mail.example.com`.
fn mx(node: &Node) -> Result<Data, Reason> {
    let text = certain(node)?;
    let bad = || Reason::at(node.place, "the target of an MX record is a preference and a name");
    let (preference, rest) = text.trim().split_once(char::is_whitespace).ok_or_else(bad)?;
    let host = rest.trim_start();
    let start = text.trim_end().len() - host.len();
    let exchange = name(node, host, Span::of(start..start + host.len())).ok_or_else(bad)?;
    Ok(Data::Mx { preference: preference.parse().map_err(|_| bad())?, exchange })
}

/// A name that is a part of a value; all are absolute.
fn name(node: &Node, written: &str, part: Span) -> Option<Target> {
    if written.is_empty() || written.contains(char::is_whitespace) {
        return None;
    }
    let name = Name::parse(written.as_bytes(), None).ok()?;
    let is_all = part.len() as usize == node.text()?.bytes().len();
    let place = if is_all { node.place } else { node.text()?.place(part) };
    Some(Target { name, written: absolute(written), place, way: Box::default() })
}

/// TXT in the quotes of a master file, as some providers want it; `None` for any other text.
fn strings(text: &Traced) -> Option<Traced> {
    let bytes = text.bytes();
    if bytes.len() < 2 || bytes.first() != Some(&b'"') || bytes.last() != Some(&b'"') {
        return None;
    }
    let mut builder = TracedBuilder::new(text.whole());
    let (mut at, mut is_inside) = (0, false);
    while let Some(&byte) = bytes.get(at) {
        let len = match (byte, is_inside) {
            (b'"', _) => {
                is_inside = !is_inside;
                1
            }
            (b' ' | b'\t', false) => 1,
            (_, false) => return None,
            (b'\\', true) => {
                let (octet, len) = escape(&bytes[at..])?;
                builder.push(&[octet], text.place(Span::of(at..at + len)), false, None);
                len
            }
            (_, true) => {
                let len = bytes[at..].iter().take_while(|byte| !matches!(byte, b'"' | b'\\')).count();
                builder.append_part(text, Span::of(at..at + len));
                len
            }
        };
        at += len;
    }
    (!is_inside).then(|| builder.finish())
}

/// RFC 1035 §5.1.
fn escape(text: &[u8]) -> Option<(u8, usize)> {
    match text {
        [_, a @ b'0'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9', ..] => {
            let code = u16::from(a - b'0') * 100 + u16::from(b - b'0') * 10 + u16::from(c - b'0');
            Some((u8::try_from(code).ok()?, 4))
        }
        [_, octet, ..] => Some((*octet, 2)),
        _ => None,
    }
}
