//! Configurations that mean harm, and any bytes at all.

use proptest::prelude::*;

use super::*;

/// Each would take minutes, gigabytes or the stack if any step were worse than linear or without a bound.
#[test]
fn hostile_configurations_end_soon() {
    let includes = "include \"named.conf.a\"; include \"named.conf.b\"; ".repeat(2000);
    let patterns = format!("pattern: name: p zonefile: {}\n", "%s/".repeat(300));
    let table = [
        ("named.conf", "{".repeat(3_000_000)),
        ("named.conf", "zone a { ".repeat(100_000)),
        ("named.conf", "view a { ".repeat(100_000)),
        ("named.conf", "\"\\".repeat(1_000_000)),
        ("named.conf", "/".repeat(1_000_000) + "/*"),
        ("named.conf", format!("zone {} {{ file \"{}\"; }};", "a.".repeat(500_000), "../".repeat(500_000))),
        ("named.conf", format!("zone a {{ file \"{}z\"; }};", "d/".repeat(500)).repeat(1000)),
        ("named.conf", includes.clone()),
        ("nsd.conf", "include: \"*\" ".repeat(5000)),
        ("nsd.conf", patterns + &"zone: name: a.b include-pattern: p ".repeat(20_000)),
        ("nsd.conf", "\"".repeat(1_000_000)),
        ("knot.conf", format!("zone: {}", "[{".repeat(1_000_000))),
        ("knot.conf", format!("zone:\n  - a{}", "\"\\".repeat(1_000_000))),
        ("knot.conf", "zone:\n- domain: a\n".repeat(50_000)),
        ("knot.conf", "include: .\n".repeat(5000)),
        ("knot.conf", "include: nowhere\n".repeat(50_000)),
    ];
    for (path, text) in table {
        let mut repository = Repository::of(&[(path, &text), ("named.conf.a", &includes), ("named.conf.b", &includes)]);
        let zones = read(path, Dialect::of(path).unwrap(), &mut repository);
        let head: String = text.chars().take(40).collect();
        assert!(zones.len() <= 100_000, "{head}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read(text in prop::collection::vec(any::<u8>(), 0..300)) {
        all_dialects(&text);
    }

    #[test]
    fn any_pieces_are_read(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..60)) {
        all_dialects(pieces.concat().as_bytes());
    }

    #[test]
    fn no_candidate_leaves_the_root(
        base in "([a-c](/[a-c]){0,3})?", directory in "[a-c/.]{0,8}", file in "[a-c/.%é]{0,12}"
    ) {
        for path in paths::candidates(&base, Some(&directory), &file, 1) {
            prop_assert!(path.split('/').all(|name| !matches!(name, "" | "." | "..")), "{path}");
        }
        Tree::new(vec![base, directory]).alike(&file);
    }
}

const PIECES: &[&str] = &[
    "zone",
    "zone:",
    "view",
    "options",
    "template:",
    "pattern:",
    "include",
    "include:",
    "name:",
    "domain:",
    "file",
    "file:",
    "type",
    "primary",
    "master:",
    "in-view",
    "directory",
    "storage:",
    "zonefile:",
    "include-pattern:",
    "a.example",
    "z",
    "named.conf",
    "*",
    "%s",
    "%",
    "..",
    "/",
    "-",
    "- ",
    "  ",
    " ",
    "\n",
    "\r\n",
    "\t",
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    ";",
    "\"",
    "'",
    "\\",
    "#",
    "//",
    "/*",
    "*/",
    "é",
    "\0",
];

fn all_dialects(text: &[u8]) {
    for (path, dialect) in [("named.conf", Dialect::Bind), ("nsd.conf", Dialect::Nsd), ("knot.conf", Dialect::Knot)] {
        let mut repository = Repository::of(&[("z", ""), ("d/z", "zone z { file z; };")]);
        repository.files.insert(path.to_owned(), text.to_vec());
        for zone in read(path, dialect, &mut repository) {
            assert!(zone.place.span.range().end <= text.len().max(30));
            assert!(zone.files.iter().all(|file| repository.files.contains_key(file)), "{zone:?}");
        }
    }
}
