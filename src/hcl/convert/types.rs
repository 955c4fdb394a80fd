//! Types, what values are of which, and the conversions to them.

use std::sync::Arc;

use super::doubt::unknown_of;
use super::{kind_of, sets, to_bool, to_number, to_text, unify};
use crate::hcl::functions::Fault;
use crate::hcl::value::{List, ListKind, Map, Origin, Shape, Value};
use crate::text::Place;

/// A type constraint as variables declare them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// `any`; also the type of null, and of what is not known.
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

impl Type {
    /// Whether `any` is in it.
    pub(super) fn has_any(&self) -> bool {
        match self {
            Self::Any => true,
            Self::String | Self::Number | Self::Bool => false,
            Self::List(of) | Self::Set(of) | Self::Map(of) => of.has_any(),
            Self::Tuple(of) => of.iter().any(Self::has_any),
            Self::Object(of) => of.iter().any(|(_, of, _)| of.has_any()),
        }
    }
}

/// The type of a value, as far as it is known. Attributes of objects are sorted by name.
pub fn type_of(value: &Value) -> Type {
    match value {
        Value::Null(_) => Type::Any,
        Value::Bool(..) => Type::Bool,
        Value::Number(..) => Type::Number,
        Value::String(_) => Type::String,
        Value::List(list) if list.kind == ListKind::Tuple => Type::Tuple(list.items.iter().map(type_of).collect()),
        Value::List(list) => {
            let of = Box::new(unify::type_of_all(list.items.iter()).unwrap_or(Type::Any));
            if list.kind == ListKind::Set { Type::Set(of) } else { Type::List(of) }
        }
        Value::Map(map) if map.is_object => {
            Type::Object(map.entries.iter().map(|(name, value)| (Arc::clone(name), type_of(value), false)).collect())
        }
        Value::Map(map) => Type::Map(Box::new(unify::type_of_all(map.entries.values()).unwrap_or(Type::Any))),
        Value::Unknown(unknown) => match unknown.shape {
            Some(Shape::Hex(_) | Shape::Base64(_)) => Type::String,
            None => Type::Any,
        },
    }
}

/// The value as `wanted`, as a variable of that type takes it; the defaults of `optional` are the evaluator's: what is missing
/// is null.
pub fn to_type(value: &Value, wanted: &Type, place: Place) -> Result<Value, Fault> {
    match (wanted, value) {
        (Type::Any, _) | (_, Value::Null(_) | Value::Unknown(_)) => Ok(value.clone()),
        (Type::String, _) => Ok(Value::String(to_text(value, place)?)),
        (Type::Number, _) => to_number(value, place),
        (Type::Bool, _) => to_bool(value, place),
        // The order of a set hangs on all its elements.
        (Type::List(_), Value::List(list)) if sets::is_unsettled(list) => Ok(unknown_of([value], place)),
        (Type::List(of), Value::List(list)) => {
            Ok(Value::List(list_of(convert_all(list.items.iter(), of, place)?, ListKind::List, &list.origin)))
        }
        (Type::Set(of), Value::List(list)) => {
            let items = sets::sorted(convert_all(list.items.iter(), of, place)?);
            Ok(Value::List(list_of(items, ListKind::Set, &list.origin)))
        }
        (Type::Tuple(of), Value::List(list)) if list.kind == ListKind::Tuple => tuple(list, of, place),
        (Type::Map(of), Value::Map(map)) => {
            let values = convert_all(map.entries.values(), of, place)?;
            let entries = map.entries.keys().cloned().zip(values).collect();
            Ok(Value::Map(Map {
                is_object: false,
                keys: map.keys.clone(),
                entries: Arc::new(entries),
                origin: map.origin.clone(),
            }))
        }
        (Type::Object(of), Value::Map(map)) => object(map, of, place),
        _ => {
            let (what, wanted) = (kind_of(value), name_of(wanted));
            Err(Fault { place, message: format!("{wanted} is required, and this is {what}") })
        }
    }
}

/// The value as a list, its elements of one type: `tolist`.
pub fn to_list(value: &Value, place: Place) -> Result<Value, Fault> {
    to_type(value, &Type::List(Box::new(Type::Any)), place)
}

/// The value as a set: `toset`.
pub fn to_set(value: &Value, place: Place) -> Result<Value, Fault> {
    to_type(value, &Type::Set(Box::new(Type::Any)), place)
}

/// The value as a map: `tomap`.
pub fn to_map(value: &Value, place: Place) -> Result<Value, Fault> {
    to_type(value, &Type::Map(Box::new(Type::Any)), place)
}

/// All values as `of`; where `any` is in it, as the one type that they all can be of.
fn convert_all<'a>(
    values: impl Iterator<Item = &'a Value> + Clone,
    of: &Type,
    place: Place,
) -> Result<Vec<Value>, Fault> {
    let converted: Vec<Value> = values.map(|value| to_type(value, of, place)).collect::<Result<_, _>>()?;
    if !of.has_any() {
        return Ok(converted);
    }
    let common = unify::type_of_all(converted.iter())
        .ok_or_else(|| Fault { place, message: "all elements must be of one type".to_owned() })?;
    converted.iter().map(|value| to_type(value, &common, place)).collect()
}

fn list_of(items: Vec<Value>, kind: ListKind, origin: &Origin) -> List {
    List { kind, items: Arc::new(items), origin: origin.clone() }
}

fn tuple(list: &List, of: &[Type], place: Place) -> Result<Value, Fault> {
    if list.items.len() != of.len() {
        let (wanted, found) = (of.len(), list.items.len());
        return Err(Fault {
            place,
            message: format!("a tuple of {wanted} elements is required, and this has {found}"),
        });
    }
    let items = list.items.iter().zip(of).map(|(item, of)| to_type(item, of, place)).collect::<Result<_, _>>()?;
    Ok(Value::List(list_of(items, ListKind::Tuple, &list.origin)))
}

fn object(map: &Map, of: &[(Arc<str>, Type, bool)], place: Place) -> Result<Value, Fault> {
    let attribute = |(name, of, is_optional): &(Arc<str>, Type, bool)| {
        let value = match map.entries.get(name) {
            Some(value) => to_type(value, of, place)?,
            None if *is_optional => Value::Null(map.origin.clone()),
            None => return Err(Fault { place, message: format!("the attribute `{name}` is required") }),
        };
        Ok((Arc::clone(name), value))
    };
    let entries = of.iter().map(attribute).collect::<Result<_, _>>()?;
    Ok(Value::Map(Map {
        is_object: true,
        keys: map.keys.clone(),
        entries: Arc::new(entries),
        origin: map.origin.clone(),
    }))
}

fn name_of(wanted: &Type) -> &'static str {
    match wanted {
        Type::Any => "a value",
        Type::String => "a string",
        Type::Number => "a number",
        Type::Bool => "a bool",
        Type::List(_) => "a list",
        Type::Set(_) => "a set",
        Type::Map(_) => "a map",
        Type::Tuple(_) => "a tuple",
        Type::Object(_) => "an object",
    }
}
