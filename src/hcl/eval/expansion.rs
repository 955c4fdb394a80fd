//! `count` and `for_each`: how many instances a block has, and what tells them apart.

use std::fmt::Write as _;
use std::rc::Rc;
use std::sync::Arc;

use bigdecimal::{BigDecimal, ToPrimitive, Zero};

use super::machine::{Machine, REFUSED, fault, settled, unknown};
use super::scope::{Each, Home, Scope};
use crate::hcl::ast::{Body, Expr, ExprKind};
use crate::hcl::convert;
use crate::hcl::functions::Fault;
use crate::hcl::value::{ListKind, Origin, Value};
use crate::text::{Place, Reason, Step};

/// Instances of one block that are told apart. More are no configuration that a person keeps.
const MAX_MEMBERS: usize = 10_000;
/// Steps that an instance costs.
const MEMBER: usize = 10;

/// The instances of a block.
pub(super) struct Expansion {
    pub(super) form: Form,
    pub(super) members: Vec<Member>,
}

/// What a block's instances are told apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Nothing: there is one.
    Single,
    /// `count`.
    Counted,
    /// `for_each`.
    Keyed,
}

/// An instance of a block.
pub(super) struct Member {
    pub(super) key: Key,
    pub(super) each: Each,
    /// Why it is not known whether there is such an instance.
    pub(super) doubt: Option<Reason>,
}

/// What an instance is told apart by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Key {
    /// Nothing.
    None,
    /// `count.index`.
    Index(usize),
    /// `each.key`.
    Name(Arc<str>),
    /// It stands for all that are not known.
    Any,
}

impl Key {
    /// What stands behind the address of the block.
    pub(super) fn suffix(&self) -> String {
        match self {
            Self::None | Self::Any => String::new(),
            Self::Index(index) => format!("[{index}]"),
            Self::Name(name) => bracketed(name),
        }
    }

    /// The key alone.
    pub(super) fn text(&self) -> Option<Arc<str>> {
        match self {
            Self::None | Self::Any => None,
            Self::Index(index) => Some(index.to_string().into()),
            Self::Name(name) => Some(Arc::clone(name)),
        }
    }
}

/// `["key"]`.
pub(super) fn bracketed(key: &str) -> String {
    let mut out = String::from("[\"");
    let mut rest = key.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '$' | '%' if rest.peek() == Some(&'{') => out.extend([c, c]),
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => drop(write!(out, "\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push_str("\"]");
    out
}

impl Expansion {
    /// Whether it is known which instances there are.
    pub(super) fn is_certain(&self) -> bool {
        self.members.iter().all(|member| member.doubt.is_none())
    }

    fn counted(count: usize, place: Place, doubt: Option<&Reason>) -> Self {
        let member = |index: usize| Member {
            key: Key::Index(index),
            each: Each { index: Some(number(index, place)), ..Each::default() },
            doubt: doubt.cloned(),
        };
        Self { form: Form::Counted, members: (0..count).map(member).collect() }
    }

    /// One instance that stands for all.
    fn any(form: Form, place: Place, reason: &Reason) -> Self {
        let unknown = || Some(unknown(place, reason.clone()));
        let each = match form {
            Form::Counted => Each { index: unknown(), ..Each::default() },
            Form::Single | Form::Keyed => Each { key: unknown(), value: unknown(), ..Each::default() },
        };
        Self { form, members: vec![Member { key: Key::Any, each, doubt: Some(reason.clone()) }] }
    }
}

impl Machine<'_> {
    /// The instances of the block with this body. OpenTofu knows `enabled`, for one or none.
    pub(super) fn expand(&self, body: &Body, scope: Scope<'_>) -> Expansion {
        if let Some(each) = body.attribute("for_each") {
            return self.keyed(&each.value, scope);
        }
        if let Some(count) = body.attribute("count") {
            return self.counted(&count.value, scope);
        }
        let enabled = body.blocks_of("lifecycle").find_map(|block| block.body.attribute("enabled"));
        let doubt = match enabled.map(|enabled| settled(self.eval(&enabled.value, scope))) {
            Some(Value::Bool(false, _)) => return Expansion { form: Form::Single, members: Vec::new() },
            Some(Value::Unknown(unknown)) => Some(unknown.reason.clone()),
            _ => None,
        };
        Expansion { form: Form::Single, members: vec![Member { key: Key::None, each: Each::default(), doubt }] }
    }

    fn counted(&self, expr: &Expr, scope: Scope<'_>) -> Expansion {
        let (value, doubt) = self.chosen(expr, scope, &mut Vec::new());
        let any = |reason: &Reason| Expansion::any(Form::Counted, expr.place, reason);
        match convert::to_number(&value, expr.place) {
            Ok(Value::Number(count, _)) => match whole(&count) {
                Some(count) if count <= MAX_MEMBERS && self.budget.spend(count * MEMBER) => {
                    Expansion::counted(count, expr.place, doubt.as_ref())
                }
                Some(_) => any(&Reason::at(expr.place, "there are too many instances to work out")),
                None => any(&refusal(expr.place, "`count` takes a whole number, not below 0")),
            },
            Ok(Value::Unknown(unknown)) => any(&unknown.reason),
            Ok(_) => any(&refusal(expr.place, "`count` takes a number, and this is null")),
            Err(fault) => any(&refusal(fault.place, &fault.message)),
        }
    }

    fn keyed(&self, expr: &Expr, scope: Scope<'_>) -> Expansion {
        let mut steps = Vec::new();
        let (value, doubt) = self.chosen(expr, scope, &mut steps);
        let any = |reason: &Reason| Expansion::any(Form::Keyed, expr.place, reason);
        match self.members(&value, expr.place, &steps.into()) {
            Ok(Ok(mut members)) => {
                for member in &mut members {
                    member.doubt = member.doubt.take().or_else(|| doubt.clone());
                }
                Expansion { form: Form::Keyed, members }
            }
            Ok(Err(reason)) => any(&reason),
            Err(fault) => any(&refusal(fault.place, &fault.message)),
        }
    }

    /// The instances for the elements of a map or set, or why they are not known.
    fn members(&self, value: &Value, place: Place, steps: &Rc<[Step]>) -> Result<Result<Vec<Member>, Reason>, Fault> {
        let member = |key: Arc<str>, written: Value, value: Value| Member {
            key: Key::Name(key),
            each: Each { key: Some(written), value: Some(value), index: None, steps: Rc::clone(steps) },
            doubt: None,
        };
        let size = match value {
            Value::Map(map) => map.entries.len(),
            value => value.as_list().map_or(0, <[Value]>::len),
        };
        if size > MAX_MEMBERS || !self.budget.spend(size * MEMBER) {
            return Ok(Err(Reason::at(place, "there are too many instances to work out")));
        }
        match value {
            Value::Map(map) => Ok(Ok(map
                .entries
                .iter()
                .map(|(key, value)| member(Arc::clone(key), map.key(key), value.clone()))
                .collect())),
            Value::List(list) if list.kind == ListKind::Set => {
                let mut members = Vec::new();
                let mut unknown = None;
                for item in list.items.iter() {
                    match (item, item.as_known_text()) {
                        (_, Some(key)) => members.push(member(key.as_ref().into(), item.clone(), item.clone())),
                        (Value::Unknown(_) | Value::String(_), _) => unknown = unknown.or(item.first_unknown()),
                        _ => return fault(place, "`for_each` takes a map or a set of strings"),
                    }
                }
                if let Some(reason) = unknown {
                    members.extend(Expansion::any(Form::Keyed, place, reason).members);
                }
                Ok(Ok(members))
            }
            // `[]`: what a conditional takes for no set.
            Value::List(list) if list.items.is_empty() => Ok(Ok(Vec::new())),
            Value::Unknown(unknown) => Ok(Err(unknown.reason.clone())),
            _ => fault(place, "`for_each` takes a map or a set of strings"),
        }
    }

    /// The value of `count` or `for_each`. `var.create ? 1 : 0` is 1 with a doubt where the variable has no value, for that
    /// says all about the instance but whether there is one.
    fn chosen(&self, expr: &Expr, scope: Scope<'_>, steps: &mut Vec<Step>) -> (Value, Option<Reason>) {
        let value = settled(self.eval_raw(expr, scope, steps));
        if let Value::Unknown(unknown) = &value
            && let Some(some) = self.one_or_none(expr, scope)
        {
            return (some, Some(unknown.reason.clone()));
        }
        (value, None)
    }

    /// The value of the arm that is not empty, where the other one is.
    fn one_or_none(&self, expr: &Expr, scope: Scope<'_>) -> Option<Value> {
        let _level = self.budget.enter()?;
        match &expr.kind {
            ExprKind::Parens(inner) => self.one_or_none(inner, scope),
            ExprKind::Call { name, arguments, expands: false } if matches!(&**name, "toset" | "tomap") => {
                let value = self.one_or_none(arguments.first()?, scope)?;
                self.call_with(name, vec![value], expr.place).ok()
            }
            ExprKind::Attribute(base, name) => {
                let (ExprKind::Variable(kind), Home::Module(home)) = (&base.kind, scope.home) else { return None };
                let module = &home.loaded.module;
                match &**kind {
                    "local" => self.one_or_none(&module.locals.get(name)?.value, Scope::of(home)),
                    // A type may fill in or convert: a number stays one.
                    "var" if module.variables.get(name)?.type_.as_ref().is_none_or(is_number) => {
                        let call = home.call.as_ref()?;
                        self.one_or_none(&call.block()?.body.attribute(name)?.value, call.scope())
                    }
                    _ => None,
                }
            }
            ExprKind::Conditional(parts) => {
                let [_, then, otherwise] = &**parts;
                let (then, otherwise) = (self.eval(then, scope).ok()?, self.eval(otherwise, scope).ok()?);
                match (is_none(&then)?, is_none(&otherwise)?) {
                    (false, true) => Some(convert::unify(&then, &otherwise, expr.place).unwrap_or(then)),
                    (true, false) => Some(convert::unify(&otherwise, &then, expr.place).unwrap_or(otherwise)),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

fn is_number(type_: &Expr) -> bool {
    matches!(&type_.kind, ExprKind::Variable(name) if &**name == "number")
}

/// Whether it makes no instance; `None` where that is not known.
fn is_none(value: &Value) -> Option<bool> {
    match value {
        Value::Number(count, _) => Some(count.is_zero()),
        Value::List(list) => Some(list.items.is_empty()),
        Value::Map(map) => Some(map.entries.is_empty()),
        _ => None,
    }
}

/// The number, if it is a whole one and not below 0.
pub(super) fn whole(number: &BigDecimal) -> Option<usize> {
    number.is_integer().then(|| number.to_usize()).flatten()
}

/// A number that we count ourselves.
pub(super) fn number(count: usize, place: Place) -> Value {
    Value::Number(Arc::new(BigDecimal::from(count as u64)), Origin::at(place))
}

fn refusal(place: Place, message: &str) -> Reason {
    Reason::at(place, format!("{REFUSED}{message}"))
}
