//! Policies inside the code of a worker or a function: the text of a literal that begins as a policy does.
//!
//! No lexer is needed for it: a policy begins right behind a quote, and from there the literal can be read to its end.

use std::sync::Arc;

use memchr::memmem;

use super::domains;
use super::units::{Unit, trimmed, trimmed_start, units};
use crate::dns::Name;
use crate::text::{Hole, Note, Place, Reason, Span, Traced, TracedBuilder};

/// Policies in one script.
const MAX_POLICIES: usize = 64;
/// More than any policy has (RFC 8461 §3.2 lets senders stop at 64 KiB).
const MAX_LEN: u32 = 70_000;
/// What may stand before it that matters: a quote, a tag, the key of an object.
const BEFORE: u32 = 400;

/// A policy in code.
#[derive(Debug)]
pub(super) struct Found {
    /// Its text, or why it is not known.
    pub(super) text: Result<Traced, Reason>,
    /// The domain that it is the value of, in an object by domain.
    pub(super) domain: Option<Name>,
}

/// The policies in `code`; those that are known, if any is.
pub(super) fn policies(code: &Traced) -> Vec<Found> {
    let bytes = code.bytes();
    let starts = memmem::find_iter(bytes, b"STSv1").filter_map(|at| version_before(bytes, at));
    let mut found: Vec<Found> = Vec::new();
    let mut end = 0;
    for start in starts.take(MAX_POLICIES) {
        let start = Span::of(0..start).len();
        if start < end {
            continue;
        }
        let from = start.saturating_sub(BEFORE);
        let window = code.part(Span::new(from, start.saturating_add(MAX_LEN)));
        let units = units(&window);
        if let Some((policy, used)) = policy_at(&units, start - from, bytes) {
            end = from.saturating_add(used);
            found.push(policy);
        }
    }
    if found.iter().any(|policy| policy.text.is_ok()) {
        found.retain(|policy| policy.text.is_ok());
    }
    found
}

/// Where `version` begins, if `STSv1` at `at` is its value.
fn version_before(bytes: &[u8], at: usize) -> Option<usize> {
    let front = bytes[..at].trim_ascii_end().strip_suffix(b":")?.trim_ascii_end();
    let start = front.len().checked_sub(b"version".len())?;
    front[start..].eq_ignore_ascii_case(b"version").then_some(start)
}

/// The policy whose first field is at byte `at` of the window, and where in the window it ends.
fn policy_at(units: &[Unit<'_>], at: u32, code: &[u8]) -> Option<(Found, u32)> {
    let mut offset = 0_u32;
    let index = units.iter().position(|unit| {
        let is_there = offset >= at;
        offset = offset.saturating_add(Span::of(0..unit.bytes.len()).len());
        is_there
    })?;
    let quote = opening(&units[..index])?;
    let first = literal(&units[quote.end..], quote)?;
    let whole = first.text.whole();
    let rest = &units[quote.end + first.used..];
    let used = || length(&units[..units.len() - rest.len()]);
    let domain = domain_before(&units[..quote.start]);
    if quote.is_tagged {
        let why = "a function of the script makes the policy out of a template";
        return Some((Found { text: Err(Reason::at(whole, why)), domain }, used()));
    }
    let (text, rest) = match continued(first.text, &units[..quote.start], rest) {
        Ok((text, rest)) => (transformed(&text, rest, code), rest),
        Err(why) => (Err(Reason::at(whole, why)), rest),
    };
    let text = text.and_then(|text| {
        let is_whole = trimmed(&super::units::units(&text)).iter().any(|unit| unit.is(b'\n'));
        if is_whole { Ok(text) } else { Err(Reason::at(whole, "the script puts the policy together")) }
    });
    Some((Found { text, domain }, length(&units[..units.len() - rest.len()])))
}

fn length(units: &[Unit<'_>]) -> u32 {
    units.iter().fold(0_u32, |sum, unit| sum.saturating_add(Span::of(0..unit.bytes.len()).len()))
}

/// The quotes that open a literal: from `start` to `end` of the units.
#[derive(Clone, Copy, Debug)]
struct Quote {
    byte: u8,
    is_triple: bool,
    is_tagged: bool,
    start: usize,
    end: usize,
}

/// The quote right before, but for blanks and escaped line ends.
fn opening(before: &[Unit<'_>]) -> Option<Quote> {
    let mut end = before.len();
    loop {
        match &before[..end] {
            [.., last] if last.is_blank() => end -= 1,
            [.., slash, last] if slash.is(b'\\') && (last.is(b'n') || last.is(b'r')) => end -= 2,
            [.., last] => {
                let byte = last.byte().filter(|byte| matches!(byte, b'"' | b'\'' | b'`'))?;
                let is_triple = byte != b'`' && matches!(&before[..end], [.., a, b, _] if a.is(byte) && b.is(byte));
                let start = end - if is_triple { 3 } else { 1 };
                let is_word = |unit: &Unit<'_>| {
                    unit.byte().is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b')'))
                };
                // `return "..."` has a blank between.
                let is_tagged = before[..start].last().is_some_and(is_word);
                return Some(Quote { byte, is_triple, is_tagged, start, end });
            }
            [] => return None,
        }
    }
}

/// A literal's text, and how many units it takes, the closing quotes included.
struct Literal {
    text: Traced,
    used: usize,
}

/// Reads a literal from behind its opening quote.
fn literal(units: &[Unit<'_>], quote: Quote) -> Option<Literal> {
    let whole = units.first()?.source;
    let mut out = TracedBuilder::new(whole);
    let mut rest = units;
    loop {
        let [first, tail @ ..] = rest else { return None };
        let byte = first.byte();
        rest = match (byte, tail) {
            (Some(byte), _) if byte == quote.byte && !quote.is_triple => {
                let used = units.len() - tail.len();
                return Some(Literal { text: out.finish().at(whole.to(first.source)), used });
            }
            (Some(byte), [a, b, behind @ ..]) if byte == quote.byte && a.is(byte) && b.is(byte) => {
                let used = units.len() - behind.len();
                return Some(Literal { text: out.finish().at(whole.to(b.source)), used });
            }
            (Some(b'\\'), _) => escape(first, tail, &mut out)?,
            (Some(b'$'), [brace, behind @ ..]) if quote.byte == b'`' && brace.is(b'{') => {
                interpolation(first, behind, &mut out)?
            }
            (Some(b'\n'), _) if quote.byte != b'`' && !quote.is_triple => return None,
            _ => {
                first.add_to(&mut out);
                tail
            }
        };
    }
}

/// Adds what an escape stands for, and gives what follows it.
fn escape<'u, 't>(backslash: &Unit<'t>, after: &'u [Unit<'t>], out: &mut TracedBuilder) -> Option<&'u [Unit<'t>]> {
    let (next, tail) = after.split_first()?;
    let digits = |count: usize, units: &[Unit<'_>]| -> Option<u32> {
        let word: Option<Vec<u8>> = units.get(..count)?.iter().map(Unit::byte).collect();
        u32::from_str_radix(std::str::from_utf8(&word?).ok()?, 16).ok()
    };
    let (character, used) = match next.byte()? {
        b'n' => ('\n', 0),
        b'r' => ('\r', 0),
        b't' => ('\t', 0),
        b'0' => ('\0', 0),
        b'b' => ('\u{8}', 0),
        b'f' => ('\u{c}', 0),
        b'v' => ('\u{b}', 0),
        // A line that goes on.
        b'\n' => return Some(tail),
        b'x' => (char::from_u32(digits(2, tail)?)?, 2),
        b'u' if tail.first().is_some_and(|unit| unit.is(b'{')) => {
            let len = tail.iter().take(8).position(|unit| unit.is(b'}'))?;
            (char::from_u32(digits(len.checked_sub(1)?, &tail[1..])?)?, len + 1)
        }
        b'u' => (char::from_u32(digits(4, tail)?)?, 4),
        _ => {
            out.push(next.bytes, backslash.source.to(next.source), false, backslash.note.cloned());
            return Some(tail);
        }
    };
    let last = if used == 0 { next } else { tail.get(used - 1)? };
    let mut buffer = [0; 4];
    let bytes = character.encode_utf8(&mut buffer).as_bytes();
    out.push(bytes, backslash.source.to(last.source), false, backslash.note.cloned());
    tail.get(used..)
}

/// Adds a hole for `${...}`, of which the opening is read, and gives what follows it.
fn interpolation<'u, 't>(dollar: &Unit<'t>, after: &'u [Unit<'t>], out: &mut TracedBuilder) -> Option<&'u [Unit<'t>]> {
    let mut depth = 1_u32;
    let end = after.iter().position(|unit| {
        match unit.byte() {
            Some(b'{') => depth += 1,
            Some(b'}') => depth -= 1,
            _ => {}
        }
        depth == 0
    })?;
    hole(dollar.source.to(after.get(end)?.source), out);
    after.get(end + 1..)
}

fn hole(place: Place, out: &mut TracedBuilder) {
    let reason = Reason::at(place, "an expression of the script stands there");
    let note = Note { hole: Some(Hole { reason, is_exact: false }), ..Note::default() };
    out.push(b"?", place, false, Some(Arc::new(note)));
}

type Rest<'u, 't> = &'u [Unit<'t>];

/// The literal with what is joined to it: `"a" + "b"`, `["a", "b"].join("\n")`.
fn continued<'u, 't>(
    first: Traced,
    before: &[Unit<'t>],
    rest: Rest<'u, 't>,
) -> Result<(Traced, Rest<'u, 't>), &'static str> {
    const UNKNOWN: &str = "the script puts the policy together";
    let is_in_list = trimmed(before).last().is_some_and(|unit| unit.is(b'['));
    let mut parts = vec![first];
    let mut rest = rest;
    loop {
        let next = trimmed_start(rest);
        let separator = next.first().and_then(Unit::byte);
        let behind = match separator {
            Some(b'+') if !is_in_list => trimmed_start(&next[1..]),
            Some(b',') if is_in_list => trimmed_start(&next[1..]),
            // Python joins literals that follow each other.
            Some(b'"' | b'\'') if !is_in_list => next,
            Some(b']') if is_in_list => return joined(&parts, before, &next[1..]).ok_or(UNKNOWN),
            _ if is_in_list => return Err(UNKNOWN),
            _ => break,
        };
        if is_in_list && behind.first().is_some_and(|unit| unit.is(b']')) {
            rest = behind;
            continue;
        }
        let (literal, used) = next_literal(behind).ok_or(UNKNOWN)?;
        parts.push(literal);
        rest = &behind[used..];
    }
    Ok((glued(&parts, None), rest))
}

fn next_literal(units: &[Unit<'_>]) -> Option<(Traced, usize)> {
    let byte = units.first()?.byte().filter(|byte| matches!(byte, b'"' | b'\'' | b'`'))?;
    let quote = Quote { byte, is_triple: false, is_tagged: false, start: 0, end: 1 };
    // An empty one has no first byte.
    if units.get(1)?.is(byte) {
        return Some((Traced::decoded(b"", units[0].source, None), 2));
    }
    let literal = literal(&units[1..], quote)?;
    Some((literal.text, literal.used + 1))
}

/// `[...].join("\n")`, or Python's `"\n".join([...])`.
fn joined<'u, 't>(parts: &[Traced], before: &[Unit<'t>], rest: Rest<'u, 't>) -> Option<(Traced, Rest<'u, 't>)> {
    const CALL: &[u8] = b".join(";
    let starts_with = |units: &[Unit<'_>], word: &[u8]| {
        units.len() >= word.len() && units.iter().zip(word).all(|(unit, byte)| unit.is(*byte))
    };
    if starts_with(rest, CALL) {
        let (separator, used) = next_literal(trimmed_start(&rest[CALL.len()..]))?;
        let behind = trimmed_start(trimmed_start(&rest[CALL.len()..]).get(used..)?);
        let behind = behind.split_first().filter(|(unit, _)| unit.is(b')')).map(|(_, behind)| behind)?;
        return Some((glued(parts, Some(&separator)), behind));
    }
    let list = trimmed(before);
    let call = list.len().checked_sub(CALL.len() + 1)?;
    if !starts_with(&list[call..], CALL) {
        return None;
    }
    // The separator is a line end if anything of this is a policy.
    let is_line_end = matches!(&list[..call], [.., slash, n, quote]
        if slash.is(b'\\') && n.is(b'n') && matches!(quote.byte(), Some(b'"' | b'\'')));
    let place = list.get(call)?.source;
    is_line_end.then(|| (glued(parts, Some(&Traced::decoded(b"\n", place, None))), rest))
}

fn glued(parts: &[Traced], separator: Option<&Traced>) -> Traced {
    let [first, others @ ..] = parts else {
        return Traced::decoded(b"", Place::new(crate::text::FileId(0), Span::default()), None);
    };
    if others.is_empty() {
        return first.clone();
    }
    let whole = others.iter().fold(first.whole(), |whole, part| whole.to(part.whole()));
    let mut out = TracedBuilder::new(whole);
    out.append(first);
    for part in others {
        if let Some(separator) = separator {
            out.append(separator);
        }
        out.append(part);
    }
    out.finish()
}

/// The text after what the script does to it where that can be told: it is trimmed.
fn transformed(text: &Traced, rest: &[Unit<'_>], code: &[u8]) -> Result<Traced, Reason> {
    const OTHER: &str = "the script changes the text of the policy";
    let has = |word: &str| memmem::find(code, word.as_bytes()).is_some();
    let next = trimmed_start(rest);
    let is_called = next.first().is_some_and(|unit| unit.is(b'.'));
    let method: String = next
        .iter()
        .skip(1)
        .map_while(Unit::byte)
        .map(char::from)
        .take_while(char::is_ascii_alphanumeric)
        .take(20)
        .collect();
    if is_called
        && !matches!(
            &*method,
            "trim"
                | "trimStart"
                | "trimLeft"
                | "trimEnd"
                | "trimRight"
                | "strip"
                | "lstrip"
                | "rstrip"
                | "encode"
                | "toString"
        )
    {
        return Err(Reason::at(text.whole(), OTHER));
    }
    let bytes = text.bytes();
    let is_indented =
        bytes.split(|byte| *byte == b'\n').skip(1).any(|line| line.starts_with(b" ") || line.starts_with(b"\t"));
    if is_indented && ["dedent", "replace(", ".map(", "trim", "strip"].iter().any(|word| has(word)) {
        return Err(Reason::at(text.whole(), OTHER));
    }
    if !["trim", "strip", "dedent"].iter().any(|word| has(word)) {
        return Ok(text.clone());
    }
    let start = bytes.len() - bytes.trim_ascii_start().len();
    Ok(text.part(Span::of(start..bytes.len())).at(text.whole()))
}

/// The domain in `"example.com": "version: ..."`.
fn domain_before(before: &[Unit<'_>]) -> Option<Name> {
    let (colon, key) = trimmed(before).split_last()?;
    let (quote, inside) = trimmed(key).split_last().filter(|_| colon.is(b':'))?;
    let byte = quote.byte().filter(|byte| matches!(byte, b'"' | b'\'' | b'`'))?;
    let start = inside.iter().rposition(|unit| unit.is(byte))? + 1;
    let word: Option<Vec<u8>> = inside.get(start..)?.iter().map(Unit::byte).collect();
    domains::of_key(std::str::from_utf8(&word?).ok()?)
}

#[cfg(test)]
mod tests;
