//! `for` and `[*]`: an expression for each element.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::expansion::number;
use super::machine::{Machine, fault, too_much};
use super::scope::{Names, Scope};
use crate::hcl::ast::{Expr, For, SPLAT_ITEM};
use crate::hcl::convert;
use crate::hcl::functions::Fault;
use crate::hcl::value::{Keys, List, ListKind, Map, Origin, Value};
use crate::text::{Place, Reason};

/// The elements of a collection with their keys, or why they are not known.
type Items = Result<Vec<(Value, Value)>, Reason>;

impl Machine<'_> {
    pub(super) fn splat(&self, source: &Expr, each: &Expr, place: Place, scope: Scope<'_>) -> Result<Value, Fault> {
        let mut steps = Vec::new();
        let value = self.eval_raw(source, scope, &mut steps)?;
        let (items, kind) = match value {
            Value::Null(_) => (Arc::new(Vec::new()), ListKind::Tuple),
            Value::List(list) if list.kind == ListKind::Tuple => (list.items, ListKind::Tuple),
            Value::List(list) => (list.items, ListKind::List),
            value @ Value::Unknown(_) if !self.is_instance(&value) => {
                self.risk_of(&value);
                return Ok(convert::unknown_of([&value], place));
            }
            // One value that is no list is taken for a list of it.
            one => (Arc::new(vec![one]), ListKind::Tuple),
        };
        let mut results = Vec::with_capacity(items.len().min(1000));
        for item in items.iter() {
            if self.budget.is_spent() {
                return Ok(too_much(place));
            }
            let names = scope.bind(SPLAT_ITEM, item.clone(), &steps);
            results.push(self.eval(each, scope.inside(&names))?);
        }
        Ok(Value::List(List { kind, items: Arc::new(results), origin: Origin::at(place) }))
    }

    pub(super) fn for_in(&self, it: &For, place: Place, scope: Scope<'_>) -> Result<Value, Fault> {
        let mut steps = Vec::new();
        let source = self.eval_raw(&it.source, scope, &mut steps)?;
        let elements = match items(&source, it.source.place)? {
            Ok(elements) => elements,
            Err(reason) => {
                self.risk(&reason);
                return Ok(convert::unknown_because(reason, [&source], place));
            }
        };
        let mut made = Made::default();
        for (key, value) in elements {
            if self.budget.is_spent() {
                return Ok(too_much(place));
            }
            let outer = it.key_name.as_deref().map(|name| scope.bind(name, key, &steps));
            let inner = bound(scope, outer.as_ref());
            let names = inner.bind(&it.value_name, value, &steps);
            if let Err(reason) = self.one_of(it, inner.inside(&names), &mut made)? {
                self.risk(&reason);
                return Ok(convert::unknown_because(reason, [&source], place));
            }
        }
        Ok(made.finish(it, place))
    }

    /// Adds what one element comes to, or says why that is not known.
    fn one_of(&self, it: &For, scope: Scope<'_>, made: &mut Made) -> Result<Result<(), Reason>, Fault> {
        if let Some(condition) = &it.condition {
            match convert::to_bool(&self.eval(condition, scope)?, condition.place)? {
                Value::Bool(true, _) => {}
                Value::Bool(false, _) => return Ok(Ok(())),
                Value::Null(_) => return fault(condition.place, "a condition cannot be null"),
                unknown => return Ok(Err(reason_of(&unknown, condition.place))),
            }
        }
        let Some(key) = &it.key else {
            made.items.push(self.eval(&it.value, scope)?);
            return Ok(Ok(()));
        };
        let (name, text) = match self.key_of(key, scope)? {
            Ok(key) => key,
            Err(reason) => return Ok(Err(reason)),
        };
        made.keys.insert(Arc::clone(&name), text);
        let value = self.eval(&it.value, scope)?;
        let values = made.entries.entry(Arc::clone(&name)).or_default();
        if !values.is_empty() && !it.groups {
            return fault(key.place, format!("two elements have the key `{name}`"));
        }
        values.push(value);
        Ok(Ok(()))
    }
}

/// The elements of a collection.
pub(super) fn items(source: &Value, place: Place) -> Result<Items, Fault> {
    match source {
        Value::Unknown(unknown) => Ok(Err(unknown.reason.clone())),
        Value::Null(_) => fault(place, "null has no elements to go through"),
        Value::List(list) if list.kind == ListKind::Set => {
            Ok(Ok(list.items.iter().map(|item| (item.clone(), item.clone())).collect()))
        }
        Value::List(list) => {
            let indexed = list.items.iter().enumerate().map(|(at, item)| (number(at, item.place()), item.clone()));
            Ok(Ok(indexed.collect()))
        }
        Value::Map(map) => Ok(Ok(map.entries.iter().map(|(name, value)| (map.key(name), value.clone())).collect())),
        _ => fault(place, "it has no elements to go through"),
    }
}

/// What a `for` has made so far.
#[derive(Default)]
struct Made {
    items: Vec<Value>,
    entries: BTreeMap<Arc<str>, Vec<Value>>,
    keys: Keys,
}

impl Made {
    fn finish(self, it: &For, place: Place) -> Value {
        let tuple =
            |items| Value::List(List { kind: ListKind::Tuple, items: Arc::new(items), origin: Origin::at(place) });
        if it.key.is_none() {
            return tuple(self.items);
        }
        let one = |(key, mut values): (Arc<str>, Vec<Value>)| {
            let value = if it.groups { tuple(values) } else { values.pop().unwrap_or_else(|| tuple(Vec::new())) };
            (key, value)
        };
        let entries = self.entries.into_iter().map(one).collect();
        Value::Map(Map {
            is_object: true,
            keys: Some(Arc::new(self.keys)),
            entries: Arc::new(entries),
            origin: Origin::at(place),
        })
    }
}

/// The scope with the names, if there are any.
pub(super) fn bound<'s>(scope: Scope<'s>, names: Option<&'s Names<'s>>) -> Scope<'s> {
    names.map_or(scope, |names| scope.inside(names))
}

/// Why a value is not known.
pub(super) fn reason_of(value: &Value, place: Place) -> Reason {
    value.first_unknown().cloned().unwrap_or_else(|| Reason::at(place, "it is not known"))
}
