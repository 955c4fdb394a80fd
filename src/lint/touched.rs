//! The domains that a change touches, where what it can have touched is not known beforehand.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::before::{Now, Old};
use crate::dns::Name;
use crate::site::{Picture, Site};
use crate::text::Sources;

/// The domains something of which stands in a file of `changed`, before or now, and those that would publish something else: a
/// variable, a template or the configuration reaches far beyond its file.
pub(super) fn by_all(old: &Old, now: &Now<'_>, changed: &[Arc<str>]) -> BTreeSet<Name> {
    let changed: BTreeSet<&str> = changed.iter().map(|path| &**path).collect();
    let before = States { picture: &old.picture, sources: &old.inputs.sources };
    let after = States { picture: now.picture, sources: now.sources };
    let mut touched = before.standing_in(&changed);
    touched.extend(after.standing_in(&changed));
    let (was, is) = (before.by_domain(), after.by_domain());
    let domains = was.keys().chain(is.keys()).copied();
    let differs = |domain: &&Name| match (was.get(domain), is.get(domain)) {
        (Some(was), Some(is)) => was.len() != is.len() || was.iter().zip(is).any(|(was, is)| was.may_differ_from(is)),
        _ => true,
    };
    touched.extend(domains.filter(differs).cloned());
    touched
}

/// The Sites of one tree, and its files.
struct States<'a> {
    picture: &'a Picture,
    sources: &'a Sources,
}

impl<'a> States<'a> {
    fn standing_in(&self, changed: &BTreeSet<&str>) -> BTreeSet<Name> {
        let is_changed =
            |site: &&Site| site.files().iter().any(|file| changed.contains(&*self.sources.get(*file).path));
        self.picture.sites.iter().filter(is_changed).map(|site| site.domain.clone()).collect()
    }

    /// In the order of their Views.
    fn by_domain(&self) -> BTreeMap<&'a Name, Vec<&'a Site>> {
        let mut sites: BTreeMap<&Name, Vec<&Site>> = BTreeMap::new();
        for site in &self.picture.sites {
            sites.entry(&site.domain).or_default().push(site);
        }
        sites
    }
}
