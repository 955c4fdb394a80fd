//! Directories and the files of configurations in them, by their paths alone.

use std::sync::Arc;

/// The files of a directory that make up its module.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct ModuleFiles<'a> {
    /// Sorted by name.
    pub(super) primary: Vec<&'a str>,
    /// Those that override what the others declare, in the order in which they do.
    pub(super) overrides: Vec<&'a str>,
}

/// The ends of the names of configuration files. Behind `.tf` and `.tf.json` stands what OpenTofu reads in their stead.
const ENDS: [(&str, Option<&str>); 4] =
    [(".tf", Some(".tofu")), (".tf.json", Some(".tofu.json")), (".tofu", None), (".tofu.json", None)];

/// Whether the path is a file of a configuration: `.tf`, `.tofu`, `.tf.json`, `.tofu.json`; no hidden file, and none that an
/// editor left behind.
pub fn is_configuration(path: &str) -> bool {
    split(file_name(path)).is_some()
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

/// The name of a configuration file without its end, and that; `None` for other files.
fn split(name: &str) -> Option<(&str, usize)> {
    // An editor's `x.tf~` and `#x.tf#` have another end anyway.
    let is_left_out = name.starts_with('.') || name.starts_with('#');
    let ends = || ENDS.iter().enumerate().filter(|_| !is_left_out);
    ends().find_map(|(index, (end, _))| Some((name.strip_suffix(end)?, index)))
}

/// The configuration files in `directory`, which `paths`, sorted, hold.
pub(super) fn module_files<'a>(paths: &'a [Arc<str>], directory: &str) -> ModuleFiles<'a> {
    let all = files_in(paths, directory);
    let mut found = ModuleFiles::default();
    for path in &all {
        let Some((stem, end)) = split(file_name(path)) else { continue };
        // Only users of OpenTofu have both, and it reads `x.tofu`.
        let instead = ENDS.get(end).and_then(|(_, instead)| *instead);
        let is_replaced = |instead| all.binary_search(&within(directory, &format!("{stem}{instead}")).as_str()).is_ok();
        if instead.is_some_and(is_replaced) {
            continue;
        }
        let is_override = stem == "override" || stem.ends_with("_override");
        if is_override { &mut found.overrides } else { &mut found.primary }.push(path);
    }
    found
}

/// Whether there is a configuration file in `directory`.
pub(super) fn is_module(paths: &[Arc<str>], directory: &str) -> bool {
    files_in(paths, directory).into_iter().any(is_configuration)
}

/// The paths directly in `directory`, of `paths`, which are sorted.
pub(super) fn files_in<'a>(paths: &'a [Arc<str>], directory: &str) -> Vec<&'a str> {
    let prefix = within(directory, "");
    let mut rest = &paths[paths.partition_point(|path| **path < *prefix)..];
    let mut found = Vec::new();
    while let Some(path) = rest.first() {
        let Some(inside) = path.strip_prefix(&*prefix) else { break };
        let Some(slash) = inside.find('/') else {
            found.push(&**path);
            rest = &rest[1..];
            continue;
        };
        // Past all that is in that directory below this one, however much it is.
        let below = &path[..=prefix.len() + slash];
        rest = &rest[rest.partition_point(|path| **path < *below || path.starts_with(below))..];
    }
    found
}

/// The directory that a file is in.
pub(super) fn directory_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(directory, _)| directory)
}

/// The last component.
pub(super) fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

fn within(directory: &str, name: &str) -> String {
    if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") }
}
