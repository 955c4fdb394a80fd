//! Functions of text.

use unicode_segmentation::UnicodeSegmentation;

use super::Fault;
use super::arguments::{Arguments, all_of};
use super::pieces::{
    self, MAX_TEXT, Piece, known_head, known_tail, pieces as pieces_of, push_vague, sees_all, value_of,
};
use super::regexes;
use crate::hcl::convert;
use crate::hcl::value::{ListKind, Value};
use crate::text::{Hole, Span, Traced, TracedBuilder};

/// `chomp(text)`: without the line ends at the end.
pub(super) fn chomp(given: &Arguments<'_>) -> Result<Value, Fault> {
    Ok(value_of(pieces::trimmed(&given.text(0), &|char| char == '\n' || char == '\r', false, true)))
}

/// `trimspace(text)`.
pub(super) fn trimspace(given: &Arguments<'_>) -> Result<Value, Fault> {
    Ok(value_of(pieces::trimmed(&given.text(0), &char::is_whitespace, true, true)))
}

/// `trim(text, characters)`.
pub(super) fn trim(given: &Arguments<'_>) -> Result<Value, Fault> {
    let Some(set) = given.known(1) else { return Ok(given.unknown()) };
    Ok(value_of(pieces::trimmed(&given.text(0), &|char| set.contains(char), true, true)))
}

/// `trimprefix(text, prefix)`.
pub(super) fn trimprefix(given: &Arguments<'_>) -> Result<Value, Fault> {
    let (Some(prefix), text) = (given.known(1), given.text(0)) else { return Ok(given.unknown()) };
    let len = Span::of(0..prefix.len()).end;
    match starts_with(&text, prefix.as_bytes()) {
        Some(true) => Ok(value_of(text.part(Span::new(len, all_of(&text).end)))),
        Some(false) => Ok(given.values[0].clone()),
        None => {
            // What stands before the hole may go, if all of it does.
            let mut out = TracedBuilder::new(text.whole());
            let after = text.holes().next().map_or(0, |(span, _)| span.end);
            let next = &text.bytes()[after as usize..];
            let doubtful = after + Span::of(0..pieces::overlap_before(next, prefix.as_bytes())).end;
            push_vague(&text, Span::new(0, doubtful), &mut out);
            out.append_part(&text, Span::new(doubtful, all_of(&text).end));
            Ok(value_of(out.finish()))
        }
    }
}

/// `trimsuffix(text, suffix)`.
pub(super) fn trimsuffix(given: &Arguments<'_>) -> Result<Value, Fault> {
    let (Some(suffix), text) = (given.known(1), given.text(0)) else { return Ok(given.unknown()) };
    let end = all_of(&text).end;
    match ends_with(&text, suffix.as_bytes()) {
        Some(true) => Ok(value_of(text.part(Span::new(0, end - Span::of(0..suffix.len()).end)))),
        Some(false) => Ok(given.values[0].clone()),
        None => {
            let before = text.holes().last().map_or(end, |(span, _)| span.start);
            let head = &text.bytes()[..before as usize];
            let doubtful = before - Span::of(0..pieces::overlap(head, suffix.as_bytes())).end;
            let mut out = TracedBuilder::new(text.whole());
            out.append_part(&text, Span::new(0, doubtful));
            push_vague(&text, Span::new(doubtful, end), &mut out);
            Ok(value_of(out.finish()))
        }
    }
}

/// `startswith(text, prefix)`.
pub(super) fn startswith(given: &Arguments<'_>) -> Result<Value, Fault> {
    Ok(given.truth(given.known(1).and_then(|prefix| starts_with(&given.text(0), prefix.as_bytes()))))
}

/// `endswith(text, suffix)`.
pub(super) fn endswith(given: &Arguments<'_>) -> Result<Value, Fault> {
    Ok(given.truth(given.known(1).and_then(|suffix| ends_with(&given.text(0), suffix.as_bytes()))))
}

/// `strcontains(text, part)`.
pub(super) fn strcontains(given: &Arguments<'_>) -> Result<Value, Fault> {
    let (Some(part), text) = (given.known(1), given.text(0)) else { return Ok(given.truth(None)) };
    let is_seen = pieces_of(&text).iter().any(|piece| match piece {
        Piece::Known(span) => memchr::memmem::find(span.slice(text.bytes()), part.as_bytes()).is_some(),
        _ => false,
    });
    let known = if is_seen || part.is_empty() { Some(true) } else { sees_all(&text, &part).then_some(false) };
    Ok(given.truth(known))
}

/// Whether the text starts so; `None` where a hole decides. Characters that no hash has settle it, too.
fn starts_with(text: &Traced, prefix: &[u8]) -> Option<bool> {
    let head = known_head(text);
    let seen = head.len().min(prefix.len());
    if head[..seen] != prefix[..seen] {
        return Some(false);
    }
    if seen == prefix.len() {
        return Some(true);
    }
    decided_by(text.holes().next().map(|(_, hole)| hole), prefix.get(seen))
}

/// Whether the text ends so; `None` where a hole decides.
fn ends_with(text: &Traced, suffix: &[u8]) -> Option<bool> {
    let tail = known_tail(text);
    let seen = tail.len().min(suffix.len());
    if tail[tail.len() - seen..] != suffix[suffix.len() - seen..] {
        return Some(false);
    }
    if seen == suffix.len() {
        return Some(true);
    }
    let next = suffix.len().checked_sub(seen + 1).and_then(|at| suffix.get(at));
    decided_by(text.holes().last().map(|(_, hole)| hole), next)
}

/// What is left to compare falls into the hole: an exact one is not empty, and has not every character.
fn decided_by(hole: Option<&Hole>, next: Option<&u8>) -> Option<bool> {
    let may_match = |hole: &Hole| !hole.is_exact || may_be_in_hash(next);
    if hole.is_some_and(may_match) { None } else { Some(false) }
}

fn may_be_in_hash(byte: Option<&u8>) -> bool {
    byte.is_some_and(|byte| pieces::may_be_in_exact(char::from(*byte)))
}

/// `indent(spaces, text)`: every line but the first.
pub(super) fn indent(given: &Arguments<'_>) -> Result<Value, Fault> {
    let Some(spaces) = given.integer(0)? else { return Ok(given.unknown()) };
    let Ok(spaces) = usize::try_from(spaces) else { return Err(given.fault("the number of spaces is negative")) };
    if spaces > MAX_TEXT {
        return Ok(given.unknown_because("the indentation is too wide to be worked out here"));
    }
    let text = given.text(1);
    let pad = format!("\n{}", " ".repeat(spaces));
    let with = Traced::decoded(pad.as_bytes(), given.place(), None);
    Ok(pieces::replaced(&text, "\n", &with).map_or_else(|| given.unknown(), value_of))
}

/// `replace(text, part, with)`: literally, or by a regular expression between slashes.
pub(super) fn replace(given: &Arguments<'_>) -> Result<Value, Fault> {
    let (Some(part), text, with) = (given.known(1), given.text(0), given.text(2)) else { return Ok(given.unknown()) };
    if let Some(pattern) = part.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')) {
        return regexes::replace(given, &text, pattern, &with);
    }
    if !part.is_empty() {
        return Ok(pieces::replaced(&text, &part, &with).map_or_else(|| given.unknown(), value_of));
    }
    let Some(known) = given.known(0) else { return Ok(given.unknown()) };
    let mut out = TracedBuilder::new(text.whole());
    for (at, char) in known.char_indices() {
        out.append(&with);
        out.append_part(&text, Span::of(at..at + char.len_utf8()));
        if out.bytes().len() > MAX_TEXT {
            return Ok(given.unknown_because("the text is too long to be worked out here"));
        }
    }
    out.append(&with);
    Ok(value_of(out.finish()))
}

/// `split(separator, text)`.
pub(super) fn split(given: &Arguments<'_>) -> Result<Value, Fault> {
    let (Some(separator), text) = (given.known(0), given.text(1)) else { return Ok(given.unknown()) };
    if !sees_all(&text, &separator) || (separator.is_empty() && given.known(1).is_none()) {
        return Ok(given.unknown());
    }
    let spans: Vec<Span> = if separator.is_empty() {
        text.text().char_indices().map(|(at, char)| Span::of(at..at + char.len_utf8())).collect()
    } else {
        let mut from = 0;
        let mut spans = Vec::new();
        for at in memchr::memmem::find_iter(text.bytes(), separator.as_bytes()) {
            spans.push(Span::of(from..at));
            from = at + separator.len();
        }
        spans.push(Span::of(from..text.bytes().len()));
        spans
    };
    let items = spans.into_iter().map(|span| value_of(text.part(span))).collect();
    Ok(given.list_of(ListKind::List, items))
}

/// `join(separator, list...)`.
pub(super) fn join(given: &Arguments<'_>) -> Result<Value, Fault> {
    if given.len() < 2 {
        return Err(given.fault("at least one list is required"));
    }
    if given.values[1..].iter().any(|value| matches!(value, Value::Unknown(_))) {
        return Ok(given.unknown());
    }
    let separator = given.text(0);
    let mut out = TracedBuilder::new(given.place());
    let mut is_first = true;
    for item in (1..given.len()).flat_map(|index| given.items(index)) {
        if matches!(item, Value::Null(_)) {
            return Err(given.fault("an element is null"));
        }
        if !std::mem::take(&mut is_first) {
            out.append(&separator);
        }
        convert::interpolate(item, given.place(), &mut out)?;
        if out.bytes().len() > MAX_TEXT {
            return Ok(given.unknown_because("the text is too long to be worked out here"));
        }
    }
    Ok(value_of(out.finish()))
}

/// `substr(text, offset, length)`, counted in what people see as characters; a negative offset counts from the end, a
/// negative length goes to the end.
pub(super) fn substr(given: &Arguments<'_>) -> Result<Value, Fault> {
    let text = given.text(0);
    let (Some(mut offset), Some(length)) = (given.integer(1)?, given.integer(2)?) else { return Ok(given.unknown()) };
    let is_whole = text.is_wholly_certain();
    if offset < 0 && !is_whole {
        return Ok(given.unknown());
    }
    if offset >= 0 && length == 0 {
        return Ok(given.computed(""));
    }
    // Up to the first vague hole everything can be counted.
    let certain = text.uncertain().first().map_or(text.bytes().len(), |span| span.start as usize);
    let shown = String::from_utf8_lossy(&text.bytes()[..certain]).into_owned();
    let Some(clusters) = clusters(&shown) else { return Ok(given.unknown_because(CLUSTERS)) };
    let ends: Vec<usize> = clusters.into_iter().map(|(at, cluster)| at + cluster.len()).collect();
    if offset < 0 {
        offset += i64::try_from(ends.len()).unwrap_or(i64::MAX);
    }
    let after = |count: i64| match usize::try_from(count) {
        Ok(count) if count > 0 => ends.get(count - 1).copied(),
        _ => Some(0),
    };
    let Some(start) = after(offset) else {
        return Ok(if is_whole { given.computed("") } else { given.unknown() });
    };
    // Terraform looks for the end only after it took a character: a length of 0 behind a negative offset finds none.
    let end = if length <= 0 { None } else { after(offset.max(0).saturating_add(length)) };
    match end {
        Some(end) => Ok(value_of(text.part(Span::of(start..end)))),
        None if is_whole => Ok(value_of(text.part(Span::of(start..certain)))),
        None => {
            let mut out = TracedBuilder::new(given.place());
            out.append_part(&text, Span::of(start..certain));
            push_vague(&text, Span::new(Span::of(0..certain).end, all_of(&text).end), &mut out);
            Ok(value_of(out.finish()))
        }
    }
}

/// `strrev(text)`.
pub(super) fn strrev(given: &Arguments<'_>) -> Result<Value, Fault> {
    let text = given.text(0);
    let shown = given.string(0);
    let mut out = TracedBuilder::new(given.place());
    let Some(clusters) = clusters(&shown) else { return Ok(given.unknown_because(CLUSTERS)) };
    for (at, cluster) in clusters.into_iter().rev() {
        out.append_part(&text, Span::of(at..at + cluster.len()));
    }
    Ok(value_of(out.finish()))
}

/// `lower(text)`.
pub(super) fn lower(given: &Arguments<'_>) -> Result<Value, Fault> {
    Ok(mapped(&given.text(0), lower_char).map_or_else(|| given.unknown_because(NO_CASE), value_of))
}

/// `upper(text)`.
pub(super) fn upper(given: &Arguments<'_>) -> Result<Value, Fault> {
    Ok(mapped(&given.text(0), upper_char).map_or_else(|| given.unknown_because(NO_CASE), value_of))
}

const NO_CASE: &str = "the case of a character of the text is not known here";

/// The text with each known character mapped, each stretch in its place: byte for byte where nothing changes.
fn mapped(text: &Traced, map: fn(char) -> Option<char>) -> Option<Traced> {
    let mut out = TracedBuilder::new(text.whole());
    for stretch in text.stretches() {
        let bytes = stretch.span.slice(text.bytes());
        if let Some(hole) = stretch.note.and_then(|note| note.hole.as_ref()) {
            // Capitals are no hexadecimal digits as a hash has them, but they are among the characters of base64.
            let stands = if hole.is_exact { "A".repeat(bytes.len()) } else { "?".to_owned() };
            let is_same = !hole.is_exact || map('a') == Some('a');
            out.push(if is_same { bytes } else { stands.as_bytes() }, stretch.source, false, stretch.note.cloned());
            continue;
        }
        let shown = str::from_utf8(bytes).ok()?;
        let new: String = shown.chars().map(map).collect::<Option<_>>()?;
        let is_verbatim = stretch.verbatim && new == shown;
        out.push(new.as_bytes(), stretch.source, is_verbatim, stretch.note.cloned());
    }
    Some(out.finish())
}

/// Unicode's simple mapping, which knows no `ß` as `SS`.
fn lower_char(char: char) -> Option<char> {
    let mut lower = char.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(one), None) => Some(one),
        _ if char == 'İ' => Some('i'),
        _ => None,
    }
}

fn upper_char(char: char) -> Option<char> {
    let mut upper = char.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(one), None) => Some(one),
        // Greek letters with an iota below have a single capital that is not known here.
        _ if ('\u{1f80}'..='\u{1fff}').contains(&char) => None,
        _ => Some(char),
    }
}

/// `title(text)`: the first letter of each word as a capital.
pub(super) fn title(given: &Arguments<'_>) -> Result<Value, Fault> {
    let mut previous = ' ';
    let title = |char: char| {
        let starts = is_separator(std::mem::replace(&mut previous, char));
        match char {
            _ if !starts => Some(char),
            // Digraphs and Georgian letters have a title case of their own.
            '\u{1c4}'..='\u{1cc}' | '\u{1f1}'..='\u{1f3}' | '\u{10d0}'..='\u{10ff}' => None,
            _ => upper_char(char),
        }
    };
    let new: Option<String> = given.string(0).chars().map(title).collect();
    Ok(new.map_or_else(|| given.unknown_because(NO_CASE), |new| given.computed(&new)))
}

fn is_separator(char: char) -> bool {
    if char.is_ascii() {
        return !char.is_ascii_alphanumeric() && char != '_';
    }
    !char.is_alphanumeric() && char.is_whitespace()
}

/// `length` of a text: what people see as characters.
pub(super) fn length(text: &Traced) -> Option<usize> {
    if !text.is_wholly_certain() {
        return None;
    }
    clusters(&text.text()).map(|clusters| clusters.len())
}

/// Why characters are not counted.
pub(super) const CLUSTERS: &str = "the characters of an Indic script are not counted here";

/// What people see as characters, with their offsets; `None` where releases of Unicode differ: since 15.1 a virama joins what
/// follows it.
pub(super) fn clusters(text: &str) -> Option<Vec<(usize, &str)>> {
    const VIRAMAS: [char; 6] = ['\u{94d}', '\u{9cd}', '\u{acd}', '\u{b4d}', '\u{c4d}', '\u{d4d}'];
    (!text.contains(VIRAMAS)).then(|| text.grapheme_indices(true).collect())
}
