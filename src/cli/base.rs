//! What the files are compared with, on the command line's word or the environment's.

use std::io;
use std::path::Path;

use super::args::Against;
use crate::inputs::WorkTree;
use crate::inputs::git::{self, Asked, Choice, Environment, Git, GitHistory, GitTree};

/// The trees of one run.
pub(super) enum Compared<'a> {
    /// There is nothing to compare with; why, where that is worth saying.
    Nothing(Option<String>),
    /// What there was before, and what it is.
    With(Box<Past<'a>>),
}

/// What there was before.
pub(super) struct Past<'a> {
    pub(super) before: GitTree<'a>,
    pub(super) base: git::Base,
    pub(super) history: GitHistory,
}

/// The index in the stead of the work tree, if that is asked for.
pub(super) fn index<'a>(against: &Against, root: &Path, work_tree: &'a WorkTree) -> io::Result<Option<GitTree<'a>>> {
    let index = against.staged.then(|| GitTree::of_index(&Git::at(root), work_tree));
    index.transpose().map_err(io::Error::other)
}

/// Finds the base.
pub(super) fn find<'a>(against: &Against, root: &Path, work_tree: &'a WorkTree) -> io::Result<Compared<'a>> {
    let asked = match (&against.base, against.staged) {
        (Some(revision), _) => Asked::Revision(revision),
        (None, true) => Asked::Staged,
        (None, false) => Asked::Default,
    };
    if against.no_base {
        return Ok(Compared::Nothing(None));
    }
    let git = Git::at(root);
    let is_repository = root.ancestors().any(|directory| directory.join(".git").exists());
    let is_usable = || git.line(&["rev-parse", "--is-inside-work-tree"]).as_deref() == Some("true");
    if !is_repository || !is_usable() {
        return match asked {
            Asked::Default if is_repository => {
                Ok(Compared::Nothing(Some("git is not installed, or refuses".to_owned())))
            }
            Asked::Default => Ok(Compared::Nothing(None)),
            _ => Err(io::Error::other(format!("{}: no git repository, or git is not installed", root.display()))),
        };
    }
    match git::choose(&git, asked, &environment()) {
        Choice::None(why) => Ok(Compared::Nothing(Some(why))),
        Choice::Base(base) => {
            let before = GitTree::of_commit(&git, &base.commit, work_tree).map_err(io::Error::other)?;
            let history = GitHistory::of_commit(&git, &base.commit, work_tree);
            Ok(Compared::With(Box::new(Past { before, base, history })))
        }
        Choice::Missing { what, command } => Err(io::Error::other(format!(
            "nothing to compare with: {what}; run `{command}` first, or say --base REV or --no-base"
        ))),
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
