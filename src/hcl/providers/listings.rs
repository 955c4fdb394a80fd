//! A listing in the making.

use rustc_hash::FxHashMap;

use super::zones::Zone;
use crate::dns::{Data, ListedGap, Listing, Name, NameScope, Record, Rtype, Target};
use crate::text::{Place, Reason};

/// The records of one zone, as they are found.
#[derive(Debug)]
pub(super) struct Builder {
    pub(super) listing: Listing,
    /// Records of which each asker gets one, by their place in the listing.
    one_of: Vec<usize>,
}

impl Builder {
    pub(super) fn new(apex: Name, zone: &Zone) -> Self {
        let listing = Listing {
            apex,
            told_by: zone.told_by.as_str().into(),
            place: zone.place,
            partial: zone.partial.clone(),
            records: Vec::new(),
            gaps: Vec::new(),
        };
        Self { listing, one_of: Vec::new() }
    }

    pub(super) fn gap(&mut self, scope: NameScope, rtype: Option<Rtype>, reason: Reason) {
        self.listing.gaps.push(ListedGap { scope, rtype, reason });
    }

    /// Something is at `owner`, and what it is is not known.
    pub(super) fn hidden(&mut self, owner: &Target, rtype: Rtype, reason: Reason, place: Place) {
        self.gap(NameScope::Owner(owner.name.clone()), Some(rtype), reason);
        self.push(Record { owner: owner.clone(), ttl: None, data: Data::Other, place, comment: None }, false);
    }

    pub(super) fn push(&mut self, record: Record, is_one_of: bool) {
        if is_one_of {
            self.one_of.push(self.listing.records.len());
        }
        self.listing.records.push(record);
    }

    /// The listing; what would be several records of one set where each asker gets one of them is left out.
    pub(super) fn finish(mut self) -> Listing {
        let mut sets: FxHashMap<(Name, Rtype), Vec<usize>> = FxHashMap::default();
        for at in std::mem::take(&mut self.one_of) {
            let record = &self.listing.records[at];
            sets.entry((record.owner.name.clone(), record.data.rtype())).or_default().push(at);
        }
        let mut sets: Vec<_> = sets.into_iter().filter(|(_, members)| members.len() > 1).collect();
        sets.sort_unstable_by_key(|(_, members)| members.first().copied());
        for ((name, rtype), members) in sets {
            let place = self.listing.records[members[0]].place;
            let reason = Reason::at(place, "each asker gets one of several answers");
            self.gap(NameScope::Owner(name), Some(rtype), reason);
            for at in members {
                self.listing.records[at].data = Data::Other;
            }
        }
        self.listing
    }
}
