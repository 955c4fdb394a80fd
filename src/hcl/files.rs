//! The files that a configuration may read: those of the repository, and no others.

use std::sync::Arc;

use crate::text::{Bytes, FileId};

/// Gives files by their paths. What it does not list cannot be read: `file()` and a module's `source` never leave the
/// repository.
pub trait Files: Sync {
    /// Every path, relative to the root of the repository, `/` between components, sorted bytewise.
    fn paths(&self) -> &[Arc<str>];
    /// The bytes of the file at `path`; `None` if there is none, or it cannot be read.
    fn open(&self, path: &str) -> Option<(FileId, Bytes)>;
}

/// Files that exist only in memory. Ids are positions in the sorted paths.
#[cfg(test)]
#[derive(Debug, Default)]
pub(crate) struct MemoryFiles {
    paths: Vec<Arc<str>>,
    texts: Vec<Bytes>,
}

#[cfg(test)]
impl MemoryFiles {
    /// `files`: path and text. Of two files with one path the later stands.
    pub(crate) fn new<P: AsRef<str>, T: AsRef<[u8]>>(files: &[(P, T)]) -> Self {
        let files: std::collections::BTreeMap<Arc<str>, Bytes> =
            files.iter().map(|(path, text)| (Arc::from(path.as_ref()), Bytes::new(text.as_ref().to_vec()))).collect();
        let (paths, texts) = files.into_iter().unzip();
        Self { paths, texts }
    }

    /// The text that `place` points at.
    pub(crate) fn slice(&self, place: crate::text::Place) -> String {
        String::from_utf8_lossy(place.span.slice(&self.texts[place.file.0 as usize])).into_owned()
    }

    /// The path of a file.
    pub(crate) fn path(&self, file: FileId) -> &str {
        &self.paths[file.0 as usize]
    }
}

#[cfg(test)]
impl Files for MemoryFiles {
    fn paths(&self) -> &[Arc<str>] {
        &self.paths
    }

    fn open(&self, path: &str) -> Option<(FileId, Bytes)> {
        let index = self.paths.binary_search_by(|known| (**known).cmp(path)).ok()?;
        Some((FileId(u32::try_from(index).ok()?), Arc::clone(&self.texts[index])))
    }
}
