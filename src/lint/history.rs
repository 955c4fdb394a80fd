//! What a domain was before the base: only of the domains that a rule asks about, and only out of the files that it stands in.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::config::Config;
use crate::inputs::{self, History, MAX_FILE, MemoryTree, Revision, Tree};
use crate::parallel::Progress;
use crate::rules::{self, Change, Past, State};
use crate::site::{self, Site};
use crate::text::{Bytes, FileId, Sources};

/// Domains whose history is looked at in one run; a change of more is made by a program, which does not forget what ids it gave.
const MOST_DOMAINS: usize = 64;
/// Files of one domain.
const MOST_FILES: usize = 16;
/// Bytes of one file.
const MOST_BYTES: u64 = if MAX_FILE < 1 << 20 { MAX_FILE } else { 1 << 20 };
/// The beginning of a commit's name, as the report says it.
const SHORT: usize = 12;

/// Where earlier states are found, and what tells them.
#[derive(Clone, Copy)]
pub(super) struct Archive<'a> {
    pub(super) history: &'a dyn History,
    /// The files of the base.
    pub(super) base: &'a dyn Tree,
    pub(super) config: &'a Config,
    pub(super) sources: &'a Sources,
    /// What the ids of the files of the base are behind those of the state after.
    pub(super) offset: u32,
}

/// The history of some domains.
pub(super) struct Walked<'a> {
    archive: Archive<'a>,
    revisions: Vec<Revision>,
}

impl<'a> Archive<'a> {
    /// Walks back the files of these changes; `None` where that cannot be done.
    pub(super) fn walk(self, changes: &[Change<'_>]) -> Option<Walked<'a>> {
        let changes = changes.get(..MOST_DOMAINS).unwrap_or(changes);
        let paths: BTreeSet<Arc<str>> = changes.iter().filter_map(|change| self.paths(*change)).flatten().collect();
        // Without git, or with one that is too old, nothing is known.
        let revisions = if paths.is_empty() { None } else { self.history.walk(&paths).ok() };
        Some(Walked { archive: self, revisions: revisions? })
    }

    /// The files of a domain in either state; `None` if they are too many, or not all of this tree.
    fn paths(self, change: Change<'_>) -> Option<BTreeSet<Arc<str>>> {
        let before = change.before.map(Site::files).unwrap_or_default();
        let before = before.into_iter().map(|file| FileId(file.0.saturating_add(self.offset)));
        let after = change.after.map(Site::files).unwrap_or_default();
        let sources = before.chain(after).map(|file| self.sources.get(file));
        let mut paths = BTreeSet::new();
        for source in sources {
            if source.is_private {
                return None;
            }
            paths.insert(Arc::clone(&source.path));
        }
        (paths.len() <= MOST_FILES).then_some(paths)
    }
}

impl Walked<'_> {
    /// The states of the domain of `change`, newest first, that of the base included; none where the files do not suffice to tell
    /// even that.
    pub(super) fn of<'w>(&'w self, change: Change<'_>) -> impl Iterator<Item = Past> + 'w {
        let states = change.before.and_then(|before| {
            let mut states = States {
                walked: self,
                domain: before.domain.clone(),
                view: before.view.clone(),
                files: self.files(change)?,
                revisions: &self.revisions,
                blobs: BTreeMap::new(),
                is_over: false,
            };
            let state = states.state();
            let is_told = state.site().is_some_and(|site| rules::is_same(site, before));
            is_told.then_some(states)
        });
        states.into_iter().flatten()
    }

    /// The files of the base.
    fn files(&self, change: Change<'_>) -> Option<BTreeMap<Arc<str>, Content>> {
        let base = self.archive.base;
        let read = |path: Arc<str>| {
            let content = match base.find(&path) {
                Some(index) => Content::Text(base.read(index, MOST_BYTES).ok()?),
                None => Content::Nothing,
            };
            Some((path, content))
        };
        self.archive.paths(change)?.into_iter().map(read).collect()
    }
}

/// A file of the past.
enum Content {
    Nothing,
    Text(Bytes),
    Blob(Box<str>),
}

/// The states of one domain, each read when it is asked for.
struct States<'w> {
    walked: &'w Walked<'w>,
    domain: crate::dns::Name,
    view: site::View,
    /// The files as they are at this point of the way.
    files: BTreeMap<Arc<str>, Content>,
    /// What is left of the way.
    revisions: &'w [Revision],
    /// What was read already.
    blobs: BTreeMap<Box<str>, Bytes>,
    is_over: bool,
}

impl Iterator for States<'_> {
    type Item = Past;

    fn next(&mut self) -> Option<Past> {
        if self.is_over {
            return None;
        }
        let state = self.state();
        let began = self.step();
        self.is_over = began.is_none();
        Some(Past { state, began: began.map(|made| (made.when, short(&made.commit))) })
    }
}

impl<'w> States<'w> {
    /// Goes back behind the commit that made these files what they are.
    fn step(&mut self) -> Option<&'w Revision> {
        let is_ours = |revision: &Revision| revision.was.iter().any(|was| self.files.contains_key(&was.path));
        let at = self.revisions.iter().position(is_ours)?;
        let made = &self.revisions[at];
        self.revisions = &self.revisions[at + 1..];
        // First what is taken away: a name may be given to another file in the same commit.
        let ours: Vec<_> = made.was.iter().filter(|was| self.files.remove(&was.path).is_some()).collect();
        for was in ours {
            match &was.was {
                Some((path, blob)) => self.files.insert(Arc::clone(path), Content::Blob(blob.clone())),
                None => self.files.insert(Arc::clone(&was.path), Content::Nothing),
            };
        }
        Some(made)
    }

    fn state(&mut self) -> State {
        if self.files.values().all(|content| matches!(content, Content::Nothing)) {
            return State::Nothing;
        }
        let Some(tree) = self.tree() else { return State::Unknown };
        let inputs = inputs::read(&tree, self.walked.archive.config, None, &Progress::default());
        let mut sites = site::join(inputs.declared).sites;
        sites.retain(|site| site.domain == self.domain);
        // As in a change: directories, and so Views, are renamed.
        if sites.len() > 1 {
            sites.retain(|site| site.view == self.view);
        }
        sites.pop().map_or(State::Unknown, |site: Site| State::Site(Box::new(site)))
    }

    /// The files that there were; `None` where one cannot be read.
    fn tree(&mut self) -> Option<MemoryTree> {
        let history = self.walked.archive.history;
        let mut files = Vec::new();
        for (path, content) in &self.files {
            let text = match content {
                Content::Nothing => continue,
                Content::Text(text) => text,
                Content::Blob(blob) if self.blobs.contains_key(blob) => &self.blobs[blob],
                Content::Blob(blob) => {
                    let text = history.read(blob, MOST_BYTES).ok()?;
                    self.blobs.entry(blob.clone()).or_insert(text)
                }
            };
            // What fills the space was cut.
            if text.len() as u64 >= MOST_BYTES {
                return None;
            }
            files.push((Arc::clone(path), text.to_vec()));
        }
        Some(MemoryTree::new(files))
    }
}

fn short(commit: &str) -> String {
    commit.get(..SHORT).unwrap_or(commit).to_owned()
}
