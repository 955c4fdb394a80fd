//! Kubernetes manifests: the resources of a file, and text of which a part is filled in before it is applied.

use std::sync::Arc;

use super::tree::Node;
use super::{Error, yaml};
use crate::text::{FileId, Hole, Note, Place, Reason, Span, Traced, TracedBuilder, clipped};

/// Lists of lists.
const MAX_DEPTH: u32 = 4;

/// The resources of a file: its documents, and the items of those that are lists.
pub(super) fn resources(file: FileId, text: &[u8]) -> Result<Vec<Node>, Error> {
    let documents = yaml::documents(file, text).map_err(|error| {
        let is_template = memchr::memmem::find(text, b"{{").is_some();
        let message = "this is a template, and no YAML until it is rendered";
        if is_template { Error { message: message.to_owned(), ..error } } else { error }
    })?;
    let mut resources = Vec::new();
    for document in documents {
        flatten(document, 0, &mut resources);
    }
    Ok(resources)
}

fn flatten(node: Node, depth: u32, resources: &mut Vec<Node>) {
    match node.get("items") {
        Some(items) if depth < MAX_DEPTH && kind(&node).ends_with("List") => {
            items.items().iter().for_each(|item| flatten(item.clone(), depth + 1, resources));
        }
        _ => resources.push(node),
    }
}

/// `kind`.
pub(super) fn kind(resource: &Node) -> &str {
    resource.get("kind").and_then(Node::as_str).unwrap_or_default()
}

/// `metadata.name`.
pub(super) fn name(resource: &Node) -> Option<&Node> {
    resource.path(&["metadata", "name"])
}

/// A part of a text that is filled in: `{{ .Values.domain }}` by Helm, `${DOMAIN}` by Flux or `envsubst`.
pub(super) struct Blank {
    /// With its brackets.
    pub(super) span: Span,
    why: Arc<str>,
}

/// What of `text` is filled in, in order.
pub(super) fn blanks(text: &[u8]) -> Vec<Blank> {
    let mut blanks = Vec::new();
    let mut at = 0;
    while let Some(found) = memchr::memchr2(b'{', b'$', &text[at..]) {
        let start = at + found;
        let (open, close) = match &text[start..] {
            [b'{', b'{', ..] => (2, &b"}}"[..]),
            [b'$', b'{', ..] => (2, &b"}"[..]),
            _ => {
                at = start + 1;
                continue;
            }
        };
        let Some(len) = memchr::memmem::find(&text[start + open..], close) else { break };
        at = start + open + len + close.len();
        let what = clipped(&text[start..at], 60);
        blanks
            .push(Blank { span: Span::of(start..at), why: format!("`{what}` is filled in when it is applied").into() });
    }
    blanks
}

impl Blank {
    /// What is filled in, without its brackets and its default.
    pub(super) fn name<'a>(&self, text: &'a str) -> &'a str {
        let name = text[self.span.range()].trim_matches(['{', '}', '$', ' ', '-']);
        name.split_once(':').map_or(name, |(name, _)| name)
    }

    /// Why it is not known.
    pub(super) fn reason(&self, text: &Traced) -> Reason {
        Reason::at(text.place(self.span), Arc::clone(&self.why))
    }
}

/// `text` with holes where something is filled in.
pub(super) fn fill(text: &Traced) -> Traced {
    let blanks = blanks(text.bytes());
    if blanks.is_empty() {
        return text.clone();
    }
    let mut builder = TracedBuilder::new(text.whole());
    let mut at = 0;
    for blank in blanks {
        builder.append_part(text, Span::new(at, blank.span.start));
        let hole = Hole { reason: blank.reason(text), is_exact: false };
        let note = Note { hole: Some(hole), ..Note::default() };
        builder.push(b"?", text.place(blank.span), false, Some(Arc::new(note)));
        at = blank.span.end;
    }
    builder.append_part(text, Span::new(at, u32::try_from(text.bytes().len()).unwrap_or(u32::MAX)));
    builder.finish()
}

/// The text of a value of which nothing is filled in.
pub(super) fn certain(node: &Node) -> Result<&str, Reason> {
    let Some(text) = node.text() else { return Err(Reason::at(node.place, "the value is no text")) };
    if let Some(blank) = blanks(text.bytes()).first() {
        return Err(blank.reason(text));
    }
    std::str::from_utf8(text.bytes()).map_err(|_| Reason::at(node.place, "the value is no text"))
}

/// The place of `node`'s text, or of all of it.
pub(super) fn place(node: &Node) -> Place {
    node.text().map_or(node.place, |text| text.whole())
}
