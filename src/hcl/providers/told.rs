//! The name of a zone of which only an id is known, as the full names of its records tell it.

use std::collections::{BTreeMap, BTreeSet};

use super::items::Item;
use super::names;
use super::table::NameForm;
use crate::dns::Name;

/// Records of which the full names are known, by the domain that one would register to have them.
pub(super) type ByDomain<T> = BTreeMap<Name, Vec<(T, Name)>>;

/// Parts `all` into those that say their full names and the others. `hosts` are full names that are known otherwise.
pub(super) fn domains<'r, T>(
    all: impl Iterator<Item = T>,
    item: impl Fn(&T) -> &Item<'r>,
    hosts: &[Name],
) -> (ByDomain<T>, Vec<T>) {
    let hinted: BTreeSet<Name> =
        hosts.iter().filter_map(|host| names::registrable(host.as_str(), NameForm::Full)).collect();
    let (mut domains, mut others): (ByDomain<T>, Vec<T>) = (BTreeMap::new(), Vec::new());
    for it in all {
        match full_name(item(&it)) {
            Some((domain, name)) => domains.entry(domain).or_default().push((it, name)),
            None => others.push(it),
        }
    }
    let is_told = |domain: &Name, named: &[(T, Name)]| {
        if !hinted.is_empty() {
            return hinted.contains(domain);
        }
        // `www.blog` may be a name in a zone, unless it is one of several below `blog`, or of mail.
        let is_one_of_many = |name: &Name| named.first().is_some_and(|(_, first)| first != name);
        names::is_plainly_full(domain)
            || named.iter().any(|(_, name)| is_one_of_many(name) || names::without_service_labels(name) != *name)
    };
    for domain in &hinted {
        domains.entry(domain.clone()).or_default();
    }
    let (told, doubtful): (ByDomain<T>, ByDomain<T>) =
        domains.into_iter().partition(|(domain, named)| is_told(domain, named));
    others.extend(doubtful.into_values().flatten().map(|(it, _)| it));
    (told, others)
}

/// Whether the zone can only be `domain` itself: it holds names that no zone below it holds together.
pub(super) fn tells_apex<T>(domain: &Name, named: &[(T, Name)], hosts: &[Name]) -> bool {
    let all = named.iter().map(|(_, name)| name).chain(hosts);
    let mut holders = all.map(names::without_service_labels).filter(|name| name.is_at_or_below(domain));
    let Some(mut common) = holders.next() else { return false };
    for holder in holders {
        while !holder.is_at_or_below(&common) {
            match common.parent() {
                Some(parent) => common = parent,
                None => return false,
            }
        }
    }
    common == *domain
}

fn full_name(item: &Item<'_>) -> Option<(Name, Name)> {
    let text = item.name()?.ok().filter(|text| text.holes().next().is_none())?;
    let written = text.text();
    let domain = names::registrable(&written, item.row.names)?;
    let name = Name::parse(written.trim().as_bytes(), None).ok()?;
    Some((domain, name))
}
