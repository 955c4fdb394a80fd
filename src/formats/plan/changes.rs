//! The resources of a plan, before and after.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::marks::Marks;
use super::references::{Instances, References};
use super::values::{MAX_PATH, Names, Values};
use crate::formats::Error;
use crate::formats::json::{Key, Peeked, Reader};
use crate::hcl::resource::Resource;
use crate::hcl::value::{Map, Unknown, Value};
use crate::text::{Place, Reason};

/// Collects the resources.
pub(super) struct Changes<'a> {
    wanted: &'a dyn Fn(&str) -> bool,
    before: Vec<Resource>,
    after: Vec<Resource>,
    /// The addresses of what changes, or is said not to.
    seen: FxHashSet<Arc<str>>,
    /// Why a resource is not planned yet.
    deferred: Option<Reason>,
    names: Names,
}

/// Where it stands what a resource is; read only if it is wanted.
#[derive(Default)]
struct Head {
    address: Option<Place>,
    module: Option<Place>,
    kind: Option<Place>,
    index: Option<Place>,
    is_data: bool,
    is_deposed: bool,
}

impl<'a> Changes<'a> {
    pub(super) fn new(wanted: &'a dyn Fn(&str) -> bool) -> Self {
        Self {
            wanted,
            before: Vec::new(),
            after: Vec::new(),
            seen: FxHashSet::default(),
            deferred: None,
            names: Names::default(),
        }
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
        let Some(resource) = head.resource(reader, self.wanted)? else { return Ok(()) };
        self.seen.insert(Arc::clone(&resource.address));
        let (before, after) = Sides::read(&mut reader.again(place))?.resources(reader, &resource, &self.names)?;
        self.before.extend(before);
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
        let Some(resource) = head.resource(reader, self.wanted)? else { return Ok(()) };
        let resource = Resource { module: module.cloned().unwrap_or_default(), ..resource };
        let is_new = !self.seen.contains(&resource.address);
        if !is_new && !resource.is_data {
            return Ok(());
        }
        let resource = Side { values, unknown: None, sensitive }.resource(reader, &resource, &self.names)?;
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
        let is_string = reader.peek()? == Peeked::String;
        let place = reader.skip()?;
        let text = Some(place).filter(|_| is_string);
        if key.is("address") {
            self.address = text;
        } else if key.is("module_address") {
            self.module = text;
        } else if key.is("type") {
            self.kind = text;
        } else if key.is("index") {
            self.index = Some(place);
        } else if key.is("mode") {
            self.is_data = reader.written(place) == b"\"data\"";
        } else if key.is("deposed") {
            self.is_deposed = is_string;
        }
        Ok(())
    }

    /// The resource, still without its arguments, if it is wanted.
    fn resource(&self, reader: &Reader<'_>, wanted: &dyn Fn(&str) -> bool) -> Result<Option<Resource>, Error> {
        let (Some(place), Some(kind)) = (self.address, self.kind) else { return Ok(None) };
        let text = |place: Place| -> Result<Arc<str>, Error> { Ok(reader.again(place).string()?.text().into()) };
        let kind = text(kind)?;
        if !wanted(&kind) {
            return Ok(None);
        }
        if [Some(place), self.module, self.index]
            .into_iter()
            .flatten()
            .any(|place| place.span.len() as usize > MAX_PATH)
        {
            let message = format!("the address of a resource is longer than {MAX_PATH} bytes");
            return Err(Error { place, message });
        }
        Ok(Some(Resource {
            is_data: self.is_data,
            kind,
            address: text(place)?,
            module: self.module.map_or_else(|| Ok(Arc::default()), text)?,
            key: self.index.map_or(Ok(None), |place| key(reader, place))?,
            place,
            way: Vec::new(),
            body: Value::unknown(place, "it is not read"),
            uncertain: None,
        }))
    }
}

/// The key of an instance: a text or a number.
fn key(reader: &Reader<'_>, place: Place) -> Result<Option<Arc<str>>, Error> {
    let mut reader = reader.again(place);
    Ok(match reader.peek()? {
        Peeked::String => Some(reader.string()?.text().into()),
        Peeked::Word => Some(reader.word()?.0).filter(|word| *word != "null").map(Into::into),
        Peeked::Object | Peeked::Array => None,
    })
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
        in_object(reader, |reader, key| {
            let place = reader.skip()?;
            sides.is_forgotten |=
                key.is("actions") && memchr::memmem::find(reader.written(place), b"\"forget\"").is_some();
            let parts = [
                ("before", &mut sides.before),
                ("after", &mut sides.after),
                ("after_unknown", &mut sides.after_unknown),
                ("before_sensitive", &mut sides.before_sensitive),
                ("after_sensitive", &mut sides.after_sensitive),
            ];
            for (name, part) in parts {
                if key.is(name) {
                    *part = Some(place);
                }
            }
            Ok(())
        })?;
        Ok(sides)
    }

    /// `resource` on both sides, where it is there.
    fn resources(
        &self,
        reader: &Reader<'_>,
        resource: &Resource,
        names: &Names,
    ) -> Result<(Option<Resource>, Option<Resource>), Error> {
        let before = Side { values: self.before, unknown: None, sensitive: self.before_sensitive };
        let after = Side { values: self.after, unknown: self.after_unknown, sensitive: self.after_sensitive };
        let before = before.resource(reader, resource, names)?;
        // What is forgotten stays where it is, and Terraform knows no more of it. What does not change is read once: most
        // of a plan.
        let written = |place: Option<Place>| place.map(|place| reader.written(place));
        let is_same = written(self.before) == written(self.after)
            && written(self.before_sensitive) == written(self.after_sensitive)
            && written(self.after_unknown).is_none_or(|unknown| unknown == b"{}");
        let after =
            if self.is_forgotten || is_same { before.clone() } else { after.resource(reader, resource, names)? };
        Ok((before, after))
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
    fn resource(&self, reader: &Reader<'_>, resource: &Resource, names: &Names) -> Result<Option<Resource>, Error> {
        let Some(place) = self.values.filter(|place| reader.written(*place).first() == Some(&b'{')) else {
            return Ok(None);
        };
        let marks = |place: Option<Place>| place.map_or(Ok(Marks::None), |place| Marks::read(&mut reader.again(place)));
        let (unknown, sensitive) = (marks(self.unknown)?, marks(self.sensitive)?);
        let values = Values {
            address: &resource.address,
            place: resource.place,
            unknown: &unknown,
            sensitive: &sensitive,
            names,
        };
        let body = values.read(&mut reader.again(place))?;
        Ok(Some(Resource { body, ..resource.clone() }))
    }
}
