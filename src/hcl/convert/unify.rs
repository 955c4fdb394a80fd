//! The one type that values of several types can be of, as cty, the library of Terraform's values, finds it.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::types::{Type, to_type, type_of};
use crate::hcl::functions::Fault;
use crate::hcl::value::Value;
use crate::text::Place;

/// The type that both arms of a conditional have in common, and `chosen` converted to it. `true ? 604800 : "x"` is `"604800"`.
pub fn unify(chosen: &Value, other: &Value, place: Place) -> Result<Value, Fault> {
    // Null fits everything, and what an unknown would do to the type is not known.
    if matches!(chosen, Value::Null(_) | Value::Unknown(_)) || matches!(other, Value::Null(_) | Value::Unknown(_)) {
        return Ok(chosen.clone());
    }
    let common = common(&[type_of(chosen), type_of(other)]).ok_or_else(|| Fault {
        place,
        message: "the two results of the condition are of types that have nothing in common".to_owned(),
    })?;
    to_type(chosen, &common, place)
}

/// The type that all of `values` can be of; `None` if there is none.
pub(crate) fn common_type(values: &[Value]) -> Option<Type> {
    common(&values.iter().map(type_of).collect::<Vec<_>>())
}

/// `chosen` as the type that all of `values`, of which it is one, can be of: `coalesce`.
pub(crate) fn unify_all(chosen: &Value, values: &[Value], place: Place) -> Result<Value, Fault> {
    let common = common(&values.iter().map(type_of).collect::<Vec<_>>())
        .ok_or_else(|| Fault { place, message: "the values are of types that have nothing in common".to_owned() })?;
    to_type(chosen, &common, place)
}

/// The type that all values can be of; `None` if there is none. Without any value it is [`Type::Any`].
pub(super) fn type_of_all<'a>(values: impl Iterator<Item = &'a Value>) -> Option<Type> {
    let mut types: Vec<Type> = Vec::new();
    for value in values {
        let found = type_of(value);
        // Long lists are mostly of few types.
        if !types.contains(&found) {
            types.push(found);
        }
        if types.len() > MAX_TYPES {
            return Some(Type::Any);
        }
    }
    common(&types)
}

/// Types that are compared: each with each of the others.
const MAX_TYPES: usize = 64;

/// The type that values of all `types` can be of.
fn common(types: &[Type]) -> Option<Type> {
    let Some((first, rest)) = types.split_first() else { return Some(Type::Any) };
    if rest.iter().all(|other| other == first) {
        return Some(first.clone());
    }
    let count = |of: fn(&Type) -> bool| types.iter().filter(|found| of(found)).count();
    let any = count(|found| *found == Type::Any);
    let (maps, objects) =
        (count(|found| matches!(found, Type::Map(_))), count(|found| matches!(found, Type::Object(_))));
    let (lists, tuples) =
        (count(|found| matches!(found, Type::List(_))), count(|found| matches!(found, Type::Tuple(_))));
    let sets = count(|found| matches!(found, Type::Set(_)));
    let all = types.len() - any;
    if maps > 0 && maps + objects == all {
        return common_of_parts(types).map(|of| Type::Map(Box::new(of)));
    }
    if lists > 0 && lists + tuples == all {
        return common_of_parts(types).map(|of| Type::List(Box::new(of)));
    }
    if sets > 0 && sets == all {
        return common_of_parts(types).map(|of| Type::Set(Box::new(of)));
    }
    if objects > 0 && objects == all {
        return common_object(types);
    }
    if tuples > 0 && tuples == all {
        return common_tuple(types);
    }
    preferred(types)
}

/// The first of the types, the most general first, to which all others can be converted.
fn preferred(types: &[Type]) -> Option<Type> {
    let rank = |found: &Type| match found {
        Type::String | Type::List(_) => 0,
        Type::Any => 2,
        _ => 1,
    };
    let mut candidates: Vec<&Type> = types.iter().collect();
    candidates.sort_by_key(|found| rank(found));
    candidates.into_iter().find(|wanted| types.iter().all(|from| converts(from, wanted))).cloned()
}

/// Whether there is a conversion, even one that may fail for a value.
fn converts(from: &Type, to: &Type) -> bool {
    match (from, to) {
        (Type::Any, _)
        | (_, Type::Any)
        | (Type::String, Type::Number | Type::Bool)
        | (Type::Number | Type::Bool, Type::String) => true,
        (Type::List(from) | Type::Set(from), Type::List(to) | Type::Set(to)) | (Type::Map(from), Type::Map(to)) => {
            converts(from, to)
        }
        (Type::Tuple(from), Type::List(to) | Type::Set(to)) => from.iter().all(|from| converts(from, to)),
        (Type::Object(from), Type::Map(to)) => from.iter().all(|(_, from, _)| converts(from, to)),
        _ => from == to,
    }
}

/// Objects with the same names keep them; else they become a map.
fn common_object(types: &[Type]) -> Option<Type> {
    let mut by_name: BTreeMap<&Arc<str>, Vec<Type>> = BTreeMap::new();
    let mut objects = 0;
    for found in types {
        if let Type::Object(attributes) = found {
            objects += 1;
            for (name, of, _) in attributes {
                by_name.entry(name).or_default().push(of.clone());
            }
        }
    }
    if by_name.values().all(|across| across.len() == objects) {
        let attribute = |(name, across): (&Arc<str>, Vec<Type>)| Some((Arc::clone(name), common(&across)?, false));
        return Some(Type::Object(by_name.into_iter().map(attribute).collect::<Option<_>>()?));
    }
    common(&parts(types)).map(|of| Type::Map(Box::new(of)))
}

/// Tuples of one length keep it; else they become a list.
fn common_tuple(types: &[Type]) -> Option<Type> {
    let tuples: Vec<&Vec<Type>> =
        types.iter().filter_map(|found| if let Type::Tuple(of) = found { Some(of) } else { None }).collect();
    let len = tuples.first()?.len();
    if tuples.iter().all(|of| of.len() == len) {
        let at = |index: usize| common(&tuples.iter().map(|of| of[index].clone()).collect::<Vec<_>>());
        return Some(Type::Tuple((0..len).map(at).collect::<Option<_>>()?));
    }
    common(&parts(types)).map(|of| Type::List(Box::new(of)))
}

/// The type that the parts of all types have in common: first those of each, then all.
fn common_of_parts(types: &[Type]) -> Option<Type> {
    let of_each = types.iter().filter(|one| **one != Type::Any).map(|one| common(&parts(std::slice::from_ref(one))));
    common(&of_each.collect::<Option<Vec<Type>>>()?)
}

/// The types of all parts of all types.
fn parts(types: &[Type]) -> Vec<Type> {
    let mut found: Vec<Type> = Vec::new();
    let mut add = |part: &Type| {
        if !found.contains(part) {
            found.push(part.clone());
        }
    };
    for one in types {
        match one {
            Type::List(of) | Type::Set(of) | Type::Map(of) => add(of),
            Type::Tuple(of) => of.iter().for_each(&mut add),
            Type::Object(of) => of.iter().for_each(|(_, of, _)| add(of)),
            Type::Any | Type::String | Type::Number | Type::Bool => {}
        }
    }
    found
}
