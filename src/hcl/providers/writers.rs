//! Resources that make records of their own, without saying which.

use rustc_hash::FxHashMap;

use super::paths;
use super::table::{BY_KIND, WriterRow};
use crate::dns::{ListedGap, Listing, Name, NameScope, Rtype};
use crate::hcl::resource::Resource;
use crate::hcl::value::Value;
use crate::text::Reason;

/// What a resource makes in the zone `apex`.
pub(super) fn gaps(row: &WriterRow, resource: &Resource, apex: &Name) -> Vec<ListedGap> {
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
            scopes.push(scope(slot.value, row, resource, apex));
        }
    }
    let types: Vec<Option<Rtype>> = row.types.iter().map(|word| rtype(word)).collect();
    let types = if types.is_empty() { vec![None] } else { types };
    let gap =
        |scope: &NameScope, rtype: Option<Rtype>| ListedGap { scope: scope.clone(), rtype, reason: reason.clone() };
    scopes.iter().flat_map(|scope| types.iter().map(|rtype| gap(scope, *rtype)).collect::<Vec<_>>()).collect()
}

/// Adds what is made by resources that name no zone to the zones that their names lie in.
pub(super) fn add_by_names(resources: &[Resource], zones: &mut [Listing]) {
    let zoneless = resources.iter().filter(|resource| !resource.is_data).filter_map(|resource| {
        let row = *BY_KIND.writers.get(&*resource.kind)?;
        row.zone.is_empty().then_some((row, resource))
    });
    let mut by_apex: FxHashMap<Name, Vec<usize>> = FxHashMap::default();
    for (index, zone) in zones.iter().enumerate() {
        by_apex.entry(zone.apex.clone()).or_default().push(index);
    }
    for (row, resource) in zoneless {
        for gap in gaps(row, resource, &Name::root()) {
            let NameScope::Owner(name) = &gap.scope else { continue };
            let holders = name.self_and_ancestors().find_map(|text| by_apex.get(text));
            for &index in holders.map(Vec::as_slice).unwrap_or_default() {
                zones[index].gaps.push(gap.clone());
            }
        }
    }
}

fn scope(value: &Value, row: &WriterRow, resource: &Resource, apex: &Name) -> NameScope {
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
