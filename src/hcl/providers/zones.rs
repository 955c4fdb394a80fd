//! Which zone a record is in: what declares it, what names it, or by what it is the same as another's.

use rustc_hash::FxHashMap;

use super::names;
use super::paths::{self, Scalar};
use super::table::{BY_KIND, RecordRow, ZoneForm, ZoneRow};
use crate::dns::Name;
use crate::hcl::resource::Resource;
use crate::hcl::value::{Symbol, Value};
use crate::text::{Place, Reason};

/// A zone, by a number: an index into [`Zones::all`].
pub(super) type ZoneIndex = usize;

/// Every zone that records are in.
#[derive(Debug, Default)]
pub(super) struct Zones<'r> {
    pub(super) all: Vec<Zone>,
    declared: FxHashMap<&'r str, Declared>,
    /// Names and ids of zones that are declared or looked up, and which of them has it.
    known_as: FxHashMap<(&'static str, Identity), &'r str>,
    /// Zones that were met.
    met: FxHashMap<(&'static str, Identity), ZoneIndex>,
}

/// A zone as its records' listing will name it.
#[derive(Debug)]
pub(super) struct Zone {
    pub(super) provider: &'static str,
    /// Its name, where something tells; else what stands for it.
    pub(super) name: Result<Name, Name>,
    pub(super) told_by: String,
    pub(super) place: Place,
    pub(super) partial: Option<Reason>,
}

/// What tells one zone from another.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Identity {
    /// A zone of this configuration, by its address.
    Address(String),
    Name(Name),
    /// A literal id, or a name as it is written.
    Text(String),
    Symbol(Symbol),
    /// Text of which a part is not known, and why.
    Partly(String, Option<Place>),
}

#[derive(Debug)]
struct Declared {
    provider: &'static str,
    name: Option<Name>,
    /// What stands for its name.
    symbol: Name,
    place: Place,
    is_data: bool,
    is_private: bool,
    uncertain: Option<Reason>,
}

/// Where a record is.
#[derive(Debug)]
pub(super) enum Whereabouts {
    In(ZoneIndex),
    /// In a zone that the Internet does not see.
    Private,
    /// In a zone that nothing tells from others.
    Nowhere(Reason),
}

impl<'r> Zones<'r> {
    /// The zones that `resources` declare or look up.
    pub(super) fn new(resources: &'r [Resource]) -> Self {
        let mut zones = Self::default();
        for is_data in [false, true] {
            for resource in resources.iter().filter(|resource| resource.is_data == is_data) {
                let rows = if is_data { &BY_KIND.looked_up } else { &BY_KIND.zones };
                if let Some(row) = rows.get(&*resource.kind) {
                    zones.declare(resource, row);
                }
            }
        }
        zones
    }

    fn declare(&mut self, resource: &'r Resource, row: &'static ZoneRow) {
        let name = paths::first(&resource.body, &row.name);
        let front = row.front.as_ref().and_then(|front| paths::first(&resource.body, std::slice::from_ref(front)));
        let known = name.and_then(|name| zone_name(name, front));
        let provider = row.provider.as_str();
        let address = &*resource.address;
        let ids = row.ids.iter().flat_map(|id| paths::values(&resource.body, id)).map(|slot| slot.value);
        let is_private = row.private.iter().any(|said| is_said(&resource.body, said));
        let name_alone = name.filter(|_| front.is_none() && !is_private);
        for identity in ids.chain(name_alone).filter_map(identity) {
            self.known_as.entry((provider, identity)).or_insert(address);
        }
        if let Some(name) = known.as_ref().filter(|_| !is_private) {
            self.known_as.entry((provider, Identity::Name(name.clone()))).or_insert(address);
        }
        let declared = Declared {
            provider,
            symbol: symbol_of(resource, row, name),
            name: known,
            place: resource.place,
            is_data: resource.is_data,
            is_private,
            uncertain: resource.uncertain.clone(),
        };
        self.declared.insert(address, declared);
    }

    /// The zone that `value`, written in the place of a zone in `resource`, means.
    pub(super) fn find(
        &mut self,
        provider: &'static str,
        form: ZoneForm,
        value: Option<&Value>,
        resource: &Resource,
    ) -> Whereabouts {
        let Some(value) = value else {
            return Whereabouts::Nowhere(Reason::at(resource.place, format!("`{}` names no zone", resource.address)));
        };
        if let Value::Unknown(unknown) = value
            && let Some(symbol) = &unknown.symbol
            && self.declared.contains_key(&*symbol.address)
        {
            return self.enter_declared(&symbol.address.clone());
        }
        let Some(identity) = identity(value) else {
            let why = value.first_unknown().cloned();
            let none = || Reason::at(value.place(), "its zone is neither a name nor an id");
            return Whereabouts::Nowhere(why.unwrap_or_else(none));
        };
        let name = paths::known(value).and_then(|text| parse_name(&text)).filter(|name| match form {
            ZoneForm::Name => true,
            ZoneForm::Either => name.labels().nth(1).is_some(),
            ZoneForm::Id => false,
        });
        let by_name = name.clone().map(Identity::Name);
        let known = std::iter::once(&identity).chain(&by_name).find_map(|identity| {
            // An id is told by equality with an id, or with a name that stands for one.
            self.known_as.get(&(provider, identity.clone())).copied()
        });
        if let Some(address) = known {
            return self.enter_declared(address);
        }
        let key = (provider, by_name.unwrap_or(identity));
        let zone = || Zone::elsewhere(provider, name, value, resource);
        self.enter(key, zone)
    }

    fn enter_declared(&mut self, address: &str) -> Whereabouts {
        let Some(mut declared) = self.declared.get(address) else {
            return Whereabouts::Nowhere(Reason::nowhere("its zone is not known"));
        };
        if declared.is_private {
            return Whereabouts::Private;
        }
        let mut address = address;
        let mut identity = Identity::Address(address.to_owned());
        if let (true, Some(name)) = (declared.is_data, &declared.name) {
            // It may be declared here as well; and another data source that looks up the same name finds the same zone.
            identity = Identity::Name(name.clone());
            if let Some(known) = self.known_as.get(&(declared.provider, identity.clone()))
                && let Some(known_as) = self.declared.get(known)
                && !known_as.is_data
                && !known_as.is_private
            {
                (address, declared) = (known, known_as);
                identity = Identity::Address(address.to_owned());
            }
        }
        let provider = declared.provider;
        let zone = Zone::declared(declared, address);
        self.enter((provider, identity), || zone)
    }

    fn enter(&mut self, key: (&'static str, Identity), zone: impl FnOnce() -> Zone) -> Whereabouts {
        let next = self.all.len();
        let index = *self.met.entry(key).or_insert(next);
        if index == next {
            self.all.push(zone());
        }
        Whereabouts::In(index)
    }

    /// Enters every zone that is declared here, also those without a record.
    pub(super) fn enter_all(&mut self, resources: &[Resource]) {
        for resource in resources.iter().filter(|resource| !resource.is_data) {
            if self.declared.contains_key(&*resource.address) {
                self.enter_declared(&resource.address);
            }
        }
    }
}

impl Zone {
    fn declared(declared: &Declared, address: &str) -> Self {
        let partial = match &declared.uncertain {
            Some(reason) => Some(reason.clone()),
            None if declared.is_data => {
                let why =
                    format!("the zone is looked up (`{address}`) and not declared here: it may hold other records");
                Some(Reason::at(declared.place, why))
            }
            None => None,
        };
        Self {
            provider: declared.provider,
            name: declared.name.clone().ok_or_else(|| declared.symbol.clone()),
            told_by: address.to_owned(),
            place: declared.place,
            partial,
        }
    }

    fn elsewhere(provider: &'static str, name: Option<Name>, value: &Value, resource: &Resource) -> Self {
        let what = match value {
            Value::Unknown(unknown) => unknown.symbol.as_ref().map(written),
            other => paths::known(other),
        };
        let what = what.unwrap_or_else(|| format!("zone of {}", resource.address));
        let why = format!("the zone is only named here (`{what}`) and not declared: it may hold other records");
        Self {
            provider,
            name: name.ok_or_else(|| names::symbolic(&what)),
            told_by: resource.address.to_string(),
            place: resource.place,
            partial: Some(Reason::at(value.place(), why)),
        }
    }

    /// A zone of which nothing is known but that it holds the domain of a full name.
    pub(super) fn of_full_name(row: &'static RecordRow, resource: &Resource, reason: &Reason) -> Self {
        Self {
            provider: &row.provider,
            name: Err(names::symbolic(&format!("zone of {}", resource.address))),
            told_by: resource.address.to_string(),
            place: resource.place,
            partial: Some(reason.clone()),
        }
    }
}

/// As it is written in a configuration.
pub(super) fn written(symbol: &Symbol) -> String {
    match &*symbol.attribute {
        "" => symbol.address.to_string(),
        attribute if attribute.starts_with('[') => format!("{}{attribute}", symbol.address),
        attribute => format!("{}.{attribute}", symbol.address),
    }
}

/// What stands for the name of a zone where that is not known: what says it, so that names that end with the same are known to
/// be in the zone.
fn symbol_of(resource: &Resource, row: &ZoneRow, name: Option<&Value>) -> Name {
    let says = match name {
        _ if resource.uncertain.is_some() => None,
        Some(Value::Unknown(unknown)) => unknown.symbol.as_ref().map(written),
        Some(Value::String(text)) => {
            let known = text.holes().fold(text.bytes().len(), |len, (span, _)| len - span.range().len());
            let is_open = known == 0 || known == 1 && text.bytes().ends_with(b".");
            text.first_hole().filter(|_| is_open && text.holes().count() == 1).and_then(names::what_is_unknown)
        }
        None if resource.is_data => row.name.first().map(|name| format!("{}.{name}", resource.address)),
        _ => None,
    };
    names::symbolic(says.as_deref().unwrap_or(&resource.address))
}

fn identity(value: &Value) -> Option<Identity> {
    match value {
        Value::Unknown(unknown) => unknown.symbol.clone().map(Identity::Symbol),
        other => match paths::scalar(other) {
            Scalar::Text(text) => match text.first_hole() {
                None => Some(Identity::Text(canonical(&text.text()))).filter(|id| *id != Identity::Text(String::new())),
                Some(reason) => Some(Identity::Partly(format!("{} {}", text.shown(), reason.why), reason.place)),
            },
            Scalar::Unknown(_) | Scalar::Nothing => None,
        },
    }
}

fn canonical(text: &str) -> String {
    let text = text.trim().trim_end_matches('.');
    text.strip_prefix("/hostedzone/").unwrap_or(text).to_ascii_lowercase()
}

fn parse_name(text: &str) -> Option<Name> {
    Name::parse(text.trim().as_bytes(), None).ok().filter(|name| !name.is_root())
}

fn zone_name(name: &Value, front: Option<&Value>) -> Option<Name> {
    // Cloudflare's filters may be `contains:example`.
    let name = paths::known(name).filter(|name| !name.contains(':')).and_then(|name| parse_name(&name))?;
    match front {
        None => Some(name),
        Some(front) => match &*paths::known(front)? {
            "" => Some(name),
            labels => name.child(labels),
        },
    }
}

/// Whether the attribute is set, or has the value that stands after `=`.
fn is_said(body: &Value, said: &str) -> bool {
    let (path, wanted) = match said.split_once('=') {
        Some((path, wanted)) => (path, Some(wanted)),
        None => (said, None),
    };
    paths::all(body, path).iter().any(|slot| match wanted {
        None => paths::is_set(slot.value) && paths::known(slot.value).is_none_or(|text| !text.is_empty()),
        Some(wanted) => paths::known(slot.value).as_deref() == Some(wanted),
    })
}
