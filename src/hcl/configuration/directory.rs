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
    let is_hidden = name.starts_with('.');
    let mut ends = ENDS.iter().enumerate().filter(|_| !is_hidden);
    ends.find_map(|(index, (end, _))| Some((name.strip_suffix(end)?, index)))
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

/// Whether a file is written in JSON: its name says so, and nothing else.
pub(super) fn is_json(path: &str) -> bool {
    path.rsplit('.').next() == Some("json")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_joined_inside_the_repository() {
        for (directory, relative, joined) in [
            ("", "main.tf", Some("main.tf")),
            ("a/b", "./c", Some("a/b/c")),
            ("a/b", "../c", Some("a/c")),
            ("a/b", "../../c", Some("c")),
            ("a/b", "../..", Some("")),
            ("a/b", "../../..", None),
            ("", "..", None),
            ("a", "../../a", None),
            ("a", "b/../../c/./d//e/", Some("c/d/e")),
            ("a", ".//b", Some("a/b")),
            ("/a//", "b", Some("a/b")),
            ("a", "", Some("a")),
            ("a", "/b", None),
            ("a", "...", Some("a/...")),
        ] {
            assert_eq!(join_path(directory, relative).as_deref(), joined, "{directory} {relative}");
        }
    }

    #[test]
    fn hidden_files_and_those_of_editors_are_none_of_the_configuration() {
        for (path, expected) in [
            ("main.tf", true),
            ("a/b.tofu", true),
            ("a/b.tf.json", true),
            ("b.tofu.json", true),
            ("a.b.tf", true),
            (".tf", false),
            ("a/.hidden.tf", false),
            (".a/main.tf", true),
            ("main.tf~", false),
            ("#main.tf#", false),
            ("#main.tf", true),
            ("main.tfvars", false),
            ("main.tf.json5", false),
            ("main.json", false),
            ("main.tf/x", false),
            ("maintf", false),
        ] {
            assert_eq!(is_configuration(path), expected, "{path}");
        }
    }

    #[test]
    fn a_module_is_the_files_of_one_directory() {
        let paths = [
            "a!.tf",
            "a.tf",
            "a/.x.tf",
            "a/b.tf",
            "a/b/c.tf",
            "a/b/d/e.tf",
            "a/b0.tf",
            "a/c.tf",
            "a/c.tf~",
            "a/c.txt",
            "a/d/x.tf",
            "a0.tf",
            "b.tf",
        ];
        let paths: Vec<Arc<str>> = paths.into_iter().map(Arc::from).collect();
        assert!(paths.is_sorted());
        assert_eq!(module_files(&paths, "").primary, ["a!.tf", "a.tf", "a0.tf", "b.tf"]);
        assert_eq!(module_files(&paths, "a").primary, ["a/b.tf", "a/b0.tf", "a/c.tf"]);
        assert_eq!(module_files(&paths, "a/b").primary, ["a/b/c.tf"]);
        assert_eq!(module_files(&paths, "a/b/d").primary, ["a/b/d/e.tf"]);
        assert_eq!(module_files(&paths, "a/e"), ModuleFiles::default());
        assert!(is_module(&paths, "a/d") && !is_module(&paths, "a/b0"));
    }

    #[test]
    fn override_files_are_told_by_their_names_and_tofu_replaces_tf() {
        let paths = [
            "B_override.tf",
            "a.tf",
            "a.tf.json",
            "a.tofu",
            "a_override.tf",
            "a_override.tf.json",
            "a_override.tofu.json",
            "myoverride.tf",
            "override.tf",
            "override.tofu",
            "override_a.tf",
        ];
        let paths: Vec<Arc<str>> = paths.into_iter().map(Arc::from).collect();
        let found = module_files(&paths, "");
        assert_eq!(found.primary, ["a.tf.json", "a.tofu", "myoverride.tf", "override_a.tf"]);
        assert_eq!(found.overrides, ["B_override.tf", "a_override.tf", "a_override.tofu.json", "override.tofu"]);
    }
}
