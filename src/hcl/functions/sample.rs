//! Expressions of literals, operators and calls, for the tests of functions.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use hcl_edit::Span as _;
use hcl_edit::expr::{BinaryOperator, Expression, ObjectKey, UnaryOperator};
use hcl_edit::template::Element;

use super::{Call, Fault, call};
use crate::hcl::Files;
use crate::hcl::ast::{BinaryOp, UnaryOp};
use crate::hcl::convert;
use crate::hcl::value::{List, ListKind, Map, Origin, Shape, Unknown, Value};
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
    let expression: Expression = text.parse().unwrap_or_else(|error| panic!("{text}: {error}"));
    Sample { files, text }.value(&expression)
}

struct Sample<'a> {
    files: &'a dyn Files,
    text: &'a str,
}

impl Sample<'_> {
    fn place(range: Option<Range<usize>>) -> Place {
        Place::new(FileId(0), Span::of(range.unwrap_or_default()))
    }

    fn value(&self, expression: &Expression) -> Result<Value, Fault> {
        let place = Self::place(expression.span());
        Ok(match expression {
            Expression::Null(_) => Value::Null(Origin::at(place)),
            Expression::Bool(value) => Value::Bool(*value.value(), Origin::at(place)),
            Expression::Number(_) => convert::number(&self.text[place.span.range()], place)?,
            Expression::String(value) => self.string(value.value(), place),
            Expression::StringTemplate(template) => {
                let mut out = TracedBuilder::new(place);
                for element in template {
                    match element {
                        Element::Literal(text) => out.push(text.as_bytes(), Self::place(text.span()), false, None),
                        Element::Interpolation(inner) => {
                            convert::interpolate(&self.value(&inner.expr)?, place, &mut out)?;
                        }
                        Element::Directive(_) => panic!("no directives here"),
                    }
                }
                Value::String(Arc::new(out.finish()))
            }
            Expression::Array(items) => {
                let items = items.iter().map(|item| self.value(item)).collect::<Result<_, _>>()?;
                Value::List(List { kind: ListKind::Tuple, items: Arc::new(items), origin: Origin::at(place) })
            }
            Expression::Object(object) => {
                let mut entries: BTreeMap<Arc<str>, Value> = BTreeMap::new();
                for (key, value) in object {
                    let name = match key {
                        ObjectKey::Ident(name) => name.as_str().into(),
                        ObjectKey::Expression(key) => self.value(key)?.as_known_text().unwrap().into(),
                    };
                    entries.insert(name, self.value(value.expr())?);
                }
                Value::Map(Map { is_object: true, entries: Arc::new(entries), origin: Origin::at(place) })
            }
            Expression::Parenthesis(inner) => self.value(inner.inner())?,
            Expression::UnaryOp(op) => {
                let operator = match op.operator.value() {
                    UnaryOperator::Neg => UnaryOp::Negate,
                    UnaryOperator::Not => UnaryOp::Not,
                };
                convert::unary(operator, &self.value(&op.expr)?, place)?
            }
            Expression::BinaryOp(op) => {
                let (a, b) = (self.value(&op.lhs_expr)?, self.value(&op.rhs_expr)?);
                convert::binary(&a, binary(*op.operator.value()), &b, place)?
            }
            Expression::Conditional(of) => {
                let (yes, no) = (self.value(&of.true_expr)?, self.value(&of.false_expr)?);
                match convert::to_bool(&self.value(&of.cond_expr)?, place)? {
                    Value::Bool(true, _) => convert::unify(&yes, &no, place)?,
                    Value::Bool(false, _) => convert::unify(&no, &yes, place)?,
                    other => other,
                }
            }
            Expression::FuncCall(function) => self.call(function, place)?,
            other => panic!("{other:?}"),
        })
    }

    /// Byte for byte where it is written so.
    fn string(&self, text: &str, place: Place) -> Value {
        let inner = Span::new(place.span.start + 1, place.span.end - 1);
        let traced = if inner.slice(self.text.as_bytes()) == text.as_bytes() {
            Traced::verbatim(text.as_bytes(), Place::new(place.file, inner)).at(place)
        } else {
            Traced::decoded(text.as_bytes(), place, None)
        };
        Value::String(Arc::new(traced))
    }

    fn call(&self, function: &hcl_edit::expr::FuncCall, place: Place) -> Result<Value, Fault> {
        let mut arguments: Vec<Value> =
            function.args.iter().map(|argument| self.value(argument)).collect::<Result<_, _>>()?;
        if function.args.expand_final() {
            let last = arguments.pop().unwrap();
            arguments.extend(last.as_list().unwrap().iter().cloned());
        }
        let namespace: String = function.name.namespace.iter().map(|part| format!("{}::", part.as_str())).collect();
        let name = format!("{namespace}{}", function.name.name.as_str());
        let unknown = |shape| {
            let reason = Reason::at(place, "nobody knows");
            Value::Unknown(Arc::new(Unknown { shape, ..Unknown::new(place, reason) }))
        };
        let joined = |parts: [&Value; 2]| {
            let mut out = TracedBuilder::new(place);
            parts.into_iter().for_each(|part| convert::interpolate(part, place, &mut out).unwrap());
            Ok(Value::String(Arc::new(out.finish())))
        };
        match &*name {
            "unknown" => Ok(unknown(None)),
            "hash" => Ok(unknown(Some(Shape::Hex(40)))),
            "part" => joined([&arguments[0], &unknown(None)]),
            "tail" => joined([&unknown(None), &arguments[0]]),
            _ => call(&name, &arguments, &Call { place, files: self.files, directory: "" }),
        }
    }
}

fn binary(operator: BinaryOperator) -> BinaryOp {
    match operator {
        BinaryOperator::Plus => BinaryOp::Add,
        BinaryOperator::Minus => BinaryOp::Subtract,
        BinaryOperator::Mul => BinaryOp::Multiply,
        BinaryOperator::Div => BinaryOp::Divide,
        BinaryOperator::Mod => BinaryOp::Remainder,
        BinaryOperator::Eq => BinaryOp::Equal,
        BinaryOperator::NotEq => BinaryOp::NotEqual,
        BinaryOperator::Less => BinaryOp::Less,
        BinaryOperator::LessEq => BinaryOp::LessOrEqual,
        BinaryOperator::Greater => BinaryOp::Greater,
        BinaryOperator::GreaterEq => BinaryOp::GreaterOrEqual,
        BinaryOperator::And => BinaryOp::And,
        BinaryOperator::Or => BinaryOp::Or,
    }
}
