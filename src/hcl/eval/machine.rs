//! What is remembered while a root module is evaluated: everything is worked out once, and only when it is asked for.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Root;
use super::budget::Budget;
use super::instances::Target;
use super::loaded::Loaded;
use super::modules::Instance;
use crate::hcl::Files;
use crate::hcl::ast::{Expr, SyntaxError};
use crate::hcl::configuration;
use crate::hcl::functions::Fault;
use crate::hcl::value::{Unknown, Value};
use crate::text::{FileId, Place, Reason, Step};

/// A root module while it is evaluated. Nothing that it holds is shared with other threads.
pub(super) struct Machine<'a> {
    pub(super) files: &'a dyn Files,
    pub(super) root: &'a Root,
    /// What `.tfvars` files give.
    pub(super) given: FxHashMap<Arc<str>, Expr>,
    pub(super) budget: Budget,
    /// The modules that were read, by their directories.
    pub(super) loaded: RefCell<FxHashMap<Arc<str>, Rc<Loaded>>>,
    /// The instances of modules, by [`Instance::number`].
    pub(super) instances: RefCell<Vec<Rc<Instance>>>,
    /// Resources and modules that values stand for as a whole, by their addresses.
    pub(super) targets: RefCell<FxHashMap<Arc<str>, Target>>,
    /// Template files, by their paths.
    pub(super) templates: RefCell<FxHashMap<Arc<str>, Parsed>>,
    /// Why the expression at hand might have no value, though it was given one: it did something with an unknown value.
    risk: RefCell<Option<Reason>>,
    /// What is being worked out, the innermost last.
    working: RefCell<Vec<(usize, Wanted)>>,
    /// Files of the root module's values, and those that cannot be read.
    given_files: Vec<FileId>,
    given_errors: Vec<SyntaxError>,
}

/// A template file as it was read, or why it cannot be.
pub(super) type Parsed = Rc<Result<Expr, Fault>>;

/// What is worked out once in an instance of a module.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Wanted {
    /// `var.x`.
    Variable(Arc<str>),
    /// `local.x`.
    Local(Arc<str>),
    /// `output "x"`.
    Output(Arc<str>),
    /// An argument, or the blocks of a kind, of an instance of a resource: which resource, which instance, which argument.
    Argument(usize, usize, Arc<str>),
    /// The instances of a resource.
    Resource(usize),
    /// The instances of a module call.
    Call(usize),
}

impl<'a> Machine<'a> {
    pub(super) fn new(root: &'a Root, files: &'a dyn Files) -> Self {
        let (given, given_errors, given_files) = configuration::values(&root.directory, &root.var_files, files);
        Self {
            files,
            root,
            given: given.into_iter().map(|given| (given.name, given.value)).collect(),
            budget: Budget::new(),
            loaded: RefCell::default(),
            instances: RefCell::default(),
            targets: RefCell::default(),
            templates: RefCell::default(),
            risk: RefCell::default(),
            working: RefCell::default(),
            given_files,
            given_errors,
        }
    }

    /// The module in `directory`, read once.
    pub(super) fn load(&self, directory: &str) -> Rc<Loaded> {
        if let Some(loaded) = self.loaded.borrow().get(directory) {
            return Rc::clone(loaded);
        }
        let loaded = Rc::new(Loaded::new(configuration::load(directory, self.files)));
        self.loaded.borrow_mut().insert(directory.into(), Rc::clone(&loaded));
        loaded
    }

    /// Files that cannot be read, and all that were read, sorted.
    pub(super) fn read(&self) -> (Vec<SyntaxError>, Vec<FileId>) {
        let loaded = self.loaded.borrow();
        let mut modules: Vec<_> = loaded.values().map(|loaded| &loaded.module).collect();
        modules.sort_unstable_by(|a, b| a.directory.cmp(&b.directory));
        let mut files = self.given_files.clone();
        let mut errors = self.given_errors.clone();
        for module in modules {
            files.extend(&module.files);
            errors.extend(module.errors.iter().cloned());
        }
        files.sort_unstable();
        files.dedup();
        (errors, files)
    }

    /// What `work` comes to, worked out once for `home`.
    pub(super) fn remember(
        &self,
        home: &Instance,
        wanted: &Wanted,
        place: Place,
        work: impl FnOnce() -> Value,
    ) -> Value {
        if let Some(known) = home.memo.borrow().get(wanted) {
            return known.clone();
        }
        let Some(_working) = self.begin(home, wanted) else { return self.circle(home, wanted, place) };
        // A fault stays within what has it: no `try` elsewhere catches it, and no doubt reaches beyond.
        let outer = self.risk.take();
        let mut value = work();
        self.risk.replace(outer);
        if !self.budget.spend_a_look(&value) {
            value = too_much(place);
        }
        home.memo.borrow_mut().insert(wanted.clone(), value.clone());
        value
    }

    /// Marks that `wanted` is being worked out, until the result is dropped; `None` if it already is.
    pub(super) fn begin(&self, home: &Instance, wanted: &Wanted) -> Option<Working<'_>> {
        let key = (home.number, wanted.clone());
        let mut working = self.working.borrow_mut();
        if working.contains(&key) {
            return None;
        }
        working.push(key);
        Some(Working(&self.working))
    }

    /// The value of what refers to itself.
    pub(super) fn circle(&self, home: &Instance, wanted: &Wanted, place: Place) -> Value {
        const SHOWN: usize = 8;
        let working = self.working.borrow();
        let instances = self.instances.borrow();
        let begun = working.iter().position(|(number, at)| *number == home.number && at == wanted).unwrap_or(0);
        let names = working.iter().skip(begun).filter_map(|(number, wanted)| instances.get(*number)?.name_of(wanted));
        let mut names: Vec<String> = names.take(SHOWN).map(|name| format!("`{name}`")).collect();
        names.dedup();
        let first = names.first().cloned().unwrap_or_default();
        names.push(first.clone());
        refused(place, &format!("{first} refers to itself: {}", names.join(" refers to ")))
    }

    /// Says that the expression at hand does something with an unknown value, so that it may turn out to have no value.
    pub(super) fn risk(&self, reason: &Reason) {
        self.risk.borrow_mut().get_or_insert_with(|| reason.clone());
    }

    /// Takes note of a risk, if the value is not known.
    pub(super) fn risk_of(&self, value: &Value) {
        if let Value::Unknown(unknown) = value {
            self.risk(&unknown.reason);
        }
    }

    /// What `work` comes to, and the risks that it took, which are no longer counted.
    pub(super) fn weighed<T>(&self, work: impl FnOnce() -> T) -> (T, Option<Reason>) {
        let outer = self.risk.take();
        let result = work();
        (result, self.risk.replace(outer))
    }

    /// The value after all of `steps`.
    pub(super) fn sent(&self, value: Value, steps: &[Step], place: Place) -> Value {
        match value {
            Value::Unknown(unknown) if unknown.place == place => Value::Unknown(unknown),
            Value::Unknown(unknown) => Value::Unknown(Arc::new(Unknown { place, ..(*unknown).clone() })),
            value if steps.is_empty() => value,
            value if !self.budget.spend_on(&value) => too_much(place),
            value => steps.iter().fold(value, |value, step| value.through(step)),
        }
    }
}

/// What is being worked out, until it is dropped.
pub(super) struct Working<'m>(&'m RefCell<Vec<(usize, Wanted)>>);

impl Drop for Working<'_> {
    fn drop(&mut self) {
        self.0.borrow_mut().pop();
    }
}

/// The value, or why Terraform would refuse the configuration: that makes one value unknown, and stops nothing else.
pub(super) fn settled(result: Result<Value, Fault>) -> Value {
    result.unwrap_or_else(|fault| refused(fault.place, &fault.message))
}

/// What stands before the reason why Terraform would refuse a configuration.
pub(super) const REFUSED: &str = "Terraform would refuse this: ";

/// Not known, as Terraform would not go on.
pub(super) fn refused(place: Place, message: &str) -> Value {
    Value::unknown(place, format!("{REFUSED}{message}"))
}

/// Not known, for this reason.
pub(super) fn unknown(place: Place, reason: Reason) -> Value {
    Value::Unknown(Arc::new(Unknown::new(place, reason)))
}

/// Not known, as that would take too long.
pub(super) fn too_much(place: Place) -> Value {
    Value::unknown(place, "there is too much to work out here")
}

/// A fault at `place`.
pub(super) fn fault<T>(place: Place, message: impl Into<String>) -> Result<T, Fault> {
    Err(Fault { place, message: message.into() })
}
