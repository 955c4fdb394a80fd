//! Which directory is the repository.

use std::io;
use std::path::{Path, PathBuf};

use crate::lint::is_root;

/// The root: as said; else the nearest directory, from the first path (or the working directory) upward, that holds a
/// configuration or `.git`; else the directory itself.
pub(super) fn find(said: Option<&Path>, paths: &[PathBuf]) -> io::Result<PathBuf> {
    if let Some(root) = said {
        return directory(root);
    }
    let start = match paths.first() {
        Some(path) => directory(path)?,
        None => std::env::current_dir()?,
    };
    Ok(start.ancestors().find(|directory| is_root(directory)).unwrap_or(&start).to_owned())
}

/// `path`, or the directory that holds it if it is a file.
fn directory(path: &Path) -> io::Result<PathBuf> {
    let say = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
    let full = path.canonicalize().map_err(say)?;
    if full.is_dir() { Ok(full) } else { Ok(full.parent().map_or_else(|| full.clone(), Path::to_owned)) }
}

/// `paths` as they stand below the root, `/` between components; empty for the root itself.
pub(super) fn below(root: &Path, paths: &[PathBuf]) -> io::Result<Vec<String>> {
    let root = root.canonicalize()?;
    let relative = |path: &PathBuf| {
        let say = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
        let full = path.canonicalize().map_err(say)?;
        let inside = full.strip_prefix(&root).map_err(|_| {
            let message = format!("{}: outside the repository at {}", path.display(), root.display());
            io::Error::new(io::ErrorKind::InvalidInput, message)
        })?;
        Ok(inside.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/"))
    };
    paths.iter().map(relative).collect()
}

/// The way from the top of the git work tree to the root, with its final slash; empty where they are the same, or there is no git.
pub(super) fn prefix(root: &Path) -> String {
    let Ok(root) = root.canonicalize() else { return String::new() };
    let top = root.ancestors().find(|directory| directory.join(".git").exists());
    let below = top.and_then(|top| root.strip_prefix(top).ok());
    below.map_or_else(String::new, |below| {
        below.components().map(|part| part.as_os_str().to_string_lossy().into_owned() + "/").collect()
    })
}
