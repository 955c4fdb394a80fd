//! Where called modules are.

use serde::Deserialize;

use super::directory::{is_module, join_path};
use super::{ModuleCall, Source};
use crate::hcl::Files;
use crate::text::Reason;

/// Where the module that `call`, in the module in `caller`, names is; `path` is the dotted path of the call
/// (`mail.records`), by which `root`'s `.terraform/modules/modules.json` lists it.
pub fn source_of(call: &ModuleCall, caller: &str, path: &str, root: &str, files: &dyn Files) -> Source {
    let Some((source, place)) = &call.source else {
        return Source::Elsewhere(Reason::at(call.header, "the module's `source` is no plain string"));
    };
    let source = source.replace('\\', "/");
    let found = if is_local(&source) { beside(&source, caller, files) } else { installed(&source, path, root, files) };
    match found {
        Ok(directory) => Source::Directory(directory.into()),
        Err(why) => Source::Elsewhere(Reason::at(*place, why)),
    }
}

/// Whether a source is a path: its first dot tells it from an address.
fn is_local(source: &str) -> bool {
    source.starts_with("./") || source.starts_with("../")
}

fn beside(source: &str, caller: &str, files: &dyn Files) -> Result<String, String> {
    let directory = join_path(caller, source).ok_or_else(|| format!("`{source}` leads out of this repository"))?;
    if is_module(files.paths(), &directory) {
        return Ok(directory);
    }
    let shown = if directory.is_empty() { "." } else { &*directory };
    Err(format!("there is no module in `{shown}`"))
}

/// The copy that `terraform init` made.
fn installed(source: &str, path: &str, root: &str, files: &dyn Files) -> Result<String, String> {
    let missing = || {
        format!(
            "the module `{source}` is not in this repository; `terraform get` puts a copy of it under \
             `.terraform/modules`, which is read"
        )
    };
    let copy = listed(root, files).into_iter().find(|copy| copy.key == path).ok_or_else(missing)?;
    join_path(root, &copy.directory).filter(|directory| is_module(files.paths(), directory)).ok_or_else(missing)
}

/// The directories of the copies that the root module in `root` keeps.
pub(super) fn copies(root: &str, files: &dyn Files) -> Vec<String> {
    listed(root, files).into_iter().filter_map(|copy| join_path(root, &copy.directory)).collect()
}

/// An entry of `modules.json`.
#[derive(Deserialize)]
struct Copy {
    /// The dotted path of the call.
    #[serde(rename = "Key")]
    key: String,
    /// Where the module is, seen from the root module.
    #[serde(rename = "Dir")]
    directory: String,
}

/// What `terraform init` wrote down.
fn listed(root: &str, files: &dyn Files) -> Vec<Copy> {
    #[derive(Default, Deserialize)]
    struct List {
        #[serde(rename = "Modules")]
        modules: Vec<Copy>,
    }
    let text = join_path(root, ".terraform/modules/modules.json").and_then(|path| files.open(&path));
    let list: Option<List> = text.and_then(|(_, text)| serde_json::from_slice(&text).ok());
    list.unwrap_or_default().modules
}
