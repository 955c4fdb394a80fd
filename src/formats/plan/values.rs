//! The values of a resource.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::marks::Marks;
use crate::formats::Error;
use crate::formats::json::{Key, Peeked, Reader};
use crate::hcl::convert;
use crate::hcl::value::{List, ListKind, Map, Origin, Symbol, Unknown, Value};
use crate::text::{Place, Reason};

/// Bytes of the address of a resource, and of a path in it: every value that is not known has them.
pub(super) const MAX_PATH: usize = 2000;

/// What is said of the values of one resource.
#[derive(Clone, Copy)]
pub(super) struct Values<'a> {
    /// Its address, and where that is written.
    pub(super) address: &'a Arc<str>,
    pub(super) place: Place,
    pub(super) unknown: &'a Marks,
    pub(super) sensitive: &'a Marks,
    /// The names of members so far: resources of one type have the same.
    pub(super) names: &'a Names,
}

/// Texts of which each is kept once.
#[derive(Default)]
pub(super) struct Names(RefCell<FxHashSet<Arc<str>>>);

impl Names {
    fn of(&self, key: &Key<'_>) -> Arc<str> {
        let text = key.traced();
        let mut known = self.0.borrow_mut();
        let text = text.text();
        if let Some(name) = known.get(&*text) {
            return Arc::clone(name);
        }
        let name: Arc<str> = text.into();
        known.insert(Arc::clone(&name));
        name
    }
}

/// Where a value is in its resource: spelt out only where it is not known.
enum Path<'a> {
    Start,
    Member(&'a Path<'a>, &'a str),
    Item(&'a Path<'a>, usize),
}

impl Values<'_> {
    /// The value that comes next, which is all of the resource. Members that are `null` are left out, as what is not set.
    pub(super) fn read(&self, reader: &mut Reader<'_>) -> Result<Value, Error> {
        self.value(reader, &Path::Start)
    }

    fn value(&self, reader: &mut Reader<'_>, path: &Path<'_>) -> Result<Value, Error> {
        if self.sensitive.is_all() {
            reader.skip()?;
            return Ok(self.hidden(path));
        }
        if self.unknown.is_all() {
            reader.skip()?;
            return Ok(self.after_apply(path));
        }
        match reader.peek()? {
            Peeked::Object => self.object(reader, path),
            Peeked::Array => self.list(reader, path),
            Peeked::String => Ok(Value::String(Arc::new(reader.string()?))),
            Peeked::Word => {
                let (word, place) = reader.word()?;
                Ok(match word {
                    "null" => Value::Null(Origin::at(place)),
                    "true" | "false" => Value::Bool(word == "true", Origin::at(place)),
                    digits => convert::number(digits, place)
                        .unwrap_or_else(|_| Value::unknown(place, "the number is none that can be read")),
                })
            }
        }
    }

    fn object(&self, reader: &mut Reader<'_>, path: &Path<'_>) -> Result<Value, Error> {
        let mut entries = BTreeMap::new();
        let place = reader.object(|reader, key| {
            let key = self.names.of(&key);
            let inner = Self { unknown: self.unknown.of(&key), sensitive: self.sensitive.of(&key), ..*self };
            match inner.value(reader, &Path::Member(path, &key))? {
                Value::Null(_) => drop(entries.remove(&key)),
                value => drop(entries.insert(key, value)),
            }
            Ok(())
        })?;
        // What is not known has no member; and what is both has none that could be read.
        for key in self.unknown.whole_members() {
            let is_hidden = self.sensitive.of(&key).is_all();
            let path = Path::Member(path, &key);
            let value = if is_hidden { self.hidden(&path) } else { self.after_apply(&path) };
            entries.insert(key, value);
        }
        Ok(Value::Map(Map { is_object: true, keys: None, entries: Arc::new(entries), origin: Origin::at(place) }))
    }

    fn list(&self, reader: &mut Reader<'_>, path: &Path<'_>) -> Result<Value, Error> {
        let mut items = Vec::new();
        let place = reader.array(|reader| {
            let at = items.len();
            let inner = Self { unknown: self.unknown.at(at), sensitive: self.sensitive.at(at), ..*self };
            items.push(inner.value(reader, &Path::Item(path, at))?);
            Ok(())
        })?;
        for index in items.len()..self.unknown.items() {
            let is_all = self.unknown.at(index).is_all();
            items.extend(is_all.then(|| self.after_apply(&Path::Item(path, index))));
        }
        Ok(Value::List(List { kind: ListKind::List, items: Arc::new(items), origin: Origin::at(place) }))
    }

    fn after_apply(&self, path: &Path<'_>) -> Value {
        let path = path.spelt();
        let why = format!("`{}` is known only after apply", self.full(&path));
        // A path that was cut short is not the value's own.
        let symbol = (path.len() < MAX_PATH)
            .then(|| Symbol { address: Arc::clone(self.address), attribute: path.as_str().into() });
        let unknown = Unknown { symbol, ..Unknown::new(self.place, Reason::at(self.place, why)) };
        Value::Unknown(Arc::new(unknown))
    }

    /// A secret: nothing points to where it is written.
    fn hidden(&self, path: &Path<'_>) -> Value {
        Value::unknown(self.place, format!("`{}` is marked as sensitive in the plan", self.full(&path.spelt())))
    }

    fn full(&self, path: &str) -> String {
        if path.is_empty() { self.address.to_string() } else { format!("{}.{path}", self.address) }
    }
}

impl Path<'_> {
    /// As it is written in a configuration; up to a length.
    fn spelt(&self) -> String {
        let mut out = String::new();
        self.spell(&mut out);
        out
    }

    fn spell(&self, out: &mut String) {
        match self {
            Path::Start => {}
            Path::Member(parent, name) => {
                parent.spell(out);
                if !out.is_empty() {
                    out.push('.');
                }
                out.extend(name.chars().take(MAX_PATH.saturating_sub(out.len())));
            }
            Path::Item(parent, index) => {
                parent.spell(out);
                // Writing to a String cannot fail.
                let _ = write!(out, "[{index}]");
            }
        }
    }
}
