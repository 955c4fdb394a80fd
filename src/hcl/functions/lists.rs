//! Functions of lists and tuples.

use bigdecimal::BigDecimal;
use bigdecimal::num_traits::{Signed, Zero};

use super::Fault;
use super::arguments::Arguments;
use super::strings;
use crate::hcl::ast::BinaryOp;
use crate::hcl::convert;
use crate::hcl::value::{List, ListKind, Shape, Value};

/// The most elements of a list that is made here.
pub(super) const MAX_ITEMS: usize = 200_000;

/// `length(value)`.
pub(super) fn length(given: &Arguments<'_>) -> Result<Value, Fault> {
    let count = match &given.values[0] {
        Value::Unknown(unknown) => match unknown.shape {
            Some(Shape::Hex(len) | Shape::Base64(len)) => usize::try_from(len).ok(),
            None => None,
        },
        Value::String(text) => strings::length(text),
        // Elements that are not known may be equal to others.
        Value::List(list) if convert::is_unsettled(list) => None,
        Value::List(list) => Some(list.items.len()),
        Value::Map(map) => Some(map.entries.len()),
        _ => return Err(given.fault("a string, a list or a map is required")),
    };
    let Some(count) = count else {
        let is_known = given.values[0].first_unknown().is_none();
        return Ok(if is_known { given.unknown_because(strings::CLUSTERS) } else { given.unknown() });
    };
    Ok(given.count(u64::try_from(count).unwrap_or(u64::MAX)))
}

/// `element(list, index)`: past the end it begins again.
pub(super) fn element(given: &Arguments<'_>) -> Result<Value, Fault> {
    let Some(list) = row(given, 0)? else { return Ok(given.unknown()) };
    let Some(index) = given.integer(1)? else { return Ok(given.unknown()) };
    let index = usize::try_from(index).map_err(|_| given.fault("the index is negative"))?;
    match index.checked_rem(list.items.len()) {
        Some(index) => Ok(list.items[index].clone()),
        None => Err(given.fault("the list is empty")),
    }
}

/// `slice(list, from, to)`.
pub(super) fn slice(given: &Arguments<'_>) -> Result<Value, Fault> {
    let Some(list) = row(given, 0)? else { return Ok(given.unknown()) };
    let (Some(from), Some(to)) = (given.integer(1)?, given.integer(2)?) else { return Ok(given.unknown()) };
    let (from, to) = (usize::try_from(from).ok(), usize::try_from(to).ok());
    let part = from.zip(to).and_then(|(from, to)| list.items.get(from..to));
    let items = part.ok_or_else(|| given.fault("the list has no such part"))?.to_vec();
    Ok(given.list_of(list.kind, items))
}

/// `index(list, value)`.
pub(super) fn index(given: &Arguments<'_>) -> Result<Value, Fault> {
    let Some(list) = row(given, 0)? else { return Ok(given.unknown()) };
    for (at, item) in list.items.iter().enumerate() {
        match convert::equal(item, &given.values[1]) {
            Some(true) => return Ok(given.count(u64::try_from(at).unwrap_or(u64::MAX))),
            Some(false) => {}
            None => return Ok(given.unknown()),
        }
    }
    Err(given.fault("the list has no such element"))
}

/// `contains(list, value)`.
pub(super) fn contains(given: &Arguments<'_>) -> Result<Value, Fault> {
    let Some(list) = any_row(given, 0)? else { return Ok(given.unknown()) };
    let mut known = Some(false);
    for item in list.items.iter() {
        match convert::equal(item, &given.values[1]) {
            Some(true) => return Ok(given.truth(Some(true))),
            Some(false) => {}
            None => known = None,
        }
    }
    Ok(given.truth(known))
}

/// `concat(list...)`.
pub(super) fn concat(given: &Arguments<'_>) -> Result<Value, Fault> {
    if given.len() == 0 {
        return Err(given.fault("at least one list is required"));
    }
    let lists: Vec<Option<&List>> = (0..given.len()).map(|at| row(given, at)).collect::<Result<_, _>>()?;
    let Some(lists) = lists.into_iter().collect::<Option<Vec<&List>>>() else { return Ok(given.unknown()) };
    let items: Vec<Value> = lists.iter().flat_map(|list| list.items.iter().cloned()).take(MAX_ITEMS + 1).collect();
    if items.len() > MAX_ITEMS {
        return Ok(given.unknown_because("the list is too long to be worked out here"));
    }
    // Lists become one of the type that they have in common, if they have one.
    let are_lists = lists.iter().all(|list| list.kind == ListKind::List);
    match convert::common_type(&given.values).filter(|_| are_lists) {
        Some(common) => convert::to_type(&given.list_of(ListKind::List, items), &common, given.place()),
        None => Ok(given.list_of(ListKind::Tuple, items)),
    }
}

/// `flatten(list)`.
pub(super) fn flatten(given: &Arguments<'_>) -> Result<Value, Fault> {
    let Some(list) = any_row(given, 0)? else { return Ok(given.unknown()) };
    let mut items = Vec::new();
    if !flatten_into(list, &mut items) {
        return Ok(given.unknown());
    }
    Ok(given.list_of(ListKind::Tuple, items))
}

/// Whether it can be told what the elements are: one that is not known may be a list.
fn flatten_into(list: &List, items: &mut Vec<Value>) -> bool {
    if convert::is_unsettled(list) {
        return false;
    }
    list.items.iter().all(|item| match item {
        Value::List(inner) => flatten_into(inner, items),
        Value::Unknown(unknown) if unknown.shape.is_none() => false,
        _ if items.len() >= MAX_ITEMS => false,
        _ => {
            items.push(item.clone());
            true
        }
    })
}

/// `reverse(list)`.
pub(super) fn reverse(given: &Arguments<'_>) -> Result<Value, Fault> {
    let Some(list) = any_row(given, 0)? else { return Ok(given.unknown()) };
    if convert::is_unsettled(list) {
        return Ok(given.unknown());
    }
    let kind = if list.kind == ListKind::Tuple { ListKind::Tuple } else { ListKind::List };
    Ok(given.list_of(kind, list.items.iter().rev().cloned().collect()))
}

/// `sort(list)`, bytewise.
pub(super) fn sort(given: &Arguments<'_>) -> Result<Value, Fault> {
    let mut items = given.items(0).to_vec();
    if items.iter().any(|item| matches!(item, Value::Null(_))) {
        return Err(given.fault("an element is null"));
    }
    items.sort_by(|a, b| a.as_text().map(|text| text.bytes()).cmp(&b.as_text().map(|text| text.bytes())));
    Ok(given.list_of(ListKind::List, items))
}

/// `distinct(list)`: the first of those that are equal.
pub(super) fn distinct(given: &Arguments<'_>) -> Result<Value, Fault> {
    let Some(list) = given.list(0) else { return Ok(given.unknown()) };
    let mut kept: Vec<Value> = Vec::new();
    let mut seen = rustc_hash::FxHashSet::default();
    for item in list.items.iter() {
        if let Some(text) = item.as_known_text() {
            // The common case, which need not be compared with all others.
            if seen.insert(text.into_owned()) {
                kept.push(item.clone());
            }
            continue;
        }
        let mut is_new = Some(true);
        for other in &kept {
            match convert::equal(other, item) {
                Some(true) => is_new = Some(false),
                Some(false) => continue,
                None => return Ok(given.unknown()),
            }
            break;
        }
        if is_new == Some(true) {
            kept.push(item.clone());
        }
        if kept.len() > MAX_COMPARED {
            return Ok(given.unknown_because("the list is too long to be worked out here"));
        }
    }
    // Text with holes may be equal to text that came after it.
    if kept.iter().any(|item| item.first_unknown().is_some()) && kept.len() > 1 {
        let pairs = || kept.iter().enumerate().flat_map(|(at, a)| kept[at + 1..].iter().map(move |b| (a, b)));
        if pairs().any(|(a, b)| convert::equal(a, b) != Some(false)) {
            return Ok(given.unknown());
        }
    }
    Ok(given.list_of(ListKind::List, kept))
}

/// The most elements that are compared each with each.
const MAX_COMPARED: usize = 5_000;

/// `compact(list)`: without null and empty text.
pub(super) fn compact(given: &Arguments<'_>) -> Result<Value, Fault> {
    let Some(list) = given.list(0) else { return Ok(given.unknown()) };
    let mut kept = Vec::new();
    for item in list.items.iter() {
        match is_empty(item) {
            Some(true) => {}
            Some(false) => kept.push(item.clone()),
            None => return Ok(given.unknown()),
        }
    }
    Ok(given.list_of(ListKind::List, kept))
}

/// Whether it is null or empty text; `None` where that is not known.
fn is_empty(value: &Value) -> Option<bool> {
    match value {
        Value::Null(_) => Some(true),
        Value::String(text) if text.bytes().is_empty() => Some(true),
        // A hole may be nothing; what stands beside it is something.
        Value::String(text) if text.uncertain().len() == text.stretches().count() => None,
        Value::Unknown(unknown) if unknown.shape.is_none() => None,
        _ => Some(false),
    }
}

/// `coalesce(value...)`: the first that is neither null nor empty text.
pub(super) fn coalesce(given: &Arguments<'_>) -> Result<Value, Fault> {
    for value in &given.values {
        match is_empty(value) {
            Some(true) => {}
            None => return Ok(given.unknown()),
            Some(false) => return convert::unify_all(value, &given.values, given.place()),
        }
    }
    Err(given.fault("all arguments are null or empty text"))
}

/// `coalescelist(list...)`: the first that is not empty.
pub(super) fn coalescelist(given: &Arguments<'_>) -> Result<Value, Fault> {
    if given.values.iter().any(|value| matches!(value, Value::Null(_))) {
        return Err(given.fault("an argument is null"));
    }
    let lists: Vec<Option<&List>> = (0..given.len()).map(|at| row(given, at)).collect::<Result<_, _>>()?;
    for (at, list) in lists.into_iter().enumerate() {
        match list {
            None => return Ok(given.unknown()),
            Some(list) if !list.items.is_empty() => return Ok(given.values[at].clone()),
            Some(_) => {}
        }
    }
    Err(given.fault("all lists are empty"))
}

/// `chunklist(list, size)`.
pub(super) fn chunklist(given: &Arguments<'_>) -> Result<Value, Fault> {
    let (Some(list), Some(size)) = (given.list(0), given.integer(1)?) else { return Ok(given.unknown()) };
    let size = usize::try_from(size).map_err(|_| given.fault("the size is negative"))?;
    let size = if size == 0 { list.items.len().max(1) } else { size };
    let chunks = list.items.chunks(size).map(|chunk| given.list_of(ListKind::List, chunk.to_vec()));
    Ok(given.list_of(ListKind::List, chunks.collect()))
}

/// `matchkeys(values, keys, wanted)`: the values whose key is wanted.
pub(super) fn matchkeys(given: &Arguments<'_>) -> Result<Value, Fault> {
    let (values, keys, wanted) = (given.items(0), given.items(1), given.items(2));
    if values.len() != keys.len() {
        return Err(given.fault("there must be as many keys as values"));
    }
    if keys.len().saturating_mul(wanted.len()) > MAX_COMPARED * MAX_COMPARED {
        return Ok(given.unknown_because("the lists are too long to be worked out here"));
    }
    // Keys and what is wanted are brought to one type first.
    let all: Vec<Value> = keys.iter().chain(wanted).cloned().collect();
    let all = convert::to_list(&given.list_of(ListKind::Tuple, all), given.place())?;
    let (keys, wanted) = all.as_list().unwrap_or_default().split_at(keys.len());
    let is_wanted = |key: &Value| wanted.iter().any(|wanted| convert::equal(wanted, key) == Some(true));
    let kept = values.iter().zip(keys).filter(|(_, key)| is_wanted(key)).map(|(value, _)| value.clone());
    Ok(given.list_of(ListKind::List, kept.collect()))
}

/// `one(list)`: its only element, or null.
pub(super) fn one(given: &Arguments<'_>) -> Result<Value, Fault> {
    let Some(list) = any_row(given, 0)? else { return Ok(given.unknown()) };
    match &list.items[..] {
        [] => Ok(Value::Null(given.origin())),
        [only] => Ok(only.clone()),
        _ if convert::is_unsettled(list) => Ok(given.unknown()),
        _ => Err(given.fault("the list has more than one element")),
    }
}

/// `range([start,] limit[, step])`: 1024 numbers at most, as Terraform has it.
pub(super) fn range(given: &Arguments<'_>) -> Result<Value, Fault> {
    let number = |at: usize| given.number(at).cloned();
    let (start, limit, step) = match given.len() {
        1 => (Some(BigDecimal::zero()), number(0), None),
        2 => (number(0), number(1), None),
        3 => (number(0), number(1), number(2)),
        _ => return Err(given.fault("one, two or three numbers are required")),
    };
    let (Some(mut next), Some(limit)) = (start, limit) else { return Ok(given.unknown()) };
    let is_down = next > limit;
    let step = step.unwrap_or_else(|| BigDecimal::from(if is_down { -1 } else { 1 }));
    if step.is_zero() || (next != limit && step.is_negative() != is_down) {
        return Err(given.fault("the step does not lead to the limit"));
    }
    let mut items = Vec::new();
    while if is_down { next > limit } else { next < limit } {
        if items.len() >= 1024 {
            return Err(given.fault("there are more than 1024 numbers"));
        }
        items.push(convert::number_from(Some(&next), &[], given.place()));
        let Some(sum) = convert::compute(&next, BinaryOp::Add, &step) else { return Ok(given.unknown()) };
        next = sum;
    }
    Ok(given.list_of(ListKind::List, items))
}

/// The argument as a list or tuple; `None` if it is not known.
pub(super) fn row<'a>(given: &'a Arguments<'_>, at: usize) -> Result<Option<&'a List>, Fault> {
    match &given.values[at] {
        Value::List(list) if list.kind != ListKind::Set => Ok(Some(list)),
        Value::Unknown(_) => Ok(None),
        _ => Err(given.fault("a list is required")),
    }
}

/// The argument as a list, tuple or set; `None` if it is not known.
pub(super) fn any_row<'a>(given: &'a Arguments<'_>, at: usize) -> Result<Option<&'a List>, Fault> {
    match &given.values[at] {
        Value::List(list) => Ok(Some(list)),
        Value::Unknown(_) => Ok(None),
        _ => Err(given.fault("a list or set is required")),
    }
}
