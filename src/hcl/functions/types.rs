//! Functions that convert, and those of what a value is.

use super::Fault;
use super::arguments::Arguments;
use crate::hcl::convert::{self, Type};
use crate::hcl::value::Value;

/// `tostring(value)`.
pub(super) fn tostring(given: &Arguments<'_>) -> Result<Value, Fault> {
    convert::to_type(&given.values[0], &Type::String, given.place())
}

/// `tonumber(value)`.
pub(super) fn tonumber(given: &Arguments<'_>) -> Result<Value, Fault> {
    convert::to_number(&given.values[0], given.place())
}

/// `tobool(value)`.
pub(super) fn tobool(given: &Arguments<'_>) -> Result<Value, Fault> {
    convert::to_bool(&given.values[0], given.place())
}

/// `tolist(value)`.
pub(super) fn tolist(given: &Arguments<'_>) -> Result<Value, Fault> {
    convert::to_list(&given.values[0], given.place())
}

/// `toset(value)`.
pub(super) fn toset(given: &Arguments<'_>) -> Result<Value, Fault> {
    convert::to_set(&given.values[0], given.place())
}

/// `tomap(value)`.
pub(super) fn tomap(given: &Arguments<'_>) -> Result<Value, Fault> {
    convert::to_map(&given.values[0], given.place())
}

/// `sensitive`, `nonsensitive`, `ephemeralasnull`: the value as it is. Who may see it makes no difference to what is published,
/// and what is ephemeral is Unknown.
pub(super) fn itself(given: &Arguments<'_>) -> Result<Value, Fault> {
    Ok(given.values[0].clone())
}

/// `issensitive(value)`.
pub(super) fn issensitive(given: &Arguments<'_>) -> Result<Value, Fault> {
    Ok(given.unknown_because("whether a value is sensitive is not followed here"))
}

/// `alltrue(list)`.
pub(super) fn alltrue(given: &Arguments<'_>) -> Result<Value, Fault> {
    Ok(given.truth(settled(given, false)))
}

/// `anytrue(list)`.
pub(super) fn anytrue(given: &Arguments<'_>) -> Result<Value, Fault> {
    Ok(given.truth(settled(given, true)))
}

/// Whether an element is `by`, which settles the result; null counts as false.
fn settled(given: &Arguments<'_>, by: bool) -> Option<bool> {
    let mut is_known = true;
    for item in &given.list(0)?.items[..] {
        match item {
            Value::Bool(truth, _) if *truth == by => return Some(by),
            Value::Null(_) if !by => return Some(false),
            Value::Bool(..) | Value::Null(_) => {}
            _ => is_known = false,
        }
    }
    is_known.then_some(!by)
}
