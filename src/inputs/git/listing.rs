//! The files that git's index lists: in a commit hook, those that the commit is of.

use std::collections::BTreeSet;

use super::Git;
use crate::inputs::WorkTree;

impl WorkTree {
    /// The work tree as it would be if only what the index lists were there, at and below the directory of `git`. It takes a
    /// fraction of the time of a walk. `None` where the index alone does not tell: in a merge that is not done, where there are
    /// submodules, and where a directory of it is no directory of the work tree.
    pub fn tracked(git: &Git) -> Option<Self> {
        let root = git.directory().canonicalize().ok()?;
        let listing = git.run(&["ls-files", "-z", "--stage", "-t"]).ok()?;
        let listed = listed(&listing)?;
        let is_directory = |path: &&str| root.join(path).symlink_metadata().is_ok_and(|metadata| metadata.is_dir());
        let are_there = directories(&listed).iter().all(is_directory);
        are_there.then(|| Self::listed(root, &listed))
    }
}

/// The directories of all paths, and those that they are in.
fn directories<'a>(listed: &[(&'a str, bool)]) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let mut last = None;
    for (path, _) in listed {
        let mut directory = path.rsplit_once('/').map(|(directory, _)| directory);
        // What lies in one directory is mostly listed together.
        if last.replace(directory) == Some(directory) {
            continue;
        }
        while let Some(name) = directory.filter(|name| found.insert(*name)) {
            directory = name.rsplit_once('/').map(|(above, _)| above);
        }
    }
    found
}

/// Paths, and whether each is that of a link: "<tag> <mode> <id> <stage>", a tab, the path and NUL (git-ls-files(1), "OUTPUT").
fn listed(listing: &[u8]) -> Option<Vec<(&str, bool)>> {
    let mut listed = Vec::new();
    for entry in listing.split(|&byte| byte == 0).filter(|entry| !entry.is_empty()) {
        let (head, path) = std::str::from_utf8(entry).ok()?.split_once('\t')?;
        let mut words = head.split(' ');
        let (tag, mode, stage) = (words.next()?, words.next()?, words.nth(1)?);
        match (tag, mode) {
            // In a sparse work tree it is not there.
            ("S", _) => {}
            _ if stage != "0" => return None,
            (_, "120000") => listed.push((path, true)),
            (_, mode) if mode.starts_with("100") => listed.push((path, false)),
            _ => return None,
        }
    }
    Some(listed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_directory_is_asked_about_once() {
        let listed = ["a", "b/c/d", "b/c/e", "b/f", "b/c/g/h"].map(|path| (path, false));
        assert_eq!(Vec::from_iter(directories(&listed)), ["b", "b/c", "b/c/g"]);
    }

    #[test]
    fn a_listing_is_read() {
        let read = |text: &str| listed(text.as_bytes()).map(|listed| format!("{listed:?}"));
        let plain = "H 100644 aa 0\ta b\0H 120000 bb 0\tlink\0S 100644 cc 0\tsparse\0H 100755 dd 0\tz/x\0";
        assert_eq!(read(plain).unwrap(), r#"[("a b", false), ("link", true), ("z/x", false)]"#);
        assert_eq!(read("").unwrap(), "[]");
        for (text, why) in [
            ("M 100644 aa 2\ta\0", "not merged"),
            ("H 160000 aa 0\tsub\0", "a submodule"),
            ("H 100644 aa\ta\0", "no stage"),
        ] {
            assert!(read(text).is_none(), "{why}");
        }
        assert!(listed(b"H 100644 aa 0\t\xff\0").is_none());
    }
}
