//! A tree with some of its files changed in memory.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use super::Tree;
use crate::text::Bytes;

/// A tree, and the files that are otherwise: mended and not yet written, or open in an editor.
pub struct Overlay<'a> {
    tree: &'a dyn Tree,
    /// By the position that stands for the file.
    texts: BTreeMap<usize, Bytes>,
}

impl<'a> Overlay<'a> {
    /// `tree`, with nothing changed.
    pub fn new(tree: &'a dyn Tree) -> Self {
        Self { tree, texts: BTreeMap::new() }
    }

    /// Puts a text into the place of what the file at a position holds, the one that stands for it; gives what was there of an earlier change.
    pub fn put(&mut self, file: usize, text: Bytes) -> Option<Bytes> {
        self.texts.insert(file, text)
    }

    /// Takes changes back: what a file held before, nothing if it was as in the tree.
    pub fn restore(&mut self, texts: Vec<(usize, Option<Bytes>)>) {
        for (file, text) in texts {
            match text {
                Some(text) => self.texts.insert(file, text),
                None => self.texts.remove(&file),
            };
        }
    }

    /// The files that are otherwise.
    pub fn changed(&self) -> impl Iterator<Item = (usize, &Bytes)> {
        self.texts.iter().map(|(file, text)| (*file, text))
    }
}

impl Tree for Overlay<'_> {
    fn paths(&self) -> &[Arc<str>] {
        self.tree.paths()
    }

    fn same_file(&self, index: usize) -> usize {
        self.tree.same_file(index)
    }

    fn read(&self, index: usize, limit: u64) -> io::Result<Bytes> {
        // Looking for the file that stands for this one costs something where nothing is changed.
        let changed = if self.texts.is_empty() { None } else { self.texts.get(&self.tree.same_file(index)) };
        match changed {
            Some(text) if text.len() as u64 <= limit => Ok(Arc::clone(text)),
            Some(text) => {
                Ok(Bytes::new(text.iter().copied().take(usize::try_from(limit).unwrap_or(usize::MAX)).collect()))
            }
            None => self.tree.read(index, limit),
        }
    }
}
