//! Values that stand for an instance of a resource or of a module as a whole. What they have is worked out when something of
//! it is asked for, so such a value is an unknown one, and its symbol is the address of the instance.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::expansion::{Expansion, Form, Member};
use super::machine::{Machine, Wanted};
use super::modules::{Instance, Set, addresses};
use super::scope::Scope;
use crate::hcl::configuration::Declaration;
use crate::hcl::value::{List, ListKind, Map, Origin, Symbol, Unknown, Value};
use crate::text::{Place, Reason};

/// What an address is the address of.
#[derive(Clone)]
pub(super) enum Target {
    /// An instance of a resource.
    Thing(Thing),
    /// All instances of a resource, where it is not known which there are.
    Things(Rc<Instance>, usize),
    /// An instance of a module.
    Module(Rc<Instance>),
    /// All instances of a module call, where it is not known which there are.
    Modules(Rc<Instance>, usize),
}

/// An instance of a resource or data source.
#[derive(Clone)]
pub(super) struct Thing {
    pub(super) home: Rc<Instance>,
    /// Which of the module's resources.
    pub(super) resource: usize,
    /// Which of its instances.
    pub(super) member: usize,
    /// Its address, with module and instance.
    pub(super) address: Arc<str>,
}

impl Declaration {
    /// `aws_s3_object.policy`, `data.aws_route53_zone.main`.
    pub(super) fn address(&self) -> String {
        format!("{}{}.{}", if self.is_data { "data." } else { "" }, self.kind, self.name)
    }
}

impl Thing {
    pub(super) fn declaration(&self) -> Option<&Declaration> {
        self.home.loaded.module.resources.get(self.resource)
    }
}

/// Why an instance of a resource as a whole is not known.
pub(super) fn whole_thing(address: &str) -> String {
    format!("`{address}` has attributes that are known only after it is applied")
}

impl Machine<'_> {
    /// The instances of a resource; `None` while that is being worked out.
    pub(super) fn things(&self, home: &Rc<Instance>, resource: usize) -> Option<Rc<Set>> {
        let wanted = Wanted::Resource(resource);
        if let Some(set) = home.sets.borrow().get(&wanted) {
            return Some(Rc::clone(set));
        }
        let declaration = home.loaded.module.resources.get(resource)?;
        let _working = self.begin(home, &wanted)?;
        let (set, _) = self.weighed(|| Rc::new(self.thing_set(home, resource, declaration)));
        home.sets.borrow_mut().insert(wanted, Rc::clone(&set));
        Some(set)
    }

    fn thing_set(&self, home: &Rc<Instance>, resource: usize, declaration: &Declaration) -> Set {
        let place = declaration.header;
        let expansion = self.expand(&declaration.body, Scope::of(home));
        let base = home.address_of(&declaration.address());
        let addresses = addresses(&base, &expansion);
        let thing = |member: usize, address: &Arc<str>| Thing {
            home: Rc::clone(home),
            resource,
            member,
            address: Arc::clone(address),
        };
        let values = addresses.iter().enumerate().map(|(member, address)| {
            self.stand_for(address, place, &whole_thing(address), || Target::Thing(thing(member, address)))
        });
        let values = values.collect();
        let value = self.all_of(&base, &expansion, values, place, || Target::Things(Rc::clone(home), resource));
        Set { expansion, addresses, modules: Vec::new(), elsewhere: None, value }
    }

    /// A value that stands for `target`, which has this address.
    pub(super) fn stand_for(
        &self,
        address: &Arc<str>,
        place: Place,
        why: &str,
        target: impl FnOnce() -> Target,
    ) -> Value {
        self.targets.borrow_mut().insert(Arc::clone(address), target());
        let symbol = Symbol { address: Arc::clone(address), attribute: "".into() };
        let unknown = Unknown::new(place, Reason::at(place, why));
        Value::Unknown(Arc::new(Unknown { symbol: Some(symbol), ..unknown }))
    }

    /// What a reference to a block as a whole comes to: its only instance, a list, a map, or a value that stands for instances
    /// of which it is not known which there are.
    pub(super) fn all_of(
        &self,
        base: &str,
        expansion: &Expansion,
        mut values: Vec<Value>,
        place: Place,
        target: impl FnOnce() -> Target,
    ) -> Value {
        if !expansion.is_certain() {
            let doubt = expansion.members.iter().find_map(|member| member.doubt.as_ref());
            let why = doubt.map_or_else(String::new, |reason| reason.why.to_string());
            // The address may be that of the one that stands for all, which is reached only through this.
            return self.stand_for(&base.into(), place, &why, target);
        }
        let origin = Origin::at(place);
        match expansion.form {
            Form::Single => values.pop().unwrap_or(Value::Null(origin)),
            Form::Counted => Value::List(List { kind: ListKind::Tuple, items: Arc::new(values), origin }),
            Form::Keyed => {
                let names = expansion.members.iter().filter_map(|member| member.key.text());
                let entries: BTreeMap<_, _> = names.zip(values).collect();
                let written = |member: &Member| match &member.each.key {
                    Some(Value::String(text)) => Some((member.key.text()?, Arc::clone(text))),
                    _ => None,
                };
                let keys = Some(Arc::new(expansion.members.iter().filter_map(written).collect()));
                Value::Map(Map { is_object: true, keys, entries: Arc::new(entries), origin })
            }
        }
    }

    /// What the value stands for, if it stands for an instance or for some.
    pub(super) fn target(&self, unknown: &Unknown) -> Option<Target> {
        let symbol = unknown.symbol.as_ref().filter(|symbol| symbol.attribute.is_empty())?;
        self.targets.borrow().get(&symbol.address).cloned()
    }

    /// Whether the value stands for one instance: an object, then, of which only the attributes are not known.
    pub(super) fn is_instance(&self, value: &Value) -> bool {
        match value {
            Value::Unknown(unknown) => matches!(self.target(unknown), Some(Target::Thing(_) | Target::Module(_))),
            _ => false,
        }
    }
}
