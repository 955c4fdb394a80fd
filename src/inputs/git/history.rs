//! Earlier states of a few files: one git lists the commits, another tells of each what it changed; bounded, however long the
//! history is.
//!
//! The first parents are followed: a change took effect when it was merged, and not when it was written.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Stdio};
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

use super::Git;
use super::objects::Objects;
use crate::inputs::WorkTree;
use crate::inputs::history::{History, Revision, Was};
use crate::text::Bytes;

/// Commits that are looked at between two renames, whether or not they touch the files.
const MOST_COMMITS: &str = "--max-count=10000";
/// Commits that touch the files.
const MOST_REVISIONS: usize = 200;
/// Commits in which files are looked for under an earlier name; each costs a process.
const MOST_RENAMES: usize = 16;
/// No header and no path is longer; a history with longer ones ends there.
const MAX_FIELD: u64 = 4096;

/// The first parents of a commit.
#[derive(Debug)]
pub struct GitHistory {
    git: Git,
    commit: String,
    objects: Objects,
    /// Paths that are links now: what they lead to has a history, and they have none.
    links: BTreeSet<Arc<str>>,
}

impl GitHistory {
    /// The history that ends with `commit`; paths are relative to the directory of `git`.
    pub fn of_commit(git: &Git, commit: &str, work_tree: &WorkTree) -> Self {
        let links = work_tree.links().map(|(path, _)| Arc::clone(path)).collect();
        Self { git: git.clone(), commit: commit.to_owned(), objects: Objects::new(git.clone()), links }
    }
}

impl History for GitHistory {
    fn walk(&self, paths: &BTreeSet<Arc<str>>) -> io::Result<Vec<Revision>> {
        if !self.links.is_disjoint(paths) {
            return Err(io::Error::other("links are not followed through the history"));
        }
        let mut walker =
            Walker { git: &self.git, objects: &self.objects, names: paths.clone(), renames: 0, revisions: Vec::new() };
        let mut from = Some(self.commit.clone());
        while let Some(commit) = from {
            from = walker.stretch(&commit)?;
        }
        Ok(walker.revisions)
    }

    fn read(&self, blob: &str, limit: u64) -> io::Result<Bytes> {
        self.objects.read(blob, limit)
    }
}

/// A file under its earlier name: path and blob.
type Earlier = (Arc<str>, Box<str>);

struct Walker<'a> {
    git: &'a Git,
    objects: &'a Objects,
    /// What the files are called at this point of the way.
    names: BTreeSet<Arc<str>>,
    renames: usize,
    revisions: Vec<Revision>,
}

impl Walker<'_> {
    /// Walks back from `from`, to the end or to a commit before which a file had another name: from its parent it goes on.
    fn stretch(&mut self, from: &str) -> io::Result<Option<String>> {
        let mut log = Log::start(self.git, from, &self.names)?;
        // At what cannot be read the way ends.
        while let Ok(Some(Entry { commit, when, changes })) = log.entry() {
            let Some(was) = self.was(&commit, changes) else { return Ok(None) };
            let is_renamed = was.iter().any(|was| was.was.as_ref().is_some_and(|(path, _)| *path != was.path));
            self.revisions.push(Revision { commit, when, was });
            if self.revisions.len() == MOST_REVISIONS {
                return Ok(None);
            }
            if is_renamed {
                // A parent that is not in the clone ends the way.
                return Ok(self.revisions.last().and_then(|last| self.git.commit(&format!("{}^1", last.commit))));
            }
        }
        Ok(None)
    }

    /// Whether a shallow clone ends with a commit: it seems to have made everything that there is.
    fn is_cut(&self, commit: &str) -> bool {
        let Some(path) = self.git.line(&["rev-parse", "--git-path", "shallow"]) else { return true };
        let listed = std::fs::read_to_string(self.git.directory().join(path));
        listed.is_ok_and(|text| text.lines().any(|line| line == commit))
    }

    /// Whether a commit has a parent, in the clone or not.
    fn has_parent(&self, commit: &str) -> bool {
        let Ok(text) = self.objects.read(commit, MAX_FIELD) else { return true };
        text.split(|&byte| byte == b'\n').take_while(|line| !line.is_empty()).any(|line| line.starts_with(b"parent "))
    }

    /// What the changed files were before `commit`; `None` where one of them was, or became, no plain file.
    fn was(&mut self, commit: &str, changes: Vec<Change>) -> Option<Vec<Was>> {
        let (mut all, mut renamed) = (Vec::new(), None);
        for Change { path, was } in changes {
            let was = match was {
                Side::Other => return None,
                Side::Blob(id) => Some((Arc::clone(&path), id)),
                Side::Nothing => {
                    if renamed.is_none() {
                        self.renames += 1;
                        renamed = Some((self.renames <= MOST_RENAMES).then(|| self.renamed(commit)).flatten()?);
                    }
                    let old = renamed.as_mut().and_then(|renamed| renamed.remove(&path));
                    if let Some((old, _)) = &old {
                        self.names.remove(&path);
                        self.names.insert(Arc::clone(old));
                    }
                    old
                }
            };
            all.push(Was { path, was });
        }
        Some(all)
    }

    /// The files that were renamed in `commit`: by the new path, the old one and the blob that it was; `None` where
    /// the commit before is not in the clone.
    fn renamed(&self, commit: &str) -> Option<BTreeMap<Arc<str>, Earlier>> {
        let mut renamed = BTreeMap::new();
        if !self.has_parent(commit) {
            return Some(renamed);
        }
        if self.is_cut(commit) {
            return None;
        }
        let compare = ["diff-tree", "-r", "-M", "-l400", "--diff-filter=R", "--raw", "-z", "--no-abbrev", "--relative"];
        let parent = format!("{commit}^1");
        let arguments = [&compare[..], &["--no-ext-diff", "--no-textconv", &parent, commit]].concat();
        let raw = self.git.run(&arguments).ok()?;
        let mut fields = raw.split(|&byte| byte == 0).map(String::from_utf8_lossy);
        while let (Some(head), Some(from), Some(to)) = (fields.next(), fields.next(), fields.next()) {
            if let Side::Blob(id) = side(&head) {
                renamed.insert(Arc::from(&*to), (Arc::from(&*from), id));
            }
        }
        Some(renamed)
    }
}

/// Two gits: the first says which commits there are, the second what those changed that touch the files.
struct Log {
    lister: Child,
    teller: Child,
    said: BufReader<ChildStdout>,
    /// The header of the next commit, if it was read already.
    header: Option<String>,
}

struct Entry {
    commit: String,
    when: DateTime,
    changes: Vec<Change>,
}

struct Change {
    path: Arc<str>,
    was: Side,
}

/// What a path was.
#[derive(Debug, PartialEq, Eq)]
enum Side {
    Nothing,
    Blob(Box<str>),
    /// A link or a submodule.
    Other,
}

impl Log {
    fn start(git: &Git, from: &str, paths: &BTreeSet<Arc<str>>) -> io::Result<Self> {
        let mut list = git.command(&["rev-list", "--first-parent", MOST_COMMITS, from, "--"]);
        let mut lister = list.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let commits = lister.stdout.take().ok_or_else(|| io::Error::other("git rev-list has no pipe"))?;
        let arguments = [
            "diff-tree",
            "--stdin",
            "--diff-merges=first-parent",
            "--format=%x01%H %ct",
            "--raw",
            "-r",
            "-z",
            "--no-abbrev",
            "--root",
            "--relative",
            "--no-renames",
            "--no-ext-diff",
            "--no-textconv",
            "--ignore-submodules=all",
            "--no-color",
            "--no-notes",
            "--",
        ];
        let mut tell = git.command(&arguments);
        tell.args(paths.iter().map(|path| &**path)).stdin(commits).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut teller = tell.spawn()?;
        let said = teller.stdout.take().ok_or_else(|| io::Error::other("git diff-tree has no pipe"))?;
        Ok(Self { lister, teller, said: BufReader::with_capacity(1 << 16, said), header: None })
    }

    /// The next commit; `None` at the end, or at something that cannot be read.
    fn entry(&mut self) -> io::Result<Option<Entry>> {
        let header = match self.header.take() {
            Some(header) => Some(header),
            None => self.field()?,
        };
        let Some((commit, when)) = header.as_deref().and_then(read_header) else { return Ok(None) };
        let mut changes = Vec::new();
        loop {
            let Some(field) = self.field()? else {
                // Of those that stopped in the middle nobody knows what else they had to say.
                let are_done = self.lister.wait()?.success() && self.teller.wait()?.success();
                return Ok(are_done.then_some(Entry { commit, when, changes }));
            };
            if field.starts_with('\u{1}') {
                self.header = Some(field);
                break;
            }
            if let (true, Some(path)) = (field.starts_with(':'), self.field()?) {
                changes.push(Change { path: path.into(), was: side(&field) });
            }
        }
        Ok(Some(Entry { commit, when, changes }))
    }

    /// What comes before the next NUL, without the line feed before it.
    fn field(&mut self) -> io::Result<Option<String>> {
        let mut field = Vec::new();
        if (&mut self.said).take(MAX_FIELD).read_until(0, &mut field)? == 0 {
            return Ok(None);
        }
        if field.pop() != Some(0) {
            return Err(io::Error::other("git diff-tree said something that is too long"));
        }
        let field = String::from_utf8_lossy(&field);
        Ok(Some(field.strip_prefix('\n').unwrap_or(&field).to_owned()))
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        // They may have more to say than anybody wants to hear.
        for child in [&mut self.lister, &mut self.teller] {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn read_header(header: &str) -> Option<(String, DateTime)> {
    let (commit, seconds) = header.strip_prefix('\u{1}')?.split_once(' ')?;
    let when = Timestamp::from_second(seconds.parse().ok()?).ok()?;
    Some((commit.to_owned(), Offset::UTC.to_datetime(when)))
}

/// The left side of ":<old mode> <new mode> <old id> <new id> <status>"; what became no plain file counts as none.
fn side(head: &str) -> Side {
    let mut words = head.trim_start_matches(':').split(' ');
    let (old, new, id) = (words.next(), words.next(), words.next());
    let is_file = |mode: &str| mode.starts_with("100");
    match (old.unwrap_or_default(), new.unwrap_or_default(), id) {
        ("000000", new, _) if is_file(new) => Side::Nothing,
        (old, new, Some(id)) if is_file(old) && (is_file(new) || new == "000000") => Side::Blob(id.into()),
        _ => Side::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sides() {
        let blob = |id: &str| Side::Blob(id.into());
        assert_eq!(side(":100644 100755 aa bb M"), blob("aa"));
        assert_eq!(side(":100644 000000 aa 00 D"), blob("aa"));
        assert_eq!(side(":000000 100644 00 bb A"), Side::Nothing);
        assert_eq!(side(":120000 100644 aa bb T"), Side::Other);
        assert_eq!(side(":100644 120000 aa bb T"), Side::Other);
        assert_eq!(side(""), Side::Other);
    }

    #[test]
    fn headers() {
        let (commit, when) = read_header("\u{1}abc 1796000000").unwrap();
        assert_eq!((commit.as_str(), when.to_string().as_str()), ("abc", "2026-11-30T00:53:20"));
        assert!(read_header("\u{1}abc 99999999999999999999").is_none());
        assert!(read_header(":100644").is_none());
    }
}
