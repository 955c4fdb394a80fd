//! `!include other.yaml`: a value that another file holds.

use super::super::tree::{Entry, Kind, Node};
use super::super::yaml;
use crate::text::{Bytes, FileId};

/// Gives the file that `path` names from the directory of `from`; `None` if it is not there.
pub type Includes<'a> = dyn FnMut(FileId, &str) -> Option<(FileId, Bytes)> + 'a;

/// Files that include each other.
const MAX_DEPTH: u32 = 8;

/// Bytes of all files that are included in one zone, a file that is included twice counted twice.
const MAX_BYTES: usize = 64 << 20;

/// `node` with the values of the files that it includes in their places. What cannot be had stays as it is.
pub(super) fn resolve(node: Node, includes: &mut Includes<'_>) -> Node {
    let mut resolver = Resolver { includes, left: MAX_BYTES };
    resolver.node(node, 0)
}

struct Resolver<'a, 'b> {
    includes: &'a mut Includes<'b>,
    left: usize,
}

impl Resolver<'_, '_> {
    fn node(&mut self, node: Node, depth: u32) -> Node {
        if !has_tag(&node) {
            return node;
        }
        match &node.kind {
            Kind::Tagged(tag, path) if &**tag == "!include" && depth < MAX_DEPTH => {
                self.include(path, depth).unwrap_or(node)
            }
            Kind::List(items) => {
                let items = items.iter().map(|item| self.node(item.clone(), depth)).collect();
                Node { place: node.place, kind: Kind::List(items) }
            }
            Kind::Map(entries) => {
                let entries = entries.iter().flat_map(|entry| self.entry(entry, depth)).collect();
                Node { place: node.place, kind: Kind::Map(entries) }
            }
            _ => node,
        }
    }

    fn include(&mut self, path: &Node, depth: u32) -> Option<Node> {
        let (file, text) = (self.includes)(path.place.file, path.as_str()?).filter(|_| self.left > 0)?;
        // An empty file is not free.
        self.left = self.left.saturating_sub(text.len() + 1024);
        let node = yaml::document(file, &text).ok()?;
        Some(self.node(node, depth + 1))
    }

    /// An entry; of a merge of another file the entries of that.
    fn entry(&mut self, entry: &Entry, depth: u32) -> Vec<Entry> {
        let value = self.node(entry.value.clone(), depth);
        if entry.key.word() == Some("<<") && value.is_map() {
            return value.entries().to_vec();
        }
        vec![Entry { key: entry.key.clone(), value }]
    }
}

/// Whether there is anything to resolve: most files include nothing, and stay as they are.
fn has_tag(node: &Node) -> bool {
    match &node.kind {
        Kind::Word(_) | Kind::Text(_) => false,
        Kind::Tagged(..) => true,
        Kind::List(items) => items.iter().any(has_tag),
        Kind::Map(entries) => entries.iter().any(|entry| has_tag(&entry.value)),
    }
}
