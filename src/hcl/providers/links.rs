//! What leads from a host name to what it serves: buckets, distributions, routes, gateways.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use super::domains;
use super::hosting::{HOSTING, LinkRow};
use super::paths::{self, Scalar};
use crate::dns::Name;
use crate::hcl::resource::Resource;
use crate::hcl::value::Value;

/// Resources that one walk visits; what is farther has nothing to do with it.
const MAX_VISITS: usize = 256;
/// How far from a policy its host name is: object, bucket, backend, map, ...
const MAX_DEPTH: usize = 8;

/// What one resource is called by others: its address, or a name within a provider.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Address(String),
    Name(String),
}

/// Every link, and which of them a key leads to.
#[derive(Debug, Default)]
pub(super) struct Links<'r> {
    nodes: Vec<Node<'r>>,
    by_key: FxHashMap<Key, Vec<usize>>,
}

#[derive(Debug)]
struct Node<'r> {
    resource: &'r Resource,
    row: &'static LinkRow,
    /// Itself and what it refers to.
    keys: Vec<Key>,
    /// To how many different things it refers.
    references: usize,
    domains: BTreeSet<Name>,
}

/// What is known of the hosts that serve something.
#[derive(Debug, Default)]
pub(super) struct Front {
    /// Certainly these.
    pub(super) domains: Vec<Name>,
    /// Or one of these.
    pub(super) perhaps: Vec<Name>,
    /// Something on the way may change the path or the answer.
    pub(super) rewrites: bool,
    /// Paths that stand before those of the object.
    pub(super) prefixes: Vec<String>,
    /// Something stands before the container at all.
    pub(super) is_fronted: bool,
}

impl<'r> Links<'r> {
    /// The links among `resources`.
    pub(super) fn new(resources: &'r [Resource]) -> Self {
        let mut links = Self::default();
        for resource in resources.iter().filter(|resource| !resource.is_data) {
            if let Some(row) = HOSTING.links.get(&*resource.kind) {
                links.add(resource, row);
            }
        }
        links
    }

    fn add(&mut self, resource: &'r Resource, row: &'static LinkRow) {
        let references: Vec<Key> = keys_at(resource, &row.of);
        let different: FxHashSet<&Key> = references.iter().collect();
        let count = different.len();
        let mut keys = vec![Key::Address(resource.address.to_string())];
        keys.extend(keys_at(resource, &row.known_as));
        keys.extend(references);
        for key in &keys {
            let nodes = self.by_key.entry(key.clone()).or_default();
            if nodes.last() != Some(&self.nodes.len()) {
                nodes.push(self.nodes.len());
            }
        }
        let domains = domains_at(&resource.body, &row.names);
        self.nodes.push(Node { resource, row, keys, references: count, domains });
    }

    /// What stands before what has these keys.
    pub(super) fn front(&self, start: &[Key]) -> Front {
        let mut front = Front::default();
        let (mut seen, mut visited): (FxHashSet<&Key>, FxHashSet<usize>) = Default::default();
        let mut domains: BTreeSet<Name> = BTreeSet::new();
        let mut is_shared = false;
        let mut keys: Vec<&Key> = start.iter().collect();
        for _ in 0..MAX_DEPTH {
            let mut next = Vec::new();
            for key in std::mem::take(&mut keys) {
                if !seen.insert(key) {
                    continue;
                }
                for &index in self.by_key.get(key).map(Vec::as_slice).unwrap_or_default() {
                    if visited.len() >= MAX_VISITS {
                        break;
                    }
                    if !visited.insert(index) {
                        continue;
                    }
                    let node = &self.nodes[index];
                    front.pass(node);
                    is_shared |= node.references > 1 && !node.domains.is_empty();
                    domains.extend(node.domains.iter().cloned());
                    next.extend(&node.keys);
                }
            }
            keys = next;
        }
        // One of several hosts before one of several things: which before which cannot be told.
        if domains.len() > 1 && is_shared || visited.len() >= MAX_VISITS {
            front.perhaps = domains.into_iter().collect();
        } else {
            front.domains = domains.into_iter().collect();
        }
        front
    }

    /// The domains whose policy hosts links name, with the module and key of each.
    pub(super) fn hosts(&self) -> impl Iterator<Item = (&'r Resource, &Name)> {
        self.nodes.iter().flat_map(|node| node.domains.iter().map(|domain| (node.resource, domain)))
    }
}

impl Front {
    fn pass(&mut self, node: &Node<'_>) {
        self.is_fronted |= !node.row.of.is_empty();
        self.rewrites |= paths::any(&node.resource.body, &node.row.rewrites);
        for path in &node.row.prefix {
            for slot in paths::values(&node.resource.body, path) {
                match paths::known(slot.value) {
                    Some(prefix) => self.prefixes.push(prefix.trim_matches('/').to_owned()),
                    None => self.rewrites = true,
                }
            }
        }
    }
}

/// The domains of the policy hosts that the texts at `paths` name.
pub(super) fn domains_at(body: &Value, paths: &[String]) -> BTreeSet<Name> {
    let slots = paths.iter().flat_map(|path| paths::values(body, path));
    let texts = slots.filter_map(|slot| match paths::scalar(slot.value) {
        Scalar::Text(text) => Some(domains::of_text(&text)),
        Scalar::Unknown(_) | Scalar::Nothing => None,
    });
    texts.flatten().collect()
}

/// What the values at `paths` refer to.
pub(super) fn keys_at(resource: &Resource, paths: &[String]) -> Vec<Key> {
    let slots = paths.iter().flat_map(|path| paths::values(&resource.body, path));
    slots.filter_map(|slot| key_of(&resource.kind, slot.value)).collect()
}

fn key_of(kind: &str, value: &Value) -> Option<Key> {
    if let Value::Unknown(unknown) = value {
        return unknown.symbol.as_ref().map(|symbol| Key::Address(symbol.address.to_string()));
    }
    let text = paths::known(value)?.to_ascii_lowercase();
    let provider = kind.split('_').next().unwrap_or_default();
    // The hosts of a bucket and of a storage account begin with its name.
    let name = match provider {
        "aws" => text.split(".s3").next().unwrap_or_default(),
        "azurerm" if text.ends_with(".core.windows.net") => text.split('.').next().unwrap_or_default(),
        _ => &*text,
    };
    (!name.is_empty() && name != "$web").then(|| Key::Name(format!("{provider}:{name}")))
}
