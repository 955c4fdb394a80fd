//! A zone file: owner names, each with a record or a list of them.

use std::sync::Arc;

use super::Options;
use super::include::{self, Includes};
use super::join::{Set, Sets};
use crate::dns::{Data, ListedGap, Listing, Name, NameScope, Record, Rtype, Target};
use crate::formats::names::{absolute, ascii, name, rtype};
use crate::formats::tree::{Entry, Kind, Node};
use crate::formats::{Error, yaml};
use crate::text::{FileId, Place, Reason, Span, Traced, TracedBuilder, clipped};

/// The records that a file holds of the zone `apex`; without what other files hold that it includes.
pub fn zone(file: FileId, text: &[u8], apex: &Name, options: &Options) -> Result<Listing, Error> {
    zone_with(file, text, apex, options, &mut |_, _| None)
}

/// As [`zone`], with the files that it includes.
pub fn zone_with(
    file: FileId,
    text: &[u8],
    apex: &Name,
    options: &Options,
    includes: &mut Includes<'_>,
) -> Result<Listing, Error> {
    let root = include::resolve(yaml::document(file, text)?, includes);
    let mut reader = Reader { apex, options, sets: Sets::default(), partial: options.doubt.clone() };
    match &root.kind {
        Kind::Map(entries) => reader.entries(entries),
        Kind::Tagged(..) => reader.opaque(&root),
        _ if root.is_null() => {}
        _ => {
            let message = "a zone of octoDNS is a map of names to records".to_owned();
            return Err(Error { place: root.place, message });
        }
    }
    if let Some(reason) = options.doubt.clone() {
        reader.sets.gap(ListedGap { scope: NameScope::Any, rtype: None, reason });
    }
    let place = root.entries().first().map_or_else(|| Place::new(file, Span::new(0, 0)), |entry| entry.key.place);
    let partial = reader.partial;
    Ok(reader.sets.listing(Listing {
        apex: apex.clone(),
        told_by: "the name of the file".into(),
        place,
        partial,
        records: Vec::new(),
        gaps: Vec::new(),
    }))
}

struct Reader<'a> {
    apex: &'a Name,
    options: &'a Options,
    sets: Sets,
    partial: Option<Reason>,
}

/// A record, or a set of records, on the way.
struct Scope<'a> {
    owner: &'a Target,
    data: &'a Node,
    place: Place,
    ttl: (u32, Place),
}

impl Reader<'_> {
    fn entries(&mut self, entries: &[Entry]) {
        let mut last: rustc_hash::FxHashMap<&[u8], usize> = rustc_hash::FxHashMap::default();
        for (at, entry) in entries.iter().enumerate() {
            last.insert(key_bytes(&entry.key), at);
        }
        for (at, entry) in entries.iter().enumerate() {
            // Python's dict: the last of two.
            if last.get(key_bytes(&entry.key)) == Some(&at) {
                self.entry(entry);
            }
        }
    }

    fn entry(&mut self, entry: &Entry) {
        if entry.key.word() == Some("<<") {
            return self.opaque(&entry.value);
        }
        let owner = match self.owner(&entry.key) {
            Ok(owner) => owner,
            Err(reason) => return self.sets.gap(ListedGap { scope: NameScope::Any, rtype: None, reason }),
        };
        for data in entry.value.items_or_self() {
            let place = if entry.value.is_list() { data.place } else { entry_place(entry) };
            self.record(&owner, data, place);
        }
    }

    /// Something that may hold any records.
    fn opaque(&mut self, node: &Node) {
        let reason = not_read(node);
        self.partial.get_or_insert(reason.clone());
        self.sets.gap(ListedGap { scope: NameScope::Any, rtype: None, reason });
    }

    fn owner(&self, key: &Node) -> Result<Target, Reason> {
        let text = match (key.truth(), key.is_null(), key.as_str()) {
            // Python writes them so, and DNS knows no case.
            (Some(truth), ..) => {
                if truth {
                    "true"
                } else {
                    "false"
                }
            }
            (None, true, _) => "none",
            (None, false, Some(text)) => text,
            (None, false, None) => {
                // `''` is text, and no null; what is left is a list or a map.
                return Err(Reason::at(key.place, "the name of the record is no text"));
            }
        };
        let found = if text.is_empty() { Some(self.apex.clone()) } else { name(text, Some(self.apex)) };
        match found {
            Some(name) => Ok(Target { name, written: text.into(), place: key.place, way: Box::default() }),
            None => Err(Reason::at(key.place, format!("`{}` is no name", clipped(text.as_bytes(), 60)))),
        }
    }

    fn record(&mut self, owner: &Target, data: &Node, place: Place) {
        let at_owner = |rtype, reason| ListedGap { scope: NameScope::Owner(owner.name.clone()), rtype, reason };
        if !data.is_map() {
            return self.sets.gap(at_owner(None, not_read(data)));
        }
        let Some(kind) = data.get("type").and_then(Node::as_str) else {
            let reason = match data.get("<<").or_else(|| data.get("type")) {
                Some(node) => not_read(node),
                None => Reason::at(data.place, "the record has no `type`"),
            };
            return self.sets.gap(at_owner(None, reason));
        };
        if let Some(rtypes) = alias(kind) {
            let why =
                format!("a record of type {kind} has the addresses of another name, which octoDNS does not resolve");
            for rtype in rtypes {
                self.sets.gap(at_owner(Some(rtype), Reason::at(data.place, why.clone())));
            }
            return;
        }
        let rtype = rtype(kind);
        let ttl = data.get("ttl").and_then(|node| Some((u32::try_from(node.number()?).ok()?, node.place)));
        let (default, default_place) = self.options.default_ttl;
        let ttl = ttl.unwrap_or((default, default_place.unwrap_or(place)));
        let scope = Scope { owner, data, place, ttl };
        let set = match self.values(&scope, rtype) {
            Ok(records) => Set { records, gaps: Vec::new() },
            Err(reason) => Set { records: Vec::new(), gaps: vec![at_owner(Some(rtype), reason)] },
        };
        self.sets.put(&owner.name, rtype, set, self.options.replaces);
    }

    fn values(&self, scope: &Scope<'_>, rtype: Rtype) -> Result<Vec<Record>, Reason> {
        self.is_managed(scope.data)?;
        if rtype == Rtype::Other {
            return Ok(vec![scope.record(Data::Other, scope.place)]);
        }
        for key in ["dynamic", "geo"] {
            if let Some(node) = scope.data.get(key).filter(|node| !node.is_null()) {
                let why = format!("the record is answered by where the question comes from (`{key}`)");
                return Err(Reason::at(node.place, why));
            }
        }
        let values = values(scope.data, rtype)?;
        let only = values.len() == 1;
        let record = |value: &Node| {
            let data = self.data(rtype, value)?;
            Ok(scope.record(data, if only { scope.place } else { value.place }))
        };
        values.iter().map(record).collect()
    }

    /// Whether octoDNS publishes the record at all.
    fn is_managed(&self, data: &Node) -> Result<(), Reason> {
        let Some(settings) = data.get("octodns") else { return Ok(()) };
        if let Some(node) = settings.get("ignored").filter(|node| node.truth() == Some(true)) {
            return Err(Reason::at(node.place, "octoDNS leaves alone what is published here (`ignored: true`)"));
        }
        let targets = &self.options.targets;
        let lists = |node: &Node, target: &str| node.items_or_self().iter().any(|item| item.is(target));
        for (key, is_left_out) in [("excluded", true), ("included", false)] {
            let Some(node) = settings.get(key).filter(|node| !node.is_null()) else { continue };
            if !targets.is_empty() && targets.iter().all(|target| lists(node, target) == is_left_out) {
                let why = format!("octoDNS publishes this record at none of the zone's targets (`{key}`)");
                return Err(Reason::at(node.place, why));
            }
        }
        Ok(())
    }

    fn data(&self, rtype: Rtype, value: &Node) -> Result<Data, Reason> {
        match rtype {
            Rtype::Txt => {
                let text = value.text().ok_or_else(|| not_read(value))?;
                self.is_final(text)?;
                Ok(Data::Txt(raw(text, self.options.escaped_semicolons)))
            }
            Rtype::Mx => self.mx(value),
            Rtype::A => address(value).map(Data::A),
            Rtype::Aaaa => address(value).map(Data::Aaaa),
            Rtype::Cname => self.target(value).map(Data::Cname),
            Rtype::Ns => self.target(value).map(Data::Ns),
            Rtype::Other => Ok(Data::Other),
        }
    }

    fn mx(&self, value: &Node) -> Result<Data, Reason> {
        // The second names are those of old files.
        let either = |first: &str, second: &str| {
            let found = value.get(first).or_else(|| value.get(second));
            found.ok_or_else(|| match value.get("<<") {
                Some(node) => not_read(node),
                None if value.is_map() => Reason::at(value.place, format!("the MX record has no `{first}`")),
                None => not_read(value),
            })
        };
        let exchange = self.target(either("exchange", "value")?)?;
        let preference = either("preference", "priority")?;
        match preference.number().and_then(|number| u16::try_from(number).ok()) {
            Some(preference) => Ok(Data::Mx { preference, exchange }),
            None => Err(Reason::at(preference.place, "the preference is no number from 0 to 65535")),
        }
    }

    /// A name in the data; they are all absolute, with the final dot or without.
    fn target(&self, value: &Node) -> Result<Target, Reason> {
        let text = value.text().ok_or_else(|| not_read(value))?;
        self.is_final(text)?;
        let bad = || Reason::at(value.place, "the value is no name");
        let written = ascii(value.as_str().ok_or_else(bad)?).ok_or_else(bad)?;
        let name = Name::parse(written.as_bytes(), None).map_err(|_| bad())?;
        let written = absolute(value.as_str().unwrap_or_default());
        Ok(Target { name, written, place: value.place, way: Box::default() })
    }

    /// Whether no template is filled in.
    fn is_final(&self, text: &Traced) -> Result<(), Reason> {
        if self.options.is_templated && text.bytes().contains(&b'{') {
            return Err(Reason::at(text.whole(), "a processor fills in what stands in `{}`"));
        }
        Ok(())
    }
}

impl Scope<'_> {
    fn record(&self, data: Data, place: Place) -> Record {
        Record { owner: self.owner.clone(), ttl: Some(self.ttl), data, place, comment: None }
    }
}

fn key_bytes(key: &Node) -> &[u8] {
    match &key.kind {
        Kind::Word(text) | Kind::Text(text) => text.bytes(),
        _ => b"",
    }
}

/// From the name to the end of the record; only the name where the record stands elsewhere (an alias, an included file).
fn entry_place(entry: &Entry) -> Place {
    let (key, value) = (entry.key.place, entry.value.place);
    if key.file == value.file && value.span.start >= key.span.end { key.to(value) } else { key }
}

/// The types that take their addresses from another name, and as which these are served.
fn alias(kind: &str) -> Option<[Rtype; 2]> {
    (kind == "ALIAS" || kind.ends_with("/ALIAS")).then_some([Rtype::A, Rtype::Aaaa])
}

/// `values`, else `value`; a CNAME has only that.
fn values(data: &Node, rtype: Rtype) -> Result<&[Node], Reason> {
    let found = match rtype {
        Rtype::Cname => data.get("value"),
        _ => data.get("values").or_else(|| data.get("value")),
    };
    let Some(node) = found.or_else(|| data.get("<<")) else {
        return Err(Reason::at(data.place, "the record has no value"));
    };
    match node.items_or_self() {
        [] => Err(Reason::at(node.place, "the record has no value")),
        [only] if only.is_null() => Err(Reason::at(node.place, "the record has no value")),
        values => Ok(values),
    }
}

/// Why a value is none that we can use.
fn not_read(node: &Node) -> Reason {
    match &node.kind {
        Kind::Tagged(tag, path) if &**tag == "!include" => {
            let path = clipped(path.as_str().unwrap_or_default().as_bytes(), 60);
            Reason::at(node.place, format!("`{path}`, which is included here, is not in the repository, or is no YAML"))
        }
        Kind::Tagged(tag, _) => Reason::at(node.place, format!("octoDNS does not know the tag `{tag}`")),
        _ if node.is_null() => Reason::at(node.place, "a value is missing"),
        _ => Reason::at(node.place, "the value is none that a record of this type has"),
    }
}

/// TXT as it is published: octoDNS takes quotes away that are around it, joins strings, and unescapes semicolons. Where these
/// need no escape, a backslash before one is a backslash.
fn raw(text: &Arc<Traced>, escaped_semicolons: bool) -> Traced {
    let bytes = text.bytes();
    let is_quoted = bytes.first() == Some(&b'"');
    let (mut at, end) = if is_quoted { (1, bytes.len().max(2) - 1) } else { (0, bytes.len()) };
    let mut builder = TracedBuilder::new(text.whole());
    while at < end {
        let rest = &bytes[at..end];
        let len = if rest.starts_with(b"\" \"") {
            3
        } else if escaped_semicolons && rest.starts_with(b"\\;") {
            builder.push(b";", text.place(Span::of(at..at + 2)), false, None);
            2
        } else {
            let special =
                rest.iter().skip(1).position(|byte| matches!(byte, b'"' | b'\\')).map_or(rest.len(), |at| at + 1);
            builder.append_part(text, Span::of(at..at + special));
            special
        };
        at += len;
    }
    builder.finish()
}

fn address<T: std::str::FromStr>(value: &Node) -> Result<T, Reason> {
    let parsed = value.as_str().and_then(|text| text.parse().ok());
    parsed.ok_or_else(|| Reason::at(value.place, "the value is no address of this type"))
}
