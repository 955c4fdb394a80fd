//! The order of sets: Terraform goes through strings bytewise, numbers by size, false before true, and through everything
//! else by a text that stands for the value.

use std::cmp::Ordering;

use super::{equal, numbers};
use crate::hcl::value::{List, ListKind, Value};

/// Whether the list is a set of which it is not known how many elements it has, and in which order: some are not known, and may
/// be equal to others.
pub fn is_unsettled(list: &List) -> bool {
    list.kind == ListKind::Set && list.items.len() > 1 && list.items.iter().any(|item| item.first_unknown().is_some())
}

/// The elements of a set: sorted, none of them twice. What is not wholly known comes last, since it may be anything.
pub fn sorted(mut items: Vec<Value>) -> Vec<Value> {
    items.sort_by(order);
    items.dedup_by(|later, earlier| equal(later, earlier) == Some(true));
    items
}

/// Where elements of a set stand.
fn order(a: &Value, b: &Value) -> Ordering {
    let rank = |value: &Value| match value {
        _ if value.first_unknown().is_some() => 2,
        Value::Null(_) => 1,
        _ => 0,
    };
    rank(a).cmp(&rank(b)).then_with(|| match (a, b) {
        _ if rank(a) > 0 => Ordering::Equal,
        (Value::String(a), Value::String(b)) => a.bytes().cmp(b.bytes()),
        (Value::Number(a, _), Value::Number(b, _)) => a.cmp(b),
        (Value::Bool(a, _), Value::Bool(b, _)) => a.cmp(b),
        _ => key(a).cmp(&key(b)),
    })
}

/// The text by which cty orders elements of a set that have parts.
fn key(value: &Value) -> String {
    let mut text = String::new();
    push_key(value, &mut text);
    text
}

fn push_key(value: &Value, text: &mut String) {
    match value {
        Value::Unknown(_) => text.push('?'),
        Value::Null(_) => text.push('~'),
        Value::Bool(value, _) => text.push(if *value { 'T' } else { 'F' }),
        Value::Number(number, _) => text.push_str(&numbers::plain(number)),
        Value::String(part) => push_quoted(&part.text(), text),
        Value::List(list) => {
            let (open, close) = if list.kind == ListKind::Tuple { ('<', '>') } else { ('[', ']') };
            text.push(open);
            for item in list.items.iter() {
                push_key(item, text);
                text.push(';');
            }
            text.push(close);
        }
        Value::Map(map) => {
            text.push(if map.is_object { '<' } else { '{' });
            for (name, value) in map.entries.iter() {
                if !map.is_object {
                    push_quoted(name, text);
                    text.push(':');
                }
                push_key(value, text);
                text.push(';');
            }
            text.push(if map.is_object { '>' } else { '}' });
        }
    }
}

/// Quoted nearly as Go's `%q` does: what decides the order are the characters before the first that differs.
fn push_quoted(part: &str, text: &mut String) {
    text.push('"');
    text.push_str(&part.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"));
    text.push('"');
}
