//! The grammars once more, as bare predicates written straight from the ABNF, and good texts with a slip or two: parser
//! and predicate must agree on each.

use proptest::prelude::*;

use super::mx_pattern::MxPattern;
use super::{policy, record};

const WSP: [char; 2] = [' ', '\t'];

/// `(ALPHA / DIGIT) *31(ALPHA / DIGIT / "_" / "-" / ".")`
fn is_name(name: &str) -> bool {
    name.len() <= 32
        && name.starts_with(|first: char| first.is_ascii_alphanumeric())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c))
}

/// RFC 8461 §3.1, with the discard rule: what does not begin `v=STSv1;` is discarded.
fn is_record(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("v=STSv1;") else { return false };
    let mut fields: Vec<&str> = rest.split(';').collect();
    // The blanks after a delimiter are its own; those at the end without one are nobody's.
    match fields.pop() {
        Some(last) if last.trim_matches(WSP).is_empty() => {}
        Some(last) if last.ends_with(WSP) => return false,
        last => fields.extend(last),
    }
    let fields: Option<Vec<_>> = fields.iter().map(|field| field.trim_matches(WSP).split_once('=')).collect();
    let is_value =
        |value: &str| !value.is_empty() && value.bytes().all(|byte| matches!(byte, 0x21..=0x3a | 0x3c | 0x3e..=0x7e));
    fields.is_some_and(|fields| {
        let id = fields.iter().find(|(name, _)| *name == "id");
        let good_id = |id: &str| (1..=32).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        fields.iter().all(|(name, value)| is_name(name) && is_value(value)) && id.is_some_and(|(_, id)| good_id(id))
    })
}

/// RFC 8461 §3.2; a field that stands again may hold what it likes (as an extension may), save for `mx`.
fn is_policy(text: &str) -> bool {
    let text = text.strip_suffix("\r\n").or(text.strip_suffix('\n')).unwrap_or(text);
    let lines = text.replace("\r\n", "\n");
    let fields: Option<Vec<_>> = lines.split('\n').map(|line| line.split_once(':')).collect();
    let Some(fields) = fields else { return false };
    let fields: Vec<_> = fields.into_iter().map(|(name, value)| (name, value.trim_matches(WSP))).collect();
    let all = |name| fields.iter().filter(move |field| field.0 == name).map(|field| field.1);
    let is_value = |value: &str| !value.is_empty() && !value.bytes().any(|byte| byte.is_ascii_control());
    let is_max_age = |value: &str| {
        let digits = (1..=10).contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_digit());
        digits && value.parse().is_ok_and(|number: u64| number <= 31_557_600)
    };
    let mode = all("mode").next();
    fields.iter().all(|(name, value)| is_name(name) && is_value(value))
        && all("version").next() == Some("STSv1")
        && matches!(mode, Some("enforce" | "testing" | "none"))
        && all("max_age").next().is_some_and(is_max_age)
        && (mode == Some("none") || all("mx").next().is_some())
        && all("mx").all(|mx| MxPattern::parse(mx.as_bytes()).is_ok())
}

/// `base` with some of its characters removed and some pieces put in.
fn slips(bases: &'static [&'static str], pieces: &'static [&'static str]) -> impl Strategy<Value = String> {
    let slip = (any::<proptest::sample::Index>(), 0..3_usize, proptest::sample::select(pieces));
    (proptest::sample::select(bases), proptest::collection::vec(slip, 0..3)).prop_map(|(base, slips)| {
        let mut text: Vec<char> = base.chars().collect();
        for (at, removed, put) in slips {
            let at = at.index(text.len() + 1);
            let end = text.len().min(at + removed);
            text.splice(at..end, put.chars());
        }
        text.into_iter().collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn records(text in slips(
        &[
            "v=STSv1; id=20160831085700Z;", "v=STSv1;id=1", "v=STSv1; a=b; id=1;\tid=- ;",
            "v=STSv1; id=12345678901234567890123456789012",
        ],
        &["", "", " ", "\t", ";", "=", "\\", "\"", ",", "x", "é", "\n", "; ", "id=", "v=STSv1", ":", "v", "_"],
    )) {
        prop_assert_eq!(record::parse(text.as_bytes()).is_valid(text.as_bytes()), is_record(&text), "{:?}", text);
    }

    #[test]
    fn policies(text in slips(
        &[
            "version: STSv1\nmode: enforce\nmx: *.a.example\nmax_age: 604800\n",
            "version:STSv1\r\nmode:none\r\nmax_age:1\r\nx: y z\r\n",
            "max_age: 31557600\t\nmx: a.example\nmx: b.example\nmode: testing \nversion: STSv1",
        ],
        &[
            "", "", " ", "\t", "\n", "\r\n", "\r", ":", "=", "#", " #", "//", "\"", ";", "x", "0", "é", "\u{feff}",
            "a:b\n", "mode:\n", "version: a #b\n", "max_age: \u{1}\n", "mode: a\tb\n", "mx: ", "<",
        ],
    )) {
        prop_assert_eq!(policy::parse(text.as_bytes()).is_valid(), is_policy(&text), "{:?}", text);
    }
}
