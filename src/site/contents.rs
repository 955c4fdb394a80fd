//! One zone, and the records of every name that somebody asked for.

use rustc_hash::FxHashSet;

use super::{HomeZone, Unknown, Why};
use crate::dns::{Data, Name, Record, Rtype};
use crate::zone::Zone;

/// A zone keeps what matters to mail; other names (an MX host's, a CNAME's target) are read when they are asked for, in
/// one scan for all that were asked.
#[derive(Debug)]
pub(super) struct Contents {
    pub(super) zone: Zone,
    pub(super) apex: Name,
    /// By owner, and those of one owner in the order of the source.
    records: Vec<Record>,
    asked: FxHashSet<Name>,
    wanted: Vec<Name>,
}

impl Contents {
    /// Takes the records of `zone`, whose name is `apex`.
    pub(super) fn new(mut zone: Zone, apex: Name) -> Self {
        let mut records = std::mem::take(&mut zone.records);
        records.sort_by(|a, b| a.owner.name.cmp(&b.owner.name));
        Self { zone, apex, records, asked: FxHashSet::default(), wanted: Vec::new() }
    }

    /// Asks for all records at `name`, which lies in this zone, and for what decides how it is found: the names between
    /// it and the apex, any of which may be a zone cut or hide a wildcard.
    pub(super) fn ask(&mut self, name: &Name) {
        let mut next = Some(name.clone());
        while let Some(name) = next.take().filter(|name| !self.asked.contains(name)) {
            next = name.parent().filter(|parent| *parent != self.apex && name != self.apex);
            self.wanted.push(name);
        }
    }

    pub(super) fn was_asked(&self, name: &Name) -> bool {
        self.asked.contains(name)
    }

    /// Reads what was asked for since the last call.
    pub(super) fn read_asked(&mut self) {
        let mut wanted = std::mem::take(&mut self.wanted);
        if wanted.is_empty() {
            return;
        }
        wanted.sort_unstable();
        wanted.dedup();
        // What was kept is known better than what is read anew: it has the TTL that held where it stands.
        let found = self.zone.lookup(&wanted);
        let known =
            |record: &Record| self.at(record.owner.name.as_str()).iter().any(|known| known.place == record.place);
        let new: Vec<Record> = found.into_iter().filter(|record| !known(record)).collect();
        self.records.extend(new);
        self.records.sort_by(|a, b| (&a.owner.name, a.place).cmp(&(&b.owner.name, b.place)));
        self.asked.extend(wanted);
    }

    /// The zone, as a Site names it.
    pub(super) fn home(&self) -> HomeZone {
        HomeZone { name: self.apex.clone(), told_by: self.zone.apex_from, place: self.zone.start() }
    }

    pub(super) fn at(&self, name: &str) -> &[Record] {
        let start = self.records.partition_point(|record| record.owner.name.as_str() < name);
        let len = self.records[start..].partition_point(|record| record.owner.name.as_str() == name);
        &self.records[start..start + len]
    }

    /// What is published at `name`, and whether a wildcard made it.
    pub(super) fn find(&self, name: &Name) -> (&[Record], bool) {
        match self.at(name.as_str()) {
            // The apex exists, by its SOA.
            [] if *name != self.apex => (self.wildcard(name), true),
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
        if self.zone.soa.is_none() {
            return Some(Unknown { why: Why::PartOfZone, place: Some(self.zone.start()) });
        }
        let gap = self.zone.gaps.iter().find(|gap| gap.could_hold(name, rtype))?;
        Some(Unknown { why: Why::Gap(gap.why), place: Some(gap.place) })
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
