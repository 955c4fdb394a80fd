//! Records of one zone from several files, or from several sources.

use rustc_hash::FxHashMap;

use crate::dns::{ListedGap, Listing, Name, NameScope, Record, Rtype};
use crate::text::Reason;

/// What octoDNS makes of the records of one zone from several files or sources, in order, each with whether its sets of records
/// take the place of earlier ones with their name and type. Without, octoDNS refuses the zone: then neither set is known. `None`
/// where there are no listings.
pub fn join(listings: impl IntoIterator<Item = (Listing, bool)>) -> Option<Listing> {
    let mut sets = Sets::default();
    let mut whole: Option<Listing> = None;
    for (mut listing, replaces) in listings {
        let (records, gaps) = (std::mem::take(&mut listing.records), std::mem::take(&mut listing.gaps));
        sets.take(records, gaps, replaces);
        match &mut whole {
            Some(whole) => whole.partial = whole.partial.take().or(listing.partial),
            None => whole = Some(listing),
        }
    }
    Some(sets.listing(whole?))
}

/// Sets of records by name and type.
#[derive(Default)]
pub(super) struct Sets {
    /// In order; `None` for one that was replaced.
    all: Vec<Option<Set>>,
    index: FxHashMap<(Name, Rtype), usize>,
    /// What belongs to no set.
    loose: Set,
}

/// The records of one name and type, and what is not known of them.
#[derive(Default)]
pub(super) struct Set {
    pub(super) records: Vec<Record>,
    pub(super) gaps: Vec<ListedGap>,
}

impl Sets {
    /// Adds a set, or puts it in the place of another.
    pub(super) fn put(&mut self, owner: &Name, rtype: Rtype, set: Set, replaces: bool) {
        // Of other types it only matters that they are there.
        if rtype == Rtype::Other {
            self.loose.records.extend(set.records);
            self.loose.gaps.extend(set.gaps);
            return;
        }
        let key = (owner.clone(), rtype);
        match self.index.get(&key) {
            Some(&known) if !replaces => {
                let what = if owner.is_root() { ".".to_owned() } else { owner.to_string() };
                let why = format!("{what} has its {} records twice, which octoDNS refuses", rtype.as_str());
                let reason = match set.records.first() {
                    Some(record) => Reason::at(record.place, why),
                    None => Reason::nowhere(why),
                };
                if let Some(Some(first)) = self.all.get_mut(known) {
                    let gap = ListedGap { scope: NameScope::Owner(owner.clone()), rtype: Some(rtype), reason };
                    *first = Set { records: Vec::new(), gaps: vec![gap] };
                }
            }
            known => {
                if let Some(replaced) = known.and_then(|&known| self.all.get_mut(known)) {
                    *replaced = None;
                }
                self.index.insert(key, self.all.len());
                self.all.push(Some(set));
            }
        }
    }

    /// Adds what is not known of a name, or of all.
    pub(super) fn gap(&mut self, gap: ListedGap) {
        self.loose.gaps.push(gap);
    }

    /// Adds all of a listing.
    fn take(&mut self, records: Vec<Record>, gaps: Vec<ListedGap>, replaces: bool) {
        let mut groups: Vec<((Name, Rtype), Set)> = Vec::new();
        let mut index: FxHashMap<(Name, Rtype), usize> = FxHashMap::default();
        let mut group = |owner: &Name, rtype: Rtype, add: &mut dyn FnMut(&mut Set)| {
            let key = (owner.clone(), rtype);
            let at = *index.entry(key.clone()).or_insert_with(|| {
                groups.push((key, Set::default()));
                groups.len() - 1
            });
            add(&mut groups[at].1);
        };
        for record in records {
            let (owner, rtype) = (record.owner.name.clone(), record.data.rtype());
            let mut record = Some(record);
            group(&owner, rtype, &mut |set| set.records.extend(record.take()));
        }
        for gap in gaps {
            match (&gap.scope, gap.rtype) {
                (NameScope::Owner(owner), Some(rtype)) => {
                    group(owner, rtype, &mut |set| set.gaps.push(gap.clone()));
                }
                _ => self.loose.gaps.push(gap),
            }
        }
        for ((owner, rtype), set) in groups {
            self.put(&owner, rtype, set, replaces);
        }
    }

    /// `listing` with all that is here.
    pub(super) fn listing(self, mut listing: Listing) -> Listing {
        for set in self.all.into_iter().flatten().chain([self.loose]) {
            listing.records.extend(set.records);
            listing.gaps.extend(set.gaps);
        }
        listing
    }
}
