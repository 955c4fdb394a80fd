//! The operators.

use std::cmp::Ordering;
use std::sync::Arc;

use bigdecimal::BigDecimal;
use bigdecimal::num_traits::Zero;

use super::doubt::{origin_of, origin_of_text, unknown_because, unknown_of};
use super::normal::normal;
use super::{kind_of, numbers, texts};
use crate::hcl::ast::{BinaryOp, UnaryOp};
use crate::hcl::functions::Fault;
use crate::hcl::value::{List, Map, Value};
use crate::text::{Place, Reason};

/// The value as a number, or Unknown, or null as it is.
pub fn to_number(value: &Value, place: Place) -> Result<Value, Fault> {
    let text = match value {
        Value::Number(..) | Value::Null(_) | Value::Unknown(_) => return Ok(value.clone()),
        Value::String(text) => text,
        _ => return Err(Fault { place, message: format!("a number is required, and this is {}", kind_of(value)) }),
    };
    if text.holes().next().is_some() {
        return Ok(unknown_of([value], place));
    }
    match numbers::parse(&text.text()) {
        Ok(number) => Ok(Value::Number(Arc::new(number), origin_of_text(text))),
        Err(numbers::NoNumber::Malformed) => {
            Err(Fault { place, message: "a number is required, and this text is none".to_owned() })
        }
        Err(numbers::NoNumber::TooLarge) => Ok(unknown_because(too_large(place), [value], place)),
    }
}

/// The number that a literal of the language writes.
pub fn number(digits: &str, place: Place) -> Result<Value, Fault> {
    to_number(&Value::string(digits, place), place)
}

/// The value as a boolean, or Unknown, or null as it is.
pub fn to_bool(value: &Value, place: Place) -> Result<Value, Fault> {
    let text = match value {
        Value::Bool(..) | Value::Null(_) | Value::Unknown(_) => return Ok(value.clone()),
        Value::String(text) => text,
        _ => return Err(Fault { place, message: format!("a bool is required, and this is {}", kind_of(value)) }),
    };
    if text.holes().next().is_some() {
        return Ok(unknown_of([value], place));
    }
    let truth = match text.bytes() {
        b"true" | b"1" => true,
        b"false" | b"0" => false,
        _ => return Err(Fault { place, message: "a bool is required: `true` or `false`".to_owned() }),
    };
    Ok(Value::Bool(truth, origin_of_text(text)))
}

/// Whether the values are equal as `==` compares them; `None` where that is not known.
pub fn equal(a: &Value, b: &Value) -> Option<bool> {
    match (a, b) {
        (Value::Unknown(_), _) | (_, Value::Unknown(_)) => None,
        (Value::Null(_), Value::Null(_)) => Some(true),
        (Value::Bool(a, _), Value::Bool(b, _)) => Some(a == b),
        (Value::Number(a, _), Value::Number(b, _)) => Some(a == b),
        (Value::String(a), Value::String(b)) => texts::same_text(&normal(a), &normal(b)),
        (Value::List(a), Value::List(b)) => equal_lists(a, b),
        (Value::Map(a), Value::Map(b)) => equal_maps(a, b),
        _ => Some(false),
    }
}

fn equal_lists(a: &List, b: &List) -> Option<bool> {
    if a.kind != b.kind {
        return Some(false);
    }
    let is_known = || a.items.iter().chain(b.items.iter()).all(|item| item.first_unknown().is_none());
    if a.kind == crate::hcl::value::ListKind::Set && !is_known() {
        return None;
    }
    if a.items.len() != b.items.len() {
        return Some(false);
    }
    all(a.items.iter().zip(b.items.iter()).map(|(a, b)| equal(a, b)))
}

fn equal_maps(a: &Map, b: &Map) -> Option<bool> {
    if a.is_object != b.is_object || !a.entries.keys().eq(b.entries.keys()) {
        return Some(false);
    }
    all(a.entries.values().zip(b.entries.values()).map(|(a, b)| equal(a, b)))
}

/// Whether all hold: one that does not settles it, whatever is not known of the others.
fn all(of: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut is_known = true;
    for one in of {
        match one {
            Some(false) => return Some(false),
            Some(true) => {}
            None => is_known = false,
        }
    }
    is_known.then_some(true)
}

/// Which of two numbers is greater; `None` where that is not known.
pub fn compare(a: &Value, b: &Value, place: Place) -> Result<Option<Ordering>, Fault> {
    let (a, b) = (operand(a, place)?, operand(b, place)?);
    Ok(match (&a, &b) {
        (Value::Number(a, _), Value::Number(b, _)) => Some(a.cmp(b)),
        _ => None,
    })
}

/// `a op b`, for every operator. `false && Unknown` is false.
pub fn binary(a: &Value, op: BinaryOp, b: &Value, place: Place) -> Result<Value, Fault> {
    let known = match op {
        BinaryOp::Equal => equal(a, b),
        BinaryOp::NotEqual => equal(a, b).map(|is_equal| !is_equal),
        BinaryOp::Less => compare(a, b, place)?.map(Ordering::is_lt),
        BinaryOp::LessOrEqual => compare(a, b, place)?.map(Ordering::is_le),
        BinaryOp::Greater => compare(a, b, place)?.map(Ordering::is_gt),
        BinaryOp::GreaterOrEqual => compare(a, b, place)?.map(Ordering::is_ge),
        BinaryOp::And => logic(a, b, false, place)?,
        BinaryOp::Or => logic(a, b, true, place)?,
        BinaryOp::Add | BinaryOp::Subtract | BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::Remainder => {
            return arithmetic(a, op, b, place);
        }
    };
    Ok(match known {
        Some(truth) => Value::Bool(truth, origin_of([a, b], place)),
        None => unknown_of([a, b], place),
    })
}

/// `&&` (which `false` settles) and `||` (which `true` does).
fn logic(a: &Value, b: &Value, settles: bool, place: Place) -> Result<Option<bool>, Fault> {
    let (a, b) = (truth(a, place)?, truth(b, place)?);
    Ok(match (a, b) {
        (Some(a), _) if a == settles => Some(settles),
        (_, Some(b)) if b == settles => Some(settles),
        (Some(_), Some(_)) => Some(!settles),
        _ => None,
    })
}

fn truth(value: &Value, place: Place) -> Result<Option<bool>, Fault> {
    match to_bool(value, place)? {
        Value::Bool(truth, _) => Ok(Some(truth)),
        Value::Null(_) => Err(Fault { place, message: "an operand is null".to_owned() }),
        _ => Ok(None),
    }
}

fn arithmetic(a: &Value, op: BinaryOp, b: &Value, place: Place) -> Result<Value, Fault> {
    let (Value::Number(x, _), Value::Number(y, _)) = (&operand(a, place)?, &operand(b, place)?) else {
        return Ok(unknown_of([a, b], place));
    };
    if op == BinaryOp::Divide && y.is_zero() {
        if x.is_zero() {
            return Err(Fault { place, message: "this divides zero by zero".to_owned() });
        }
        // No fault: `can(1 / 0)` is true.
        return Ok(unknown_because(Reason::at(place, "a number is divided by zero, which is infinite"), [a, b], place));
    }
    Ok(number_from(numbers::compute(x, op, y).as_ref(), &[a, b], place))
}

/// A number that was computed from `values`, or Unknown if it is out of bounds.
pub(crate) fn number_from(number: Option<&BigDecimal>, values: &[&Value], place: Place) -> Value {
    let values = values.iter().copied();
    match number.and_then(numbers::canonical) {
        Some(number) => Value::Number(Arc::new(number), origin_of(values, place)),
        None => unknown_because(too_large(place), values, place),
    }
}

/// An operand of arithmetic: a number or Unknown.
fn operand(value: &Value, place: Place) -> Result<Value, Fault> {
    match to_number(value, place)? {
        Value::Null(_) => Err(Fault { place, message: "an operand is null".to_owned() }),
        number => Ok(number),
    }
}

/// `op a`.
pub fn unary(op: UnaryOp, a: &Value, place: Place) -> Result<Value, Fault> {
    match op {
        UnaryOp::Negate => match operand(a, place)? {
            Value::Number(number, _) if number.is_zero() => Ok(unknown_because(too_large(place), [a], place)),
            Value::Number(number, _) => Ok(number_from(Some(&-&*number), &[a], place)),
            _ => Ok(unknown_of([a], place)),
        },
        UnaryOp::Not => match truth(a, place)? {
            Some(truth) => Ok(Value::Bool(!truth, origin_of([a], place))),
            None => Ok(unknown_of([a], place)),
        },
    }
}

fn too_large(place: Place) -> Reason {
    Reason::at(place, "the number is too large, too small or too odd to be worked out here")
}
