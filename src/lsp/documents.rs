//! The documents that are open in the editor, and the directory that they belong to.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use gen_lsp_types::Uri;

use super::client::path_of;
use crate::inputs::{Tree, WorkTree};
use crate::lint::is_root;
use crate::text::Bytes;

/// What the editor holds.
#[derive(Default)]
pub(super) struct Documents {
    open: BTreeMap<Uri, Document>,
}

/// An open document.
pub(super) struct Document {
    /// As the editor counts.
    pub(super) version: i32,
    /// What it holds.
    pub(super) text: Bytes,
}

/// The repository, by the name that the editor has for it.
#[derive(Clone, Debug)]
pub(super) struct Root(PathBuf);

impl Documents {
    /// Takes a document, or a new text of it.
    pub(super) fn put(&mut self, uri: Uri, version: i32, text: String) {
        let text = Bytes::new(text.into_bytes());
        self.open.insert(uri, Document { version, text });
    }

    /// Forgets a document; whether it was open.
    pub(super) fn remove(&mut self, uri: &Uri) -> bool {
        self.open.remove(uri).is_some()
    }

    pub(super) fn is_open(&self, uri: &Uri) -> bool {
        self.open.contains_key(uri)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&Uri, &Document)> {
        self.open.iter()
    }
}

impl Root {
    /// The repository that `folder` is in: as `mtasts lint` would find it, run there.
    pub(super) fn of(folder: &Path) -> Self {
        Self(folder.ancestors().find(|directory| is_root(directory)).unwrap_or(folder).to_owned())
    }

    /// The repository of a file for which no folder is open.
    pub(super) fn of_file(uri: &Uri) -> Option<Self> {
        Some(Self::of(path_of(uri)?.parent()?))
    }

    pub(super) fn directory(&self) -> &Path {
        &self.0
    }

    /// The position of a document's file in the tree of this directory.
    pub(super) fn find(&self, uri: &Uri, tree: &WorkTree) -> Option<usize> {
        let path = path_of(uri)?;
        let find = |below: &Path| tree.find(&below.to_str()?.replace(std::path::MAIN_SEPARATOR, "/"));
        // The editor may have come here through a link.
        let real = || find(path.canonicalize().ok()?.strip_prefix(tree.root()).ok()?);
        path.strip_prefix(&self.0).ok().and_then(find).or_else(real)
    }

    /// The URI of a path of the tree.
    pub(super) fn uri(&self, path: &str) -> Option<Uri> {
        Uri::from_file_path(self.0.join(path)).ok()
    }
}
