//! Views: which declarations are published together.
//!
//! A server's configuration or mtasts.toml may say. Otherwise one domain that is defined in two directories (`internal/`
//! and `external/`, `prod/` and `staging/`) is taken for two Views, named by the directory in which the paths part; what
//! lies in no such directory is common to all. Two definitions in one directory are one View, and may conflict.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::{DeclaredPolicy, DeclaredZone, Home, Reader, ZoneSource};
use crate::dns::{Name, Rtype};

/// The name of a View; the default View, of what is common to all, has none.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct View(Option<Arc<str>>);

impl View {
    /// The View called `name`.
    pub fn named(name: &str) -> Self {
        Self(Some(name.into()))
    }

    /// Whether this is the View of what is common to all.
    pub fn is_default(&self) -> bool {
        self.0.is_none()
    }

    /// The name; empty for the default View.
    pub fn as_str(&self) -> &str {
        self.0.as_deref().unwrap_or("")
    }
}

impl fmt::Display for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The directories in which definitions of one name part.
#[derive(Debug, Default)]
pub(super) struct Directories(BTreeSet<Arc<str>>);

impl Directories {
    /// Finds them among all that is declared. Only what one reader reads is compared: a record in Terraform and a zone file of
    /// the same zone complement each other, wherever they lie.
    pub(super) fn of(zones: &[DeclaredZone], policies: &[DeclaredPolicy]) -> Self {
        let mut directories = Self::default();
        let readers: BTreeSet<Reader> = zones.iter().map(|zone| zone.reader).collect();
        for reader in readers {
            let zones = || zones.iter().filter(|zone| zone.reader == reader);
            let whole = zones().filter(|zone| zone.zone.is_definition());
            directories.add(whole.filter_map(|zone| Some((zone.zone.apex()?, &zone.home))));
            // Two parts of a zone are told apart by what both define.
            for rtype in [Rtype::Txt, Rtype::Mx] {
                let parts = zones().filter(|zone| matches!(zone.zone, ZoneSource::Listed(_)));
                directories
                    .add(parts.flat_map(|zone| owners(&zone.zone, rtype).into_iter().map(|name| (name, &zone.home))));
            }
        }
        for is_file in [true, false] {
            let policies = policies.iter().filter(|policy| policy.served.is_none() == is_file);
            directories.add(policies.flat_map(|policy| policy.domains.iter().map(|name| (name, &policy.home))));
        }
        directories
    }

    /// Finds them among `definitions`: each the name that is defined, and where. Names of different kinds (a zone, a
    /// policy) must not be mixed in one call.
    fn add<'a>(&mut self, definitions: impl Iterator<Item = (&'a Name, &'a Home)>) {
        let mut paths: FxHashMap<&Name, Vec<&str>> = FxHashMap::default();
        for (name, home) in definitions {
            if let Home::Path(path) = home {
                paths.entry(name).or_default().push(path);
            }
        }
        let parted = paths.values().filter(|paths| paths.len() > 1);
        self.0.extend(parted.flat_map(|paths| parting(paths)).map(Arc::from));
    }

    /// The Views of a declaration: those that are said, or the innermost directory that makes one.
    pub(super) fn views_of(&self, home: &Home) -> Vec<View> {
        match home {
            Home::Views(views) => views.clone(),
            Home::Path(path) => vec![self.of_path(path)],
        }
    }

    fn of_path(&self, path: &str) -> View {
        if self.0.is_empty() {
            return View::default();
        }
        let mut directory = path;
        while let Some((parent, _)) = directory.rsplit_once('/') {
            if let Some(found) = self.0.get(parent) {
                return View(Some(Arc::clone(found)));
            }
            directory = parent;
        }
        View::default()
    }
}

/// The names at which records of a type are.
fn owners(zone: &ZoneSource, rtype: Rtype) -> BTreeSet<&Name> {
    let records = zone.records().iter().filter(|record| record.data.rtype() == rtype);
    records.map(|record| &record.owner.name).collect()
}

/// The directories, one level below the deepest that all `paths` share, that lead to them.
fn parting<'a>(paths: &[&'a str]) -> Vec<&'a str> {
    let Some(first) = paths.first() else { return Vec::new() };
    let shared = paths.iter().map(|path| shared_directory(first, path)).min().unwrap_or(0);
    paths.iter().filter_map(|path| path[shared..].find('/').map(|len| &path[..shared + len])).collect()
}

/// Length of the longest directory (its final `/` included) that holds both paths.
fn shared_directory(a: &str, b: &str) -> usize {
    let same = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    a.as_bytes()[..same].iter().rposition(|&byte| byte == b'/').map_or(0, |slash| slash + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn views(zones: &[(&str, &str)], path: &str) -> String {
        let zones: Vec<(Name, Home)> = zones
            .iter()
            .map(|(name, path)| (Name::parse(name.as_bytes(), None).unwrap(), Home::Path((*path).into())))
            .collect();
        let mut directories = Directories::default();
        directories.add(zones.iter().map(|(name, home)| (name, home)));
        directories.of_path(path).to_string()
    }

    #[test]
    fn one_domain_in_two_directories_is_two_views() {
        let split = [("a.example", "dns/internal/a.zone"), ("a.example", "dns/external/a.zone")];
        assert_eq!(views(&split, "dns/internal/b.zone"), "dns/internal");
        assert_eq!(views(&split, "dns/external/a.zone"), "dns/external");
        assert_eq!(views(&split, "dns/b.zone"), "");
        assert_eq!(views(&split, "policies/internal/mta-sts.txt"), "");
        let environments = [("a.example", "prod/dns/a.zone"), ("a.example", "staging/dns/a.zone")];
        assert_eq!(views(&environments, "prod/policies/mta-sts.txt"), "prod");
        let old = [("a.example", "zones/a.zone"), ("a.example", "zones/old/a.zone")];
        assert_eq!(views(&old, "zones/a.zone"), "");
        assert_eq!(views(&old, "zones/old/a.zone"), "zones/old");
    }

    #[test]
    fn two_definitions_in_one_directory_are_one_view() {
        let same = [("a.example", "zones/a.zone"), ("a.example", "zones/a.db")];
        assert_eq!(views(&same, "zones/a.zone"), "");
        let two_names = [("a.example", "x/a.zone"), ("b.example", "y/b.zone")];
        assert_eq!(views(&two_names, "x/a.zone"), "");
    }
}
