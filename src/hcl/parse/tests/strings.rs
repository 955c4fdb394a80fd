//! What strings, heredocs and template files say.

use super::{FILE, shown, traced, value};
use crate::hcl::ast::{ExprKind, Part};
use crate::hcl::parse::template;
use crate::text::{Place, Span, Traced, TracedBuilder};

#[track_caller]
fn good(table: &[(&str, &str)]) {
    for (text, wanted) in table {
        assert_eq!(shown(text), *wanted, "{text:?}");
    }
}

#[track_caller]
fn bad(table: &[(&str, u32, &str)]) {
    for (text, at, wanted) in table {
        let error = value(text).expect_err(text);
        assert_eq!((error.place.span.start - 4, error.message.as_str()), (*at, *wanted), "{text:?}");
    }
}

#[test]
fn quoted_strings_are_decoded() {
    good(&[
        (r#""""#, r#""""#),
        (r#""a\n\t\r\"\\b""#, r#""a\n\t\r\"\\b""#),
        (r#""\u00e9\U0001F600""#, r#""é😀""#),
        (r#""$${a} %%{b}""#, r#""${a} %{b}""#),
        (r#""$$${1}""#, r#""$${1}""#),
        (r#""$$$$$${1}""#, r#""$$$$${1}""#),
        (r#""%%%{1}""#, r#""%%{1}""#),
        (r#""%$${1}$$%%{2}""#, r#""%${1}$$%{2}""#),
        (r#""$ % $$ %% $x""#, r#""$ % $$ %% $x""#),
        (r#""$""#, r#""$""#),
        (r#""$\"x""#, r#""$\"x""#),
        (r#""$${~1}""#, r#""${~1}""#),
        ("\"a\tb\"", r#""a\tb""#),
    ]);
    bad(&[
        (r#""\/""#, 1, "this backslash begins no escape; for a backslash write `\\\\`"),
        (
            r#""a\""#,
            0,
            "the string that begins here is not closed on its line; text of several lines is written as <<EOT",
        ),
        (r#""\x41""#, 1, "this backslash begins no escape; for a backslash write `\\\\`"),
        (r#""\u00e""#, 1, "this escape needs 4 hexadecimal digits that name a character"),
        (r#""\ud800""#, 1, "this escape needs 4 hexadecimal digits that name a character"),
        (r#""\U00110000""#, 1, "this escape needs 8 hexadecimal digits that name a character"),
        (
            "\"a\nb\"",
            0,
            "the string that begins here is not closed on its line; text of several lines is written as <<EOT",
        ),
        (
            "\"a\rb\"",
            0,
            "the string that begins here is not closed on its line; text of several lines is written as <<EOT",
        ),
        ("\"a\\\n\"", 2, "this backslash begins no escape; for a backslash write `\\\\`"),
    ]);
}

#[test]
fn templates_are_taken_apart() {
    good(&[
        (r#""${a}""#, "<a>"),
        (r#"" ${~a}""#, r#"<"" a>"#),
        (r#""a${b}c${d}""#, r#"<"a" b "c" d>"#),
        (r#""${"a${"b"}"}""#, r#"<<"a" "b">>"#),
        (r#""${ {a = 1}.a }""#, r#"<{"a"=1}.a>"#),
        ("\"${\n{\na = 1\n}\n}\"", r#"<{"a"=1}>"#),
        ("\"${a # }\n}\"", "<a>"),
        (r#""a\n  ${~b~}\n c""#, r#"<"a" b "c">"#),
        (r#""a$  ${~b}""#, r#"<"a$" b>"#),
        (r#""%{if a}b%{else}c%{endif}d""#, r#"<(if a <"b"> <"c">) "d">"#),
        (r#""%{ if a ~} b %{~ endif ~} d""#, r#"<(if a <"b"> <>) "d">"#),
        (r#""%{for k, v in a}${k}=%{if v}y%{endif}%{endfor}""#, r#"<(for k,v a <k "=" (if v <"y"> <>)>)>"#),
    ]);
    bad(&[
        (
            r#""${""#,
            3,
            "the string that begins here is not closed on its line; text of several lines is written as <<EOT",
        ),
        (r#""${a""#, 4, "the `}` of `${` is missing before `\"`; where `${` is but text, write `$${`"),
        (r#""${A:-b}""#, 4, "the `}` of `${` is missing before `:`; where `${` is but text, write `$${`"),
        (r#""${}""#, 3, "an expression is missing before `}`"),
        (
            r#""%{a}""#,
            3,
            "`if`, `else`, `endif`, `for` or `endfor` is missing before `a`; where `%{` is but text, write `%%{`",
        ),
        (r#""%{if a}b""#, 1, "the `if` that begins here has no `endif`"),
        (r#""%{for a in b}%{if c}%{endfor}%{endif}""#, 21, "`endif` is missing before this `endfor`"),
        (r#""%{if a}%{else}%{else}%{endif}""#, 15, "`endif` is missing before this `else`"),
        (r#""%{endif}""#, 1, "nothing is open that this `endif` could end"),
    ]);
}

#[test]
fn heredocs_say_what_terraform_reads() {
    good(&[
        ("<<A\nx\nA\n", r#""x\n""#),
        ("<<A\nA\n", r#""""#),
        ("<<A\n\nA\n", r#""\n""#),
        ("<<A\r\nx\r\ny\r\nA\r\n", r#""x\r\ny\r\n""#),
        ("<<A\na\n  A \t\n", r#""a\n""#),
        ("<<A\na\n\u{a0}A\u{b}\n", r#""a\n""#),
        ("<<A-b\nx\nA-b\n", r#""x\n""#),
        ("<<A\na A\nA b\nAA\nA.x\nA\n", r#""a A\nA b\nAA\nA.x\n""#),
        ("<<A\n\"\\u00e9\" \\n\nA\n", r#""\"\\u00e9\" \\n\n""#),
        ("<<A\n$${a} %%{b} $$$${1} $ % $\n$\nA\n", r#""${a} %{b} $$${1} $ % $\n$\n""#),
        ("<<A\n${a}A\nA\n", r#"<a "A\n">"#),
        ("<<A\n${\na\n}\nA\n", r#"<a "\n">"#),
        ("<<A\n${<<B\nb\nB\n}\nA\n", r#"<"b\n" "\n">"#),
        ("<<A\n  foo\n  ${~ a ~}\n  bar\nA\n", r#"<"  foo\n" a "  bar\n">"#),
        ("<<A\nfoo\n${~ a ~}\n  bar\nA\n", r#"<"foo" a "  bar\n">"#),
        ("<<A\n%{ for x in a ~}\n  x ${x}\n%{ endfor ~}\nA\n", r#"<(for x a <"  x " x "\n">) "">"#),
    ]);
}

#[test]
fn indentation_is_taken_away_as_in_terraform() {
    good(&[
        ("<<-A\n    x\n      y\n    A\n", r#""x\n  y\n""#),
        ("<<-A\n  a\n\n  b\n  A\n", r#""a\n\nb\n""#),
        ("<<-A\n      \n  x\n     A\n", r#""      \nx\n""#),
        ("<<-A\n\t\tx\n\t  y\n  A\n", r#""x\n y\n""#),
        ("<<-A\n  \u{a0}x\n   y\nA\n", r#""x\ny\n""#),
        ("<<-A\r\n  x\r\n\r\n   y\r\n  A\r\n", r#""x\r\n\r\n y\r\n""#),
        ("<<-A\nA\n", r#""""#),
        ("<<-A\n   $5\n  x\n A\n", r#"" $5\nx\n""#),
        ("<<-A\n  ${a}\n    b\n  A\n", r#"<"" a "\n  b\n">"#),
        ("<<-A\n${a}\n    b\n  A\n", r#"<a "\n    b\n">"#),
        ("<<-A\n  x ${a} y\n z\n  A\n", r#"<" x " a " y\nz\n">"#),
        ("<<-A\n  a\n  ${~ b}\n   c\n  A\n", r#"<"  a\n" b "\n   c\n">"#),
        ("<<-A\n    a ${b ~}\n    c\n   d\n  A\n", r#"<" a " b "    c\nd\n">"#),
        ("<<-A\n  %{ if a }\n  b\n  %{ endif }\n  A\n", r#"<"" (if a <"\nb\n"> <>) "\n">"#),
        ("<<-A\n  %{ if a ~}\n  b\n  %{ endif ~}\n  c\n  A\n", r#"<"" (if a <"  b\n"> <>) "  c\n">"#),
    ]);
}

#[test]
fn what_is_wrong_with_a_heredoc_is_said_where_it_begins() {
    bad(&[
        ("<<A\nx\n", 0, "the text that begins here does not end: no line holds `A` alone"),
        ("<<A\nx\nA}\n", 0, "the text that begins here does not end: no line holds `A` alone"),
        ("<<A \nx\nA\n", 3, "the text of a heredoc begins on the line below its word"),
        ("<< A\nx\nA\n", 2, "the word that will end the text is missing before the blank"),
        ("<<\"A\"\nx\nA\n", 2, "the word that will end the text is missing before `\"`"),
        ("<<A\nx\nA\r \n", 7, "a carriage return stands here without the end of a line"),
        ("<<A\nx\ry\nA\n", 5, "a carriage return stands here without the end of a line"),
        ("<<A\n${a\nA\n", 8, "the `}` of `${` is missing before `A`; where `${` is but text, write `$${`"),
    ]);
    // The end of the file is not the end of the line.
    assert!(super::body("a = <<A\nx\nA").is_err());
}

fn string(text: &str) -> Traced {
    let ExprKind::String(string) = value(text).unwrap().kind else { panic!("{text} is no string") };
    (*string).clone()
}

#[test]
fn every_byte_knows_where_it_is_written() {
    let at = |start: u32, end: u32| Place::new(FILE, Span::new(start + 4, end + 4));
    let text = string(r#""ab\nc$${d}é""#);
    assert_eq!(text.bytes(), "ab\nc${d}é".as_bytes());
    assert_eq!(text.whole(), at(0, 14));
    assert_eq!(text.place(Span::new(0, 2)), at(1, 3));
    assert_eq!(text.place(Span::new(2, 3)), at(3, 5));
    assert_eq!(text.place(Span::new(3, 4)), at(5, 6));
    assert_eq!(text.place(Span::new(4, 6)), at(6, 9));
    assert_eq!(text.place(Span::new(6, 10)), at(9, 13));

    let text = string("<<-A\n    x\n\n      y\n    A\n");
    assert_eq!(text.bytes(), b"x\n\n  y\n");
    assert_eq!(text.whole(), at(0, 25));
    assert_eq!(text.place(Span::new(0, 1)), at(9, 10));
    assert_eq!(text.place(Span::new(2, 3)), at(11, 12));
    assert_eq!(text.place(Span::new(5, 6)), at(18, 19));
}

#[test]
fn a_template_in_text_knows_where_the_text_stands() {
    // "a\n${b}\u0024${c}" in JSON.
    let mut builder = TracedBuilder::new(Place::new(FILE, Span::new(10, 30)));
    builder.verbatim(b"a", 11);
    builder.decoded(b"\n", Span::new(12, 14));
    builder.verbatim(b"${b}", 14);
    builder.decoded(b"$", Span::new(18, 24));
    builder.verbatim(b"${c}", 24);
    let expr = template(&builder.finish()).unwrap();
    assert_eq!(super::show(&expr), r#"<"a\n" b "${c}">"#);
    assert_eq!(expr.place, Place::new(FILE, Span::new(10, 30)));
    let ExprKind::Template(parts) = expr.kind else { panic!() };
    let (Part::Literal(first), Part::Interpolation(second), Part::Literal(third)) = (&parts[0], &parts[1], &parts[2])
    else {
        panic!()
    };
    assert_eq!(first.place(Span::new(1, 2)).span, Span::new(12, 14));
    assert_eq!(second.place.span, Span::new(16, 17));
    assert_eq!(third.place(Span::new(0, 2)).span, Span::new(18, 26));
    assert_eq!(third.place(Span::new(2, 4)).span, Span::new(26, 28));
}

#[test]
fn a_template_file_is_a_template_of_lines() {
    let shown =
        |text: &str| template(&traced(text, 0)).map_or_else(|error| format!("! {error}"), |expr| super::show(&expr));
    for (text, wanted) in [
        ("", r#""""#),
        ("version: STSv1\n", r#""version: STSv1\n""#),
        ("\"a\" \\n $${b} $", r#""\"a\" \\n ${b} $""#),
        ("${a}", "<a>"),
        ("%{ for m in mx ~}\nmx: ${m}\n%{ endfor ~}\n", r#"<(for m mx <"mx: " m "\n">) "">"#),
        ("a\n  ${~b}", r#"<"a\n" b>"#),
        ("a\r\n${b ~}\r\nc\r\n", r#"<"a\r\n" b "c\r\n">"#),
        ("a\n${b ~}\r c${d}$${e}\n", r#"<"a\n" b "c${d}${e}\n">"#),
        ("${b ~} \r c${d}", r#"<b "\r c${d}">"#),
        ("${a", "! the `${` that begins here is not closed"),
    ] {
        assert_eq!(shown(text), wanted, "{text:?}");
    }
}
