//! What arguments refer to: `configuration` lists it, and nothing more of the expressions.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::values::MAX_PATH;
use crate::formats::Error;
use crate::formats::json::{Peeked, Reader};
use crate::hcl::resource::Resource;
use crate::hcl::value::Symbol;

/// From variable to variable, and from output to output.
const MAX_STEPS: u32 = 20;

/// Modules in modules.
const MAX_MODULES: u32 = 32;

/// References of one expression; one with more refers to more than one thing.
const MAX_REFERENCES: usize = 32;

/// The references of every module, by its path without instances: `module.a.module.b`.
#[derive(Default)]
pub(super) struct References {
    modules: FxHashMap<String, Module>,
}

#[derive(Default)]
struct Module {
    /// By address: `aws_route53_record.mx`, `data.aws_route53_zone.main`.
    resources: FxHashMap<String, Block>,
    outputs: FxHashMap<String, Vec<String>>,
    calls: FxHashMap<String, Block>,
}

/// A resource, or the call of a module.
#[derive(Default)]
struct Block {
    arguments: FxHashMap<String, Vec<String>>,
    /// Those of `for_each`.
    each: Vec<String>,
}

/// The instances that there are of every resource, by its address without its own key.
pub(super) struct Instances(FxHashMap<String, Vec<Arc<str>>>);

impl Instances {
    pub(super) fn of(resources: &[Resource]) -> Self {
        let mut instances: FxHashMap<String, Vec<Arc<str>>> = FxHashMap::default();
        for resource in resources {
            instances.entry(split_key(&resource.address).0.to_owned()).or_default().push(Arc::clone(&resource.address));
        }
        Self(instances)
    }

    /// The address of the instance of `base` that is meant: the one with the key, or the only one.
    fn find(&self, base: &str, key: Option<&str>) -> Option<Arc<str>> {
        let all = self.0.get(base)?;
        let keyed = key.map(|key| format!("{base}[{key}]"));
        let with_key = keyed.and_then(|keyed| all.iter().find(|address| ***address == keyed[..]));
        match (with_key, &all[..]) {
            (Some(address), _) | (None, [address]) => Some(Arc::clone(address)),
            _ => None,
        }
    }
}

impl References {
    /// Reads `configuration`; of resources those of the wanted types.
    pub(super) fn read(reader: &mut Reader<'_>, wanted: &dyn Fn(&str) -> bool) -> Result<Self, Error> {
        let mut references = Self::default();
        members(reader, |reader, key| match key {
            "root_module" => references.module(reader, "", wanted, 0),
            _ => reader.skip().map(drop),
        })?;
        Ok(references)
    }

    fn module(
        &mut self,
        reader: &mut Reader<'_>,
        path: &str,
        wanted: &dyn Fn(&str) -> bool,
        depth: u32,
    ) -> Result<(), Error> {
        if depth > MAX_MODULES || path.len() > MAX_PATH {
            return reader.skip().map(drop);
        }
        let mut module = Module::default();
        members(reader, |reader, key| match key {
            "resources" => list(reader, |reader| module.resource(reader, wanted)),
            "outputs" => members(reader, |reader, name| {
                members(reader, |reader, key| match key {
                    "expression" => {
                        module.outputs.insert(name.to_owned(), expression(reader)?);
                        Ok(())
                    }
                    _ => reader.skip().map(drop),
                })
            }),
            "module_calls" => members(reader, |reader, name| {
                let mut inner = None;
                let call = block(reader, |reader, key| {
                    let place = reader.skip()?;
                    if key == "module" {
                        inner = Some(place);
                    }
                    Ok(())
                })?;
                module.calls.insert(name.to_owned(), call);
                match inner {
                    Some(place) => self.module(&mut reader.again(place), &join(path, name), wanted, depth + 1),
                    None => Ok(()),
                }
            }),
            _ => reader.skip().map(drop),
        })?;
        self.modules.insert(path.to_owned(), module);
        Ok(())
    }

    /// The name of what the argument `name` of `resource` refers to, if that is one thing and all that it refers to.
    pub(super) fn symbol(&self, resource: &Resource, name: &str, instances: &Instances) -> Option<Symbol> {
        let (base, key) = split_key(&resource.address);
        let in_module = base.strip_prefix(&*resource.module).map(|base| base.trim_start_matches('.'))?;
        let block = self.modules.get(&without_keys(&resource.module))?.resources.get(in_module)?;
        let scope = Scope { references: self, instances, module: resource.module.to_string(), key, block: Some(block) };
        scope.follow(block.arguments.get(name)?, MAX_STEPS)
    }
}

impl Module {
    fn resource(&mut self, reader: &mut Reader<'_>, wanted: &dyn Fn(&str) -> bool) -> Result<(), Error> {
        let (mut address, mut kind) = (None, None);
        let block = block(reader, |reader, key| {
            if reader.peek()? != Peeked::String {
                return reader.skip().map(drop);
            }
            match key {
                "address" => address = Some(reader.string()?.text().into_owned()),
                "type" => kind = Some(reader.string()?.text().into_owned()),
                _ => drop(reader.skip()?),
            }
            Ok(())
        })?;
        if let (Some(address), true) = (address, kind.is_some_and(|kind| wanted(&kind))) {
            self.resources.insert(address, block);
        }
        Ok(())
    }
}

/// Where references are followed from.
struct Scope<'a> {
    references: &'a References,
    instances: &'a Instances,
    /// The address of the module instance.
    module: String,
    /// The key of the resource, or of the call.
    key: Option<&'a str>,
    block: Option<&'a Block>,
}

impl Scope<'_> {
    fn follow(&self, references: &[String], left: u32) -> Option<Symbol> {
        let left = left.checked_sub(1)?;
        let (subject, uses_key) = subject(references)?;
        let key = self.key.filter(|_| uses_key);
        let segments = segments(subject);
        match segments.first()?.name {
            "var" => self.variable(&segments, left),
            "module" => self.output(&segments, key, left),
            "each" => {
                // `each.value.zone_id` of `for_each = aws_route53_zone.main`.
                let (over, _) = self::subject(&self.block?.each)?;
                let over = self::segments(over);
                let attribute = segments.get(2..).unwrap_or_default();
                self.thing(&over, self.key, attribute)
            }
            "local" => Some(Symbol { address: self.address(subject).into(), attribute: "".into() }),
            "path" | "terraform" | "tofu" | "count" | "self" => None,
            _ => self.thing(&segments, key, &[]),
        }
    }

    /// A resource or data source of this module.
    fn thing(&self, segments: &[Segment<'_>], key: Option<&str>, more: &[Segment<'_>]) -> Option<Symbol> {
        let len = if segments.first()?.name == "data" { 3 } else { 2 };
        let last = segments.get(len - 1)?;
        let names: Vec<&str> = segments[..len].iter().map(|segment| segment.name).collect();
        let base = self.address(&names.join("."));
        let address = match last.key {
            Some(key) => Arc::from(format!("{base}[{key}]")),
            None => self.instances.find(&base, key)?,
        };
        let rest = segments[len..].iter().chain(more);
        let attribute: Vec<String> = rest.map(Segment::written).collect();
        Some(Symbol { address, attribute: attribute.join(".").into() })
    }

    /// What the module is given.
    fn variable(&self, segments: &[Segment<'_>], left: u32) -> Option<Symbol> {
        let name = segments.get(1)?;
        let own = || Symbol { address: self.address(&format!("var.{}", name.name)).into(), attribute: "".into() };
        if segments.len() > 2 || name.key.is_some() {
            return None;
        }
        let (parent, call, key) = parent(&self.module)?;
        let block = self.references.modules.get(&without_keys(parent))?.calls.get(call)?;
        let scope = Scope { module: parent.to_owned(), key, block: Some(block), ..*self };
        match block.arguments.get(name.name) {
            Some(references) => scope.follow(references, left),
            None => Some(own()),
        }
    }

    /// What a module that is called here gives.
    fn output(&self, segments: &[Segment<'_>], key: Option<&str>, left: u32) -> Option<Symbol> {
        let [_, call, output] = segments else { return None };
        let base = self.address(&format!("module.{}", call.name));
        let key = call.key.or(key);
        let module = key.map_or(base.clone(), |key| format!("{base}[{key}]"));
        let references = self.references.modules.get(&without_keys(&base))?.outputs.get(output.name)?;
        let scope = Scope { module, key: None, block: None, ..*self };
        scope.follow(references, left)
    }

    fn address(&self, inner: &str) -> String {
        if self.module.is_empty() { inner.to_owned() } else { format!("{}.{inner}", self.module) }
    }
}

/// The only thing that is referred to, and whether the key of the instance is used with it. A reference that is the beginning of
/// another is the same.
fn subject(references: &[String]) -> Option<(&str, bool)> {
    let is_key = |reference: &str| matches!(reference, "each.key" | "count.index");
    let mut subject: Option<&str> = None;
    for reference in references.iter().map(String::as_str).filter(|reference| !is_key(reference)) {
        let goes_on = |long: &str, short: &str| {
            long.strip_prefix(short).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        subject = match subject {
            None => Some(reference),
            Some(known) if goes_on(known, reference) => Some(known),
            Some(known) if goes_on(reference, known) => Some(reference),
            Some(_) => return None,
        };
    }
    Some((subject?, references.iter().any(|reference| is_key(reference))))
}

/// A part of an address: `main["a"]`.
struct Segment<'a> {
    name: &'a str,
    /// As it is written, without brackets.
    key: Option<&'a str>,
}

impl Segment<'_> {
    fn written(&self) -> String {
        self.key.map_or_else(|| self.name.to_owned(), |key| format!("{}[{key}]", self.name))
    }
}

fn segments(address: &str) -> Vec<Segment<'_>> {
    let mut segments = Vec::new();
    let mut rest = address;
    while !rest.is_empty() {
        let (segment, next) = rest.split_at(segment_len(rest));
        let (name, key) = split_key(segment);
        segments.push(Segment { name, key });
        rest = next.strip_prefix('.').unwrap_or(next);
    }
    segments
}

/// Up to the dot that is in no bracket.
fn segment_len(text: &str) -> usize {
    let (mut is_quoted, mut is_escaped, mut open) = (false, false, 0_u32);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_quoted => is_escaped = true,
            b'"' => is_quoted = !is_quoted,
            b'[' if !is_quoted => open += 1,
            b']' if !is_quoted => open = open.saturating_sub(1),
            b'.' if !is_quoted && open == 0 && at > 0 => return at,
            _ => {}
        }
    }
    text.len()
}

/// An address without the key at its end, and that key.
fn split_key(address: &str) -> (&str, Option<&str>) {
    let Some(front) = address.strip_suffix(']') else { return (address, None) };
    let mut start = 0;
    // The last segment: a key may hold brackets of its own.
    while let Some(len) = Some(segment_len(&address[start..])).filter(|len| start + len < address.len()) {
        start += len + 1;
    }
    match address[start..].find('[') {
        Some(open) => (&address[..start + open], front.get(start + open + 1..)),
        None => (address, None),
    }
}

/// The address of a module without the keys of its instances.
fn without_keys(address: &str) -> String {
    segments(address).iter().map(|segment| segment.name).collect::<Vec<_>>().join(".")
}

/// The module that calls this one, the name of the call, and its key.
fn parent(module: &str) -> Option<(&str, &str, Option<&str>)> {
    let segments = segments(module);
    let last = segments.last()?;
    let (front, key) = split_key(module);
    let rest = front.strip_suffix(last.name)?.strip_suffix("module.")?;
    Some((rest.strip_suffix('.').unwrap_or(rest), last.name, key))
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { format!("module.{name}") } else { format!("{path}.module.{name}") }
}

/// A resource or call: its arguments; `other` is given what is none of these.
fn block(
    reader: &mut Reader<'_>,
    mut other: impl FnMut(&mut Reader<'_>, &str) -> Result<(), Error>,
) -> Result<Block, Error> {
    let mut block = Block::default();
    members(reader, |reader, key| match key {
        "expressions" => members(reader, |reader, name| {
            block.arguments.insert(name.to_owned(), expression(reader)?);
            Ok(())
        }),
        "for_each_expression" => {
            block.each = expression(reader)?;
            Ok(())
        }
        _ => other(reader, key),
    })?;
    Ok(block)
}

/// The references of an expression; none of nested blocks.
fn expression(reader: &mut Reader<'_>) -> Result<Vec<String>, Error> {
    let mut references = Vec::new();
    members(reader, |reader, key| match key {
        "references" => list(reader, |reader| {
            match reader.peek()? {
                Peeked::String => references.push(reader.string()?.text().into_owned()),
                _ => drop(reader.skip()?),
            }
            Ok(())
        }),
        _ => reader.skip().map(drop),
    })?;
    if references.len() > MAX_REFERENCES || references.iter().any(|reference| reference.len() > MAX_PATH) {
        references.clear();
    }
    Ok(references)
}

/// Goes through an object; past anything else.
fn members(
    reader: &mut Reader<'_>,
    mut each: impl FnMut(&mut Reader<'_>, &str) -> Result<(), Error>,
) -> Result<(), Error> {
    match reader.peek()? {
        Peeked::Object => reader.object(|reader, key| each(reader, &key.traced().text())).map(drop),
        _ => reader.skip().map(drop),
    }
}

/// Goes through a list; past anything else.
fn list(reader: &mut Reader<'_>, each: impl FnMut(&mut Reader<'_>) -> Result<(), Error>) -> Result<(), Error> {
    match reader.peek()? {
        Peeked::Array => reader.array(each).map(drop),
        _ => reader.skip().map(drop),
    }
}
