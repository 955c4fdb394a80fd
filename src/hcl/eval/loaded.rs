//! A module as it was read, with what finds its parts.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::types::Constraint;
use crate::hcl::configuration::{Declaration, Module, ModuleCall};
use crate::text::Place;

/// A module of one directory, shared by all of its instances.
pub(super) struct Loaded {
    pub(super) module: Module,
    /// The calls in the order of the source.
    calls: Vec<Arc<str>>,
    /// Where a resource is in [`Module::resources`]: whether it is a data source, its kind, its name.
    resources: FxHashMap<(bool, Arc<str>, Arc<str>), usize>,
    /// The types of its variables, where they have been asked for.
    pub(super) constraints: RefCell<FxHashMap<Arc<str>, Rc<Constraint>>>,
    /// Whether it or what it calls declares what is wanted, where that has been asked.
    pub(super) matters: Cell<Option<bool>>,
}

impl Loaded {
    pub(super) fn new(module: Module) -> Self {
        let at = |place: Place| (module.files.iter().position(|file| *file == place.file), place.span.start);
        let mut calls: Vec<Arc<str>> = module.calls.keys().cloned().collect();
        calls.sort_by_key(|name| module.calls.get(name).map(|call| at(call.header)));
        let key = |it: &Declaration| (it.is_data, Arc::clone(&it.kind), Arc::clone(&it.name));
        let resources = module.resources.iter().enumerate().map(|(at, it)| (key(it), at)).collect();
        Self { calls, resources, constraints: RefCell::default(), matters: Cell::new(None), module }
    }

    /// Where the resource is in [`Module::resources`].
    pub(super) fn resource(&self, is_data: bool, kind: &Arc<str>, name: &Arc<str>) -> Option<usize> {
        self.resources.get(&(is_data, Arc::clone(kind), Arc::clone(name))).copied()
    }

    /// How many calls there are.
    pub(super) fn call_count(&self) -> usize {
        self.calls.len()
    }

    /// A call by its number in the order of the source.
    pub(super) fn call(&self, number: usize) -> Option<&ModuleCall> {
        self.module.calls.get(self.calls.get(number)?)
    }

    /// The number of the call with this name.
    pub(super) fn call_named(&self, name: &str) -> Option<usize> {
        self.calls.iter().position(|call| &**call == name)
    }
}
