//! Evaluation: a root module, the modules that it calls, and the resources that they come to.

mod access;
mod blocks;
mod budget;
mod calls;
mod computed;
mod expansion;
mod expressions;
mod instances;
mod json;
mod loaded;
mod loops;
mod machine;
mod modules;
mod policies;
mod references;
mod resources;
mod scope;
mod special;
mod templates;
#[cfg(test)]
mod tests;
mod types;
mod variables;

use std::sync::Arc;

use machine::Machine;
use scope::Scope;

pub use json::to_json;

use crate::hcl::ast::SyntaxError;
use crate::hcl::resource::Resource;
use crate::hcl::value::Value;
use crate::hcl::{Files, parse};
use crate::text::{FileId, Place, Reason, Span, Traced};

/// A root module and the choices that are made when it is applied.
#[derive(Clone, Debug, Default)]
pub struct Root {
    /// Its directory, relative to the root of the repository; empty for that.
    pub directory: Arc<str>,
    /// Paths of further `.tfvars` files, relative to the root of the repository, in the order of `-var-file`.
    pub var_files: Vec<Arc<str>>,
    /// `terraform.workspace`, where it is known.
    pub workspace: Option<Arc<str>>,
}

/// What a root module comes to.
#[derive(Debug, Default)]
pub struct Evaluated {
    /// Every instance of the kinds that were asked for, in the order of the source, modules in the order of their calls.
    pub resources: Vec<Resource>,
    /// Module calls that could not be followed.
    pub opaque: Vec<Opaque>,
    /// Files that cannot be read.
    pub errors: Vec<SyntaxError>,
    /// Every file that was read.
    pub files: Vec<FileId>,
}

/// A module call that could not be followed: what it publishes is not known.
#[derive(Clone, Debug)]
pub struct Opaque {
    /// The call: `module.dns`.
    pub address: Arc<str>,
    /// `source`, as far as it is known.
    pub source: Arc<str>,
    /// Where the call is written.
    pub place: Place,
    /// Why.
    pub reason: Reason,
    /// What the module is given, as an object.
    pub inputs: Value,
}

/// Evaluates a root module: the resources and data sources whose kind `wanted` asks for.
pub fn root(root: &Root, files: &dyn Files, wanted: &(dyn Fn(&str) -> bool + Sync)) -> Evaluated {
    on_own_stack(&|| {
        let machine = Machine::new(root, files);
        let mut evaluated = Evaluated::default();
        machine.gather(&machine.root_instance(), &wanted, &mut evaluated);
        (evaluated.errors, evaluated.files) = machine.read();
        evaluated
    })
}

/// What `text`, an expression, comes to in a root module, as in `terraform console`; the message of the fault if it is none.
/// Places in the text are those of a file that no run has.
pub fn expression(text: &str, root: &Root, files: &dyn Files) -> Result<Value, String> {
    let place = Place::new(FileId(u32::MAX), Span::of(0..text.len()));
    let expr = parse::expression(&Traced::verbatim(text.as_bytes(), place)).map_err(|error| error.message)?;
    let value = on_own_stack(&|| {
        let machine = Machine::new(root, files);
        let home = machine.root_instance();
        let value = machine.eval(&expr, Scope::of(&home));
        value.map(|value| machine.spelled_out_within(value, place)).map_err(|fault| fault.message)
    })?;
    match value.first_unknown().and_then(references::refusal) {
        Some(message) => Err(message.to_owned()),
        None => Ok(value),
    }
}

/// Stack for expressions inside of expressions, as many as are followed, in a build without optimisation. Only what is used
/// of it takes memory.
const STACK: usize = 16 << 20;

/// What `work` comes to on a thread with stack enough, whatever the caller's has left.
fn on_own_stack<T: Send>(work: &(dyn Fn() -> T + Sync)) -> T {
    std::thread::scope(|scope| match std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work) {
        // A panic is a bug: let it surface as it is.
        Ok(thread) => thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
        Err(_) => work(),
    })
}
