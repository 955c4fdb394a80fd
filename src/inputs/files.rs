//! The files of a tree as a configuration reads them: each is read once, and only what the tree lists can be.

use std::sync::{Arc, OnceLock};

use super::tree::{MAX_FILE, Tree};
use crate::config::Exclude;
use crate::hcl::Files;
use crate::text::{Bytes, FileId};

/// Reads files of a tree when they are asked for, and keeps them.
pub(super) struct TreeFiles<'a> {
    tree: &'a dyn Tree,
    /// The paths that are not excluded; `None` where all are taken.
    taken: Option<Vec<Arc<str>>>,
    texts: Vec<OnceLock<Option<Bytes>>>,
}

impl<'a> TreeFiles<'a> {
    pub(super) fn new(tree: &'a dyn Tree, exclude: &Exclude) -> Self {
        let is_taken = |path: &&Arc<str>| !exclude.matches(path, false);
        let taken = (!exclude.is_empty()).then(|| tree.paths().iter().filter(is_taken).cloned().collect());
        Self { tree, taken, texts: std::iter::repeat_with(OnceLock::new).take(tree.paths().len()).collect() }
    }

    /// The path of a file.
    pub(super) fn path_of(&self, file: FileId) -> Option<&str> {
        self.tree.paths().get(file.0 as usize).map(AsRef::as_ref)
    }

    /// Whether the file at `path` was asked for.
    pub(super) fn has_opened(&self, path: &str) -> bool {
        self.tree.find(path).is_some_and(|index| self.texts[index].get().is_some())
    }

    /// What was read so far.
    pub(super) fn opened(&self) -> impl Iterator<Item = (FileId, &Bytes)> {
        let read = self.texts.iter().map(|text| text.get().and_then(Option::as_ref));
        (0..).map(FileId).zip(read).filter_map(|(file, text)| Some((file, text?)))
    }
}

impl Files for TreeFiles<'_> {
    fn paths(&self) -> &[Arc<str>] {
        self.taken.as_deref().unwrap_or_else(|| self.tree.paths())
    }

    fn open(&self, path: &str) -> Option<(FileId, Bytes)> {
        self.paths().binary_search_by(|known| (**known).cmp(path)).ok()?;
        let index = self.tree.find(path)?;
        let text = self.texts[index].get_or_init(|| self.tree.read(index, MAX_FILE).ok());
        Some((FileId(u32::try_from(index).ok()?), Arc::clone(text.as_ref()?)))
    }
}
