//! YAML and JSON: which files are octoDNS's, dnscontrol's or a cluster's, and what they declare.

use std::sync::Arc;

use super::files::TreeFiles;
use super::read::Inputs;
use super::tree::Tree;
use super::{copies, hosted, octodns};
use crate::config::Config;
use crate::dns::Listing;
use crate::formats::{Error, cert_manager, config_map, dnscontrol, external_dns, octodns as octodns_format};
use crate::hcl::Files;
use crate::parallel::{self, Progress};
use crate::site::{DeclaredZone, Home, Reader, Unread, View, ZoneSource};
use crate::text::{Bytes, FileId};

/// A manifest that is longer is data.
const MAX_MANIFEST: u64 = 4 << 20;
/// What tells the kind of a JSON file is near its beginning.
const HEAD: u64 = 4096;

/// What a file is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    OctoDns,
    DnsControl,
    Manifest,
    /// A manifest of certificates and nothing that is judged.
    Certificates,
}

/// Adds to `inputs` what the YAML and JSON files of the tree declare.
pub(super) fn read(tree: &dyn Tree, files: &TreeFiles<'_>, config: &Config, inputs: &mut Inputs) {
    let is_claimed = |path: &str| config.zone(path).is_some() || config.policy(path).is_some();
    let candidates: Vec<&Arc<str>> =
        files.paths().iter().filter(|path| has_format(path) && !is_claimed(path) && !copies::is_copy(path)).collect();
    let kinds = parallel::map(candidates.len(), &Progress::default(), |at| kind(tree, candidates[at]));
    let mut adder = Adder { files, config, inputs, certificates: cert_manager::Manifests::default() };
    for (path, kind) in candidates.into_iter().zip(kinds) {
        let (Some(kind), Some((file, text))) = (kind, kind.and_then(|_| files.open(path))) else { continue };
        match kind {
            Kind::OctoDns => adder.octodns(path, file, &text),
            Kind::DnsControl => adder.dnscontrol(path, file, &text),
            Kind::Manifest => adder.manifest(path, file, &text),
            Kind::Certificates => adder.certificates(file, &text),
        }
    }
    let certificates = adder.certificates.into_certificates();
    inputs.certificates.extend(certificates);
}

pub(super) fn has_format(path: &str) -> bool {
    has_extension(path, &["yaml", "yml", "json"])
}

fn has_extension(path: &str, extensions: &[&str]) -> bool {
    path.rsplit_once('.').is_some_and(|(_, extension)| extensions.contains(&extension))
}

/// What the file at `path` is, by what it holds.
fn kind(tree: &dyn Tree, path: &str) -> Option<Kind> {
    let index = tree.find(path)?;
    if has_extension(path, &["json"]) {
        let head = tree.read(index, HEAD).ok()?;
        return dnscontrol::looks_like(&head).then_some(Kind::DnsControl);
    }
    let text = tree.read(index, MAX_MANIFEST).ok()?;
    if octodns_format::looks_like(path, &text) {
        return Some(Kind::OctoDns);
    }
    if external_dns::looks_like(&text) || config_map::looks_like(&text) {
        return Some(Kind::Manifest);
    }
    cert_manager::looks_like(&text).then_some(Kind::Certificates)
}

struct Adder<'a> {
    files: &'a TreeFiles<'a>,
    config: &'a Config,
    inputs: &'a mut Inputs,
    certificates: cert_manager::Manifests,
}

impl Adder<'_> {
    fn octodns(&mut self, path: &str, file: FileId, text: &Bytes) {
        let config = match octodns_format::config(file, text) {
            Ok(config) => config,
            Err(error) => return self.unread(Reader::OctoDns, error),
        };
        let zones = octodns::zones(path, &config, self.files);
        self.read(&[file]);
        self.read(&zones.files);
        for error in zones.errors {
            self.unread(Reader::OctoDns, error);
        }
        // Two configurations in one directory are two ways to publish, as two directories are.
        let home = Home::Path(format!("{path}/octodns").into());
        for listing in zones.listings {
            self.zone(Reader::OctoDns, listing, home.clone());
        }
    }

    fn dnscontrol(&mut self, path: &Arc<str>, file: FileId, text: &Bytes) {
        let domains = match dnscontrol::read(file, text) {
            Ok(domains) => domains,
            Err(error) => return self.unread(Reader::DnsControl, error),
        };
        self.inputs.files += 1;
        for domain in domains {
            let home = match &domain.tag {
                Some(tag) => Home::Views(vec![View::named(tag)]),
                None => Home::Path(Arc::clone(path)),
            };
            self.zone(Reader::DnsControl, domain.listing, home);
        }
    }

    fn manifest(&mut self, path: &Arc<str>, file: FileId, text: &Bytes) {
        self.read(&[file]);
        if external_dns::looks_like(text) {
            match external_dns::read(file, text) {
                Ok(listings) => {
                    for listing in listings {
                        self.zone(Reader::ExternalDns, listing, Home::Path(Arc::clone(path)));
                    }
                }
                Err(error) => self.unread(Reader::ExternalDns, error),
            }
        }
        if config_map::looks_like(text) {
            // What is no YAML before a template is filled in is nothing to complain of: it is not known.
            let policies = config_map::read(file, text).unwrap_or_default();
            for policy in policies {
                let policy = hosted::policy(policy, Home::Path(Arc::clone(path)), self.config, self.files);
                self.inputs.declared.policies.push(policy);
            }
        }
        if cert_manager::looks_like(text) {
            self.certificates(file, text);
        }
    }

    fn certificates(&mut self, file: FileId, text: &Bytes) {
        // Evidence that cannot be read is none, and nothing to complain of: nobody publishes it.
        let _ = self.certificates.add(file, text);
    }

    fn zone(&mut self, reader: Reader, listing: Listing, home: Home) {
        self.inputs.records += listing.records.len();
        self.inputs.declared.zones.push(DeclaredZone { zone: ZoneSource::Listed(listing), reader, home });
    }

    fn read(&mut self, files: &[FileId]) {
        self.inputs.files += files.len();
        self.inputs.commented.extend(files);
    }

    fn unread(&mut self, reader: Reader, error: Error) {
        self.inputs.declared.unread.push(Unread { reader, place: error.place, message: error.message });
    }
}
