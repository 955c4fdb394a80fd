//! The inside of blocks: arguments, nested blocks, and those that `dynamic` makes.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::loops::items;
use super::machine::{Machine, settled, too_much, unknown};
use super::scope::Scope;
use crate::hcl::ast::{Attribute, Block, Body, Expr, ExprKind};
use crate::hcl::functions::Fault;
use crate::hcl::value::{List, ListKind, Map, Origin, Value};
use crate::text::{Place, Reason};

impl Machine<'_> {
    /// The inside of a block as an object, less what `meta` names. What is null is not set.
    pub(super) fn object(&self, body: &Body, scope: Scope<'_>, place: Place, meta: &[&str]) -> Value {
        let Some(_level) = self.budget.enter() else { return too_much(place) };
        let mut entries = BTreeMap::new();
        let is_argument = |it: &&Attribute| !meta.contains(&&*it.name) && !is_json_dynamic(it);
        for attribute in body.attributes.iter().filter(is_argument) {
            let value = settled(self.eval(&attribute.value, scope));
            insert(&mut entries, &attribute.name, value);
        }
        for kind in kinds(body).into_iter().filter(|kind| !meta.contains(&&**kind)) {
            if let Some(value) = self.blocks(body, &kind, scope) {
                insert(&mut entries, &kind, value);
            }
        }
        Value::Map(Map { is_object: true, keys: None, entries: Arc::new(entries), origin: Origin::at(place) })
    }

    /// The nested blocks of one kind; `None` if there are none.
    pub(super) fn blocks(&self, body: &Body, kind: &str, scope: Scope<'_>) -> Option<Value> {
        let mut items = Vec::new();
        let mut place = None;
        for nested in nested(body).iter().filter(|nested| &**nested.kind() == kind) {
            match nested {
                Nested::Block(block) => {
                    place.get_or_insert(block.header);
                    items.push(self.object(&block.body, scope, block.header, &[]));
                }
                Nested::Dynamic(dynamic) => {
                    let at = *place.get_or_insert(dynamic.place);
                    match settled_items(self.dynamic(dynamic, scope), dynamic.place) {
                        Ok(made) => items.extend(made),
                        Err(reason) => return Some(unknown(at, reason)),
                    }
                }
            }
        }
        let origin = Origin::at(place?);
        let is_empty = items.is_empty();
        (!is_empty).then(|| Value::List(List { kind: ListKind::Tuple, items: Arc::new(items), origin }))
    }

    /// The blocks that a `dynamic` block makes, or why they are not known.
    fn dynamic(&self, it: &Dynamic<'_>, scope: Scope<'_>) -> Result<Result<Vec<Value>, Reason>, Fault> {
        let refused = |message: &str| Fault { place: it.place, message: message.to_owned() };
        let each = it.for_each.ok_or_else(|| refused("a `dynamic` block needs `for_each`"))?;
        let content = it.content.ok_or_else(|| refused("a `dynamic` block needs `content`"))?;
        let mut steps = Vec::new();
        let source = self.eval_raw(each, scope, &mut steps)?;
        let elements = match items(&source, each.place)? {
            Ok(elements) => elements,
            Err(reason) => return Ok(Err(reason)),
        };
        let mut made = Vec::new();
        for (key, value) in elements {
            if self.budget.is_spent() {
                return Ok(Err(Reason::at(it.place, "there is too much to work out here")));
            }
            let names = scope.bind(it.iterator.unwrap_or(&it.kind), iterated(key, value, each.place), &steps);
            let inner = scope.inside(&names);
            made.push(match content {
                Content::Block(block) => self.object(&block.body, inner, block.header, &[]),
                Content::Object(object) => settled(self.eval(object, inner)),
            });
        }
        Ok(Ok(made))
    }
}

/// A block that makes others.
struct Dynamic<'b> {
    /// Their kind.
    kind: Arc<str>,
    place: Place,
    for_each: Option<&'b Expr>,
    /// The name of the element, where it is not the kind.
    iterator: Option<&'b str>,
    content: Option<Content<'b>>,
}

/// What a `dynamic` block repeats: a block, or an object in JSON.
#[derive(Clone, Copy)]
enum Content<'b> {
    Block(&'b Block),
    Object(&'b Expr),
}

/// A block in a block, or what makes some.
enum Nested<'b> {
    Block(&'b Block),
    Dynamic(Dynamic<'b>),
}

impl Nested<'_> {
    fn kind(&self) -> &Arc<str> {
        match self {
            Self::Block(block) => &block.kind,
            Self::Dynamic(dynamic) => &dynamic.kind,
        }
    }
}

impl<'b> Dynamic<'b> {
    fn of(block: &'b Block) -> Option<Self> {
        let (kind, _) = block.labels.first().filter(|_| &*block.kind == "dynamic")?;
        Some(Self {
            kind: Arc::clone(kind),
            place: block.header,
            for_each: block.body.attribute("for_each").map(|each| &each.value),
            iterator: block.body.attribute("iterator").and_then(|it| word(&it.value)),
            content: block.body.blocks_of("content").next().map(Content::Block),
        })
    }
}

/// The nested blocks of a body, in the order of the source; in JSON `dynamic` is an attribute with an object.
fn nested(body: &Body) -> Vec<Nested<'_>> {
    let written = |block| Dynamic::of(block).map_or(Nested::Block(block), Nested::Dynamic);
    let mut found: Vec<_> = body.blocks.iter().map(written).collect();
    for attribute in body.attributes.iter().filter(|attribute| is_json_dynamic(attribute)) {
        for (kind, value) in objects(&attribute.value) {
            let Some(kind) = word(kind) else { continue };
            let place = value.place;
            let part = |name: &str| objects(value).find(|(key, _)| word(key) == Some(name)).map(|(_, value)| value);
            found.push(Nested::Dynamic(Dynamic {
                kind: kind.into(),
                place,
                for_each: part("for_each"),
                iterator: part("iterator").and_then(word),
                content: part("content").map(Content::Object),
            }));
        }
    }
    found
}

/// Whether an attribute of a JSON file stands for `dynamic` blocks.
pub(super) fn is_json_dynamic(attribute: &Attribute) -> bool {
    &*attribute.name == "dynamic" && objects(&attribute.value).next().is_some()
}

/// The entries of an object, or of the objects in a list.
fn objects(expr: &Expr) -> impl Iterator<Item = (&Expr, &Expr)> {
    let all = match &expr.kind {
        ExprKind::Tuple(items) => items.as_slice(),
        _ => std::slice::from_ref(expr),
    };
    let entries = all.iter().filter_map(|item| match &item.kind {
        ExprKind::Object(entries) => Some(entries),
        _ => None,
    });
    entries.flatten().map(|(key, value)| (key, value))
}

/// An object without attributes.
pub(super) fn empty_map(place: Place) -> Map {
    Map { is_object: true, keys: None, entries: Arc::default(), origin: Origin::at(place) }
}

/// The kinds of nested blocks, in the order of the source.
pub(super) fn kinds(body: &Body) -> Vec<Arc<str>> {
    let mut kinds: Vec<Arc<str>> = Vec::new();
    for nested in nested(body) {
        if !kinds.contains(nested.kind()) {
            kinds.push(Arc::clone(nested.kind()));
        }
    }
    kinds
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
    Value::Map(Map { is_object: true, keys: None, entries: Arc::new(entries), origin: Origin::at(place) })
}

fn word(expr: &Expr) -> Option<&str> {
    match &expr.kind {
        ExprKind::Variable(name) => Some(name),
        ExprKind::String(text) => std::str::from_utf8(text.bytes()).ok(),
        _ => None,
    }
}

fn insert(entries: &mut BTreeMap<Arc<str>, Value>, name: &Arc<str>, value: Value) {
    if !matches!(value, Value::Null(_)) {
        entries.insert(Arc::clone(name), value);
    }
}
