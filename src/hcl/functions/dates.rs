//! Functions of time. What the time is, nobody can know beforehand.

use std::sync::Arc;

use jiff::SignedDuration;
use jiff::civil::DateTime;

use super::Fault;
use super::arguments::Arguments;
use super::pieces;
use crate::hcl::convert;
use crate::hcl::value::{Unknown, Value};
use crate::text::{Hole, Made, Maker, Note, Reason, TracedBuilder};

/// `timestamp()`, `plantimestamp()`, `uuid()`, `bcrypt(text)`: something else at every run.
pub(super) fn volatile(given: &Arguments<'_>) -> Result<Value, Fault> {
    let reason = Reason::at(given.place(), format!("`{}()` gives something else at every run", given.name));
    let made = Made { by: Maker::Volatile(given.name.into()), place: given.place(), from: [].into() };
    Ok(Value::Unknown(Arc::new(Unknown { made: Some(made), ..Unknown::new(given.place(), reason) })))
}

/// A point in time as it is written: the clock on the wall and its distance from UTC in minutes.
#[derive(Clone, Copy)]
struct Stamp {
    clock: DateTime,
    offset: i64,
}

/// Reads RFC 3339 as Go does: capital `T` and `Z`, two digits each, no leap second.
fn stamp(text: &str) -> Option<Stamp> {
    let (clock, rest) = text.split_at_checked(19)?;
    let is_shaped = clock.bytes().enumerate().all(|(at, byte)| match at {
        4 | 7 => byte == b'-',
        10 => byte == b'T',
        13 | 16 => byte == b':',
        _ => byte.is_ascii_digit(),
    });
    let number = |from: usize, to: usize| clock.get(from..to)?.parse::<i16>().ok();
    let small = |from: usize| number(from, from + 2).and_then(|number| i8::try_from(number).ok());
    if !is_shaped {
        return None;
    }
    let (nanoseconds, zone) = fraction(rest)?;
    let clock =
        DateTime::new(number(0, 4)?, small(5)?, small(8)?, small(11)?, small(14)?, small(17)?, nanoseconds).ok()?;
    Some(Stamp { clock, offset: offset(zone)? })
}

/// Nanoseconds after the point, and what follows.
fn fraction(rest: &str) -> Option<(i32, &str)> {
    let Some(after) = rest.strip_prefix('.') else { return Some((0, rest)) };
    let len = after.bytes().take_while(u8::is_ascii_digit).count();
    let digits = after.get(..len.min(9)).filter(|digits| !digits.is_empty())?;
    Some((format!("{digits:0<9}").parse().ok()?, &after[len..]))
}

/// Minutes east of UTC.
fn offset(zone: &str) -> Option<i64> {
    if zone == "Z" {
        return Some(0);
    }
    let sign = match zone.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = zone[1..].split_once(':')?;
    let two = |digits: &str| {
        let is_two = digits.len() == 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_two.then(|| digits.parse::<i64>().ok()).flatten()
    };
    let (hours, minutes) = (two(hours)?, two(minutes)?);
    (hours <= 24 && minutes < 60).then_some(sign * (hours * 60 + minutes))
}

/// `formatdate(format, time)`. Of a time that is not known, the digits that are always as many are exact holes.
pub(super) fn formatdate(given: &Arguments<'_>) -> Result<Value, Fault> {
    let Some(format) = given.known(0) else { return Ok(given.unknown()) };
    let known = match given.known(1) {
        Some(text) => Some(stamp(&text).ok_or_else(|| given.fault("the time is not as RFC 3339 writes it"))?),
        None => None,
    };
    let mut out = TracedBuilder::new(given.place());
    let note = convert::note_of(&given.values);
    let mut rest = &*format;
    while let Some(first) = rest.chars().next() {
        let (token, after) = token(rest, first);
        rest = after;
        if first == '\'' {
            let literal = literal(token).ok_or_else(|| given.fault("a quote in the format is not closed"))?;
            out.push(literal.as_bytes(), given.place(), false, note.clone());
            continue;
        }
        if !first.is_ascii_alphabetic() {
            out.push(token.as_bytes(), given.place(), false, note.clone());
            continue;
        }
        // Whether the format is one does not hang on the time.
        let example = Stamp { clock: DateTime::constant(2006, 1, 2, 15, 4, 5, 0), offset: 60 };
        let shown = written(token, known.unwrap_or(example));
        let shown = shown.ok_or_else(|| given.fault(format!("`{token}` is no part of a date")))?;
        match known {
            Some(_) => out.push(shown.as_bytes(), given.place(), false, note.clone()),
            None => push_hole(given, token, &shown, &mut out),
        }
    }
    Ok(pieces::value_of(out.finish()))
}

/// The first part of a format, and what follows.
fn token(format: &str, first: char) -> (&str, &str) {
    if first == '\'' {
        if format[1..].starts_with('\'') {
            return format.split_at(2);
        }
        let bytes = format.as_bytes();
        let mut at = 1;
        while at < bytes.len() {
            match (bytes[at], bytes.get(at + 1)) {
                (b'\'', Some(b'\'')) => at += 2,
                (b'\'', _) => return format.split_at(at + 1),
                _ => at += 1,
            }
        }
        return (format, "");
    }
    let ends = |char: char| {
        if first.is_ascii_alphabetic() { char != first } else { char == '\'' || char.is_ascii_alphabetic() }
    };
    format.split_at(format.find(ends).unwrap_or(format.len()))
}

fn literal(token: &str) -> Option<String> {
    let inner = token.strip_prefix('\'')?.strip_suffix('\'')?;
    Some(if inner.is_empty() { "'".to_owned() } else { inner.replace("''", "'") })
}

/// A part of a date; `None` for one that does not exist.
fn written(token: &str, stamp: Stamp) -> Option<String> {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    let clock = stamp.clock;
    let month = MONTHS.get(usize::try_from(clock.month() - 1).ok()?)?;
    let day = DAYS.get(usize::try_from(clock.date().weekday().to_monday_zero_offset()).ok()?)?;
    let hour_of_12 = if clock.hour() % 12 == 0 { 12 } else { clock.hour() % 12 };
    let (sign, minutes) = (if stamp.offset < 0 { '-' } else { '+' }, stamp.offset.abs());
    let (east_hours, east_minutes) = (minutes / 60, minutes % 60);
    Some(match token {
        "YY" => format!("{:02}", clock.year() % 100),
        "YYYY" => format!("{:04}", clock.year()),
        "M" => clock.month().to_string(),
        "MM" => format!("{:02}", clock.month()),
        "MMM" => month[..3].to_owned(),
        "MMMM" => (*month).to_owned(),
        "D" => clock.day().to_string(),
        "DD" => format!("{:02}", clock.day()),
        "EEE" => day[..3].to_owned(),
        "EEEE" => (*day).to_owned(),
        "h" => clock.hour().to_string(),
        "hh" => format!("{:02}", clock.hour()),
        "H" => hour_of_12.to_string(),
        "HH" => format!("{hour_of_12:02}"),
        "AA" => if clock.hour() < 12 { "AM" } else { "PM" }.to_owned(),
        "aa" => if clock.hour() < 12 { "am" } else { "pm" }.to_owned(),
        "m" => clock.minute().to_string(),
        "mm" => format!("{:02}", clock.minute()),
        "s" => clock.second().to_string(),
        "ss" => format!("{:02}", clock.second()),
        "Z" if minutes == 0 => "Z".to_owned(),
        "ZZZ" if minutes == 0 => "UTC".to_owned(),
        "ZZZ" | "ZZZZ" => format!("{sign}{east_hours:02}{east_minutes:02}"),
        "Z" | "ZZZZZ" => format!("{sign}{east_hours:02}:{east_minutes:02}"),
        _ => return None,
    })
}

/// Digits that are always as many stand for themselves as zeros, letters as `A`.
fn push_hole(given: &Arguments<'_>, token: &str, example: &str, out: &mut TracedBuilder) {
    let stands = match token {
        "YY" | "YYYY" | "MM" | "DD" | "hh" | "HH" | "mm" | "ss" => Some("0"),
        "MMM" | "EEE" | "AA" | "aa" => Some("A"),
        _ => None,
    };
    let reason = given.values.iter().find_map(Value::first_unknown).cloned();
    let reason = reason.unwrap_or_else(|| Reason::at(given.place(), "the time is not known"));
    let hole = Hole { reason, is_exact: stands.is_some() };
    let note = Note { hole: Some(hole), made: convert::made_of(&given.values), ..Note::default() };
    let bytes = stands.map_or_else(|| "?".to_owned(), |stands| stands.repeat(example.len()));
    out.push(bytes.as_bytes(), given.place(), false, Some(Arc::new(note)));
}

/// `timeadd(time, duration)`.
pub(super) fn timeadd(given: &Arguments<'_>) -> Result<Value, Fault> {
    let stamp = stamp(&given.string(0)).ok_or_else(|| given.fault("the time is not as RFC 3339 writes it"))?;
    let nanoseconds = duration(&given.string(1)).ok_or_else(|| given.fault("the duration is none, as in `1h30m`"))?;
    let sum = stamp.clock.checked_add(SignedDuration::from_nanos(nanoseconds));
    // Go knows years of five digits.
    let Ok(clock) = sum else { return Ok(given.unknown_because("the time is too far away to be worked out here")) };
    let sum = Stamp { clock, offset: stamp.offset };
    let zone = written("Z", sum).unwrap_or_default();
    Ok(given.computed(&format!("{}{zone}", clock.strftime("%Y-%m-%dT%H:%M:%S"))))
}

/// A duration as Go writes it, in nanoseconds: `-1.5h30m`.
fn duration(text: &str) -> Option<i64> {
    let (is_negative, mut rest) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    if rest == "0" {
        return Some(0);
    }
    let mut sum: i128 = 0;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let len = rest.find(|char: char| !char.is_ascii_digit() && char != '.')?;
        let (number, after) = rest.split_at(len);
        let unit_len = after.find(|char: char| char == '.' || char.is_ascii_digit()).unwrap_or(after.len());
        let (unit, next) = after.split_at(unit_len);
        rest = next;
        let unit: i128 = match unit {
            "ns" => 1,
            "us" | "µs" | "μs" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            _ => return None,
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let is_number = whole.len() + fraction.len() > 0 && whole.len() < 20 && !fraction.contains('.');
        if !is_number {
            return None;
        }
        let kept = &fraction[..fraction.len().min(15)];
        let parsed = |digits: &str| if digits.is_empty() { Some(0) } else { digits.parse::<i128>().ok() };
        let scale = 10_i128.pow(u32::try_from(kept.len()).ok()?);
        sum += parsed(whole)? * unit + parsed(kept)? * unit / scale;
        if sum > i128::from(i64::MAX) {
            return None;
        }
    }
    i64::try_from(if is_negative { -sum } else { sum }).ok()
}

/// `timecmp(a, b)`: -1, 0 or 1.
pub(super) fn timecmp(given: &Arguments<'_>) -> Result<Value, Fault> {
    let instant = |at: usize| {
        let stamp = stamp(&given.string(at)).ok_or_else(|| given.fault("the time is not as RFC 3339 writes it"))?;
        let utc = stamp.clock.checked_sub(SignedDuration::from_mins(stamp.offset));
        Ok(utc.unwrap_or(stamp.clock))
    };
    let order: DateTime = instant(0)?;
    Ok(given.count(order.cmp(&instant(1)?) as i8))
}

/// What YAML takes for a point in time, as Terraform writes it; `Err` where that cannot be told.
pub(super) fn yaml_timestamp(text: &str) -> Result<Option<String>, ()> {
    let Some((date, rest)) = text.split_at_checked(text.find([' ', 'T', 't']).unwrap_or(text.len())) else {
        return Ok(None);
    };
    let parts: Vec<&str> = date.split('-').collect();
    let is_digits =
        |part: &&str, most: usize| (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    let [year, month, day] = &parts[..] else { return Ok(None) };
    if year.len() != 4 || !is_digits(year, 4) || !is_digits(month, 2) || !is_digits(day, 2) {
        return Ok(None);
    }
    let full = format!("{year}-{month:0>2}-{day:0>2}T00:00:00Z");
    if rest.is_empty() {
        return Ok(stamp(&full).map(|_| full));
    }
    // Fractions and times with one digit are read, too; what becomes of them is not followed.
    let clock = rest.strip_prefix(' ').map(|clock| format!("{date}T{clock}Z"));
    let shown = clock.unwrap_or_else(|| text.to_owned());
    if !shown.contains('.') && stamp(&shown).is_some() { Ok(Some(shown)) } else { Err(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_as_go_writes_them() {
        for (text, wanted) in [
            ("0", Some(0)),
            ("-0", Some(0)),
            ("1ns", Some(1)),
            ("1µs", Some(1_000)),
            ("-1.5h30m", Some(-7_200_000_000_000)),
            (".5s", Some(500_000_000)),
            ("1.s", Some(1_000_000_000)),
            ("1", None),
            ("", None),
            ("-", None),
            (".", None),
            ("1d", None),
            ("1.2.3s", None),
            ("s", None),
            ("9999999999h", None),
        ] {
            assert_eq!(duration(text), wanted, "{text}");
        }
    }
}
