//! Regular expressions.

use std::collections::BTreeMap;
use std::sync::Arc;

use regex::{Captures, Regex, RegexBuilder};

use super::Fault;
use super::arguments::Arguments;
use super::lists::MAX_ITEMS;
use super::pieces::{self, MAX_TEXT};
use super::regex_syntax::{Turned, turn};
use crate::hcl::value::{ListKind, Map, Origin, Value};
use crate::text::{Span, Traced, TracedBuilder};

/// `regex(pattern, text)`: what the first match captures.
pub(super) fn regex(given: &Arguments<'_>) -> Result<Value, Fault> {
    let Some(regex) = compile(given, &given.string(0))? else { return Ok(unsure(given)) };
    let text = given.text(1);
    check_names(given, &regex)?;
    match regex.captures(&given.string(1)) {
        Some(captures) => Ok(captured(given, &regex, &captures, &text)),
        None => Err(given.fault("the text does not match")),
    }
}

/// `regexall(pattern, text)`: what each match captures.
pub(super) fn regexall(given: &Arguments<'_>) -> Result<Value, Fault> {
    let Some(regex) = compile(given, &given.string(0))? else { return Ok(unsure(given)) };
    let (text, shown) = (given.text(1), given.string(1));
    check_names(given, &regex)?;
    let matches = regex.captures_iter(&shown).take(MAX_ITEMS);
    let items = matches.map(|captures| captured(given, &regex, &captures, &text)).collect();
    Ok(given.list_of(ListKind::List, items))
}

/// `replace(text, "/pattern/", with)`: `$1` and `${name}` stand for what is captured.
pub(super) fn replace(given: &Arguments<'_>, text: &Traced, pattern: &str, with: &Traced) -> Result<Value, Fault> {
    let Some(regex) = compile(given, pattern)? else { return Ok(unsure(given)) };
    if text.holes().next().is_some() || with.holes().next().is_some() {
        return Ok(given.unknown());
    }
    let shown = text.text();
    let mut out = TracedBuilder::new(text.whole());
    let mut from = 0;
    for captures in regex.captures_iter(&shown) {
        let Some(whole) = captures.get(0) else { continue };
        out.append_part(text, Span::of(from..whole.start()));
        expand(with, &captures, text, &mut out);
        from = whole.end();
        if out.bytes().len() > MAX_TEXT {
            return Ok(given.unknown_because("the text is too long to be worked out here"));
        }
    }
    out.append_part(text, Span::of(from..shown.len()));
    Ok(pieces::value_of(out.finish()))
}

/// The pattern, ready to match; `None` if it is not certain what Go makes of it.
fn compile(given: &Arguments<'_>, pattern: &str) -> Result<Option<Regex>, Fault> {
    match turn(pattern) {
        Turned::Into(turned) => Ok(RegexBuilder::new(&turned).size_limit(4 << 20).nest_limit(100).build().ok()),
        Turned::Malformed => Err(given.fault("the regular expression is malformed")),
        Turned::Unsure => Ok(None),
    }
}

fn unsure(given: &Arguments<'_>) -> Value {
    given.unknown_because("the regular expression is not worked out here")
}

/// Groups must all have names, or none.
fn check_names(given: &Arguments<'_>, regex: &Regex) -> Result<(), Fault> {
    let named = regex.capture_names().skip(1).flatten().count();
    if named == 0 || named + 1 == regex.captures_len() {
        return Ok(());
    }
    Err(given.fault("some groups have names and some have none"))
}

fn captured(given: &Arguments<'_>, regex: &Regex, captures: &Captures<'_>, text: &Traced) -> Value {
    let part = |at: usize| match captures.get(at) {
        Some(found) => Value::String(Arc::new(text.part(Span::of(found.range())))),
        None => Value::Null(Origin::at(given.place())),
    };
    if regex.captures_len() == 1 {
        return part(0);
    }
    let mut names = regex.capture_names().enumerate().skip(1).peekable();
    if names.peek().is_some_and(|(_, name)| name.is_none()) {
        return given.list_of(ListKind::Tuple, (1..regex.captures_len()).map(part).collect());
    }
    let entries: BTreeMap<Arc<str>, Value> = names.filter_map(|(at, name)| Some((name?.into(), part(at)))).collect();
    Value::Map(Map { is_object: true, keys: None, entries: Arc::new(entries), origin: Origin::at(given.place()) })
}

/// Adds the replacement: `$name` goes as far as letters, digits and `_` do, `$$` is a dollar.
fn expand(with: &Traced, captures: &Captures<'_>, text: &Traced, out: &mut TracedBuilder) {
    let shown = with.text();
    let mut at = 0;
    while let Some(dollar) = shown[at..].find('$').map(|found| at + found) {
        out.append_part(with, Span::of(at..dollar));
        let rest = &shown[dollar + 1..];
        if rest.starts_with('$') {
            out.append_part(with, Span::of(dollar..dollar + 1));
            at = dollar + 2;
            continue;
        }
        let Some((name, len)) = reference(rest) else {
            out.append_part(with, Span::of(dollar..dollar + 1));
            at = dollar + 1;
            continue;
        };
        // A number with a zero in front is a name, and no group has it.
        let found = match name.parse::<usize>() {
            Ok(number) if name == number.to_string() => captures.get(number),
            _ => captures.name(name),
        };
        if let Some(found) = found {
            out.append_part(text, Span::of(found.range()));
        }
        at = dollar + 1 + len;
    }
    out.append_part(with, Span::of(at..shown.len()));
}

/// The name after a dollar, and how many bytes it takes with its braces.
fn reference(rest: &str) -> Option<(&str, usize)> {
    let is_word = |char: char| char.is_alphanumeric() || char == '_';
    if let Some(inner) = rest.strip_prefix('{') {
        let (name, _) = inner.split_once('}')?;
        return (!name.is_empty() && name.chars().all(is_word)).then_some((name, name.len() + 2));
    }
    let len = rest.find(|char| !is_word(char)).unwrap_or(rest.len());
    (len > 0).then(|| (&rest[..len], len))
}
