//! A listing in the making.

use std::collections::BTreeMap;

use super::policies::Beside;
use super::zones::Zone;
use crate::dns::{Data, ListedGap, Listing, Name, NameScope, Record, Rtype, Target};
use crate::text::{Place, Reason};

/// The records of one zone, as they are found.
#[derive(Debug)]
pub(super) struct Builder {
    pub(super) listing: Listing,
    /// Records that may be alternatives, by their place in the listing.
    one_of: Vec<usize>,
    /// Why all texts may be, where they may.
    pub(super) doubt: Option<&'static str>,
    /// Domains whose records or policy hosts are among them.
    pub(super) beside: Vec<Beside>,
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
        Self { listing, one_of: Vec::new(), doubt: None, beside: Vec::new() }
    }

    pub(super) fn gap(&mut self, scope: NameScope, rtype: Option<Rtype>, reason: Reason) {
        self.listing.gaps.push(ListedGap { scope, rtype, reason });
    }

    /// Records at `owner` that are not known.
    pub(super) fn gap_at(&mut self, owner: &Name, rtype: Option<Rtype>, reason: Reason) {
        self.gap(scope_of(owner), rtype, reason);
    }

    /// Something is at `owner`, and what it is is not known.
    pub(super) fn hidden(&mut self, owner: &Target, rtype: Rtype, reason: Reason, place: Place) {
        self.gap_at(&owner.name, Some(rtype), reason);
        self.push(Record { owner: owner.clone(), ttl: None, data: Data::Other, place, comment: None }, false);
    }

    pub(super) fn push(&mut self, record: Record, is_one_of: bool) {
        if is_one_of || self.doubt.is_some() && matches!(record.data, Data::Txt(_)) {
            self.one_of.push(self.listing.records.len());
        }
        self.listing.records.push(record);
    }

    /// The listing; what would be several records of one set where each asker gets one of them is left out.
    pub(super) fn finish(mut self) -> Listing {
        let mut sets: BTreeMap<(Name, Option<Rtype>), Vec<usize>> = BTreeMap::new();
        for at in std::mem::take(&mut self.one_of) {
            let record = &self.listing.records[at];
            sets.entry((record.owner.name.clone(), Some(record.data.rtype()))).or_default().push(at);
        }
        if self.doubt.is_some() {
            self.find_cnames_in_company(&mut sets);
        }
        for ((name, rtype), members) in sets.into_iter().filter(|(_, members)| members.len() > 1) {
            let place = self.listing.records[members[0]].place;
            let reason = Reason::at(place, self.doubt.unwrap_or("each asker gets one of several answers"));
            self.gap_at(&name, rtype, reason);
            for at in members {
                self.listing.records[at].data = Data::Other;
            }
        }
        self.listing
    }

    /// A CNAME stands alone; beside others it shows that what is not known of their names differs.
    fn find_cnames_in_company(&self, sets: &mut BTreeMap<(Name, Option<Rtype>), Vec<usize>>) {
        let mut by_owner: BTreeMap<&Name, Vec<usize>> = BTreeMap::new();
        for (at, record) in self.listing.records.iter().enumerate() {
            by_owner.entry(&record.owner.name).or_default().push(at);
        }
        let is_cname = |at: &usize| matches!(self.listing.records[*at].data, Data::Cname(_));
        for (name, members) in by_owner.into_iter().filter(|(_, members)| members.iter().any(is_cname)) {
            sets.insert((name.clone(), None), members);
        }
    }
}

/// The names at which what is at `owner` may be: a wildcard answers for all below it (RFC 4592).
pub(super) fn scope_of(owner: &Name) -> NameScope {
    match owner.as_str().strip_prefix('*') {
        Some(below) if below.starts_with('.') => NameScope::Pattern { front: String::new(), back: below.to_owned() },
        _ => NameScope::Owner(owner.clone()),
    }
}
