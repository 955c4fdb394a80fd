//! Values: what expressions come to, each with the place where a person would edit it.

use std::collections::BTreeMap;
use std::sync::Arc;

use bigdecimal::BigDecimal;

use crate::text::{Made, Note, Place, Reason, Step, Traced};

/// What an expression comes to. Three-valued: known, [`Value::Unknown`], or in part ([`Traced`] text with holes, a list with an
/// unknown element).
#[derive(Clone, Debug)]
pub enum Value {
    /// `null`.
    Null(Origin),
    /// `true`, `false`.
    Bool(bool, Origin),
    /// Of any size; what does not come out even is Unknown.
    Number(Arc<BigDecimal>, Origin),
    /// Text in UTF-8; some of it may be a hole.
    String(Arc<Traced>),
    /// A tuple, list or set.
    List(List),
    /// An object or map.
    Map(Map),
    /// Not known.
    Unknown(Arc<Unknown>),
}

/// Where a value that is no text is written, and what is known of it beside.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The literal, or the call that made it.
    pub place: Place,
    /// Its way, its making.
    pub note: Option<Arc<Note>>,
}

/// Values in a row.
#[derive(Clone, Debug)]
pub struct List {
    /// Which kind of row.
    pub kind: ListKind,
    /// The elements; those of a set sorted as Terraform does.
    pub items: Arc<Vec<Value>>,
    /// Where it is written.
    pub origin: Origin,
}

/// Kinds of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListKind {
    /// Elements of any types: what `[a, b]` makes.
    Tuple,
    /// Elements of one type.
    List,
    /// Different elements of one type, without an order.
    Set,
}

/// Values by name.
#[derive(Clone, Debug)]
pub struct Map {
    /// An object (`{a = b}`), and not a map of values of one type.
    pub is_object: bool,
    /// Sorted by key, as Terraform goes through them.
    pub entries: Arc<BTreeMap<Arc<str>, Value>>,
    /// The keys as text that knows where it is written, as far as that is known.
    pub keys: Option<Arc<Keys>>,
    /// Where it is written.
    pub origin: Origin,
}

/// Keys of a map, by themselves.
pub type Keys = BTreeMap<Arc<str>, Arc<Traced>>;

/// A value that cannot be known from the repository.
#[derive(Clone, Debug)]
pub struct Unknown {
    /// Why.
    pub reason: Reason,
    /// The expression that comes to it.
    pub place: Place,
    /// What it is a value of, where something else can be known by that: two records with the id of one zone are in one
    /// zone.
    pub symbol: Option<Symbol>,
    /// What makes it, where that matters: `timestamp()`, a `random_id`.
    pub made: Option<Made>,
    /// What is known of its text.
    pub shape: Option<Shape>,
}

/// The name of an unknown value.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Symbol {
    /// The address of what has it, with modules and instances: `module.dns["a"].aws_route53_zone.main`, `var.zone_id`.
    pub address: Arc<str>,
    /// The attribute; empty for a variable's own value.
    pub attribute: Arc<str>,
}

/// What is known of the text of an unknown value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// So many lower-case hexadecimal digits.
    Hex(u32),
    /// So many characters of base64, `=` included.
    Base64(u32),
}

impl Value {
    /// A string that `place` stands for as a whole.
    pub fn string(text: &str, place: Place) -> Self {
        Self::String(Arc::new(Traced::decoded(text.as_bytes(), place, None)))
    }

    /// Not known, for `why`.
    pub fn unknown(place: Place, why: impl Into<Arc<str>>) -> Self {
        Self::Unknown(Arc::new(Unknown::new(place, Reason::at(place, why))))
    }

    /// Where it is written.
    pub fn place(&self) -> Place {
        match self {
            Self::Null(origin) | Self::Bool(_, origin) | Self::Number(_, origin) => origin.place,
            Self::String(text) => text.whole(),
            Self::List(list) => list.origin.place,
            Self::Map(map) => map.origin.place,
            Self::Unknown(unknown) => unknown.place,
        }
    }

    /// Its text, if it is a string (with holes or without).
    pub fn as_text(&self) -> Option<&Arc<Traced>> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// Its text, if it is a string that is wholly known.
    pub fn as_known_text(&self) -> Option<std::borrow::Cow<'_, str>> {
        self.as_text().filter(|text| text.holes().next().is_none()).map(|text| text.text())
    }

    /// Its elements, if it is a tuple, list or set.
    pub fn as_list(&self) -> Option<&[Value]> {
        match self {
            Self::List(list) => Some(&list.items),
            _ => None,
        }
    }

    /// The value called `name`, if it is an object or map that has it.
    pub fn get(&self, name: &str) -> Option<&Value> {
        match self {
            Self::Map(map) => map.entries.get(name),
            _ => None,
        }
    }

    /// Why it is not known, where all or a part of it is not, the parts of its parts included.
    pub fn first_unknown(&self) -> Option<&Reason> {
        match self {
            Self::Null(_) | Self::Bool(..) | Self::Number(..) => None,
            Self::String(text) => text.first_hole(),
            Self::List(list) => list.items.iter().find_map(Self::first_unknown),
            Self::Map(map) => map.entries.values().find_map(Self::first_unknown),
            Self::Unknown(unknown) => Some(&unknown.reason),
        }
    }

    /// The same value after it came through `step`.
    #[must_use]
    pub fn through(&self, step: &Step) -> Self {
        let origin =
            |origin: &Origin| Origin { place: origin.place, note: Some(Note::through(origin.note.as_ref(), step)) };
        match self {
            Self::Null(at) => Self::Null(origin(at)),
            Self::Bool(value, at) => Self::Bool(*value, origin(at)),
            Self::Number(value, at) => Self::Number(Arc::clone(value), origin(at)),
            Self::String(text) => Self::String(Arc::new(text.through(step))),
            Self::List(list) => {
                let items = list.items.iter().map(|item| item.through(step)).collect();
                Self::List(List { kind: list.kind, items: Arc::new(items), origin: origin(&list.origin) })
            }
            Self::Map(map) => {
                let entries = map.entries.iter().map(|(key, value)| (Arc::clone(key), value.through(step))).collect();
                Self::Map(Map {
                    is_object: map.is_object,
                    entries: Arc::new(entries),
                    keys: map.keys.clone(),
                    origin: origin(&map.origin),
                })
            }
            Self::Unknown(_) => self.clone(),
        }
    }

    /// Every place that the value changes with: its literals, and what was hashed or computed.
    pub fn sources(&self, places: &mut Vec<Place>) {
        let mut of = |origin: &Origin| match origin.note.as_ref().and_then(|note| note.made.as_ref()) {
            Some(made) => places.extend(made.from.iter().copied()),
            None => places.push(origin.place),
        };
        match self {
            Self::Null(origin) | Self::Bool(_, origin) | Self::Number(_, origin) => of(origin),
            Self::String(text) => places.extend(text.sources()),
            Self::List(list) => list.items.iter().for_each(|item| item.sources(places)),
            Self::Map(map) => map.entries.values().for_each(|value| value.sources(places)),
            Self::Unknown(unknown) => match &unknown.made {
                Some(made) => places.extend(made.from.iter().copied()),
                None => places.push(unknown.place),
            },
        }
    }
}

impl Map {
    /// A key as a value: with the place where it is written, else with that of its value.
    pub fn key(&self, name: &Arc<str>) -> Value {
        if let Some(text) = self.keys.as_ref().and_then(|keys| keys.get(name)) {
            return Value::String(Arc::clone(text));
        }
        Value::string(name, self.entries.get(name).map_or(self.origin.place, Value::place))
    }
}

impl Origin {
    /// Written at `place`, and nothing more to be said.
    pub fn at(place: Place) -> Self {
        Self { place, note: None }
    }
}

impl Unknown {
    /// Not known, and nothing more to be said.
    pub fn new(place: Place, reason: Reason) -> Self {
        Self { reason, place, symbol: None, made: None, shape: None }
    }
}
