//! What some files were, commit by commit.

use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;

use jiff::civil::DateTime;

use crate::text::Bytes;

/// Where earlier states of files are found.
pub trait History {
    /// The commits, newest first, up to and including the base, in which one of `paths` became what it is. A file that was renamed is
    /// followed under its earlier name.
    /// The way may end early; each of its steps is a fact.
    fn walk(&self, paths: &BTreeSet<Arc<str>>) -> io::Result<Vec<Revision>>;

    /// The bytes of a blob that a walk has named, at most `limit` of them.
    fn read(&self, blob: &str, limit: u64) -> io::Result<Bytes>;
}

/// One commit.
#[derive(Clone, Debug)]
pub struct Revision {
    /// Its full name.
    pub commit: String,
    /// When it was committed, in UTC.
    pub when: DateTime,
    /// The files that it changed, as they were before it.
    pub was: Vec<Was>,
}

/// A file before a commit.
#[derive(Clone, Debug)]
pub struct Was {
    /// Its path from this commit on.
    pub path: Arc<str>,
    /// Its path and its blob before; `None` where it was not there.
    pub was: Option<(Arc<str>, Box<str>)>,
}
