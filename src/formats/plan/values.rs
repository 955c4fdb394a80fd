//! The values of a resource.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::marks::Marks;
use crate::formats::Error;
use crate::formats::json::{Peeked, Reader};
use crate::hcl::convert;
use crate::hcl::value::{List, ListKind, Map, Origin, Symbol, Unknown, Value};
use crate::text::{Place, Reason};

/// Bytes of the address of a resource, and of a path in it: every value that is not known has them.
pub(super) const MAX_PATH: usize = 2000;

/// What is said of the values of one resource.
pub(super) struct Values<'a> {
    /// Its address, and where that is written.
    pub(super) address: &'a Arc<str>,
    pub(super) place: Place,
    pub(super) unknown: &'a Marks,
    pub(super) sensitive: &'a Marks,
}

impl Values<'_> {
    /// The value that comes next: `path` is where it is in the resource, empty for all of it. Members that are `null` are left
    /// out, as what is not set.
    pub(super) fn read(&self, reader: &mut Reader<'_>, path: &str) -> Result<Value, Error> {
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

    fn object(&self, reader: &mut Reader<'_>, path: &str) -> Result<Value, Error> {
        let mut entries = BTreeMap::new();
        let place = reader.object(|reader, key| {
            let key: Arc<str> = key.traced().text().into();
            let inner = self.inner(self.unknown.of(&key), self.sensitive.of(&key));
            match inner.read(reader, &below(path, &key))? {
                Value::Null(_) => drop(entries.remove(&key)),
                value => drop(entries.insert(key, value)),
            }
            Ok(())
        })?;
        // What is not known has no member; and what is both has none that could be read.
        for key in self.unknown.whole_members() {
            let path = below(path, &key);
            let is_hidden = self.sensitive.of(&key).is_all();
            entries.insert(key, if is_hidden { self.hidden(&path) } else { self.after_apply(&path) });
        }
        Ok(Value::Map(Map { is_object: true, keys: None, entries: Arc::new(entries), origin: Origin::at(place) }))
    }

    fn list(&self, reader: &mut Reader<'_>, path: &str) -> Result<Value, Error> {
        let mut items = Vec::new();
        let place = reader.array(|reader| {
            let inner = self.inner(self.unknown.at(items.len()), self.sensitive.at(items.len()));
            items.push(inner.read(reader, &item(path, items.len()))?);
            Ok(())
        })?;
        for index in items.len()..self.unknown.items() {
            let is_all = self.unknown.at(index).is_all();
            items.extend(is_all.then(|| self.after_apply(&item(path, index))));
        }
        Ok(Value::List(List { kind: ListKind::List, items: Arc::new(items), origin: Origin::at(place) }))
    }

    fn inner<'b>(&'b self, unknown: &'b Marks, sensitive: &'b Marks) -> Values<'b> {
        Values { address: self.address, place: self.place, unknown, sensitive }
    }

    fn after_apply(&self, path: &str) -> Value {
        let why = format!("`{}` is known only after apply", below(self.address, path));
        // A path that was cut short is not the value's own.
        let symbol = Symbol { address: Arc::clone(self.address), attribute: path.into() };
        let symbol = Some(symbol).filter(|_| path.len() < MAX_PATH);
        let unknown = Unknown { symbol, ..Unknown::new(self.place, Reason::at(self.place, why)) };
        Value::Unknown(Arc::new(unknown))
    }

    /// A secret: nothing points to where it is written.
    fn hidden(&self, path: &str) -> Value {
        Value::unknown(self.place, format!("`{}` is marked as sensitive in the plan", below(self.address, path)))
    }
}

fn below(path: &str, key: &str) -> String {
    match (path, key) {
        ("", _) => clip(key.to_owned()),
        (_, "") => path.to_owned(),
        _ => clip(format!("{path}.{key}")),
    }
}

fn item(path: &str, index: usize) -> String {
    clip(format!("{path}[{index}]"))
}

fn clip(mut path: String) -> String {
    if path.len() > MAX_PATH {
        let end = (0..=MAX_PATH).rev().find(|at| path.is_char_boundary(*at));
        path.truncate(end.unwrap_or(0));
    }
    path
}
