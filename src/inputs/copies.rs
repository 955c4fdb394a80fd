//! The copies of modules that `terraform init` keeps beside a root module, in `.terraform/modules`. Git is nearly always told
//! to ignore them, but what a root module publishes is declared in them as much as in its own files.

use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use super::tree::{Found, file};
use crate::hcl::configuration::is_configuration;

/// The files of copies beside the configuration files among `found`, which is sorted. Links are left out, all of them: what
/// a copy's author made one lead to is nothing that the owner of this tree chose to have read.
pub(super) fn beside(root: &Path, found: &[Found]) -> Vec<Found> {
    let mut copies = Vec::new();
    let mut last = None;
    for (path, _) in found.iter().filter(|(path, _)| is_configuration(path)) {
        let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
        if last.replace(directory) != Some(directory) && !is_copy(path) {
            copies.extend(kept(&root.join(directory)).into_iter().flat_map(|modules| walk(root, &modules)));
        }
    }
    copies
}

/// Whether the path is one of a file in a copy of a module that `terraform init` keeps.
pub fn is_copy(path: &str) -> bool {
    path.starts_with(".terraform/") || path.contains("/.terraform/")
}

/// The directory of the copies beside `directory`'s files, if it is there and no link.
fn kept(directory: &Path) -> Option<PathBuf> {
    let state = directory.join(".terraform");
    let modules = state.join("modules");
    let is_directory = |path: &Path| path.symlink_metadata().is_ok_and(|metadata| metadata.is_dir());
    (is_directory(&modules) && is_directory(&state)).then_some(modules)
}

fn walk(root: &Path, modules: &Path) -> Vec<Found> {
    let is_followed = |name: &std::ffi::OsStr| name != ".git" && name != ".terraform";
    let mut walker = WalkBuilder::new(modules);
    walker.standard_filters(false).filter_entry(move |entry| is_followed(entry.file_name()));
    let entries = walker.build().filter_map(Result::ok).filter(|entry| !entry.path_is_symlink());
    entries.filter_map(|entry| file(root, &entry)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Tree, WorkTree};

    fn paths(root: &std::path::Path) -> Vec<String> {
        WorkTree::walk(root).unwrap().paths().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn copies_of_modules_are_read_although_git_ignores_them() {
        let directory = tempfile::tempdir().unwrap();
        let write = |path: &str| {
            let path = directory.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "x").unwrap();
        };
        for path in [
            "a/main.tf",
            "a/sub/main.tf",
            "a/zz.tf",
            "a/.terraform/modules/modules.json",
            "a/.terraform/modules/x/main.tf",
            "a/.terraform/modules/x/.git/config",
            "a/.terraform/modules/x/.terraform/modules/y/main.tf",
            "a/.terraform/modules/x/.gitignore",
            "a/.terraform/modules/x/ignored/policy.tftpl",
            "a/.terraform/providers/x.tf",
            "a/.terraform/terraform.tfstate",
            "none/.terraform/modules/x/main.tf",
            "none/README.md",
            "main.tofu",
            ".terraform/modules/z/main.tf",
        ] {
            write(path);
        }
        std::fs::write(directory.path().join("a/.terraform/modules/x/.gitignore"), "ignored/").unwrap();
        let copied = [
            ".terraform/modules/z/main.tf",
            "a/.terraform/modules/modules.json",
            "a/.terraform/modules/x/.gitignore",
            "a/.terraform/modules/x/ignored/policy.tftpl",
            "a/.terraform/modules/x/main.tf",
        ];
        let own = ["a/main.tf", "a/sub/main.tf", "a/zz.tf", "main.tofu", "none/README.md"];
        std::fs::write(directory.path().join(".gitignore"), ".terraform/\n").unwrap();
        let expected: Vec<&str> = [".gitignore"].into_iter().chain(copied).chain(own).collect();
        assert_eq!(paths(directory.path()), expected);
        // Where git does not ignore them they are listed once.
        std::fs::write(directory.path().join(".gitignore"), "").unwrap();
        let all = paths(directory.path());
        assert!(all.is_sorted_by(|a, b| a < b) && copied.iter().all(|path| all.iter().any(|known| known == path)));
    }

    #[cfg(unix)]
    #[test]
    fn links_in_copies_and_to_copies_are_not_followed() {
        let outside = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(outside.path().join("modules/x")).unwrap();
        std::fs::write(outside.path().join("modules/x/main.tf"), "x").unwrap();
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        for sub in ["a", "b/.terraform", "c/.terraform/modules"] {
            std::fs::create_dir_all(root.join(sub)).unwrap();
            std::fs::write(root.join(&sub[..1]).join("main.tf"), "x").unwrap();
        }
        let link = |to: &std::path::Path, name: &str| std::os::unix::fs::symlink(to, root.join(name)).unwrap();
        link(outside.path(), "a/.terraform");
        link(&outside.path().join("modules"), "b/.terraform/modules");
        link(&outside.path().join("modules/x"), "c/.terraform/modules/x");
        link(&root.join("a/main.tf"), "c/.terraform/modules/main.tf");
        std::fs::write(root.join(".gitignore"), ".terraform\n").unwrap();
        assert_eq!(paths(root), [".gitignore", "a/main.tf", "b/main.tf", "c/main.tf"]);
    }
}
