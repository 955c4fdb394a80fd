//! Calls of functions, and those functions that are more than a function of values: `try`, `can`, `templatefile`.

use std::sync::Arc;

use super::instances::Target;
use super::machine::{Machine, fault, too_much, unknown};
use super::scope::Scope;
use crate::hcl::ast::{Expr, ExprKind};
use crate::hcl::convert;
use crate::hcl::functions::{self, Call, Fault};
use crate::hcl::value::{List, Map, Origin, Value};
use crate::text::{Maker, Place, Reason};

/// Functions that give back a part of their first argument, or say something of it, without going through all of it.
const LIGHT: [&str; 6] = ["lookup", "length", "keys", "contains", "element", "one"];
/// Functions that do not fail because of unknown elements of what they are given.
const TOLERANT: [&str; 11] =
    ["lookup", "merge", "concat", "keys", "values", "length", "element", "reverse", "one", "compact", "slice"];

impl Machine<'_> {
    pub(super) fn call(
        &self,
        name: &str,
        arguments: &[Expr],
        expands: bool,
        place: Place,
        scope: Scope<'_>,
    ) -> Result<Value, Fault> {
        let name = name.strip_prefix("core::").unwrap_or(name);
        match (name, arguments, expands) {
            ("try", arguments, false) => return self.try_each(arguments, place, scope),
            ("can", [one], false) => return Ok(self.can(one, place, scope)),
            ("templatestring", [template, _], _) if !is_chain(template) => {
                return fault(template.place, "`templatestring` takes a reference to a template, and no expression");
            }
            ("try" | "can", ..) => return fault(place, format!("`{name}` is not given its arguments like this")),
            _ => {}
        }
        if name == "templatestring" && arguments.first().is_some_and(|template| !is_reference(template)) {
            return fault(place, "the template of `templatestring` must be a reference to something that has a name");
        }
        let mut steps = Vec::new();
        let mut values = Vec::with_capacity(arguments.len());
        for (at, argument) in arguments.iter().enumerate() {
            values.push(if at == 0 && LIGHT.contains(&name) {
                self.eval_raw(argument, scope, &mut steps)?
            } else {
                self.eval(argument, scope)?
            });
        }
        if expands && let Some(unknown) = expanded(&mut values, place)? {
            self.risk_of(&unknown);
            return Ok(unknown);
        }
        let value = self.call_with(name, values, place)?;
        Ok(if matches!(name, "lookup" | "element" | "one" | "keys") { self.sent(value, &steps, place) } else { value })
    }

    /// What a function makes of these values.
    pub(super) fn call_with(&self, name: &str, values: Vec<Value>, place: Place) -> Result<Value, Fault> {
        if !self.pay(name, &values) {
            return Ok(too_much(place));
        }
        match (name, values.as_slice()) {
            ("templatefile", [path, given]) => return self.template_file(path, given, place),
            ("templatestring", [template, given]) => return self.template_string(template, given, place),
            ("templatefile" | "templatestring", _) => return fault(place, format!("`{name}` takes two arguments")),
            // An attribute of an instance, or of something else that is not known and must have it.
            ("lookup", [of @ Value::Unknown(_), key]) if key.as_known_text().is_some() => {
                let key: Arc<str> = key.as_known_text().unwrap_or_default().as_ref().into();
                return self.attribute_of(of, &key, place);
            }
            // The one element as it is: how it is known by name is not lost.
            ("join", [_, Value::List(list)]) if let [one @ Value::Unknown(_)] = list.items.as_slice() => {
                self.risk_of(one);
                return Ok(one.clone());
            }
            _ => {}
        }
        self.weigh(name, &values);
        let values: Vec<Value> = values.into_iter().map(|value| self.spelled_out(value, place)).collect();
        let value =
            functions::call(name, &values, &Call { place, files: self.files, directory: &self.root.directory })?;
        // A file that is not here may be there when Terraform runs, or not. What is volatile does not fail.
        if let Value::Unknown(unknown) = &value
            && !unknown.made.as_ref().is_some_and(|made| matches!(made.by, Maker::Volatile(_)))
        {
            self.risk(&unknown.reason);
        }
        Ok(value)
    }

    fn pay(&self, name: &str, values: &[Value]) -> bool {
        let light = match values.first() {
            Some(Value::List(list)) if LIGHT.contains(&name) => Some(list.items.len()),
            Some(Value::Map(map)) if name == "keys" => Some(map.entries.len()),
            Some(Value::Map(_)) if LIGHT.contains(&name) => Some(1),
            _ => None,
        };
        let mut others = values.iter().skip(usize::from(light.is_some()));
        self.budget.spend(light.unwrap_or(0)) && others.all(|value| self.budget.spend_on(value))
    }

    /// Takes note of what may fail for what is not known.
    fn weigh(&self, name: &str, values: &[Value]) {
        let is_tolerant = TOLERANT.contains(&name);
        for value in values {
            match value {
                Value::List(_) | Value::Map(_) if is_tolerant => {}
                value => value.first_unknown().into_iter().for_each(|reason| self.risk(reason)),
            }
        }
    }

    /// The value, and all in it, with the outputs of modules in the place of what stands for these.
    pub(super) fn spelled_out_within(&self, value: Value, place: Place) -> Value {
        let Some(_level) = self.budget.enter() else { return too_much(place) };
        match value {
            Value::List(list) if list.items.iter().any(may_stand_for) => {
                let items = list.items.iter().map(|item| self.spelled_out_within(item.clone(), place)).collect();
                Value::List(List { items: Arc::new(items), ..list })
            }
            Value::Map(map) if map.entries.values().any(may_stand_for) => {
                let spell = |(name, item): (&Arc<str>, &Value)| {
                    (Arc::clone(name), self.spelled_out_within(item.clone(), place))
                };
                Value::Map(Map { entries: Arc::new(map.entries.iter().map(spell).collect()), ..map })
            }
            value @ Value::Unknown(_) => match self.spelled_out(value, place) {
                value @ Value::Unknown(_) => value,
                outputs => self.spelled_out_within(outputs, place),
            },
            value => value,
        }
    }

    /// The value, with its outputs where it stands for a module.
    fn spelled_out(&self, value: Value, place: Place) -> Value {
        let Value::Unknown(unknown) = &value else { return value };
        let Some(Target::Module(module)) = self.target(unknown) else { return value };
        let entry = |name: &Arc<str>| Some((Arc::clone(name), self.attribute_of(&value, name, place).ok()?));
        let entries = module.loaded.module.outputs.keys().filter_map(entry).collect();
        Value::Map(Map { is_object: true, keys: None, entries: Arc::new(entries), origin: Origin::at(place) })
    }

    /// The first of the arguments that does not fail; not known, where that hangs on something unknown.
    fn try_each(&self, arguments: &[Expr], place: Place, scope: Scope<'_>) -> Result<Value, Fault> {
        let mut last = None;
        for argument in arguments {
            let (result, risk) = self.weighed(|| self.eval(argument, scope));
            match (result, risk) {
                (Ok(value), None) => return Ok(value),
                (Ok(value), Some(risk)) => return Ok(self.doubtful(&value, &risk, place)),
                (Err(fault), None) => last = Some(fault),
                // What fails may do so for what we take an unknown value for.
                (Err(_), Some(risk)) => {
                    self.risk(&risk);
                    return Ok(unknown(place, risk));
                }
            }
        }
        match last {
            Some(last) => fault(place, format!("none of the arguments of `try` has a value: {}", last.message)),
            None => fault(place, "`try` takes an argument"),
        }
    }

    /// The value of what may fail: it stays what it is as long as it is not known at all.
    fn doubtful(&self, value: &Value, risk: &Reason, place: Place) -> Value {
        self.risk(risk);
        let reason = match value {
            Value::Unknown(unknown) => &unknown.reason,
            _ => risk,
        };
        convert::unknown_because(reason.clone(), [value], place)
    }

    fn can(&self, argument: &Expr, place: Place, scope: Scope<'_>) -> Value {
        let (result, risk) = self.weighed(|| self.eval(argument, scope));
        match (result, risk) {
            (Err(_), None) => Value::Bool(false, Origin::at(place)),
            // As Terraform has it: what is not known may yet be refused.
            (Ok(Value::Unknown(it)), None) => unknown(place, it.reason.clone()),
            (Ok(_), None) => Value::Bool(true, Origin::at(place)),
            (_, Some(risk)) => unknown(place, risk),
        }
    }
}

/// Whether it is a word with attributes and indexes, and no more.
fn is_chain(mut expr: &Expr) -> bool {
    while let ExprKind::Attribute(base, _) | ExprKind::Index(base, _) = &expr.kind {
        expr = base;
    }
    matches!(expr.kind, ExprKind::Variable(_))
}

/// Whether it is worth a look for what stands for modules.
fn may_stand_for(value: &Value) -> bool {
    matches!(value, Value::Unknown(_) | Value::List(_) | Value::Map(_))
}

/// Puts the elements of the last value in its place; gives back an unknown value where they are not known.
fn expanded(values: &mut Vec<Value>, place: Place) -> Result<Option<Value>, Fault> {
    match values.pop() {
        Some(Value::List(List { items, .. })) => {
            values.extend(items.iter().cloned());
            Ok(None)
        }
        Some(value @ Value::Unknown(_)) => Ok(Some(convert::unknown_of([&value], place))),
        _ => fault(place, "what stands before `...` must be a list"),
    }
}

/// Whether an expression does but name something.
fn is_reference(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Variable(_) | ExprKind::Attribute(..) | ExprKind::Index(..))
}
