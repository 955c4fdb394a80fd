//! Values that variables of a root module are given from files.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Given;
use super::directory::{file_name, files_in, is_json};
use crate::hcl::ast::SyntaxError;
use crate::hcl::{Files, parse};
use crate::text::FileId;

/// The values that the `.tfvars` files give to the variables of the root module in `directory`: `terraform.tfvars`, `.json`,
/// `*.auto.tfvars(.json)`, then `var_files` (paths relative to the repository), the last winning. Errors are those of files
/// that cannot be read.
pub fn values(
    directory: &str,
    var_files: &[Arc<str>],
    files: &dyn Files,
) -> (Vec<Given>, Vec<SyntaxError>, Vec<FileId>) {
    let mut given: BTreeMap<Arc<str>, Given> = BTreeMap::new();
    let (mut errors, mut read) = (Vec::new(), Vec::new());
    let automatic = automatic(directory, files);
    for path in automatic.into_iter().chain(var_files.iter().map(AsRef::as_ref)) {
        let Some((file, text)) = files.open(path) else { continue };
        read.push(file);
        let body = if is_json(path) { parse::json_values(file, &text) } else { parse::native(file, &text) };
        let body = match body {
            Ok(body) => body,
            Err(error) => {
                errors.push(error);
                continue;
            }
        };
        for block in body.blocks {
            let message = format!("a file of values has no blocks, such as this `{}`", block.kind);
            errors.push(SyntaxError { place: block.header, message });
        }
        // JSON has no comments but this.
        for attribute in body.attributes.into_iter().filter(|attribute| &*attribute.name != "//") {
            given.insert(Arc::clone(&attribute.name), Given { name: attribute.name, value: attribute.value });
        }
    }
    (given.into_values().collect(), errors, read)
}

/// The files that are read without being asked for, in the order in which they are.
fn automatic<'a>(directory: &str, files: &'a dyn Files) -> Vec<&'a str> {
    let inside = files_in(files.paths(), directory);
    let mut found: Vec<(usize, &str)> = inside.into_iter().filter_map(|path| Some((rank(path)?, path))).collect();
    found.sort_unstable();
    found.into_iter().map(|(_, path)| path).collect()
}

/// Whether the file is read without being asked for.
pub(super) fn is_automatic(path: &str) -> bool {
    rank(path).is_some()
}

/// Which of these files come first.
fn rank(path: &str) -> Option<usize> {
    const FIRST: [&str; 2] = ["terraform.tfvars", "terraform.tfvars.json"];
    let name = file_name(path);
    let is_any = name.ends_with(".auto.tfvars") || name.ends_with(".auto.tfvars.json");
    FIRST.iter().position(|first| *first == name).or(is_any.then_some(FIRST.len()))
}
