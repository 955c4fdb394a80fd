//! The resources of a plan, before and after.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::marks::Marks;
use super::references::{Instances, References};
use super::values::Values;
use crate::formats::Error;
use crate::formats::json::{Key, Peeked, Reader};
use crate::hcl::resource::Resource;
use crate::hcl::value::{Map, Unknown, Value};
use crate::text::{Place, Reason, Traced};

/// Collects the resources.
pub(super) struct Changes<'a> {
    wanted: &'a dyn Fn(&str) -> bool,
    before: Vec<Resource>,
    after: Vec<Resource>,
    /// The addresses of what changes, or is said not to.
    seen: FxHashSet<Arc<str>>,
    /// Why a resource is not planned yet.
    deferred: Option<Reason>,
}

/// What is said of a resource beside its values.
#[derive(Default)]
struct Head {
    address: Option<Traced>,
    module: Option<Arc<str>>,
    kind: Option<Arc<str>>,
    index: Option<Arc<str>>,
    is_data: bool,
    is_deposed: bool,
}

impl<'a> Changes<'a> {
    pub(super) fn new(wanted: &'a dyn Fn(&str) -> bool) -> Self {
        Self { wanted, before: Vec::new(), after: Vec::new(), seen: FxHashSet::default(), deferred: None }
    }

    pub(super) fn finish(self) -> (Vec<Resource>, Vec<Resource>) {
        (self.before, self.after)
    }

    /// `resource_changes`.
    pub(super) fn changes(&mut self, reader: &mut Reader<'_>) -> Result<(), Error> {
        reader.array(|reader| self.change(reader)).map(drop)
    }

    /// `deferred_changes`: what Terraform cannot plan yet.
    pub(super) fn deferred(&mut self, reader: &mut Reader<'_>) -> Result<(), Error> {
        reader.array(|reader| {
            let (mut change, mut reason) = (None, None);
            if reader.peek()? != Peeked::Object {
                return reader.skip().map(drop);
            }
            reader.object(|reader, key| {
                if key.is("reason") && reader.peek()? == Peeked::String {
                    reason = Some(reader.string()?);
                } else if key.is("resource_change") {
                    change = Some(reader.skip()?);
                } else {
                    reader.skip()?;
                }
                Ok(())
            })?;
            let Some(place) = change else { return Ok(()) };
            let why = match &reason {
                Some(reason) => format!("Terraform does not plan it yet (`{}`)", reason.text()),
                None => "Terraform does not plan it yet".to_owned(),
            };
            self.deferred = Some(Reason::at(place, why));
            self.change(&mut reader.again(place))?;
            self.deferred = None;
            Ok(())
        })?;
        Ok(())
    }

    fn change(&mut self, reader: &mut Reader<'_>) -> Result<(), Error> {
        let (mut head, mut change) = (Head::default(), None);
        if reader.peek()? != Peeked::Object {
            return reader.skip().map(drop);
        }
        reader.object(|reader, key| {
            if key.is("change") {
                change = Some(reader.skip()?);
                return Ok(());
            }
            head.member(reader, &key)
        })?;
        // What is left of a resource that was replaced is deleted some day, and nobody asks for it.
        let (Some(place), false) = (change, head.is_deposed) else { return Ok(()) };
        let Some(resource) = head.resource(self.wanted) else { return Ok(()) };
        self.seen.insert(Arc::clone(&resource.address));
        let change = Sides::read(&mut reader.again(place))?;
        let before = Side { values: change.before, unknown: None, sensitive: change.before_sensitive };
        if change.is_forgotten {
            // It stays where it is, and Terraform knows no more of it.
            self.after.extend(before.resource(reader, &resource)?);
        }
        self.before.extend(before.resource(reader, &resource)?);
        let after = Side { values: change.after, unknown: change.after_unknown, sensitive: change.after_sensitive };
        let after = after.resource(reader, &resource)?;
        self.after.extend(after.map(|after| Resource { uncertain: self.deferred.clone(), ..after }));
        Ok(())
    }

    /// `prior_state`: data sources that were read, and resources of which the plan says nothing, as it is limited to others.
    pub(super) fn prior_state(&mut self, reader: &mut Reader<'_>) -> Result<(), Error> {
        let mut root = None;
        in_object(reader, |reader, key| {
            if !key.is("values") {
                return reader.skip().map(drop);
            }
            in_object(reader, |reader, key| {
                let place = reader.skip()?;
                if key.is("root_module") {
                    root = Some(place);
                }
                Ok(())
            })
        })?;
        match root {
            Some(place) => self.module(&mut reader.again(place)),
            None => Ok(()),
        }
    }

    fn module(&mut self, reader: &mut Reader<'_>) -> Result<(), Error> {
        let (mut address, mut resources, mut children): (Option<Arc<str>>, _, _) = (None, None, None);
        in_object(reader, |reader, key| {
            let is_list = reader.peek()? == Peeked::Array;
            if key.is("address") && reader.peek()? == Peeked::String {
                address = Some(reader.string()?.text().into());
                return Ok(());
            }
            let place = Some(reader.skip()?).filter(|_| is_list);
            if key.is("resources") {
                resources = place;
            } else if key.is("child_modules") {
                children = place;
            }
            Ok(())
        })?;
        if let Some(place) = resources {
            reader.again(place).array(|reader| self.stored(reader, address.as_ref()))?;
        }
        if let Some(place) = children {
            reader.again(place).array(|reader| self.module(reader))?;
        }
        Ok(())
    }

    fn stored(&mut self, reader: &mut Reader<'_>, module: Option<&Arc<str>>) -> Result<(), Error> {
        let (mut head, mut values, mut sensitive) = (Head::default(), None, None);
        in_object(reader, |reader, key| {
            if key.is("values") {
                values = Some(reader.skip()?);
            } else if key.is("sensitive_values") {
                sensitive = Some(reader.skip()?);
            } else {
                head.member(reader, &key)?;
            }
            Ok(())
        })?;
        head.module = module.cloned();
        let Some(resource) = head.resource(self.wanted) else { return Ok(()) };
        let is_new = !self.seen.contains(&resource.address);
        if !is_new && !resource.is_data {
            return Ok(());
        }
        let resource = Side { values, unknown: None, sensitive }.resource(reader, &resource)?;
        self.before.extend(resource.clone());
        self.after.extend(resource.filter(|_| is_new));
        Ok(())
    }

    /// Whether a resource has an argument that is known only after apply.
    pub(super) fn has_unknown(&self) -> bool {
        let is_unknown = |value: &Value| matches!(value, Value::Unknown(unknown) if unknown.symbol.is_some());
        self.after.iter().any(|resource| arguments(resource).any(|(_, value)| is_unknown(value)))
    }

    /// Gives arguments that are not known the names of what they refer to: the zone of two records is the same if both refer to
    /// one resource.
    pub(super) fn name_unknown(&mut self, references: &References) {
        let instances = Instances::of(&self.after);
        for resource in &mut self.after {
            let Value::Map(map) = &resource.body else { continue };
            let mut entries = (*map.entries).clone();
            for (name, value) in &mut entries {
                let Value::Unknown(unknown) = &value else { continue };
                let is_own = unknown.symbol.as_ref().is_some_and(|symbol| symbol.attribute == *name);
                if let Some(symbol) = references.symbol(resource, name, &instances).filter(|_| is_own) {
                    *value = Value::Unknown(Arc::new(Unknown { symbol: Some(symbol), ..(**unknown).clone() }));
                }
            }
            let body = Map { entries: Arc::new(entries), ..map.clone() };
            resource.body = Value::Map(body);
        }
    }
}

fn arguments(resource: &Resource) -> impl Iterator<Item = (&Arc<str>, &Value)> {
    let map = match &resource.body {
        Value::Map(map) => Some(map),
        _ => None,
    };
    map.into_iter().flat_map(|map| map.entries.iter())
}

/// Goes through an object; past anything else.
fn in_object<'a>(
    reader: &mut Reader<'a>,
    each: impl FnMut(&mut Reader<'a>, Key<'a>) -> Result<(), Error>,
) -> Result<(), Error> {
    match reader.peek()? {
        Peeked::Object => reader.object(each).map(drop),
        _ => reader.skip().map(drop),
    }
}

impl Head {
    fn member(&mut self, reader: &mut Reader<'_>, key: &Key<'_>) -> Result<(), Error> {
        if key.is("index") {
            self.index = match reader.peek()? {
                Peeked::String => Some(reader.string()?.text().into()),
                Peeked::Word => Some(reader.word()?.0).filter(|word| *word != "null").map(Into::into),
                _ => reader.skip().map(|_| None)?,
            };
            return Ok(());
        }
        if reader.peek()? != Peeked::String {
            return reader.skip().map(drop);
        }
        if key.is("address") {
            self.address = Some(reader.string()?);
        } else if key.is("module_address") {
            self.module = Some(reader.string()?.text().into());
        } else if key.is("type") {
            self.kind = Some(reader.string()?.text().into());
        } else if key.is("mode") {
            self.is_data = reader.string()?.bytes() == b"data";
        } else {
            self.is_deposed |= key.is("deposed");
            reader.skip()?;
        }
        Ok(())
    }

    /// The resource, still without its arguments, if it is wanted.
    fn resource(self, wanted: &dyn Fn(&str) -> bool) -> Option<Resource> {
        let (address, kind) = (self.address?, self.kind?);
        wanted(&kind).then(|| Resource {
            is_data: self.is_data,
            kind,
            address: address.text().into(),
            module: self.module.unwrap_or_default(),
            key: self.index,
            place: address.whole(),
            way: Vec::new(),
            body: Value::unknown(address.whole(), "it is not read"),
            uncertain: None,
        })
    }
}

/// Where the parts of a change are.
#[derive(Default)]
struct Sides {
    before: Option<Place>,
    after: Option<Place>,
    after_unknown: Option<Place>,
    before_sensitive: Option<Place>,
    after_sensitive: Option<Place>,
    is_forgotten: bool,
}

impl Sides {
    fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let mut sides = Self::default();
        let mut places: FxHashMap<&str, Place> = FxHashMap::default();
        const PARTS: [&str; 6] = ["before", "after", "after_unknown", "before_sensitive", "after_sensitive", "actions"];
        in_object(reader, |reader, key| {
            let place = reader.skip()?;
            if let Some(part) = PARTS.iter().find(|part| key.is(part)) {
                places.insert(part, place);
            }
            Ok(())
        })?;
        if let Some(place) = places.get("actions") {
            sides.is_forgotten = memchr::memmem::find(reader.written(*place), b"\"forget\"").is_some();
        }
        let part = |name: &str| places.get(name).copied();
        Ok(Self {
            before: part("before"),
            after: part("after"),
            after_unknown: part("after_unknown"),
            before_sensitive: part("before_sensitive"),
            after_sensitive: part("after_sensitive"),
            ..sides
        })
    }
}

/// One side of a change, or a resource of the state.
struct Side {
    values: Option<Place>,
    unknown: Option<Place>,
    sensitive: Option<Place>,
}

impl Side {
    /// `resource` with the arguments that it has on this side, if it is there.
    fn resource(&self, reader: &Reader<'_>, resource: &Resource) -> Result<Option<Resource>, Error> {
        let Some(place) = self.values.filter(|place| reader.written(*place).first() == Some(&b'{')) else {
            return Ok(None);
        };
        let marks = |place: Option<Place>| place.map_or(Ok(Marks::None), |place| Marks::read(&mut reader.again(place)));
        let (unknown, sensitive) = (marks(self.unknown)?, marks(self.sensitive)?);
        let values =
            Values { address: &resource.address, place: resource.place, unknown: &unknown, sensitive: &sensitive };
        let body = values.read(&mut reader.again(place), "")?;
        Ok(Some(Resource { body, ..resource.clone() }))
    }
}
