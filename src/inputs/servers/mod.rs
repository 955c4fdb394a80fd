//! Zones as the configuration of a DNS server declares them: which file, of which origin, in which view.
//!
//! A repository often keeps `named.conf`, `nsd.conf` or `knot.conf` beside its zones. That is a better witness of a
//! zone's origin than the zone file's name, or than its first `$ORIGIN`, which may be a sub-domain. The readers here
//! take from a configuration what declares zones and skip the rest; they never refuse one, for a server that would
//! has said so itself, and half of a configuration still names zones.

mod bind;
mod knot;
mod nsd;
mod paths;
mod reader;

use std::rc::Rc;

use crate::dns::Name;
use crate::text::{Bytes, FileId, Place};
use reader::Reader;

/// A zone that a server's configuration declares, and whose source is that server: secondaries are left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerZone {
    /// The name of the zone.
    pub origin: Name,
    /// Files of the repository that may be the zone's, best first, relative to its root with `/` between components.
    /// None when the repository does not hold the file, or when nothing says which it is.
    pub files: Vec<String>,
    /// The BIND view that the zone is in.
    pub view: Option<String>,
    /// The zone's name as the configuration has it, without quotes.
    pub place: Place,
}

/// Whose configuration language a file is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// BIND 9, `named.conf`.
    Bind,
    /// NSD, `nsd.conf`.
    Nsd,
    /// Knot DNS, `knot.conf`.
    Knot,
}

/// Gives files of the repository by root-relative path; the implementation confines it to the root.
pub trait Files {
    /// The file at `path`, if it can be read.
    fn get(&mut self, path: &str) -> Option<(FileId, Bytes)>;

    /// Paths of all files that match. `*` and `?` do not match a `/`, `**` as a component matches any components,
    /// `[…]` is a class, and the glob `**` gives every file.
    fn matching(&self, glob: &str) -> Vec<String>;
}

impl Dialect {
    /// The dialect that a file's name tells: `named.conf`, `named.conf.local`, `named.internal.conf`, and likewise for
    /// `nsd` and `knot`. Other names (`zones.conf`, `named.zones`) are read only where a configuration includes them.
    pub fn of(path: &str) -> Option<Self> {
        let (stem, rest) = file_name(path).split_once('.')?;
        let dialect = match stem {
            "named" => Self::Bind,
            "nsd" => Self::Nsd,
            "knot" => Self::Knot,
            _ => return None,
        };
        let infix = rest.strip_suffix(".conf").is_some_and(|infix| !infix.is_empty());
        let suffix = rest.strip_prefix("conf.").is_some_and(|suffix| !suffix.is_empty() && !is_backup(suffix));
        (rest == "conf" || infix || suffix).then_some(dialect)
    }
}

/// The zones that the configuration at `path` declares, with what it includes, in the order of the statements (those
/// that only refer to another view's zone come last).
pub fn read(path: &str, dialect: Dialect, files: &mut dyn Files) -> Vec<ServerZone> {
    read_one(path, dialect, &mut Reader::new(files))
}

/// The zones of all those of `paths` that a [`Dialect`] names. A file that another one includes is read once, there,
/// where its surroundings (`directory`, the view, the patterns) are known.
pub fn read_all<'p>(paths: impl IntoIterator<Item = &'p str>, files: &mut dyn Files) -> Vec<ServerZone> {
    let mut configs: Vec<_> = paths.into_iter().filter_map(|path| Some((path, Dialect::of(path)?))).collect();
    // The main files first: Debian's named.conf.local would else be read before the named.conf that includes it.
    configs.sort_by_key(|(path, _)| (file_name(path).matches('.').count(), *path));
    let mut reader = Reader::new(files);
    let mut zones = Vec::new();
    for (path, dialect) in configs {
        if !reader.has_read(path) {
            zones.extend(read_one(path, dialect, &mut reader));
        }
    }
    zones
}

/// A zone as the statement has it, before its file is looked for.
#[derive(Clone, Debug)]
struct Declared {
    origin: Name,
    /// The file on the server's machine, still with the dialect's placeholders.
    file: Option<Rc<str>>,
    /// What a relative `file` is relative to on that machine.
    directory: Option<Rc<str>>,
    /// The directory, in the repository, of the configuration file that says so.
    base: Rc<str>,
    view: Option<Rc<str>>,
    place: Place,
}

fn read_one(path: &str, dialect: Dialect, reader: &mut Reader<'_>) -> Vec<ServerZone> {
    reader.begin();
    let (declared, expand): (_, fn(&str, &Name) -> Option<String>) = match dialect {
        Dialect::Bind => (bind::read(path, reader), |file, _| Some(file.to_owned())),
        Dialect::Nsd => (nsd::read(path, reader), nsd::expand),
        Dialect::Knot => (knot::read(path, reader), knot::expand),
    };
    let zones = declared.into_iter().map(|zone| {
        let file = zone.file.as_deref().and_then(|file| expand(file, &zone.origin));
        let files = file.map(|file| reader.found(&zone.base, zone.directory.as_deref(), &file));
        ServerZone {
            origin: zone.origin,
            files: files.unwrap_or_default(),
            view: zone.view.map(|view| view.to_string()),
            place: zone.place,
        }
    });
    // Two views, or a pattern without a placeholder, may well name one zone or one file twice: that is kept.
    zones.collect()
}

/// A zone's name, unless it is the hole of a template (`{{ zone }}`, `@ZONE@`, `${zone}`) that is filled in later.
fn origin(text: &[u8]) -> Option<Name> {
    let hole = |byte: &u8| matches!(byte, b'{' | b'}' | b'$' | b'<' | b'>' | b'%' | b'@' | b'"') || *byte <= b' ';
    if text.iter().any(hole) { None } else { Name::parse(text, None).ok() }
}

/// A path as a configuration has it. Without bytes that no path holds, and no longer than a server would take.
fn path_text(text: &[u8]) -> Option<Rc<str>> {
    let sane = !text.is_empty() && text.len() <= paths::MAX_PATH && !text.contains(&0);
    std::str::from_utf8(text).ok().filter(|_| sane).map(Rc::from)
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Whether an editor or a package manager put the file aside: its zones are yesterday's.
fn is_backup(suffix: &str) -> bool {
    let last = suffix.rsplit('.').next().unwrap_or(suffix);
    let aside = matches!(last, "bak" | "old" | "orig" | "rej" | "save" | "swp" | "rpmnew" | "rpmsave");
    aside || last.starts_with("dpkg-") || last.ends_with('~')
}

#[cfg(test)]
mod tests;
