//! Variables: what they are given, as their types take it.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::machine::{Machine, Wanted, refused, settled, too_much};
use super::modules::Instance;
use super::scope::Scope;
use super::types::Constraint;
use crate::hcl::configuration::Variable;
use crate::hcl::convert::{self, Type};
use crate::hcl::functions::Fault;
use crate::hcl::value::{List, Map, Origin, Symbol, Unknown, Value};
use crate::text::{Place, Reason};

impl Machine<'_> {
    /// The value of a variable of a module, which must declare it.
    pub(super) fn variable(&self, home: &Rc<Instance>, name: &Arc<str>, place: Place) -> Value {
        let Some(variable) = home.loaded.module.variables.get(name) else {
            return refused(place, &format!("the variable `{name}` is not declared"));
        };
        self.remember(home, &Wanted::Variable(Arc::clone(name)), place, || {
            let value = match self.given(home, name) {
                Some(given) => self.taken(home, name, variable, given),
                None => self.default(home, name, variable),
            };
            value.unwrap_or_else(|| unset(home, name, variable))
        })
    }

    /// What is given to a variable from outside of its module.
    fn given(&self, home: &Rc<Instance>, name: &str) -> Option<Value> {
        match &home.call {
            None => Some(settled(self.eval(self.given.get(name)?, Scope::nowhere()))),
            Some(call) => {
                let argument = call.block()?.body.attribute(name)?;
                Some(settled(self.eval(&argument.value, call.scope())))
            }
        }
    }

    /// What is given, as the variable's type takes it; null stands for the default where the variable cannot be null.
    fn taken(&self, home: &Rc<Instance>, name: &Arc<str>, variable: &Variable, given: Value) -> Option<Value> {
        let place = given.place();
        let value = settled(self.as_declared(home, name, variable, given, place));
        if variable.is_nullable || !matches!(value, Value::Null(_)) {
            return Some(value);
        }
        let default = self.default(home, name, variable);
        default.or_else(|| Some(refused(place, &format!("the variable `{name}` cannot be null"))))
    }

    fn default(&self, home: &Rc<Instance>, name: &Arc<str>, variable: &Variable) -> Option<Value> {
        let default = variable.default.as_ref()?;
        let value = settled(self.eval(default, Scope::nowhere()));
        Some(settled(self.as_declared(home, name, variable, value, default.place)))
    }

    fn as_declared(
        &self,
        home: &Rc<Instance>,
        name: &Arc<str>,
        variable: &Variable,
        value: Value,
        place: Place,
    ) -> Result<Value, Fault> {
        let Some(type_) = &variable.type_ else { return Ok(value) };
        let known = home.loaded.constraints.borrow().get(name).cloned();
        let constraint = known.unwrap_or_else(|| {
            let read = Rc::new(self.constraint(type_));
            home.loaded.constraints.borrow_mut().insert(Arc::clone(name), Rc::clone(&read));
            read
        });
        self.conform(value, &constraint, place)
    }

    /// The value in the type that is asked for.
    fn conform(&self, value: Value, constraint: &Constraint, place: Place) -> Result<Value, Fault> {
        if !self.budget.spend_on(&value) {
            return Ok(too_much(place));
        }
        let value = self.taken_apart(value, &constraint.type_, place)?;
        let value = self.filled(value, &constraint.defaults)?;
        convert::to_type(&value, &constraint.type_, place)
    }

    /// The value with the attributes that an object type names, in the place of a resource or module that it stands for.
    fn taken_apart(&self, value: Value, type_: &Type, place: Place) -> Result<Value, Fault> {
        match (type_, value) {
            (Type::Object(attributes), value) if self.is_instance(&value) => {
                let take = |(name, ..): &(Arc<str>, Type, bool)| {
                    Ok((Arc::clone(name), self.attribute_of(&value, name, place)?))
                };
                let entries: BTreeMap<_, _> = attributes.iter().map(take).collect::<Result<_, Fault>>()?;
                Ok(Value::Map(Map {
                    is_object: true,
                    keys: None,
                    entries: Arc::new(entries),
                    origin: Origin::at(place),
                }))
            }
            (Type::Object(attributes), Value::Map(map)) => {
                let of = |name: &Arc<str>| attributes.iter().find(|(own, ..)| own == name).map(|(_, type_, _)| type_);
                self.entries_apart(map, of, place)
            }
            (Type::Map(of), Value::Map(map)) => self.entries_apart(map, |_| Some(&**of), place),
            (Type::List(of) | Type::Set(of), Value::List(list)) if list.items.iter().any(|it| self.is_instance(it)) => {
                let items = list.items.iter().map(|item| self.taken_apart(item.clone(), of, place));
                let items: Vec<_> = items.collect::<Result<_, _>>()?;
                Ok(Value::List(List { items: Arc::new(items), ..list }))
            }
            (_, value) => Ok(value),
        }
    }

    fn entries_apart<'t>(
        &self,
        map: Map,
        of: impl Fn(&Arc<str>) -> Option<&'t Type>,
        place: Place,
    ) -> Result<Value, Fault> {
        if !map.entries.values().any(|it| self.is_instance(it)) {
            return Ok(Value::Map(map));
        }
        let apart = |(name, value): (&Arc<str>, &Value)| {
            let value = match of(name) {
                Some(type_) => self.taken_apart(value.clone(), type_, place)?,
                None => value.clone(),
            };
            Ok((Arc::clone(name), value))
        };
        let entries: BTreeMap<_, _> = map.entries.iter().map(apart).collect::<Result<_, Fault>>()?;
        Ok(Value::Map(Map { entries: Arc::new(entries), ..map }))
    }
}

/// The value of a variable that nothing gives one.
fn unset(home: &Instance, name: &Arc<str>, variable: &Variable) -> Value {
    let why = match home.call.as_ref().and_then(|call| call.block()) {
        None => format!("the variable `{name}` has no default, and no .tfvars file sets it"),
        Some(call) => {
            format!("the variable `{name}` has no default, and the module call `{}` does not give it", call.name)
        }
    };
    let symbol = Symbol { address: home.address_of(&format!("var.{name}")).into(), attribute: "".into() };
    let unknown = Unknown::new(variable.header, Reason::at(variable.header, why));
    Value::Unknown(Arc::new(Unknown { symbol: Some(symbol), ..unknown }))
}
