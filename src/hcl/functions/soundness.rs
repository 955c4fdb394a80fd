//! Whatever stands in a hole: what is said to be certain of a result must be so.

use std::fmt::Write as _;
use std::sync::Arc;

use proptest::prelude::*;

use super::sample::{Repository, evaluate_with};
use crate::hcl::convert::number;
use crate::hcl::value::{List, ListKind, Map, Origin, Shape, Value};
use crate::text::{FileId, Hole, Note, Place, Reason, Span, Traced, TracedBuilder};

/// Expressions of `x`, a text of which some is not known.
const EXPRESSIONS: &[&str] = &[
    r#"trimsuffix(x, ".")"#,
    r#"trimsuffix(x, "a.")"#,
    r#"trimsuffix(trimsuffix(x, "."), "a")"#,
    r#"trimprefix(x, "a.")"#,
    r#"trimprefix(x, "a")"#,
    "trimspace(x)",
    "chomp(x)",
    "chomp(indent(1, x))",
    r#"trim(x, " .")"#,
    r#"trim(x, "a0")"#,
    "lower(x)",
    "upper(x)",
    "title(x)",
    "strrev(x)",
    r#"replace(x, ".", "-")"#,
    r#"replace(x, "a.", "")"#,
    r#"replace(x, "aa", "b")"#,
    r#"replace(x, "a", ".")"#,
    r#"replace(x, "", "-")"#,
    r#"replace("a.b", x, "-")"#,
    r#"replace("a.b", ".", x)"#,
    r#"replace(replace(x, ".", "-"), "--", ".")"#,
    r#"replace(x, "/a/", "b")"#,
    r#"split(".", x)"#,
    r#"split("; ", x)"#,
    r#"split("a", x)"#,
    r#"split("", x)"#,
    r#"split(x, "a.b")"#,
    "substr(x, 0, 3)",
    "substr(x, 2, 1)",
    "substr(x, 1, -1)",
    "substr(x, -2, 2)",
    "substr(x, -3, 0)",
    r#"substr(format("%s.", x), 0, 2)"#,
    r#"startswith(x, "a.")"#,
    r#"startswith(x, "a00")"#,
    r#"startswith("a.b", x)"#,
    r#"endswith(x, ".a")"#,
    r#"endswith(x, "0a")"#,
    r#"strcontains(x, "a.")"#,
    r#"strcontains(x, "a")"#,
    r#"strcontains("a.b", x)"#,
    "indent(2, x)",
    r#"join(",", [x, "b", x])"#,
    r#"join(x, ["a", "b"])"#,
    r#"format("<%s>", x)"#,
    r#"format("%5s|%-5s|%05s", x, x, x)"#,
    r#"format("%.2s", x)"#,
    r#"format("%q %v %#v", x, x, x)"#,
    r#"format("%d", x)"#,
    r#"format("%v", [x])"#,
    r#"formatlist("%s-", [x, "b"])"#,
    "jsonencode({a = x})",
    r#"jsonencode(toset(["a", x]))"#,
    "yamlencode([x])",
    r#"x == "a.b""#,
    r#"x == """#,
    r#"x != "aaaa""#,
    r#"[x, 1] == ["a", 2]"#,
    r#"contains(["a", "ab", "0000"], x)"#,
    r#"contains([x, "a"], "a")"#,
    r#"distinct(["a", x, "b", "a"])"#,
    r#"compact(["", x])"#,
    r#"coalesce(x, "z")"#,
    "length(x)",
    r#"length(toset(["a", x]))"#,
    r#"sort([x, "b"])"#,
    r#"tolist(toset(["b", x]))"#,
    r#"join(",", toset(["b", x]))"#,
    r#"flatten([toset(["b", x]), "a"])"#,
    r#"reverse(toset(["b", x]))"#,
    r#"setunion([x], ["a"])"#,
    r#"setproduct([x], ["a"])"#,
    r#"setproduct(toset([x, "a"]), toset(["a"]))"#,
    r#"flatten([[x], ["a"]])"#,
    r#"index(["a", x, "b"], "b")"#,
    "lookup({a = 1}, x, 2)",
    "merge({a = 1}, {b = x})",
    "zipmap([x], [1])",
    r#"zipmap(["a"], [x])"#,
    "one([x])",
    r#"concat([x], ["a"])"#,
    r#"element([x, "a"], 1)"#,
    r#"slice([x, "a"], 0, 1)"#,
    r#"chunklist([x, "a", "b"], 2)"#,
    r#"matchkeys(["a"], ["b"], [x])"#,
    "transpose({a = [x]})",
    "md5(x)",
    "base64encode(x)",
    "base64sha512(x)",
    "urlencode(x)",
    "base64decode(x)",
    "tonumber(x)",
    "tobool(x)",
    "parseint(x, 16)",
    r#"regexall("a", x)"#,
    "basename(x)",
    "dirname(x)",
    r#"true ? x : "b""#,
    r#"x == "a" ? 1 : 2"#,
    r#"alltrue([x == "a", false])"#,
    r#"formatdate(x, "2024-01-02T03:04:05Z")"#,
];

/// Text before, in and behind the hole.
fn text(parts: [&str; 3], hole: Option<bool>) -> Value {
    let place = Place::new(FileId(0), Span::new(0, 9));
    let mut out = TracedBuilder::new(place);
    let note = hole.map(|is_exact| {
        let hole = Hole { reason: Reason::at(place, "nobody knows"), is_exact };
        Arc::new(Note { hole: Some(hole), ..Note::default() })
    });
    let zeros = "0".repeat(parts[1].len());
    let stands = match hole {
        None => parts[1],
        Some(true) => &zeros,
        Some(false) => "?",
    };
    out.push(parts[0].as_bytes(), place, false, None);
    out.push(stands.as_bytes(), place, false, note);
    out.push(parts[2].as_bytes(), place, false, None);
    Value::String(Arc::new(out.finish()))
}

/// Whether the value is one of those that `said` leaves open.
fn holds(said: &Value, value: &Value) -> bool {
    match (said, value) {
        (Value::Unknown(unknown), _) => match (unknown.shape, value) {
            (None, _) => true,
            (Some(Shape::Hex(len)), Value::String(text)) => {
                text.bytes().len() == len as usize && text.bytes().iter().all(u8::is_ascii_hexdigit)
            }
            (Some(Shape::Base64(len)), Value::String(text)) => text.bytes().len() == len as usize,
            _ => false,
        },
        (Value::String(said), Value::String(value)) => fits(said, value.bytes()),
        (Value::Number(a, _), Value::Number(b, _)) => a == b,
        (Value::Bool(a, _), Value::Bool(b, _)) => a == b,
        (Value::Null(_), Value::Null(_)) => true,
        (Value::List(said), Value::List(_)) if crate::hcl::convert::is_unsettled(said) => true,
        (Value::List(said), Value::List(value)) => {
            said.kind == value.kind
                && said.items.len() == value.items.len()
                && said.items.iter().zip(value.items.iter()).all(|(said, value)| holds(said, value))
        }
        (Value::Map(said), Value::Map(value)) => {
            said.entries.keys().eq(value.entries.keys())
                && said.entries.values().zip(value.entries.values()).all(|(said, value)| holds(said, value))
        }
        _ => false,
    }
}

/// Whether the bytes are what the text says, with something in each of its holes.
fn fits(said: &Traced, bytes: &[u8]) -> bool {
    let mut pattern = String::from("(?s-u)^");
    for stretch in said.stretches() {
        match stretch.note.and_then(|note| note.hole.as_ref()) {
            None => pattern.push_str(&regex::escape(&String::from_utf8_lossy(stretch.span.slice(said.bytes())))),
            Some(hole) if hole.is_exact => {
                let _ = write!(pattern, "[0-9A-Za-z+/=]{{{}}}", stretch.span.len());
            }
            Some(_) => pattern.push_str(".*"),
        }
    }
    regex::bytes::Regex::new(&(pattern + "$")).unwrap().is_match(bytes)
}

fn check(expression: &str, parts: [&str; 3], is_exact: bool) {
    let files = Repository::of(&[]);
    let known = evaluate_with(expression, &text(parts, None), &files);
    let said = evaluate_with(expression, &text(parts, Some(is_exact)), &files);
    let is_right = match (&said, &known) {
        (Ok(said), Ok(known)) => holds(said, known),
        // What would be refused may be unknown, but must not be said to be known.
        (Ok(said), Err(_)) => said.first_unknown().is_some(),
        (Err(_), Ok(_)) => false,
        (Err(_), Err(_)) => true,
    };
    assert!(is_right, "{expression} of {parts:?}, exact {is_exact}\n said {said:?}\n but it is {known:?}");
}

/// Any value, text that means something to a function among them.
fn argument() -> impl Strategy<Value = Value> {
    let place = Place::new(FileId(0), Span::new(0, 9));
    let text = move |text: String| Value::string(&text, place);
    let number = move |digits: String| number(&digits, place).unwrap();
    let leaf = prop_oneof![
        "\\PC{0,8}".prop_map(text),
        "[-a-z0-9./:\\\\()\\[\\]{}^$*+?|%'\"é \n\r\tT#&!,>~_é=]{0,12}".prop_map(text),
        "20[0-9]{2}-[01][0-9]-[0-3][0-9][T ][0-2][0-9]:[0-5][0-9]:[0-5][0-9](\\.[0-9]{1,12})?(Z|[+-][0-9]{2}:[0-9]{2})"
            .prop_map(text),
        "-?[0-9]{1,20}(\\.[0-9]{1,4})?(e[0-9]{1,4})?".prop_map(text),
        "[0-9]{1,3}\\.[0-9]\\.[0-9]\\.[0-9]/[0-9]{1,3}|[0-9a-f]{1,4}::/[0-9]{1,3}".prop_map(text),
        "%[-+ #0]{0,2}[0-9]{0,3}(\\.[0-9]{0,3})?[a-zA-Z%]".prop_map(text),
        "[0-9]{1,19}(\\.[0-9]{1,4})?(e[0-9]{1,3})?".prop_map(number),
        "[ab.; ]{0,4}".prop_map(|text| self::text([&text, "a", &text], Some(false))),
        Just(Value::unknown(place, "nobody knows")),
        Just(Value::Null(Origin::at(place))),
        Just(Value::Bool(true, Origin::at(place))),
    ];
    leaf.prop_recursive(2, 8, 3, move |inner| {
        let list = |kind| move |items| Value::List(List { kind, items: Arc::new(items), origin: Origin::at(place) });
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(list(ListKind::Tuple)),
            proptest::collection::vec(inner.clone(), 0..3).prop_map(list(ListKind::Set)),
            proptest::collection::btree_map("[ab]", inner, 0..3).prop_map(move |entries| {
                let entries = entries.into_iter().map(|(name, value)| (Arc::from(name), value)).collect();
                Value::Map(Map { is_object: true, keys: None, entries: Arc::new(entries), origin: Origin::at(place) })
            }),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 25, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_argument_is_a_reason_to_panic(arguments in proptest::collection::vec(argument(), 4)) {
        let files = Repository::of(&[("a", b"b")]);
        let place = Place::new(FileId(0), Span::new(0, 9));
        for function in super::table::FUNCTIONS {
            for count in 0..=4 {
                let call = super::Call { place, files: &files, directory: "" };
                let _ = super::call(function.name, &arguments[..count], &call);
            }
        }
    }

    #[test]
    fn vague_holes(before in "[a.; \n]{0,4}", inside in "[ab.; \n]{0,4}", behind in "[a.; \n]{0,4}") {
        for expression in EXPRESSIONS {
            check(expression, [&before, &inside, &behind], false);
        }
    }

    #[test]
    fn exact_holes(before in "[a0.; \n]{0,4}", inside in "[a0]{1,4}", behind in "[a0.; \n]{0,4}") {
        for expression in EXPRESSIONS {
            check(expression, [&before, &inside, &behind], true);
        }
    }
}
