//! The files that a configuration may read: those of the repository, and no others.

use std::sync::Arc;

use crate::text::{Bytes, FileId};

/// Gives files by their paths. What it does not list cannot be read: `file()` and a module's `source` never leave the
/// repository.
pub trait Files: Sync {
    /// Every path, relative to the root of the repository, `/` between components, sorted bytewise.
    fn paths(&self) -> &[Arc<str>];
    /// The bytes of the file at `path`; `None` if there is none, or it cannot be read.
    fn open(&self, path: &str) -> Option<(FileId, Bytes)>;
}
