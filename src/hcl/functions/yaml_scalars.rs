//! Scalars of YAML, as Terraform resolves them: somewhere between YAML 1.1 and 1.2.

use std::sync::Arc;

use saphyr_parser::{ScalarStyle, Tag};

use super::dates;
use super::json_read::origin_in;
use super::yaml::Refusal;
use crate::hcl::convert::{self, NoNumber};
use crate::hcl::value::Value;
use crate::text::{Span, Traced, TracedBuilder};

/// A scalar and where it stands in the text.
pub(super) struct Scalar<'a> {
    pub(super) value: &'a str,
    pub(super) style: ScalarStyle,
    pub(super) tag: Option<&'a Tag>,
    pub(super) span: Span,
}

/// The value of a scalar.
pub(super) fn value(scalar: &Scalar<'_>, text: &Traced) -> Result<Value, Refusal> {
    let origin = || origin_in(text, scalar.span);
    let string = || Ok(Value::String(Arc::new(placed(scalar, text))));
    let tag = match scalar.tag {
        None => "",
        Some(tag) if tag.is_yaml_core_schema() => tag.suffix.as_str(),
        Some(tag) if tag.suffix.starts_with("tag:yaml.org,2002:") => &tag.suffix["tag:yaml.org,2002:".len()..],
        Some(_) => return Err(Refusal::Malformed),
    };
    // Blocks (`|-`) are resolved as what is not quoted.
    if matches!(scalar.style, ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted) {
        // Whatever its tag is, what is quoted is text.
        return match tag {
            "" | "str" | "int" | "float" | "bool" | "null" => string(),
            "binary" | "timestamp" => Err(Refusal::Unsure("the YAML has a tag that is not followed here")),
            _ => Err(Refusal::Malformed),
        };
    }
    let resolved = match tag {
        "str" => return string(),
        "" => resolve(scalar.value)?,
        "bool" => bool_of(scalar.value).map(Plain::Bool).map(Some).ok_or(Refusal::Malformed)?,
        "null" => Some(Plain::Null),
        "int" | "float" | "binary" | "timestamp" => match resolve(scalar.value)? {
            Some(number @ Plain::Number(_)) if tag == "int" || tag == "float" => Some(number),
            _ => return Err(Refusal::Unsure("the YAML has a tag that is not followed here")),
        },
        _ => return Err(Refusal::Malformed),
    };
    match resolved {
        None => string(),
        Some(Plain::Null) => Ok(Value::Null(origin())),
        Some(Plain::Bool(truth)) => Ok(Value::Bool(truth, origin())),
        Some(Plain::Number(digits)) => match convert::parse_number(&digits) {
            Ok(number) => Ok(Value::Number(Arc::new(number), origin())),
            Err(NoNumber::Malformed) => string(),
            Err(NoNumber::TooLarge) => {
                Ok(Value::unknown(origin().place, "the number is too large or too small to be worked out here"))
            }
        },
        Some(Plain::Time(time)) => {
            let origin = origin();
            Ok(Value::String(Arc::new(Traced::decoded(time.as_bytes(), origin.place, origin.note))))
        }
    }
}

/// What a plain scalar is if it is no text.
enum Plain {
    Null,
    Bool(bool),
    Number(String),
    Time(String),
}

fn resolve(value: &str) -> Result<Option<Plain>, Refusal> {
    let Some(first) = value.chars().next() else { return Ok(Some(Plain::Null)) };
    if matches!(value, "~" | "null" | "Null" | "NULL") {
        return Ok(Some(Plain::Null));
    }
    if let Some(truth) = bool_of(value) {
        return Ok(Some(Plain::Bool(truth)));
    }
    let infinite = value.trim_start_matches(['+', '-']).to_ascii_lowercase();
    if infinite == ".inf" {
        return Err(Refusal::Unsure("the YAML has an infinite number"));
    }
    if infinite == ".nan" {
        return Err(Refusal::Malformed);
    }
    if !matches!(first, '0'..='9' | '+' | '-' | '.') {
        return Ok(None);
    }
    match dates::yaml_timestamp(value) {
        Ok(Some(time)) => return Ok(Some(Plain::Time(time))),
        Ok(None) => {}
        Err(()) => return Err(Refusal::Unsure("the YAML has a time that is not worked out here")),
    }
    let with_radix = |digits: &str, radix| u64::from_str_radix(digits, radix).ok().filter(|_| !digits.starts_with('+'));
    let special = match value.as_bytes() {
        [b'0', b'x', ..] => with_radix(&value[2..], 16),
        [b'0', b'o', ..] => with_radix(&value[2..], 8),
        _ => None,
    };
    if let Some(number) = special {
        return Ok(Some(Plain::Number(number.to_string())));
    }
    Ok(Some(Plain::Number(value.to_owned())))
}

fn bool_of(value: &str) -> Option<bool> {
    match value {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Some(true),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Some(false),
        _ => None,
    }
}

/// The text of a scalar; each line that stands in the source as it is keeps its place byte for byte.
fn placed(scalar: &Scalar<'_>, text: &Traced) -> Traced {
    let source = scalar.span.slice(text.bytes());
    let origin = origin_in(text, scalar.span);
    let decoded = || Traced::decoded(scalar.value.as_bytes(), origin.place, origin.note.clone());
    let mut out = TracedBuilder::new(origin.place);
    let mut at = 0;
    for line in scalar.value.split_inclusive('\n') {
        // Each line is searched for behind the one before. What was folded or escaped is not found.
        let Some(found) = memchr::memmem::find(&source[at..], line.as_bytes()) else { return decoded() };
        let between = &source[at..at + found];
        let is_start = at == 0;
        if !is_start && !between.iter().all(|byte| *byte == b' ') {
            return decoded();
        }
        let span = Span::of(at + found..at + found + line.len());
        let offset = scalar.span.start;
        out.append_part(text, Span::new(offset + span.start, offset + span.end));
        at = span.end as usize;
    }
    out.finish()
}
