//! The JSON syntax.

use super::{FILE, show_body};
use crate::hcl::ast::{Body, ExprKind, SyntaxError};
use crate::hcl::parse::{json, json_values};
use crate::text::Span;

fn read(text: &str) -> Result<Body, SyntaxError> {
    json(FILE, text.as_bytes())
}

/// A configuration in brackets.
fn shown(text: &str) -> String {
    read(text).map_or_else(|error| format!("! {error}"), |body| show_body(&body))
}

#[test]
fn the_blocks_of_the_language_are_blocks() {
    for (text, wanted) in [
        ("{}", ""),
        (" [ { } , {} ] \r\n", ""),
        (r#"{"//": "said by hand", "locals": {"//": 1, "a": 1}}"#, "locals(){a=1}"),
        (r#"{"resource": {"r": {"x": {"a": "b"}, "y": {}}}}"#, r#"resource(r,x){a="b"} resource(r,y){}"#),
        (
            r#"{"resource": [{"r": {"x": {}}}, {"r": [{"y": {}}, {"z": {}}]}]}"#,
            "resource(r,x){} resource(r,y){} resource(r,z){}",
        ),
        (r#"{"locals": {"a": 1}, "locals": [{"b": 2}, {"c": 3}]}"#, "locals(){a=1} locals(){b=2} locals(){c=3}"),
        (
            r#"[{"module": {"m": {"source": "./m", "count": "${1}"}}}, {"data": {"d": {"x": {}}}}]"#,
            r#"module(m){source="./m" count=<1>} data(d,x){}"#,
        ),
        (
            r#"{"provider": {"p": [{"alias": "a"}, {"alias": "b"}]}}"#,
            r#"provider(p){alias="a"} provider(p){alias="b"}"#,
        ),
        (r#"{"output": {"o": null}, "locals": null, "terraform": {}}"#, "terraform(){}"),
        (
            r#"{"resource": {"r": {"x": {"b": [{"c": 1}, {"d": 2}], "e": {"f": {}}}}}}"#,
            r#"resource(r,x){b=[{"c"=1} {"d"=2}] e={"f"={}}}"#,
        ),
        (r#"{"resource": {"r": {"x": {"a": 1, "a": 2}}}}"#, "resource(r,x){a=1 a=2}"),
        (r#"{"moved": {"from": "a.b", "to": "a.c[0]"}}"#, "moved(){from=a.b to=a.c[0]}"),
        (r#"{"anything": "${else}"}"#, "anything=<else>"),
    ] {
        assert_eq!(shown(text), wanted, "{text}");
    }
}

#[test]
fn strings_are_templates_where_terraform_says_so() {
    let value = |text: &str| shown(&format!(r#"{{"locals": {{"a": {text}}}}}"#));
    for (text, wanted) in [
        (r#""a\n${b} $${c} \\n""#, r#"locals(){a=<"a\n" b " ${c} \\n">}"#),
        (r#""%{ if a ~}\n b\n%{ endif ~}\n c""#, r#"locals(){a=<(if a <" b\n"> <>) " c">}"#),
        (r#"{"${k}": "${v}", "//": 1}"#, r#"locals(){a={<k>=<v> "//"=1}}"#),
        (r#"["{}", "$ {a}", "\u0024\u007ba}"]"#, r#"locals(){a=["{}" "$ {a}" <a>]}"#),
        (r#""\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00""#, r#"locals(){a="\"\\/\u{8}\u{c}\n\r\té😀"}"#),
        (r#""\ud800 \udc00 \ud800\u0041 \ud83d\ud83d\ude00""#, r#"locals(){a="� � �A �😀"}"#),
        ("-1.5e+2", "locals(){a=(- 1.5e+2)}"),
        ("[0, 10.0, true, null]", "locals(){a=[0 10.0 true null]}"),
    ] {
        assert_eq!(value(text), wanted, "{text}");
    }
    let text = r#"{"variable": {"v": {"type": "list(string)", "default": ["${a}"], "description": "${b}"}}}"#;
    assert_eq!(shown(text), r#"variable(v){type=(list! string) default=["${a}"] description="${b}"}"#);
    let text = r#"{"module": {"m": {"source": "${a}", "providers": {"p": "p.x"}, "depends_on": ["a.b", "not one"]}}}"#;
    assert_eq!(shown(text), r#"module(m){source="${a}" providers={"p"=p.x} depends_on=[a.b "not one"]}"#);
    assert_eq!(shown("{\"locals\": {\"a\": \"\u{e9}${b\"}}"), "! the `${` that begins here is not closed");
}

#[test]
fn values_of_variables_are_literal() {
    let body = json_values(FILE, br#"{"a": "${b}", "//": 1, "c": {"${d}": ["%{e}", 1]}}"#).unwrap();
    assert_eq!(show_body(&body), r#"a="${b}" c={"${d}"=["%{e}" 1]}"#);
    assert!(json_values(FILE, b"[{}]").is_err());
}

#[test]
fn every_byte_knows_where_it_is_written() {
    let text = "{\"locals\": {\"é\": \"v=\\u0053TS\\n${ a.b }\"}}";
    let body = read(text).unwrap();
    let attribute = &body.blocks[0].body.attributes[0];
    assert_eq!(&text[attribute.place.span.range()], "\"é\"");
    assert_eq!(&text[attribute.value.place.span.range()], r#""v=\u0053TS\n${ a.b }""#);
    let ExprKind::Template(parts) = &attribute.value.kind else { panic!() };
    let [crate::hcl::ast::Part::Literal(literal), crate::hcl::ast::Part::Interpolation(expr)] = &parts[..] else {
        panic!()
    };
    let at = |start, end| &text[literal.place(Span::new(start, end)).span.range()];
    assert_eq!((at(0, 2), at(2, 3), at(3, 5), at(5, 6)), ("v=", "\\u0053", "TS", "\\n"));
    assert_eq!(&text[expr.place.span.range()], "a.b");
    let block = &read(r#"{"resource": {"r": {"x": {}}}}"#).unwrap().blocks[0];
    assert_eq!(block.labels[0].1.span, Span::new(14, 17));
    assert_eq!(block.header.span, Span::new(20, 23));
}

#[test]
fn what_is_no_utf8_is_replaced() {
    let body = json(FILE, b"{\"locals\": {\"a\": \"\xff\xe2\x80b\"}}").unwrap();
    let ExprKind::String(text) = &body.blocks[0].body.attributes[0].value.kind else { panic!() };
    assert_eq!(text.text(), "\u{fffd}\u{fffd}\u{fffd}b");
    assert_eq!(text.place(Span::new(9, 10)).span, Span::new(21, 22));
}

#[test]
fn what_is_wrong_is_said_where_it_is() {
    for (text, at, wanted) in [
        ("", 0, "a value is missing before the end"),
        ("1", 0, "a configuration is a JSON object"),
        ("[{}, 1]", 5, "a configuration is a JSON object"),
        ("{} {}", 3, "the end is missing before `{`"),
        ("\u{feff}{}", 0, "JSON begins without a byte order mark"),
        ("{a: 1}", 1, "the name of a property is missing before `a`"),
        ("{\"a\" 1}", 5, "the `:` after the name is missing before `1`"),
        ("{\"a\": 1,}", 8, "the name of a property is missing before `}`"),
        ("{\"a\": [1,]}", 9, "a value is missing before `]`"),
        ("{\"a\": [1 2]}", 9, "`,` or `]` is missing before `2`"),
        ("{\"a\": [1", 6, "what opens here is not closed"),
        ("{\"a\": 1", 0, "what opens here is not closed"),
        ("{\"a\": 01}", 6, "this is no number"),
        ("{\"a\": 1.}", 6, "this is no number"),
        ("{\"a\": -}", 6, "this is no number"),
        ("{\"a\": +1}", 6, "a value is missing before `+`"),
        ("{\"a\": True}", 6, "the only words in JSON are `true`, `false` and `null`"),
        ("{\"a\": \"b\n\"}", 6, "the string that begins here is not closed"),
        ("{\"a\": \"b\t\"}", 8, "a control character in a string is written as an escape"),
        ("{\"a\": \"\\x\"}", 7, "this backslash begins no escape; for a backslash write `\\\\`"),
        ("{\"a\": \"\\u00g0\"}", 7, "this escape needs 4 hexadecimal digits"),
        ("{\"a\": \"\\u00\"}", 7, "this escape needs 4 hexadecimal digits"),
        ("{\"a\": \"\\", 6, "the string that begins here is not closed"),
        ("{\"a\": 'b'}", 6, "a string stands in double quotes, not in single ones"),
        ("[true\u{feff}]", 5, "`,` or `]` is missing"),
        ("// a\n{}", 0, "JSON has no comments but as a property with the name `//`"),
        ("{\"resource\": {\"r\": 1}}", 19, "a JSON object is needed here, whose names are labels"),
        ("{\"locals\": 1}", 11, "a JSON object is needed here, with the arguments of the block"),
        (
            "{\"locals\": {\"a\": \"\\u0024{b c}\"}}",
            27,
            "the `}` of `${` is missing before `c`; where `${` is but text, write `$${`",
        ),
    ] {
        let error = read(text).expect_err(text);
        assert_eq!((error.place.span.start, error.message.as_str()), (at, wanted), "{text:?}");
    }
}
