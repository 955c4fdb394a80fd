//! One model of a mail domain as it would be published, whatever it was read from.
//!
//! A reader hands over what it found as [`Declared`]; [`join`] works out, for each view and each mail domain in it, what
//! a sending server would get: that is a [`Site`]. Rules judge Sites and know nothing of where they came from.

mod candidates;
mod conflicts;
mod contents;
mod declared;
mod difference;
mod files;
mod join;
mod misplaced;
mod namespace;
mod policy;
mod shared_id;
mod texts;
mod views;

#[cfg(test)]
mod tests;

pub use declared::{
    Declared, DeclaredPolicy, DeclaredZone, Home, Promise, Reader, Served, Unplaced, Unread, ZoneSource,
};
pub use join::join;
pub use misplaced::{Misplaced, Slip, What};
pub use policy::{PolicyText, Publication, ServedPolicy};
pub use texts::{RecordAt, StsText, TlsrptText, Unreceivable};
pub use views::View;

use std::sync::Arc;

use crate::dns::{Name, Target};
use crate::mta_sts::record;
use crate::text::{Place, Reason, Step};
use crate::zone::{self, Zone};

/// All that was understood: every Site of every View, and what could be joined to none.
#[derive(Debug, Default)]
pub struct Picture {
    /// Ordered by domain, then view.
    pub sites: Vec<Site>,
    /// Every policy text once, however many domains it serves.
    pub policies: Vec<ServedPolicy>,
    /// The zones that were read, for the rules that judge them as files; their records have gone into the Sites.
    pub zones: Vec<Zone>,
    /// What is declared and belongs to no domain that is known.
    pub unplaced: Vec<Unplaced>,
    /// Files that could not be read as what they are.
    pub unread: Vec<Unread>,
}

/// One mail domain as published in one View.
#[derive(Debug)]
pub struct Site {
    /// The domain, as after the `@` of an address.
    pub domain: Name,
    /// The View in which this holds.
    pub view: View,
    /// The zone of the repository that holds the domain.
    pub zone: Option<HomeZone>,
    /// The TXT records at `_mta-sts.<domain>`.
    pub record: RrSet<StsText>,
    /// The policy at `https://mta-sts.<domain>/.well-known/mta-sts.txt`.
    pub policy: Publication,
    /// The addresses of `mta-sts.<domain>`.
    pub policy_host: RrSet<Address>,
    /// The MX set of the domain.
    pub mx: RrSet<Mx>,
    /// The TXT records at `_smtp._tls.<domain>`.
    pub tlsrpt: RrSet<TlsrptText>,
    /// Records that were meant for this domain and stand at a name where nobody looks.
    pub misplaced: Vec<Misplaced>,
    /// Values that one View defines twice and differently.
    pub conflicts: Vec<Conflict>,
    /// The nearest domain above this one that has a record or a policy: it does not protect this one (RFC 8461 §3).
    pub protected_parent: Option<Name>,
    /// The id, where it is written once for several domains whose policies differ.
    pub shared_id: Option<SharedId>,
}

/// An id that is written once for several domains.
#[derive(Clone, Debug)]
pub struct SharedId {
    /// Where it is written.
    pub place: Place,
    /// The domains, sorted.
    pub domains: Arc<[Name]>,
}

/// The zone that holds a domain.
#[derive(Clone, Debug)]
pub struct HomeZone {
    /// Its apex.
    pub name: Name,
    /// What told the apex, in words that stand before "tells"; empty where nothing did.
    pub told_by: String,
    /// The start of its file, or the block that declares it.
    pub place: Place,
}

/// What a resolver would get for one name and type, as far as the repository tells.
///
/// `values` empty and `unknown` none: absent, a fact. `values` empty and `unknown` some: unknown. Otherwise known, and
/// with `unknown` there may be more.
#[derive(Clone, Debug)]
pub struct RrSet<T> {
    /// The name asked for.
    pub name: Name,
    /// The records, in the order of the source.
    pub values: Vec<T>,
    /// The CNAMEs that were followed inside the repository, first to last; the last may lead outside.
    pub aliases: Vec<Alias>,
    /// The owner of the wildcard that the records were made from (RFC 4592).
    pub wildcard: Option<Target>,
    /// Data at the name beside its CNAME (RFC 1034 §3.6.2).
    pub beside_alias: Vec<Place>,
    /// Why there may be more than `values`, or other values.
    pub unknown: Option<Unknown>,
    /// The zone of the repository that the name lies in.
    pub zone: Option<Name>,
}

/// Why a value cannot be known from the repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// The reason.
    pub why: Why,
    /// Where it lies, if it lies anywhere.
    pub place: Option<Place>,
}

/// The reasons for which a value is not known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// No zone of the repository encloses the name.
    #[error("the zone that would hold {0} is not in this repository")]
    NoZone(Name),
    /// A CNAME leads out of the repository.
    #[error("delegated by CNAME to {0}, which is not in this repository")]
    Alias(Name),
    /// NS records hand the name to a zone that is not here.
    #[error("delegated by NS records at {0} to a zone that is not in this repository")]
    Cut(Name),
    /// The file is no whole zone.
    #[error("the file has no SOA record: it is only part of a zone")]
    PartOfZone,
    /// Some of the zone was not read.
    #[error("{0}")]
    Gap(zone::GapReason),
    /// CNAMEs that lead in a circle, or on and on.
    #[error("the CNAMEs from {0} do not end")]
    AliasLoop(Name),
    /// As a reader says.
    #[error("{0}")]
    Told(Arc<str>),
    /// Nothing in the repository is the policy's text.
    #[error("no policy file for this domain is in this repository")]
    NoPolicyHere,
}

/// A CNAME.
#[derive(Clone, Debug)]
pub struct Alias {
    /// Its owner.
    pub owner: Target,
    /// Where it leads.
    pub target: Target,
    /// The whole record.
    pub place: Place,
}

/// One MX record.
#[derive(Clone, Debug)]
pub struct Mx {
    /// Lower is preferred.
    pub preference: u16,
    /// The host; the root in a null MX (RFC 7505).
    pub exchange: Target,
    /// The whole record.
    pub place: Place,
    /// What the repository knows of the host.
    pub host: Host,
}

/// What the repository knows of an MX host's name.
#[derive(Clone, Debug)]
pub enum Host {
    /// It has an address here.
    Address,
    /// It is an alias (RFC 2181 §10.3 forbids it).
    Alias(Alias),
    /// Its zone is here and holds no address for it.
    Missing {
        /// The zone that lacks it.
        zone: Name,
    },
    /// Not to be known from here.
    Unknown(Unknown),
}

/// An address record of a host.
#[derive(Clone, Debug)]
pub struct Address {
    /// The address.
    pub ip: std::net::IpAddr,
    /// The whole record.
    pub place: Place,
}

/// One value that a View defines more than once, and differently.
#[derive(Clone, Debug)]
pub struct Conflict {
    /// What is defined, such as "the policy" or "the MX set".
    pub what: &'static str,
    /// The definition that this run judged.
    pub first: Place,
    /// The others.
    pub others: Vec<Place>,
}

impl Unknown {
    pub(super) fn of(reason: &Reason) -> Self {
        Self { why: Why::Told(Arc::clone(&reason.why)), place: reason.place }
    }
}

impl Site {
    /// The site of a domain of which it is a fact that it has nothing.
    pub fn nothing(domain: Name) -> Self {
        Self {
            record: RrSet::nothing(&domain),
            policy: Publication::nowhere(),
            policy_host: RrSet::nothing(&domain),
            mx: RrSet::nothing(&domain),
            tlsrpt: RrSet::nothing(&domain),
            domain,
            view: View::default(),
            zone: None,
            misplaced: Vec::new(),
            conflicts: Vec::new(),
            protected_parent: None,
            shared_id: None,
        }
    }

    /// Whether the domain takes part in MTA-STS: something is at `_mta-sts`, or there is a policy.
    pub fn has_mta_sts(&self) -> bool {
        self.has_record() || self.policy.text().is_some()
    }

    /// Whether something of it is not known from the repository.
    pub fn has_unknowns(&self) -> bool {
        let sets = [&self.record.unknown, &self.policy_host.unknown, &self.mx.unknown, &self.tlsrpt.unknown];
        matches!(self.policy, Publication::Unknown(_)) || sets.into_iter().any(Option::is_some)
    }

    /// Whether a record for MTA-STS is, or may be, published: an STS record, what was meant as one, or a delegation.
    pub fn has_record(&self) -> bool {
        self.sts_texts().next().is_some() || !self.record.aliases.is_empty()
    }

    /// The TXT records at `_mta-sts` that are STS records or were meant as such.
    pub fn sts_texts(&self) -> impl Iterator<Item = &StsText> {
        self.record.values.iter().filter(|text| text.parsed.kind != record::Kind::Unrelated)
    }

    /// The TXT records at `_smtp._tls` that are TLSRPT records or were meant as such.
    pub fn tlsrpt_texts(&self) -> impl Iterator<Item = &TlsrptText> {
        self.tlsrpt.values.iter().filter(|text| text.is_meant())
    }

    /// The stops on the way of what is written at `place` to where this site uses it.
    pub fn way_of(&self, place: Place) -> Option<&[Step]> {
        let texts = self.record.values.iter().map(|text| &text.text);
        let texts = texts.chain(self.tlsrpt.values.iter().map(|text| &text.text));
        let texts = texts.chain(self.policy.text().map(|policy| &policy.text));
        let owners = self.record.values.iter().map(|text| &text.at.owner);
        let owners = owners.chain(self.tlsrpt.values.iter().map(|text| &text.at.owner));
        let mut targets = owners.chain(self.mx.values.iter().map(|mx| &mx.exchange));
        let mut of_target = || targets.find(|target| target.place == place && !target.way.is_empty());
        texts.into_iter().find_map(|text| text.way_of(place)).or_else(|| of_target().map(|target| &*target.way))
    }

    /// Whether the domain says that it takes no mail: one MX, the root (RFC 7505).
    pub fn null_mx(&self) -> Option<&Mx> {
        match &self.mx.values[..] {
            [mx] if mx.exchange.name.is_root() => Some(mx),
            _ => None,
        }
    }
}

impl Mx {
    /// The host that the record would name if what is written ended with a dot; `None` where it does.
    pub fn without_origin(&self) -> Option<Name> {
        let written = self.exchange.written.as_bytes();
        Name::parse(written, None).ok().filter(|_| self.exchange.is_relative() && written != b"@")
    }

    /// The IP address that the record names in a host's stead.
    pub fn address_literal(&self) -> Option<std::net::IpAddr> {
        let written = self.exchange.written.trim_end_matches('.');
        written.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(written).parse().ok()
    }
}

impl<T> RrSet<T> {
    fn nothing(name: &Name) -> Self {
        Self {
            name: name.clone(),
            values: Vec::new(),
            aliases: Vec::new(),
            wildcard: None,
            beside_alias: Vec::new(),
            unknown: None,
            zone: None,
        }
    }

    /// Whether there is nothing at the name, as a fact.
    pub fn is_absent(&self) -> bool {
        self.values.is_empty() && self.unknown.is_none()
    }

    /// Whether `values` is all that there is.
    pub fn is_whole(&self) -> bool {
        self.unknown.is_none()
    }

    /// The CNAME that leads out of the repository, if one does.
    pub fn delegation(&self) -> Option<&Alias> {
        matches!(&self.unknown, Some(Unknown { why: Why::Alias(_), .. })).then(|| self.aliases.last()).flatten()
    }

    /// The same answer with other values; those that `value` has no use for are left out.
    fn map<U>(self, value: impl FnMut(T) -> Option<U>) -> RrSet<U> {
        let Self { name, values, aliases, wildcard, beside_alias, unknown, zone } = self;
        let values = values.into_iter().filter_map(value).collect();
        RrSet { name, values, aliases, wildcard, beside_alias, unknown, zone }
    }
}
