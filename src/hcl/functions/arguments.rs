//! What a function is given, converted to what it takes.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use bigdecimal::BigDecimal;
use bigdecimal::num_traits::ToPrimitive;

use super::{Call, Fault};
use crate::hcl::convert::{self, Type};
use crate::hcl::value::{Keys, List, ListKind, Map, Origin, Value};
use crate::text::{Place, Reason, Span, Traced};

/// A function: what it takes, and what it does.
pub(super) struct Function {
    pub(super) name: &'static str,
    pub(super) parameters: &'static [Takes],
    /// What further arguments are, if there may be any.
    pub(super) rest: Option<Takes>,
    /// Whether it deals itself with what is not known; else it is not even asked.
    pub(super) is_partial: bool,
    pub(super) run: fn(&Arguments<'_>) -> Result<Value, Fault>,
}

/// What a parameter takes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    /// Anything but null.
    Any,
    /// Anything.
    Nullable,
    Text,
    Number,
    /// A list of elements of one type.
    List,
    TextList,
    BoolList,
    Set,
    /// A map of lists of strings.
    TextListMap,
}

/// What a function is given.
pub(super) struct Arguments<'a> {
    pub(super) call: &'a Call<'a>,
    pub(super) name: &'static str,
    pub(super) values: Vec<Value>,
}

impl Function {
    /// Checks the arguments, converts them and calls.
    pub(super) fn call(&self, given: &[Value], call: &Call<'_>) -> Result<Value, Fault> {
        let fault = |message: String| Fault { place: call.place, message };
        let (least, name) = (self.parameters.len(), self.name);
        if given.len() < least || (self.rest.is_none() && given.len() > least) {
            return Err(fault(format!("`{name}()` takes {least} arguments, and this has {}", given.len())));
        }
        let takes = self.parameters.iter().copied().chain(self.rest.into_iter().cycle());
        let values = given.iter().zip(takes).map(|(value, takes)| takes.convert(value, call.place));
        let values: Vec<Value> = values
            .collect::<Result<_, _>>()
            .map_err(|Fault { message, place }| Fault { place, message: format!("`{name}()`: {message}") })?;
        let arguments = Arguments { call, name, values };
        if !self.is_partial && arguments.values.iter().any(|value| value.first_unknown().is_some()) {
            return Ok(arguments.unknown());
        }
        (self.run)(&arguments)
    }
}

impl Takes {
    fn convert(self, value: &Value, place: Place) -> Result<Value, Fault> {
        if matches!(value, Value::Null(_)) && self != Self::Nullable {
            return Err(Fault { place, message: "an argument is null".to_owned() });
        }
        let of = |of: Type| Box::new(of);
        let wanted = match self {
            Self::Any | Self::Nullable => return Ok(value.clone()),
            Self::Text => Type::String,
            Self::Number => Type::Number,
            Self::List => Type::List(of(Type::Any)),
            Self::TextList => Type::List(of(Type::String)),
            Self::BoolList => Type::List(of(Type::Bool)),
            Self::Set => Type::Set(of(Type::Any)),
            Self::TextListMap => Type::Map(of(Type::List(of(Type::String)))),
        };
        convert::to_type(value, &wanted, place)
    }
}

impl Arguments<'_> {
    pub(super) fn place(&self) -> Place {
        self.call.place
    }

    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    pub(super) fn fault(&self, message: impl AsRef<str>) -> Fault {
        Fault { place: self.place(), message: format!("`{}()`: {}", self.name, message.as_ref()) }
    }

    /// The argument as text; what is not known is a hole in it.
    pub(super) fn text(&self, index: usize) -> Arc<Traced> {
        let text = self.values.get(index).and_then(|value| convert::to_text(value, self.place()).ok());
        text.unwrap_or_else(|| Arc::new(Traced::decoded(b"", self.place(), None)))
    }

    /// The argument as known text; `None` if some of it is not known.
    pub(super) fn known(&self, index: usize) -> Option<Cow<'_, str>> {
        self.values.get(index)?.as_known_text()
    }

    /// The argument as known text, of a function that is not partial.
    pub(super) fn string(&self, index: usize) -> Cow<'_, str> {
        self.known(index).unwrap_or_default()
    }

    pub(super) fn number(&self, index: usize) -> Option<&BigDecimal> {
        match self.values.get(index) {
            Some(Value::Number(number, _)) => Some(number),
            _ => None,
        }
    }

    /// The argument as a whole number; `None` if it is not known.
    pub(super) fn integer(&self, index: usize) -> Result<Option<i64>, Fault> {
        let Some(number) = self.number(index) else { return Ok(None) };
        if !number.is_integer() {
            return Err(self.fault("a whole number is required"));
        }
        number.to_i64().map(Some).ok_or_else(|| self.fault("the number is too large"))
    }

    pub(super) fn list(&self, index: usize) -> Option<&List> {
        match self.values.get(index) {
            Some(Value::List(list)) => Some(list),
            _ => None,
        }
    }

    /// The elements of a list; none if it is not known.
    pub(super) fn items(&self, index: usize) -> &[Value] {
        self.list(index).map_or(&[], |list| &list.items)
    }

    pub(super) fn map(&self, index: usize) -> Option<&Map> {
        match self.values.get(index) {
            Some(Value::Map(map)) => Some(map),
            _ => None,
        }
    }

    /// The result that hangs on what is not known of the arguments.
    pub(super) fn unknown(&self) -> Value {
        convert::unknown_of(&self.values, self.place())
    }

    /// A result that is not worked out here, for `why`.
    pub(super) fn unknown_because(&self, why: impl Into<Arc<str>>) -> Value {
        convert::unknown_because(Reason::at(self.place(), why), &self.values, self.place())
    }

    /// Where a computed result stands.
    pub(super) fn origin(&self) -> Origin {
        convert::origin_of(&self.values, self.place())
    }

    /// A computed text.
    pub(super) fn computed(&self, text: &str) -> Value {
        let note = convert::note_of(&self.values);
        Value::String(Arc::new(Traced::decoded(text.as_bytes(), self.place(), note)))
    }

    /// A computed truth, or that it is not known.
    pub(super) fn truth(&self, known: Option<bool>) -> Value {
        known.map_or_else(|| self.unknown(), |truth| Value::Bool(truth, self.origin()))
    }

    /// A computed whole number.
    pub(super) fn count(&self, number: impl Into<BigDecimal>) -> Value {
        Value::Number(Arc::new(number.into()), self.origin())
    }

    pub(super) fn list_of(&self, kind: ListKind, items: Vec<Value>) -> Value {
        Value::List(List { kind, items: Arc::new(items), origin: Origin::at(self.place()) })
    }

    /// A map of entries whose keys are text that knows where it is written.
    pub(super) fn map_of(&self, is_object: bool, entries: impl IntoIterator<Item = (Arc<Traced>, Value)>) -> Value {
        let (mut named, mut keys) = (BTreeMap::new(), Keys::new());
        for (key, value) in entries {
            let name: Arc<str> = key.text().into();
            named.insert(Arc::clone(&name), value);
            keys.insert(name, key);
        }
        let (entries, keys) = (Arc::new(named), Some(Arc::new(keys)));
        Value::Map(Map { is_object, keys, entries, origin: Origin::at(self.place()) })
    }
}

/// All of a text.
pub(super) fn all_of(text: &Traced) -> Span {
    Span::of(0..text.bytes().len())
}
