//! `yamldecode`: each value has the place where it stands in the text.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use saphyr_parser::{Event, Parser, ScalarStyle, StrInput, Tag};

use super::Fault;
use super::arguments::Arguments;
use super::json_read::origin_in;
use super::lists::MAX_ITEMS;
use super::yaml_scalars::{self, Scalar};
use crate::hcl::convert;
use crate::hcl::value::{Keys, List, ListKind, Map, Value};
use crate::text::{Span, Traced};

/// Deeper values are not read.
const MAX_DEPTH: usize = 100;

/// `yamldecode(text)`.
pub(super) fn yamldecode(given: &Arguments<'_>) -> Result<Value, Fault> {
    let text = given.text(0);
    let shown = given.string(0);
    // Readers of YAML differ in these, and people do not see them.
    let has_tab = |line: &str| line.trim_start_matches(' ').starts_with('\t');
    if shown.contains(['\u{feff}', '\0', '\u{85}', '\u{2028}', '\u{2029}']) || shown.split(['\n', '\r']).any(has_tab) {
        return Ok(given.unknown_because("the YAML is indented by tabs, or holds a mark that is not followed here"));
    }
    let mut loader = Loader {
        text: &text,
        offsets: if shown.is_ascii() { None } else { Some(offsets(&shown)) },
        parser: Parser::new_from_str(&shown),
        anchors: FxHashMap::default(),
        count: 0,
        depth: 0,
    };
    match loader.document() {
        Ok(value) => Ok(value),
        Err(Refusal::Malformed) => Err(given.fault("this is no YAML that Terraform takes")),
        Err(Refusal::Unsure(why)) => Ok(given.unknown_because(why)),
    }
}

/// Why there is no value.
pub(super) enum Refusal {
    Malformed,
    Unsure(&'static str),
}

/// The byte at which each character begins, and the end.
fn offsets(text: &str) -> Vec<usize> {
    text.char_indices().map(|(at, _)| at).chain([text.len()]).collect()
}

struct Loader<'a> {
    text: &'a Traced,
    offsets: Option<Vec<usize>>,
    parser: Parser<'a, StrInput<'a>>,
    /// What anchors stand for, and how many values that is.
    anchors: FxHashMap<usize, (Value, usize)>,
    count: usize,
    depth: usize,
}

impl<'a> Loader<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Span), Refusal> {
        let (event, span) = self.parser.next_event().ok_or(Refusal::Malformed)?.map_err(|_| Refusal::Malformed)?;
        let at = |index: usize| match &self.offsets {
            Some(offsets) => offsets.get(index).copied().unwrap_or(self.text.bytes().len()),
            None => index,
        };
        Ok((event, Span::of(at(span.start.index())..at(span.end.index()))))
    }

    /// One document, and no other.
    fn document(&mut self) -> Result<Value, Refusal> {
        if !matches!(self.next()?.0, Event::StreamStart) || !matches!(self.next()?.0, Event::DocumentStart(_)) {
            return Err(Refusal::Malformed);
        }
        let (event, span) = self.next()?;
        let value = self.value(event, span)?;
        if !matches!(self.next()?.0, Event::DocumentEnd) || !matches!(self.next()?.0, Event::StreamEnd) {
            return Err(Refusal::Malformed);
        }
        Ok(value)
    }

    fn value(&mut self, event: Event<'a>, span: Span) -> Result<Value, Refusal> {
        self.count += 1;
        self.depth += 1;
        if self.count > MAX_ITEMS || self.depth > MAX_DEPTH {
            return Err(Refusal::Unsure("the YAML is too large or too deep to be read here"));
        }
        let before = self.count;
        let (value, anchor) = match event {
            Event::Scalar(value, style, anchor, tag) => {
                (self.scalar(&Scalar { value: &value, style, tag: tag.as_deref(), span })?, anchor)
            }
            Event::SequenceStart(anchor, tag) => {
                allows(tag.as_deref(), "seq")?;
                (self.sequence(span)?, anchor)
            }
            Event::MappingStart(anchor, tag) => {
                allows(tag.as_deref(), "map")?;
                (self.mapping(span)?, anchor)
            }
            Event::Alias(anchor) => {
                // An anchor that is not finished yet is refused, too.
                let (value, count) = self.anchors.get(&anchor).cloned().ok_or(Refusal::Malformed)?;
                self.count += count;
                (value, 0)
            }
            _ => return Err(Refusal::Malformed),
        };
        self.depth -= 1;
        if anchor > 0 {
            self.anchors.insert(anchor, (value.clone(), 1 + self.count - before));
        }
        Ok(value)
    }

    fn scalar(&self, scalar: &Scalar<'_>) -> Result<Value, Refusal> {
        yaml_scalars::value(scalar, self.text)
    }

    fn sequence(&mut self, start: Span) -> Result<Value, Refusal> {
        let mut items = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if matches!(event, Event::SequenceEnd) {
                let origin = origin_in(self.text, start.to(span));
                return Ok(Value::List(List { kind: ListKind::Tuple, items: Arc::new(items), origin }));
            }
            items.push(self.value(event, span)?);
        }
    }

    fn mapping(&mut self, start: Span) -> Result<Value, Refusal> {
        let (mut entries, mut keys) = (BTreeMap::new(), Keys::new());
        loop {
            let (event, span) = self.next()?;
            let (value, style, tag) = match event {
                Event::MappingEnd => {
                    let origin = origin_in(self.text, start.to(span));
                    let (entries, keys) = (Arc::new(entries), Some(Arc::new(keys)));
                    return Ok(Value::Map(Map { is_object: true, keys, entries, origin }));
                }
                Event::Scalar(value, style, _, tag) => (value, style, tag),
                Event::Alias(_) => return Err(Refusal::Unsure("the YAML has an alias for a key")),
                _ => return Err(Refusal::Malformed),
            };
            let is_merge = value == "<<" && style == ScalarStyle::Plain && tag.is_none();
            let key = Scalar { value: &value, style, tag: tag.as_deref(), span };
            let name = if is_merge { None } else { Some(name_of(&self.scalar(&key)?)?) };
            let (event, span) = self.next()?;
            let value = self.value(event, span)?;
            match name {
                Some(key) => {
                    let name: Arc<str> = key.text().into();
                    entries.insert(Arc::clone(&name), value);
                    keys.insert(name, key);
                }
                None => merge(&value, &mut entries, &mut keys)?,
            }
        }
    }
}

/// The name that a key stands for: whatever it is, as text.
fn name_of(key: &Value) -> Result<Arc<Traced>, Refusal> {
    match key {
        Value::Unknown(_) => Err(Refusal::Unsure("a key of the YAML is not worked out here")),
        _ => convert::to_text(key, key.place()).map_err(|_| Refusal::Malformed),
    }
}

/// `<<: *anchor`. Of several at once releases differ.
fn merge(value: &Value, entries: &mut BTreeMap<Arc<str>, Value>, keys: &mut Keys) -> Result<(), Refusal> {
    match value {
        Value::Map(map) => {
            entries.extend(map.entries.iter().map(|(name, value)| (Arc::clone(name), value.clone())));
            keys.extend(
                map.keys.iter().flat_map(|keys| keys.iter().map(|(name, key)| (Arc::clone(name), Arc::clone(key)))),
            );
            Ok(())
        }
        Value::List(_) => Err(Refusal::Unsure("the YAML merges several mappings at once")),
        _ => Err(Refusal::Malformed),
    }
}

fn allows(tag: Option<&Tag>, kind: &str) -> Result<(), Refusal> {
    match tag {
        Some(tag) if !(tag.is_yaml_core_schema() && tag.suffix == kind) => Err(Refusal::Malformed),
        _ => Ok(()),
    }
}
