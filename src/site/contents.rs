//! One zone, and the records of every name that somebody asked for.

use rustc_hash::FxHashSet;

use super::{HomeZone, Unknown, Why, ZoneSource};
use crate::dns::{Data, Name, Record, Rtype};
use crate::zone::Zone;

/// A zone keeps what matters to mail; other names (an MX host's, a CNAME's target) are read when they are asked for, in
/// one scan for all that were asked.
#[derive(Debug)]
pub(super) struct Contents {
    source: ZoneSource,
    pub(super) apex: Name,
    /// By owner, and those of one owner in the order of the source.
    records: Vec<Record>,
    asked: FxHashSet<Name>,
    wanted: Vec<Name>,
}

impl Contents {
    /// Takes the records of a zone, whose name is `apex`.
    pub(super) fn new(mut source: ZoneSource, apex: Name) -> Self {
        let mut records = match &mut source {
            ZoneSource::File(zone) => std::mem::take(&mut zone.records),
            ZoneSource::Listed(listing) => std::mem::take(&mut listing.records),
        };
        records.sort_by(|a, b| a.owner.name.cmp(&b.owner.name));
        Self { source, apex, records, asked: FxHashSet::default(), wanted: Vec::new() }
    }

    /// The master file, for the rules that judge it as one.
    pub(super) fn into_file(self) -> Option<Zone> {
        match self.source {
            ZoneSource::File(zone) => Some(zone),
            ZoneSource::Listed(_) => None,
        }
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
        let ZoneSource::File(zone) = &self.source else {
            // All is there.
            return self.asked.extend(wanted);
        };
        wanted.sort_unstable();
        wanted.dedup();
        // What was kept is known better than what is read anew: it has the TTL that held where it stands.
        let found = zone.lookup(&wanted);
        let known =
            |record: &Record| self.at(record.owner.name.as_str()).iter().any(|known| known.place == record.place);
        let new: Vec<Record> = found.into_iter().filter(|record| !known(record)).collect();
        self.records.extend(new);
        self.records.sort_by(|a, b| (&a.owner.name, a.place).cmp(&(&b.owner.name, b.place)));
        self.asked.extend(wanted);
    }

    /// The zone, as a Site names it.
    pub(super) fn home(&self) -> HomeZone {
        let (told_by, place) = match &self.source {
            ZoneSource::File(zone) => (zone.apex_from.map(|source| source.to_string()), zone.start()),
            ZoneSource::Listed(listing) => (Some(listing.told_by.to_string()), listing.place),
        };
        HomeZone { name: self.apex.clone(), told_by: told_by.unwrap_or_default(), place }
    }

    pub(super) fn at(&self, name: &str) -> &[Record] {
        let start = self.records.partition_point(|record| record.owner.name.as_str() < name);
        let len = self.records[start..].partition_point(|record| record.owner.name.as_str() == name);
        &self.records[start..start + len]
    }

    /// The NS record that hands `name` to another zone: the one nearest to the apex.
    pub(super) fn cut(&self, name: &Name) -> Option<&Record> {
        let inside = name.self_and_ancestors().take_while(|&text| text != self.apex.as_str());
        inside.filter_map(|text| self.at(text).iter().find(|record| matches!(record.data, Data::Ns(_)))).last()
    }

    /// Why there may be other names in the zone than those that are here: it is no whole zone.
    pub(super) fn partial(&self) -> Option<Unknown> {
        match &self.source {
            ZoneSource::File(zone) => {
                zone.soa.is_none().then(|| Unknown { why: Why::PartOfZone, place: Some(zone.start()) })
            }
            ZoneSource::Listed(listing) => listing.partial.as_ref().map(Unknown::of),
        }
    }

    /// Whether records at a name that is here may be missing, because a part of a master file ends anywhere. What is declared
    /// elsewhere (Terraform, octoDNS) is declared by the set.
    pub(super) fn may_part_sets(&self) -> bool {
        matches!(&self.source, ZoneSource::File(zone) if zone.soa.is_none())
    }

    /// Something at `name` that was not read.
    pub(super) fn gap(&self, name: &Name, rtype: Rtype) -> Option<Unknown> {
        match &self.source {
            ZoneSource::File(zone) => {
                let gap = zone.gaps.iter().find(|gap| gap.could_hold(name, rtype))?;
                Some(Unknown { why: Why::Gap(gap.why), place: Some(gap.place) })
            }
            ZoneSource::Listed(listing) => {
                let gap = listing.gaps.iter().find(|gap| gap.could_hold(name, rtype))?;
                Some(Unknown::of(&gap.reason))
            }
        }
    }
}
