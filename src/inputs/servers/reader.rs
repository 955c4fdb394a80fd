//! Opens configurations and what they include, within bounds, and looks for the files that they name.

use std::rc::Rc;

use rustc_hash::FxHashSet;

use super::paths::{self, Tree};
use super::{Files, path_text};
use crate::text::{Bytes, FileId};

/// How many zones one configuration may declare.
pub(super) const MAX_ZONES: usize = 1_000_000;
/// How deep includes may nest.
const MAX_DEPTH: usize = 16;
/// How many files one configuration may include, or try to.
const MAX_INCLUDES: usize = 1000;
/// How many bytes one configuration may have, includes counted each time: a file may be included in every view.
const MAX_BYTES: usize = 256 << 20;
/// How many candidates one zone may have.
const MAX_FOUND: usize = 4;
/// How many bytes of candidates one configuration may ask for; a pattern makes long paths out of short statements.
const MAX_FOUND_BYTES: usize = 256 << 20;

/// An open configuration file.
#[derive(Clone, Debug)]
pub(super) struct Config {
    pub(super) file: FileId,
    pub(super) text: Bytes,
    /// The directory that it is in.
    pub(super) base: Rc<str>,
}

/// The repository as the readers of the dialects see it.
pub(super) struct Reader<'f> {
    files: &'f mut dyn Files,
    /// Listed when the first path is looked for, since most configurations of most repositories name none.
    tree: Option<Tree>,
    /// The paths of the files being read, outermost first.
    open: Vec<String>,
    read: FxHashSet<String>,
    left: Left,
}

/// What one configuration may still use.
struct Left {
    includes: usize,
    bytes: usize,
    found_bytes: usize,
}

impl<'f> Reader<'f> {
    pub(super) fn new(files: &'f mut dyn Files) -> Self {
        Self { files, tree: None, open: Vec::new(), read: FxHashSet::default(), left: Left::default() }
    }

    /// A new configuration, with bounds of its own.
    pub(super) fn begin(&mut self) {
        self.left = Left::default();
        self.open.clear();
    }

    pub(super) fn has_read(&self, path: &str) -> bool {
        self.read.contains(path)
    }

    /// Opens a file, to be closed after it was read; none when a bound is met or the file is being read already.
    pub(super) fn open(&mut self, path: &str) -> Option<Config> {
        // Refused ones count too: files that include one another would else be looked at again and again.
        let allowed = self.left.take_include() && self.open.len() < MAX_DEPTH;
        if !allowed || self.open.iter().any(|open| open == path) {
            return None;
        }
        let (file, text) = self.files.get(path)?;
        self.left.bytes = self.left.bytes.checked_sub(text.len())?;
        self.open.push(path.to_owned());
        self.read.insert(path.to_owned());
        Some(Config { file, text, base: paths::parent(path).unwrap_or("").into() })
    }

    pub(super) fn close(&mut self) {
        self.open.pop();
    }

    /// The files of the repository that `include target` in `config` means, in order of their paths.
    pub(super) fn included(&mut self, config: &Config, target: &[u8]) -> Vec<String> {
        let Some(target) = path_text(target).filter(|_| self.left.includes > 0) else { return Vec::new() };
        if target.contains(['*', '?', '[']) {
            return self.globbed(config, &target);
        }
        let mut found = self.found(&config.base, None, &target);
        found.truncate(1);
        if found.is_empty() {
            self.left.take_include();
        }
        found
    }

    /// The files that the repository has for `file` on the server, best first.
    pub(super) fn found(&mut self, base: &str, directory: Option<&str>, file: &str) -> Vec<String> {
        let files = &*self.files;
        let tree = self.tree.get_or_insert_with(|| Tree::new(files.matching("**")));
        let mut found: Vec<String> = Vec::new();
        for path in paths::candidates(base, directory, file, 1) {
            if found.len() < MAX_FOUND && (tree.is_unknown() || tree.has(&path)) && !found.contains(&path) {
                found.push(path);
            }
        }
        // Far from the configuration, a file alike is a guess; beside a better one it would only be noise.
        if found.is_empty() {
            let machine = format!("{}/{file}", directory.filter(|_| !file.starts_with('/')).unwrap_or(""));
            found.extend(tree.alike(&machine).map(str::to_owned));
        }
        let bytes = found.iter().map(String::len).sum();
        let Some(left) = self.left.found_bytes.checked_sub(bytes) else { return Vec::new() };
        self.left.found_bytes = left;
        found
    }

    /// As a shell would expand it, at the best place where it matches anything.
    fn globbed(&mut self, config: &Config, target: &str) -> Vec<String> {
        // A server's glob knows `**` as `*` only, and neither braces nor (here) backslashes.
        let mut glob = target.replace(['{', '}', '\\'], "?");
        while glob.contains("**") {
            glob = glob.replace("**", "*");
        }
        // `/etc/nsd/nsd.conf.d/*.conf` must not shrink to `*.conf`: that is any file beside the configuration.
        for glob in paths::candidates(&paths::literal(&config.base), None, &glob, 2) {
            if !self.left.take_include() {
                break;
            }
            let mut paths = self.files.matching(&glob);
            if !paths.is_empty() {
                paths.sort_unstable();
                return paths;
            }
        }
        Vec::new()
    }
}

impl Default for Left {
    fn default() -> Self {
        Self { includes: MAX_INCLUDES, bytes: MAX_BYTES, found_bytes: MAX_FOUND_BYTES }
    }
}

impl Left {
    fn take_include(&mut self) -> bool {
        let left = self.includes > 0;
        self.includes = self.includes.saturating_sub(1);
        left
    }
}
