//! Arguments of a resource, found by paths: `records`, `record.value`.

use std::borrow::Cow;
use std::sync::Arc;

use bigdecimal::ToPrimitive;

use crate::hcl::value::Value;
use crate::text::{Reason, Traced};

/// Values that are read of one argument; a record set with more is no record set.
const MAX_SLOTS: usize = 4096;
/// Lists in lists.
const MAX_DEPTH: usize = 8;

/// A value and the object that holds it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Slot<'v> {
    pub(super) value: &'v Value,
    pub(super) holder: &'v Value,
}

/// A scalar, as text.
#[derive(Clone, Debug)]
pub(super) enum Scalar<'v> {
    /// Known, perhaps in part.
    Text(Cow<'v, Traced>),
    Unknown(Reason),
    /// `null`, or what is no scalar.
    Nothing,
}

/// Whether something is set there: `null` is not.
pub(super) fn is_set(value: &Value) -> bool {
    match value {
        Value::Null(_) => false,
        Value::List(list) => !list.items.is_empty(),
        _ => true,
    }
}

/// Whether it says anything: a plan writes what is not set as false, as nothing between quotes, or as a map of nothing.
fn says_something(value: &Value) -> bool {
    match value {
        Value::Bool(yes, _) => *yes,
        Value::String(text) => !text.bytes().is_empty(),
        Value::Map(map) => !map.entries.is_empty(),
        other => is_set(other),
    }
}

/// Every value at `path`, the elements of lists one by one; what is not set is left out.
pub(super) fn all<'v>(body: &'v Value, path: &str) -> Vec<Slot<'v>> {
    let mut found = vec![Slot { value: body, holder: body }];
    for name in path.split('.') {
        let mut next = Vec::new();
        for slot in found {
            elements(slot.value, slot.holder, 0, &mut |element, holder| match element {
                Value::Unknown(_) => push(&mut next, element, holder),
                _ => {
                    if let Some(value) = element.get(name).filter(|value| is_set(value)) {
                        push(&mut next, value, element);
                    }
                }
            });
        }
        found = next;
    }
    found
}

/// As [`all`], and the elements of what is found instead of lists.
pub(super) fn values<'v>(body: &'v Value, path: &str) -> Vec<Slot<'v>> {
    let mut flat = Vec::new();
    for slot in all(body, path) {
        elements(slot.value, slot.holder, 0, &mut |element, holder| {
            if is_set(element) {
                push(&mut flat, element, holder);
            }
        });
    }
    flat
}

/// The first value at the first of the paths at which there is one.
pub(super) fn first<'v>(body: &'v Value, paths: &[String]) -> Option<&'v Value> {
    paths.iter().find_map(|path| values(body, path).first().map(|slot| slot.value))
}

/// Whether one of the paths leads to something.
pub(super) fn any(body: &Value, paths: &[String]) -> bool {
    paths.iter().any(|path| all(body, path).into_iter().any(|slot| says_something(slot.value)))
}

fn push<'v>(slots: &mut Vec<Slot<'v>>, value: &'v Value, holder: &'v Value) {
    if slots.len() < MAX_SLOTS {
        slots.push(Slot { value, holder });
    }
}

fn elements<'v>(value: &'v Value, holder: &'v Value, depth: usize, each: &mut impl FnMut(&'v Value, &'v Value)) {
    match value {
        Value::List(list) if depth < MAX_DEPTH => {
            for item in list.items.iter().take(MAX_SLOTS) {
                elements(item, holder, depth + 1, each);
            }
        }
        other => each(other, holder),
    }
}

/// The value as text: numbers and booleans as Terraform converts them.
pub(super) fn scalar(value: &Value) -> Scalar<'_> {
    match value {
        Value::String(text) if is_hidden(text) => match text.first_hole() {
            Some(reason) => Scalar::Unknown(reason.clone()),
            None => Scalar::Text(Cow::Borrowed(text)),
        },
        Value::String(text) => Scalar::Text(Cow::Borrowed(text)),
        Value::Number(number, origin) => match number.to_i64().filter(|_| number.is_integer()) {
            Some(whole) => Scalar::Text(made(&whole.to_string(), value, origin.note.clone())),
            None => Scalar::Nothing,
        },
        Value::Bool(yes, origin) => Scalar::Text(made(if *yes { "true" } else { "false" }, value, origin.note.clone())),
        Value::Unknown(unknown) => Scalar::Unknown(unknown.reason.clone()),
        Value::Null(_) | Value::List(_) | Value::Map(_) => Scalar::Nothing,
    }
}

fn made(text: &str, value: &Value, note: Option<Arc<crate::text::Note>>) -> Cow<'static, Traced> {
    Cow::Owned(Traced::decoded(text.as_bytes(), value.place(), note))
}

/// Whether nothing of the text is known.
fn is_hidden(text: &Traced) -> bool {
    let mut stretches = text.stretches().peekable();
    stretches.peek().is_some()
        && stretches.all(|stretch| stretch.note.and_then(|note| note.hole.as_ref()).is_some_and(|hole| !hole.is_exact))
}

/// The text of a scalar that is wholly known.
pub(super) fn known(value: &Value) -> Option<String> {
    match scalar(value) {
        Scalar::Text(text) if text.holes().next().is_none() => Some(text.text().into_owned()),
        _ => None,
    }
}

/// A whole number, also where it is written as a string.
pub(super) fn number(value: &Value) -> Option<u32> {
    known(value)?.trim().parse().ok()
}
