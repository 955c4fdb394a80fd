//! From the events of the parser to the tree.

use std::borrow::Cow;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use saphyr_parser::{Event, ScalarStyle, ScanError, Span as Marks, Tag};

use super::scalar;
use crate::formats::Error;
use crate::formats::tree::{Entry, Kind, Node};
use crate::text::{FileId, Place, Span, Traced};

/// Lists and maps within each other.
const MAX_DEPTH: u32 = 100;

/// What a file may come to with every alias written out, beside its own length: a few lines of aliases to aliases have no bound.
/// A value counts as one, and text as a quarter of its length besides.
const MAX_WEIGHT: u32 = 1_000_000;

/// Collects the documents.
pub(super) struct Builder<'a> {
    file: FileId,
    text: &'a str,
    offsets: Offsets,
    open: Vec<Open>,
    anchors: FxHashMap<usize, Built>,
    documents: Vec<Node>,
    weight: u32,
    max_weight: u32,
}

/// A finished value, what it counts when written out, and how deep it is.
#[derive(Clone)]
struct Built {
    node: Node,
    weight: u32,
    height: u32,
}

/// A list or map of which the end is still to come; a map's keys and values take turns.
struct Open {
    is_map: bool,
    anchor: usize,
    tag: Option<Arc<str>>,
    start: Place,
    nodes: Vec<Node>,
    weight: u32,
    height: u32,
}

/// The value of nothing.
pub(super) fn nothing(place: Place) -> Node {
    Node { place, kind: Kind::Word(Arc::new(Traced::verbatim(b"", place))) }
}

impl<'a> Builder<'a> {
    pub(super) fn new(file: FileId, text: &'a str) -> Self {
        Self {
            file,
            text,
            offsets: Offsets::of(text),
            open: Vec::new(),
            anchors: FxHashMap::default(),
            documents: Vec::new(),
            weight: 0,
            max_weight: u32::try_from(text.len()).unwrap_or(u32::MAX).saturating_add(MAX_WEIGHT),
        }
    }

    pub(super) fn finish(self) -> Vec<Node> {
        self.documents
    }

    pub(super) fn syntax_error(&self, error: &ScanError) -> Error {
        let at = self.offsets.byte(self.text, error.marker().index());
        let end = self.text.get(at..).and_then(|rest| rest.chars().next()).map_or(at, |char| at + char.len_utf8());
        Error { place: self.place(at..end), message: format!("this is no YAML: {}", error.info()) }
    }

    /// Takes one event of the parser.
    pub(super) fn take(&mut self, event: Event<'_>, marks: Marks) -> Result<(), Error> {
        let span = self.span(marks);
        let place = self.place(span.clone());
        match event {
            Event::DocumentStart(_) => self.anchors.clear(),
            Event::Scalar(text, style, anchor, tag) => {
                let kind = self.scalar(&text, style, tag.as_deref(), anchor != 0 || tag.is_some(), span);
                let place = match &kind {
                    Kind::Word(text) | Kind::Text(text) => text.whole(),
                    _ => place,
                };
                let node = tagged(Node { place, kind }, custom(tag));
                let weight = u32::try_from(1 + text.len() / 4).unwrap_or(u32::MAX);
                self.put(Built { node, weight, height: 0 }, anchor)?;
            }
            Event::SequenceStart(anchor, tag) => self.open(false, anchor, tag, place)?,
            Event::MappingStart(anchor, tag) => self.open(true, anchor, tag, place)?,
            Event::SequenceEnd | Event::MappingEnd => self.close(place)?,
            Event::Alias(anchor) => {
                let Some(built) = self.anchors.get(&anchor).cloned() else {
                    let message = "the alias stands in the value that it names, or names one of another document";
                    return Err(Error { place, message: message.to_owned() });
                };
                self.put(built, 0)?;
            }
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
        }
        Ok(())
    }

    fn scalar(
        &self,
        text: &str,
        style: ScalarStyle,
        tag: Option<&Tag>,
        has_properties: bool,
        span: std::ops::Range<usize>,
    ) -> Kind {
        let traced = Arc::new(scalar::trace((self.file, self.text), span, style, has_properties, text));
        // `!` and `!!str` say of a bare word that it is text.
        let is_text = tag.is_some_and(|tag| tag.suffix == "str" || tag.suffix.is_empty() && tag.handle == "!");
        if style == ScalarStyle::Plain && !is_text { Kind::Word(traced) } else { Kind::Text(traced) }
    }

    fn open(&mut self, is_map: bool, anchor: usize, tag: Option<Cow<'_, Tag>>, start: Place) -> Result<(), Error> {
        if self.open.len() >= MAX_DEPTH as usize {
            return Err(Error { place: start, message: format!("more than {MAX_DEPTH} levels of lists and maps") });
        }
        let tag = custom(tag);
        self.open.push(Open { is_map, anchor, tag, start, nodes: Vec::new(), weight: 1, height: 0 });
        Ok(())
    }

    fn close(&mut self, end: Place) -> Result<(), Error> {
        let Some(open) = self.open.pop() else { return Ok(()) };
        // The end of what is written without brackets is where the next thing begins.
        let place = match (end.span.is_empty(), open.nodes.last()) {
            (false, _) => open.start.to(end),
            (true, Some(last)) if last.place.span.start >= open.start.span.start => open.start.to(last.place),
            (true, _) => open.start,
        };
        let kind = if open.is_map { Kind::Map(entries(open.nodes).into()) } else { Kind::List(open.nodes.into()) };
        let node = tagged(Node { place, kind }, open.tag);
        self.put(Built { node, weight: open.weight, height: open.height + 1 }, open.anchor)
    }

    /// Puts a value where it belongs: into the list or map that is open, or as a document.
    fn put(&mut self, built: Built, anchor: usize) -> Result<(), Error> {
        let place = built.node.place;
        if anchor != 0 {
            self.anchors.insert(anchor, built.clone());
        }
        let depth = u32::try_from(self.open.len()).unwrap_or(u32::MAX);
        if depth.saturating_add(built.height) > MAX_DEPTH {
            return Err(Error { place, message: format!("more than {MAX_DEPTH} levels of lists and maps") });
        }
        // What is in an open list is counted when that is closed.
        let weight = if let Some(open) = self.open.last_mut() {
            open.weight = open.weight.saturating_add(built.weight);
            open.height = open.height.max(built.height);
            open.nodes.push(built.node);
            open.weight
        } else {
            self.weight = self.weight.saturating_add(built.weight);
            self.documents.push(built.node);
            self.weight
        };
        if weight > self.max_weight {
            let message = "the file comes to too much when its aliases are followed".to_owned();
            return Err(Error { place, message });
        }
        Ok(())
    }

    fn span(&self, marks: Marks) -> std::ops::Range<usize> {
        let start = self.offsets.byte(self.text, marks.start.index());
        start..self.offsets.byte(self.text, marks.end.index()).max(start)
    }

    fn place(&self, span: std::ops::Range<usize>) -> Place {
        Place::new(self.file, Span::of(span))
    }
}

/// The tag, where it is none of YAML's own.
fn custom(tag: Option<Cow<'_, Tag>>) -> Option<Arc<str>> {
    let tag = tag.filter(|tag| !(tag.is_yaml_core_schema() || tag.handle == "!" && tag.suffix.is_empty()))?;
    Some(format!("{}{}", tag.handle, tag.suffix).into())
}

fn tagged(node: Node, tag: Option<Arc<str>>) -> Node {
    match tag {
        Some(tag) => Node { place: node.place, kind: Kind::Tagged(tag, Arc::new(node)) },
        None => node,
    }
}

/// Keys and values in turn, made entries. What a merge key names is put in its place: the later of two entries counts, as for
/// octoDNS and for Kubernetes. A merge of what is no map stays, for the reader to wonder at.
fn entries(nodes: Vec<Node>) -> Vec<Entry> {
    let mut entries = Vec::with_capacity(nodes.len() / 2);
    let mut nodes = nodes.into_iter();
    while let (Some(key), Some(value)) = (nodes.next(), nodes.next()) {
        if key.word() != Some("<<") {
            entries.push(Entry { key, value });
            continue;
        }
        match &value.kind {
            Kind::Map(merged) => entries.extend(merged.iter().cloned()),
            // The first of several maps counts.
            Kind::List(maps) if maps.iter().all(Node::is_map) => {
                entries.extend(maps.iter().rev().flat_map(|map| map.entries().iter().cloned()));
            }
            _ => entries.push(Entry { key, value }),
        }
    }
    entries
}

/// From the index of a character, by which the parser counts, to the offset of its first byte.
struct Offsets {
    /// The offset of every [`Offsets::STEP`]th character; none where all are ASCII.
    steps: Vec<usize>,
}

impl Offsets {
    const STEP: usize = 64;

    fn of(text: &str) -> Self {
        if text.is_ascii() {
            return Self { steps: Vec::new() };
        }
        Self { steps: text.char_indices().step_by(Self::STEP).map(|(at, _)| at).collect() }
    }

    fn byte(&self, text: &str, index: usize) -> usize {
        if self.steps.is_empty() {
            return index.min(text.len());
        }
        let Some(&start) = self.steps.get(index / Self::STEP) else { return text.len() };
        let rest = &text[start..];
        rest.char_indices().nth(index % Self::STEP).map_or(text.len(), |(at, _)| start + at)
    }
}
