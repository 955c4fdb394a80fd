//! Configurations as their files declare them, before anything is evaluated: which files belong together, what overrides
//! what, which values variables are given, and where modules come from.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::hcl::Files;
use crate::hcl::ast::{Attribute, Block, Body, Expr, SyntaxError};
use crate::text::{FileId, Place, Reason};

/// The files of one directory, merged: override files come last and win
/// (<https://developer.hashicorp.com/terraform/language/files/override>).
#[derive(Clone, Debug, Default)]
pub struct Module {
    /// Relative to the root of the repository; empty for that.
    pub directory: Arc<str>,
    /// By name.
    pub variables: BTreeMap<Arc<str>, Variable>,
    /// By name.
    pub locals: BTreeMap<Arc<str>, Attribute>,
    /// By name.
    pub outputs: BTreeMap<Arc<str>, Block>,
    /// By name, in no order of the source.
    pub calls: BTreeMap<Arc<str>, ModuleCall>,
    /// In the order of the source, files sorted by name.
    pub resources: Vec<Declaration>,
    /// Files that cannot be read.
    pub errors: Vec<SyntaxError>,
    /// Every file that was read.
    pub files: Vec<FileId>,
}

/// `variable "name" { ... }`.
#[derive(Clone, Debug)]
pub struct Variable {
    /// Where it is declared.
    pub header: Place,
    /// `default`.
    pub default: Option<Expr>,
    /// `type`, as it is written: `list(string)` is a call.
    pub type_: Option<Expr>,
    /// `nullable`, true where it is not said.
    pub is_nullable: bool,
    /// `sensitive`.
    pub is_sensitive: bool,
}

/// `module "name" { ... }`.
#[derive(Clone, Debug)]
pub struct ModuleCall {
    /// Its name.
    pub name: Arc<str>,
    /// Where it is written.
    pub header: Place,
    /// `source`, if it is a known string, and where it is written.
    pub source: Option<(Arc<str>, Place)>,
    /// What is inside, `source`, `for_each` and `count` included.
    pub body: Body,
}

/// `resource "kind" "name" { ... }` or `data "kind" "name" { ... }`.
#[derive(Clone, Debug)]
pub struct Declaration {
    /// Whether it is a data source.
    pub is_data: bool,
    /// The first label.
    pub kind: Arc<str>,
    /// The second.
    pub name: Arc<str>,
    /// Where it is written.
    pub header: Place,
    /// What is inside, meta-arguments included.
    pub body: Body,
}

/// A value that a root module's variable is given from without: from a `.tfvars` file.
#[derive(Clone, Debug)]
pub struct Given {
    /// The variable's.
    pub name: Arc<str>,
    /// The value; it refers to nothing.
    pub value: Expr,
}

/// Where a called module is.
#[derive(Clone, Debug)]
pub enum Source {
    /// In this directory of the repository.
    Directory(Arc<str>),
    /// Not in the repository, and why that cannot be helped, or how it can.
    Elsewhere(Reason),
}

/// Whether the path is a file of a configuration: `.tf`, `.tofu`, `.tf.json`, `.tofu.json`.
pub fn is_configuration(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    [".tf", ".tofu", ".tf.json", ".tofu.json"].iter().any(|end| name.len() > end.len() && name.ends_with(end))
}

/// Reads the module in `directory`.
pub fn load(directory: &str, files: &dyn Files) -> Module {
    let _ = files;
    Module { directory: directory.into(), ..Module::default() }
}

/// The values that the `.tfvars` files give to the variables of the root module in `directory`: `terraform.tfvars`, `.json`,
/// `*.auto.tfvars(.json)`, then `var_files` (paths relative to the repository), the last winning. Errors are those of files
/// that cannot be read.
pub fn values(
    directory: &str,
    var_files: &[Arc<str>],
    files: &dyn Files,
) -> (Vec<Given>, Vec<SyntaxError>, Vec<FileId>) {
    let _ = (directory, var_files, files);
    (Vec::new(), Vec::new(), Vec::new())
}

/// Where the module that `call`, in the module in `caller`, names is; `path` is the dotted path of the call
/// (`mail.records`), by which `root`'s `.terraform/modules/modules.json` lists it.
pub fn source_of(call: &ModuleCall, caller: &str, path: &str, root: &str, files: &dyn Files) -> Source {
    let _ = (caller, path, root, files);
    Source::Elsewhere(Reason::at(call.header, "the module is not in this repository"))
}

/// The directories of the root modules that may declare what matters: a file of theirs, or of a module of the repository
/// that they call, holds one of `markers` (kinds of resources, `_mta-sts`, ...). A directory that another calls is no root.
pub fn relevant_roots(files: &dyn Files, markers: &[&str]) -> Vec<Arc<str>> {
    let _ = (files, markers);
    Vec::new()
}

/// `relative` as seen from `directory`, both with `/`; `None` if it leads out of the repository or is absolute.
pub fn join_path(directory: &str, relative: &str) -> Option<String> {
    let mut parts: Vec<&str> = directory.split('/').filter(|part| !part.is_empty()).collect();
    if relative.starts_with('/') {
        return None;
    }
    for part in relative.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}
