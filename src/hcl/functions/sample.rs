//! Expressions of literals, operators and calls, for the tests of functions.

use std::sync::Arc;

use bigdecimal::num_traits::ToPrimitive as _;

use super::{Call, Fault, call};
use crate::hcl::Files;
use crate::hcl::ast::{Expr, ExprKind, Part};
use crate::hcl::value::{List, ListKind, Map, Origin, Shape, Unknown, Value};
use crate::hcl::{convert, parse};
use crate::text::{Bytes, FileId, Place, Reason, Span, Traced, TracedBuilder};

/// A repository of a few files; the expression is file 0, these come after it.
pub(crate) struct Repository {
    paths: Vec<Arc<str>>,
    contents: Vec<Bytes>,
}

impl Repository {
    pub(crate) fn of(files: &[(&str, &[u8])]) -> Self {
        let mut files: Vec<_> = files.to_vec();
        files.sort_unstable();
        let contents = files.iter().map(|(_, text)| Bytes::new(text.to_vec())).collect();
        Self { paths: files.iter().map(|(path, _)| Arc::from(*path)).collect(), contents }
    }
}

impl Files for Repository {
    fn paths(&self) -> &[Arc<str>] {
        &self.paths
    }

    fn open(&self, path: &str) -> Option<(FileId, Bytes)> {
        let at = self.paths.iter().position(|known| **known == *path)?;
        Some((FileId(u32::try_from(at).unwrap() + 1), Arc::clone(&self.contents[at])))
    }
}

/// What the expression comes to. `unknown()` is not known, `hash()` are forty unknown digits, `part("a")` is text with a hole
/// behind it, `tail("a")` one with a hole before it.
pub(crate) fn evaluate(text: &str, files: &dyn Files) -> Result<Value, Fault> {
    value(&parsed(text), files, None)
}

/// The same, the variable `x` standing for a value.
pub(crate) fn evaluate_with(text: &str, x: &Value, files: &dyn Files) -> Result<Value, Fault> {
    value(&parsed(text), files, Some(x))
}

fn parsed(text: &str) -> Expr {
    let place = Place::new(FileId(0), Span::of(0..text.len()));
    let expression = parse::expression(&Traced::verbatim(text.as_bytes(), place));
    expression.unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn value(expression: &Expr, files: &dyn Files, x: Option<&Value>) -> Result<Value, Fault> {
    let place = expression.place;
    let of = |inner: &Expr| value(inner, files, x);
    Ok(match &expression.kind {
        ExprKind::Null => Value::Null(Origin::at(place)),
        ExprKind::Bool(truth) => Value::Bool(*truth, Origin::at(place)),
        ExprKind::Number(digits) => convert::number(digits, place)?,
        ExprKind::String(text) => Value::String(Arc::clone(text)),
        ExprKind::Template(parts) => {
            let mut out = TracedBuilder::new(place);
            for part in parts {
                match part {
                    Part::Literal(text) => out.append(text),
                    Part::Interpolation(inner) => convert::interpolate(&of(inner)?, place, &mut out)?,
                    _ => panic!("no directives here"),
                }
            }
            Value::String(Arc::new(out.finish()))
        }
        ExprKind::Tuple(items) => {
            let items = items.iter().map(of).collect::<Result<_, _>>()?;
            Value::List(List { kind: ListKind::Tuple, items: Arc::new(items), origin: Origin::at(place) })
        }
        ExprKind::Object(entries) => {
            let entry = |(key, inner): &(Expr, Expr)| Ok((of(key)?.as_known_text().unwrap().into(), of(inner)?));
            let entries = entries.iter().map(entry).collect::<Result<_, _>>()?;
            Value::Map(Map { is_object: true, keys: None, entries: Arc::new(entries), origin: Origin::at(place) })
        }
        ExprKind::Variable(name) if &**name == "x" => x.unwrap().clone(),
        ExprKind::Attribute(inner, name) => of(inner)?.get(name).unwrap().clone(),
        ExprKind::Index(inner, key) => {
            let (inner, key) = (of(inner)?, of(key)?);
            match &key {
                Value::Number(at, _) => inner.as_list().unwrap()[at.to_usize().unwrap()].clone(),
                key => inner.get(&key.as_known_text().unwrap()).unwrap().clone(),
            }
        }
        ExprKind::Parens(inner) => of(inner)?,
        ExprKind::Unary(op, inner) => convert::unary(*op, &of(inner)?, place)?,
        ExprKind::Binary(a, op, b) => convert::binary(&of(a)?, *op, &of(b)?, place)?,
        ExprKind::Conditional(arms) => {
            let (yes, no) = (of(&arms[1])?, of(&arms[2])?);
            match convert::to_bool(&of(&arms[0])?, place)? {
                Value::Bool(true, _) => convert::unify(&yes, &no, place)?,
                Value::Bool(false, _) => convert::unify(&no, &yes, place)?,
                other => other,
            }
        }
        ExprKind::Call { name, arguments, expands } => {
            let mut given: Vec<Value> = arguments.iter().map(of).collect::<Result<_, _>>()?;
            if *expands {
                let last = given.pop().unwrap();
                given.extend(last.as_list().unwrap().iter().cloned());
            }
            called(name, &given, place, files)?
        }
        other => panic!("{other:?}"),
    })
}

fn called(name: &str, given: &[Value], place: Place, files: &dyn Files) -> Result<Value, Fault> {
    let unknown = |shape| {
        let reason = Reason::at(place, "nobody knows");
        Value::Unknown(Arc::new(Unknown { shape, ..Unknown::new(place, reason) }))
    };
    let joined = |parts: [&Value; 2]| {
        let mut out = TracedBuilder::new(place);
        for part in parts {
            convert::interpolate(part, place, &mut out).unwrap();
        }
        Ok(Value::String(Arc::new(out.finish())))
    };
    match name {
        "unknown" => Ok(unknown(None)),
        "hash" => Ok(unknown(Some(Shape::Hex(40)))),
        "part" => joined([&given[0], &unknown(None)]),
        "tail" => joined([&unknown(None), &given[0]]),
        _ => call(name, given, &Call { place, files, directory: "" }),
    }
}
