//! From the arguments of a record set to records.

use std::borrow::Cow;

use super::items::Item;
use super::listings::Builder;
use super::names;
use super::paths::{self, Scalar, Slot};
use super::txt;
use crate::dns::{Data, Name, Record, Rtype, Target};
use crate::hcl::value::Value;
use crate::text::{Place, Reason, Span, Traced};

/// A record set of which the owner and the type are known.
pub(super) struct Set<'a, 'r> {
    item: Item<'r>,
    owner: Target,
    ttl: Option<(u32, Place)>,
    rtype: Rtype,
    builder: &'a mut Builder,
    is_one_of: bool,
}

impl<'a, 'r> Set<'a, 'r> {
    pub(super) fn new(item: Item<'r>, owner: Target, rtype: Rtype, builder: &'a mut Builder) -> Self {
        let is_one_of = paths::any(item.body, &item.row.one_of);
        Self { ttl: item.ttl(), item, owner, rtype, builder, is_one_of }
    }

    pub(super) fn read(mut self) {
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
            self.builder.gap_at(&self.owner.name, Some(rtype), reason);
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
