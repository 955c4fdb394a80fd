//! Ids that are written once for several domains.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{SharedId, Site};
use crate::text::Place;

/// Finds the ids that stand for policies which differ.
pub(super) fn find(sites: &mut [Site]) {
    let mut by_place: BTreeMap<Place, Vec<usize>> = BTreeMap::new();
    for (index, site) in sites.iter().enumerate() {
        if let Some(place) = written_at(site) {
            by_place.entry(place).or_default().push(index);
        }
    }
    for (place, group) in by_place.into_iter().filter(|(_, group)| group.len() > 1) {
        let texts = || group.iter().filter_map(|index| sites[*index].policy.text());
        let is_known = texts().count() == group.len() && texts().all(|policy| policy.text.is_wholly_certain());
        let first = texts().next().map(|policy| policy.text.bytes().to_vec());
        if !is_known || texts().all(|policy| first.as_deref() == Some(policy.text.bytes())) {
            continue;
        }
        let mut domains: Vec<_> = group.iter().map(|index| sites[*index].domain.clone()).collect();
        domains.dedup();
        let domains: Arc<[_]> = domains.into();
        if domains.len() > 1 {
            for index in group {
                sites[index].shared_id = Some(SharedId { place, domains: Arc::clone(&domains) });
            }
        }
    }
}

/// Where the id of a site is written, if somebody wrote it: all of it in one place, and nothing made it.
fn written_at(site: &Site) -> Option<Place> {
    let record = site.sts_texts().next()?;
    let id = record.id?;
    let mut stretches = record.text.stretches_in(id);
    let only = stretches.next().filter(|_| stretches.next().is_none())?;
    let is_made = only.note.is_some_and(|note| note.made.is_some() || note.hole.is_some());
    (only.verbatim && !is_made).then(|| only.place_of(id))
}
