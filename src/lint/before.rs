//! What there was before: as little of it as the change can have touched.
//!
//! A commit in a large repository touches one zone or one policy. Then only the files of the domains that these speak of are
//! read as they were. Whatever could make a domain depend on other files (server configurations, includes, policies that do not
//! say whose they are, Terraform, several Views) makes it the whole tree.

use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;

use super::plan::ReadPlan;
use super::{Request, load};
use crate::config::Config;
use crate::dns::Name;
use crate::inputs::{self, History, Inputs, Touch, Tree};
use crate::parallel::Progress;
use crate::site::{self, Picture};
use crate::text::{Bytes, Sources};

/// What there was before.
pub struct Before<'a> {
    /// The files.
    pub tree: &'a dyn Tree,
    /// What they are, and why these: for the report.
    pub name: String,
    /// The paths that may be different, if that is known.
    pub changed: Option<&'a [Arc<str>]>,
    /// What was before that, if it is known.
    pub history: Option<&'a dyn History>,
}

/// What was found of it.
pub(super) struct Old {
    pub(super) inputs: Inputs,
    /// What `inputs` declare, which has been taken out of them.
    pub(super) picture: Picture,
    /// The domains that are to be compared; `None` for all.
    pub(super) domains: Option<BTreeSet<Name>>,
}

impl Old {
    fn of(mut inputs: Inputs, domains: Option<BTreeSet<Name>>) -> Self {
        let picture = site::join(std::mem::take(&mut inputs.declared));
        Self { inputs, picture, domains }
    }
}

/// What reads it.
pub(super) struct Reader<'a> {
    pub(super) request: &'a Request,
    pub(super) config: &'a Config,
    pub(super) plan: Option<&'a ReadPlan>,
    pub(super) progress: &'a Progress,
}

/// What there is now.
pub(super) struct Now<'a> {
    pub(super) tree: &'a dyn Tree,
    pub(super) sources: &'a Sources,
    pub(super) picture: &'a Picture,
}

impl Reader<'_> {
    /// Reads what `now` is to be compared with; of `tree`, unless there is a state before.
    pub(super) fn read(&self, before: Option<&Before<'_>>, now: &Now<'_>) -> Old {
        let tree = before.map_or(now.tree, |before| before.tree);
        let changed = before.and_then(|before| before.changed).filter(|_| self.plan.is_none());
        let narrow = changed.and_then(|changed| self.narrow(tree, changed, now));
        narrow.unwrap_or_else(|| Old::of(self.inputs(tree), None))
    }

    /// What `changed` can have touched, where that is not everything.
    fn narrow(&self, tree: &dyn Tree, changed: &[Arc<str>], now: &Now<'_>) -> Option<Old> {
        let mut touched: Vec<&Arc<str>> = Vec::new();
        for path in changed {
            match self.touch(path, now) {
                Touch::Nothing => {}
                Touch::Itself => touched.push(path),
                Touch::Anything => return None,
            }
        }
        if touched.is_empty() {
            return Some(Old::of(Inputs::default(), Some(BTreeSet::new())));
        }
        let has_server = |tree: &dyn Tree| tree.paths().iter().any(|path| inputs::is_server(path));
        if has_server(tree) || has_server(now.tree) {
            return None;
        }
        let mut paths: BTreeSet<Arc<str>> = touched.iter().map(|path| Arc::clone(path)).collect();
        let mut domains = self.domains_of(tree, &paths)?;
        let is_touched = |path: &str| paths.contains(path);
        let of_now = now.picture.sites.iter().filter(|site| {
            domains.contains(&site.domain) || site.files().iter().any(|file| is_touched(&now.sources.get(*file).path))
        });
        let of_now: Vec<_> = of_now.collect();
        let names: BTreeSet<Name> = of_now.iter().map(|site| site.domain.clone()).collect();
        if names.len() < of_now.len() {
            return None; // A domain in several Views.
        }
        domains.extend(names);
        paths.extend(of_now.iter().flat_map(|site| site.files()).map(|file| Arc::clone(&now.sources.get(file).path)));
        if !paths.iter().all(|path| inputs::stands_alone(path, [now.tree, tree], self.config)) {
            return None;
        }
        let inputs = self.inputs(&Subset::new(tree, &paths));
        Some(Old::of(inputs, Some(domains)))
    }

    fn touch(&self, path: &str, now: &Now<'_>) -> Touch {
        let is_read = now.tree.find(path).is_some_and(|index| now.sources.has_text(index));
        let is_gone = now.tree.find(path).is_none();
        if super::CONFIG_NAMES.contains(&path) {
            return Touch::Anything;
        }
        inputs::touch(path, self.config, is_read || is_gone)
    }

    /// The domains that these files spoke of, if each has one View.
    fn domains_of(&self, tree: &dyn Tree, paths: &BTreeSet<Arc<str>>) -> Option<BTreeSet<Name>> {
        let picture = site::join(self.inputs(&Subset::new(tree, paths)).declared);
        let domains: BTreeSet<Name> = picture.sites.iter().map(|site| site.domain.clone()).collect();
        (domains.len() == picture.sites.len()).then_some(domains)
    }

    /// What a tree declared, by the configuration that it had then, or else by the one that holds now.
    fn inputs(&self, tree: &dyn Tree) -> Inputs {
        let planned = self.plan.map(ReadPlan::before);
        let mut inputs = match load(tree, self.request) {
            Ok((own, Some(_))) => inputs::read(tree, &own, planned, self.progress),
            _ => inputs::read(tree, self.config, planned, self.progress),
        };
        if let Some(plan) = self.plan {
            inputs.sources.put(plan.file, plan.source.clone());
        }
        // What could not be read then is as grave as what cannot be read now: the change was not judged in full.
        for failure in &mut inputs.failures {
            failure.path.push_str(" (as it was before)");
        }
        inputs
    }
}

/// Some files of a tree.
struct Subset<'a> {
    tree: &'a dyn Tree,
    paths: Vec<Arc<str>>,
    indices: Vec<usize>,
}

impl<'a> Subset<'a> {
    fn new(tree: &'a dyn Tree, paths: &BTreeSet<Arc<str>>) -> Self {
        let found = paths.iter().filter_map(|path| Some((Arc::clone(path), tree.find(path)?)));
        let (paths, indices) = found.unzip();
        Self { tree, paths, indices }
    }
}

impl Tree for Subset<'_> {
    fn paths(&self) -> &[Arc<str>] {
        &self.paths
    }

    fn read(&self, index: usize, limit: u64) -> io::Result<Bytes> {
        self.tree.read(self.indices[index], limit)
    }
}
