//! Policies in Kubernetes' `ConfigMap`s, from which a web server takes them.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::Error;
use super::kubernetes;
use super::tree::{Entry, Node};
use crate::dns::Name;
use crate::mta_sts::hosted::{Hosted, Serving};
use crate::text::FileId;

/// Whether a file that begins with `head` holds a `ConfigMap` with a policy.
pub fn looks_like(head: &[u8]) -> bool {
    let has = |word: &[u8]| memchr::memmem::find(head, word).is_some();
    has(b"ConfigMap") && (has(b"mta-sts.txt") || has(b"STSv1"))
}

/// The policies of a file. What tells the domain is the name of the `ConfigMap` (`mta-sts.example.com`) or of the value in it;
/// the hosts `mta-sts.<domain>` that the file routes are beside it.
pub fn read(file: FileId, text: &[u8]) -> Result<Vec<Hosted>, Error> {
    let resources = kubernetes::resources(file, text)?;
    let beside = routed(&resources);
    let maps = resources.iter().filter(|resource| kubernetes::kind(resource) == "ConfigMap");
    Ok(maps.flat_map(|map| policies(map, &beside)).collect())
}

fn policies(map: &Node, beside: &[Name]) -> Vec<Hosted> {
    let data = map.get("data").map(Node::entries).unwrap_or_default();
    data.iter().filter(|entry| is_policy(entry)).filter_map(|entry| policy(map, entry, beside)).collect()
}

/// By its name, or by how it begins.
fn is_policy(entry: &Entry) -> bool {
    let begins = |text: &str| {
        text.trim_start().strip_prefix("version:").is_some_and(|rest| rest.trim_start().starts_with("STSv1"))
    };
    entry.key.is("mta-sts.txt") || entry.value.as_str().is_some_and(begins)
}

fn policy(map: &Node, entry: &Entry, beside: &[Name]) -> Option<Hosted> {
    let (name, key) = (kubernetes::name(map), &entry.key);
    let domain = [name, Some(key)].into_iter().flatten().find_map(|node| told(node.as_str()?));
    let by: Arc<str> = format!("ConfigMap {}", name.and_then(Node::as_str).unwrap_or("without a name")).into();
    Some(Hosted {
        by,
        place: name.map_or(key.place, |name| name.place),
        body: Ok(kubernetes::fill(entry.value.text()?)),
        beside: if domain.is_some() { Vec::new() } else { beside.to_vec() },
        domains: domain.into_iter().collect(),
        serving: Serving::default(),
    })
}

/// The mail domain that a name tells: `mta-sts.example.com`, `example.com.txt`.
fn told(name: &str) -> Option<Name> {
    let name = name.strip_suffix(".txt").unwrap_or(name);
    let domain = name.strip_prefix("mta-sts.").unwrap_or(name);
    let is_domain = domain.contains('.') && psl::domain_str(domain).is_some() && !domain.starts_with("mta-sts");
    Name::parse(domain.as_bytes(), None)
        .ok()
        .filter(|name| is_domain && kubernetes::blanks(name.as_str().as_bytes()).is_empty())
}

/// Of several domains none is meant: nobody needs many.
const MAX_ROUTED: usize = 8;

/// The mail domains of the hosts `mta-sts.<domain>` of `Ingress`es and routes, in order.
fn routed(resources: &[Node]) -> Vec<Name> {
    let mut domains: Vec<Name> = Vec::new();
    for resource in resources {
        let spec = |key: &str| resource.path(&["spec", key]).map(Node::items).unwrap_or_default();
        let hosts: Vec<&Node> = match kubernetes::kind(resource) {
            "Ingress" => spec("rules").iter().filter_map(|rule| rule.get("host")).collect(),
            "HTTPRoute" | "TLSRoute" => spec("hostnames").iter().collect(),
            _ => continue,
        };
        for host in hosts.into_iter().filter_map(|host| kubernetes::certain(host).ok()) {
            let domain = host.strip_prefix("mta-sts.").and_then(|domain| Name::parse(domain.as_bytes(), None).ok());
            domains.extend(domain.filter(|domain| domains.len() < MAX_ROUTED && !domains.contains(domain)));
        }
    }
    domains
}
