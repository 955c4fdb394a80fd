//! Where called modules are.

use std::sync::Arc;

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
    let found = if is_local(source) { beside(source, caller, files) } else { installed(source, path, root, files) };
    match found {
        Ok(directory) => Source::Directory(directory.into()),
        Err(why) => Source::Elsewhere(Reason::at(*place, why)),
    }
}

/// Whether a source is a path. Terraform wants it to be told from an address by its first dot.
pub(super) fn is_local(source: &str) -> bool {
    source.starts_with("./") || source.starts_with("../")
}

fn beside(source: &str, caller: &str, files: &dyn Files) -> Result<String, Arc<str>> {
    let directory =
        join_path(caller, source).ok_or_else(|| Arc::from(format!("`{source}` leads out of this repository")))?;
    if is_module(files.paths(), &directory) {
        return Ok(directory);
    }
    let shown = if directory.is_empty() { "." } else { &*directory };
    Err(format!("there is no module in `{shown}`").into())
}

/// The copy that `terraform init` made.
fn installed(source: &str, path: &str, root: &str, files: &dyn Files) -> Result<String, Arc<str>> {
    let missing = || {
        format!(
            "the module `{source}` is not in this repository; `terraform get` would put a copy of it under \
             `.terraform/modules`, where it is read"
        )
    };
    let entry = entry(path, root, files).ok_or_else(missing)?;
    let directory = join_path(root, &entry).filter(|directory| is_module(files.paths(), directory));
    Ok(directory.ok_or_else(missing)?)
}

/// The directory that the list of copies names for a call.
fn entry(path: &str, root: &str, files: &dyn Files) -> Option<String> {
    let (_, text) = files.open(&join_path(root, ".terraform/modules/modules.json")?)?;
    let list: serde_json::Value = serde_json::from_slice(&text).ok()?;
    let entries = list.get("Modules")?.as_array()?;
    let is_it = |entry: &&serde_json::Value| entry.get("Key").and_then(serde_json::Value::as_str) == Some(path);
    Some(entries.iter().find(is_it)?.get("Dir")?.as_str()?.to_owned())
}
