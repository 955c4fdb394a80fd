//! Functions of sets.

use std::sync::Arc;

use super::Fault;
use super::arguments::Arguments;
use super::lists::{MAX_ITEMS, any_row};
use crate::hcl::convert;
use crate::hcl::value::{List, ListKind, Value};

/// `setunion(set...)`.
pub(super) fn setunion(given: &Arguments<'_>) -> Result<Value, Fault> {
    let items = of_one_type(given)?.into_iter().flatten().collect();
    Ok(given.list_of(ListKind::Set, convert::set_items(items)))
}

/// `setintersection(set...)`.
pub(super) fn setintersection(given: &Arguments<'_>) -> Result<Value, Fault> {
    let mut sets = of_one_type(given)?.into_iter();
    let mut kept = sets.next().unwrap_or_default();
    for other in sets {
        let Some(other) = Members::of(other) else { return Ok(too_many(given)) };
        kept.retain(|item| other.has(item));
    }
    Ok(given.list_of(ListKind::Set, kept))
}

/// `setsubtract(a, b)`.
pub(super) fn setsubtract(given: &Arguments<'_>) -> Result<Value, Fault> {
    let mut sets = of_one_type(given)?.into_iter();
    let (mut kept, without) = (sets.next().unwrap_or_default(), sets.next().unwrap_or_default());
    let Some(without) = Members::of(without) else { return Ok(too_many(given)) };
    kept.retain(|item| !without.has(item));
    Ok(given.list_of(ListKind::Set, kept))
}

/// `setproduct(list...)`: every combination, the last list going through fastest.
pub(super) fn setproduct(given: &Arguments<'_>) -> Result<Value, Fault> {
    if given.len() < 2 {
        return Err(given.fault("at least two lists are required"));
    }
    let mut lists: Vec<List> = Vec::new();
    let mut is_set = false;
    for at in 0..given.len() {
        let Some(list) = any_row(given, at)? else { return Ok(given.unknown()) };
        is_set |= list.kind == ListKind::Set;
        // Each column is of one type.
        match convert::to_list(&given.values[at], given.place())? {
            Value::List(list) => lists.push(list),
            _ => return Ok(given.unknown()),
        }
    }
    let count = lists.iter().try_fold(1_usize, |count, list| count.checked_mul(list.items.len()));
    if count.is_none_or(|count| count.saturating_mul(lists.len()) > MAX_ITEMS) {
        return Ok(too_many(given));
    }
    let mut rows: Vec<Vec<Value>> = vec![Vec::new()];
    for list in &lists {
        let longer = |row: &Vec<Value>| {
            let row = row.clone();
            list.items.iter().map(move |item| row.iter().cloned().chain([item.clone()]).collect())
        };
        rows = rows.iter().flat_map(longer).collect();
    }
    let items: Vec<Value> = rows.into_iter().map(|row| given.list_of(ListKind::Tuple, row)).collect();
    if is_set {
        return Ok(given.list_of(ListKind::Set, convert::set_items(items)));
    }
    Ok(given.list_of(ListKind::List, items))
}

/// The elements of each set, all of one type.
fn of_one_type(given: &Arguments<'_>) -> Result<Vec<Vec<Value>>, Fault> {
    let all: Vec<Value> = (0..given.len()).flat_map(|at| given.items(at).iter().cloned()).collect();
    let all = convert::to_list(&given.list_of(ListKind::Tuple, all), given.place())?;
    let mut rest = all.as_list().unwrap_or_default();
    let mut sets = Vec::new();
    for at in 0..given.len() {
        let (items, after) = rest.split_at(given.items(at).len().min(rest.len()));
        sets.push(convert::set_items(items.to_vec()));
        rest = after;
    }
    Ok(sets)
}

fn too_many(given: &Arguments<'_>) -> Value {
    given.unknown_because("there are too many elements to be worked out here")
}

/// The elements of a set, to be asked for often.
struct Members {
    texts: rustc_hash::FxHashSet<Arc<[u8]>>,
    others: Vec<Value>,
}

impl Members {
    fn of(items: Vec<Value>) -> Option<Self> {
        let mut members = Self { texts: rustc_hash::FxHashSet::default(), others: Vec::new() };
        for item in items {
            match item.as_text() {
                Some(text) => drop(members.texts.insert(text.bytes().into())),
                None => members.others.push(item),
            }
        }
        (members.others.len() <= 5_000).then_some(members)
    }

    fn has(&self, item: &Value) -> bool {
        match item.as_text() {
            Some(text) => self.texts.contains(text.bytes()),
            None => self.others.iter().any(|other| convert::equal(other, item) == Some(true)),
        }
    }
}
