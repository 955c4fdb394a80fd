//! What the linter says, held against what Terraform said.

use std::fmt;

use mtasts::hcl::eval;
use mtasts::hcl::value::{ListKind, Value};
use serde_json::Value as Json;

use super::cases::Case;
use super::oracle::Answer;

/// How the two compare.
pub(super) enum Verdict {
    /// The same value, or Terraform knows no more than the linter.
    Equal,
    /// The linter does not know, and it is written down why.
    Unknown,
    /// The same text, of another type, and it is written down why.
    Untyped,
    /// A value where Terraform has none, and it is written down why.
    Lenient,
    /// What should not be, in words.
    Wrong(String),
}

/// How many there were of each.
#[derive(Default)]
pub(super) struct Tally {
    equal: usize,
    unknown: usize,
    untyped: usize,
    lenient: usize,
    wrong: Vec<String>,
}

impl Tally {
    pub(super) fn add(&mut self, what: &str, verdict: Verdict) {
        match verdict {
            Verdict::Equal => self.equal += 1,
            Verdict::Unknown => self.unknown += 1,
            Verdict::Untyped => self.untyped += 1,
            Verdict::Lenient => self.lenient += 1,
            Verdict::Wrong(why) => self.wrong.push(format!("{what}\n    {why}")),
        }
    }

    /// Nothing is wrong, and at least `count` were compared.
    pub(super) fn hold(&self, count: usize) {
        assert!(self.wrong.is_empty(), "\n{}", self.wrong.join("\n"));
        assert!(self.equal >= count, "only {} were compared", self.equal);
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { equal, unknown, untyped, lenient, wrong } = self;
        write!(f, "equal {equal}, unknown {unknown}, different {}", wrong.len())?;
        write!(f, " (by hand: of another type {untyped}, more lenient {lenient})")
    }
}

impl Case {
    /// The verdict where the linter says that Terraform would refuse it: `try` would go on to the next.
    pub(super) fn with_an_error(&self, message: &str) -> Verdict {
        match self.answer() {
            answer @ Answer::Is { .. } => Verdict::Wrong(format!("it is {answer}, and here it is an error: {message}")),
            _ => self.without_a_value(message),
        }
    }

    /// The verdict where the linter has no value to offer, for `why`.
    pub(super) fn without_a_value(&self, why: &str) -> Verdict {
        match (self.answer(), &self.unknown, &self.certain, &self.untyped) {
            (Answer::Is { .. }, Some(_), None, None) => Verdict::Unknown,
            (Answer::Is { json, .. }, None, ..) => {
                Verdict::Wrong(format!("it is {json}, and here it is not known: {why}"))
            }
            (_, None, None, None) if self.lenient.is_none() => Verdict::Equal,
            _ => Verdict::Wrong("it is not known: what is written by hand of the value is not true".to_owned()),
        }
    }

    /// The verdict on a value, and on the text that the linter's `jsonencode` makes of it.
    pub(super) fn with(&self, value: &Value, encoded: Option<&str>) -> Verdict {
        if self.unknown.is_some() {
            return Verdict::Wrong("it is known now: take its `unknown` away".to_owned());
        }
        let ours = eval::to_json(value).map_or_else(|| "no JSON".to_owned(), |json| json.to_string());
        let (json, kind) = match (self.answer(), &self.certain) {
            (Answer::Is { json, kind }, None) => (json, kind),
            (Answer::Open(_), Some(certain)) => (certain.clone(), None),
            (Answer::Refused(_), _) if self.lenient.is_some() => return Verdict::Lenient,
            (Answer::Refused(why), _) => {
                return Verdict::Wrong(format!("it is refused ({why}), and here it is {ours}"));
            }
            (Answer::Open(why), None) => return Verdict::Wrong(format!("it is open ({why}), and here it is {ours}")),
            (Answer::Is { .. }, Some(_)) => return Verdict::Wrong("Terraform says itself what is certain".to_owned()),
        };
        let theirs: Json = serde_json::from_str(&json).unwrap();
        let found = eval::to_json(value).unwrap_or_default();
        if self.untyped.is_some() {
            return match (same(&found, &theirs), same(&as_text(found), &as_text(theirs))) {
                (true, _) => Verdict::Wrong("its type is right now: take its `untyped` away".to_owned()),
                (_, true) => Verdict::Untyped,
                _ => Verdict::Wrong(format!("it is {json}, and here it is {ours}")),
            };
        }
        if encoded.is_some_and(|encoded| encoded != json) {
            return Verdict::Wrong(format!("it is {json}, and jsonencode says {}", encoded.unwrap_or_default()));
        }
        if !same(&found, &theirs) {
            return Verdict::Wrong(format!("it is {json}, and here it is {ours}"));
        }
        match kind.map(|kind| serde_json::from_str::<Json>(&kind).unwrap()) {
            Some(kind) if !is_of(value, &kind) => {
                Verdict::Wrong(format!("it is {json} of the type {kind}, and here of another: {value:?}"))
            }
            _ => Verdict::Equal,
        }
    }
}

/// A number or boolean as the text that it converts to.
fn as_text(json: Json) -> Json {
    match json {
        Json::Number(_) | Json::Bool(_) => Json::String(json.to_string()),
        Json::Array(items) => items.into_iter().map(as_text).collect(),
        json => json,
    }
}

/// Whether two values are the same; numbers as far as this reader of JSON is exact.
pub(super) fn same(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::Number(a), Json::Number(b)) => a == b || near(a.as_f64(), b.as_f64()),
        (Json::Array(a), Json::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Json::Object(a), Json::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        (a, b) => a == b,
    }
}

fn near(a: Option<f64>, b: Option<f64>) -> bool {
    a.zip(b).is_some_and(|(a, b)| (a - b).abs() <= a.abs() * 1e-14)
}

/// Whether a value is of a type, as far as values show it: the elements of an empty list do not.
fn is_of(value: &Value, kind: &Json) -> bool {
    let word = |word: &str| kind == word || kind == "dynamic";
    match value {
        Value::Null(_) | Value::Unknown(_) => true,
        Value::Bool(..) => word("bool"),
        Value::Number(..) => word("number"),
        Value::String(_) => word("string"),
        Value::List(list) if list.kind == ListKind::Tuple => {
            let kinds = kind[1].as_array().filter(|kinds| kind[0] == "tuple" && kinds.len() == list.items.len());
            kinds.is_some_and(|kinds| list.items.iter().zip(kinds).all(|(item, kind)| is_of(item, kind)))
        }
        Value::List(list) => {
            let name = if list.kind == ListKind::Set { "set" } else { "list" };
            kind[0] == name && list.items.iter().all(|item| is_of(item, &kind[1]))
        }
        Value::Map(map) if map.is_object => {
            kind[0] == "object" && map.entries.iter().all(|(key, value)| is_of(value, &kind[1][&**key]))
        }
        Value::Map(map) => kind[0] == "map" && map.entries.values().all(|value| is_of(value, &kind[1])),
    }
}
