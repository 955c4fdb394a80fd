//! Conversions between the types of the language, and its operators, with Terraform's results to the byte, or Unknown.
//!
//! Every result keeps the places of what it came from: text that is joined keeps each part's, a number that is computed has
//! the place of the whole.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::hcl::ast::{BinaryOp, UnaryOp};
use crate::hcl::functions::Fault;
use crate::hcl::value::Value;
use crate::text::{Place, Traced, TracedBuilder};

/// The value as a string: numbers and booleans are converted, text stays as it is; Unknown becomes text with a hole.
/// Null and what has parts is a fault.
pub fn to_text(value: &Value, place: Place) -> Result<Arc<Traced>, Fault> {
    let _ = value;
    Err(Fault { place, message: "not written yet".to_owned() })
}

/// Adds the value to a template, `place` being the interpolation.
pub fn interpolate(value: &Value, place: Place, text: &mut TracedBuilder) -> Result<(), Fault> {
    let _ = (value, text);
    Err(Fault { place, message: "not written yet".to_owned() })
}

/// The value as a number, or Unknown, or null as it is.
pub fn to_number(value: &Value, place: Place) -> Result<Value, Fault> {
    let _ = place;
    Ok(value.clone())
}

/// The value as a boolean, or Unknown, or null as it is.
pub fn to_bool(value: &Value, place: Place) -> Result<Value, Fault> {
    let _ = place;
    Ok(value.clone())
}

/// Whether the values are equal as `==` compares them; `None` where that is not known.
pub fn equal(a: &Value, b: &Value) -> Option<bool> {
    let _ = (a, b);
    None
}

/// Which of two numbers is greater; `None` where that is not known.
pub fn compare(a: &Value, b: &Value, place: Place) -> Result<Option<Ordering>, Fault> {
    let _ = (a, b, place);
    Ok(None)
}

/// `a op b`, for every operator. `false && Unknown` is false.
pub fn binary(a: &Value, op: BinaryOp, b: &Value, place: Place) -> Result<Value, Fault> {
    let _ = (a, op, b);
    Ok(Value::unknown(place, "not written yet"))
}

/// `op a`.
pub fn unary(op: UnaryOp, a: &Value, place: Place) -> Result<Value, Fault> {
    let _ = (op, a);
    Ok(Value::unknown(place, "not written yet"))
}

/// The type that both arms of a conditional, or all elements of a list, have in common: both values converted to it.
/// `true ? 604800 : "x"` is `"604800"`.
pub fn unify(chosen: &Value, other: &Value, place: Place) -> Result<Value, Fault> {
    let _ = (other, place);
    Ok(chosen.clone())
}

/// A type constraint as variables declare them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// `any`.
    Any,
    /// `string`.
    String,
    /// `number`.
    Number,
    /// `bool`.
    Bool,
    /// `list(T)`.
    List(Box<Type>),
    /// `set(T)`.
    Set(Box<Type>),
    /// `map(T)`.
    Map(Box<Type>),
    /// `tuple([T, ...])`.
    Tuple(Vec<Type>),
    /// `object({name = T, other = optional(T)})`: the name, the type, whether it is optional.
    Object(Vec<(Arc<str>, Type, bool)>),
}

/// The value as `wanted`, as a variable of that type takes it; the defaults of `optional` are the evaluator's.
pub fn to_type(value: &Value, wanted: &Type, place: Place) -> Result<Value, Fault> {
    let _ = (wanted, place);
    Ok(value.clone())
}
