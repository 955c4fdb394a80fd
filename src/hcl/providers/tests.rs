//! Resources in, records and policies out.

mod certificates;
mod hosted;
mod hostile;
mod provider_rows;
mod zone_of;

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::*;
use crate::dns::{Data, NameScope, Record};
use crate::hcl::value::{List, ListKind, Map, Origin, Symbol, Unknown};
use crate::text::{Bytes, FileId, Hole, Note, Span, TracedBuilder};

/// A repository without files.
struct NoFiles;

impl Files for NoFiles {
    fn paths(&self) -> &[Arc<str>] {
        &[]
    }

    fn open(&self, _path: &str) -> Option<(FileId, Bytes)> {
        None
    }
}

fn place() -> Place {
    Place::new(FileId(0), Span::new(0, 4))
}

/// A value as JSON writes it. `${a.b.attribute}` alone is that attribute, unknown; in a text it is a hole.
fn value(json: &Json) -> Value {
    let origin = Origin::at(place());
    match json {
        Json::Null => Value::Null(origin),
        Json::Bool(yes) => Value::Bool(*yes, origin),
        Json::Number(number) => Value::Number(Arc::new(number.to_string().parse().unwrap()), origin),
        Json::String(text) => text_of(text),
        Json::Array(items) => {
            let items = items.iter().map(value).collect();
            Value::List(List { kind: ListKind::Tuple, items: Arc::new(items), origin })
        }
        Json::Object(entries) => {
            let entries: BTreeMap<Arc<str>, Value> =
                entries.iter().map(|(key, json)| (key.as_str().into(), value(json))).collect();
            Value::Map(Map { is_object: true, keys: None, entries: Arc::new(entries), origin })
        }
    }
}

fn text_of(text: &str) -> Value {
    let reason = |name: &str| Reason::nowhere(format!("`{name}` is not known"));
    let whole = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}')).filter(|name| !name.contains('$'));
    if let Some(name) = whole {
        let (address, attribute) = match name.strip_prefix("var.") {
            Some(_) => (name, ""),
            None => name.rsplit_once('.').unwrap(),
        };
        let symbol = Symbol { address: address.into(), attribute: attribute.into() };
        return Value::Unknown(Arc::new(Unknown { symbol: Some(symbol), ..Unknown::new(place(), reason(name)) }));
    }
    let mut builder = TracedBuilder::new(place());
    for (at, part) in text.split("${").enumerate() {
        let (name, rest) = if at == 0 { ("", part) } else { part.split_once('}').unwrap() };
        if at > 0 {
            let hole = Hole { reason: reason(name), is_exact: false };
            builder.push(b"?", place(), false, Some(Arc::new(Note { hole: Some(hole), ..Note::default() })));
        }
        builder.push(rest.as_bytes(), place(), false, None);
    }
    Value::String(Arc::new(builder.finish()))
}

/// `address` is `kind.name`, `data.kind.name`, or that in a module; its last parts count.
fn resource(address: &str, body: &Json) -> Resource {
    let (module, own) = match address.strip_prefix("module.") {
        Some(rest) => {
            let (module, own) = rest.split_once('.').unwrap();
            (format!("module.{module}"), own)
        }
        None => (String::new(), address),
    };
    let (is_data, own) = own.strip_prefix("data.").map_or((false, own), |own| (true, own));
    let key = own.split_once("[\"").and_then(|(_, key)| key.strip_suffix("\"]"));
    Resource {
        is_data,
        kind: own.split('.').next().unwrap().into(),
        address: address.into(),
        module: module.into(),
        key: key.map(Into::into),
        place: place(),
        way: Vec::new(),
        body: value(body),
        uncertain: None,
    }
}

fn published(resources: &[Resource]) -> Published {
    read(resources, &NoFiles, "")
}

/// `owner TYPE data`, and `?` for what is not known.
fn shown(zones: &[Listing]) -> Vec<String> {
    let mut lines = Vec::new();
    for zone in zones {
        lines.extend(zone.records.iter().map(shown_record));
        lines.extend(zone.gaps.iter().map(|gap| {
            let scope = match &gap.scope {
                NameScope::Any => "*".to_owned(),
                NameScope::Owner(name) => name.to_string(),
                NameScope::Pattern { front, back } => format!("{front}*{back}"),
            };
            format!("{scope} {} ?", gap.rtype.map_or("any", crate::dns::Rtype::as_str))
        }));
    }
    lines
}

fn shown_record(record: &Record) -> String {
    let data = match &record.data {
        Data::Txt(text) => text.shown(),
        Data::Mx { preference, exchange } => format!("{preference} {}", exchange.name),
        Data::A(ip) => ip.to_string(),
        Data::Aaaa(ip) => ip.to_string(),
        Data::Cname(target) | Data::Ns(target) => target.name.to_string(),
        Data::Other => String::new(),
    };
    format!("{} {} {data}", record.owner.name, record.data.rtype().as_str()).trim_end().to_owned()
}
