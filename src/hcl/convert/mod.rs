//! Conversions between the types of the language, and its operators, with Terraform's results to the byte, or Unknown.
//!
//! Every result keeps the places of what it came from: text that is joined keeps each part's, a number that is computed has
//! the place of the whole.

mod doubt;
mod normal;
mod numbers;
mod operators;
mod sets;
mod texts;
mod types;
mod unify;

#[cfg(test)]
mod tests;

pub(crate) use doubt::{made_of, note_of, origin_of, sources_of, unknown_because, unknown_of};
pub use normal::normal;
pub(crate) use numbers::{NoNumber, compute, exact, parse as parse_number, plain};
pub(crate) use operators::number_from;
pub use operators::{binary, compare, equal, number, to_bool, to_number, unary};
pub use sets::{is_unsettled, sorted as set_items};
pub(crate) use texts::push_unknown;
pub use texts::{interpolate, to_text};
pub use types::{Type, to_list, to_map, to_set, to_type, type_of};
pub use unify::unify;
pub(crate) use unify::{common_type, unify_all};

use crate::hcl::value::{ListKind, Value};

/// What a value is, in a sentence's words.
pub(crate) fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null(_) => "null",
        Value::Bool(..) => "a bool",
        Value::Number(..) => "a number",
        Value::String(_) => "a string",
        Value::List(list) => match list.kind {
            ListKind::Tuple => "a tuple",
            ListKind::List => "a list",
            ListKind::Set => "a set",
        },
        Value::Map(map) if map.is_object => "an object",
        Value::Map(_) => "a map",
        Value::Unknown(_) => "not known",
    }
}
