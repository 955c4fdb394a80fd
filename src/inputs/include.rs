//! `$INCLUDE` and `include`, answered from the tree alone: what the tree does not list cannot be read.

use std::sync::Arc;

use super::servers::Files;
use super::tree::{MAX_FILE, Tree};
use crate::text::{Bytes, FileId};
use crate::zone::{IncludeError, Includes};

/// The files that one zone, or one server's configuration, includes.
pub(super) struct TreeIncludes<'a> {
    tree: &'a dyn Tree,
    /// Directories, relative to the root, against which a path is tried, in this order.
    bases: Vec<&'a str>,
    /// What was opened.
    pub(super) opened: Vec<(FileId, Bytes)>,
}

impl<'a> TreeIncludes<'a> {
    /// Includes of the file at `path`. BIND, NSD and dnspython take paths from the server's working directory, Knot and
    /// `PowerDNS` from the including file's: try the file's own directory, those above it, and so the root at last.
    pub(super) fn new(tree: &'a dyn Tree, path: &'a str) -> Self {
        let mut bases = Vec::new();
        let mut rest = path;
        while let Some((directory, _)) = rest.rsplit_once('/') {
            bases.push(directory);
            rest = directory;
        }
        bases.push("");
        Self { tree, bases, opened: Vec::new() }
    }

    fn index(&self, path: &str) -> Option<usize> {
        self.bases.iter().find_map(|base| self.tree.find(&normal(base, path)?))
    }

    fn open(&mut self, index: usize) -> std::io::Result<(FileId, Bytes)> {
        let id = FileId(u32::try_from(index).unwrap_or(u32::MAX));
        let text = self.tree.read(index, MAX_FILE)?;
        self.opened.push((id, Arc::clone(&text)));
        Ok((id, text))
    }
}

impl Includes for TreeIncludes<'_> {
    fn open(&mut self, _from: FileId, path: &[u8]) -> Result<(FileId, Bytes), IncludeError> {
        let path = std::str::from_utf8(path).map_err(|_| IncludeError::NotFound)?;
        let is_outside =
            path.starts_with('/') || path.split('/').any(|part| part == "..") && normal("", path).is_none();
        let suffixes = path.strip_prefix('/').map(suffixes);
        let found = match suffixes {
            // The path of the machine that serves the zone: the repository holds its end.
            Some(mut suffixes) => suffixes.find_map(|suffix| self.index(suffix)),
            None => self.index(path),
        };
        match found {
            Some(index) => self.open(index).map_err(|_| IncludeError::Unreadable),
            None if is_outside => Err(IncludeError::Outside),
            None => Err(IncludeError::NotFound),
        }
    }
}

impl Files for TreeIncludes<'_> {
    fn get(&mut self, path: &str) -> Option<(FileId, Bytes)> {
        let index = self.tree.find(path)?;
        self.open(index).ok()
    }

    fn matching(&self, glob: &str) -> Vec<String> {
        let Ok(glob) = globset::GlobBuilder::new(glob).literal_separator(true).build() else { return Vec::new() };
        let matcher = glob.compile_matcher();
        self.tree.paths().iter().filter(|path| matcher.is_match(&***path)).map(ToString::to_string).collect()
    }
}

/// `a/b/c`, `b/c`, `c`.
fn suffixes(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |rest| rest.split_once('/').map(|(_, rest)| rest)).take(32)
}

/// `path` below `base`, `.` and `..` worked out; `None` where it leads above the root.
fn normal(base: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in base.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inputs::MemoryTree;

    #[test]
    fn an_include_finds_what_the_tree_lists_and_nothing_else() {
        let tree =
            MemoryTree::new([("dns/a.zone", ""), ("dns/inc/common", "c"), ("shared/x", "x"), ("dns/shared/x", "y")]);
        let mut includes = TreeIncludes::new(&tree, "dns/a.zone");
        let mut get =
            |path: &str| Includes::open(&mut includes, FileId(0), path.as_bytes()).map(|(_, text)| text.to_vec());
        assert_eq!(get("inc/common").unwrap(), b"c");
        assert_eq!(get("shared/x").unwrap(), b"y");
        assert_eq!(get("../shared/x").unwrap(), b"x");
        assert_eq!(get("./inc/../inc/common").unwrap(), b"c");
        assert!(matches!(get("../../etc/passwd"), Err(IncludeError::Outside)));
        assert!(matches!(get("/etc/passwd"), Err(IncludeError::Outside)));
        assert_eq!(get("/etc/bind/inc/common").unwrap(), b"c");
        assert!(matches!(get("none"), Err(IncludeError::NotFound)));
        assert!(matches!(get(""), Err(IncludeError::NotFound)));
    }
}
