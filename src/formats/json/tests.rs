use super::*;

fn slice(text: &str, place: Place) -> &str {
    &text[place.span.range()]
}

#[test]
fn values_have_the_places_of_their_bytes() {
    let text = r#" {"a": "v=\u0053TS\n", "b\"": [1.5e-3, true , null, {}], "ü": "\ud83d\ude00x\/", "a": "last"} "#;
    let node = document(FileId(0), text.as_bytes()).unwrap();
    assert_eq!(slice(text, node.place), text.trim());
    let first = node.entries()[0].value.text().unwrap();
    assert_eq!(first.text(), "v=STS\n");
    assert_eq!(slice(text, first.whole()), r#""v=\u0053TS\n""#);
    assert_eq!(slice(text, first.place(Span::new(2, 3))), r"\u0053");
    assert_eq!(slice(text, first.place(Span::new(0, 5))), r"v=\u0053TS");
    assert_eq!(slice(text, first.place(Span::new(5, 6))), r"\n");
    assert!(node.get("a").unwrap().is("last"));
    let list = node.get("b\"").unwrap();
    assert_eq!(slice(text, list.place), "[1.5e-3, true , null, {}]");
    assert_eq!(list.items()[0].word(), Some("1.5e-3"));
    assert_eq!(list.items()[1].truth(), Some(true));
    assert!(list.items()[2].is_null() && list.items()[3].entries().is_empty());
    let smile = node.get("ü").unwrap().text().unwrap();
    assert_eq!(smile.text(), "😀x/");
    assert_eq!(slice(text, smile.place(Span::new(0, 4))), r"\ud83d\ude00");
    assert_eq!(slice(text, smile.place(Span::new(4, 5))), "x");
}

#[test]
fn what_is_no_json_says_where() {
    let table: [(&str, &str, &str); 16] = [
        ("", "", "the text ends"),
        ("{", "", "the text ends"),
        (r#"{"a" 1}"#, "1", "`:`"),
        (r#"{"a": 1 "b": 2}"#, "\"", "`,` or `}`"),
        ("{a: 1}", "a", "the name of a member"),
        ("[1,]", "]", "a value of JSON"),
        ("[01]", "0", "a value of JSON"),
        ("[1.]", "1", "a value of JSON"),
        ("[nul]", "n", "a value of JSON"),
        ("[+1]", "+", "a value of JSON"),
        (r#"["a]"#, "\"", "does not end"),
        (r#"["a\"#, "\"", "does not end"),
        ("1 ü", "ü", "something follows"),
        ("[1}", "}", "`,` or `]`"),
        ("[-]", "-", "a value of JSON"),
        ("[1e]", "1", "a value of JSON"),
    ];
    for (text, at, message) in table {
        let error = document(FileId(0), text.as_bytes()).unwrap_err();
        assert!(error.message.contains(message), "{text}: {}", error.message);
        assert_eq!(slice(text, error.place), at, "{text}");
    }
    let bad = document(FileId(0), b"[\"\xff\"]").unwrap_err();
    assert_eq!(bad.place.span, Span::new(2, 3));
    assert!(document(FileId(0), b"\xff\xfe{\0}\0").unwrap_err().message.contains("UTF-16"));
    assert!(document(FileId(0), b"\xef\xbb\xbf{}").is_ok());
    let deep = "[".repeat(200) + &"]".repeat(200);
    assert!(document(FileId(0), deep.as_bytes()).unwrap_err().message.contains("levels"));
    assert!(Reader::new(FileId(0), deep.as_bytes()).unwrap().skip().is_ok());
}

#[test]
fn escapes_that_are_none_are_replaced() {
    for (text, decoded) in [
        (r#""\ud83d""#, "\u{fffd}"),
        (r#""\ud83d\n""#, "\u{fffd}\n"),
        (r#""\q""#, "\u{fffd}"),
        (r#""\ü""#, "\u{fffd}"),
        (r#""\u12""#, "\u{fffd}12"),
    ] {
        assert_eq!(document(FileId(0), text.as_bytes()).unwrap().as_str(), Some(decoded), "{text}");
    }
}

#[test]
fn a_reader_skips_what_nobody_wants() {
    let text = r#"{"big": [{"x": "]}\""}, [2]], "want": "me"}"#;
    let mut reader = Reader::new(FileId(0), text.as_bytes()).unwrap();
    let mut found = None;
    reader
        .object(|reader, key| {
            if key.is("want") {
                found = Some(reader.string()?);
                return Ok(());
            }
            assert_eq!(slice(text, reader.skip()?), r#"[{"x": "]}\""}, [2]]"#);
            Ok(())
        })
        .unwrap();
    assert_eq!(found.unwrap().text(), "me");
}
