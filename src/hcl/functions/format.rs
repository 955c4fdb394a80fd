//! `format` and `formatlist`: literal parts keep the place in the format, arguments keep theirs.

use super::Fault;
use super::arguments::{Arguments, all_of};
use super::format_numbers::{self, Style};
use super::pieces::{MAX_TEXT, push_vague, value_of};
use super::{json, strings};
use crate::hcl::convert;
use crate::hcl::value::{List, ListKind, Value};
use crate::text::{Span, Traced, TracedBuilder};

/// Wider fields are not worked out here.
const MAX_WIDTH: usize = 10_000;

/// `format(format, value...)`.
pub(super) fn format(given: &Arguments<'_>) -> Result<Value, Fault> {
    if given.known(0).is_none() {
        return Ok(given.unknown());
    }
    if given.values.iter().any(|value| matches!(value, Value::Null(_))) {
        return Ok(given.unknown_because(NULL));
    }
    let arguments: Vec<&Value> = given.values[1..].iter().collect();
    Ok(formatted(given, &arguments)?.map_or_else(|| given.unknown_because(TOO_LONG), value_of))
}

const NULL: &str = "what null comes to in a format hangs on its type, which is not followed here";
const TOO_LONG: &str = "the text is too long to be worked out here";

/// `formatlist(format, value...)`: lists are gone through together, all else is the same for each.
pub(super) fn formatlist(given: &Arguments<'_>) -> Result<Value, Fault> {
    let values = &given.values[1..];
    let lists: Vec<&List> =
        values.iter().filter_map(|value| if let Value::List(list) = value { Some(list) } else { None }).collect();
    let len = lists.first().map(|list| list.items.len());
    // What is not known may be a list.
    let is_vague = |value: &Value| match value {
        Value::Unknown(unknown) => unknown.shape.is_none(),
        _ => false,
    };
    if given.known(0).is_none() || values.iter().any(is_vague) || lists.iter().any(|list| convert::is_unsettled(list)) {
        return Ok(given.unknown());
    }
    if values.iter().any(|value| matches!(value, Value::Null(_))) {
        return Ok(given.unknown_because(NULL));
    }
    if lists.iter().any(|list| Some(list.items.len()) != len) {
        return Err(given.fault("the lists have different lengths"));
    }
    let mut items = Vec::new();
    for at in 0..len.unwrap_or(1) {
        let row: Vec<&Value> = values.iter().map(|value| element(value, at)).collect();
        match formatted(given, &row)? {
            Some(text) => items.push(value_of(text)),
            None => return Ok(given.unknown_because(TOO_LONG)),
        }
    }
    Ok(given.list_of(ListKind::List, items))
}

/// What stands for the argument in the row at `at`.
fn element(value: &Value, at: usize) -> &Value {
    match value {
        Value::List(list) => list.items.get(at).unwrap_or(value),
        value => value,
    }
}

/// A verb: `%`, flags, width, precision, the number of an argument, a letter.
struct Verb {
    style: Style,
    argument: Option<usize>,
    mode: char,
}

/// The text that the format comes to; `None` if it is too long.
fn formatted(given: &Arguments<'_>, arguments: &[&Value]) -> Result<Option<Traced>, Fault> {
    let text = given.text(0);
    let shown = given.string(0);
    let mut out = TracedBuilder::new(given.place());
    let (mut at, mut next, mut used) = (0, 0, 0);
    while let Some(percent) = shown[at..].find('%').map(|found| at + found) {
        out.append_part(&text, Span::of(at..percent));
        let rest = &shown[percent + 1..];
        if rest.starts_with('%') {
            out.append_part(&text, Span::of(percent..percent + 1));
            at = percent + 2;
            continue;
        }
        let (verb, len) = verb(rest).ok_or_else(|| given.fault("the format is malformed"))?;
        at = percent + 1 + len;
        next = verb.argument.unwrap_or(next + 1);
        used = used.max(next);
        let argument = next.checked_sub(1).and_then(|index| arguments.get(index));
        let argument = argument.ok_or_else(|| given.fault("the format asks for more values than there are"))?;
        if verb.style.width.max(verb.style.precision).unwrap_or(0) > MAX_WIDTH || out.bytes().len() > MAX_TEXT {
            return Ok(None);
        }
        append(given, &verb, argument, &mut out)?;
    }
    if used < arguments.len() {
        return Err(given.fault("there are more values than the format asks for"));
    }
    out.append_part(&text, Span::of(at..shown.len()));
    Ok(Some(out.finish()).filter(|text| text.bytes().len() <= MAX_TEXT))
}

/// Reads a verb behind its `%`, and how long it is.
fn verb(text: &str) -> Option<(Verb, usize)> {
    let bytes = text.as_bytes();
    let mut at = 0;
    let mut style = Style::default();
    while let Some(flag) = bytes.get(at) {
        match flag {
            b'0' => style.zero = true,
            b'#' => style.sharp = true,
            b'-' => style.minus = true,
            b'+' => style.plus = true,
            b' ' => style.space = true,
            _ => break,
        }
        at += 1;
    }
    let digits = |at: usize| bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let number = |from: usize, len: usize| text.get(from..from + len).map(|shown| shown.parse().unwrap_or(usize::MAX));
    let len = digits(at);
    if len > 0 {
        style.width = number(at, len);
    }
    at += len;
    if bytes.get(at) == Some(&b'.') {
        let len = digits(at + 1);
        style.precision = if len == 0 { Some(0) } else { number(at + 1, len) };
        at += 1 + len;
    }
    let mut argument = None;
    if bytes.get(at) == Some(&b'[') {
        let len = digits(at + 1);
        argument = number(at + 1, len).filter(|number| len > 0 && *number > 0);
        if argument.is_none() || bytes.get(at + 1 + len) != Some(&b']') {
            return None;
        }
        at += len + 2;
    }
    let mode = char::from(*bytes.get(at)?);
    "vtbdoxXeEfgGsq".contains(mode).then_some((Verb { style, argument, mode }, at + 1))
}

fn append(given: &Arguments<'_>, verb: &Verb, value: &Value, out: &mut TracedBuilder) -> Result<(), Fault> {
    let place = given.place();
    if matches!(value, Value::Null(_)) && verb.mode != 'v' {
        return Err(given.fault("a value is null"));
    }
    match verb.mode {
        's' => append_text(&cut(&*convert::to_text(value, place)?, verb.style.precision), &verb.style, out),
        'q' => {
            let text = cut(&*convert::to_text(value, place)?, verb.style.precision);
            let mut quoted = TracedBuilder::new(text.whole());
            json::quoted(&text, &mut quoted);
            append_text(&quoted.finish(), &verb.style, out);
        }
        't' => match convert::to_bool(value, place)? {
            truth @ Value::Bool(..) => convert::interpolate(&truth, place, out)?,
            other => append_hole(given, &other, out),
        },
        'v' => append_any(given, verb, value, out),
        _ => match convert::to_number(value, place)? {
            Value::Number(number, origin) => {
                let shown = format_numbers::formatted(&number, verb.mode, &verb.style);
                let shown = shown.ok_or_else(|| given.fault("a whole number is required"))?;
                out.push(shown.as_bytes(), origin.place, false, origin.note);
            }
            other => append_hole(given, &other, out),
        },
    }
    Ok(())
}

/// `%v`: text as it is, numbers as `%g`, all else as JSON.
fn append_any(given: &Arguments<'_>, verb: &Verb, value: &Value, out: &mut TracedBuilder) {
    match value {
        Value::String(text) if !verb.style.sharp => append_text(text, &verb.style, out),
        Value::Number(number, origin) if !verb.style.sharp => {
            let shown = format_numbers::shortest(number);
            let text = Traced::decoded(shown.as_bytes(), origin.place, origin.note.clone());
            append_text(&text, &verb.style, out);
        }
        Value::Unknown(unknown) if unknown.shape.is_none() => append_hole(given, value, out),
        Value::Unknown(_) if !verb.style.sharp => {
            // A hash: text.
            if let Ok(text) = convert::to_text(value, given.place()) {
                append_text(&text, &verb.style, out);
            }
        }
        _ => {
            let mut json = TracedBuilder::new(value.place());
            json::to_json_text(value, given.place(), &mut json);
            append_text(&json.finish(), &verb.style, out);
        }
    }
}

/// Adds text, padded to the width.
fn append_text(text: &Traced, style: &Style, out: &mut TracedBuilder) {
    let Some(width) = style.width else { return out.append(text) };
    let Some(len) = strings::length(text) else {
        return push_vague(text, all_of(text), out);
    };
    let pad = if style.zero && !style.minus { "0" } else { " " }.repeat(width.saturating_sub(len));
    let push_pad = |out: &mut TracedBuilder| out.push(pad.as_bytes(), text.whole(), false, None);
    if style.minus {
        out.append(text);
        push_pad(out);
    } else {
        push_pad(out);
        out.append(text);
    }
}

/// The text, cut to so many characters. A precision of zero cuts nothing.
fn cut(text: &Traced, precision: Option<usize>) -> Traced {
    let Some(count) = precision.filter(|count| *count > 0) else { return text.clone() };
    if strings::length(text).is_none() {
        let mut out = TracedBuilder::new(text.whole());
        push_vague(text, all_of(text), &mut out);
        return out.finish();
    }
    let shown = text.text();
    let Some(clusters) = strings::clusters(&shown) else {
        return text.clone();
    };
    let len = clusters.iter().take(count).map(|(_, cluster)| cluster.len()).sum();
    text.part(Span::of(0..len))
}

fn append_hole(given: &Arguments<'_>, value: &Value, out: &mut TracedBuilder) {
    let unknown = convert::unknown_of([value], given.place());
    if let Value::Unknown(unknown) = unknown {
        convert::push_unknown(&unknown, out);
    }
}
