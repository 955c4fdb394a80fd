//! `ExternalDNS`: the records of `DNSEndpoint` resources.
//!
//! It adds to zones that exist elsewhere, so a listing is never the whole of its zone. Nor is the zone told: the records are
//! put under the domain that somebody registered.

mod endpoint;
#[cfg(test)]
mod tests;

use rustc_hash::FxHashMap;

use self::endpoint::Endpoint;
use super::Error;
use super::kubernetes::{self, blanks};
use super::tree::Node;
use crate::dns::{ListedGap, Listing, Name, NameScope};
use crate::text::{FileId, Place, Reason, clipped};

/// Whether a file that begins with `head` holds `DNSEndpoint`s.
pub fn looks_like(head: &[u8]) -> bool {
    memchr::memmem::find(head, b"DNSEndpoint").is_some() && memchr::memmem::find(head, b"kind").is_some()
}

/// What the `DNSEndpoint`s of a file declare: a listing for each domain, in the order of the file.
pub fn read(file: FileId, text: &[u8]) -> Result<Vec<Listing>, Error> {
    let resources = kubernetes::resources(file, text)?;
    let mut domains = Domains::default();
    for resource in resources.iter().filter(|resource| is_endpoints(resource)) {
        let endpoints = resource.path(&["spec", "endpoints"]).map(Node::items).unwrap_or_default();
        for node in endpoints {
            domains.add(node);
        }
    }
    Ok(domains.listings)
}

/// `ExternalDNS`'s own, and those of NGINX's ingress controller, which are the same.
fn is_endpoints(resource: &Node) -> bool {
    let version = resource.get("apiVersion").and_then(Node::as_str).unwrap_or_default();
    kubernetes::kind(resource) == "DNSEndpoint" && version.starts_with("externaldns.")
}

#[derive(Default)]
struct Domains {
    listings: Vec<Listing>,
    index: FxHashMap<Name, usize>,
}

impl Domains {
    fn add(&mut self, node: &Node) {
        let Some(dns_name) = node.get("dnsName") else { return };
        match owner(dns_name) {
            Ok((apex, owner)) => {
                let listing = self.listing(apex, dns_name.place);
                Endpoint::new(node, owner, dns_name).add_to(listing);
            }
            Err((apex, reason)) => {
                let gap = ListedGap { scope: NameScope::Any, rtype: None, reason };
                self.listing(apex, dns_name.place).gaps.push(gap);
            }
        }
    }

    fn listing(&mut self, apex: Name, place: Place) -> &mut Listing {
        let at = *self.index.entry(apex.clone()).or_insert_with(|| {
            let why = "ExternalDNS adds to a zone that is kept elsewhere";
            self.listings.push(Listing {
                apex,
                told_by: "the registered part of its names".into(),
                place,
                partial: Some(Reason::at(place, why)),
                records: Vec::new(),
                gaps: Vec::new(),
            });
            self.listings.len() - 1
        });
        &mut self.listings[at]
    }
}

/// The domain that a name belongs to, and the name. What is filled in stands for a domain of its own, if the name ends with it:
/// `_mta-sts.${DOMAIN}`. Else only the domain is told, and why the name is not known.
fn owner(node: &Node) -> Result<(Name, Name), (Name, Reason)> {
    let text = node.as_str().unwrap_or_default();
    let bad = |reason: Reason| (domain(text).unwrap_or_else(|| Name::symbolic(text)), reason);
    if let [blank] = &blanks(text.as_bytes())[..] {
        let front = &text[..blank.span.start as usize];
        let apex = Name::symbolic(blank.name(text));
        let owner = match front.strip_suffix('.') {
            Some(labels) => apex.child(labels),
            None if front.is_empty() => Some(apex.clone()),
            None => None,
        };
        if let Some(owner) = owner.filter(|_| matches!(&text[blank.span.end as usize..], "" | ".")) {
            return Ok((apex, owner));
        }
    }
    let text = kubernetes::certain(node).map_err(bad)?;
    let name = Name::parse(text.as_bytes(), None);
    let name = name.map_err(|error| {
        bad(Reason::at(node.place, format!("`{}` is no name: {error}", clipped(text.as_bytes(), 60))))
    })?;
    Ok((domain(name.as_str()).unwrap_or_else(|| name.clone()), name))
}

/// The domain that somebody registered, of which `name` is one.
fn domain(name: &str) -> Option<Name> {
    let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
    if !blanks(name.as_bytes()).iter().all(|blank| (blank.span.end as usize) < name.len()) {
        return None;
    }
    Name::parse(psl::domain_str(&name)?.as_bytes(), None).ok().filter(|name| !name.as_str().contains(['{', '}', '$']))
}
