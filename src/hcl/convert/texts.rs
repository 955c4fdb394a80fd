//! Values as text.

use std::borrow::Cow;
use std::sync::Arc;

use super::doubt::hole_of;
use super::normal::normal;
use super::numbers;
use crate::hcl::functions::Fault;
use crate::hcl::value::{Shape, Unknown, Value};
use crate::text::{Place, Span, Traced, TracedBuilder};

/// Longer placeholders say nothing more.
const MAX_PLACEHOLDER: u32 = 4096;

/// The value as a string: numbers and booleans are converted, text stays as it is; Unknown becomes text with a hole.
/// Null and what has parts is a fault.
pub fn to_text(value: &Value, place: Place) -> Result<Arc<Traced>, Fault> {
    match value {
        Value::String(text) => Ok(normal(text)),
        Value::Unknown(unknown) => {
            let mut text = TracedBuilder::new(place);
            push_unknown(unknown, &mut text);
            Ok(Arc::new(text.finish()))
        }
        Value::Number(_, origin) | Value::Bool(_, origin) => {
            let mut text = TracedBuilder::new(origin.place);
            interpolate(value, place, &mut text)?;
            Ok(Arc::new(text.finish()))
        }
        _ => Err(no_text(value, place)),
    }
}

/// Adds the value to a template, `place` being the interpolation.
pub fn interpolate(value: &Value, place: Place, text: &mut TracedBuilder) -> Result<(), Fault> {
    let (written, origin): (Cow<'_, str>, _) = match value {
        Value::String(part) => {
            text.append(part);
            return Ok(());
        }
        Value::Unknown(unknown) => {
            push_unknown(unknown, text);
            return Ok(());
        }
        Value::Number(number, origin) => (numbers::plain(number).into(), origin),
        Value::Bool(value, origin) => (if *value { "true" } else { "false" }.into(), origin),
        Value::Null(_) | Value::List(_) | Value::Map(_) => return Err(no_text(value, place)),
    };
    text.push(written.as_bytes(), origin.place, false, origin.note.clone());
    Ok(())
}

/// Adds a hole: exact where the shape is known, else of one byte.
pub(crate) fn push_unknown(unknown: &Unknown, text: &mut TracedBuilder) {
    let (byte, len) = match unknown.shape {
        Some(Shape::Hex(len)) => ("0", len),
        Some(Shape::Base64(len)) => ("A", len),
        None => ("?", 1),
    };
    let bytes = byte.repeat(len.min(MAX_PLACEHOLDER) as usize);
    let is_exact = unknown.shape.is_some() && len <= MAX_PLACEHOLDER;
    text.push(bytes.as_bytes(), unknown.place, false, Some(hole_of(unknown, is_exact)));
}

/// Whether two texts are the same; `None` where that hangs on what is not known. What stands before the first hole and after
/// the last one can tell that they are not.
pub(crate) fn same_text(a: &Traced, b: &Traced) -> Option<bool> {
    let ((a_head, a_tail), (b_head, b_tail)) = (known_ends(a), known_ends(b));
    if a_head.len() == a.bytes().len() && b_head.len() == b.bytes().len() {
        return Some(a.bytes() == b.bytes());
    }
    let (head, tail) = (a_head.len().min(b_head.len()), a_tail.len().min(b_tail.len()));
    let ends_agree = a_head[..head] == b_head[..head] && a_tail[a_tail.len() - tail..] == b_tail[b_tail.len() - tail..];
    let lengths_agree = !(a.is_wholly_certain() && b.is_wholly_certain()) || a.bytes().len() == b.bytes().len();
    // A text that is known, and shorter than what the other has beside its holes.
    let fits = |known: &Traced, head: &[u8], tail: &[u8]| {
        known.holes().next().is_some() || head.len() + tail.len() <= known.bytes().len()
    };
    (!(ends_agree && lengths_agree && fits(a, b_head, b_tail) && fits(b, a_head, a_tail))).then_some(false)
}

/// What is known of a text before its first hole and after its last.
fn known_ends(text: &Traced) -> (&[u8], &[u8]) {
    let mut holes = text.holes().map(|(span, _)| span);
    let Some(first) = holes.next() else { return (text.bytes(), text.bytes()) };
    let last = holes.last().unwrap_or(first);
    let len = Span::of(0..text.bytes().len()).end;
    (Span::new(0, first.start).slice(text.bytes()), Span::new(last.end, len).slice(text.bytes()))
}

fn no_text(value: &Value, place: Place) -> Fault {
    let what = super::kind_of(value);
    Fault { place, message: format!("text cannot be made of {what}") }
}
