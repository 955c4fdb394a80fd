//! One record.

use crate::dns::{Data, ListedGap, Listing, Name, NameScope, Record, Rtype, Target};
use crate::formats::names::{self, ascii};
use crate::formats::tree::Node;
use crate::text::Reason;

/// A domain, on the way.
pub(super) struct Zone<'a> {
    pub(super) apex: &'a Name,
    pub(super) listing: &'a mut Listing,
}

impl Zone<'_> {
    pub(super) fn record(&mut self, node: &Node) {
        // NO_PURGE's other side: such a record is one to be deleted.
        if node.get("ensure_absent").and_then(Node::truth) == Some(true) {
            return;
        }
        let owner = match node.get("name").ok_or(node).and_then(|name| self.name(name).ok_or(name)) {
            Ok(owner) => owner,
            Err(at) => {
                return self.gap(NameScope::Any, None, Reason::at(at.place, "the record has no name that can be read"));
            }
        };
        let scope = NameScope::Owner(owner.name.clone());
        let Some(kind) = node.get("type").and_then(Node::as_str) else {
            return self.gap(scope, None, Reason::at(node.place, "the record has no `type`"));
        };
        if let Some(rtypes) = foreign(kind, node) {
            let why = format!("a record of type {kind} is answered by what the provider finds");
            let reason = Reason::at(node.place, why);
            return rtypes.iter().for_each(|rtype| self.gap(scope.clone(), *rtype, reason.clone()));
        }
        let rtype = names::rtype(kind);
        match self.data(rtype, node) {
            Ok(data) => {
                // Without one the provider's own is taken.
                let ttl = node.get("ttl").and_then(|ttl| Some((u32::try_from(ttl.number()?).ok()?, ttl.place)));
                let ttl = ttl.filter(|(seconds, _)| *seconds > 0);
                self.listing.records.push(Record { owner, ttl, data, place: node.place, comment: None });
            }
            Err(reason) => self.gap(scope, Some(rtype), reason),
        }
    }

    pub(super) fn gap(&mut self, scope: NameScope, rtype: Option<Rtype>, reason: Reason) {
        self.listing.gaps.push(ListedGap { scope, rtype, reason });
    }

    fn data(&self, rtype: Rtype, node: &Node) -> Result<Data, Reason> {
        if rtype == Rtype::Other {
            return Ok(Data::Other);
        }
        let target = node.get("target").ok_or_else(|| Reason::at(node.place, "the record has no `target`"))?;
        let bad = || Reason::at(target.place, format!("the target is none of a record of type {}", rtype.as_str()));
        Ok(match rtype {
            Rtype::Txt => Data::Txt((**target.text().ok_or_else(bad)?).clone()),
            Rtype::A => Data::A(target.as_str().and_then(|text| text.parse().ok()).ok_or_else(bad)?),
            Rtype::Aaaa => Data::Aaaa(target.as_str().and_then(|text| text.parse().ok()).ok_or_else(bad)?),
            Rtype::Cname => Data::Cname(self.name(target).ok_or_else(bad)?),
            Rtype::Ns => Data::Ns(self.name(target).ok_or_else(bad)?),
            Rtype::Mx => {
                // A preference of 0 is left out.
                let preference = node.get("mxpreference").map_or(Some(0), Node::number);
                let preference = preference.and_then(|number| u16::try_from(number).ok()).ok_or_else(bad)?;
                Data::Mx { preference, exchange: self.name(target).ok_or_else(bad)? }
            }
            Rtype::Other => Data::Other,
        })
    }

    /// A name that is completed, unless it ends with a dot.
    fn name(&self, node: &Node) -> Option<Target> {
        let written = node.as_str()?;
        let name = match written {
            "@" | "" => self.apex.clone(),
            _ => Name::parse(ascii(written)?.as_bytes(), Some(self.apex)).ok()?,
        };
        Some(Target { name, written: written.into(), place: node.place, way: Box::default() })
    }
}

/// Types that a provider answers as others; with which. `None` of a type: any.
fn foreign(kind: &str, node: &Node) -> Option<Vec<Option<Rtype>>> {
    let of = |map: &str| node.path(&[map, "type"]).and_then(Node::as_str).map(names::rtype);
    Some(match kind {
        "ALIAS" | "ANAME" | "URL" | "URL301" | "FRAME" | "BUNNY_DNS_RDR" => vec![Some(Rtype::A), Some(Rtype::Aaaa)],
        "R53_ALIAS" => vec![of("r53_alias")],
        "AZURE_ALIAS" => vec![of("azure_alias")],
        "LUA" => vec![node.get("luartype").and_then(Node::as_str).map(names::rtype)],
        "IMPORT_TRANSFORM" | "UNKNOWN" => vec![None],
        _ => return None,
    })
}
