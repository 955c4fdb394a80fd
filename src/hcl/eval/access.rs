//! Attributes and elements of values.

use std::rc::Rc;
use std::sync::Arc;

use super::expansion::{Form, Key, bracketed, whole};
use super::instances::{Target, Thing, whole_thing};
use super::machine::{Machine, Wanted, fault, refused, settled, too_much, unknown};
use super::modules::{Instance, Set, whole_module};
use super::scope::Scope;
use crate::hcl::ast::{Expr, ExprKind};
use crate::hcl::convert;
use crate::hcl::functions::Fault;
use crate::hcl::value::{ListKind, Symbol, Unknown, Value};
use crate::text::{Place, Reason, Step};

/// How far a chain of attributes and indexes has been followed.
pub(super) struct Walk {
    value: Value,
    /// The argument of a resource in which we are: what is not written there may be filled in by the provider.
    within: Option<Symbol>,
}

/// One attribute or index.
enum Access {
    Name(Arc<str>),
    Index(usize),
    /// An index that is no number.
    Key(Arc<str>),
}

impl Walk {
    pub(super) fn new(value: Value) -> Self {
        Self { value, within: None }
    }
}

impl Access {
    /// How it is written behind the path of an attribute; `["a"]` is `.a`.
    fn behind(&self, path: &str) -> Arc<str> {
        match self {
            Self::Name(name) | Self::Key(name) if path.is_empty() => Arc::clone(name),
            Self::Name(name) => format!("{path}.{name}").into(),
            Self::Key(name) if is_word(name) => format!("{path}.{name}").into(),
            Self::Key(name) => format!("{path}{}", bracketed(name)).into(),
            Self::Index(index) => format!("{path}[{index}]").into(),
        }
    }

    /// The instance that it picks.
    fn instance(&self) -> Key {
        match self {
            Self::Name(name) | Self::Key(name) => Key::Name(Arc::clone(name)),
            Self::Index(index) => Key::Index(*index),
        }
    }
}

fn is_word(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
}

impl Machine<'_> {
    /// Follows `nodes` from a value; `steps` are those that the result takes.
    pub(super) fn walk(
        &self,
        mut walk: Walk,
        nodes: &[&Expr],
        scope: Scope<'_>,
        steps: &mut Vec<Step>,
    ) -> Result<Value, Fault> {
        for node in nodes {
            let access = match &node.kind {
                ExprKind::Index(_, key) => self.key(key, scope, &walk.value)?,
                ExprKind::Attribute(_, name) => Ok(Access::Name(Arc::clone(name))),
                _ => continue,
            };
            walk = match access {
                Ok(access) => self.follow(walk, &access, node.place, steps)?,
                Err(reason) => {
                    self.risk(&reason);
                    Walk::new(unknown(node.place, reason))
                }
            };
        }
        Ok(walk.value)
    }

    /// An attribute of a value, whatever it is.
    pub(super) fn attribute_of(&self, value: &Value, name: &Arc<str>, place: Place) -> Result<Value, Fault> {
        let mut steps = Vec::new();
        let walk = self.follow(Walk::new(value.clone()), &Access::Name(Arc::clone(name)), place, &mut steps)?;
        Ok(self.sent(walk.value, &steps, place))
    }

    /// The value of an index, or why it is not known.
    fn key(&self, key: &Expr, scope: Scope<'_>, of: &Value) -> Result<Result<Access, Reason>, Fault> {
        let value = self.eval(key, scope)?;
        if let Some(reason) = value.first_unknown() {
            return Ok(Err(reason.clone()));
        }
        let is_number = match of {
            Value::List(_) => true,
            Value::Map(_) => false,
            _ => matches!(value, Value::Number(..)),
        };
        if matches!(value, Value::Null(_)) {
            return fault(key.place, "an index cannot be null");
        }
        if is_number && let Value::Number(number, _) = convert::to_number(&value, key.place)? {
            return match whole(&number) {
                Some(index) => Ok(Ok(Access::Index(index))),
                None => fault(key.place, "an index must be a whole number, not below 0"),
            };
        }
        let text = convert::to_text(&value, key.place)?;
        Ok(Ok(Access::Key(text.text().as_ref().into())))
    }

    /// One attribute or element.
    fn follow(&self, walk: Walk, access: &Access, place: Place, steps: &mut Vec<Step>) -> Result<Walk, Fault> {
        let within = walk.within.map(|symbol| Symbol { attribute: access.behind(&symbol.attribute), ..symbol });
        match (&walk.value, access) {
            (Value::Unknown(it), _) => self.follow_unknown(it, access, place, steps),
            (Value::Map(map), Access::Name(name) | Access::Key(name)) => match (map.entries.get(name), within) {
                (Some(value), within) => Ok(Walk { value: value.clone(), within }),
                (None, Some(symbol)) => Ok(Walk::new(self.filled_in(symbol, name, place))),
                (None, None) => fault(place, format!("there is no attribute or element `{name}`")),
            },
            (Value::List(list), Access::Index(index)) if list.kind != ListKind::Set => {
                match (list.items.get(*index), within) {
                    (Some(value), within) => Ok(Walk { value: value.clone(), within }),
                    (None, Some(symbol)) => Ok(Walk::new(self.filled_in(symbol, "", place))),
                    (None, None) => {
                        fault(place, format!("there is no element {index}: there are {}", list.items.len()))
                    }
                }
            }
            (Value::List(list), Access::Index(_)) if list.kind == ListKind::Set => {
                fault(place, "elements of a set have no index")
            }
            (Value::List(_), _) => fault(place, "a list has no attributes"),
            (Value::Null(_), _) => fault(place, "the value is null, and has no attributes or elements"),
            _ => fault(place, "the value has no attributes or elements"),
        }
    }

    fn follow_unknown(
        &self,
        unknown: &Unknown,
        access: &Access,
        place: Place,
        steps: &mut Vec<Step>,
    ) -> Result<Walk, Fault> {
        match (self.target(unknown), access) {
            (Some(Target::Thing(thing)), Access::Name(name) | Access::Key(name)) => {
                Ok(self.follow_thing(&thing, name, place, steps))
            }
            (Some(Target::Module(module)), Access::Name(name) | Access::Key(name)) => {
                Ok(Walk::new(self.output_at(&module, name, place, steps)?))
            }
            (Some(Target::Thing(_) | Target::Module(_)), Access::Index(_)) => {
                fault(place, "there is one of it, and it has no elements")
            }
            (Some(Target::Things(home, resource)), _) => {
                self.risk(&unknown.reason);
                match self.things(&home, resource) {
                    Some(set) => self.pick_thing(&home, resource, &set, access, place, steps),
                    None => Ok(Walk::new(self.circle(&home, &Wanted::Resource(resource), place))),
                }
            }
            (Some(Target::Modules(home, call)), _) => {
                self.risk(&unknown.reason);
                match self.called(&home, call) {
                    Some(set) => self.pick_module(&set, access, place, steps),
                    None => Ok(Walk::new(self.circle(&home, &Wanted::Call(call), place))),
                }
            }
            (None, _) => {
                self.risk(&unknown.reason);
                let mut further = Unknown { place, shape: None, ..unknown.clone() };
                if let Some(symbol) = &mut further.symbol {
                    let attribute = access.behind(&symbol.attribute);
                    further.reason = renamed(&further.reason, symbol, &attribute);
                    symbol.attribute = attribute;
                }
                Ok(Walk::new(Value::Unknown(Arc::new(further))))
            }
        }
    }

    /// An attribute of a resource.
    fn follow_thing(&self, thing: &Thing, name: &Arc<str>, place: Place, steps: &mut Vec<Step>) -> Walk {
        let symbol = Symbol { address: Arc::clone(&thing.address), attribute: Arc::clone(name) };
        if self.doubt(thing) {
            self.risk(&Reason::at(place, "it is not known whether there is such a resource"));
        }
        let (value, is_written) = self.attribute(thing, name, place);
        if is_written {
            steps.push(Step { place, what: format!("through `{}.{name}`", thing.address).into() });
        }
        Walk { value, within: is_written.then_some(symbol) }
    }

    fn doubt(&self, thing: &Thing) -> bool {
        let set = self.things(&thing.home, thing.resource);
        set.is_none_or(|set| set.expansion.members.get(thing.member).is_none_or(|member| member.doubt.is_some()))
    }

    /// What is not written in an argument of a resource.
    fn filled_in(&self, symbol: Symbol, name: &str, place: Place) -> Value {
        let why = format!("`{}.{}` is not set, and the provider may fill it in", symbol.address, symbol.attribute);
        let target = self.targets.borrow().get(&symbol.address).cloned();
        let made = match target {
            Some(Target::Thing(thing)) => self.made_anew(&thing, name),
            _ => None,
        };
        Value::Unknown(Arc::new(Unknown { symbol: Some(symbol), made, ..Unknown::new(place, Reason::at(place, why)) }))
    }

    /// One of instances of which it is not known which there are.
    fn pick_thing(
        &self,
        home: &Rc<Instance>,
        resource: usize,
        set: &Set,
        access: &Access,
        place: Place,
        steps: &mut Vec<Step>,
    ) -> Result<Walk, Fault> {
        let thing = |member: usize, address: &Arc<str>| Thing {
            home: Rc::clone(home),
            resource,
            member,
            address: Arc::clone(address),
        };
        if let (Form::Single, Some(address), Access::Name(name) | Access::Key(name)) =
            (set.expansion.form, set.addresses.first(), access)
        {
            return Ok(self.follow_thing(&thing(0, address), name, place, steps));
        }
        let member = picked(set, access, place)?;
        let address: Arc<str> = match (set.expansion.members.get(member).map(|it| &it.key), set.addresses.get(member)) {
            (Some(Key::Any), Some(base)) => format!("{base}{}", access.instance().suffix()).into(),
            (_, address) => address.cloned().unwrap_or_else(|| "".into()),
        };
        let why = whole_thing(&address);
        Ok(Walk::new(self.stand_for(&address, place, &why, || Target::Thing(thing(member, &address)))))
    }

    fn pick_module(&self, set: &Set, access: &Access, place: Place, steps: &mut Vec<Step>) -> Result<Walk, Fault> {
        if let (Form::Single, Some(module), Access::Name(name) | Access::Key(name)) =
            (set.expansion.form, set.modules.first(), access)
        {
            return Ok(Walk::new(self.output_at(module, name, place, steps)?));
        }
        let member = picked(set, access, place)?;
        let Some(module) = set.modules.get(member) else { return Ok(Walk::new(too_much(place))) };
        let address: Arc<str> = match set.expansion.members.get(member).map(|it| &it.key) {
            Some(Key::Any) => format!("{}{}", module.address, access.instance().suffix()).into(),
            _ => Arc::clone(&module.address),
        };
        let why = whole_module(&address);
        Ok(Walk::new(self.stand_for(&address, place, &why, || Target::Module(Rc::clone(module)))))
    }

    /// An output of a module.
    fn output_at(
        &self,
        module: &Rc<Instance>,
        name: &Arc<str>,
        place: Place,
        steps: &mut Vec<Step>,
    ) -> Result<Value, Fault> {
        let call = module.call.as_ref().and_then(|call| call.block()).map_or("", |call| &*call.name).to_owned();
        let Some(output) = module.loaded.module.outputs.get(name) else {
            if let Some(error) = module.loaded.module.errors.first() {
                let why = format!("the module `{call}` has a file that cannot be read");
                self.risk(&Reason::at(error.place, why.as_str()));
                return Ok(unknown(place, Reason::at(error.place, why)));
            }
            return fault(place, format!("the module `{call}` has no output `{name}`"));
        };
        steps.push(Step { place, what: format!("through the output `{name}` of the module `{call}`").into() });
        Ok(self.remember(module, &Wanted::Output(Arc::clone(name)), place, || match output.body.attribute("value") {
            Some(value) => settled(self.eval(&value.value, Scope::of(module))),
            None => refused(output.header, "the output has no `value`"),
        }))
    }
}

/// Which of the instances an index picks; the one that stands for all, where it is none of those that are known.
fn picked(set: &Set, access: &Access, place: Place) -> Result<usize, Fault> {
    let members = &set.expansion.members;
    let meant = access.instance();
    let is_meant = |key: &Key| *key == meant || key.text().is_some() && key.text() == meant.text();
    let known = members.iter().position(|member| is_meant(&member.key));
    let any = || members.iter().position(|member| member.key == Key::Any);
    known.or_else(any).map_or_else(|| fault(place, "there is no such instance"), Ok)
}

/// The reason with the name of what is further in, where it speaks of the symbol.
fn renamed(reason: &Reason, symbol: &Symbol, attribute: &str) -> Reason {
    let name = |attribute: &str| format!("`{}.{attribute}`", symbol.address);
    match reason.why.strip_prefix(&name(&symbol.attribute)) {
        Some(rest) => Reason { why: format!("{}{rest}", name(attribute)).into(), place: reason.place },
        None => reason.clone(),
    }
}
