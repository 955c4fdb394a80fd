//! From the files of a directory to what they declare.

use std::collections::{BTreeMap, btree_map, hash_map};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::directory::{is_json, module_files};
use super::{Declaration, Module, ModuleCall, Variable, overrides};
use crate::hcl::ast::{Attribute, Block, Body, Expr, ExprKind, SyntaxError};
use crate::hcl::{Files, parse};
use crate::text::Place;

/// Reads the module in `directory`: of all files in it the configuration's, sorted by name, and those that override last.
pub fn load(directory: &str, files: &dyn Files) -> Module {
    let mut loader = Loader::new(directory);
    let found = module_files(files.paths(), directory);
    for path in found.primary {
        for declared in loader.read(path, files) {
            loader.add(declared);
        }
    }
    for path in found.overrides {
        for declared in loader.read(path, files) {
            overrides::apply(&mut loader, declared);
        }
    }
    loader.module
}

/// The kind of resource that a provider's configuration is taken for.
pub const ACME_PROVIDER: &str = "provider.acme";

/// A resource's address, without modules.
type Address = (bool, Arc<str>, Arc<str>);

/// A module while its files are read.
#[derive(Default)]
pub(super) struct Loader {
    pub(super) module: Module,
    /// Where in [`Module::resources`] each is.
    pub(super) resources: FxHashMap<Address, usize>,
}

/// Something that we read, by name.
pub(super) enum Declared {
    Variable(Arc<str>, Block),
    Local(Attribute),
    Output(Arc<str>, Block),
    Call(ModuleCall),
    Resource(Declaration),
}

impl Loader {
    fn new(directory: &str) -> Self {
        Self { module: Module { directory: directory.into(), ..Module::default() }, ..Self::default() }
    }

    /// Everything that a file declares and that we read.
    fn read(&mut self, path: &str, files: &dyn Files) -> Vec<Declared> {
        let Some((file, text)) = files.open(path) else { return Vec::new() };
        self.module.files.push(file);
        let body = if is_json(path) { parse::json(file, &text) } else { parse::native(file, &text) };
        let mut all = Vec::new();
        let errors = match body {
            Ok(body) => body.blocks.into_iter().filter_map(|block| declared(block, &mut all).err()).collect(),
            Err(error) => vec![error],
        };
        self.module.errors.extend(errors);
        all
    }

    /// Of two declarations of one thing the first stays.
    fn add(&mut self, declared: Declared) {
        let Self { module, resources } = self;
        let (place, title) = declared.title();
        let is_new = match declared {
            Declared::Variable(name, block) => add(&mut module.variables, name, variable(block, &mut module.errors)),
            Declared::Local(local) => add(&mut module.locals, Arc::clone(&local.name), local),
            Declared::Output(name, block) => add(&mut module.outputs, name, block),
            Declared::Call(call) => add(&mut module.calls, Arc::clone(&call.name), call),
            Declared::Resource(resource) => match resources.entry(resource.key()) {
                hash_map::Entry::Occupied(_) => false,
                hash_map::Entry::Vacant(entry) => {
                    entry.insert(module.resources.len());
                    module.resources.push(resource);
                    true
                }
            },
        };
        if !is_new {
            module.errors.push(SyntaxError { place, message: format!("the {title} is declared a second time") });
        }
    }
}

/// Whether there was none of that name.
fn add<T>(to: &mut BTreeMap<Arc<str>, T>, name: Arc<str>, value: T) -> bool {
    match to.entry(name) {
        btree_map::Entry::Occupied(_) => false,
        btree_map::Entry::Vacant(entry) => {
            entry.insert(value);
            true
        }
    }
}

impl Declared {
    /// Where it is written, and what to call it.
    pub(super) fn title(&self) -> (Place, String) {
        match self {
            Self::Variable(name, block) => (block.header, format!("variable `{name}`")),
            Self::Local(local) => (local.place, format!("local value `{}`", local.name)),
            Self::Output(name, block) => (block.header, format!("output `{name}`")),
            Self::Call(call) => (call.header, format!("module call `{}`", call.name)),
            Self::Resource(it) if it.is_data => (it.header, format!("data source `{}.{}`", it.kind, it.name)),
            Self::Resource(it) => (it.header, format!("resource `{}.{}`", it.kind, it.name)),
        }
    }
}

impl Declaration {
    pub(super) fn key(&self) -> Address {
        (self.is_data, Arc::clone(&self.kind), Arc::clone(&self.name))
    }
}

/// Adds what the block declares, if it is of a kind that we read; else what is wrong with its labels.
fn declared(block: Block, to: &mut Vec<Declared>) -> Result<(), SyntaxError> {
    let one = "one label, its name";
    to.push(match &*block.kind {
        "locals" => {
            let [] = labels(&block, "no label")?;
            // JSON has no comments but this.
            let locals = block.body.attributes.into_iter().filter(|local| &*local.name != "//");
            to.extend(locals.map(Declared::Local));
            return Ok(());
        }
        "variable" => {
            let [name] = labels(&block, one)?;
            Declared::Variable(name, block)
        }
        "output" => {
            let [name] = labels(&block, one)?;
            Declared::Output(name, block)
        }
        "module" => {
            let [name] = labels(&block, one)?;
            Declared::Call(ModuleCall { name, header: block.header, source: source(&block.body), body: block.body })
        }
        "resource" | "data" => {
            let [kind, name] = labels(&block, "two labels, its type and its name")?;
            let is_data = &*block.kind == "data";
            Declared::Resource(Declaration { is_data, kind, name, header: block.header, body: block.body })
        }
        "provider" if block.labels.first().is_some_and(|(name, _)| &**name == "acme") => {
            Declared::Resource(acme_provider(block))
        }
        _ => return Ok(()),
    });
    Ok(())
}

/// Of all providers this one alone matters, by its server. Its arguments are read as those of a resource; no resource is of a kind
/// like this.
fn acme_provider(block: Block) -> Declaration {
    let alias = block.body.attribute("alias").map(|alias| &alias.value.kind);
    let name = match alias {
        Some(ExprKind::String(alias)) => alias.text().into(),
        _ => "default".into(),
    };
    Declaration { is_data: false, kind: ACME_PROVIDER.into(), name, header: block.header, body: block.body }
}

fn labels<const N: usize>(block: &Block, wanted: &str) -> Result<[Arc<str>; N], SyntaxError> {
    let labels: Vec<Arc<str>> = block.labels.iter().map(|(label, _)| Arc::clone(label)).collect();
    let message = || format!("a `{}` block has {wanted}", block.kind);
    labels.try_into().map_err(|_| SyntaxError { place: block.header, message: message() })
}

/// A module call's `source`, if it is a known string.
pub(super) fn source(body: &Body) -> Option<(Arc<str>, Place)> {
    let mut value = &body.attribute("source")?.value;
    while let ExprKind::Parens(inner) = &value.kind {
        value = inner;
    }
    match &value.kind {
        ExprKind::String(text) => Some((text.text().into(), value.place)),
        _ => None,
    }
}

fn variable(block: Block, errors: &mut Vec<SyntaxError>) -> Variable {
    let mut variable =
        Variable { header: block.header, default: None, type_: None, is_nullable: true, is_sensitive: false };
    set_variable(&mut variable, block.body, errors);
    variable
}

/// Changes what `body` says of the variable.
pub(super) fn set_variable(variable: &mut Variable, body: Body, errors: &mut Vec<SyntaxError>) {
    for Attribute { name, value, .. } in body.attributes {
        match (&*name, &value.kind) {
            ("default", _) => variable.default = Some(value),
            ("type", _) => match type_expression(value) {
                Ok(type_) => variable.type_ = Some(type_),
                Err(error) => errors.push(error),
            },
            ("nullable", _) => variable.is_nullable = flag(&value).unwrap_or(variable.is_nullable),
            ("sensitive", _) => variable.is_sensitive = flag(&value).unwrap_or(variable.is_sensitive),
            _ => {}
        }
    }
}

/// Terraform takes `"true"` for `true`.
fn flag(value: &Expr) -> Option<bool> {
    match &value.kind {
        ExprKind::Bool(said) => Some(*said),
        ExprKind::String(text) => text.text().parse().ok(),
        _ => None,
    }
}

/// In JSON, and in old configurations, types are in quotes.
fn type_expression(value: Expr) -> Result<Expr, SyntaxError> {
    match &value.kind {
        ExprKind::String(text) => parse::expression(text),
        _ => Ok(value),
    }
}
