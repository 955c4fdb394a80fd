//! Values as JSON, as `jsonencode` writes them.

use crate::hcl::convert;
use crate::hcl::value::{Shape, Value};
use crate::text::{Place, Span, Stretch, Traced, TracedBuilder};

use super::Fault;
use super::arguments::Arguments;
use super::pieces::{self, MAX_TEXT};

/// `jsonencode(value)`.
pub(super) fn jsonencode(given: &Arguments<'_>) -> Result<Value, Fault> {
    if matches!(&given.values[0], Value::Unknown(unknown) if unknown.shape.is_none()) {
        return Ok(given.unknown());
    }
    let mut out = TracedBuilder::new(given.place());
    to_json_text(&given.values[0], given.place(), &mut out);
    if out.bytes().len() > MAX_TEXT {
        return Ok(given.unknown_because("the text is too long to be worked out here"));
    }
    Ok(pieces::value_of(out.finish()))
}

/// Adds the value as `jsonencode` writes it: names sorted, no spaces. Text keeps its places; brackets and commas have `place`.
pub fn to_json_text(value: &Value, place: Place, out: &mut TracedBuilder) {
    if out.bytes().len() > MAX_TEXT {
        return;
    }
    let mark = |text: &str, out: &mut TracedBuilder| out.push(text.as_bytes(), place, false, None);
    match value {
        Value::Null(origin) => out.push(b"null", origin.place, false, origin.note.clone()),
        Value::String(text) => quoted(text, out),
        Value::Bool(..) | Value::Number(..) => {
            // Neither is refused.
            let _ = convert::interpolate(value, place, out);
        }
        Value::Unknown(unknown) => {
            let is_text = matches!(unknown.shape, Some(Shape::Hex(_) | Shape::Base64(_)));
            let quote = if is_text { "\"" } else { "" };
            mark(quote, out);
            convert::push_unknown(unknown, out);
            mark(quote, out);
        }
        // The order of a set hangs on all its elements.
        Value::List(list) if convert::is_unsettled(list) => {
            if let Value::Unknown(unknown) = convert::unknown_of([value], place) {
                convert::push_unknown(&unknown, out);
            }
        }
        Value::List(list) => {
            mark("[", out);
            for (at, item) in list.items.iter().enumerate() {
                mark(if at > 0 { "," } else { "" }, out);
                to_json_text(item, place, out);
            }
            mark("]", out);
        }
        Value::Map(map) => {
            mark("{", out);
            for (at, (name, value)) in map.entries.iter().enumerate() {
                mark(if at > 0 { "," } else { "" }, out);
                if let Some(key) = map.key(name).as_text() {
                    quoted(key, out);
                }
                mark(":", out);
                to_json_text(value, place, out);
            }
            mark("}", out);
        }
    }
}

/// Adds the text as a JSON string; what needs no escape keeps its place byte for byte.
pub(super) fn quoted(text: &Traced, out: &mut TracedBuilder) {
    out.push(b"\"", text.whole(), false, None);
    for stretch in text.stretches() {
        if stretch.note.is_some_and(|note| note.hole.is_some()) {
            out.append_part(text, stretch.span);
        } else {
            escaped(text, &stretch, out);
        }
    }
    out.push(b"\"", text.whole(), false, None);
}

fn escaped(text: &Traced, stretch: &Stretch<'_>, out: &mut TracedBuilder) {
    let shown = String::from_utf8_lossy(stretch.span.slice(text.bytes()));
    let at = |offset: usize| stretch.span.start + Span::of(0..offset).end;
    let mut plain_from = 0;
    for (offset, char) in shown.char_indices() {
        let Some(escape) = escape(char) else { continue };
        let span = Span::new(at(offset), at(offset + char.len_utf8()));
        out.append_part(text, Span::new(at(plain_from), span.start));
        out.push(escape.as_bytes(), stretch.place_of(span), false, stretch.note.cloned());
        plain_from = offset + char.len_utf8();
    }
    out.append_part(text, Span::new(at(plain_from), stretch.span.end));
}

/// What Go writes for a character that it does not write as it is.
fn escape(char: char) -> Option<String> {
    Some(match char {
        '"' => "\\\"".to_owned(),
        '\\' => "\\\\".to_owned(),
        '\n' => "\\n".to_owned(),
        '\r' => "\\r".to_owned(),
        '\t' => "\\t".to_owned(),
        '\u{8}' => "\\b".to_owned(),
        '\u{c}' => "\\f".to_owned(),
        '\0'..='\u{1f}' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => format!("\\u{:04x}", u32::from(char)),
        _ => return None,
    })
}
