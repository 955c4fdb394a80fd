//! The inside of blocks: arguments, nested blocks, and those that `dynamic` makes.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::machine::{Machine, settled, too_much};
use super::scope::Scope;
use crate::hcl::ast::{Attribute, Block, Body, Expr, ExprKind};
use crate::hcl::functions::Fault;
use crate::hcl::value::{List, ListKind, Map, Origin, Unknown, Value};
use crate::text::{Place, Reason};

impl Machine<'_> {
    /// The inside of a block as an object, less what `meta` names. What is null is not set.
    pub(super) fn object(&self, body: &Body, scope: Scope<'_>, place: Place, meta: &[&str]) -> Value {
        let Some(_level) = self.budget.enter() else { return too_much(place) };
        let mut entries = BTreeMap::new();
        for attribute in body.attributes.iter().filter(|attribute| !meta.contains(&&*attribute.name)) {
            let value = settled(self.eval(&attribute.value, scope));
            insert(&mut entries, &attribute.name, value);
        }
        for kind in kinds(body).into_iter().filter(|kind| !meta.contains(&&**kind)) {
            if let Some(value) = self.blocks(body, &kind, scope) {
                insert(&mut entries, &kind, value);
            }
        }
        Value::Map(Map { is_object: true, entries: Arc::new(entries), origin: Origin::at(place) })
    }

    /// The nested blocks of one kind; `None` if there are none.
    pub(super) fn blocks(&self, body: &Body, kind: &str, scope: Scope<'_>) -> Option<Value> {
        let mut items = Vec::new();
        let mut place = None;
        for block in &body.blocks {
            if &*block.kind == kind {
                place.get_or_insert(block.header);
                items.push(self.object(&block.body, scope, block.header, &[]));
            } else if dynamic_kind(block).is_some_and(|made| &**made == kind) {
                place.get_or_insert(block.header);
                match settled_items(self.dynamic(block, kind, scope), block.header) {
                    Ok(made) => items.extend(made),
                    Err(reason) => return Some(Value::Unknown(Arc::new(Unknown::new(block.header, reason)))),
                }
            }
        }
        let origin = Origin::at(place?);
        let is_empty = items.is_empty();
        (!is_empty).then(|| Value::List(List { kind: ListKind::Tuple, items: Arc::new(items), origin }))
    }

    /// The blocks that a `dynamic` block makes, or why they are not known.
    fn dynamic(&self, block: &Block, kind: &str, scope: Scope<'_>) -> Result<Result<Vec<Value>, Reason>, Fault> {
        let refused = |message: &str| Fault { place: block.header, message: message.to_owned() };
        let each = block.body.attribute("for_each").ok_or_else(|| refused("a `dynamic` block needs `for_each`"))?;
        let content = block.body.blocks_of("content").next();
        let content = content.ok_or_else(|| refused("a `dynamic` block needs `content`"))?;
        let iterator = block.body.attribute("iterator").and_then(word).unwrap_or(kind);
        let source = self.eval(&each.value, scope)?;
        let items = match self.items(&source, each.value.place)? {
            Ok(items) => items,
            Err(reason) => return Ok(Err(reason)),
        };
        let mut made = Vec::new();
        for (key, value) in items {
            if self.budget.is_spent() {
                return Ok(Err(Reason::at(block.header, "there is too much to work out here")));
            }
            let names = scope.bind(iterator, iterated(key, value, each.value.place));
            made.push(self.object(&content.body, scope.inside(&names), content.header, &[]));
        }
        Ok(Ok(made))
    }
}

/// An object without attributes.
pub(super) fn empty_map(place: Place) -> Map {
    Map { is_object: true, entries: Arc::default(), origin: Origin::at(place) }
}

/// The kinds of nested blocks, in the order of the source.
pub(super) fn kinds(body: &Body) -> Vec<Arc<str>> {
    let mut kinds: Vec<Arc<str>> = Vec::new();
    for block in &body.blocks {
        let kind = dynamic_kind(block).unwrap_or(&block.kind);
        if !kinds.contains(kind) {
            kinds.push(Arc::clone(kind));
        }
    }
    kinds
}

/// The kind of blocks that a `dynamic` block makes.
fn dynamic_kind(block: &Block) -> Option<&Arc<str>> {
    if &*block.kind == "dynamic" { block.labels.first().map(|(label, _)| label) } else { None }
}

fn settled_items(made: Result<Result<Vec<Value>, Reason>, Fault>, place: Place) -> Result<Vec<Value>, Reason> {
    made.unwrap_or_else(|fault| {
        let reason = settled(Err(fault)).first_unknown().cloned();
        Err(reason.unwrap_or_else(|| Reason::at(place, "the blocks are not known")))
    })
}

/// What the iterator of a `dynamic` block is bound to.
fn iterated(key: Value, value: Value, place: Place) -> Value {
    let entries = BTreeMap::from([("key".into(), key), ("value".into(), value)]);
    Value::Map(Map { is_object: true, entries: Arc::new(entries), origin: Origin::at(place) })
}

fn word(attribute: &Attribute) -> Option<&str> {
    fn named(expr: &Expr) -> Option<&str> {
        match &expr.kind {
            ExprKind::Variable(name) => Some(name),
            ExprKind::String(text) => std::str::from_utf8(text.bytes()).ok(),
            _ => None,
        }
    }
    named(&attribute.value)
}

fn insert(entries: &mut BTreeMap<Arc<str>, Value>, name: &Arc<str>, value: Value) {
    if !matches!(value, Value::Null(_)) {
        entries.insert(Arc::clone(name), value);
    }
}
