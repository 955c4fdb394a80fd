//! Bodies: arguments, blocks, and what ends them.

use super::{FILE, body, show_body};
use crate::hcl::parse::native;
use crate::text::{Place, Span};

#[test]
fn bodies_are_read_as_in_terraform() {
    for (text, wanted) in [
        ("", ""),
        ("# only\n// comments /*\n/* are */", ""),
        ("\u{feff}a = 1\n", "a=1"),
        ("a = 1\r\nb\t=\t2\r\n", "a=1 b=2"),
        ("a = 1 # one\nb = 2 // two\nc = 3 /* three */\n/* */ d = 4", "a=1 b=2 c=3 d=4"),
        ("b {}\n", "b(){}"),
        ("b \"x\" y \"z-\\u006f\" {\n}\n", "b(x,y,z-o){}"),
        ("b\"x\"{a=1}", "b(x){a=1}"),
        ("b { # one\n a = 1\n c {\n }\n} # two\n", "b(){a=1 c(){}}"),
        ("b { /* one */ a = [\n1\n] /* two */ }\n", "b(){a=[1]}"),
        ("a {\n}\n\n\n\na {\n}", "a(){} a(){}"),
        ("a = <<E\nx\nE\nb = 1\n", "a=\"x\\n\" b=1"),
        ("b {\n a = <<E\nx\nE\n}\n", "b(){a=\"x\\n\"}"),
        (
            "dynamic \"a\" {\n for_each = b\n content {\n c = a.value\n }\n}\n",
            "dynamic(a){for_each=b content(){c=a.value}}",
        ),
    ] {
        assert_eq!(body(text).map(|body| show_body(&body)), Ok(wanted.to_owned()), "{text:?}");
    }
}

#[test]
fn what_is_wrong_is_said_where_it_is() {
    for (text, at, wanted) in [
        ("a = 1\na = 2\n", 6, "the argument `a` is set twice"),
        ("a: 1\n", 1, "an argument is set with `=`, not with `:`"),
        ("a == 1\n", 2, "`=` with a value is missing before `=`"),
        ("a\n", 1, "`=` with a value is missing before the end of the line"),
        ("\"a\" = 1\n", 0, "the name of an argument stands without quotes"),
        ("1\n", 0, "an argument or a block is missing before `1`"),
        ("}\n", 0, "an argument or a block is missing before `}`"),
        ("a = 1;\n", 5, "the end of the line after the argument is missing before `;`"),
        ("b \"x\"\n{\n}\n", 5, "the `{` of the block is missing before the end of the line"),
        ("b \"x\" = 1\n", 6, "the `{` of the block is missing before `=`"),
        ("b \"x${y}\" {\n}\n", 4, "a label is no template"),
        (
            "b \"x\n{\n}\n",
            2,
            "the string that begins here is not closed on its line; text of several lines is written as <<EOT",
        ),
        ("b {\n a = 1\n", 2, "the block that begins here is not closed"),
        ("b {\n a = 1 }\n", 11, "the end of the line after the argument is missing before `}`"),
        ("b {\n}}\n", 5, "the end of the line after the block is missing before `}`"),
        ("b {\n} b {\n}\n", 6, "the end of the line after the block is missing before `b`"),
        ("b { a = 1\n}\n", 9, "the `}` of a block on one line is missing before the end of the line"),
        ("b { a = 1, c = 2 }\n", 9, "the `}` of a block on one line is missing before `,`"),
        ("b { c {} }\n", 6, "the `=` of the one argument that a block on one line may have is missing before `{`"),
        ("b { a = 1", 2, "the block that begins here is not closed"),
        ("a = 1\n\u{feff}", 6, "U+FEFF does not belong here"),
        ("\u{0}", 0, "U+0000 does not belong here"),
        ("a = 1\n<<<<<<< HEAD\n", 6, "an argument or a block is missing before `<`"),
    ] {
        let error = body(text).expect_err(text);
        assert_eq!((error.place.span.start, error.message.as_str()), (at, wanted), "{text:?}");
    }
}

#[test]
fn bytes_that_are_no_utf8_may_stand_in_comments_only() {
    assert!(native(FILE, b"# \xe9\na = 1 /* \xff */ // \xff\n").is_ok());
    for (text, at) in [(&b"a = \"\xe9\"\n"[..], 5), (b"\xe9 = 1\n", 0), (b"a = \xe9\n", 4), (b"a\xe9 = 1\n", 1)] {
        let error = native(FILE, text).unwrap_err();
        assert_eq!((error.place.span.start, error.message.as_str()), (at, "this byte is not UTF-8"));
    }
}

#[test]
fn blocks_know_their_bytes() {
    let text = "resource \"a_b\" c { # d\n  e = 1\n}\n";
    let block = &body(text).unwrap().blocks[0];
    let at = |place: Place| &text[place.span.range()];
    assert_eq!(at(block.header), "resource \"a_b\" c");
    assert_eq!(block.labels.iter().map(|(_, place)| at(*place)).collect::<Vec<_>>(), ["\"a_b\"", "c"]);
    assert_eq!(at(block.body.attributes[0].place), "e");
    assert_eq!(at(body("b {\n}\n").unwrap().blocks[0].header), "r");
    assert_eq!(body("b {\n}\n").unwrap().blocks[0].header.span, Span::new(0, 1));
}
