//! Certificates that a tree holds as files.

use std::sync::Arc;

use super::copies;
use super::files::TreeFiles;
use super::read::Inputs;
use super::tree::Tree;
use crate::certificates::{self, Declared, MAX_PEM};
use crate::hcl::Files;
use crate::parallel::{self, Progress};
use crate::text::{Bytes, FileId, Place};

/// Adds to `inputs` the certificates in PEM. They matter to policies alone: without one none is looked for.
///
/// Of a file that holds one, only its certificates are kept, so that no report can quote a key beside them.
pub(super) fn read(tree: &dyn Tree, files: &TreeFiles<'_>, inputs: &mut Inputs) {
    if inputs.declared.policies.is_empty() {
        return;
    }
    let candidates: Vec<&Arc<str>> =
        files.paths().iter().filter(|path| may_hold_one(path) && !copies::is_copy(path)).collect();
    let found = parallel::map(candidates.len(), &Progress::default(), |at| in_file(tree, candidates[at]));
    for (declared, text) in found.into_iter().flatten() {
        inputs.sources.set_text(declared.place.file, text);
        inputs.certificates.push(declared);
    }
}

fn may_hold_one(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, extension)| matches!(extension, "pem" | "crt" | "cer"))
}

/// The certificate of the server whose file is at `path`, and what may be shown of that. A file that cannot be read shows nothing.
fn in_file(tree: &dyn Tree, path: &str) -> Option<(Declared, Bytes)> {
    let index = tree.find(path)?;
    let text = tree.read(index, MAX_PEM).ok()?;
    let (span, parsed) = certificates::own(&text)?;
    let place = Place::new(FileId(u32::try_from(index).ok()?), span);
    let shown = certificates::redacted(&text);
    (!parsed.certificate.names.is_empty()).then(|| (Declared::in_file(place, parsed), shown.into()))
}
