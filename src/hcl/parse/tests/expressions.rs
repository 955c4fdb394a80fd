//! Operators, terms and what stands between brackets.

use super::{FILE, shown, traced, value};
use crate::hcl::ast::{Expr, ExprKind};
use crate::hcl::parse::expression;
use crate::text::{Place, Span, TracedBuilder};

#[track_caller]
fn good(table: &[(&str, &str)]) {
    for (text, wanted) in table {
        assert_eq!(shown(text), *wanted, "{text}");
    }
}

#[track_caller]
fn bad(table: &[(&str, u32, &str)]) {
    for (text, at, wanted) in table {
        let error = value(text).expect_err(text);
        assert_eq!((error.place.span.start - 4, error.message.as_str()), (*at, *wanted), "{text}");
    }
}

#[test]
fn operators_bind_as_in_terraform() {
    good(&[
        ("1+2*3", "(+ 1 (* 2 3))"),
        ("1*2+3", "(+ (* 1 2) 3)"),
        ("1-2-3", "(- (- 1 2) 3)"),
        ("8/4/2%3", "(% (/ (/ 8 4) 2) 3)"),
        ("a || b && c == d < e + f * g", "(|| a (&& b (== c (< d (+ e (* f g))))))"),
        ("a*b+c<d==e&&f||g", "(|| (&& (== (< (+ (* a b) c) d) e) f) g)"),
        ("a <= b != c >= d", "(!= (<= a b) (>= c d))"),
        ("a > b == c", "(== (> a b) c)"),
        ("-a.b", "(- a.b)"),
        ("-1 + 2", "(+ (- 1) 2)"),
        ("2 - -1", "(- 2 (- 1))"),
        ("2 --1", "(- 2 (- 1))"),
        ("!!a", "(! (! a))"),
        ("!a == b", "(== (! a) b)"),
        ("a-b", "a-b"),
        ("a -b", "(- a b)"),
        ("1-a", "(- 1 a)"),
        ("a ? b : c ? d : e", "(? a b (? c d e))"),
        ("a ? b ? c : d : e", "(? a (? b c d) e)"),
        ("a == b ? c + 1 : d", "(? (== a b) (+ c 1) d)"),
        ("(1 + 2) * 3", "(* ((+ 1 2)) 3)"),
        ("(\n1 # one\n+ // two\n2\n)", "((+ 1 2))"),
        ("1 /* one */ + /* two\nlines */ 2", "(+ 1 2)"),
        ("8 / 2 // 3", "(/ 8 2)"),
    ]);
}

#[test]
fn terms_and_steps_are_read_as_in_terraform() {
    good(&[
        ("true", "true"),
        ("null", "null"),
        ("truely", "truely"),
        ("1.50", "1.50"),
        ("1.e3", "1.e3"),
        ("1E-7", "1E-7"),
        ("01", "01"),
        ("fööbär_1", "fööbär_1"),
        ("a.b.c", "a.b.c"),
        ("a.for.in", "a.for.in"),
        ("a[0].b[\"c\"][d.e]", "a[0].b[\"c\"][d.e]"),
        ("a.0.b.10", "a[0].b[10]"),
        ("a [0]", "a[0]"),
        ("(a\n.b\n[0])", "(a.b[0])"),
        ("a[\n0\n]", "a[0]"),
        ("a[*].b[0][*].c", "(splat a (splat *.b[0] *.c))"),
        ("a[ * ]", "(splat a *)"),
        ("a.*.b.0[c].d", "(splat a *.b[0])[c].d"),
        ("a.*.b[*].c", "(splat (splat a *.b) *.c)"),
        ("f()", "(f!)"),
        ("f (1, a ,)", "(f! 1 a)"),
        ("f(\n1,\n2 # two\n)", "(f! 1 2)"),
        ("f(a, b...)", "(f! a b...)"),
        ("provider::x::f(1)", "(provider::x::f! 1)"),
        ("f(1).a[0]", "(f! 1).a[0]"),
        ("[1,2][0]", "[1 2][0]"),
        ("\"a\".b", "\"a\".b"),
    ]);
}

#[test]
fn collections_are_read_as_in_terraform() {
    good(&[
        ("[]", "[]"),
        ("[1, 2,]", "[1 2]"),
        ("[\n  1, # one\n  2\n]", "[1 2]"),
        ("[for\r\nx\r\nin y :\r\nx]", "(for x y : x)"),
        ("{}", "{}"),
        ("{\n}", "{}"),
        ("{a = 1, b : 2, \"c\" = 3}", "{\"a\"=1 \"b\"=2 \"c\"=3}"),
        ("{\r\n  a = 1\r\n\r\n  # b\r\n  b = 2 # two\r\n}", "{\"a\"=1 \"b\"=2}"),
        ("{a = 1,\n\n b = 2\n}", "{\"a\"=1 \"b\"=2}"),
        ("{a = 1, a = 2}", "{\"a\"=1 \"a\"=2}"),
        ("{true = 1, null = 2, in = 3, 4 = 5}", "{\"true\"=1 \"null\"=2 \"in\"=3 4=5}"),
        ("{(a) = 1, a.b = 2, \"${c}\" = 3}", "{(a)=1 a.b=2 <c>=3}"),
        ("{a = b == c}", "{\"a\"=(== b c)}"),
        ("{a = [\n1\n], b = (\n2\n)}", "{\"a\"=[1] \"b\"=(2)}"),
        ("[for x in y : x]", "(for x y : x)"),
        ("[for k, v in y : v if k != \"\"]", "(for k,v y : v if (!= k \"\"))"),
        ("{for k, v in y : k => v}", "(for k,v y : k => v)"),
        ("{\nfor x in y :\nx.a\n=>\nx...\nif\nx.b\n}", "(for x y : x.a => x... if x.b)"),
        ("[format(1)]", "[(format! 1)]"),
        ("{format = 1}", "{\"format\"=1}"),
        ("[[for x in y : x]...]", "! `]` or `,` is missing before `.`"),
    ]);
}

#[test]
fn what_is_wrong_is_said_where_it_is() {
    bad(&[
        ("", 0, "an expression is missing before the end of the line"),
        ("1 +", 3, "an expression is missing before the end of the line"),
        ("1 +\n2", 3, "an expression is missing before the end of the line"),
        ("1 2", 2, "the end of the line after the argument is missing before `2`"),
        ("a b", 2, "the end of the line after the argument is missing before `b`"),
        ("a, b", 1, "the end of the line after the argument is missing before `,`"),
        ("a ? b", 5, "the `:` of the conditional is missing before the end of the line"),
        ("a.", 2, "the name of an attribute is missing before the end of the line"),
        ("a..b", 2, "the name of an attribute is missing before `.`"),
        ("a.0.1", 2, "of two numbers after dots, write the second in brackets: `a[0][1]`"),
        ("a[", 3, "an expression is missing before the end"),
        ("a[0", 1, "the bracket that opens here is not closed"),
        ("(1", 0, "the parenthesis that opens here is not closed"),
        ("(1, 2)", 2, "`)` is missing before `,`"),
        ("f(1", 1, "the call that opens here is not closed"),
        ("f(1 2)", 4, "`)` or `,` is missing before `2`"),
        ("f(a..., b)", 6, "`)` is missing before `,`"),
        ("a::b", 4, "the `(` of the call is missing before the end of the line"),
        ("[1 2]", 3, "`]` or `,` is missing before `2`"),
        ("[,]", 1, "an expression is missing before `,`"),
        ("[1", 0, "the bracket that opens here is not closed"),
        ("{a}", 2, "`=` with a value is missing before `}`"),
        ("{a => 1}", 3, "`=` with a value is missing before `=`"),
        ("{a = 1 b = 2}", 7, "`}`, `,` or the end of the line is missing before `b`"),
        ("{a =\n1}", 4, "an expression is missing before the end of the line"),
        ("{a = 1\n,b = 2}", 7, "an expression is missing before `,`"),
        ("{a = 1", 0, "the object that opens here is not closed"),
        ("[for, x]", 4, "a name after `for` is missing before `,`"),
        ("[for x y : x]", 7, "`in` after the names of `for` is missing before `y`"),
        ("[for x in y x]", 12, "the `:` after what `for` goes through is missing before `x`"),
        ("[for x in y : x => x]", 16, "only a `for` between braces has keys"),
        ("[for x in y : x...]", 15, "only a `for` between braces groups its values"),
        ("{for x in y : x}", 15, "`=>` after the key is missing before `}`"),
        ("{for = 1}", 5, "a name after `for` is missing before `=`"),
        ("1.2.3", 0, "this is no number"),
        ("1..2", 0, "this is no number"),
        ("1e2e3", 0, "this is no number"),
        ("1_000", 1, "the end of the line after the argument is missing before `_000`"),
        (".5", 0, "an expression is missing before `.`"),
        ("a & b", 2, "`&` is no operator; a logical and is `&&`"),
        ("'a'", 0, "a string stands in double quotes, not in single ones"),
        ("“a”", 0, "a string stands in straight quotes (\"), not in curly ones"),
        ("1 /* 2", 2, "the comment that begins here has no end"),
        ("a\rb", 1, "U+000D does not belong here"),
        ("\u{1b}[0m", 0, "U+001B does not belong here"),
    ]);
}

fn children(expr: &Expr) -> Vec<&Expr> {
    match &expr.kind {
        ExprKind::Tuple(items) => items.iter().collect(),
        ExprKind::Object(items) => items.iter().flat_map(|(key, value)| [key, value]).collect(),
        ExprKind::Call { arguments, .. } => arguments.iter().collect(),
        ExprKind::Attribute(of, _) | ExprKind::Unary(_, of) | ExprKind::Parens(of) => vec![of],
        ExprKind::Index(of, key) => vec![of, key],
        ExprKind::Splat { source, each } => vec![source, each],
        ExprKind::Binary(left, _, right) => vec![left, right],
        ExprKind::Conditional(parts) => parts.iter().collect(),
        _ => Vec::new(),
    }
}

fn places<'a>(text: &'a str, expr: &Expr, out: &mut Vec<&'a str>) {
    out.push(&text[expr.place.span.range()]);
    for child in children(expr) {
        places(text, child, out);
    }
}

#[test]
fn expressions_know_their_bytes() {
    let text = "ä = [ a.b [0] , -f( x, \"y\" ).z, (1 + 2) * 3, p ? q : {k = v}, a[*].b , c.*.d, n.0 ]\n";
    let body = super::body(text).unwrap();
    let mut found = Vec::new();
    places(text, &body.attributes[0].value, &mut found);
    #[rustfmt::skip]
    let wanted = [
        &text[5..text.len() - 1],
        "a.b [0]", "a.b", "a", "0",
        "-f( x, \"y\" ).z", "f( x, \"y\" ).z", "f( x, \"y\" )", "x", "\"y\"",
        "(1 + 2) * 3", "(1 + 2)", "1 + 2", "1", "2", "3",
        "p ? q : {k = v}", "p", "q", "{k = v}", "k", "v",
        "a[*].b", "a", "].b", "]",
        "c.*.d", "c", "*.d", "*",
        "n.0", "n", "0",
    ];
    assert_eq!(found, wanted);
    assert_eq!(body.attributes[0].place, Place::new(FILE, Span::new(0, 2)));
}

#[test]
fn an_expression_in_text_knows_where_the_text_stands() {
    // "local.a\u002eb" in JSON.
    let mut builder = TracedBuilder::new(Place::new(FILE, Span::new(100, 118)));
    builder.verbatim(b"local.a", 101);
    builder.decoded(b".", Span::new(108, 114));
    builder.verbatim(b"b", 114);
    let expr = expression(&builder.finish()).unwrap();
    assert_eq!(super::show(&expr), "local.a.b");
    assert_eq!(expr.place, Place::new(FILE, Span::new(101, 115)));
    let ExprKind::Attribute(of, _) = &expr.kind else { panic!() };
    assert_eq!(of.place, Place::new(FILE, Span::new(101, 108)));

    assert_eq!(super::show(&expression(&traced("\n[1,\n2]\n", 0)).unwrap()), "[1 2]");
    let error = expression(&traced("a b", 50)).unwrap_err();
    assert_eq!(
        (error.place.span, error.message.as_str()),
        (Span::new(52, 53), "the end of the expression is missing before `b`")
    );
}
