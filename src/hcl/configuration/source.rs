//! Where called modules are.

use super::copies::copies;
use super::directory::{is_module, join_path};
use super::{ModuleCall, Source};
use crate::hcl::Files;
use crate::hcl::ast::ExprKind;
use crate::text::Reason;

/// Where the module that `call`, in the module in `caller`, names is; `path` is the dotted path of the call
/// (`mail.records`), by which `root`'s `.terraform/modules/modules.json` lists it.
pub fn source_of(call: &ModuleCall, caller: &str, path: &str, root: &str, files: &dyn Files) -> Source {
    let Some((source, place)) = &call.source else {
        return Source::Elsewhere(Reason::at(call.header, "the module's `source` is no plain string"));
    };
    let source = source.replace('\\', "/");
    let found =
        if is_local(&source) { beside(&source, caller, files) } else { installed(&source, path, call, root, files) };
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
fn installed(source: &str, path: &str, call: &ModuleCall, root: &str, files: &dyn Files) -> Result<String, String> {
    let missing = || {
        format!(
            "the module `{source}` is not in this repository; `terraform get` puts a copy of it under \
             `.terraform/modules`, which is read"
        )
    };
    let copy = copies(root, files).into_iter().find(|copy| copy.key == path).ok_or_else(missing)?;
    let version = call.body.attribute("version").and_then(|version| match &version.value.kind {
        ExprKind::String(text) => Some(text.text()),
        _ => None,
    });
    if !copy.is_current(source, version.as_deref()) {
        return Err(format!(
            "the copy of the module `{source}` under `.terraform/modules` is not the one that is asked for; \
             `terraform get` fetches that"
        ));
    }
    join_path(root, &copy.directory).filter(|directory| is_module(files.paths(), directory)).ok_or_else(missing)
}
