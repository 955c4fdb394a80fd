//! The files of a directory, as a configuration reads them.

use std::path::Path;
use std::sync::Arc;

use mtasts::hcl::Files;
use mtasts::text::{Bytes, FileId};

/// Every file below a directory, in memory.
pub(super) struct Directory {
    paths: Vec<Arc<str>>,
    texts: Vec<Bytes>,
}

impl Directory {
    pub(super) fn read(root: &Path) -> Self {
        let mut found = Vec::new();
        collect(root, "", &mut found);
        found.sort();
        let (paths, texts) = found.into_iter().unzip();
        Self { paths, texts }
    }

    /// The text of the file that `id` names.
    pub(super) fn text(&self, id: FileId) -> &[u8] {
        &self.texts[id.0 as usize]
    }
}

fn collect(directory: &Path, prefix: &str, found: &mut Vec<(Arc<str>, Bytes)>) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{prefix}{}", path.file_name().unwrap().to_str().unwrap());
        if path.is_dir() {
            collect(&path, &format!("{name}/"), found);
        } else {
            found.push((name.into(), Bytes::new(std::fs::read(&path).unwrap())));
        }
    }
}

impl Files for Directory {
    fn paths(&self) -> &[Arc<str>] {
        &self.paths
    }

    fn open(&self, path: &str) -> Option<(FileId, Bytes)> {
        let at = self.paths.binary_search_by(|known| (**known).cmp(path)).ok()?;
        Some((FileId(u32::try_from(at).ok()?), Arc::clone(&self.texts[at])))
    }
}
