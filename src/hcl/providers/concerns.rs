//! Whether what a module is given names a zone.

use super::{names, zones};
use crate::dns::{Listing, Name};
use crate::hcl::value::Value;

/// Values of the inputs that are looked at.
const MAX_VALUES: usize = 100_000;

pub(super) fn concerns(inputs: &Value, listing: &Listing) -> bool {
    let mut left = MAX_VALUES;
    let mut rest = vec![inputs];
    while let Some(value) = rest.pop() {
        // Who is given so much may be given this as well.
        let Some(less) = left.checked_sub(1) else { return true };
        left = less;
        let is_named = match value {
            Value::String(text) => names_zone(&text.text(), listing),
            Value::Unknown(unknown) => unknown.symbol.as_ref().is_some_and(|symbol| {
                *symbol.address == *listing.told_by || names::symbolic(&zones::written(symbol)) == listing.apex
            }),
            Value::List(list) => {
                rest.extend(list.items.iter());
                false
            }
            Value::Map(map) => {
                rest.extend(map.entries.values());
                map.entries.keys().any(|key| names_zone(key, listing))
            }
            Value::Null(_) | Value::Bool(..) | Value::Number(..) => false,
        };
        if is_named {
            return true;
        }
    }
    false
}

fn names_zone(text: &str, listing: &Listing) -> bool {
    let text = text.trim().trim_end_matches('.');
    if text.is_empty() || text.len() > 255 {
        return false;
    }
    names::symbolic(text) == listing.apex
        || Name::parse(text.as_bytes(), None).is_ok_and(|name| name.is_at_or_below(&listing.apex))
}
