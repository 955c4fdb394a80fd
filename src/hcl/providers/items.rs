//! Record sets as resources declare them: where they are, and of which type.

use std::borrow::Cow;

use super::listings::{self, Builder};
use super::names::{self, Owner, Partly};
use super::paths::{self, Scalar, Slot};
use super::policies::Beside;
use super::records::Set;
use super::table::RecordRow;
use super::txt;
use super::zones;
use crate::dns::{ListedGap, Name, NameScope, Rtype, Target};
use crate::hcl::resource::Resource;
use crate::hcl::value::Value;
use crate::text::{Place, Reason, Step, Traced};

/// A record set as it is declared.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item<'r> {
    pub(super) row: &'static RecordRow,
    pub(super) resource: &'r Resource,
    /// The resource's arguments, or those of the block that is the record.
    pub(super) body: &'r Value,
}

/// What a record set is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Of(Rtype),
    /// A provider's own: the name has addresses, and they are not known.
    Addresses,
    /// It is not known.
    Unknown(Reason),
}

/// Records of which the name is not known.
#[derive(Debug)]
pub(super) enum Doubt {
    Nowhere(Reason),
    /// The name ends with a domain that is not known, and something stands for it.
    InDomain {
        domain: Name,
        owner: Target,
        reason: Reason,
    },
}

impl<'r> Item<'r> {
    /// The owner's name as it is written; `None` where it is not set.
    pub(super) fn name(&self) -> Option<Result<Cow<'r, Traced>, Reason>> {
        match paths::scalar(paths::first(self.body, &self.row.name)?) {
            Scalar::Text(text) => Some(Ok(text)),
            Scalar::Unknown(reason) => Some(Err(reason)),
            Scalar::Nothing => None,
        }
    }

    /// What says the whole of the name, where that is not known.
    fn unknown_name(&self) -> Option<String> {
        match paths::first(self.body, &self.row.name)? {
            Value::Unknown(unknown) => unknown.symbol.as_ref().map(zones::written),
            Value::String(text) => text.first_hole().and_then(names::what_is_unknown),
            _ => None,
        }
    }

    /// What is known of the beginning of the owner's name.
    pub(super) fn front(&self) -> String {
        let Some(Ok(text)) = self.name() else { return String::new() };
        let end = text.holes().next().map_or(text.bytes().len(), |(hole, _)| hole.range().start);
        String::from_utf8_lossy(&text.bytes()[..end]).into_owned()
    }

    pub(super) fn kind(&self) -> Kind {
        let given = match (&self.row.type_, self.row.type_of.get(&*self.resource.kind)) {
            (_, Some(fixed)) => return kind_of(fixed),
            (Some(path), None) => paths::values(self.body, path).first().map(|slot| slot.value),
            (None, None) => None,
        };
        match given.map(paths::scalar) {
            Some(Scalar::Text(text)) => match text.first_hole() {
                None => kind_of(&text.text()),
                Some(reason) => Kind::Unknown(reason.clone()),
            },
            Some(Scalar::Unknown(reason)) => Kind::Unknown(reason),
            Some(Scalar::Nothing) | None => {
                Kind::Unknown(Reason::at(self.resource.place, format!("`{}` says no type", self.resource.address)))
            }
        }
    }

    pub(super) fn way(&self) -> &'r [Step] {
        &self.resource.way
    }

    /// The owner, were it in the zone `apex`.
    fn owner(&self, apex: &Name) -> Owner {
        match self.name() {
            None => Owner::Known(names::apex(apex, self.resource.place, self.way())),
            Some(Ok(text)) => names::owner(&text, self.row.names, &self.row.apex, apex, self.way()),
            Some(Err(reason)) => Partly::hidden(reason, self.unknown_name(), self.resource.place).in_zone(
                apex,
                self.row.names,
                self.way(),
            ),
        }
    }

    /// Adds the records to the listing of the zone that they are in; says what is not known of their name, if that may matter
    /// to mail.
    pub(super) fn read(&self, builder: &mut Builder) -> Option<Doubt> {
        let kind = self.kind();
        match self.owner(&builder.listing.apex) {
            Owner::Known(owner) => {
                self.read_at(owner, kind, builder);
                None
            }
            Owner::Partly(it) if is_validation(&it.reason) => {
                matches!(kind, Kind::Unknown(_)).then_some(Doubt::Nowhere(it.reason))
            }
            Owner::Partly(it) => {
                self.push_gaps(&it.scope, &kind, &it.reason, &mut builder.listing.gaps);
                let owner = it.in_unknown_domain(kind.is_mx(), self.way());
                let doubt = match owner {
                    Some((domain, owner)) => Doubt::InDomain { domain, owner, reason: it.reason },
                    None => Doubt::Nowhere(it.reason),
                };
                self.matters(&kind, &it.front).then_some(doubt)
            }
        }
    }

    /// As [`Doubt::InDomain`], whatever the zone.
    pub(super) fn in_unknown_domain(&self, kind: &Kind) -> Option<(Name, Target)> {
        match self.owner(&Name::root()) {
            Owner::Known(_) => None,
            Owner::Partly(it) => it.in_unknown_domain(kind.is_mx(), self.way()),
        }
    }

    /// What may be in the zone `apex`, if it is that in which the records are.
    pub(super) fn gaps(&self, apex: &Name, reason: &Reason) -> Vec<ListedGap> {
        let mut gaps = Vec::new();
        let scope = match self.owner(apex) {
            Owner::Known(owner) => listings::scope_of(&owner.name),
            Owner::Partly(it) if is_validation(&it.reason) => return gaps,
            Owner::Partly(it) => it.scope,
        };
        self.push_gaps(&scope, &self.kind(), reason, &mut gaps);
        gaps
    }

    fn push_gaps(&self, scope: &NameScope, kind: &Kind, reason: &Reason, gaps: &mut Vec<ListedGap>) {
        let reason = self.resource.uncertain.as_ref().unwrap_or(reason);
        let gap = |rtype| ListedGap { scope: scope.clone(), rtype, reason: reason.clone() };
        gaps.extend(kind.rtypes().into_iter().map(gap));
    }

    /// Adds the records, which are at `owner`.
    pub(super) fn read_at(&self, owner: Target, kind: Kind, builder: &mut Builder) {
        if matches!(owner.name.first_label(), "_mta-sts" | "mta-sts")
            && let Some(domain) = owner.name.parent()
        {
            let (module, key) = (self.resource.module.clone(), self.resource.key.clone());
            builder.beside.push(Beside { module, key, domain });
        }
        if let Some(reason) = &self.resource.uncertain {
            let scope = listings::scope_of(&owner.name);
            return self.push_gaps(&scope, &kind, reason, &mut builder.listing.gaps);
        }
        let place = self.resource.place;
        match kind {
            Kind::Unknown(reason) => builder.gap_at(&owner.name, None, reason),
            Kind::Addresses => {
                let why = format!("`{}` is an alias, whose addresses are not declared here", self.resource.address);
                builder.hidden(&owner, Rtype::A, Reason::at(place, why.as_str()), place);
                builder.hidden(&owner, Rtype::Aaaa, Reason::at(place, why), place);
            }
            Kind::Of(rtype) => Set::new(*self, owner, rtype, builder).read(),
        }
    }

    /// Whether mail looks at records of this kind at a name that begins so.
    pub(super) fn matters(&self, kind: &Kind, front: &str) -> bool {
        let front = front.to_ascii_lowercase();
        let may_begin = |label: &str| front.starts_with(label) || label.starts_with(&front);
        let is_announced = || may_begin("_mta-sts") || may_begin("_smtp._tls");
        match kind {
            Kind::Of(Rtype::Mx) => true,
            Kind::Of(Rtype::Txt) if front.is_empty() => self.texts().any(|text| match text {
                Some(text) => text.bytes().starts_with(b"v=STSv1") || text.bytes().starts_with(b"v=TLSRPT"),
                None => true,
            }),
            Kind::Of(Rtype::Txt) => is_announced(),
            Kind::Of(Rtype::Cname) if !front.is_empty() => is_announced() || may_begin("mta-sts"),
            Kind::Of(Rtype::A | Rtype::Aaaa) | Kind::Addresses if !front.is_empty() => may_begin("mta-sts"),
            Kind::Of(_) | Kind::Addresses => false,
            Kind::Unknown(_) => is_announced() || may_begin("mta-sts"),
        }
    }

    /// The texts of a TXT record set; `None` for one that is not known.
    fn texts(&self) -> impl Iterator<Item = Option<Traced>> + '_ {
        let (slots, _) = self.slots("TXT");
        slots.into_iter().map(|slot| match paths::scalar(slot.value) {
            Scalar::Text(text) => Some(txt::decode(&text, self.row.txt)),
            Scalar::Unknown(_) | Scalar::Nothing => None,
        })
    }

    /// The values, and whether each is in parts.
    pub(super) fn slots(&self, rtype: &str) -> (Vec<Slot<'r>>, bool) {
        for path in self.row.values_of(rtype) {
            let in_parts = self.row.joined.contains(path);
            let slots = if in_parts { paths::all(self.body, path) } else { paths::values(self.body, path) };
            if !slots.is_empty() {
                return (slots, in_parts);
            }
        }
        (Vec::new(), false)
    }

    pub(super) fn ttl(&self) -> Option<(u32, Place)> {
        let Some(value) = paths::first(self.body, &self.row.ttl) else {
            return Some((self.row.ttl_default?, self.resource.place));
        };
        let seconds = paths::number(value)?;
        let is_automatic = self.row.ttl_automatic == Some(seconds);
        Some((if is_automatic { 300 } else { seconds }, value.place()))
    }
}

impl Kind {
    fn is_mx(&self) -> bool {
        *self == Self::Of(Rtype::Mx)
    }

    /// The types that it may be of.
    pub(super) fn rtypes(&self) -> Vec<Option<Rtype>> {
        match self {
            Self::Of(rtype) => vec![Some(*rtype)],
            Self::Addresses => vec![Some(Rtype::A), Some(Rtype::Aaaa)],
            Self::Unknown(_) => vec![None],
        }
    }
}

/// Names, numbers (as `UltraDNS` has them), and names with numbers behind them.
fn kind_of(written: &str) -> Kind {
    let word = written.split_whitespace().next().unwrap_or_default().to_ascii_uppercase();
    match &*word {
        "A" | "1" => Kind::Of(Rtype::A),
        "NS" | "2" => Kind::Of(Rtype::Ns),
        "CNAME" | "5" => Kind::Of(Rtype::Cname),
        "MX" | "15" => Kind::Of(Rtype::Mx),
        "TXT" | "16" => Kind::Of(Rtype::Txt),
        "AAAA" | "28" => Kind::Of(Rtype::Aaaa),
        "ALIAS" | "ANAME" | "POOL" | "PULLZONE" | "PZ" | "REDIRECT" | "RDR" | "SCRIPT" | "SCR" | "NETLIFY"
        | "NETLIFYV6" | "URL" | "URL301" | "FRAME" | "FLATTEN" | "APEXALIAS" | "APP" | "FWD" => Kind::Addresses,
        _ => Kind::Of(Rtype::Other),
    }
}

/// Whether the name is one that a certificate authority or the like asks for: none at which mail looks.
fn is_validation(reason: &Reason) -> bool {
    super::table::validations().iter().any(|attribute| reason.why.contains(attribute.as_str()))
}
