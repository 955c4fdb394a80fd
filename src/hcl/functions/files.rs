//! Functions that read files: those of the repository, and no others.

use std::sync::Arc;

use globset::GlobBuilder;

use super::Fault;
use super::arguments::Arguments;
use crate::hcl::configuration::join_path;
use crate::hcl::convert;
use crate::hcl::value::{ListKind, Value};
use crate::text::{Bytes, FileId, Place, Span, Traced};

/// What there is at a path.
pub(super) enum Found {
    File(FileId, Bytes),
    /// Nothing that can be read here; Terraform may find it all the same: it may be made before, or ignored by git.
    Unknown(Value),
}

/// The file that the first argument names.
pub(super) fn find(given: &Arguments<'_>) -> Found {
    let Some(path) = given.known(0) else { return Found::Unknown(given.unknown()) };
    let Some(joined) = inside(given, &path) else { return Found::Unknown(outside(given)) };
    match given.call.files.open(&joined) {
        Some((file, bytes)) => Found::File(file, bytes),
        None => Found::Unknown(given.unknown_because(format!("the file `{path}` is not in this repository"))),
    }
}

/// The path from the root of the repository.
fn inside(given: &Arguments<'_>, path: &str) -> Option<String> {
    if path.starts_with('~') { None } else { join_path(given.call.directory, path) }
}

fn outside(given: &Arguments<'_>) -> Value {
    given.unknown_because(format!("`{}()` names a path outside this repository", given.name))
}

/// `file(path)`: each byte is where it stands in the file.
pub(super) fn file(given: &Arguments<'_>) -> Result<Value, Fault> {
    let (file, bytes) = match find(given) {
        Found::File(file, bytes) => (file, bytes),
        Found::Unknown(value) => return Ok(value),
    };
    let whole = Place::new(file, Span::of(0..bytes.len()));
    if str::from_utf8(&bytes).is_err() {
        return Err(given.fault("the file is no UTF-8"));
    }
    Ok(Value::String(convert::normal(&Arc::new(Traced::verbatim(&bytes, whole)))))
}

/// `fileexists(path)`.
pub(super) fn fileexists(given: &Arguments<'_>) -> Result<Value, Fault> {
    Ok(match find(given) {
        Found::File(..) => given.truth(Some(true)),
        Found::Unknown(value) => value,
    })
}

/// `fileset(directory, pattern)`: the paths from the directory, without an order.
pub(super) fn fileset(given: &Arguments<'_>) -> Result<Value, Fault> {
    let (directory, pattern) = (given.string(0), given.string(1));
    let Some(directory) = inside(given, &directory) else { return Ok(outside(given)) };
    if !is_plain(&pattern) {
        return Ok(given.unknown_because("the pattern of `fileset()` is not worked out here"));
    }
    let glob = GlobBuilder::new(&pattern).literal_separator(true).backslash_escape(false).build();
    let Ok(glob) = glob else { return Err(given.fault("the pattern is malformed")) };
    let matcher = glob.compile_matcher();
    let below = if directory.is_empty() { String::new() } else { format!("{directory}/") };
    let paths = given.call.files.paths();
    let start = paths.partition_point(|path| **path < *below);
    let inside = paths[start..].iter().map_while(|path| path.strip_prefix(&*below));
    let found = inside.filter(|path| matcher.is_match(path)).map(|path| given.computed(path)).collect();
    Ok(given.list_of(ListKind::Set, convert::set_items(found)))
}

/// Whether both matchers read the pattern alike.
fn is_plain(pattern: &str) -> bool {
    let doubled = pattern.split('/').all(|part| part == "**" || !part.contains("**"));
    // Braces do not hold what lies in another directory.
    let is_braced = pattern.split('/').all(|part| part.matches('{').count() == part.matches('}').count());
    let steps = pattern.split('/').any(|part| part == ".." || part == "." || part.is_empty());
    doubled && is_braced && !steps && !pattern.contains(['\\', '[', ']', '!'])
}

/// `basename(path)`.
pub(super) fn basename(given: &Arguments<'_>) -> Result<Value, Fault> {
    let path = given.string(0);
    let trimmed = path.trim_end_matches('/');
    let name = match trimmed.rsplit('/').next() {
        _ if path.is_empty() => ".",
        None | Some("") => "/",
        Some(name) => name,
    };
    Ok(given.computed(name))
}

/// `dirname(path)`.
pub(super) fn dirname(given: &Arguments<'_>) -> Result<Value, Fault> {
    let path = given.string(0);
    let directory = path.rfind('/').map_or("", |at| &path[..=at]);
    Ok(given.computed(&clean(directory)))
}

/// The shortest path to the same, without looking at what is there.
fn clean(path: &str) -> String {
    let is_absolute = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            ".." if is_absolute => {}
            part => parts.push(part),
        }
    }
    match (is_absolute, parts.is_empty()) {
        (true, _) => format!("/{}", parts.join("/")),
        (false, true) => ".".to_owned(),
        (false, false) => parts.join("/"),
    }
}

/// `abspath(path)`: where the repository lies is not known.
pub(super) fn abspath(given: &Arguments<'_>) -> Result<Value, Fault> {
    Ok(given.unknown_because("an absolute path hangs on where the repository lies"))
}

/// `pathexpand(path)`.
pub(super) fn pathexpand(given: &Arguments<'_>) -> Result<Value, Fault> {
    if given.string(0).starts_with('~') {
        return Ok(given.unknown_because("the home directory is not known here"));
    }
    Ok(given.values[0].clone())
}
