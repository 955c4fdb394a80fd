//! What is not committed, and the last commit: all of it out of one process, where a hook would else start three.

use super::tree::{Difference, Differences, was};
use super::{Git, GitError};

/// What `git status` says of a work tree.
pub(super) struct Status {
    /// The commit that is checked out, if there is one.
    pub(super) head: Option<String>,
    /// What is different since.
    pub(super) differences: Differences,
}

impl Status {
    /// Asks for it; the directory of `git` must be the top of the work tree, for the paths are told from there.
    pub(super) fn of(git: &Git) -> Result<Self, GitError> {
        let said = git.run(&[
            "status",
            "--porcelain=v2",
            "-z",
            "--branch",
            // Else it counts the commits between two branches.
            "--no-ahead-behind",
            "--untracked-files=all",
            "--ignore-submodules=all",
            "--no-renames",
        ])?;
        Ok(Self::read(&said))
    }

    /// Fields end with NUL (git-status(1), "Porcelain Format Version 2").
    fn read(said: &[u8]) -> Self {
        let (mut head, mut found) = (None, Vec::new());
        for field in said.split(|&byte| byte == 0).map(String::from_utf8_lossy) {
            let (kind, rest) = field.split_once(' ').unwrap_or_default();
            found.extend(match kind {
                // <XY> <sub> <mH> <mI> <mW> <hH> <hI> <path>
                "1" => difference(rest, 8, [2, 5]),
                // Not merged: <XY> <sub> <m1> <m2> <m3> <mW> <h1> <h2> <h3> <path>; the second stage is that of HEAD.
                "u" => difference(rest, 10, [3, 7]),
                "?" => Some(Difference { path: rest.into(), was: None }),
                _ => None,
            });
            if let Some(oid) = field.strip_prefix("# branch.oid ") {
                head = Some(oid.to_owned()).filter(|oid| oid != "(initial)");
            }
        }
        Self { head, differences: Differences::new(found) }
    }
}

/// The difference in a line of `fields` fields, of which those two are the mode and the name that the path had in HEAD.
fn difference(line: &str, fields: usize, [mode, id]: [usize; 2]) -> Option<Difference> {
    let fields: Vec<&str> = line.splitn(fields, ' ').collect();
    Some(Difference { path: (*fields.last()?).into(), was: was(fields.get(mode)?, fields.get(id)?) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_read() {
        let said = b"# branch.oid aa\0# branch.head main\0\
            1 .M N... 100644 100644 100644 b1 b1 a b\0\
            1 A. N... 000000 100644 100644 00 c1 new\0\
            1 D. N... 120000 000000 000000 d1 00 link\0\
            u UU N... 100644 100644 100644 100644 e1 e2 e3 both\0\
            ? a b.orig\0";
        let Status { head, differences } = Status::read(said);
        assert_eq!(head.as_deref(), Some("aa"));
        let differences: Vec<_> = differences.iter().map(|(path, was)| (path, was.unwrap_or("none"))).collect();
        let expected = [("a b", "b1"), ("a b.orig", "none"), ("both", "e2"), ("link", "d1"), ("new", "none")];
        assert_eq!(differences, expected);
        assert!(Status::read(b"# branch.oid (initial)\0").head.is_none());
    }
}
