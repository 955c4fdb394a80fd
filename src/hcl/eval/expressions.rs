//! Expressions: from the tree to a value.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::machine::{Machine, fault, too_much, unknown};
use super::scope::Scope;
use crate::hcl::ast::{BinaryOp, Expr, ExprKind};
use crate::hcl::convert::{self, NoNumber};
use crate::hcl::functions::Fault;
use crate::hcl::value::{Keys, List, ListKind, Map, Origin, Value};
use crate::text::{Place, Reason, Traced};

/// The key of an entry: as a name, and as the text that it is written as.
type Key = (Arc<str>, Arc<Traced>);

impl Machine<'_> {
    /// What an expression comes to.
    pub(super) fn eval(&self, expr: &Expr, scope: Scope<'_>) -> Result<Value, Fault> {
        let Some(_level) = self.budget.enter() else { return Ok(too_much(expr.place)) };
        let place = expr.place;
        match &expr.kind {
            ExprKind::Null => Ok(Value::Null(Origin::at(place))),
            ExprKind::Bool(value) => Ok(Value::Bool(*value, Origin::at(place))),
            ExprKind::Number(digits) => number(digits, place),
            ExprKind::String(text) => Ok(Value::String(convert::normal(text))),
            ExprKind::Template(parts) => self.template(parts, place, scope),
            ExprKind::Tuple(items) => self.tuple_of(items, place, scope),
            ExprKind::Object(entries) => self.object_of(entries, place, scope),
            ExprKind::Variable(_) | ExprKind::Attribute(..) | ExprKind::Index(..) => self.eval_chain(expr, scope),
            ExprKind::Call { name, arguments, expands } => self.call(name, arguments, *expands, place, scope),
            ExprKind::Splat { source, each } => self.splat(source, each, place, scope),
            ExprKind::Unary(op, inner) => {
                let value = self.eval(inner, scope)?;
                self.risk_of(&value);
                convert::unary(*op, &value, place)
            }
            ExprKind::Binary(left, op, right) => self.binary(left, *op, right, place, scope),
            ExprKind::Conditional(parts) => self.conditional(parts, place, scope),
            ExprKind::For(it) => self.for_in(it, place, scope),
            ExprKind::Parens(inner) => self.eval(inner, scope),
        }
    }

    fn tuple_of(&self, items: &[Expr], place: Place, scope: Scope<'_>) -> Result<Value, Fault> {
        let items: Vec<Value> = items.iter().map(|item| self.eval(item, scope)).collect::<Result<_, _>>()?;
        Ok(Value::List(List { kind: ListKind::Tuple, items: Arc::new(items), origin: Origin::at(place) }))
    }

    fn object_of(&self, entries: &[(Expr, Expr)], place: Place, scope: Scope<'_>) -> Result<Value, Fault> {
        let (mut map, mut keys) = (BTreeMap::new(), Keys::new());
        for (key, value) in entries {
            if is_ambiguous(key) {
                return fault(key.place, "a key that is a reference needs parentheses around it");
            }
            let (name, text) = match self.key_of(key, scope)? {
                Ok(key) => key,
                Err(reason) => return Ok(unknown(place, reason)),
            };
            keys.insert(Arc::clone(&name), text);
            map.insert(name, self.eval(value, scope)?);
        }
        Ok(Value::Map(Map {
            is_object: true,
            keys: Some(Arc::new(keys)),
            entries: Arc::new(map),
            origin: Origin::at(place),
        }))
    }

    /// The key of an entry, or why it is not known.
    pub(super) fn key_of(&self, key: &Expr, scope: Scope<'_>) -> Result<Result<Key, Reason>, Fault> {
        let value = self.eval(key, scope)?;
        if let Some(reason) = value.first_unknown() {
            self.risk(reason);
            return Ok(Err(reason.clone()));
        }
        if matches!(value, Value::Null(_)) {
            return fault(key.place, "a key cannot be null");
        }
        let text = convert::to_text(&value, key.place)?;
        Ok(Ok((text.text().as_ref().into(), text)))
    }

    fn binary(&self, left: &Expr, op: BinaryOp, right: &Expr, place: Place, scope: Scope<'_>) -> Result<Value, Fault> {
        // The result has the place of the whole: the ways of the operands end here.
        let a = self.eval_operand(left, scope)?;
        if let (BinaryOp::And, Value::Bool(false, _)) | (BinaryOp::Or, Value::Bool(true, _)) = (op, &a) {
            return Ok(a); // As Terraform does since 1.12; before, it looked at the other side too, if only for faults.
        }
        let b = match (self.eval_operand(right, scope), op, &a) {
            // The left side may turn out to make the right one needless.
            (Err(_), BinaryOp::And | BinaryOp::Or, Value::Unknown(_)) => {
                self.risk_of(&a);
                return Ok(convert::unknown_of([&a], place));
            }
            (b, ..) => b?,
        };
        if !matches!(op, BinaryOp::Equal | BinaryOp::NotEqual) {
            self.risk_of(&a);
            self.risk_of(&b);
        }
        if !self.budget.spend_a_look(&a) || !self.budget.spend_a_look(&b) {
            return Ok(too_much(place));
        }
        convert::binary(&a, op, &b, place)
    }

    fn eval_operand(&self, expr: &Expr, scope: Scope<'_>) -> Result<Value, Fault> {
        self.eval_raw(expr, scope, &mut Vec::new())
    }

    fn conditional(&self, parts: &[Expr; 3], place: Place, scope: Scope<'_>) -> Result<Value, Fault> {
        let [condition, then, otherwise] = parts;
        let value = self.eval_operand(condition, scope)?;
        match convert::to_bool(&value, condition.place)? {
            Value::Bool(true, _) => self.chosen_arm(then, otherwise, place, scope),
            Value::Bool(false, _) => self.chosen_arm(otherwise, then, place, scope),
            Value::Null(_) => fault(condition.place, "a condition cannot be null"),
            unknown => Ok(self.either(&unknown, then, otherwise, place, scope)),
        }
    }

    fn chosen_arm(&self, chosen: &Expr, other: &Expr, place: Place, scope: Scope<'_>) -> Result<Value, Fault> {
        let value = self.eval(chosen, scope)?;
        // Of the other arm only the type matters: a number becomes text beside text, and some types do not stand together.
        let (other, _) = self.weighed(|| self.eval(other, scope));
        let Ok(other) = other else {
            self.risk(&Reason::at(place, "one side of the condition has no value"));
            return Ok(value);
        };
        if !self.budget.spend_on(&value) || !self.budget.spend_on(&other) {
            return Ok(too_much(place));
        }
        for unknown in [&value, &other].into_iter().filter_map(untyped) {
            self.risk(unknown);
        }
        match (&value, &other) {
            (Value::Unknown(_), _) | (_, Value::Unknown(_)) => Ok(value),
            _ => convert::unify(&value, &other, place),
        }
    }

    /// What both arms come to, if that is the same.
    fn either(&self, condition: &Value, then: &Expr, otherwise: &Expr, place: Place, scope: Scope<'_>) -> Value {
        self.risk_of(condition);
        let (Ok(then), Ok(otherwise)) = (self.eval(then, scope), self.eval(otherwise, scope)) else {
            return convert::unknown_of([condition], place);
        };
        if !self.budget.spend_a_look(&then) || !self.budget.spend_a_look(&otherwise) {
            return too_much(place);
        }
        if is_same(&then, &otherwise) || convert::equal(&then, &otherwise) == Some(true) {
            return then;
        }
        // The reason is that of the condition; what makes the arms may make the result.
        convert::unknown_of([condition, &then, &otherwise], place)
    }
}

/// Whether a key could be meant as a name: what is no more than attributes and literal indexes of a word.
fn is_ambiguous(key: &Expr) -> bool {
    match &key.kind {
        ExprKind::Attribute(base, _) => is_reference(base),
        ExprKind::Index(base, index) => is_literal(index) && is_reference(base),
        _ => false,
    }
}

fn is_reference(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Variable(_)) || is_ambiguous(expr)
}

fn is_literal(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Number(_) | ExprKind::String(_))
}

/// Why something of which not even the type is known is not: text is text, whatever is not known of it.
fn untyped(value: &Value) -> Option<&Reason> {
    match value {
        Value::Unknown(unknown) => Some(&unknown.reason),
        Value::List(list) => list.items.iter().find_map(untyped),
        Value::Map(map) => map.entries.values().find_map(untyped),
        _ => None,
    }
}

/// Whether both are unknown, and by the same name.
fn is_same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Unknown(a), Value::Unknown(b)) => a.symbol.is_some() && a.symbol == b.symbol,
        _ => false,
    }
}

fn number(digits: &str, place: Place) -> Result<Value, Fault> {
    match convert::parse_number(digits) {
        Ok(number) => Ok(Value::Number(Arc::new(number), Origin::at(place))),
        Err(NoNumber::TooLarge) => Ok(too_much(place)),
        Err(NoNumber::Malformed) => fault(place, format!("`{digits}` is no number")),
    }
}
