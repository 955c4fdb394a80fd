//! Hostile input: what is too deep is refused, in a stack of 2 MB, and nothing takes the square of its length.

use std::time::{Duration, Instant};

use super::{FILE, traced};
use crate::hcl::parse::{expression, json, json_values, native, template};

/// `open`, `count` times, then `inside`, then `close` as often.
fn nest(open: &str, inside: &str, close: &str, count: usize) -> String {
    format!("{}{inside}{}", open.repeat(count), close.repeat(count))
}

/// What can contain itself: before, inside, after.
const NESTS: [(&str, &str, &str); 24] = [
    ("(", "1", ")"),
    ("[", "1", "]"),
    ("{a=", "1", "}"),
    ("{(a)=[", "1", "]}"),
    ("f(", "1", ")"),
    ("f(a, 1 + ", "1", ")"),
    ("1 || 1 && 1 == 1 < 1 + 1 * (", "1", ")"),
    ("1+1+(", "1", ")"),
    ("a[", "1", "]"),
    ("a", "[*]", "[*]"),
    ("-", "1", ""),
    ("!", "a", ""),
    ("a ? b : ", "c", ""),
    ("a ? ", "b", " : c"),
    ("a", "", " + a"),
    ("a", "", ".a"),
    ("a", "", "[0]"),
    ("(a", "", ".b + c.d).e"),
    ("[for x in ", "y", " : x]"),
    ("{for x in y : x => ", "y", "}"),
    ("\"${", "a", "}\""),
    ("\"%{if ", "a", "}%{endif}\""),
    ("\"a${\"b\"}${[", "a", "]}\""),
    ("<<A\n${", "a", "}\nA\n"),
];

#[test]
fn what_is_too_deep_is_refused() {
    for (open, inside, close) in NESTS {
        let text = |count| format!("x = {}\n", nest(open, inside, close, count));
        assert!(native(FILE, text(8).as_bytes()).is_ok() || open.starts_with('<'), "{open}");
        for count in [300, 10_000] {
            let error = native(FILE, text(count).as_bytes()).expect_err(open);
            assert!(error.message.contains("too deep"), "{open}: {error}");
        }
        for count in 30..140 {
            let _ = native(FILE, text(count).as_bytes());
        }
        let _ = native(FILE, open.repeat(10_000).as_bytes());
    }
}

#[test]
fn what_is_too_deep_is_refused_in_bodies_templates_and_json() {
    let is_refused = |read: &dyn Fn(usize) -> Result<(), crate::hcl::ast::SyntaxError>| {
        assert_eq!(read(40), Ok(()));
        assert!(read(10_000).is_err_and(|error| error.message.contains("too deep")));
    };
    is_refused(&|count| native(FILE, nest("b {\n", "", "}\n", count).as_bytes()).map(drop));
    let in_template = |text: String| template(&traced(&text, 0)).map(drop);
    is_refused(&|count| in_template(nest("%{if a}", "b", "%{endif}", count)));
    is_refused(&|count| in_template(nest("%{if a}b%{else}", "c", "%{endif}", count)));
    is_refused(&|count| in_template(nest("%{for a in b}", "c", "%{endfor}", count)));
    is_refused(&|count| in_template(nest("${\"", "c", "\"}", count)));
    is_refused(&|count| expression(&traced(&nest("(", "c", ")", count), 0)).map(drop));
    is_refused(&|count| json(FILE, format!("{{\"a\":{}}}", nest("[", "", "]", count)).as_bytes()).map(drop));
    is_refused(&|count| json_values(FILE, nest("{\"a\":", "1", "}", count).as_bytes()).map(drop));
    let in_json =
        |count| format!("{{\"a\":{}}}", nest("[", &format!("\"${{{}}}\"", nest("(", "1", ")", count)), "]", count));
    is_refused(&|count| json(FILE, in_json(count).as_bytes()).map(drop));
    assert!(json(FILE, in_json(80).as_bytes()).is_err(), "the levels of both are one tree");
}

/// What a text may repeat.
const PIECES: [&str; 66] = [
    "\"",
    "\"a",
    "\\",
    "\\n",
    "\\\\n${a}",
    "$",
    "$$",
    "$${",
    "${",
    "%{",
    "${a}",
    "${a ~}\n",
    " ",
    "\n",
    "\r",
    "\r\n",
    "{\n",
    "{\"",
    "[\"a\",",
    "<<A\n",
    "<<-A\n  ",
    "<<A\n${",
    "A\n",
    "a\n",
    "/*",
    "/* */",
    "# a\n",
    "//",
    "'",
    "a=1\n",
    "a {\n",
    "a {}\n",
    "a \"b\" ",
    ".",
    "..",
    "...",
    "1",
    "1.",
    "1e",
    "1e1",
    "a?",
    "a:",
    "a::",
    ",",
    "é",
    "\u{feff}",
    "\u{301}",
    "  \u{301}",
    "{\"a\":",
    "{\"a\":1,",
    "\"a\":1,",
    "\\u00e9",
    "\\ud800",
    "-",
    "a-",
    "1+",
    "%{if a}",
    "%{else}",
    "%{endif}",
    "%{if a}b%{else}",
    "for ",
    "[for a in ",
    "}",
    "]",
    ")",
    "${\"",
];

/// A text that a reader goes back over takes minutes at this length, where the square counts; else milliseconds.
#[test]
fn time_is_that_of_the_length() {
    let many = |piece: &str| piece.repeat(30_000 / piece.len());
    let check = |text: &str, read: &dyn Fn(&str)| {
        let begin = Instant::now();
        read(text);
        let start: String = text.chars().take(20).collect();
        assert!(begin.elapsed() < Duration::from_secs(5), "{start:?}: {:?}", begin.elapsed());
    };
    let value = |text: &str| drop(native(FILE, format!("x = {text}\n").as_bytes()));
    for piece in NESTS.into_iter().flat_map(|(open, _, close)| [open, close]).chain(PIECES) {
        let text = many(if piece.is_empty() { "\0" } else { piece });
        check(&text, &|text| drop(native(FILE, text.as_bytes())));
        check(&text, &|text| drop(template(&traced(text, 0))));
        check(&text, &|text| drop(json(FILE, text.as_bytes())));
        check(&text, &|text| drop(json(FILE, format!("{{\"a\":\"{text}\"}}").as_bytes())));
        check(&text, &value);
        check(&format!("\"{text}\""), &value);
        check(&format!("<<-A\n{text}\nA"), &value);
        check(&format!("{{{text}}}"), &value);
        check(&format!("/*{text}"), &value);
    }
    let keys = (0..3_000).map(|n| format!("k{n} = {n}")).collect::<Vec<_>>().join("\n");
    check(&keys, &|text| drop(native(FILE, text.as_bytes())));
    check(&format!("{{\n{keys}\n}}"), &value);
}
