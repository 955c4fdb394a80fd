//! Evaluation: a root module, the modules that it calls, and the resources that they come to.

use std::sync::Arc;

use crate::hcl::Files;
use crate::hcl::ast::SyntaxError;
use crate::hcl::resource::Resource;
use crate::hcl::value::Value;
use crate::text::{FileId, Place, Reason};

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
    let _ = (root, files, wanted);
    Evaluated::default()
}

/// What `text`, an expression, comes to in a root module, as in `terraform console`; the message of the fault if it is none.
pub fn expression(text: &str, root: &Root, files: &dyn Files) -> Result<Value, String> {
    let _ = (text, root, files);
    Err("not written yet".to_owned())
}

/// The value as JSON, as `jsonencode` and plans write it; `None` if something of it is not known.
pub fn to_json(value: &Value) -> Option<serde_json::Value> {
    let _ = value;
    None
}
