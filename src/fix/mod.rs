//! Edits that mend findings: chosen, made in memory until none is left, shown as a diff, and written.
//!
//! A fix is made wholly or not at all, in however many files. Two that touch the same bytes are not made in one round: the
//! second waits until the findings have been worked out anew, and may be gone by then. After each round the tree is judged,
//! and a round after which a finding is still there, or a file cannot be read any more, is taken back.

mod diff;
mod patch;
mod settle;
mod write;

#[cfg(test)]
mod tests;

pub use diff::unified;
pub use patch::{Taken, take};
pub use settle::{Changed, Settled, settle};
pub use write::{Replacement, replace};

use crate::finding::{Applicability, Finding};
use crate::formats::dnscontrol;
use crate::inputs::{Tree, is_copy};
use crate::lint::Outcome;
use crate::text::{FileId, Span};

/// Where a file tells what it is.
const HEAD: usize = 4096;

/// How many findings have a fix.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fixable {
    /// One that keeps what is meant.
    pub safe: usize,
    /// One that the author should look at.
    pub unsafely: usize,
}

/// Counts the findings of a run over `tree` that have a fix which can be made there.
pub fn fixable(outcome: &Outcome, tree: &dyn Tree) -> Fixable {
    let count = |level| {
        let has = |finding: &&Finding| finding.fix.as_ref().is_some_and(|fix| fix.applicability == level);
        outcome.findings.iter().filter(has).filter(|finding| is_possible(finding, outcome, tree)).count()
    };
    Fixable { safe: count(Applicability::Safe), unsafely: count(Applicability::Unsafe) }
}

/// Whether a finding of a run over `tree` has a fix which can be made there.
pub fn is_possible(finding: &Finding, outcome: &Outcome, tree: &dyn Tree) -> bool {
    patch::is_possible(finding, &outcome.sources, &|file| home(file, outcome, tree))
}

/// The position in `tree` that stands for a file of the run, if that may be edited: it is a file of the tree, written by people of
/// this repository, and holds no secrets.
fn home(file: FileId, outcome: &Outcome, tree: &dyn Tree) -> Option<usize> {
    let index = file.0 as usize;
    // Behind the files of the tree come a configuration from elsewhere, plans, and the files of the state before.
    let path = tree.paths().get(index)?;
    let source = outcome.sources.get(file);
    // What a program printed would be printed over again.
    let is_printed = path.ends_with(".json") && dnscontrol::looks_like(Span::of(0..HEAD).slice(&source.text));
    (!source.is_private && !is_copy(path) && !is_printed).then(|| tree.same_file(index))
}
