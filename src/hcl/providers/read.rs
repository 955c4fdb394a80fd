//! The records of all resources, zone by zone.

use std::collections::BTreeMap;

use super::items::{Doubt, Item};
use super::listings::Builder;
use super::names;
use super::paths;
use super::policies::Beside;
use super::table::{BY_KIND, WriterRow, ZoneForm};
use super::told;
use super::writers;
use super::zones::{Whereabouts, Zone, Zones};
use super::{Published, Unplaced};
use crate::dns::{Name, Target};
use crate::hcl::resource::Resource;
use crate::text::Reason;

/// Records of one resource; one with more is read in part.
const MAX_ITEMS: usize = 4096;
/// Kinds of records that may be in every zone of a provider.
const MAX_DOUBTS: usize = 64;

/// What belongs to one zone.
#[derive(Debug, Default)]
struct Members<'r> {
    items: Vec<Item<'r>>,
    writers: Vec<(&'static WriterRow, &'r Resource)>,
    /// Hosts that are certainly in it.
    hosts: Vec<Name>,
}

/// What has been read.
struct Reading<'p> {
    published: &'p mut Published,
    beside: Vec<Beside>,
    /// Whose zone each listing is.
    providers: Vec<&'static str>,
    /// Records at domains of which only that is known by which variable they are told.
    unknown_domains: BTreeMap<Name, Builder>,
}

/// Adds the zones and their records; gives the domains whose records or policy hosts are among them.
pub(super) fn read(resources: &[Resource], published: &mut Published) -> Vec<Beside> {
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
        if let Some(&row) = BY_KIND.writers.get(&*resource.kind)
            && let Some(zone) = paths::first(&resource.body, &row.zone)
            && let Whereabouts::In(zone) = zones.find(&row.provider, row.zone_is, Some(zone), resource)
        {
            member(&mut members, zone).writers.push((row, resource));
        }
        if let Some(&row) = BY_KIND.hints.get(&*resource.kind)
            && let Some(zone) = paths::first(&resource.body, &row.zone)
            && let Whereabouts::In(zone) = zones.find(&row.provider, ZoneForm::Id, Some(zone), resource)
        {
            let patterns = row.names.iter().flat_map(|path| paths::values(&resource.body, path));
            let hosts = patterns.filter_map(|slot| names::host_of_pattern(&paths::known(slot.value)?));
            member(&mut members, zone).hosts.extend(hosts);
        }
    }
    members.resize_with(zones.all.len(), Members::default);
    let mut reading =
        Reading { published, beside: Vec::new(), providers: Vec::new(), unknown_domains: BTreeMap::new() };
    for (zone, members) in zones.all.iter().zip(&members) {
        match &zone.name {
            Ok(apex) => reading.named(zone, apex, members),
            Err(symbol) => reading.nameless(zone, symbol, members),
        }
    }
    let lost = reading.by_full_names(lost);
    reading.doubt(&lost);
    reading.by_unknown_domains();
    writers::add_by_names(resources, &mut reading.published.zones);
    reading.beside
}

fn member<'m, 'r>(members: &'m mut Vec<Members<'r>>, zone: usize) -> &'m mut Members<'r> {
    if members.len() <= zone {
        members.resize_with(zone + 1, Members::default);
    }
    &mut members[zone]
}

/// The record sets that a resource declares.
fn items(resource: &Resource) -> Vec<Item<'_>> {
    let Some(&row) = BY_KIND.records.get(&*resource.kind) else { return Vec::new() };
    match &row.each {
        None => vec![Item { row, resource, body: &resource.body }],
        Some(each) => {
            let blocks = paths::values(&resource.body, each).into_iter().take(MAX_ITEMS);
            blocks.map(|slot| Item { row, resource, body: slot.value }).collect()
        }
    }
}

impl Reading<'_> {
    fn named(&mut self, zone: &Zone, apex: &Name, members: &Members<'_>) {
        let mut builder = Builder::new(apex.clone(), zone);
        for item in &members.items {
            self.add(item, &mut builder);
        }
        self.finish(builder, zone.provider, members);
    }

    fn add(&mut self, item: &Item<'_>, builder: &mut Builder) {
        match item.read(builder) {
            None => {}
            Some(Doubt::Nowhere(reason)) => self.lose(item.resource, reason),
            Some(Doubt::InDomain { domain, owner, reason }) => {
                self.add_to_unknown_domain(item, &domain, owner, &reason);
            }
        }
    }

    /// Two records at one such name may be at two: a variable may be a list, and the names made of different elements.
    fn add_to_unknown_domain(&mut self, item: &Item<'_>, domain: &Name, owner: Target, reason: &Reason) {
        let new = || {
            let mut builder = Builder::new(domain.clone(), &Zone::of_full_name(item.row, item.resource, reason));
            builder.doubt = Some("what is not known of their names may differ");
            builder
        };
        let builder = self.unknown_domains.entry(domain.clone()).or_insert_with(new);
        item.read_at(owner, item.kind(), builder);
    }

    fn lose(&mut self, resource: &Resource, reason: Reason) {
        let (address, place) = (resource.address.clone(), resource.place);
        self.published.unplaced.push(Unplaced { address, place, reason });
    }

    fn finish(&mut self, mut builder: Builder, provider: &'static str, members: &Members<'_>) {
        for (row, resource) in &members.writers {
            let gaps = writers::gaps(row, resource, &builder.listing.apex);
            builder.listing.gaps.extend(gaps);
        }
        self.beside.append(&mut builder.beside);
        self.published.zones.push(builder.finish());
        self.providers.push(provider);
    }

    /// The records of a zone of which only an id is known. Full names among those of its records tell its name, or at least
    /// a domain that it is in or holds.
    fn nameless(&mut self, zone: &Zone, symbol: &Name, members: &Members<'_>) {
        let (domains, others) = told::domains(members.items.iter(), |item| item, &members.hosts);
        let told = domains.iter().filter(|(domain, named)| told::tells_apex(domain, named, &members.hosts));
        if let (1, Some((apex, _))) = (domains.len(), told.into_iter().next()) {
            // One name of the zone stands for all of its records, in their order.
            return self.named(zone, apex, members);
        }
        for (domain, named) in domains.into_iter().filter(|(_, named)| !named.is_empty()) {
            let mut builder = Builder::new(domain, zone);
            // It may be a zone below the domain, and holds what it holds.
            builder.listing.partial.get_or_insert_with(|| Reason::at(zone.place, "the name of the zone is not known"));
            for (item, _) in named {
                self.add(item, &mut builder);
            }
            self.finish(builder, zone.provider, &Members::default());
        }
        let mut builder = Builder::new(symbol.clone(), zone);
        for item in others {
            self.add(item, &mut builder);
        }
        self.finish(builder, zone.provider, members);
    }

    /// Records in zones of which nothing is known: those that say their full names are there all the same. Gives the others.
    fn by_full_names<'r>(&mut self, lost: Vec<(Item<'r>, Reason)>) -> Vec<(Item<'r>, Reason)> {
        let (told, others) = told::domains(lost.into_iter(), |(item, _)| item, &[]);
        let mut builders: BTreeMap<(&'static str, Name), Builder> = BTreeMap::new();
        for (domain, named) in told {
            for ((item, reason), _) in named {
                let new = || Builder::new(domain.clone(), &Zone::of_full_name(item.row, item.resource, &reason));
                let builder = builders.entry((&item.row.provider, domain.clone())).or_insert_with(new);
                self.add(&item, builder);
            }
        }
        for ((provider, _), builder) in builders {
            self.finish(builder, provider, &Members::default());
        }
        others
    }

    /// Records in a zone that nothing tells: any zone at their provider may be it.
    fn doubt(&mut self, lost: &[(Item<'_>, Reason)]) {
        let mut kinds: BTreeMap<(&'static str, String, String), &(Item<'_>, Reason)> = BTreeMap::new();
        for it in lost {
            let (item, reason) = it;
            kinds.entry((&item.row.provider, item.front(), format!("{:?}", item.kind().rtypes()))).or_insert(it);
            let kind = item.kind();
            if let Some((domain, owner)) = item.in_unknown_domain(&kind) {
                self.add_to_unknown_domain(item, &domain, owner, reason);
            } else if item.matters(&kind, &item.front()) {
                self.lose(item.resource, reason.clone());
            }
        }
        for (zone, provider) in self.published.zones.iter_mut().zip(&self.providers) {
            let own = kinds.range((*provider, String::new(), String::new())..);
            for (at, (_, (item, reason))) in own.take_while(|((other, ..), _)| other == provider).enumerate() {
                if at >= MAX_DOUBTS {
                    zone.partial.get_or_insert_with(|| reason.clone());
                    break;
                }
                zone.gaps.extend(item.gaps(&zone.apex, reason));
            }
        }
    }

    fn by_unknown_domains(&mut self) {
        for builder in std::mem::take(&mut self.unknown_domains).into_values() {
            self.finish(builder, "", &Members::default());
        }
    }
}
