//! The next id, in the style of the one that there is: a hash, a date, a counter.

use jiff::civil::{Date, DateTime};
use sha2::Digest;

use crate::mta_sts::record::check_id;

/// A shorter run of hexadecimal digits is no hash.
const SHORTEST_HASH: usize = 6;

/// The id that follows `id` when the policy `old` becomes `new`: another, 1 to 32 letters and digits, and greater than `id` where
/// that is a date or a number.
pub(super) fn next(id: &str, old: &[u8], new: &[u8], now: Option<DateTime>) -> Option<String> {
    check_id(id.as_bytes()).ok()?;
    let next = same_hash(id, old, new)
        .or_else(|| date(id, now))
        .or_else(|| epoch(id, now))
        .or_else(|| any_hash(id, new))
        .unwrap_or_else(|| counter(id));
    (next != id && check_id(next.as_bytes()).is_ok()).then_some(next)
}

/// The hash of the new policy, if the id is the beginning of the same hash of the old one.
fn same_hash(id: &str, old: &[u8], new: &[u8]) -> Option<String> {
    let hashes: [fn(&[u8]) -> String; 4] = [
        |text| hex(&md5::Md5::digest(text)),
        |text| hex(&sha1::Sha1::digest(text)),
        |text| hex(&sha2::Sha256::digest(text)),
        |text| hex(&sha2::Sha512::digest(text)),
    ];
    let lower = id.to_ascii_lowercase();
    let made = hashes.into_iter().find(|hash| id.len() >= SHORTEST_HASH && hash(old).starts_with(&lower))?;
    Some(in_case_of(id, made(new).get(..id.len())?))
}

/// What looks like a hash of something else becomes one of the policy.
fn any_hash(id: &str, new: &[u8]) -> Option<String> {
    let has = |kind: fn(&u8) -> bool| id.bytes().any(|byte| kind(&byte));
    let is_one_case = !(has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase));
    let is_hash = id.len() >= SHORTEST_HASH
        && id.bytes().all(|byte| byte.is_ascii_hexdigit())
        && has(u8::is_ascii_alphabetic)
        && has(u8::is_ascii_digit)
        && is_one_case;
    let hash = hex(&sha2::Sha256::digest(new));
    is_hash.then(|| in_case_of(id, hash.get(..id.len()).unwrap_or_default()))
}

fn in_case_of(id: &str, hash: &str) -> String {
    if id.bytes().any(|byte| byte.is_ascii_uppercase()) { hash.to_ascii_uppercase() } else { hash.to_owned() }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        use std::fmt::Write;
        // Writing to a String cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// A date, with a counter or a time behind it or not, and letters in front: `20261124`, `2026112401`, `20261124T0830Z`.
fn date(id: &str, now: Option<DateTime>) -> Option<String> {
    let rest = id.trim_start_matches(|sign: char| sign.is_ascii_alphabetic());
    let (front, zone) = (&id[..id.len() - rest.len()], if rest.ends_with('Z') { "Z" } else { "" });
    let core = rest.strip_suffix('Z').unwrap_or(rest);
    let (day, tail) = core.split_at_checked(8).filter(|(day, _)| is_date(day))?;
    let time = tail.strip_prefix('T');
    let digits = time.unwrap_or(tail);
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) || time.is_some() && !is_time(digits) {
        return None;
    }
    let is_time = time.is_some() || is_time(digits);
    let stem = &core[..core.len() - digits.len()];
    let after = match now {
        _ if !is_time && digits.len() > 3 => return None,
        Some(now) if is_time => {
            let sign = if time.is_some() { "T" } else { "" };
            Some(format!("{}{sign}{}", day_of(now), time_of(now, digits.len())))
        }
        Some(now) if digits.is_empty() => Some(day_of(now)),
        Some(now) => Some(format!("{}{:0len$}", day_of(now), 1, len = digits.len())),
        None => None,
    };
    // Greater than it was, whatever the clock says.
    let next = after.filter(|next| next.as_str() > core).unwrap_or_else(|| match digits {
        "" => format!("{day}01"),
        digits => format!("{stem}{}", plus_one(digits)),
    });
    Some(format!("{front}{next}{zone}"))
}

fn day_of(now: DateTime) -> String {
    format!("{:04}{:02}{:02}", now.year(), now.month(), now.day())
}

/// Hours and minutes, and seconds if there are six digits.
fn time_of(now: DateTime, digits: usize) -> String {
    let all = format!("{:02}{:02}{:02}", now.hour(), now.minute(), now.second());
    all.get(..digits).unwrap_or(&all).to_owned()
}

fn is_date(digits: &str) -> bool {
    let number = |range: std::ops::Range<usize>| digits.get(range).and_then(|part| part.parse::<i16>().ok());
    let all_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
    let (Some(year), Some(month), Some(day)) = (number(0..4), number(4..6), number(6..8)) else { return false };
    let small = |number: i16| i8::try_from(number).unwrap_or(0);
    // The first draft of the standard is of 2016.
    all_digits && (2015..2100).contains(&year) && Date::new(year, small(month), small(day)).is_ok()
}

/// `0830` or `083000`.
fn is_time(digits: &str) -> bool {
    let below =
        |at: usize, most: u8| digits.get(at..at + 2).and_then(|two| two.parse().ok()).is_some_and(|two: u8| two < most);
    matches!(digits.len(), 4 | 6) && below(0, 24) && below(2, 60) && (digits.len() == 4 || below(4, 60))
}

/// Seconds since 1970.
fn epoch(id: &str, now: Option<DateTime>) -> Option<String> {
    let was: i64 = id.parse().ok().filter(|_| id.len() == 10)?;
    let now = jiff::tz::Offset::UTC.to_timestamp(now?).ok()?.as_second();
    (1_400_000_000..=now).contains(&was).then(|| now.max(was + 1).to_string())
}

/// One more, in as many digits; what ends with a letter is given a number.
fn counter(id: &str) -> String {
    let front = id.trim_end_matches(|sign: char| sign.is_ascii_digit());
    let digits = &id[front.len()..];
    if digits.is_empty() { format!("{front}2") } else { format!("{front}{}", plus_one(digits)) }
}

fn plus_one(digits: &str) -> String {
    let kept = digits.trim_end_matches('9');
    let nines = digits.len() - kept.len();
    let mut out = match kept.as_bytes().split_last() {
        Some((last, front)) => front.iter().chain([&(last + 1)]).map(|digit| char::from(*digit)).collect(),
        None => "1".to_owned(),
    };
    out.extend(std::iter::repeat_n('0', nines));
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Option<DateTime> = Some(jiff::civil::date(2026, 12, 24).at(8, 5, 9, 0));

    #[test]
    fn the_style_is_kept() {
        let table = [
            // Counters.
            ("1", "2"),
            ("9", "10"),
            ("007", "008"),
            ("41", "42"),
            ("199", "200"),
            ("99999999999999999999999999999999", ""),
            ("v12", "v13"),
            ("policy", "policy2"),
            ("a1b", "a1b2"),
            // Dates.
            ("20261124", "20261224"),
            ("20261224", "2026122401"),
            ("20270101", "2027010101"),
            ("2026112401", "2026122401"),
            ("2026122401", "2026122402"),
            ("2026122499", "20261224100"),
            ("202611247", "202612241"),
            ("20261124T0830", "20261224T0805"),
            ("20261124T083000", "20261224T080509"),
            ("20261124T083000Z", "20261224T080509Z"),
            ("202611240830", "202612240805"),
            ("20261124083000", "20261224080509"),
            ("20261124083000Z", "20261224080509Z"),
            ("20261224080509", "20261224080510"),
            ("mta20261124", "mta20261224"),
            ("20261124Z", "20261224Z"),
            // No such day.
            ("20261324", "20261325"),
            ("12345678", "12345679"),
            // Seconds.
            ("1764000000", "1798099509"),
            // Hashes of something else: `printf new | sha256sum`.
            ("d41d8cd98f", "11507a0e2f"),
            ("D41D8CD98F", "11507A0E2F"),
        ];
        for (id, next) in table {
            assert_eq!(super::next(id, b"old", b"new", NOW).unwrap_or_default(), next, "{id}");
        }
    }

    #[test]
    fn a_hash_of_the_policy_stays_one() {
        let table = [
            (hex(&md5::Md5::digest(b"old")), hex(&md5::Md5::digest(b"new"))),
            (hex(&sha1::Sha1::digest(b"old"))[..32].to_owned(), hex(&sha1::Sha1::digest(b"new"))[..32].to_owned()),
            (hex(&sha2::Sha256::digest(b"old"))[..16].to_owned(), hex(&sha2::Sha256::digest(b"new"))[..16].to_owned()),
            (hex(&sha2::Sha512::digest(b"old"))[..20].to_owned(), hex(&sha2::Sha512::digest(b"new"))[..20].to_owned()),
        ];
        for (id, next) in table {
            assert_eq!(super::next(&id, b"old", b"new", NOW), Some(next.clone()));
            assert_eq!(super::next(&id.to_uppercase(), b"old", b"new", NOW), Some(next.to_uppercase()));
        }
    }

    #[test]
    fn without_a_clock_it_is_another_all_the_same() {
        let table =
            [("20261124", "2026112401"), ("2026112401", "2026112402"), ("20261124T083000Z", "20261124T083001Z")];
        for (id, next) in table {
            assert_eq!(super::next(id, b"", b"", None).as_deref(), Some(next));
        }
    }

    proptest! {
        #[test]
        fn it_is_an_id_and_another(id in "[0-9a-zA-Z]{0,34}|20(1|2)[0-9]{5}[0-9TZ]{0,8}|[0-9]{1,32}", old in ".*", new in ".*") {
            for now in [NOW, None] {
                if let Some(next) = super::next(&id, old.as_bytes(), new.as_bytes(), now) {
                    prop_assert!(check_id(next.as_bytes()).is_ok());
                    prop_assert_ne!(next, id.clone());
                }
            }
        }
    }
}
