//! A value of JSON or YAML with the place of each of its parts: what every reader of this layer works from.

use std::sync::Arc;

use crate::text::{Place, Traced};

/// A value, and where it is written. A clone shares its parts.
#[derive(Clone, Debug)]
pub struct Node {
    /// Quotes, brackets and braces included; of a block in YAML's indented style from its first key or item to its last.
    pub place: Place,
    /// What it is.
    pub kind: Kind,
}

/// The kinds of values.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A bare word: JSON's `true`, `12` and `null`, and any text that YAML lets stand without quotes. What it means is decided
    /// by who asks ([`Node::truth`], [`Node::number`], [`Node::text`]).
    Word(Arc<Traced>),
    /// Text in quotes, or a block of lines in YAML.
    Text(Arc<Traced>),
    /// Values in a row.
    List(Arc<[Node]>),
    /// Values by key, in the order of the source. A key may come twice.
    Map(Arc<[Entry]>),
    /// A value with a tag that is none of YAML's own: `!include common.yaml`.
    Tagged(Arc<str>, Arc<Node>),
}

/// A key and its value.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key; in JSON a text.
    pub key: Node,
    /// The value.
    pub value: Node,
}

impl Node {
    /// The value of `key`, if this is a map that has it. Of two the last, as every reader of JSON and YAML that we know has it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// As [`Node::get`], with the key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().rev().find(|entry| entry.key.is(key))
    }

    /// The value that lies under `keys`, each in the map before it.
    pub fn path(&self, keys: &[&str]) -> Option<&Node> {
        keys.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The entries of a map; none of anything else.
    pub fn entries(&self) -> &[Entry] {
        match &self.kind {
            Kind::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; none of anything else.
    pub fn items(&self) -> &[Node] {
        match &self.kind {
            Kind::List(items) => items,
            _ => &[],
        }
    }

    /// The items of a list, and anything else as the only item.
    pub fn items_or_self(&self) -> &[Node] {
        match &self.kind {
            Kind::List(items) => items,
            _ => std::slice::from_ref(self),
        }
    }

    /// Whether it is a map.
    pub fn is_map(&self) -> bool {
        matches!(self.kind, Kind::Map(_))
    }

    /// Whether it is a list.
    pub fn is_list(&self) -> bool {
        matches!(self.kind, Kind::List(_))
    }

    /// Its text, or the word that it is; none of `null`, a list or a map.
    pub fn text(&self) -> Option<&Arc<Traced>> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            Kind::Word(word) if !self.is_null() => Some(word),
            _ => None,
        }
    }

    /// As [`Node::text`], as a string.
    pub fn as_str(&self) -> Option<&str> {
        self.text().and_then(|text| std::str::from_utf8(text.bytes()).ok())
    }

    /// Whether its text is `text`.
    pub fn is(&self, text: &str) -> bool {
        self.as_str() == Some(text)
    }

    /// The bare word that it is, if it is one.
    pub fn word(&self) -> Option<&str> {
        match &self.kind {
            Kind::Word(word) => std::str::from_utf8(word.bytes()).ok(),
            _ => None,
        }
    }

    /// Whether it is `null`, `~` or nothing at all.
    pub fn is_null(&self) -> bool {
        matches!(self.word(), Some("" | "~" | "null" | "Null" | "NULL"))
    }

    /// `true` and `false`, and the other words of YAML 1.1 for them, which `PyYAML` and Kubernetes read.
    pub fn truth(&self) -> Option<bool> {
        match self.word()? {
            "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Some(true),
            "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Some(false),
            _ => None,
        }
    }

    /// A whole number in decimal digits, in quotes too: those who ask for one convert it.
    pub fn number(&self) -> Option<u64> {
        let text = self.as_str()?;
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        text.parse().ok()
    }
}
