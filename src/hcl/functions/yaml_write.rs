//! `yamlencode`, of values whose writing is certain.

use super::Fault;
use super::arguments::Arguments;
use crate::hcl::convert;
use crate::hcl::value::Value;

/// Beyond this many characters a line is folded, and a key is written with a question mark.
const MAX_LINE: usize = 60;

/// `yamlencode(value)`.
pub(super) fn yamlencode(given: &Arguments<'_>) -> Result<Value, Fault> {
    let mut out = String::new();
    let is_scalar = matches!(given.values[0], Value::Null(_) | Value::Bool(..) | Value::Number(..));
    if write(&given.values[0], 0, &mut out).is_none() {
        return Ok(given.unknown_because("how the value is written as YAML is not worked out here"));
    }
    out.push('\n');
    if is_scalar {
        out.push_str("...\n");
    }
    Ok(given.computed(&out))
}

/// Writes a value where its line has begun; its further lines are indented.
fn write(value: &Value, indent: usize, out: &mut String) -> Option<()> {
    match value {
        Value::Null(_) => out.push_str("null"),
        Value::Bool(truth, _) => out.push_str(if *truth { "true" } else { "false" }),
        Value::Number(number, _) => out.push_str(&convert::plain(number)),
        Value::String(text) => quoted(&text.text(), out)?,
        Value::Unknown(_) => return None,
        Value::List(list) if list.items.is_empty() => out.push_str("[]"),
        Value::List(list) => {
            for (at, item) in list.items.iter().enumerate() {
                begin(at, indent, out);
                out.push_str("- ");
                write(item, indent + 2, out)?;
            }
        }
        Value::Map(map) if map.entries.is_empty() => out.push_str("{}"),
        Value::Map(map) => {
            for (at, (name, value)) in map.entries.iter().enumerate() {
                begin(at, indent, out);
                quoted(name, out)?;
                out.push(':');
                write_entry(value, indent, out)?;
            }
        }
    }
    Some(())
}

/// Writes the value of a key: a list begins below its key, a map further in.
fn write_entry(value: &Value, indent: usize, out: &mut String) -> Option<()> {
    let inner = match value {
        Value::List(list) if !list.items.is_empty() => Some(indent),
        Value::Map(map) if !map.entries.is_empty() => Some(indent + 2),
        _ => None,
    };
    if let Some(inner) = inner {
        out.push('\n');
        out.push_str(&" ".repeat(inner));
        return write(value, inner, out);
    }
    out.push(' ');
    write(value, indent, out)
}

fn begin(at: usize, indent: usize, out: &mut String) {
    if at > 0 {
        out.push('\n');
        out.push_str(&" ".repeat(indent));
    }
}

fn quoted(text: &str, out: &mut String) -> Option<()> {
    if text.len() > MAX_LINE || !text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return None;
    }
    out.push('"');
    out.push_str(&text.replace('\\', "\\\\").replace('"', "\\\""));
    out.push('"');
    Some(())
}
