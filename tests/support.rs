//! What the suites share.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::observation;
use mtasts::finding::Applicability;
use mtasts::fix::Settled;
use mtasts::inputs::{History, MemoryTree, Revision, Was};
use mtasts::lint::{self, Before, Outcome, Request};
use mtasts::observed::Observed;
use mtasts::parallel::Progress;
use mtasts::report::{Format, Report, Style};

/// The root of this repository.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files of a directory of this repository, sorted.
pub(crate) fn files(directory: &str, extension: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join(directory)).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|found| found == extension));
    paths.sort();
    paths
}

/// Lints a tree of `files` (path and text) with the defaults.
pub(crate) fn lint(files: &[(&str, &[u8])]) -> Outcome {
    let tree = MemoryTree::new(files.iter().map(|(path, text)| (*path, text.to_vec())));
    lint::run(&tree, &Request::default(), &Progress::default()).unwrap()
}

/// A request, on the morning after the examples of the rule book.
fn on_the_morning() -> Request {
    Request { now: Some(jiff::civil::date(2026, 11, 25).at(8, 30, 0, 0)), ..Request::default() }
}

/// Lints a tree of files as [`lint`] does, and the change from `base`, unless that is empty.
pub(crate) fn lint_change(base: Files, files: Files) -> Outcome {
    let base = (!base.is_empty()).then(|| MemoryTree::new(base));
    let base = base.as_ref().map(|tree| Before { tree, name: "the base".to_owned(), changed: None, history: None });
    lint::compare(base.as_ref(), &MemoryTree::new(files), &on_the_morning(), &Progress::default()).unwrap()
}

/// Lints as [`lint_change`] does, on the morning after the examples of the rule book; `past` is what came to be when, up to the base.
pub(crate) fn lint_history(past: &Past, base: Files, files: Files) -> Outcome {
    let base = MemoryTree::new(base);
    let before = Before { tree: &base, name: "the base".to_owned(), changed: None, history: Some(past) };
    lint::compare(Some(&before), &MemoryTree::new(files), &on_the_morning(), &Progress::default()).unwrap()
}

/// Lints as [`lint_change`] does, and what is deployed: as the files declare it, but for what `observe` changes.
pub(crate) fn lint_live(base: Files, files: Files, observe: &dyn Fn(&mut Observed)) -> Outcome {
    let base = (!base.is_empty()).then(|| MemoryTree::new(base));
    let base = base.as_ref().map(|tree| Before { tree, name: "the base".to_owned(), changed: None, history: None });
    let (tree, request, progress) = (MemoryTree::new(files), Request::default(), Progress::default());
    let mut deployed: Vec<Observed> =
        lint::run(&tree, &request, &progress).unwrap().picture.sites.iter().map(observation::as_declared).collect();
    deployed.iter_mut().for_each(observe);
    lint::read(&tree, 0, &request, &progress).unwrap().judge(base.as_ref(), &deployed)
}

/// Files that were committed, and when; the blobs are their places in the list.
pub(crate) struct Past(pub(crate) Vec<(jiff::civil::Date, String, Vec<u8>)>);

impl History for Past {
    fn walk(&self, paths: &BTreeSet<Arc<str>>) -> std::io::Result<Vec<Revision>> {
        let days: BTreeSet<jiff::civil::Date> = self.0.iter().map(|(day, ..)| *day).collect();
        let revision = |day: &jiff::civil::Date| {
            let at = |when: &dyn Fn(&jiff::civil::Date) -> bool, wanted: &str| {
                self.0.iter().rposition(|(day, path, _)| when(day) && path == wanted)
            };
            let changed = paths.iter().filter(|path| at(&|on| on == day, path).is_some());
            let was = changed.map(|path| Was {
                path: Arc::clone(path),
                was: at(&|on| on < day, path).map(|old| (Arc::clone(path), old.to_string().into())),
            });
            Revision { commit: "0123456789abcdef".to_owned(), when: day.at(12, 0, 0, 0), was: was.collect() }
        };
        Ok(days.iter().rev().map(revision).filter(|revision| !revision.was.is_empty()).collect())
    }

    fn read(&self, blob: &str, _: u64) -> std::io::Result<mtasts::text::Bytes> {
        Ok(self.0[blob.parse::<usize>().unwrap()].2.clone().into())
    }
}

/// Files: path and text.
pub(crate) type Files = Vec<(String, Vec<u8>)>;

/// Makes the fixes of `rules` (of all, if there are none), unsafe ones too, in a tree of files that was `base` before, unless that
/// is empty. It is the morning after the examples of the rule book.
pub(crate) fn settle(base: &Files, files: &Files, rules: &[&str]) -> Settled {
    let tree = |files: &Files| MemoryTree::new(files.iter().cloned());
    let base = (!base.is_empty()).then(|| tree(base));
    let base = base.as_ref().map(|tree| Before { tree, name: "the base".to_owned(), changed: None, history: None });
    let now = jiff::civil::date(2026, 11, 25).at(8, 30, 0, 0);
    let select = rules.iter().map(|rule| (*rule).to_owned()).collect();
    let request = Request { select, now: Some(now), ..Request::default() };
    mtasts::fix::settle(base.as_ref(), &tree(files), &request, Applicability::Unsafe, &Progress::default()).unwrap()
}

/// The findings as `--format concise` prints them.
pub(crate) fn concise(outcome: &Outcome) -> String {
    let mut out = Vec::new();
    mtasts::report::write(Format::Concise, &Report::of(outcome), &Style::default(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// A directory with these files.
pub(crate) fn repository(files: &[(&str, &str)]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = root.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    root
}

/// The binary in `directory`, in a world without CI, colour and locale variables.
pub(crate) fn mtasts(directory: &Path) -> std::process::Command {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_mtasts"));
    command.current_dir(directory).env_clear();
    for name in ["PATH", "HOME", "TMPDIR"] {
        command.envs(std::env::var_os(name).map(|value| (name, value)));
    }
    command
}

/// A copy of a fixture, outside this repository, so that its root is its own.
pub(crate) fn fixture(name: &str) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    copy_directory(&root().join("fixtures").join(name), copy.path());
    copy
}

/// Copies a directory with all that is below it.
pub(crate) fn copy_directory(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_directory(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Says something that must be seen even if the test passes: what the print macros write is captured, this is not.
pub(crate) fn say(message: &str) {
    use std::io::Write;
    std::io::stderr().write_all(format!("{message}\n").as_bytes()).unwrap();
}
