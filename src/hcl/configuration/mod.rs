//! Configurations as their files declare them, before anything is evaluated: which files belong together, what overrides
//! what, which values variables are given, and where modules come from.

mod copies;
mod declare;
mod directory;
mod given;
mod overrides;
mod roots;
mod scan;
mod source;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::hcl::ast::{Attribute, Block, Body, Expr, SyntaxError};
use crate::text::{FileId, Place, Reason};

pub use declare::{ACME_PROVIDER, load};
pub use directory::{is_configuration, join_path};
pub use given::values;
pub use roots::relevant_roots;
pub use source::source_of;

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
