//! Functions of objects and maps.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Fault;
use super::arguments::Arguments;
use super::lists::{MAX_ITEMS, row};
use crate::hcl::convert;
use crate::hcl::value::{ListKind, Map, Value};
use crate::text::Traced;

/// `keys(map)`.
pub(super) fn keys(given: &Arguments<'_>) -> Result<Value, Fault> {
    let Some(map) = map(given, 0)? else { return Ok(given.unknown()) };
    Ok(given.list_of(kind_for(map), map.entries.keys().map(|name| map.key(name)).collect()))
}

/// `values(map)`.
pub(super) fn values(given: &Arguments<'_>) -> Result<Value, Fault> {
    let Some(map) = map(given, 0)? else { return Ok(given.unknown()) };
    Ok(given.list_of(kind_for(map), map.entries.values().cloned().collect()))
}

fn kind_for(map: &Map) -> ListKind {
    if map.is_object { ListKind::Tuple } else { ListKind::List }
}

/// `lookup(map, key, default)`.
pub(super) fn lookup(given: &Arguments<'_>) -> Result<Value, Fault> {
    if given.len() > 3 {
        return Err(given.fault("there are too many arguments"));
    }
    let Some(map) = map(given, 0)? else { return Ok(given.unknown()) };
    let Some(key) = given.known(1) else { return Ok(given.unknown()) };
    if let Some(value) = map.entries.get(&*key) {
        return Ok(value.clone());
    }
    let default = given.values.get(2).ok_or_else(|| given.fault(format!("there is no `{key}` in the map")))?;
    match map.entries.values().find(|value| !matches!(value, Value::Null(_) | Value::Unknown(_))) {
        Some(like) if !map.is_object => convert::to_type(default, &convert::type_of(like), given.place()),
        _ => Ok(default.clone()),
    }
}

/// `merge(map...)`: the last of each key.
pub(super) fn merge(given: &Arguments<'_>) -> Result<Value, Fault> {
    let maps: Vec<&Value> = given.values.iter().filter(|value| !matches!(value, Value::Null(_))).collect();
    let mut entries: Vec<(Arc<Traced>, Value)> = Vec::new();
    let mut is_known = true;
    for value in &maps {
        match value {
            Value::Map(map) => {
                entries.extend(map.entries.iter().map(|(name, value)| (key_of(map, name), value.clone())));
            }
            Value::Unknown(_) => is_known = false,
            _ => return Err(given.fault("an object or map is required")),
        }
    }
    if !is_known {
        return Ok(given.unknown());
    }
    let is_map = |value: &&Value| matches!(value, Value::Map(map) if !map.is_object);
    let are_maps = !maps.is_empty()
        && maps.iter().all(is_map)
        && maps.windows(2).all(|pair| convert::type_of(pair[0]) == convert::type_of(pair[1]));
    Ok(given.map_of(!are_maps, entries))
}

/// `zipmap(keys, values)`.
pub(super) fn zipmap(given: &Arguments<'_>) -> Result<Value, Fault> {
    let values = row(given, 1)?;
    let (Some(keys), Some(values)) = (given.list(0), values) else { return Ok(given.unknown()) };
    if keys.items.len() != values.items.len() {
        return Err(given.fault("there must be as many keys as values"));
    }
    if keys.items.iter().any(|key| matches!(key, Value::Null(_))) {
        return Err(given.fault("a key is null"));
    }
    let known = |key: &Value| key.as_text().filter(|text| text.first_hole().is_none()).cloned();
    let known: Option<Vec<Arc<Traced>>> = keys.items.iter().map(known).collect();
    let Some(known) = known else { return Ok(given.unknown()) };
    Ok(given.map_of(values.kind == ListKind::Tuple, known.into_iter().zip(values.items.iter().cloned())))
}

/// `transpose(map)`: from keys to lists to elements to lists of keys.
pub(super) fn transpose(given: &Arguments<'_>) -> Result<Value, Fault> {
    let Some(map) = given.map(0) else { return Ok(given.unknown()) };
    let mut turned: BTreeMap<Arc<str>, (Arc<Traced>, Vec<Value>)> = BTreeMap::new();
    if map.entries.values().any(|list| matches!(list, Value::Null(_))) {
        return Err(given.fault("a list is null"));
    }
    let items = |value: &'_ Value| value.as_list().unwrap_or_default().to_vec();
    let pairs = map.entries.iter().flat_map(|(name, value)| items(value).into_iter().map(move |item| (name, item)));
    for (name, item) in pairs.take(MAX_ITEMS) {
        let Some(text) = item.as_text() else { return Err(given.fault("an element is null")) };
        let (_, keys) = turned.entry(text.text().into()).or_insert_with(|| (Arc::clone(text), Vec::new()));
        keys.push(map.key(name));
    }
    let entries = turned.into_values().map(|(key, keys)| (key, given.list_of(ListKind::List, keys)));
    Ok(given.map_of(false, entries))
}

/// The key as text that knows where it is written.
fn key_of(map: &Map, name: &Arc<str>) -> Arc<Traced> {
    let key = map.key(name);
    key.as_text().cloned().unwrap_or_else(|| Arc::new(Traced::decoded(name.as_bytes(), map.origin.place, None)))
}

/// The argument as a map or object; `None` if it is not known.
fn map<'a>(given: &'a Arguments<'_>, at: usize) -> Result<Option<&'a Map>, Fault> {
    match &given.values[at] {
        Value::Map(map) => Ok(Some(map)),
        Value::Unknown(_) => Ok(None),
        _ => Err(given.fault("an object or map is required")),
    }
}
