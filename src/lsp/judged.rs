//! One judgement of the repository with what is open in the editor, and the way from its places to those of the protocol.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::rc::Rc;
use std::sync::Arc;

use gen_lsp_types::{Location, Uri};

use super::documents::{Documents, Root};
use super::positions::{Encoding, Lines};
use crate::config::ConfigError;
use crate::fix;
use crate::inputs::git::{self, Asked, Choice, Environment, Git, GitTree};
use crate::inputs::{Overlay, Tree, WorkTree};
use crate::lint::{self, Before, Outcome, Request, Unusable};
use crate::parallel::Progress;
use crate::text::{FileId, Place, Source, Sources, escape};

/// A repository of templates has hundreds.
const MAX_UNJUDGED: usize = 10;

/// What was found.
pub(super) struct Judged {
    /// What came of the run; nothing, where the configuration cannot be used.
    pub(super) outcome: Option<Outcome>,
    /// What is wrong with the configuration.
    pub(super) errors: Vec<ConfigError>,
    /// For each finding, whether its fix can be made.
    pub(super) fixable: Vec<bool>,
    /// The documents that were open, by position in the tree: the URI that the editor has for each, and the version.
    open: BTreeMap<usize, (Uri, i32)>,
    /// The texts that places point into.
    sources: Sources,
    /// How many files the tree has; what comes behind them is no file that can be edited.
    files: usize,
    root: Root,
    encoding: Encoding,
    /// The lines of the files that were asked for.
    lines: RefCell<BTreeMap<FileId, Rc<Lines>>>,
}

impl Judged {
    /// Lints the tree with what is open, and the change from HEAD, if there is one.
    pub(super) fn new(root: &Root, tree: &WorkTree, documents: &Documents, encoding: Encoding) -> Self {
        let mut overlay = Overlay::new(tree);
        let mut open = BTreeMap::new();
        for (uri, document) in documents.iter() {
            let Some(index) = root.find(uri, tree) else { continue };
            overlay.put(tree.same_file(index), Arc::clone(&document.text));
            open.insert(index, (uri.clone(), document.version));
        }
        let mut judged = Self {
            outcome: None,
            errors: Vec::new(),
            fixable: Vec::new(),
            open,
            sources: Sources::default(),
            files: tree.paths().len(),
            root: root.clone(),
            encoding,
            lines: RefCell::default(),
        };
        match lint(&overlay, tree) {
            Ok(mut outcome) => {
                let is_fixable = |finding| fix::is_possible(finding, &outcome, &overlay);
                judged.fixable = outcome.findings.iter().map(is_fixable).collect();
                judged.sources = std::mem::take(&mut outcome.sources);
                judged.outcome = Some(outcome);
            }
            Err(Unusable { errors, source }) => {
                if let Some(file) = errors.first().map(|error| error.place.file) {
                    judged.sources.put(file, source);
                }
                judged.errors = errors;
            }
        }
        judged
    }

    /// The file, if it is one of the tree whose text may be shown.
    pub(super) fn source(&self, file: FileId) -> Option<&Source> {
        let index = file.0 as usize;
        let is_here = index < self.files.min(self.sources.len());
        is_here.then(|| self.sources.get(file)).filter(|source| !source.is_private)
    }

    /// The lines of a file.
    pub(super) fn lines(&self, file: FileId) -> Option<Rc<Lines>> {
        let text = &self.source(file)?.text;
        let mut known = self.lines.borrow_mut();
        let lines = known.entry(file).or_insert_with(|| Rc::new(Lines::new(Arc::clone(text), self.encoding)));
        Some(Rc::clone(lines))
    }

    /// The URI of a file: the editor's own, where it is open.
    pub(super) fn uri(&self, file: FileId) -> Option<Uri> {
        let source = self.source(file)?;
        self.open.get(&(file.0 as usize)).map_or_else(|| self.root.uri(&source.path), |(uri, _)| Some(uri.clone()))
    }

    /// The version of a file that is open.
    pub(super) fn version(&self, file: FileId) -> Option<i32> {
        self.open.get(&(file.0 as usize)).map(|(_, version)| *version)
    }

    /// The open document with this URI.
    pub(super) fn file(&self, uri: &Uri) -> Option<FileId> {
        let index = self.open.iter().find(|(_, (open, _))| open == uri).map(|(index, _)| *index)?;
        u32::try_from(index).ok().map(FileId)
    }

    /// The documents that were open.
    pub(super) fn open(&self) -> impl Iterator<Item = FileId> {
        self.open.keys().filter_map(|index| u32::try_from(*index).ok().map(FileId))
    }

    /// The files that were not judged and look as if they should be, and why; a line each.
    pub(super) fn unjudged(&self) -> Vec<String> {
        let Some(outcome) = &self.outcome else { return Vec::new() };
        let failures = outcome.failures.iter().map(|failure| (&*failure.path, failure.error.clone()));
        let passed = outcome.passed.iter().map(|passed| (&*passed.path, passed.why.to_owned()));
        let line = |(path, why): (&str, String)| escape(&format!("{path}: not checked: {why}")).into_owned();
        failures.chain(passed).take(MAX_UNJUDGED).map(line).collect()
    }

    /// A place, in the protocol's words.
    pub(super) fn location(&self, place: Place) -> Option<Location> {
        Some(Location { uri: self.uri(place.file)?, range: self.lines(place.file)?.range(place.span) })
    }
}

/// Lints `overlay`, which is `tree` with what is open, and the way to it from HEAD.
fn lint(overlay: &Overlay<'_>, tree: &WorkTree) -> Result<Outcome, Unusable> {
    let now = Some(jiff::tz::Offset::UTC.to_datetime(jiff::Timestamp::now()));
    let request = Request { now, ..Request::default() };
    let progress = Progress::default();
    let Some((before, name)) = head(tree) else { return lint::run(overlay, &request, &progress) };
    // What is open and not saved is different too, whatever git says of the file.
    let mut changed = before.changed().to_vec();
    changed.extend(overlay.changed().map(|(index, _)| Arc::clone(&tree.paths()[index])));
    changed.sort_unstable();
    changed.dedup();
    // A git log at every keystroke would cost more than it tells: the lint before the commit looks into the history.
    let before = Before { tree: &before, name, changed: Some(&changed), history: None };
    lint::compare(Some(&before), overlay, &request, &progress)
}

/// What is committed: the state before what is being typed. Without git there is none.
fn head(tree: &WorkTree) -> Option<(GitTree<'_>, String)> {
    tree.root().ancestors().find(|directory| directory.join(".git").exists())?;
    let git = Git::at(tree.root());
    let nothing = Environment { variable: &|_| None, event: None };
    let Choice::Base(base) = git::choose(&git, Asked::Revision("HEAD"), &nothing) else { return None };
    Some((GitTree::of_commit(&git, &base.commit, tree).ok()?, base.commit))
}

/// Walks the directory.
pub(super) fn walk(root: &Root) -> io::Result<WorkTree> {
    WorkTree::walk(root.directory())
}
