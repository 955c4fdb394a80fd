//! From the arguments of a resource to records.

use std::borrow::Cow;

use super::listings::Builder;
use super::names::{self, Owner};
use super::paths::{self, Scalar, Slot};
use super::table::RecordRow;
use super::txt;
use crate::dns::{Data, Name, NameScope, Record, Rtype, Target};
use crate::hcl::resource::Resource;
use crate::hcl::value::Value;
use crate::text::{Place, Reason, Span, Step, Traced};

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

/// What of the name or the type of a record set is not known, though it may matter to mail.
#[derive(Debug)]
pub(super) struct Doubt {
    pub(super) reason: Reason,
}

/// A record set of which the owner and the type are known.
struct Set<'a, 'r> {
    item: Item<'r>,
    owner: Target,
    ttl: Option<(u32, Place)>,
    rtype: Rtype,
    builder: &'a mut Builder,
    is_one_of: bool,
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

    fn way(&self) -> &'r [Step] {
        &self.resource.way
    }

    /// Adds the records to the listing of the zone that they are in.
    pub(super) fn read(&self, builder: &mut Builder) -> Option<Doubt> {
        let apex = builder.listing.apex.clone();
        let owner = match self.name() {
            None => Owner::Known(names::apex(&apex, self.resource.place, self.way())),
            Some(Ok(text)) => names::owner(&text, self.row.names, &self.row.apex, &apex, self.way()),
            Some(Err(reason)) => Owner::Partly { scope: NameScope::Any, front: String::new(), reason },
        };
        let kind = self.kind();
        let owner = match owner {
            Owner::Known(owner) => owner,
            Owner::Partly { scope, front, reason } => {
                let doubt = self.matters(&kind, &front).then(|| Doubt { reason: reason.clone() });
                for rtype in kind.rtypes() {
                    builder.gap(
                        scope.clone(),
                        rtype,
                        self.resource.uncertain.clone().unwrap_or_else(|| reason.clone()),
                    );
                }
                return doubt;
            }
        };
        if let Some(reason) = &self.resource.uncertain {
            for rtype in kind.rtypes() {
                builder.gap(NameScope::Owner(owner.name.clone()), rtype, reason.clone());
            }
            return None;
        }
        match kind {
            Kind::Unknown(reason) => {
                builder.gap(NameScope::Owner(owner.name.clone()), None, reason);
                None
            }
            Kind::Addresses => {
                let why = format!("`{}` is an alias, whose addresses are not declared here", self.resource.address);
                let reason = Reason::at(self.resource.place, why);
                builder.hidden(&owner, Rtype::A, reason.clone(), self.resource.place);
                builder.hidden(&owner, Rtype::Aaaa, reason, self.resource.place);
                None
            }
            Kind::Of(rtype) => {
                let is_one_of = paths::any(self.body, &self.row.one_of);
                Set { ttl: self.ttl(), item: *self, owner, rtype, builder, is_one_of }.read();
                None
            }
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
    fn slots(&self, rtype: &str) -> (Vec<Slot<'r>>, bool) {
        for path in self.row.values_of(rtype) {
            let in_parts = self.row.joined.contains(path);
            let slots = if in_parts { paths::all(self.body, path) } else { paths::values(self.body, path) };
            if !slots.is_empty() {
                return (slots, in_parts);
            }
        }
        (Vec::new(), false)
    }

    fn ttl(&self) -> Option<(u32, Place)> {
        let Some(value) = paths::first(self.body, &self.row.ttl) else {
            return Some((self.row.ttl_default?, self.resource.place));
        };
        let seconds = paths::number(value)?;
        let is_automatic = self.row.ttl_automatic == Some(seconds);
        Some((if is_automatic { 300 } else { seconds }, value.place()))
    }
}

impl Kind {
    /// The types that it may be of.
    fn rtypes(&self) -> Vec<Option<Rtype>> {
        match self {
            Self::Of(rtype) => vec![Some(*rtype)],
            Self::Addresses => vec![Some(Rtype::A), Some(Rtype::Aaaa)],
            Self::Unknown(_) => vec![None],
        }
    }
}

/// Names, numbers (UltraDNS), and names with numbers behind them.
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

impl Set<'_, '_> {
    fn read(mut self) {
        let item = self.item;
        if paths::any(item.body, &item.row.alias) {
            let why = format!(
                "`{}` points to another resource, whose addresses are not declared here",
                item.resource.address
            );
            return self.hide(Reason::at(item.resource.place, why));
        }
        let proxied = self.proxied();
        if let (Some(reason), Rtype::Cname) = (&proxied, self.rtype) {
            // Nobody sees the CNAME.
            let (owner, place) = (self.owner.clone(), item.resource.place);
            self.builder.hidden(&owner, Rtype::A, reason.clone(), place);
            return self.builder.hidden(&owner, Rtype::Aaaa, reason.clone(), place);
        }
        let (slots, in_parts) = item.slots(self.rtype.as_str());
        if slots.is_empty() {
            let why = format!("`{}` says no value that is known here", item.resource.address);
            return self.hide(Reason::at(item.resource.place, why));
        }
        let is_one = slots.len() == 1;
        for slot in slots {
            let place = if is_one { item.resource.place } else { slot.value.place() };
            let text = if in_parts { joined(slot.value) } else { paths::scalar(slot.value) };
            match text {
                Scalar::Text(text) => self.value(&text, slot, place),
                Scalar::Unknown(reason) => self.hide(reason),
                Scalar::Nothing => {}
            }
        }
        let other = match (proxied, self.rtype) {
            (Some(reason), Rtype::A) => Some((Rtype::Aaaa, reason)),
            (Some(reason), Rtype::Aaaa) => Some((Rtype::A, reason)),
            _ => None,
        };
        if let Some((rtype, reason)) = other {
            self.builder.gap(NameScope::Owner(self.owner.name.clone()), Some(rtype), reason);
        }
    }

    /// Why the provider answers with addresses of its own, if it does, or may.
    fn proxied(&self) -> Option<Reason> {
        let item = self.item;
        let at_apex = item.row.flattens && self.owner.name == self.builder.listing.apex;
        let said = item.row.proxied.as_ref().and_then(|path| paths::first(item.body, std::slice::from_ref(path)));
        let is_proxied = said.is_some_and(|said| match paths::known(said) {
            Some(text) => text == "true",
            None => true,
        });
        let place = said.filter(|_| is_proxied).map_or(item.resource.place, Value::place);
        let why = format!("`{}`: the provider answers with its own addresses", item.resource.address);
        (is_proxied || at_apex && self.rtype == Rtype::Cname).then(|| Reason::at(place, why))
    }

    fn value(&mut self, text: &Traced, slot: Slot<'_>, place: Place) {
        let data = match self.rtype {
            Rtype::Txt => Ok(Data::Txt(self.text(text))),
            Rtype::Mx => self.mx(text, slot),
            Rtype::A | Rtype::Aaaa => self.address(text),
            Rtype::Cname => self.host(text, trimmed(text)).map(Data::Cname),
            Rtype::Ns => self.host(text, trimmed(text)).map(Data::Ns),
            Rtype::Other => Ok(Data::Other),
        };
        match data {
            Ok(data) => {
                let record = Record { owner: self.owner.clone(), ttl: self.ttl, data, place, comment: None };
                self.builder.push(record, self.is_one_of);
            }
            Err(reason) => self.hide(reason),
        }
    }

    fn hide(&mut self, reason: Reason) {
        self.builder.hidden(&self.owner, self.rtype, reason, self.item.resource.place);
    }

    fn text(&self, text: &Traced) -> Traced {
        let decoded = txt::decode(text, self.item.row.txt);
        self.item.way().iter().fold(decoded, |text, step| text.through(step))
    }

    fn address(&self, text: &Traced) -> Result<Data, Reason> {
        if let Some(reason) = text.first_hole() {
            return Err(reason.clone());
        }
        let written = text.text();
        let data = match self.rtype {
            Rtype::A => written.trim().parse().ok().map(Data::A),
            _ => written.trim().parse().ok().map(Data::Aaaa),
        };
        data.ok_or_else(|| Reason::at(text.whole(), "its value is no address"))
    }

    fn mx(&self, text: &Traced, slot: Slot<'_>) -> Result<Data, Reason> {
        let row = self.item.row;
        let said = paths::first(slot.holder, &row.preference).or_else(|| paths::first(self.item.body, &row.preference));
        let span = trimmed(text);
        let (preference, host) = match blank_in(text, span) {
            Some(blank) => {
                let number = Span::new(span.start, blank);
                let is_number = number.slice(text.bytes()).iter().all(u8::is_ascii_digit) || !text.is_certain(number);
                if !is_number {
                    return Err(Reason::at(text.place(span), "its value is no preference and host"));
                }
                let preference = std::str::from_utf8(number.slice(text.bytes())).ok().and_then(|n| n.parse().ok());
                (preference, trimmed_in(text, Span::new(blank, span.end)))
            }
            None => (said.and_then(paths::number).and_then(|number| u16::try_from(number).ok()), span),
        };
        // A preference that is not known decides nothing by itself.
        self.host(text, host).map(|exchange| Data::Mx { preference: preference.unwrap_or(0), exchange })
    }

    fn host(&self, text: &Traced, span: Span) -> Result<Target, Reason> {
        let hole = text.holes().find(|(hole, _)| hole.start < span.end && span.start < hole.end);
        if let Some((_, hole)) = hole {
            return Err(hole.reason.clone());
        }
        let apex: &Name = &self.builder.listing.apex;
        names::host(text, span, self.item.row.hosts, apex, self.item.way())
    }
}

/// The parts of a value, with blanks between them.
fn joined(value: &Value) -> Scalar<'_> {
    let mut out = crate::text::TracedBuilder::new(value.place());
    for part in value.as_list().unwrap_or_default() {
        match paths::scalar(part) {
            Scalar::Text(text) => {
                if !out.bytes().is_empty() {
                    out.push(b" ", part.place(), false, None);
                }
                out.append(&text);
            }
            Scalar::Unknown(reason) => return Scalar::Unknown(reason),
            Scalar::Nothing => {}
        }
    }
    match value {
        Value::Unknown(unknown) => Scalar::Unknown(unknown.reason.clone()),
        _ => Scalar::Text(Cow::Owned(out.finish())),
    }
}

fn trimmed(text: &Traced) -> Span {
    trimmed_in(text, Span::of(0..text.bytes().len()))
}

fn trimmed_in(text: &Traced, span: Span) -> Span {
    let bytes = span.slice(text.bytes());
    let front = Span::of(0..bytes.len() - bytes.trim_ascii_start().len()).len();
    let len = Span::of(0..bytes.trim_ascii().len()).len();
    Span::new(span.start + front, span.start + front + len)
}

/// The first blank that is known to be one.
fn blank_in(text: &Traced, span: Span) -> Option<u32> {
    let bytes = text.bytes();
    (span.start..span.end)
        .find(|at| matches!(bytes.get(*at as usize), Some(b' ' | b'\t')) && text.is_certain(Span::new(*at, at + 1)))
}
