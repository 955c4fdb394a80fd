//! The records of all resources, zone by zone.

use std::collections::BTreeMap;

use super::listings::Builder;
use super::names;
use super::paths;
use super::records::Item;
use super::table::{BY_KIND, WriterRow};
use super::zones::{Whereabouts, Zone, Zones};
use super::{Published, Unplaced};
use crate::dns::{Name, NameScope, Rtype};
use crate::hcl::resource::Resource;
use crate::hcl::value::Value;
use crate::text::Reason;

/// Records of one resource; one with more is read in part.
const MAX_ITEMS: usize = 4096;

/// What belongs to one zone.
#[derive(Debug, Default)]
struct Members<'r> {
    items: Vec<Item<'r>>,
    writers: Vec<(&'static WriterRow, &'r Resource)>,
}

/// Adds the zones and their records.
pub(super) fn read(resources: &[Resource], published: &mut Published) {
    let mut zones = Zones::new(resources);
    zones.enter_all(resources);
    let mut members: Vec<Members<'_>> = Vec::new();
    let mut lost: Vec<(Item<'_>, Reason)> = Vec::new();
    for resource in resources.iter().filter(|resource| !resource.is_data) {
        for item in items(resource) {
            let zone = paths::first(&resource.body, &item.row.zone);
            match zones.find(&item.row.provider, item.row.zone_is, zone, resource) {
                Whereabouts::In(zone) => member(&mut members, zone).items.push(item),
                Whereabouts::Nowhere(reason) => lost.push((item, reason)),
                Whereabouts::Private => {}
            }
        }
        if let Some(row) = BY_KIND.writers.get(&*resource.kind)
            && let Some(zone) = paths::first(&resource.body, &row.zone)
            && let Whereabouts::In(zone) = zones.find(&row.provider, row.zone_is, Some(zone), resource)
        {
            member(&mut members, zone).writers.push((row, resource));
        }
    }
    members.resize_with(zones.all.len(), Members::default);
    for (zone, members) in zones.all.iter().zip(&members) {
        match &zone.name {
            Ok(apex) => published.zones.push(of_named(zone, apex, members, &mut published.unplaced)),
            Err(symbol) => of_nameless(zone, symbol, members, published),
        }
    }
    place_by_full_names(&lost, published);
    let unseen = resources.iter().filter(|resource| !resource.is_data).filter_map(|resource| {
        let row = *BY_KIND.writers.get(&*resource.kind)?;
        row.zone.is_empty().then_some((row, resource))
    });
    for (row, resource) in unseen {
        published.zones.iter_mut().for_each(|listing| {
            let mut more = gaps_of(row, resource, &listing.apex);
            more.retain(|(scope, _, _)| matches!(scope, NameScope::Owner(name) if name.is_at_or_below(&listing.apex)));
            listing.gaps.extend(more.into_iter().map(|(scope, rtype, reason)| crate::dns::ListedGap {
                scope,
                rtype,
                reason,
            }));
        });
    }
}

fn member<'m, 'r>(members: &'m mut Vec<Members<'r>>, zone: usize) -> &'m mut Members<'r> {
    if members.len() <= zone {
        members.resize_with(zone + 1, Members::default);
    }
    &mut members[zone]
}

/// The record sets that a resource declares.
fn items(resource: &Resource) -> Vec<Item<'_>> {
    let Some(row) = BY_KIND.records.get(&*resource.kind) else { return Vec::new() };
    match &row.each {
        None => vec![Item { row, resource, body: &resource.body }],
        Some(each) => paths::values(&resource.body, each)
            .into_iter()
            .take(MAX_ITEMS)
            .map(|slot| Item { row, resource, body: slot.value })
            .collect(),
    }
}

fn of_named(zone: &Zone, apex: &Name, members: &Members<'_>, unplaced: &mut Vec<Unplaced>) -> crate::dns::Listing {
    let mut builder = Builder::new(apex.clone(), zone);
    for item in &members.items {
        add(item, &mut builder, unplaced);
    }
    for (row, resource) in &members.writers {
        for (scope, rtype, reason) in gaps_of(row, resource, apex) {
            builder.gap(scope, rtype, reason);
        }
    }
    builder.finish()
}

fn add(item: &Item<'_>, builder: &mut Builder, unplaced: &mut Vec<Unplaced>) {
    if let Some(doubt) = item.read(builder) {
        unplaced.push(lost_at(item.resource, doubt.reason));
    }
}

fn lost_at(resource: &Resource, reason: Reason) -> Unplaced {
    Unplaced { address: resource.address.clone(), place: resource.place, reason }
}

/// The records of a zone of which only an id is known. Full names among those of its records tell its name, or at least a
/// domain that it is in or holds.
fn of_nameless(zone: &Zone, symbol: &Name, members: &Members<'_>, published: &mut Published) {
    let mut domains: BTreeMap<Name, Vec<(&Item<'_>, Name)>> = BTreeMap::new();
    let mut others = Vec::new();
    for item in &members.items {
        match full_name(item) {
            Some((domain, name)) => domains.entry(domain).or_default().push((item, name)),
            None => others.push(item),
        }
    }
    let told = domains.iter().find(|(domain, named)| tells_apex(domain, named));
    let apex = if domains.len() == 1 { told.map(|(domain, _)| domain.clone()) } else { None };
    if let Some(apex) = apex {
        // One name of the zone stands for all of its records, in their order.
        let whole = Zone {
            name: Ok(apex.clone()),
            told_by: zone.told_by.clone(),
            place: zone.place,
            partial: zone.partial.clone(),
        };
        published.zones.push(of_named(&whole, &apex, members, &mut published.unplaced));
        return;
    }
    for (domain, named) in domains {
        let mut builder = Builder::new(domain, zone);
        // It may be a zone below the domain, and holds what it holds.
        builder.listing.partial.get_or_insert_with(|| Reason::at(zone.place, "the name of the zone is not known"));
        for (item, _) in named {
            add(item, &mut builder, &mut published.unplaced);
        }
        published.zones.push(builder.finish());
    }
    let mut builder = Builder::new(symbol.clone(), zone);
    for item in others {
        add(item, &mut builder, &mut published.unplaced);
    }
    for (row, resource) in &members.writers {
        for (scope, rtype, reason) in gaps_of(row, resource, symbol) {
            builder.gap(scope, rtype, reason);
        }
    }
    published.zones.push(builder.finish());
}

fn full_name(item: &Item<'_>) -> Option<(Name, Name)> {
    let text = item.name()?.ok().filter(|text| text.holes().next().is_none())?;
    let written = text.text();
    let domain = names::registrable(&written, item.row.names)?;
    Some((domain, Name::parse(written.trim().as_bytes(), None).ok()?))
}

/// Whether the zone can only be `domain` itself: it holds names that no zone below it holds together.
fn tells_apex(domain: &Name, named: &[(&Item<'_>, Name)]) -> bool {
    let mut holders = named.iter().map(|(_, name)| names::without_service_labels(name));
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

/// Records in zones of which nothing is known: those that say their full names are there all the same.
fn place_by_full_names(lost: &[(Item<'_>, Reason)], published: &mut Published) {
    let mut domains: BTreeMap<(&str, Name), Builder> = BTreeMap::new();
    for (item, reason) in lost {
        match full_name(item) {
            Some((domain, _)) => {
                let new = || Builder::new(domain.clone(), &Zone::of_full_name(item.resource, reason));
                let builder = domains.entry((&item.row.provider, domain.clone())).or_insert_with(new);
                add(item, builder, &mut published.unplaced);
            }
            None => {
                let front = item.name().and_then(Result::ok).map(|text| match text.holes().next() {
                    Some((hole, _)) => String::from_utf8_lossy(&text.bytes()[..hole.range().start]).into_owned(),
                    None => text.text().into_owned(),
                });
                if item.matters(&item.kind(), &front.unwrap_or_default()) {
                    published.unplaced.push(lost_at(item.resource, reason.clone()));
                }
            }
        }
    }
    published.zones.extend(domains.into_values().map(Builder::finish));
}

/// Where a resource that makes records on its own makes them.
fn gaps_of(row: &WriterRow, resource: &Resource, apex: &Name) -> Vec<(NameScope, Option<Rtype>, Reason)> {
    let reason = Reason::at(resource.place, format!("`{}` {}", resource.address, row.what));
    let mut scopes: Vec<NameScope> = Vec::new();
    if row.names.is_empty() {
        scopes.push(NameScope::Owner(apex.clone()));
    }
    for path in &row.names {
        if path == "*" {
            scopes.push(NameScope::Any);
        }
        for slot in paths::values(&resource.body, path) {
            scopes.push(written_by(slot.value, row, resource, apex));
        }
    }
    let types: Vec<Option<Rtype>> = row.types.iter().map(|word| rtype(word)).collect();
    let types = if types.is_empty() { vec![None] } else { types };
    let of_types = |scope: NameScope| types.iter().map(move |rtype| (scope.clone(), *rtype)).collect::<Vec<_>>();
    scopes.into_iter().flat_map(of_types).map(|(scope, rtype)| (scope, rtype, reason.clone())).collect()
}

fn written_by(value: &Value, row: &WriterRow, resource: &Resource, apex: &Name) -> NameScope {
    let Some(front) = paths::known(value) else { return NameScope::Any };
    let behind = row.behind.as_ref().map(|path| paths::first(&resource.body, std::slice::from_ref(path)));
    let full = match behind {
        None => Some(front),
        Some(behind) => behind.and_then(paths::known).map(|behind| match &*front {
            "" => behind,
            front => format!("{front}.{behind}"),
        }),
    };
    let name = full.and_then(|full| match &*full {
        "@" | "" => Some(apex.clone()),
        full if full.contains('.') => Name::parse(full.as_bytes(), None).ok(),
        label => apex.child(label),
    });
    name.map_or(NameScope::Any, NameScope::Owner)
}

fn rtype(word: &str) -> Option<Rtype> {
    [Rtype::A, Rtype::Aaaa, Rtype::Cname, Rtype::Mx, Rtype::Txt, Rtype::Ns].into_iter().find(|it| it.as_str() == word)
}
