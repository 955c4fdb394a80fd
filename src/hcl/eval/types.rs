//! Type constraints of variables, and the defaults in them: `object({mode = optional(string, "testing")})`.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::machine::{Machine, settled};
use super::scope::Scope;
use crate::hcl::ast::{Expr, ExprKind};
use crate::hcl::convert::{self, Type};
use crate::hcl::functions::Fault;
use crate::hcl::value::{List, Map, Value};

/// Types inside of types.
const MAX_NESTING: u32 = 50;

/// What a variable takes.
#[derive(Debug)]
pub(super) struct Constraint {
    pub(super) type_: Type,
    pub(super) defaults: Defaults,
}

/// Where a type has defaults.
#[derive(Debug)]
pub(super) enum Defaults {
    /// Nowhere within.
    None,
    /// In every element.
    Each(Box<Defaults>),
    /// In some elements of a tuple.
    Tuple(Vec<Defaults>),
    /// In some attributes: their own default, their type, and the defaults within.
    Object(BTreeMap<Arc<str>, Attribute>),
}

/// An attribute of an object type.
#[derive(Debug)]
pub(super) struct Attribute {
    /// What it is where it is missing or null; converted.
    default: Option<Value>,
    within: Defaults,
}

impl Constraint {
    fn of(type_: Type) -> Self {
        Self { type_, defaults: Defaults::None }
    }
}

impl Machine<'_> {
    /// The type that an expression says; `any` where it is none.
    pub(super) fn constraint(&self, expr: &Expr) -> Constraint {
        self.constraint_in(expr, MAX_NESTING)
    }

    fn constraint_in(&self, expr: &Expr, left: u32) -> Constraint {
        let Some(left) = left.checked_sub(1) else { return Constraint::of(Type::Any) };
        match &expr.kind {
            ExprKind::Variable(name) => Constraint::of(named(name)),
            // As Terraform 0.11 wrote it, and as JSON does.
            ExprKind::String(name) => Constraint::of(named(&name.text())),
            ExprKind::Parens(inner) => self.constraint_in(inner, left),
            ExprKind::Call { name, arguments, .. } => match (&**name, arguments.first()) {
                ("list", Some(of)) => each(self.constraint_in(of, left), Type::List),
                ("set", Some(of)) => each(self.constraint_in(of, left), Type::Set),
                ("map", Some(of)) => each(self.constraint_in(of, left), Type::Map),
                ("tuple", Some(of)) => self.tuple(of, left),
                ("object", Some(of)) => self.object_type(of, left),
                ("optional", Some(of)) => self.constraint_in(of, left),
                _ => Constraint::of(Type::Any),
            },
            _ => Constraint::of(Type::Any),
        }
    }

    fn tuple(&self, of: &Expr, left: u32) -> Constraint {
        let ExprKind::Tuple(items) = &of.kind else { return Constraint::of(Type::Any) };
        let (types, defaults): (Vec<_>, Vec<_>) = items
            .iter()
            .map(|item| self.constraint_in(item, left))
            .map(|constraint| (constraint.type_, constraint.defaults))
            .unzip();
        let has_defaults = defaults.iter().any(|defaults| !matches!(defaults, Defaults::None));
        let defaults = if has_defaults { Defaults::Tuple(defaults) } else { Defaults::None };
        Constraint { type_: Type::Tuple(types), defaults }
    }

    fn object_type(&self, of: &Expr, left: u32) -> Constraint {
        let ExprKind::Object(entries) = &of.kind else { return Constraint::of(Type::Any) };
        let mut types = Vec::new();
        let mut attributes = BTreeMap::new();
        for (key, value) in entries {
            let Some(name) = word(key) else { continue };
            let inner = self.constraint_in(value, left);
            let (is_optional, default) = self.optional(value, &inner.type_);
            types.push((Arc::clone(&name), inner.type_, is_optional));
            attributes.insert(name, Attribute { default, within: inner.defaults });
        }
        let is_plain = |it: &Attribute| it.default.is_none() && matches!(it.within, Defaults::None);
        let defaults = if attributes.values().all(is_plain) { Defaults::None } else { Defaults::Object(attributes) };
        Constraint { type_: Type::Object(types), defaults }
    }

    /// Whether an attribute may be missing, and what it is then.
    fn optional(&self, value: &Expr, type_: &Type) -> (bool, Option<Value>) {
        match &value.kind {
            ExprKind::Call { name, arguments, .. } if &**name == "optional" => {
                let default = arguments.get(1).map(|default| {
                    let value = self.eval(default, Scope::nowhere());
                    settled(value.and_then(|value| convert::to_type(&value, type_, default.place)))
                });
                (true, default)
            }
            _ => (false, None),
        }
    }

    /// The value with the defaults where it leaves something out.
    pub(super) fn filled(&self, value: Value, defaults: &Defaults) -> Result<Value, Fault> {
        match (defaults, value) {
            (Defaults::Each(within), Value::List(list)) => {
                let items: Result<_, _> = list.items.iter().map(|item| self.filled(item.clone(), within)).collect();
                Ok(Value::List(List { items: Arc::new(items?), ..list }))
            }
            (Defaults::Each(within), Value::Map(map)) => {
                let fill =
                    |(key, value): (&Arc<str>, &Value)| Ok((Arc::clone(key), self.filled(value.clone(), within)?));
                let entries: Result<_, Fault> = map.entries.iter().map(fill).collect();
                Ok(Value::Map(Map { entries: Arc::new(entries?), ..map }))
            }
            (Defaults::Tuple(within), Value::List(list)) => {
                let fill =
                    |(at, item): (usize, &Value)| self.filled(item.clone(), within.get(at).unwrap_or(&Defaults::None));
                let items: Result<_, _> = list.items.iter().enumerate().map(fill).collect();
                Ok(Value::List(List { items: Arc::new(items?), ..list }))
            }
            (Defaults::Object(attributes), Value::Map(map)) => self.filled_object(&map, attributes),
            (_, value) => Ok(value),
        }
    }

    fn filled_object(&self, map: &Map, attributes: &BTreeMap<Arc<str>, Attribute>) -> Result<Value, Fault> {
        let mut entries = (*map.entries).clone();
        for (name, attribute) in attributes {
            let given = entries.get(name).filter(|value| !matches!(value, Value::Null(_)));
            if let Some(value) = given.or(attribute.default.as_ref()).cloned() {
                entries.insert(Arc::clone(name), self.filled(value, &attribute.within)?);
            }
        }
        Ok(Value::Map(Map {
            is_object: true,
            keys: map.keys.clone(),
            entries: Arc::new(entries),
            origin: map.origin.clone(),
        }))
    }
}

fn each(of: Constraint, wrap: fn(Box<Type>) -> Type) -> Constraint {
    let defaults = match of.defaults {
        Defaults::None => Defaults::None,
        within => Defaults::Each(Box::new(within)),
    };
    Constraint { type_: wrap(Box::new(of.type_)), defaults }
}

fn named(name: &str) -> Type {
    match name {
        "string" => Type::String,
        "number" => Type::Number,
        "bool" => Type::Bool,
        "list" => Type::List(Box::new(Type::Any)),
        "set" => Type::Set(Box::new(Type::Any)),
        "map" => Type::Map(Box::new(Type::Any)),
        _ => Type::Any,
    }
}

fn word(key: &Expr) -> Option<Arc<str>> {
    match &key.kind {
        ExprKind::String(text) => Some(text.text().as_ref().into()),
        ExprKind::Variable(name) => Some(Arc::clone(name)),
        _ => None,
    }
}
