//! Which directories are root modules that may declare what matters.
//!
//! A repository may hold thousands of configuration files, of which a few are about mail: each is searched for words here,
//! and none is parsed. What a search takes for a call and is none costs the evaluation of a root too many.

use std::collections::BTreeMap;
use std::sync::Arc;

use memchr::memmem;

use super::copies::copies;
use super::directory::{directory_of, files_in, is_configuration, join_path};
use super::given::is_automatic;
use super::scan::{Scan, Scanner};
use crate::hcl::Files;
use crate::parallel::{self, Progress};

/// The directories of the root modules that may declare what matters: a file of theirs, or of a module of the repository
/// that they call, holds one of `markers` (kinds of resources, `_mta-sts`, ...). A directory that another calls is no root,
/// unless only examples and tests call it and it has a state or values of its own.
pub fn relevant_roots(files: &dyn Files, markers: &[&str]) -> Vec<Arc<str>> {
    let calls = Calls::read(files, markers);
    let relevant = calls.relevant();
    let mut reached = vec![false; calls.directories.len()];
    let mut roots = Vec::new();
    let may_be_root = |&at: &usize| relevant[at] && !is_copy(calls.directories[at].path);
    for at in (0..calls.directories.len()).filter(may_be_root) {
        if calls.is_root(at, files) {
            calls.mark_called(at, &mut reached);
            roots.push(at);
        }
    }
    // What is left calls itself in a circle.
    for at in (0..calls.directories.len()).filter(may_be_root) {
        if !reached[at] {
            calls.mark_called(at, &mut reached);
            roots.push(at);
        }
    }
    roots.sort_unstable();
    roots.into_iter().map(|at| calls.directories[at].path.into()).collect()
}

/// The directories that hold configuration files, and which calls which.
struct Calls<'a> {
    /// Sorted by path.
    directories: Vec<Directory<'a>>,
}

#[derive(Default)]
struct Directory<'a> {
    path: &'a str,
    /// Whether a file in it holds a marker.
    is_marked: bool,
    /// Positions of the directories that it calls, and of those that call it; itself is not among them.
    calls: Vec<usize>,
    called_by: Vec<usize>,
}

impl<'a> Calls<'a> {
    fn read(files: &'a dyn Files, markers: &[&str]) -> Self {
        let mut by_path: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for path in files.paths().iter().filter(|path| is_configuration(path)) {
            by_path.entry(directory_of(path)).or_default().push(path);
        }
        // A value that is given may be all that tells.
        for path in files.paths().iter().filter(|path| path.ends_with(".tfvars") || path.ends_with(".tfvars.json")) {
            by_path.entry(directory_of(path)).and_modify(|inside| inside.push(path));
        }
        let all: Vec<(usize, &str)> =
            by_path.values().enumerate().flat_map(|(at, inside)| inside.iter().map(move |path| (at, *path))).collect();
        let scanner = Scanner::new(markers);
        let scans = parallel::map(all.len(), &Progress::default(), |item| {
            let text = files.open(all[item].1).map(|(_, text)| text).unwrap_or_default();
            scanner.scan(&text, directory_of(all[item].1))
        });
        let directories = by_path.keys().map(|path| Directory { path, ..Directory::default() }).collect();
        let mut calls = Self { directories };
        let mut edges = Vec::new();
        for ((at, _), Scan { is_marked, calls: called }) in all.into_iter().zip(scans) {
            calls.directories[at].is_marked |= is_marked;
            edges.extend(called.iter().filter_map(|to| Some((at, calls.find(to)?))));
        }
        edges.extend(calls.kept(files));
        edges.sort_unstable();
        edges.dedup();
        for (from, to) in edges {
            calls.add(from, to);
        }
        calls
    }

    fn find(&self, path: &str) -> Option<usize> {
        self.directories.binary_search_by_key(&path, |directory| directory.path).ok()
    }

    /// The copies of modules that root modules keep are called by these.
    fn kept(&self, files: &dyn Files) -> Vec<(usize, usize)> {
        let of = |at: usize| {
            let root = self.directories[at].path;
            let directories = copies(root, files).into_iter().filter_map(|copy| join_path(root, &copy.directory));
            directories.filter(|path| is_copy(path)).filter_map(move |path| Some((at, self.find(&path)?)))
        };
        (0..self.directories.len()).flat_map(of).collect()
    }

    fn add(&mut self, from: usize, to: usize) {
        let [is_from_copy, is_to_copy] = [from, to].map(|at| is_copy(self.directories[at].path));
        // A copy has no say in what is outside of it.
        if from != to && (is_to_copy || !is_from_copy) {
            self.directories[from].calls.push(to);
            self.directories[to].called_by.push(from);
        }
    }

    /// Which directories hold a marker, or call one that does.
    fn relevant(&self) -> Vec<bool> {
        let mut relevant = vec![false; self.directories.len()];
        for at in (0..self.directories.len()).filter(|at| self.directories[*at].is_marked) {
            mark(at, &mut relevant, |at| &self.directories[at].called_by);
        }
        relevant
    }

    fn mark_called(&self, at: usize, reached: &mut [bool]) {
        mark(at, reached, |at| &self.directories[at].calls);
    }

    fn is_root(&self, at: usize, files: &dyn Files) -> bool {
        let Directory { path, called_by, .. } = &self.directories[at];
        let is_trial = |caller: &usize| is_trial(self.directories[*caller].path, path);
        called_by.is_empty() || called_by.iter().all(is_trial) && is_applied(path, files)
    }
}

/// Marks `at` and all that `next` leads to from there.
fn mark<'a>(at: usize, marked: &mut [bool], next: impl Fn(usize) -> &'a [usize]) {
    let mut open = vec![at];
    while let Some(at) = open.pop() {
        if !std::mem::replace(&mut marked[at], true) {
            open.extend(next(at));
        }
    }
}

/// Whether a directory is in a copy that `terraform init` made.
fn is_copy(directory: &str) -> bool {
    directory.split('/').any(|part| part == ".terraform")
}

/// Whether `caller` only tries out the module in `directory`.
fn is_trial(caller: &str, directory: &str) -> bool {
    let beyond = caller.strip_prefix(directory).unwrap_or(caller);
    beyond.split('/').any(|part| matches!(part, "example" | "examples" | "test" | "tests"))
}

/// Whether something in the directory counts only for a root module: values for its variables, or where its state is kept.
fn is_applied(directory: &str, files: &dyn Files) -> bool {
    let inside = files_in(files.paths(), directory);
    let keeps_state = |path: &str| {
        let text = files.open(path).map(|(_, text)| text).unwrap_or_default();
        [&b"backend"[..], b"cloud"].iter().any(|kind| names_block(&text, kind))
    };
    inside.iter().any(|path| is_automatic(path))
        || inside.iter().any(|path| is_configuration(path) && keeps_state(path))
}

/// Whether a line of `text` begins a block of this kind, or a key of JSON is called like it.
fn names_block(text: &[u8], kind: &[u8]) -> bool {
    memmem::find_iter(text, kind).any(|at| {
        let (before, after) = (&text[..at], text[at + kind.len()..].trim_ascii_start());
        if before.ends_with(b"\"") {
            return after.strip_prefix(b"\"").is_some_and(|after| after.trim_ascii_start().starts_with(b":"));
        }
        let indent = before.iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let is_first = before.len() == indent || before[..before.len() - indent].ends_with(b"\n");
        is_first && after.first().is_some_and(|byte| matches!(byte, b'"' | b'{'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hcl::MemoryFiles;

    const MARKED: &str = "resource \"dns_record\" \"x\" {}\n";

    fn roots(files: &[(&str, &str)]) -> Vec<String> {
        let files = MemoryFiles::new(files);
        relevant_roots(&files, &["dns_record"]).iter().map(ToString::to_string).collect()
    }

    fn calls(paths: &[&str]) -> String {
        paths.iter().flat_map(|path| ["module \"x\" {\n  source = \"", path, "\"\n}\n"]).collect()
    }

    #[test]
    fn a_directory_without_markers_is_no_root() {
        assert_eq!(roots(&[("main.tf", "locals {}"), ("a/main.tf", MARKED), ("b/x.txt", MARKED)]), ["a"]);
        assert_eq!(roots(&[("main.tf", MARKED)]), [""]);
        assert!(roots(&[]).is_empty());
    }

    #[test]
    fn what_matters_may_be_in_modules_of_modules() {
        let files = [
            ("live/main.tf", &*calls(&["../modules/outer"])),
            ("live/other.tf", "locals {}"),
            ("modules/inner/main.tf.json", MARKED),
            ("modules/outer/main.tf", &calls(&["../inner", "../unknown", "../../../outside"])),
            ("other/main.tf", &calls(&["../modules/plain"])),
            ("modules/plain/main.tf", "locals {}"),
        ];
        assert_eq!(roots(&files), ["live"]);
    }

    #[test]
    fn what_matters_may_be_in_the_values_that_are_given() {
        assert_eq!(roots(&[("a/main.tf", "locals {}"), ("a/x.tfvars", "records = [\"dns_record\"]")]), ["a"]);
        assert!(roots(&[("a/main.tf", "locals {}"), ("b/x.tfvars", "dns_record = 1")]).is_empty());
    }

    #[test]
    fn a_module_is_seen_through_the_examples_that_call_it() {
        let example = calls(&["../.."]);
        let files = [("main.tf", MARKED), ("examples/complete/main.tf", &*example)];
        assert_eq!(roots(&files), ["examples/complete"]);
    }

    #[test]
    fn what_is_applied_is_a_root_although_a_test_calls_it() {
        let test = calls(&["../"]);
        for (path, text) in [
            ("terraform.tfvars", "x = 1"),
            ("a.auto.tfvars.json", "{}"),
            ("backend.tf", "terraform {\n  backend \"s3\" {}\n}"),
            ("cloud.tf", "terraform {\n\tcloud {}\n}"),
            ("backend.tf.json", r#"{"terraform": {"backend": {"s3": {}}}}"#),
        ] {
            assert_eq!(roots(&[("main.tf", MARKED), ("tests/main.tf", &*test), (path, text)]), ["", "tests"], "{path}");
            assert_eq!(roots(&[("main.tf", MARKED), ("live/main.tf", &*test), (path, text)]), ["live"], "{path}");
        }
        for (path, text) in [("a.tf", "x = \"cloud\""), ("a.tf", "# a cloud {"), ("a.tfvars", "x = 1")] {
            assert_eq!(roots(&[("main.tf", MARKED), ("tests/main.tf", &*test), (path, text)]), ["tests"], "{text}");
        }
    }

    #[test]
    fn of_directories_that_call_each_other_the_first_is_the_root() {
        let files = [
            ("a/main.tf", &*calls(&["./"])),
            ("b/main.tf", &calls(&["../c", "./"])),
            ("c/main.tf", &calls(&["../d"])),
            ("d/main.tf", &(calls(&["../b"]) + MARKED)),
        ];
        assert_eq!(roots(&files), ["b"]);
        assert_eq!(roots(&[("a/main.tf", &*(calls(&["./"]) + MARKED))]), ["a"]);
    }

    #[test]
    fn copies_of_modules_are_no_roots_and_count_for_the_root_that_keeps_them() {
        let list = r#"{"Modules":[{"Key":"","Source":"","Dir":"."},
            {"Key":"x","Source":"registry.terraform.io/a/b/c","Version":"1.0.0","Dir":".terraform/modules/x/sub"},
            {"Key":"y","Source":"./y","Dir":"y"},{"Key":"z","Source":"git::z","Dir":"../../out"}]}"#;
        let copy = calls(&["../", "../../../../../b"]);
        let files = |list| {
            [
                ("a/main.tf", "module \"x\" {\n  source = \"a/b/c\"\n}"),
                ("a/.terraform/modules/modules.json", list),
                ("a/.terraform/modules/x/main.tf", MARKED),
                ("a/.terraform/modules/x/sub/main.tf", &*copy),
                ("b/main.tf", MARKED),
            ]
        };
        assert_eq!(roots(&files(list)), ["a", "b"]);
        for unreadable in ["", "{}", "[", r#"{"Modules":[]}"#, r#"{"Modules":[{"Key":1}]}"#] {
            assert_eq!(roots(&files(unreadable)), ["b"], "{unreadable}");
        }
    }
}
