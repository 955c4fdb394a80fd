//! The files of a commit, or of the index: those of the work tree, but for what git says is different there.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use super::objects::Objects;
use super::{Git, GitError};
use crate::hcl::configuration::join_path;
use crate::inputs::{Tree, WorkTree, classify};
use crate::text::Bytes;

/// Links that lead to links; more are a circle.
const MAX_LINKS: usize = 8;
/// No path is longer.
const MAX_PATH: u64 = 4096;

/// A state of the repository beside its work tree. Only what differs is asked of git.
pub struct GitTree<'a> {
    paths: Vec<Arc<str>>,
    /// Where the bytes of a path are, if not in the work tree at the same path.
    elsewhere: BTreeMap<Arc<str>, Place>,
    changed: Vec<Arc<str>>,
    objects: Objects,
    work_tree: &'a WorkTree,
}

enum Place {
    Blob(Box<str>),
    /// At this path of the work tree.
    Path(Arc<str>),
}

/// What git says is different in the work tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Differences(Vec<Difference>);

/// A path that is different in the work tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    pub(super) path: Arc<str>,
    /// What it was; `None` where it was not there, or no file.
    pub(super) was: Option<Was>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Was {
    id: Box<str>,
    is_link: bool,
}

impl Differences {
    /// Asks for what is different since `commit`, at and below the directory of `git`.
    pub fn since(git: &Git, commit: &str) -> Result<Self, GitError> {
        Self::between(git, &["diff-index", commit])
    }

    /// Asks for what is different in the index since HEAD.
    pub(super) fn staged(git: &Git) -> Result<Self, GitError> {
        Ok(Self::new(raw(git, &["diff-index", "--cached", "HEAD"])?))
    }

    fn between(git: &Git, compare: &[&str]) -> Result<Self, GitError> {
        // Two processes side by side: each starts as long as it works.
        let (differences, untracked) = std::thread::scope(|scope| {
            let untracked = scope.spawn(|| git.run(&["ls-files", "--others", "--exclude-standard", "-z"]));
            let differences = raw(git, compare);
            (differences, untracked.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        });
        let mut differences = differences?;
        let untracked = untracked?;
        let new = untracked.split(|&byte| byte == 0).filter(|path| !path.is_empty());
        differences.extend(new.map(|path| Difference { path: String::from_utf8_lossy(path).into(), was: None }));
        Ok(Self::new(differences))
    }

    /// Of two that have one path, the first counts.
    pub(super) fn new(mut differences: Vec<Difference>) -> Self {
        differences.sort_by(|a, b| a.path.cmp(&b.path));
        differences.dedup_by(|b, a| a.path == b.path);
        Self(differences)
    }

    /// Whether something that looks like ours was there, so that it will be asked for.
    pub fn concern_us(&self) -> bool {
        self.0.iter().any(|it| it.was.is_some() && classify::by_name(&it.path).is_some())
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The paths, and the blobs that they were.
    #[cfg(test)]
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.0.iter().map(|difference| (&*difference.path, difference.was.as_ref().map(|was| &*was.id)))
    }
}

impl<'a> GitTree<'a> {
    /// The files of `commit` at and below the directory of `git`.
    pub fn of_commit(git: &Git, commit: &str, work_tree: &'a WorkTree) -> Result<Self, GitError> {
        Ok(Self::new(Objects::new(git.clone()), Differences::since(git, commit)?, work_tree))
    }

    /// The files of the index at and below the directory of `git`.
    pub fn of_index(git: &Git, work_tree: &'a WorkTree) -> Result<Self, GitError> {
        Ok(Self::new(Objects::new(git.clone()), Differences::between(git, &["diff-files"])?, work_tree))
    }

    /// The files that `work_tree` would hold without these differences.
    pub fn new(objects: Objects, differences: Differences, work_tree: &'a WorkTree) -> Self {
        let was: BTreeMap<Arc<str>, Option<Was>> =
            differences.0.into_iter().map(|difference| (difference.path, difference.was)).collect();
        let mut elsewhere = BTreeMap::new();
        let mut changed: Vec<Arc<str>> = was.keys().cloned().collect();
        for path in was.keys() {
            if let Some(place) = follow(path, &was, &objects, work_tree) {
                elsewhere.insert(Arc::clone(path), place);
            }
        }
        // A link that has not changed leads to a file that may have.
        for (path, target) in work_tree.links() {
            if !was.contains_key(path) && was.contains_key(&*target) {
                changed.push(Arc::clone(path));
                if let Some(place) = follow(&target.into(), &was, &objects, work_tree) {
                    elsewhere.insert(Arc::clone(path), place);
                }
            }
        }
        let same = work_tree.paths().iter().filter(|path| !was.contains_key(*path));
        let mut paths: Vec<Arc<str>> = same.chain(elsewhere.keys()).cloned().collect();
        paths.sort_unstable();
        paths.dedup();
        Self { paths, elsewhere, changed, objects, work_tree }
    }

    /// The paths, below the directory of `git`, that are not the same as in the work tree.
    pub fn changed(&self) -> &[Arc<str>] {
        &self.changed
    }
}

impl Tree for GitTree<'_> {
    fn paths(&self) -> &[Arc<str>] {
        &self.paths
    }

    fn read(&self, index: usize, limit: u64) -> io::Result<Bytes> {
        let path = &self.paths[index];
        let path = match self.elsewhere.get(path) {
            Some(Place::Blob(id)) => return self.objects.read(id, limit),
            Some(Place::Path(path)) => path,
            None => path,
        };
        let gone = || io::Error::new(io::ErrorKind::NotFound, "the file went while it was read");
        self.work_tree.read(self.work_tree.find(path).ok_or_else(gone)?, limit)
    }
}

/// Where the bytes of `path` are: links are followed, inside the tree.
fn follow(
    path: &Arc<str>,
    was: &BTreeMap<Arc<str>, Option<Was>>,
    objects: &Objects,
    work_tree: &WorkTree,
) -> Option<Place> {
    let mut path = Arc::clone(path);
    for _ in 0..MAX_LINKS {
        let Some(old) = was.get(&path) else {
            return work_tree.find(&path).map(|_| Place::Path(path));
        };
        let old = old.as_ref()?;
        if !old.is_link {
            return Some(Place::Blob(old.id.clone()));
        }
        let text = objects.read(&old.id, MAX_PATH).ok()?;
        let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
        path = join_path(directory, std::str::from_utf8(&text).ok()?)?.into();
    }
    None
}

/// What a command of git finds different, at and below the directory of `git`.
fn raw(git: &Git, compare: &[&str]) -> Result<Vec<Difference>, GitError> {
    const PLAIN: [&str; 8] = [
        "--raw",
        "-z",
        "--no-abbrev",
        "--no-renames",
        "--no-ext-diff",
        "--no-textconv",
        "--ignore-submodules=all",
        "--relative",
    ];
    let (command, rest) = compare.split_at(1);
    Ok(differences(&git.run(&[command, &PLAIN, rest].concat())?))
}

/// What git prints of each path: ":<old mode> <new mode> <old id> <new id> <status>", and the path, each with a NUL behind it.
fn differences(raw: &[u8]) -> Vec<Difference> {
    let mut fields = raw.split(|&byte| byte == 0);
    let mut found = Vec::new();
    while let (Some(head), Some(path)) = (fields.next(), fields.next()) {
        let head = String::from_utf8_lossy(head);
        let mut words = head.trim_start_matches(':').split(' ');
        let (mode, id) = (words.next().unwrap_or_default(), words.nth(1).unwrap_or_default());
        found.push(Difference { path: String::from_utf8_lossy(path).into(), was: was(mode, id) });
    }
    found
}

/// What a path was by its mode and the name of its object: no file, if it was not there or is a submodule.
pub(super) fn was(mode: &str, id: &str) -> Option<Was> {
    let is_link = mode == "120000";
    (is_link || mode.starts_with("100")).then(|| Was { id: id.into(), is_link })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_differences_are_read() {
        let raw = b":100644 100755 aa bb M\0a b\0:000000 100644 00 cc A\0new\0:120000 000000 dd 00 D\0link\0:160000 160000 e f M\0sub\0";
        let read: Vec<_> = differences(raw)
            .into_iter()
            .map(|it| (it.path.to_string(), it.was.map(|was| (was.id.to_string(), was.is_link))))
            .collect();
        let some = |id: &str, is_link| Some((id.to_owned(), is_link));
        assert_eq!(
            read,
            [
                ("a b".to_owned(), some("aa", false)),
                ("new".to_owned(), None),
                ("link".to_owned(), some("dd", true)),
                ("sub".to_owned(), None)
            ]
        );
        assert!(differences(b"").is_empty());
    }
}
