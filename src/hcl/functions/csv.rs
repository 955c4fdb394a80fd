//! `csvdecode`: RFC 4180 as Go reads it, each field with its place.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Fault;
use super::arguments::Arguments;
use super::lists::MAX_ITEMS;
use crate::hcl::value::{Keys, List, ListKind, Map, Origin, Value};
use crate::text::{Span, Traced, TracedBuilder};

/// `csvdecode(text)`: the first row names the columns.
pub(super) fn csvdecode(given: &Arguments<'_>) -> Result<Value, Fault> {
    let text = given.text(0);
    let refuse = |message: &str| given.fault(message);
    let mut reader = Reader { text: &text, bytes: text.bytes(), at: 0 };
    let header = reader.row().map_err(refuse)?.ok_or_else(|| refuse("there is no row of names"))?;
    let names: Vec<Arc<str>> = header.iter().map(|name| name.text().into()).collect();
    let keys: Keys = names.iter().cloned().zip(header.into_iter().map(Arc::new)).collect();
    if keys.len() != names.len() {
        return Err(refuse("two columns have one name"));
    }
    let keys = Arc::new(keys);
    let mut rows = Vec::new();
    let mut count = 0;
    loop {
        let start = reader.at;
        let Some(fields) = reader.row().map_err(refuse)? else { break };
        if fields.len() != names.len() {
            return Err(refuse("a row has another number of fields than the first"));
        }
        count += fields.len();
        if count > MAX_ITEMS {
            return Ok(given.unknown_because("the table is too long to be worked out here"));
        }
        let values = fields.into_iter().map(|field| Value::String(Arc::new(field)));
        let entries: BTreeMap<Arc<str>, Value> = names.iter().cloned().zip(values).collect();
        let origin = Origin::at(text.place(Span::of(start..reader.at)));
        rows.push(Value::Map(Map {
            is_object: true,
            keys: Some(Arc::clone(&keys)),
            entries: Arc::new(entries),
            origin,
        }));
    }
    Ok(Value::List(List { kind: ListKind::List, items: Arc::new(rows), origin: Origin::at(text.whole()) }))
}

struct Reader<'a> {
    text: &'a Traced,
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    /// The next row that is not empty; `None` at the end.
    fn row(&mut self) -> Result<Option<Vec<Traced>>, &'static str> {
        while self.line_end() > 0 {
            self.at += self.line_end();
        }
        if self.at >= self.bytes.len() {
            return Ok(None);
        }
        let mut fields = Vec::new();
        loop {
            let field = if self.bytes.get(self.at) == Some(&b'"') { self.quoted()? } else { self.bare()? };
            fields.push(field);
            if self.bytes.get(self.at) == Some(&b',') {
                self.at += 1;
                continue;
            }
            self.at += self.line_end();
            return Ok(Some(fields));
        }
    }

    /// How many bytes the end of a line has that is here; 0 if none is.
    fn line_end(&self) -> usize {
        match self.bytes.get(self.at..) {
            Some([b'\r', b'\n', ..]) => 2,
            // A carriage return alone is one at the end of the text only.
            Some([b'\n', ..] | [b'\r']) => 1,
            _ => 0,
        }
    }

    fn bare(&mut self) -> Result<Traced, &'static str> {
        let start = self.at;
        while self.at < self.bytes.len() && self.bytes[self.at] != b',' && self.line_end() == 0 {
            if self.bytes[self.at] == b'"' {
                return Err("a quote stands inside a field without quotes");
            }
            self.at += 1;
        }
        Ok(self.text.part(Span::of(start..self.at)))
    }

    fn quoted(&mut self) -> Result<Traced, &'static str> {
        let open = self.at;
        self.at += 1;
        let mut parts = Vec::new();
        loop {
            let start = self.at;
            let rest = self.bytes.get(start..).unwrap_or_default();
            let plain = rest.iter().position(|byte| *byte == b'"' || *byte == b'\r').ok_or("a quote is not closed")?;
            self.at += plain;
            // A quote that is doubled stands for one, and a carriage return before a line feed for nothing.
            let (kept, skipped) = match &self.bytes[self.at..] {
                [b'"', b'"', ..] => (1, 2),
                [b'\r', b'\n', ..] => (0, 1),
                [b'\r', ..] => (1, 1),
                _ => {
                    parts.push(Span::of(start..self.at));
                    break;
                }
            };
            parts.push(Span::of(start..self.at + kept));
            self.at += skipped;
        }
        self.at += 1;
        if self.at < self.bytes.len() && self.bytes[self.at] != b',' && self.line_end() == 0 {
            return Err("text follows a quote that closes");
        }
        let mut out = TracedBuilder::new(self.text.place(Span::of(open..self.at)));
        for span in parts {
            out.append_part(self.text, span);
        }
        Ok(out.finish())
    }
}
