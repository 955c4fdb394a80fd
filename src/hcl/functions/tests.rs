use super::sample::{Repository, evaluate};
use crate::hcl::value::Value;
use crate::text::{FileId, Maker, Place, Span};

/// What Terraform 1.11.4 says in `terraform console`: an expression, and what `try(jsonencode([it]), "FAULT")` comes to.
const TRUTH: [&str; 9] = [
    include_str!("truth/dates.txt"),
    include_str!("truth/encodings.txt"),
    include_str!("truth/formats.txt"),
    include_str!("truth/lists.txt"),
    include_str!("truth/maps.txt"),
    include_str!("truth/numbers.txt"),
    include_str!("truth/operators.txt"),
    include_str!("truth/regexes.txt"),
    include_str!("truth/text.txt"),
];

#[test]
fn what_terraform_says() {
    let files = Repository::of(&[]);
    let mut wrong = Vec::new();
    for line in TRUTH.iter().flat_map(|table| table.lines()) {
        let (expression, wanted) = line.rsplit_once(" => ").unwrap();
        let found = json(evaluate(&format!("jsonencode([{expression}])"), &files));
        if found != wanted {
            wrong.push(format!("{expression}\n  wanted {wanted}\n  found  {found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn json(result: Result<Value, super::Fault>) -> String {
    match result {
        Err(_) => "FAULT".to_owned(),
        Ok(value) => value.as_known_text().map_or_else(|| "UNKNOWN".to_owned(), |text| text.replace('\n', "\\n")),
    }
}

/// The value in a few characters: `?` is not known, `#40` are forty unknown digits, `${…}` is a hole.
fn shown(result: Result<Value, super::Fault>) -> String {
    let Ok(value) = result else { return "FAULT".to_owned() };
    match &value {
        Value::Unknown(unknown) => match unknown.shape {
            Some(shape) => format!("{shape:?}"),
            None => "?".to_owned(),
        },
        Value::String(text) => format!("'{}'", text.shown()),
        Value::List(list) => {
            let items: Vec<String> = list.items.iter().map(|item| shown(Ok(item.clone()))).collect();
            format!("[{}]", items.join(" "))
        }
        Value::Map(map) => {
            let entries: Vec<String> =
                map.entries.iter().map(|(name, value)| format!("{name}={}", shown(Ok(value.clone())))).collect();
            format!("{{{}}}", entries.join(" "))
        }
        Value::Null(_) => "null".to_owned(),
        Value::Bool(truth, _) => truth.to_string(),
        Value::Number(number, _) => crate::hcl::convert::plain(number),
    }
}

#[test]
fn what_is_certain_of_what_is_not_known() {
    let files = Repository::of(&[("a.txt", b"x")]);
    let mut wrong = Vec::new();
    for line in include_str!("truth/unknown.txt").lines().filter(|line| !line.starts_with('#')) {
        let (expression, wanted) = line.rsplit_once(" => ").unwrap();
        let found = shown(evaluate(expression, &files)).replace('\n', "\\n");
        if found != wanted {
            wrong.push(format!("{expression}\n  wanted {wanted}\n  found  {found}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The places of each part of the text, as the text that stands there.
fn places(expression: &str, files: &[(&str, &[u8])]) -> Vec<String> {
    let value = evaluate(expression, &Repository::of(files)).unwrap();
    let mut sources = vec![expression.as_bytes()];
    let mut sorted = files.to_vec();
    sorted.sort_unstable();
    sources.extend(sorted.iter().map(|(_, text)| *text));
    let text = value.as_text().unwrap();
    let of = |place: Place| String::from_utf8_lossy(place.span.slice(sources[place.file.0 as usize])).into_owned();
    text.stretches().map(|stretch| of(stretch.place_of(stretch.span))).collect()
}

#[test]
fn text_keeps_the_places_of_its_parts() {
    for (expression, wanted) in [
        (r#"join(", ", ["a", upper("b")])"#, &["a", ", ", "b"][..]),
        (r#"format("v=STSv1; id=%s;", "2024")"#, &["v=STSv1; id=", "2024", ";"]),
        (r#"format("%d%%", 5)"#, &["5", "%"]),
        (r#"replace("a.b.c", ".", "-")"#, &["a", "-", "b", "-", "c"]),
        (r#"replace("abc", "/(b)/", "<$1>")"#, &["a", "<", "b", ">", "c"]),
        (r#"trimsuffix("example.com.", ".")"#, &["example.com"]),
        (r#"trimspace("  a ")"#, &["a"]),
        (r#"substr("abcdef", 2, 3)"#, &["cde"]),
        (r#"element(split(";", "v=STSv1; id=1"), 1)"#, &[" id=1"]),
        (r#"one(regex("id=(\\d+)", "v=STSv1; id=77"))"#, &["77"]),
        (r#"chomp(lower("aB\n"))"#, &["aB"]),
        (r#"indent(1, "ab")"#, &["ab"]),
        (r#"jsonencode("a<b")"#, &[r#""a<b""#, "a", "<", "b", r#""a<b""#]),
        (r#"one(concat(["a"], []))"#, &["a"]),
        (r#"lookup({a = "x"}, "a", "y")"#, &["x"]),
        ("tostring(5)", &["5"]),
    ] {
        assert_eq!(places(expression, &[]), wanted, "{expression}");
    }
}

#[test]
fn what_is_read_from_files_stands_in_them() {
    let files: &[(&str, &[u8])] = &[
        ("d.csv", b"name,mx\na,\"b\"\"c\"\n"),
        ("d.json", br#"{"mx": ["a.example", "b\u002eexample"]}"#),
        ("d.yaml", b"text: |\n  version: STSv1\n  mode: enforce\nmx: [a.example, 'b.example']\n\xc3\xbc: \xc3\xa9\n"),
        ("p.txt", b"version: STSv1\n"),
    ];
    let check = |expression: &str, wanted: &[&str]| assert_eq!(places(expression, files), wanted, "{expression}");
    check(r#"file("p.txt")"#, &["version: STSv1\n"]);
    check(r#"file("./x/../p.txt")"#, &["version: STSv1\n"]);
    check(r#"jsondecode(file("d.json")).mx[0]"#, &["a.example"]);
    check(r#"jsondecode(file("d.json")).mx[1]"#, &["b", r"\u002e", "example"]);
    check(r#"yamldecode(file("d.yaml")).mx[0]"#, &["a.example"]);
    check(r#"yamldecode(file("d.yaml")).mx[1]"#, &["b.example"]);
    check(r#"yamldecode(file("d.yaml")).text"#, &["version: STSv1\n", "mode: enforce\n"]);
    check(r#"yamldecode(file("d.yaml"))["ü"]"#, &["é"]);
    check(r#"csvdecode(file("d.csv"))[0].mx"#, &["b\"", "c"]);
    check(r#"one(keys(jsondecode(file("d.json"))))"#, &["mx"]);
    check(r#"element(keys(yamldecode(file("d.yaml"))), 2)"#, &["ü"]);
    check(r#"element(keys(merge({z = 1}, csvdecode(file("d.csv"))[0])), 0)"#, &["mx"]);
    check(r#"one(keys(zipmap([file("p.txt")], [1])))"#, &["version: STSv1\n"]);
    check(r#"one(keys(transpose({a = [file("p.txt")]})))"#, &["version: STSv1\n"]);
    assert_eq!(shown(evaluate(r#"fileset(".", "*.{csv,txt}")"#, &Repository::of(files))), "['d.csv' 'p.txt']");
    assert_eq!(shown(evaluate(r#"fileset("x", "**")"#, &Repository::of(&[("x/a/b", b""), ("xa", b"")]))), "['a/b']");
}

#[test]
fn what_is_made_says_by_what_and_of_what() {
    let files = Repository::of(&[("p.txt", b"version: STSv1\n")]);
    let made = |expression: &str| {
        let value = evaluate(expression, &files).unwrap();
        let made = crate::hcl::convert::made_of([&value]).unwrap_or_else(|| panic!("{expression}"));
        let by = match made.by {
            Maker::Function(name) => format!("f:{name}"),
            Maker::Volatile(name) => format!("v:{name}"),
            other => format!("{other:?}"),
        };
        let file = Place::new(FileId(1), Span::new(0, 15));
        (by, made.from.contains(&file), made.from.len())
    };
    assert_eq!(made(r#"md5("a")"#), ("f:md5".into(), false, 1));
    assert_eq!(made(r#"md5(file("p.txt"))"#), ("f:md5".into(), true, 1));
    assert_eq!(made(r#"filesha256("p.txt")"#), ("f:filesha256".into(), true, 1));
    assert_eq!(made(r#"substr(sha1(join("", [file("p.txt"), "x"])), 0, 8)"#), ("f:sha1".into(), true, 2));
    assert_eq!(made(r#"parseint(substr(md5(file("p.txt")), 0, 8), 16) % 1000 + 1"#).0, "f:md5");
    assert!(made(r#"format("%d", parseint(substr(md5(file("p.txt")), 0, 8), 16))"#).1);
    assert_eq!(made("md5(timestamp())").0, "v:timestamp");
    assert_eq!(made(r#"formatdate("YYYYMMDD", timestamp())"#).0, "v:timestamp");
    assert_eq!(made(r#"replace(timestamp(), "/[-:TZ]/", "")"#).0, "v:timestamp");
    assert_eq!(made(r#"timeadd(timestamp(), "1h")"#).0, "v:timestamp");
    assert_eq!(made("upper(uuid())").0, "v:uuid");
    assert_eq!(made(r#"format("%s", uuid())"#).0, "v:uuid");
    assert_eq!(made(r#"base64encode("a")"#).0, "f:base64encode");
    assert_eq!(made(r#"base64gzip("a")"#).0, "f:base64gzip");
    assert_eq!(made(r#"uuidv5("dns", "a")"#).0, "f:uuidv5");
    assert_eq!(made(r#"md5("a") == "b" ? 1 : md5("c")"#).0, "f:md5");
}

#[test]
fn records_of_hetzner_are_quoted() {
    let files = Repository::of(&[]);
    let record = |text: &str| shown(evaluate(&format!("provider::hcloud::txt_record({text})"), &files));
    assert_eq!(record(r#""v=STSv1; id=1""#), r#"'"v=STSv1; id=1"'"#);
    assert_eq!(record(r#""hello \"world""#), r#"'"hello \"world"'"#);
    assert_eq!(record(r#""""#), "''");
    let (long, more) = ("a".repeat(255), "b".repeat(10));
    assert_eq!(record(&format!(r#""{long}{more}""#)), format!(r#"'"{long}" "{more}"'"#));
    assert_eq!(record(r#""v=STSv1; id=${hash()}""#), r#"'"v=STSv1; id=${…}"'"#);
    assert_eq!(record(r#""a\\b""#), "?");
}

#[test]
fn hostile_arguments_neither_hang_nor_burst() {
    let files = Repository::of(&[]);
    let deep = format!("\"{}\"", "[".repeat(100_000));
    for expression in [
        format!("jsondecode({deep})"),
        format!("yamldecode({deep})"),
        r#"format("%999999999d", 1)"#.to_owned(),
        r#"format("%99999999999999999999999d", 1)"#.to_owned(),
        r#"format("%.999999999f", 1)"#.to_owned(),
        r#"indent(999999999, "a\nb")"#.to_owned(),
        r#"indent(99999999999999999999, "a\nb")"#.to_owned(),
        "pow(10, 999999999)".to_owned(),
        "pow(0.5, 999999999)".to_owned(),
        "1e5000 * 1e5000 * 1e5000".to_owned(),
        "tonumber(\"1e999999999999\")".to_owned(),
        format!("parseint(\"{}\", 10)", "9".repeat(100_000)),
        format!("tonumber(\"{}\")", "9".repeat(100_000)),
        r#"regex("(((a{1000}){1000}){1000})", "a")"#.to_owned(),
        r#"replace("aaaa", "/(a*)*b/", "x")"#.to_owned(),
        format!("setproduct({})", ["range(1000)"; 6].join(",")),
        "cidrsubnet(\"::/0\", 128, 1)".to_owned(),
        "cidrhost(\"::/0\", -1)".to_owned(),
        r#"yamldecode("a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e,*e]\ng: &g [*f,*f,*f,*f,*f,*f,*f,*f,*f]")"#.to_owned(),
        r#"substr("é", 1, 9223372036854775807)"#.to_owned(),
        r#"substr("é", -9223372036854775808, 1)"#.to_owned(),
        r#"chunklist(["a"], 9223372036854775807)"#.to_owned(),
        r#"formatdate("'", "2024-01-01T00:00:00Z")"#.to_owned(),
        r#"timeadd("0001-01-01T00:00:00Z", "-2562047h")"#.to_owned(),
    ] {
        let _ = shown(evaluate(&expression, &files));
    }
}
