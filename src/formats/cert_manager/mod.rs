//! cert-manager: `Certificate`s, and the `Issuer`s and `ClusterIssuer`s that they name.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::Error;
use super::kubernetes::{self, certain};
use super::tree::Node;
use crate::certificates::{Declared, Doubt};
use crate::text::FileId;

/// What stands before the version in `apiVersion`.
const GROUP: &str = "cert-manager.io/";
/// Names of one certificate that are read.
const MOST_NAMES: usize = 1000;

/// Whether a file holds such resources.
pub fn looks_like(text: &[u8]) -> bool {
    let has = |word: &[u8]| memchr::memmem::find(text, word).is_some();
    has(b"cert-manager.io/v") && (has(b"Certificate") || has(b"Issuer"))
}

/// What files declare.
#[derive(Debug, Default)]
pub struct Manifests {
    certificates: Vec<(Declared, Issuer)>,
    /// What stands against what each issues. One name may be that of several: of one in each namespace, or in each environment.
    issuers: BTreeMap<Issuer, Vec<Option<Doubt>>>,
}

/// An issuer, wherever it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Issuer {
    /// `Issuer`, `ClusterIssuer`.
    kind: String,
    name: String,
}

impl Manifests {
    /// Adds those of a file.
    pub fn add(&mut self, file: FileId, text: &[u8]) -> Result<(), Error> {
        for resource in &kubernetes::resources(file, text)? {
            let is_ours = resource.get("apiVersion").and_then(Node::as_str).is_some_and(|it| it.starts_with(GROUP));
            match kubernetes::kind(resource) {
                "Certificate" if is_ours => self.certificates.extend(certificate(resource)),
                kind @ ("Issuer" | "ClusterIssuer") if is_ours => {
                    let name = kubernetes::name(resource).and_then(|name| certain(name).ok());
                    let issuer = name.map(|name| Issuer { kind: kind.to_owned(), name: name.to_owned() });
                    if let Some(issuer) = issuer {
                        self.issuers.entry(issuer).or_default().push(doubt(resource));
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The certificates, each with what stands against its issuer. One whose issuer is not here is taken at its word.
    pub fn into_certificates(self) -> Vec<Declared> {
        let Self { certificates, issuers } = self;
        let judged = certificates.into_iter().map(|(mut declared, issuer)| {
            let doubts = issuers.get(&issuer).map(Vec::as_slice).unwrap_or_default();
            let issues_well = doubts.iter().any(Option::is_none);
            let doubt = doubts.iter().copied().flatten().next().filter(|_| !issues_well);
            declared.doubt = declared.doubt.or(doubt);
            declared
        });
        judged.collect()
    }
}

/// A certificate of a server, as it is asked for, and by whom it is to be issued.
fn certificate(resource: &Node) -> Option<(Declared, Issuer)> {
    let spec = resource.get("spec")?;
    if spec.get("isCA").and_then(Node::truth) == Some(true) {
        return None;
    }
    let nodes = spec.get("dnsNames").map(Node::items).unwrap_or_default().iter().chain(spec.get("commonName"));
    let dns_names = nodes.take(MOST_NAMES).filter_map(|node| certain(node).ok()).map(str::to_owned).collect();
    let reference = spec.get("issuerRef");
    let said = |key: &str| reference.and_then(|reference| certain(reference.get(key)?).ok());
    let issuer =
        Issuer { kind: said("kind").unwrap_or("Issuer").to_owned(), name: said("name").unwrap_or_default().to_owned() };
    let name = kubernetes::name(resource);
    let declared = Declared {
        by: format!("Certificate {}", name.and_then(Node::as_str).unwrap_or("without a name")).into(),
        place: name.unwrap_or(resource).place,
        names: dns_names,
        lasts: None,
        doubt: (!is_for_servers(spec)).then_some(Doubt::NotForServers),
    };
    Some((declared, issuer))
}

/// Whether it may be that of a server. Without a word of either side it is for both.
fn is_for_servers(spec: &Node) -> bool {
    let usages = spec.get("usages").map(Node::items).unwrap_or_default();
    let has = |usage: &str| usages.iter().any(|node| node.is(usage));
    !has("client auth") || has("server auth") || has("any")
}

/// What stands against all that an issuer issues: an ACME authority is a public one, but for those for tests, and so may be what
/// Venafi asks.
fn doubt(issuer: &Node) -> Option<Doubt> {
    let spec = issuer.get("spec")?;
    if spec.get("selfSigned").is_some() {
        return Some(Doubt::SelfSigned);
    }
    if spec.get("ca").or_else(|| spec.get("vault")).is_some() {
        return Some(Doubt::PrivateAuthority);
    }
    Doubt::of_acme(certain(spec.path(&["acme", "server"])?).ok()?)
}
