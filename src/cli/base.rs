//! What the files are compared with, on the command line's word or the environment's.

use std::io;
use std::path::Path;
use std::thread::Scope;

use super::args::Against;
use crate::inputs::WorkTree;
use crate::inputs::git::{self, Asked, Choice, Differences, Environment, Git, GitHistory, GitTree, Objects};
use crate::lint::Before;

/// The trees of one run.
pub(super) enum Compared<'a> {
    /// There is nothing to compare with; why, where that is worth saying.
    Nothing(Option<String>),
    /// What there was before, and what it is.
    With(Box<Past<'a>>),
}

impl Compared<'_> {
    /// What there was before, as the driver takes it.
    pub(super) fn before(&self) -> Option<Before<'_>> {
        let Self::With(past) = self else { return None };
        let Past { before, base, history } = &**past;
        Some(Before { tree: before, name: named(base), changed: Some(before.changed()), history: Some(history) })
    }
}

/// A base as the report names it.
fn named(base: &git::Base) -> String {
    format!("{} ({})", base.commit.get(..12).unwrap_or(&base.commit), base.why)
}

/// What there was before.
pub(super) struct Past<'a> {
    before: GitTree<'a>,
    base: git::Base,
    history: GitHistory,
}

/// The index in the stead of the work tree, if that is asked for.
pub(super) fn index<'a>(against: &Against, root: &Path, work_tree: &'a WorkTree) -> io::Result<Option<GitTree<'a>>> {
    let index = against.staged.then(|| GitTree::of_index(&Git::at(root), work_tree));
    index.transpose().map_err(io::Error::other)
}

/// What git says of the base; it does not need the work tree to be read for that.
pub(super) enum Found {
    /// There is none; why, where that is worth saying.
    Nothing(Option<String>),
    /// The base, and what is different since.
    Base { base: git::Base, differences: Differences, objects: Box<Objects> },
}

/// The files of the work tree, in the hook of a commit those that the index lists; and the base, once git has found it: it looks
/// while the files are listed and, unless the base has to be known first, read.
pub(super) fn look<'scope>(
    scope: &'scope Scope<'scope, '_>,
    against: &'scope Against,
    root: &'scope Path,
) -> io::Result<(WorkTree, impl FnOnce() -> io::Result<Found> + use<'scope>)> {
    let hook = Environment { variable: &variable, event: None };
    let is_hook = !against.no_base && is_in_git(root) && git::is_commit_hook(asked(against), &hook);
    let found = scope.spawn(move || if is_hook { find_staged(against, root) } else { find(against, root) });
    let listed = is_hook.then(|| WorkTree::tracked(&Git::at(root))).flatten();
    let is_walked = listed.is_none();
    let work_tree = listed.map_or_else(|| WorkTree::walk(root), Ok)?;
    let found = move || match found.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)) {
        // Beside a walk, what is not staged counts as well.
        Ok(_) if is_hook && is_walked => find(against, root),
        found => found,
    };
    Ok((work_tree, found))
}

/// Finds the base where the index is what is judged.
fn find_staged(against: &Against, root: &Path) -> io::Result<Found> {
    let objects = Objects::new(Git::at(root));
    let choice = git::staged(&objects);
    found(objects, asked(against), choice)
}

/// Finds the base.
fn find(against: &Against, root: &Path) -> io::Result<Found> {
    let asked = asked(against);
    if against.no_base {
        return Ok(Found::Nothing(None));
    }
    if !is_in_git(root) {
        return without_git(asked, root, None);
    }
    let git = Git::at(root);
    let choice = git::choose(&git, asked, &environment());
    found(Objects::new(git), asked, choice)
}

fn asked(against: &Against) -> Asked<'_> {
    match (&against.base, against.staged) {
        (Some(revision), _) => Asked::Revision(revision),
        (None, true) => Asked::Staged,
        (None, false) => Asked::Default,
    }
}

fn is_in_git(root: &Path) -> bool {
    root.ancestors().any(|directory| directory.join(".git").exists())
}

fn found(objects: Objects, asked: Asked<'_>, choice: Choice) -> io::Result<Found> {
    let git = objects.git();
    match choice {
        Choice::Base(mut base) => {
            let differences = match base.differences.take() {
                Some(differences) => differences,
                None => Differences::since(git, &base.commit).map_err(io::Error::other)?,
            };
            // It starts while the files that there are now are read.
            if differences.concern_us() {
                objects.prepare();
            }
            Ok(Found::Base { base, differences, objects: Box::new(objects) })
        }
        _ if git.line(&["rev-parse", "--is-inside-work-tree"]).as_deref() != Some("true") => {
            without_git(asked, git.directory(), Some("git is not installed, or refuses".to_owned()))
        }
        Choice::None(why) => Ok(Found::Nothing(Some(why))),
        Choice::Missing { what, command } => Err(io::Error::other(format!(
            "nothing to compare with: {what}; run `{command}` first, or say --base REV or --no-base"
        ))),
    }
}

fn without_git(asked: Asked<'_>, root: &Path, why: Option<String>) -> io::Result<Found> {
    match asked {
        Asked::Default => Ok(Found::Nothing(why)),
        _ => Err(io::Error::other(format!("{}: no git repository, or git is not installed", root.display()))),
    }
}

impl Found {
    /// The same beside the files of the work tree.
    pub(super) fn beside(self, work_tree: &WorkTree) -> Compared<'_> {
        match self {
            Self::Nothing(why) => Compared::Nothing(why),
            Self::Base { base, differences, objects } => {
                let history = GitHistory::of_commit(objects.git(), &base.commit, work_tree);
                let before = GitTree::new(*objects, differences, work_tree);
                Compared::With(Box::new(Past { before, base, history }))
            }
        }
    }
}

fn environment() -> Environment<'static> {
    let event = variable("GITHUB_EVENT_PATH").and_then(|path| std::fs::read(path).ok());
    let event = event.and_then(|text| serde_json::from_slice(&text).ok());
    Environment { variable: &variable, event }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
