//! Instances of modules: the root, and what its calls come to.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::Opaque;
use super::expansion::{Expansion, Member};
use super::instances::Target;
use super::loaded::Loaded;
use super::machine::{Machine, REFUSED, Wanted, too_much};
use super::scope::{Each, Scope};
use crate::hcl::configuration::{self, ModuleCall, Source};
use crate::hcl::value::{Symbol, Unknown, Value};
use crate::text::{Place, Reason, Step};

/// Calls inside of calls.
const MAX_LEVELS: usize = 20;
/// Steps that an instance of a module costs.
const INSTANCE: usize = 50;
/// What a `module` block says of the call, and not to the module.
const META: [&str; 6] = ["source", "version", "providers", "depends_on", "for_each", "count"];

/// A module as one call, or the root, has it.
pub(super) struct Instance {
    /// Its index in [`Machine::instances`].
    pub(super) number: usize,
    /// Such as `module.dns["a"]`; empty for the root.
    pub(super) address: Arc<str>,
    pub(super) loaded: Rc<Loaded>,
    pub(super) call: Option<Call>,
    /// The module calls, the innermost first.
    pub(super) way: Vec<Step>,
    /// Why it is not known whether there is such an instance.
    pub(super) doubt: Option<Reason>,
    /// What was worked out.
    pub(super) memo: RefCell<FxHashMap<Wanted, Value>>,
    /// The instances of its resources and of its calls.
    pub(super) sets: RefCell<FxHashMap<Wanted, Rc<Set>>>,
}

/// Where an instance is called.
pub(super) struct Call {
    pub(super) caller: Rc<Instance>,
    /// Which of the caller's calls.
    number: usize,
    each: Each,
}

/// The instances of a resource or of a module call.
pub(super) struct Set {
    pub(super) expansion: Expansion,
    /// The addresses of the instances.
    pub(super) addresses: Vec<Arc<str>>,
    /// The modules, where the set is a call's that could be followed.
    pub(super) modules: Vec<Rc<Instance>>,
    /// Why it could not be.
    pub(super) elsewhere: Option<Reason>,
    /// What a reference to all of them comes to.
    pub(super) value: Value,
}

impl Call {
    pub(super) fn block(&self) -> Option<&ModuleCall> {
        self.caller.loaded.call(self.number)
    }

    /// The scope of the call's arguments.
    pub(super) fn scope(&self) -> Scope<'_> {
        Scope::of(&self.caller).with(&self.each)
    }
}

impl Instance {
    /// The address of something in it.
    pub(super) fn address_of(&self, name: &str) -> String {
        if self.address.is_empty() { name.to_owned() } else { format!("{}.{name}", self.address) }
    }

    /// The name of what is worked out, for messages.
    pub(super) fn name_of(&self, wanted: &Wanted) -> Option<String> {
        let name = match wanted {
            Wanted::Variable(name) => format!("var.{name}"),
            Wanted::Local(name) => format!("local.{name}"),
            Wanted::Output(name) => format!("output.{name}"),
            Wanted::Argument(resource, _, argument) => {
                format!("{}.{argument}", self.loaded.module.resources.get(*resource)?.address())
            }
            Wanted::Resource(resource) => self.loaded.module.resources.get(*resource)?.address(),
            Wanted::Call(call) => format!("module.{}", self.loaded.call(*call)?.name),
        };
        Some(self.address_of(&name))
    }

    /// The names of the calls that lead here from the root.
    fn path(self: &Rc<Self>) -> Vec<Arc<str>> {
        let names = self.callers().filter_map(|at| Some(Arc::clone(&at.call.as_ref()?.block()?.name)));
        let mut names: Vec<_> = names.collect();
        names.reverse();
        names
    }

    /// The instances that call this one, itself first.
    fn callers(self: &Rc<Self>) -> impl Iterator<Item = Rc<Self>> {
        std::iter::successors(Some(Rc::clone(self)), |at| at.call.as_ref().map(|call| Rc::clone(&call.caller)))
    }
}

impl Machine<'_> {
    /// The root module.
    pub(super) fn root_instance(&self) -> Rc<Instance> {
        let loaded = self.load(&self.root.directory);
        self.instance("".into(), loaded, None, Vec::new(), None)
    }

    fn instance(
        &self,
        address: Arc<str>,
        loaded: Rc<Loaded>,
        call: Option<Call>,
        way: Vec<Step>,
        doubt: Option<Reason>,
    ) -> Rc<Instance> {
        let mut instances = self.instances.borrow_mut();
        let number = instances.len();
        let (memo, sets) = (RefCell::default(), RefCell::default());
        let instance = Rc::new(Instance { number, address, loaded, call, way, doubt, memo, sets });
        instances.push(Rc::clone(&instance));
        instance
    }

    /// The instances of a call; `None` while that is being worked out.
    pub(super) fn called(&self, home: &Rc<Instance>, number: usize) -> Option<Rc<Set>> {
        let wanted = Wanted::Call(number);
        if let Some(set) = home.sets.borrow().get(&wanted) {
            return Some(Rc::clone(set));
        }
        let call = home.loaded.call(number)?;
        let _working = self.begin(home, &wanted)?;
        let (set, _) = self.weighed(|| Rc::new(self.call_set(home, number, call)));
        home.sets.borrow_mut().insert(wanted, Rc::clone(&set));
        Some(set)
    }

    fn call_set(&self, home: &Rc<Instance>, number: usize, call: &ModuleCall) -> Set {
        let expansion = self.expand(&call.body, Scope::of(home));
        let base = home.address_of(&format!("module.{}", call.name));
        let addresses = addresses(&base, &expansion);
        let source = self.source(home, call);
        let mut values = Vec::new();
        let mut modules = Vec::new();
        for (member, address) in expansion.members.iter().zip(&addresses) {
            match &source {
                Ok(loaded) if self.budget.spend(INSTANCE) => {
                    let module = self.child(home, number, call, member, address, loaded);
                    values.push(self.stand_for(address, call.header, &whole_module(address), || {
                        Target::Module(Rc::clone(&module))
                    }));
                    modules.push(module);
                }
                Ok(_) => values.push(too_much(call.header)),
                Err(reason) => values.push(elsewhere(address, call.header, reason)),
            }
        }
        let value = match &source {
            Err(reason) if !expansion.is_certain() => elsewhere(&base.as_str().into(), call.header, reason),
            _ => self.all_of(&base, &expansion, values, call.header, || Target::Modules(Rc::clone(home), number)),
        };
        Set { expansion, addresses, modules, elsewhere: source.err(), value }
    }

    fn child(
        &self,
        home: &Rc<Instance>,
        number: usize,
        call: &ModuleCall,
        member: &Member,
        address: &Arc<str>,
        loaded: &Rc<Loaded>,
    ) -> Rc<Instance> {
        let step = Step { place: call.header, what: format!("in the module called here as `{}`", call.name).into() };
        let way = std::iter::once(step).chain(home.way.iter().cloned()).collect();
        let doubt = home.doubt.clone().or_else(|| member.doubt.clone());
        let call = Call { caller: Rc::clone(home), number, each: member.each.clone() };
        self.instance(Arc::clone(address), Rc::clone(loaded), Some(call), way, doubt)
    }

    /// The module that is called, or why there is none to read.
    fn source(&self, home: &Rc<Instance>, call: &ModuleCall) -> Result<Rc<Loaded>, Reason> {
        let callers: Vec<_> = home.callers().collect();
        match self.source_of(&home.loaded, call, &home.path()) {
            Source::Elsewhere(reason) => Err(reason),
            Source::Directory(directory) if callers.iter().any(|at| at.loaded.module.directory == directory) => {
                Err(Reason::at(call.header, format!("{REFUSED}the module calls itself")))
            }
            Source::Directory(_) if callers.len() > MAX_LEVELS => {
                Err(Reason::at(call.header, format!("modules are called more than {MAX_LEVELS} levels deep")))
            }
            Source::Directory(directory) => Ok(self.load(&directory)),
        }
    }

    /// Where a module is that is called by the one that the calls of `path` lead to.
    fn source_of(&self, caller: &Loaded, call: &ModuleCall, path: &[Arc<str>]) -> Source {
        let path: Vec<&str> = path.iter().map(AsRef::as_ref).chain([&*call.name]).collect();
        configuration::source_of(call, &caller.module.directory, &path.join("."), &self.root.directory, self.files)
    }

    /// Whether what is called declares what is wanted, or cannot be read. Nothing is evaluated for it.
    pub(super) fn matters(&self, home: &Rc<Instance>, call: &ModuleCall, wanted: &dyn Fn(&str) -> bool) -> bool {
        self.call_matters(&home.loaded, call, &mut home.path(), wanted)
    }

    fn call_matters(
        &self,
        from: &Loaded,
        call: &ModuleCall,
        path: &mut Vec<Arc<str>>,
        wanted: &dyn Fn(&str) -> bool,
    ) -> bool {
        let Source::Directory(directory) = self.source_of(from, call, path) else { return true };
        let inner = self.load(&directory);
        if let Some(known) = inner.matters.get() {
            return known;
        }
        // A module that calls itself is met while it is looked at: that adds nothing to it.
        inner.matters.set(Some(false));
        path.push(Arc::clone(&call.name));
        let is_deep = path.len() > MAX_LEVELS;
        let mut calls = (0..inner.call_count()).filter_map(|number| inner.call(number));
        let matters = inner.module.resources.iter().any(|it| wanted(&it.kind))
            || is_deep
            || calls.any(|next| self.call_matters(&inner, next, path, wanted));
        path.pop();
        inner.matters.set(Some(matters));
        matters
    }

    /// What the module that could not be followed is given, by each of its instances.
    pub(super) fn opaque(&self, home: &Rc<Instance>, number: usize, set: &Set, out: &mut Vec<Opaque>) {
        let (Some(call), Some(reason)) = (home.loaded.call(number), &set.elsewhere) else { return };
        for (member, address) in set.expansion.members.iter().zip(&set.addresses) {
            let scope = Scope::of(home).with(&member.each);
            out.push(Opaque {
                address: Arc::clone(address),
                source: call.source.as_ref().map_or_else(|| "".into(), |(source, _)| Arc::clone(source)),
                place: call.header,
                reason: reason.clone(),
                inputs: self.object(&call.body, scope, call.header, &META),
            });
        }
    }
}

/// The addresses of the instances of what has the address `base`.
pub(super) fn addresses(base: &str, expansion: &Expansion) -> Vec<Arc<str>> {
    expansion.members.iter().map(|member| format!("{base}{}", member.key.suffix()).into()).collect()
}

/// Why an instance of a module as a whole is not known.
pub(super) fn whole_module(address: &str) -> String {
    format!("what `{address}` gives out is known only by its outputs")
}

/// The outputs of a module that could not be followed.
fn elsewhere(address: &Arc<str>, place: Place, reason: &Reason) -> Value {
    let symbol = Symbol { address: Arc::clone(address), attribute: "".into() };
    Value::Unknown(Arc::new(Unknown { symbol: Some(symbol), ..Unknown::new(place, reason.clone()) }))
}
