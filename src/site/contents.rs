//! One zone, and the records of every name that somebody asked for.

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Unknown, Why};
use crate::dns::{Data, Name, Record, Rtype};
use crate::zone::Zone;

/// A zone keeps what matters to mail; other names (an MX host's, a CNAME's target) are read when they are asked for, in
/// one scan for all that were asked.
#[derive(Debug)]
pub(super) struct Contents<'a> {
    pub(super) zone: &'a Zone,
    pub(super) apex: &'a Name,
    records: FxHashMap<Name, Vec<Record>>,
    asked: FxHashSet<Name>,
    wanted: Vec<Name>,
}

impl<'a> Contents<'a> {
    pub(super) fn new(zone: &'a Zone, apex: &'a Name) -> Self {
        let mut records: FxHashMap<Name, Vec<Record>> = FxHashMap::default();
        for record in &zone.records {
            records.entry(record.owner.name.clone()).or_default().push(record.clone());
        }
        Self { zone, apex, records, asked: FxHashSet::default(), wanted: Vec::new() }
    }

    /// Asks for all records at `name`, which lies in this zone, and for what decides how it is found: the names between
    /// it and the apex, any of which may be a zone cut or hide a wildcard.
    pub(super) fn ask(&mut self, name: &Name) {
        let mut next = Some(name.clone());
        while let Some(name) = next.take() {
            if self.asked.contains(&name) {
                break;
            }
            next = if name == *self.apex { None } else { name.parent() };
            self.wanted.push(name.clone());
            self.asked.insert(name);
        }
    }

    pub(super) fn was_asked(&self, name: &Name) -> bool {
        self.asked.contains(name)
    }

    /// Reads what was asked for since the last call.
    pub(super) fn read_asked(&mut self) {
        let wanted = std::mem::take(&mut self.wanted);
        if wanted.is_empty() {
            return;
        }
        for name in &wanted {
            self.records.remove(name);
        }
        for record in self.zone.lookup(&wanted) {
            self.records.entry(record.owner.name.clone()).or_default().push(record);
        }
    }

    pub(super) fn at(&self, name: &str) -> &[Record] {
        self.records.get(name).map_or(&[], Vec::as_slice)
    }

    /// What is published at `name`, and whether a wildcard made it.
    pub(super) fn find(&self, name: &Name) -> (&[Record], bool) {
        match self.at(name.as_str()) {
            [] => (self.wildcard(name), true),
            records => (records, false),
        }
    }

    /// The NS record that hands `name` to another zone: the one nearest to the apex.
    pub(super) fn cut(&self, name: &Name) -> Option<&Record> {
        let inside = name.self_and_ancestors().take_while(|&text| text != self.apex.as_str());
        inside.filter_map(|text| self.at(text).iter().find(|record| matches!(record.data, Data::Ns(_)))).last()
    }

    /// Why there may be more at `name` than is known.
    pub(super) fn gap(&self, name: &Name, rtype: Rtype) -> Option<Unknown> {
        let gap = self.zone.gaps.iter().find(|gap| gap.could_hold(name, rtype))?;
        Some(Unknown { why: Why::Gap(gap.why.to_string()), place: Some(gap.place) })
    }

    /// The wildcard that answers for `name`, which does not exist: the one at its closest encloser (RFC 4592 §3.3.1).
    fn wildcard(&self, name: &Name) -> &[Record] {
        let mut above = name.self_and_ancestors().skip(1);
        match above.find(|&text| text == self.apex.as_str() || !self.at(text).is_empty()) {
            Some(encloser) => self.at(&format!("*.{encloser}")),
            None => self.at("*"),
        }
    }
}
