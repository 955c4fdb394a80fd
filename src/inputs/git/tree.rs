//! The files of a commit, or of the index.

use std::io;
use std::sync::Arc;

use super::objects::{Objects, is_blob};
use super::{Git, GitError};
use crate::inputs::{Tree, WorkTree};
use crate::text::Bytes;

/// Links that lead to links; more are a circle.
const MAX_LINKS: usize = 8;

/// Files whose bytes are git's, read from the work tree where they are the same there.
pub struct GitTree<'a> {
    paths: Vec<Arc<str>>,
    /// The object of each path.
    ids: Vec<Box<str>>,
    objects: Objects,
    work_tree: &'a WorkTree,
}

struct Entry {
    path: Arc<str>,
    id: Box<str>,
    is_link: bool,
}

impl<'a> GitTree<'a> {
    /// The files of `commit` at and below the directory of `git`.
    pub fn of_commit(git: &Git, commit: &str, work_tree: &'a WorkTree) -> Result<Self, GitError> {
        // "<mode> blob <id>\t<path>\0"
        let listing = git.run(&["ls-tree", "-r", "-z", commit])?;
        Ok(Self::of(git, entries(&listing, |head| (head.first().copied(), head.get(2).copied())), work_tree))
    }

    /// The files of the index at and below the directory of `git`.
    pub fn of_index(git: &Git, work_tree: &'a WorkTree) -> Result<Self, GitError> {
        // "<mode> <id> <stage>\t<path>\0"; a path in conflict is there up to three times, and ours counts.
        let listing = git.run(&["ls-files", "--stage", "-z"])?;
        Ok(Self::of(git, entries(&listing, |head| (head.first().copied(), head.get(1).copied())), work_tree))
    }

    fn of(git: &Git, mut entries: Vec<Entry>, work_tree: &'a WorkTree) -> Self {
        entries.sort_by(|a, b| a.path.cmp(&b.path));
        entries.dedup_by(|b, a| a.path == b.path);
        let objects = Objects::new(git.clone());
        let links: Vec<(usize, Option<Box<str>>)> = (0..entries.len())
            .filter(|&at| entries[at].is_link)
            .map(|at| (at, target(at, &entries, &objects)))
            .collect();
        for (at, id) in links {
            // A link that leads to no file of the tree has an id that no file has: it cannot be read.
            entries[at].id = id.unwrap_or_default();
        }
        entries.retain(|entry| !entry.id.is_empty());
        let (paths, ids) = entries.into_iter().map(|entry| (entry.path, entry.id)).unzip();
        Self { paths, ids, objects, work_tree }
    }
}

impl Tree for GitTree<'_> {
    fn paths(&self) -> &[Arc<str>] {
        &self.paths
    }

    fn read(&self, index: usize, limit: u64) -> io::Result<Bytes> {
        let id = &self.ids[index];
        let here = self.work_tree.find(&self.paths[index]).and_then(|at| self.work_tree.read(at, limit).ok());
        match here.filter(|text| is_blob(text, id)) {
            Some(text) => Ok(text),
            None => self.objects.read(id, limit),
        }
    }
}

/// The entries of a listing that are files or links, not submodules; `head` picks mode and id out of what precedes the path.
fn entries<'l>(listing: &'l [u8], head: impl Fn(&[&'l str]) -> (Option<&'l str>, Option<&'l str>)) -> Vec<Entry> {
    let one = |entry: &'l [u8]| {
        let tab = memchr::memchr(b'\t', entry)?;
        let words: Vec<&str> = std::str::from_utf8(&entry[..tab]).ok()?.split(' ').collect();
        let (mode, id) = head(&words);
        let is_link = match mode? {
            "100644" | "100755" | "100664" => false,
            "120000" => true,
            _ => return None,
        };
        Some(Entry { path: String::from_utf8_lossy(&entry[tab + 1..]).into(), id: id?.into(), is_link })
    };
    listing.split(|&byte| byte == 0).filter_map(one).collect()
}

/// The object of the file that the link at `at` leads to, inside the tree.
fn target(at: usize, entries: &[Entry], objects: &Objects) -> Option<Box<str>> {
    const MAX_PATH: u64 = 4096;
    let mut at = at;
    for _ in 0..MAX_LINKS {
        if !entries[at].is_link {
            return Some(entries[at].id.clone());
        }
        let text = objects.read(&entries[at].id, MAX_PATH).ok()?;
        let relative = std::str::from_utf8(&text).ok()?;
        let directory = entries[at].path.rsplit_once('/').map_or("", |(directory, _)| directory);
        let path = crate::hcl::configuration::join_path(directory, relative)?;
        at = entries.binary_search_by(|entry| (*entry.path).cmp(&path)).ok()?;
    }
    None
}
