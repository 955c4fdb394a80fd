//! The files of a repository, by path: nothing outside can be named.
//!
//! Every other module asks a [`Tree`] for paths that the tree itself listed. An `$INCLUDE`, a server's configuration or
//! a symbolic link therefore cannot lead out of the root: there is no path for it.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use ignore::{DirEntry, WalkBuilder, WalkState};

use super::copies;
use crate::text::Bytes;

/// The largest file that is read: a span's offsets and a token's length have 30 bits.
pub const MAX_FILE: u64 = 1 << 30;

/// A set of files: a work tree now; an index or a commit just as well.
pub trait Tree: Sync {
    /// Every file, relative to the root, `/` between components, sorted bytewise.
    fn paths(&self) -> &[Arc<str>];
    /// The bytes of a file, by its position in [`Tree::paths`]. No more than `limit` bytes are read.
    fn read(&self, index: usize, limit: u64) -> io::Result<Bytes>;

    /// The position that stands for the file at `index`: the same for all paths that lead to one file.
    fn same_file(&self, index: usize) -> usize {
        index
    }

    /// The position of `path`.
    fn find(&self, path: &str) -> Option<usize> {
        self.paths().binary_search_by(|known| (**known).cmp(path)).ok()
    }
}

/// The files of a directory that git would not ignore.
#[derive(Debug)]
pub struct WorkTree {
    paths: Vec<Arc<str>>,
    /// Where a file is, if its name is no UTF-8 or it is reached through a link; else the root and its path.
    elsewhere: Vec<Option<PathBuf>>,
    root: PathBuf,
}

impl WorkTree {
    /// Walks `root`. What git ignores is left out (but for copies of Terraform modules), as are `.git`, links that lead out of
    /// the root or into `.git`, and whatever is no regular file.
    pub fn walk(root: &Path) -> io::Result<Self> {
        let root = root.canonicalize()?;
        let found: Mutex<Vec<Found>> = Mutex::new(Vec::new());
        let walker = WalkBuilder::new(&root)
            .hidden(false)
            .ignore(false)
            .parents(false)
            .require_git(false)
            // Two threads: with one the system calls wait for the matching, with more they wait for each other.
            .threads(2)
            .filter_entry(|entry| entry.file_name() != ".git")
            .build_parallel();
        walker.run(|| {
            let mut batch = Batch { found: &found, files: Vec::new() };
            let root = &root;
            Box::new(move |entry| {
                batch.files.extend(entry.ok().and_then(|entry| file(root, &entry)));
                WalkState::Continue
            })
        });
        let found = found.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        Ok(Self::of(root, found))
    }

    /// The work tree at `root`, which has no links in its path, with these files alone: the path of each, whose directories
    /// must be directories, and whether it is a link.
    pub(super) fn listed(root: PathBuf, files: &[(&str, bool)]) -> Self {
        let found = files.iter().filter_map(|&(path, is_link)| {
            let real = if is_link { Some(inside(&root, &root.join(path))?) } else { None };
            Some((path.into(), real))
        });
        let found = found.collect();
        Self::of(root, found)
    }

    fn of(root: PathBuf, mut found: Vec<Found>) -> Self {
        found.sort_unstable();
        let copies = copies::beside(&root, &found);
        if !copies.is_empty() {
            found.extend(copies);
            found.sort_unstable();
            found.dedup_by(|(later, _), (path, _)| later == path);
        }
        let (paths, elsewhere) = found.into_iter().unzip();
        Self { paths, elsewhere, root }
    }

    /// The paths that are links, and the paths that they lead to.
    pub(super) fn links(&self) -> impl Iterator<Item = (&Arc<str>, String)> {
        let target = |(path, real): (&'_ Arc<str>, &Option<PathBuf>)| {
            let below = real.as_ref()?.strip_prefix(&self.root).ok()?.to_str()?.replace(std::path::MAIN_SEPARATOR, "/");
            (below != **path).then_some(below)
        };
        let both = self.paths.iter().zip(&self.elsewhere);
        both.filter_map(move |(path, real)| Some((path, target((path, real))?)))
    }

    /// The directory that was walked, without links in its path.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Where the file at this position is; for a link, the file that it leads to.
    pub fn location(&self, index: usize) -> PathBuf {
        match &self.elsewhere[index] {
            Some(path) => path.clone(),
            None => self.root.join(&*self.paths[index]),
        }
    }
}

/// What one walking thread found, handed over when it ends.
struct Batch<'a> {
    found: &'a Mutex<Vec<Found>>,
    files: Vec<Found>,
}

impl Drop for Batch<'_> {
    fn drop(&mut self) {
        let mut found = self.found.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        found.append(&mut self.files);
    }
}

/// A file's path, and where it is if that is not the root and its path.
pub(super) type Found = (Arc<str>, Option<PathBuf>);

/// An entry that is a file.
pub(super) fn file(root: &Path, entry: &DirEntry) -> Option<Found> {
    let kind = entry.file_type()?;
    let real = if kind.is_symlink() {
        Some(inside(root, entry.path())?)
    } else if kind.is_file() {
        None
    } else {
        return None;
    };
    // Bytes are compared faster than components, and the walk began at the root.
    let whole = entry.path().to_str().zip(root.to_str());
    if let Some(path) = whole.and_then(|(path, root)| path.strip_prefix(root)?.strip_prefix(std::path::MAIN_SEPARATOR))
    {
        return Some((slashed(path), real));
    }
    let relative = entry.path().strip_prefix(root).ok()?;
    Some((slashed(&relative.to_string_lossy()), real.or_else(|| Some(entry.path().to_owned()))))
}

/// The regular file inside the root that a link leads to.
fn inside(root: &Path, link: &Path) -> Option<PathBuf> {
    let target = link.canonicalize().ok()?;
    let relative = target.strip_prefix(root).ok()?;
    let hidden = relative.components().any(|part| part.as_os_str() == ".git");
    (!hidden && target.is_file()).then_some(target)
}

fn slashed(path: &str) -> Arc<str> {
    if std::path::MAIN_SEPARATOR == '/' { path.into() } else { path.replace(std::path::MAIN_SEPARATOR, "/").into() }
}

impl Tree for WorkTree {
    fn paths(&self) -> &[Arc<str>] {
        &self.paths
    }

    fn same_file(&self, index: usize) -> usize {
        let Some(real) = &self.elsewhere[index] else { return index };
        let listed =
            real.strip_prefix(&self.root).ok().and_then(Path::to_str).and_then(|path| self.find(&slashed(path)));
        let is_real = |at: &usize| self.elsewhere[*at].is_none();
        // A file that git ignores has no path but those that lead to it.
        let alias = || self.elsewhere.iter().position(|other| other.as_ref() == Some(real));
        listed.filter(is_real).or_else(alias).unwrap_or(index)
    }

    fn read(&self, index: usize, limit: u64) -> io::Result<Bytes> {
        let file = open(&self.location(index))?;
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
        }
        read_all(file, metadata.len().min(limit), limit)
    }
}

/// Opens a file that was no link when it was listed: what has become one since could lead out of the root, and a pipe would never
/// open.
#[cfg(unix)]
fn open(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    File::options().read(true).custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK).open(path)
}

#[cfg(not(unix))]
fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// The bytes of `file`, which most likely has `size`.
fn read_all(mut file: File, size: u64, limit: u64) -> io::Result<Bytes> {
    let size = usize::try_from(size).unwrap_or(0);
    // Fresh zeroes cost nothing until they are written: no page is touched twice.
    let mut text = vec![0; size];
    let filled = fill(&mut file, &mut text)?;
    text.truncate(filled);
    // The file may have grown since.
    file.take(limit - size as u64).read_to_end(&mut text)?;
    Ok(text.into())
}

/// Reads until `buffer` is full or the file ends; how much there was.
#[cfg(unix)]
fn fill(file: &mut File, buffer: &mut [u8]) -> io::Result<usize> {
    use std::io::{Seek, SeekFrom};
    use std::os::unix::fs::FileExt;
    /// Where the kernel's clearing of pages costs more than a thread.
    const LARGE: usize = 4 << 20;
    if buffer.len() < LARGE {
        return fill_from(buffer, |rest, _| file.read(rest));
    }
    let (head, tail) = buffer.split_at_mut(buffer.len() / 2);
    let (middle, end) = (head.len(), head.len() + tail.len());
    let shared = &*file;
    let read = |part: &mut [u8], start: usize| fill_from(part, |rest, at| shared.read_at(rest, (start + at) as u64));
    let (first, second) = std::thread::scope(|scope| {
        let second = scope.spawn(|| read(tail, middle));
        (read(head, 0), second.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    });
    let (first, second) = (first?, second?);
    file.seek(SeekFrom::Start(end as u64))?;
    // What lies behind a hole was not read: the file shrank.
    Ok(if first < middle { first } else { middle + second })
}

#[cfg(not(unix))]
fn fill(file: &mut File, buffer: &mut [u8]) -> io::Result<usize> {
    fill_from(buffer, |rest, _| file.read(rest))
}

/// Calls `read` with what is still empty and how much is full, until it gives nothing more.
fn fill_from(buffer: &mut [u8], mut read: impl FnMut(&mut [u8], usize) -> io::Result<usize>) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match read(&mut buffer[filled..], filled)? {
            0 => break,
            more => filled += more,
        }
    }
    Ok(filled)
}

/// Files that exist only in memory: examples, editors, tests.
#[derive(Debug, Default)]
pub struct MemoryTree {
    paths: Vec<Arc<str>>,
    texts: Vec<Bytes>,
}

impl MemoryTree {
    /// A tree of `files`: path and bytes. Of two files with one path the later stands.
    pub fn new<P: AsRef<str>, T: Into<Vec<u8>>>(files: impl IntoIterator<Item = (P, T)>) -> Self {
        let files: std::collections::BTreeMap<Arc<str>, Bytes> =
            files.into_iter().map(|(path, text)| (Arc::from(path.as_ref()), text.into().into())).collect();
        let (paths, texts) = files.into_iter().unzip();
        Self { paths, texts }
    }
}

impl Tree for MemoryTree {
    fn paths(&self) -> &[Arc<str>] {
        &self.paths
    }

    fn read(&self, index: usize, limit: u64) -> io::Result<Bytes> {
        let text = &self.texts[index];
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        Ok(if text.len() <= limit { Arc::clone(text) } else { text[..limit].to_vec().into() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn links_out_of_the_root_and_into_git_are_no_files() {
        let outside = tempfile::tempdir().unwrap();
        std::fs::write(outside.path().join("secret"), "s").unwrap();
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        for sub in [".git", "zones", "build"] {
            std::fs::create_dir(root.join(sub)).unwrap();
        }
        for (path, text) in
            [(".git/config", "x"), ("zones/a.zone", "a"), ("build/b.zone", "b"), (".gitignore", "build/\n")]
        {
            std::fs::write(root.join(path), text).unwrap();
        }
        let link = |to: &Path, name: &str| std::os::unix::fs::symlink(to, root.join(name)).unwrap();
        link(&outside.path().join("secret"), "out.zone");
        link(&root.join(".git/config"), "git.zone");
        link(&root.join("zones/a.zone"), "in.zone");
        link(outside.path(), "dir");
        link(Path::new("loop"), "loop");
        let tree = WorkTree::walk(root).unwrap();
        let paths: Vec<&str> = tree.paths().iter().map(AsRef::as_ref).collect();
        assert_eq!(paths, [".gitignore", "in.zone", "zones/a.zone"]);
        assert_eq!(&*tree.read(1, 10).unwrap(), b"a");
        assert_eq!([0, 1, 2].map(|index| tree.same_file(index)), [0, 2, 2]);
        assert_eq!(tree.location(1), root.canonicalize().unwrap().join("zones/a.zone"));
        assert_eq!(tree.find("zones/a.zone"), Some(2));
        assert_eq!(tree.find("../secret"), None);
    }

    #[test]
    fn large_files_are_read_whole_and_no_further_than_the_limit() {
        let directory = tempfile::tempdir().unwrap();
        let text: Vec<u8> = (0..5_000_001_u32).map(|n| n.to_le_bytes()[usize::from(n % 7 == 0)]).collect();
        std::fs::write(directory.path().join("large"), &text).unwrap();
        let tree = WorkTree::walk(directory.path()).unwrap();
        assert!(*tree.read(0, MAX_FILE).unwrap() == text);
        assert!(tree.read(0, 4_500_000).unwrap()[..] == text[..4_500_000]);
        assert!(tree.read(0, 3).unwrap()[..] == text[..3]);
    }
}
