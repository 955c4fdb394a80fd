//! Resources and data sources: their arguments, and what a reference to one of their attributes comes to.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::blocks::{is_json_dynamic, kinds};
use super::instances::Thing;
use super::machine::{Machine, Wanted, settled};
use super::modules::{Instance, Set};
use super::scope::Scope;
use crate::hcl::configuration::Declaration;
use crate::hcl::resource::Resource;
use crate::hcl::value::{Map, Origin, Value};
use crate::text::Place;

/// What a block says to Terraform, and not to the provider.
const META: [&str; 8] =
    ["count", "for_each", "provider", "depends_on", "lifecycle", "provisioner", "connection", "providers"];

impl Machine<'_> {
    /// The value of an attribute of a resource, and whether it is the argument that is written there.
    pub(super) fn attribute(&self, thing: &Thing, name: &Arc<str>, place: Place) -> (Value, bool) {
        let known = self.special(thing, name, place).or_else(|| self.argument(thing, name, place));
        if let Some(value) = known {
            return (value, true);
        }
        (self.computed(thing, name, place), false)
    }

    /// The argument of this name, or the list of nested blocks; `None` if it is not set.
    pub(super) fn argument(&self, thing: &Thing, name: &Arc<str>, place: Place) -> Option<Value> {
        if META.contains(&&**name) {
            return None;
        }
        let declaration = thing.declaration()?;
        let body = &declaration.body;
        let null = || Value::Null(Origin::at(declaration.header));
        let wanted = Wanted::Argument(thing.resource, thing.member, Arc::clone(name));
        let value = self.within(thing, |scope| {
            self.remember(&thing.home, &wanted, place, || match body.attribute(name) {
                Some(attribute) => settled(self.eval(&attribute.value, scope)),
                None => self.blocks(body, name, scope).unwrap_or_else(null),
            })
        })?;
        (!matches!(value, Value::Null(_))).then_some(value)
    }

    /// What `work` comes to in the scope of the resource's arguments.
    pub(super) fn within<T>(&self, thing: &Thing, work: impl FnOnce(Scope<'_>) -> T) -> Option<T> {
        let set = self.things(&thing.home, thing.resource)?;
        let each = &set.expansion.members.get(thing.member)?.each;
        Some(work(Scope::of(&thing.home).with(each)))
    }

    /// All arguments that are set.
    pub(super) fn arguments(&self, thing: &Thing) -> BTreeMap<Arc<str>, Value> {
        let Some(declaration) = thing.declaration() else { return BTreeMap::new() };
        let place = declaration.header;
        let attributes = declaration.body.attributes.iter().filter(|attribute| !is_json_dynamic(attribute));
        let mut names: Vec<Arc<str>> = attributes.map(|attribute| Arc::clone(&attribute.name)).collect();
        names.extend(kinds(&declaration.body));
        let argument = |name: Arc<str>| {
            let value = self.argument(thing, &name, place)?;
            Some((name, self.spelled_out_within(value, place)))
        };
        names.into_iter().filter_map(argument).collect()
    }

    /// The instances of the wanted resources of a module and of the modules that it calls.
    pub(super) fn gather(&self, home: &Rc<Instance>, wanted: &dyn Fn(&str) -> bool, out: &mut super::Evaluated) {
        for (number, declaration) in home.loaded.module.resources.iter().enumerate() {
            if !wanted(&declaration.kind) {
                continue;
            }
            let Some(set) = self.things(home, number) else { continue };
            for member in 0..set.addresses.len() {
                out.resources.extend(self.resource(home, number, declaration, &set, member));
            }
        }
        for number in 0..home.loaded.call_count() {
            if !home.loaded.call(number).is_some_and(|call| self.matters(home, call, wanted)) {
                continue;
            }
            let Some(set) = self.called(home, number) else { continue };
            self.opaque(home, number, &set, &mut out.opaque);
            for module in &set.modules {
                self.gather(module, wanted, out);
            }
        }
    }

    fn resource(
        &self,
        home: &Rc<Instance>,
        number: usize,
        declaration: &Declaration,
        set: &Set,
        member: usize,
    ) -> Option<Resource> {
        let (at, address) = (set.expansion.members.get(member)?, set.addresses.get(member)?);
        let thing = Thing { home: Rc::clone(home), resource: number, member, address: Arc::clone(address) };
        let entries = Arc::new(self.arguments(&thing));
        Some(Resource {
            is_data: declaration.is_data,
            kind: Arc::clone(&declaration.kind),
            address: Arc::clone(address),
            module: Arc::clone(&home.address),
            key: at.key.text(),
            place: declaration.header,
            way: home.way.clone(),
            body: Value::Map(Map { is_object: true, keys: None, entries, origin: Origin::at(declaration.header) }),
            uncertain: home.doubt.clone().or_else(|| at.doubt.clone()),
        })
    }
}
