//! Files replaced at once: whoever reads one gets all of the old text or all of the new.

use std::fs::{self, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::text::Bytes;

/// A file, and what it is to hold instead.
#[derive(Debug)]
pub struct Replacement {
    /// Where it is; no link.
    pub path: PathBuf,
    /// What was read of it.
    pub before: Bytes,
    /// What it is to hold.
    pub after: Bytes,
}

/// Why a file was not replaced.
#[derive(Debug, thiserror::Error)]
#[error("{path}: not changed: {error}", path = path.display())]
pub struct WriteError {
    /// The file.
    pub path: PathBuf,
    /// Why.
    pub error: io::Error,
}

/// Replaces all of the files. All new texts are written beside them first, so that a full disk or a missing right leaves every
/// file as it is; mode and owner are kept.
pub fn replace(files: &[Replacement]) -> Result<(), WriteError> {
    let failed = |file: &Replacement, error| WriteError { path: file.path.clone(), error };
    let prepare = |file| prepare(file).map_err(|error| failed(file, error));
    let prepared = files.iter().map(prepare).collect::<Result<Vec<_>, _>>()?;
    for (new, file) in prepared.into_iter().zip(files) {
        new.persist(&file.path).map_err(|error| failed(file, error.error))?;
    }
    Ok(())
}

/// The new text, in the directory of the old.
fn prepare(file: &Replacement) -> io::Result<NamedTempFile> {
    let metadata = fs::symlink_metadata(&file.path)?;
    if !metadata.is_file() {
        return Err(io::Error::other("it is no regular file any more"));
    }
    // A rename asks only for the right to write to the directory; whoever took that to write to the file meant it.
    if metadata.permissions().readonly() {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "the file is read-only"));
    }
    fs::OpenOptions::new().append(true).open(&file.path)?;
    if fs::read(&file.path)? != **file.before {
        return Err(io::Error::other("it was changed by somebody else meanwhile"));
    }
    let directory = file.path.parent().unwrap_or(Path::new("."));
    let mut new = tempfile::Builder::new().prefix(".mtasts-").tempfile_in(directory)?;
    new.write_all(&file.after)?;
    keep_owner(&new, &metadata);
    // After the owner, a change of which may take rights away.
    new.as_file().set_permissions(metadata.permissions())?;
    Ok(new)
}

/// Gives the file to whom the old one belongs, as far as this process may.
#[cfg(unix)]
fn keep_owner(new: &NamedTempFile, old: &Metadata) {
    use std::os::unix::fs::{MetadataExt, fchown};
    let is_same = new.as_file().metadata().is_ok_and(|new| (new.uid(), new.gid()) == (old.uid(), old.gid()));
    if !is_same {
        // Whoever may edit a file of another's gets one of their own, as with an editor.
        let _ = fchown(new.as_file(), Some(old.uid()), Some(old.gid()));
    }
}

#[cfg(not(unix))]
fn keep_owner(_: &NamedTempFile, _: &Metadata) {}
