use std::fmt::Write;

use super::*;
use crate::formats::tree::Kind;
use crate::text::Traced;

fn read(text: &str) -> Node {
    document(FileId(0), text.as_bytes()).unwrap()
}

fn slice(text: &str, place: Place) -> &str {
    &text[place.span.range()]
}

/// Where the part `part` of a decoded text is written.
fn part<'a>(source: &'a str, text: &Traced, part: &str) -> &'a str {
    let decoded = std::str::from_utf8(text.bytes()).unwrap();
    let at = decoded.find(part).unwrap_or_else(|| panic!("{part:?} in {decoded:?}"));
    slice(source, text.place(Span::of(at..at + part.len())))
}

#[test]
fn every_style_of_text_has_the_places_of_its_bytes() {
    // The source, the text of `k`, the place of all of it, then parts of the text and where they are written.
    type Row = (&'static str, &'static str, &'static str, &'static [(&'static str, &'static str)]);
    let table: &[Row] = &[
        ("k: v=STSv1; id=7 # no", "v=STSv1; id=7", "v=STSv1; id=7", &[("id=7", "id=7")]),
        ("k: v=STSv1\\; id=7", "v=STSv1\\; id=7", "v=STSv1\\; id=7", &[("\\;", "\\;")]),
        ("k: aa bb\n  cc  \n\n  dd\n", "aa bb cc\ndd", "aa bb\n  cc  \n\n  dd", &[("bb cc", "bb\n  cc"), ("dd", "dd")]),
        ("ü: é\nk: ünd äö", "ünd äö", "ünd äö", &[("äö", "äö")]),
        ("k: 'it''s' # '", "it's", "'it''s'", &[("'", "''"), ("s", "s")]),
        ("k: 'a\n\n  b  \n  c'\n", "a\nb c", "'a\n\n  b  \n  c'", &[("b c", "b  \n  c")]),
        (
            "k: \"v=\\x53TS\\u0076\\n1\" # \"",
            "v=STSv\n1",
            "\"v=\\x53TS\\u0076\\n1\"",
            &[("S", "\\x53"), ("TS", "TS"), ("\n", "\\n")],
        ),
        (
            "k: \"a \\\n   b\\\n  \\ c\n  d\"\n",
            "a b c d",
            "\"a \\\n   b\\\n  \\ c\n  d\"",
            &[("a b", "a \\\n   b"), ("d", "d")],
        ),
        (
            "k: |\n  mode: x\n  mx: y\nj: 1\n",
            "mode: x\nmx: y\n",
            "mode: x\n  mx: y",
            &[("mx: y", "mx: y"), ("y\n", "y\n")],
        ),
        (
            "k: |\r\n  mode: x\r\n  mx: y\r\nj: 1\r\n",
            "mode: x\nmx: y\n",
            "mode: x\r\n  mx: y",
            &[("x\nm", "x\r\n  m"), ("y\n", "y\r\n")],
        ),
        (
            "k: |-\n    a\n      b\n\n    c\n\n\n",
            "a\n  b\n\nc",
            "a\n      b\n\n    c",
            &[("  b", "  b"), ("c", "c"), ("b\n\nc", "b\n\n    c")],
        ),
        ("k: |+\n  a\n\n\nj: 1", "a\n\n\n", "a", &[("a\n", "a\n")]),
        ("k: |2 # note\n    a\n   b", "  a\n b\n", "  a\n   b", &[(" a", " a"), ("b\n", "b")]),
        ("k: |\n\n  a\n", "\na\n", "a", &[("a", "a")]),
        (
            "k: >\n  a\n  b\n\n  c\n    d\n  e\n",
            "a b\nc\n  d\ne\n",
            "a\n  b\n\n  c\n    d\n  e",
            &[("a b", "a\n  b"), ("c\n", "c\n"), ("e", "e")],
        ),
        ("k: !!str &x 12", "12", "12", &[("2", "2")]),
        ("k: &x |\n  a\n", "a\n", "a", &[("a", "a")]),
        ("k: |\r  a\r  b\r", "a\nb\n", "a\r  b", &[("a\nb", "a\r  b"), ("b\n", "b\r")]),
        ("k: |\n  !a b\n  c\n", "!a b\nc\n", "!a b\n  c", &[("a b", "a b"), ("c", "c")]),
        ("k: !x |\nj: 1\n", "", "", &[]),
        ("k: !!str |\nj: 1\n", "", "", &[]),
        ("k: a b\u{a0}\n", "a b\u{a0}", "a b\u{a0}", &[("\u{a0}", "\u{a0}")]),
        ("k: ''", "", "''", &[]),
        ("k: {k: v, j: \"w\"}", "", "", &[]),
        ("{k: \"w\", j: 1}", "w", "\"w\"", &[("w", "w")]),
    ];
    for (source, decoded, whole, parts) in table {
        let node = read(source);
        let node = node.get("k").unwrap();
        let Some(text) = node.text() else {
            assert!(decoded.is_empty(), "{source:?}");
            continue;
        };
        assert_eq!(text.text(), *decoded, "{source:?}");
        assert_eq!(slice(source, text.whole()), *whole, "{source:?}");
        for (piece, written) in *parts {
            assert_eq!(part(source, text, piece), *written, "{piece:?} in {source:?}");
        }
    }
}

#[test]
fn lists_and_maps_end_with_their_last_value() {
    let source = "a:\n  - x\n  - {b: c}\n\n# end\nd: [1,\n 2]\n\n";
    let node = read(source);
    assert_eq!(slice(source, node.place), "a:\n  - x\n  - {b: c}\n\n# end\nd: [1,\n 2]");
    assert_eq!(slice(source, node.get("a").unwrap().place), "- x\n  - {b: c}");
    assert_eq!(slice(source, node.get("d").unwrap().place), "[1,\n 2]");
}

#[test]
fn words_are_what_pyyaml_takes_them_for() {
    let node = read("[yes, 'yes', Off, ~, null, '', 12, '12', 1_0, !!str no, ! on]");
    let items = node.items();
    assert_eq!(items.iter().map(Node::truth).collect::<Vec<_>>()[..3], [Some(true), None, Some(false)]);
    assert!(items[3].is_null() && items[4].is_null() && !items[5].is_null());
    assert_eq!((items[6].number(), items[7].number(), items[8].number()), (Some(12), Some(12), None));
    assert_eq!((items[9].truth(), items[10].truth()), (None, None));
}

#[test]
fn aliases_and_merges_are_followed() {
    let source = "base: &b {ttl: 60, type: A}\nx:\n  <<: *b\n  ttl: 5\ny: {ttl: 5, <<: *b}\nz: {<<: [{ttl: 1}, {ttl: 2, q: 3}]}\nw: *b\n";
    let node = read(source);
    let ttl = |key: &str| node.path(&[key, "ttl"]).and_then(Node::number);
    assert_eq!((ttl("x"), ttl("y"), ttl("z"), ttl("w")), (Some(5), Some(60), Some(1), Some(60)));
    assert!(node.path(&["x", "type"]).unwrap().is("A"));
    assert_eq!(slice(source, node.path(&["x", "type"]).unwrap().place), "A");
    let node = read("a: &r\n  b: *q\n".replace("*q", "&q c").as_str());
    assert!(node.path(&["a", "b"]).unwrap().is("c"));
}

#[test]
fn tags_that_are_not_yaml_s_are_kept() {
    let node = read("a: !include common.yaml\nb: !x {c: 1}\n<<: !include base.yaml\n");
    let Kind::Tagged(tag, inner) = &node.get("a").unwrap().kind else { panic!() };
    assert_eq!((&**tag, inner.as_str()), ("!include", Some("common.yaml")));
    assert!(matches!(&node.get("b").unwrap().kind, Kind::Tagged(tag, inner) if &**tag == "!x" && inner.is_map()));
    assert!(matches!(&node.get("<<").unwrap().kind, Kind::Tagged(..)));
}

#[test]
fn documents_are_parted() {
    let source = "a: 1\n---\nb: 2\n...\n---\n# nothing\n---\n- c\n";
    let all = documents(FileId(0), source.as_bytes()).unwrap();
    assert_eq!(all.len(), 4);
    assert!(all[2].is_null() && all[3].items()[0].is("c"));
    assert_eq!(documents(FileId(0), b"").unwrap().len(), 0);
    assert!(document(FileId(0), b"").unwrap().is_null());
    assert!(document(FileId(0), source.as_bytes()).unwrap_err().message.contains("second document"));
    assert!(read("\u{feff}a: 1").get("a").is_some());
}

#[test]
fn what_cannot_be_read_says_where() {
    let mut bomb = String::from("a0: &a0 [x]\n");
    for n in 1..30 {
        let aliases = format!("*a{},", n - 1).repeat(9);
        writeln!(bomb, "a{n}: &a{n} [{aliases}]").unwrap();
    }
    let long = format!("a: &a {}\n", "x".repeat(10_000)) + &"b: *a\n".repeat(1000);
    let table = [
        ("a: [1", "this is no YAML"),
        ("a: b: c", "this is no YAML"),
        ("a: &x [*x]", "in the value that it names"),
        ("a: &x 1\n---\nb: *x", "another document"),
        ("a: {{ .Values.x }}y", "this is no YAML"),
        (&("[".repeat(120) + &"]".repeat(120)), "levels"),
        (&("- ".repeat(120) + "x"), "levels"),
        (&bomb, "comes to too much"),
        (&long, "comes to too much"),
    ];
    for (text, message) in table {
        let error = documents(FileId(0), text.as_bytes()).unwrap_err();
        assert!(error.message.contains(message), "{text}: {}", error.message);
        assert!(error.place.span.end as usize <= text.len());
    }
    assert_eq!(documents(FileId(0), b"a: \xff").unwrap_err().place.span, Span::new(3, 4));
}

#[test]
fn depth_counts_through_aliases() {
    let mut text = String::from("a0: &a0 [x]\n");
    for n in 1..120 {
        writeln!(text, "a{n}: &a{n} [*a{}]", n - 1).unwrap();
    }
    assert!(documents(FileId(0), text.as_bytes()).unwrap_err().message.contains("levels"));
}
