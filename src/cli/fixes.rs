//! What `--fix` writes and `--diff` shows.

use std::io::{self, Write};

use super::complain;
use crate::fix::{self, Changed, Replacement};
use crate::inputs::WorkTree;

/// The fixes of a run, made in memory.
#[derive(Default)]
pub(super) struct Fixed {
    changed: Vec<Changed>,
    files: Vec<Replacement>,
    mended: usize,
}

impl Fixed {
    pub(super) fn new(changed: Vec<Changed>, mended: usize, tree: &WorkTree) -> Self {
        let file = |change: &Changed| Replacement {
            path: tree.location(change.index),
            before: change.before.clone(),
            after: change.after.clone(),
        };
        Self { files: changed.iter().map(file).collect(), changed, mended }
    }

    /// Whether no file changes.
    pub(super) fn is_empty(&self) -> bool {
        self.changed.is_empty()
    }

    /// Writes the files, and says so.
    pub(super) fn write(&self) -> io::Result<()> {
        fix::replace(&self.files).map_err(io::Error::other)?;
        if !self.is_empty() {
            complain(&format!("mended {}", self.words()));
        }
        Ok(())
    }

    /// Prints what would be written.
    pub(super) fn show(&self) -> io::Result<()> {
        let mut out = io::stdout().lock();
        for change in &self.changed {
            out.write_all(fix::unified(change).as_bytes())?;
        }
        out.flush()?;
        if !self.is_empty() {
            complain(&format!("--fix would mend {}", self.words()));
        }
        Ok(())
    }

    fn words(&self) -> String {
        let count = |n: usize, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
        format!("{} in {}", count(self.mended, "finding"), count(self.changed.len(), "file"))
    }
}
