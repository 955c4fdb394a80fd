//! From a path on the server's machine to files of the repository.
//!
//! `/etc/bind/zones/db.example.com` may be kept as `zones/db.example.com` beside the configuration, as
//! `roles/dns/files/etc/bind/zones/db.example.com`, or anywhere else. The more components agree, and the nearer the
//! file is to the configuration, the better the guess.

use std::cmp::Ordering;

/// Longer paths are taken for none: with the number of components it bounds the work for one zone.
pub(super) const MAX_PATH: usize = 1024;

/// How many components of a path, and how many directories above a configuration, are looked at.
const MAX_COMPONENTS: usize = 16;

/// Every file of the repository, sorted by its components from the last to the first: files of one name are
/// neighbours, and of those the ones in directories of one name.
#[derive(Debug)]
pub(super) struct Tree {
    paths: Vec<String>,
}

/// A path on the server's machine, cleaned of `.`, empty components and inner `..`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Wanted<'a> {
    absolute: bool,
    /// Leading `..` of a relative path.
    up: usize,
    names: Vec<&'a str>,
}

/// Root-relative paths at which the repository may hold what the server finds at `file`, best first, some of them
/// twice, and not yet looked for. `base` is the configuration's directory; a relative `file` is relative to `directory` on the server. No
/// candidate keeps less than the last `least` components.
pub(super) fn candidates(base: &str, directory: Option<&str>, file: &str, least: usize) -> Vec<String> {
    let Some(written) = Wanted::of(&[file]) else { return Vec::new() };
    let full = match directory {
        Some(directory) if !written.absolute => Wanted::of(&[directory, file]),
        _ => Some(written.clone()),
    };
    let Some(full) = full else { return Vec::new() };
    let mut out = Vec::new();
    // The whole path first, at every directory from the configuration's up to the root: one of them may mirror the
    // machine's `/`, as configuration management does (`hosts/ns1/etc/…`, `hosts/ns1/var/…`).
    out.extend(ancestors(base).filter_map(|above| full.under(above)));
    if full != written {
        out.extend(ancestors(base).filter_map(|above| written.under(above)));
    }
    if full.absolute {
        for under in [base, ""] {
            out.extend((1..full.names.len()).filter_map(|cut| joined(under, full.names.get(cut..)?, least)));
        }
    }
    out
}

impl Tree {
    pub(super) fn new(mut paths: Vec<String>) -> Self {
        paths.sort_unstable_by(|a, b| from_the_end(a, b));
        paths.dedup();
        Self { paths }
    }

    /// Whether nothing is known about the repository's files, so that any candidate may exist.
    pub(super) fn is_unknown(&self) -> bool {
        self.paths.is_empty()
    }

    pub(super) fn has(&self, path: &str) -> bool {
        self.paths.binary_search_by(|held| from_the_end(held, path)).is_ok()
    }

    /// The one file whose last components agree best with those of `path`; none when there are several of them.
    pub(super) fn alike(&self, path: &str) -> Option<&str> {
        let names = Wanted::of(&[path])?.names;
        let clean = names.join("/");
        let at = self.paths.partition_point(|held| from_the_end(held, &clean) == Ordering::Less);
        // Whatever agrees in n components is a neighbour in this order: two on each side tell whether it is one.
        let near = self.paths.get(at.saturating_sub(2)..(at + 2).min(self.paths.len()))?;
        let agree = |held: &str| held.rsplit('/').zip(names.iter().rev()).take_while(|(a, b)| a == *b).count();
        let best = near.iter().map(|held| agree(held)).max().filter(|&most| most > 0)?;
        let mut equals = near.iter().filter(|held| agree(held) == best);
        equals.next().filter(|_| equals.next().is_none()).map(String::as_str)
    }
}

impl<'a> Wanted<'a> {
    /// The parts one under the other; an absolute part starts anew. `None` for what names no file.
    fn of(parts: &[&'a str]) -> Option<Self> {
        let mut wanted = Self { absolute: false, up: 0, names: Vec::new() };
        for part in parts {
            if part.starts_with('/') {
                wanted = Self { absolute: true, up: 0, names: Vec::new() };
            }
            for name in part.split('/').filter(|name| !matches!(*name, "" | ".")) {
                match name {
                    ".." if wanted.names.pop().is_none() => wanted.up += usize::from(!wanted.absolute),
                    ".." => {}
                    _ => wanted.names.push(name),
                }
            }
        }
        let few = !wanted.names.is_empty() && wanted.names.len() <= MAX_COMPONENTS;
        few.then_some(wanted)
    }

    /// The path under a directory of the repository; never out of its root.
    fn under(&self, base: &str) -> Option<String> {
        let mut base = base;
        for _ in 0..self.up {
            base = parent(base)?;
        }
        joined(base, &self.names, 1)
    }
}

/// The directory that holds `path`; the root is the empty string and is in none.
pub(super) fn parent(path: &str) -> Option<&str> {
    (!path.is_empty()).then(|| path.rsplit_once('/').map_or("", |(above, _)| above))
}

/// `text` as a glob that matches just it.
pub(super) fn literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(character, '*' | '?' | '[' | ']' | '{' | '}' | '\\') {
            out.extend(['[', character, ']']);
        } else {
            out.push(character);
        }
    }
    out
}

/// `base` and what it is in, up to the root.
fn ancestors(base: &str) -> impl Iterator<Item = &str> {
    let near = std::iter::successors(Some(base), |path| parent(path)).take(MAX_COMPONENTS);
    // However deep the configuration is, the root itself is always tried.
    near.filter(|path| !path.is_empty()).chain([""])
}

fn joined(base: &str, names: &[&str], least: usize) -> Option<String> {
    let path = names.join("/");
    (names.len() >= least).then(|| if base.is_empty() { path } else { format!("{base}/{path}") })
}

fn from_the_end(a: &str, b: &str) -> Ordering {
    a.rsplit('/').cmp(b.rsplit('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longer_and_the_nearer_path_comes_first() {
        let table: &[(&str, Option<&str>, &str, &[&str])] = &[
            ("", None, "db.a", &["db.a"]),
            ("dns", None, "zones/db.a", &["dns/zones/db.a", "zones/db.a"]),
            ("d", Some("z"), "./db.a", &["d/z/db.a", "z/db.a", "d/db.a", "db.a"]),
            ("h/etc", None, "/var/db.a", &["h/etc/var/db.a", "h/var/db.a", "var/db.a", "h/etc/db.a", "db.a"]),
            ("c", Some("/n"), "z/a", &["c/n/z/a", "n/z/a", "c/z/a", "z/a", "c/a", "a"]),
            ("dns/conf", None, "../zones/db.a", &["dns/zones/db.a", "zones/db.a"]),
            ("dns", Some("/etc/bind"), "../db.a", &["dns/etc/db.a", "etc/db.a", "db.a", "dns/db.a"]),
            // Nothing above the root, and nothing that is no file.
            ("dns", None, "../../db.a", &[]),
            ("dns", None, "/../../db.a", &["dns/db.a", "db.a"]),
            ("dns", None, "/", &[]),
            ("dns", None, "a/..", &[]),
        ];
        for (base, directory, file, expected) in table {
            let mut found = Vec::new();
            for path in candidates(base, *directory, file, 1) {
                if !found.contains(&path) {
                    found.push(path);
                }
            }
            assert_eq!(&found, expected, "{base} {directory:?} {file}");
        }
    }

    #[test]
    fn a_file_elsewhere_is_found_only_when_it_is_the_only_one_like_it() {
        let tree = Tree::new(["x/zones/db.a", "y/old/db.a", "p/db.b", "q/db.b", "README"].map(String::from).to_vec());
        let table = [
            ("/etc/zones/db.a", Some("x/zones/db.a")),
            ("/etc/old/db.a", Some("y/old/db.a")),
            ("/etc/db.a", None),
            ("db.b", None),
            ("/srv/q/db.b", Some("q/db.b")),
            ("../db.c", None),
        ];
        for (path, found) in table {
            assert_eq!(tree.alike(path), found, "{path}");
        }
        assert!(tree.has("p/db.b") && !tree.has("db.b") && !tree.is_unknown());
    }

    #[test]
    fn a_literal_glob_is_just_the_text() {
        assert_eq!(literal("a[b]/{c}*"), "a[[]b[]]/[{]c[}][*]");
    }
}
