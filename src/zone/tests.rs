//! Tables of truth for master files; what name servers do was measured with BIND, NSD, Knot, simdzone and ldns.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::dns::Data;
use crate::text::Bytes;

/// Includes from memory; ids count from 1 in the order of the names.
#[derive(Default)]
struct Files(BTreeMap<&'static str, &'static str>);

impl Includes for Files {
    fn open(&mut self, _from: FileId, path: &[u8]) -> Result<(FileId, Bytes), IncludeError> {
        let found = (1..).zip(&self.0).find(|(_, (name, _))| name.as_bytes() == path);
        found.map(|(id, (_, text))| (FileId(id), text.as_bytes().to_vec().into())).ok_or(IncludeError::NotFound)
    }
}

fn name(text: &str) -> Name {
    Name::parse(text.as_bytes(), None).unwrap()
}

fn zone_of(text: &[u8]) -> Zone {
    let hint = OriginHint { given: None, fallback: Some(name("example.com")) };
    parse(FileId(0), &text.to_vec().into(), hint, &mut Files::default())
}

fn zone(text: &str) -> Zone {
    zone_of(text.as_bytes())
}

/// The text of the only TXT record at `_mta-sts.example.com`.
fn txt(rdata: &str) -> Option<String> {
    let zone = zone(&format!("_mta-sts TXT {rdata}\n"));
    match &zone.records[..] {
        [Record { data: Data::Txt(text), .. }] if zone.problems.is_empty() => {
            Some(String::from_utf8_lossy(text.bytes()).into_owned())
        }
        _ => None,
    }
}

fn problems(text: &str) -> Vec<ProblemKind> {
    zone(text).problems.into_iter().map(|problem| problem.kind).collect()
}

#[test]
fn texts_are_decoded_and_joined() {
    let good = [
        ("\"v=STSv1; id=1\"", "v=STSv1; id=1"),
        ("v=STSv1; id=1", "v=STSv1"), // every name server takes the rest for a comment
        ("v=STSv1\\; id=1\\;", "v=STSv1;id=1;"),
        ("\"v=STS\" \"v1; id=1\"", "v=STSv1; id=1"),
        ("\"a\"\"b\"", "ab"), // BIND: two strings
        ("a\"b\"", "ab"),
        ("\\118\\061STSv1", "v=STSv1"),
        ("\"a\\\"b\\\\c\"", "a\"b\\c"),
        ("@", "@"), // text, not the origin
        ("( \"a\"\n \"b\" ) ; c", "ab"),
        ("\\# 4 03616263", "abc"),
        ("\\# 4 0361 6263", "abc"),
        ("\"\"", ""),
        ("\"a;b(c)d\"", "a;b(c)d"),
        ("\"münchen\"", "münchen"),
        ("\"a\tb\"\r", "a\tb"),
    ];
    for (rdata, text) in good {
        assert_eq!(txt(rdata).as_deref(), Some(text), "{rdata}");
    }
    let long = format!("\"{}\"", "a".repeat(256));
    let bad = [
        "",               // simdzone alone takes it
        "\"a",            // no closing quote
        "\"a\\\"",        // the quote is escaped
        "\\256",          // no octet
        "\\1a",           // no three digits
        "\\# 5 03616263", // another length
        "\\# 4 04616263", // a string longer than the data
        "\\# 4 zz616263",
        &long, // Knot and gdnsd split it
    ];
    for rdata in bad {
        assert_eq!(txt(rdata), None, "{rdata}");
    }
}

#[test]
fn a_long_string_is_reported_and_read() {
    let zone = zone(&format!("_mta-sts TXT \"{}\"\ndkim TXT \"{0}\"\n", "a".repeat(300)));
    let kinds: Vec<&ProblemKind> = zone.problems.iter().map(|problem| &problem.kind).collect();
    assert_eq!(kinds, [&ProblemKind::StringTooLong(300), &ProblemKind::StringTooLong(300)]);
    assert!(zone.gaps.is_empty());
    assert!(matches!(&zone.records[0].data, Data::Txt(text) if text.bytes().len() == 300));
    assert_eq!(problems(&format!("a TXT \"{}\"\n", "\\097".repeat(255))), []);
}

#[test]
fn owners_ttls_and_classes_come_in_many_orders() {
    let good = [
        ("_mta-sts TXT \"x\"", None),
        ("_mta-sts 300 TXT \"x\"", Some(300)),
        ("_mta-sts IN TXT \"x\"", None),
        ("_mta-sts IN 300 TXT \"x\"", Some(300)),
        ("_mta-sts 300 IN TXT \"x\"", Some(300)),
        ("_mta-sts 1w2d IN txt \"x\"", Some(777_600)),
        ("_MTA-STS 1H30M in TXT \"x\"", Some(5400)),
        ("_mta-sts CLASS1 TYPE16 \"x\"", None),
        ("_mta-sts.example.com. TXT \"x\"", None),
        ("\\095mta-sts TXT \"x\"", None),
        ("$ttl 1h\n_mta-sts TXT \"x\"", Some(3600)),
        ("$ORIGIN _mta-sts.example.com.\n@ TXT \"x\"", None),
        ("$origin _mta-sts\n@ TXT \"x\"", None), // relative, as BIND and ldns take it
        ("_mta-sts A 192.0.2.1\n TXT \"x\"", None),
        ("_mta-sts 60 A 192.0.2.1\n TXT \"x\"", Some(60)), // RFC 1035 §5.1: the last stated
        ("( _mta-sts TXT \"x\" )", None),
    ];
    for (text, ttl) in good {
        let zone = zone(text);
        assert!(zone.problems.is_empty(), "{text}: {:?}", zone.problems);
        let record = zone.records.iter().find(|record| matches!(record.data, Data::Txt(_))).unwrap();
        assert_eq!(record.owner.name, name("_mta-sts.example.com"), "{text}");
        assert_eq!(record.ttl.map(|(seconds, _)| seconds), ttl, "{text}");
    }
}

#[test]
fn a_type_in_the_first_column_is_an_owner() {
    let zone = zone("mx MX 10 mail\ntxt TXT \"v=STSv1; id=1\"\nin IN MX 5 in\n");
    let owners: Vec<&str> = zone.records.iter().map(|record| record.owner.name.as_str()).collect();
    assert_eq!(owners, ["mx.example.com", "txt.example.com", "in.example.com"]);
    assert!(zone.problems.is_empty());
}

#[test]
fn an_error_costs_one_entry() {
    use ProblemKind as P;
    let text = |entry: &str| format!("a MX 1 a\n{entry}\nb MX 2 b\n");
    let bad = [
        ("x TXT \"open", P::UnterminatedString),
        ("x A 192.0.2.256", P::BadAddress("A", "192.0.2.256".into())),
        ("x AAAA 2001:db8::g", P::BadAddress("AAAA", "2001:db8::g".into())),
        ("x A", P::MissingData("A")),
        ("x A 192.0.2.1 192.0.2.2", P::ExtraData("A")),
        ("x MX mail", P::BadPreference("mail".into())),
        ("x MX 10", P::MissingData("MX")),
        ("x MX 65536 mail", P::BadPreference("65536".into())),
        ("x MX 10 mail extra", P::ExtraData("MX")),
        ("x MX 10 a..b", P::BadName(crate::dns::NameError::EmptyLabel, "a..b".into())),
        ("x..y MX 10 a", P::BadOwner(crate::dns::NameError::EmptyLabel)),
        ("x TXTT \"a\"", P::UnknownType("TXTT".into())),
        ("x 192.0.2.1", P::UnknownType("192.0.2.1".into())),
        ("x 4294967296 A 192.0.2.1", P::BadTtl("4294967296".into())),
        ("x IN", P::NoType),
        ("x", P::NoType),
        ("x A 192.0.2.1 )", P::UnmatchedParenthesis),
        ("$NONSENSE", P::UnknownDirective("$NONSENSE".into())),
        ("$INCLUDE none", P::Include(IncludeError::NotFound)),
    ];
    for (entry, kind) in bad {
        let zone = zone(&text(entry));
        let found: Vec<&ProblemKind> = zone.problems.iter().map(|problem| &problem.kind).collect();
        assert_eq!(found, [&kind], "{entry}");
        assert_eq!(zone.records.len(), 2, "{entry}: the entries around it stand");
        assert_eq!(zone.gaps.len(), 1, "{entry}");
    }
    assert_eq!(problems(" A 192.0.2.1\n"), [P::NoOwner]);
    assert_eq!(problems("\u{feff}a MX 1 a\n"), [P::Bom]);
    assert_eq!(problems("a TXT \"\0\"\n"), [P::Nul]);
    let open = zone("a MX 1 a\nb MX ( 2 b\nc MX 3 c\n");
    assert_eq!(open.problems[0].kind, P::UnclosedParenthesis);
    assert_eq!(open.problems[0].place.span, Span::new(14, 15));
    assert_eq!(open.records.len(), 1);
}

#[test]
fn addresses_are_checked_as_the_standard_library_checks_them() {
    let v4 = [
        "192.0.2.1",
        "0.0.0.0",
        "255.255.255.255",
        "256.0.0.1",
        "1.2.3",
        "1.2.3.4.5",
        "01.2.3.4",
        "1..2.3",
        "",
        "a.b.c.d",
    ];
    let v6 = [
        "::",
        "::1",
        "1::",
        "2001:db8::1",
        "1:2:3:4:5:6:7:8",
        "1:2:3:4:5:6:7::",
        "::2:3:4:5:6:7:8",
        "1:2:3:4:5:6:7:8:9",
        "1:2:3:4:5:6:7",
        ":1",
        "1:",
        ":::",
        "1::2::3",
        "12345::",
        "g::",
        "::ffff:192.0.2.1",
        "1:2:3:4::5:6:7:8",
        "",
        ":",
    ];
    let accepts = |rtype, address| problems(&format!("a {rtype} {address}\n")).is_empty();
    for address in v4 {
        assert_eq!(accepts("A", address), address.parse::<std::net::Ipv4Addr>().is_ok(), "{address}");
    }
    for address in v6 {
        assert_eq!(accepts("AAAA", address), address.parse::<std::net::Ipv6Addr>().is_ok(), "{address}");
    }
}

#[test]
fn what_servers_differ_on_is_accepted() {
    let good = [
        "a A 192.0.2.1\r\n",
        "a A 192.0.2.1",
        "a\x0cA\x0b192.0.2.1\n",
        "a TXT ((\"x\"))\n",
        "$DATE 2026\n",
        "\"a\" A 192.0.2.1\n",
    ];
    for text in good {
        assert_eq!(problems(text), [], "{text:?}");
    }
    let many: String = "x A y\n".repeat(1000);
    let zone = zone(&many);
    assert_eq!((zone.problems.len(), zone.problems_left_out), (100, 900));
    assert!(zone.gaps.len() <= 101);
}

#[test]
fn the_apex_is_told_by_soa_origin_or_name() {
    let soa = "SOA a. b. 1 2 3 4 5\n";
    let apex = |text: &str, given: Option<&str>, fallback: Option<&str>| {
        let hint =
            OriginHint { given: given.map(|given| (name(given), ApexSource::Server)), fallback: fallback.map(name) };
        let zone = parse(FileId(0), &text.as_bytes().to_vec().into(), hint, &mut Files::default());
        zone.apex.map(|apex| apex.to_string())
    };
    let at = format!("@ {soa}");
    assert_eq!(apex(&at, None, Some("f.example")).as_deref(), Some("f.example"));
    assert_eq!(apex(&at, Some("g.example"), Some("f.example")).as_deref(), Some("g.example"));
    assert_eq!(apex(&at, None, None), None);
    assert_eq!(apex(&format!("$ORIGIN o.example.\n@ {soa}"), None, Some("f.example")).as_deref(), Some("o.example"));
    assert_eq!(apex(&format!("$ORIGIN example.\no {soa}"), None, None).as_deref(), Some("o.example"));
    assert_eq!(apex(&format!("s.example. {soa}"), None, Some("f.example")).as_deref(), Some("s.example"));
    assert_eq!(apex("a A 192.0.2.1\n", None, Some("f.example")).as_deref(), Some("f.example"));
    let relative = zone("s.example. SOA a. b. 1 2 3 4 5\n@ MX 1 mail\n");
    assert_eq!(relative.records[0].owner.name, name("s.example"));
    let outside = zone("@ SOA a. b. 1 2 3 4 5\n_mta-sts.example.org. TXT \"x\"\n");
    assert!(matches!(outside.problems[0].kind, ProblemKind::OutOfZone(..)));
    assert!(outside.records.is_empty());
}

#[test]
fn includes_are_followed_and_bounded() {
    let files = || {
        Files(BTreeMap::from([
            ("mx", "@ MX 10 mail\n$TTL 60\n"),
            ("self", "$INCLUDE self\na MX 1 a\n"),
            ("sub", "$ORIGIN other.example.com.\n@ MX 20 mail\n"),
        ]))
    };
    let read = |text: &str| {
        let hint = OriginHint { given: Some((name("example.com"), ApexSource::Configuration)), fallback: None };
        parse(FileId(0), &text.as_bytes().to_vec().into(), hint, &mut files())
    };
    let zone = read("a A 192.0.2.1\n$INCLUDE mx\n MX 30 a\n$INCLUDE \"mx\" sub.example.com.\n$INCLUDE sub\nz MX 1 z\n");
    let owners: Vec<&str> = zone.records.iter().map(|record| record.owner.name.as_str()).collect();
    assert_eq!(owners, ["example.com", "a.example.com", "sub.example.com", "other.example.com", "z.example.com"]);
    assert!(zone.problems.is_empty(), "{:?}", zone.problems);
    assert_eq!(zone.records[0].place.file, FileId(1));
    assert_eq!(zone.records[1].ttl, None, "an included $TTL does not leak");
    let cycle = read("$INCLUDE self\n");
    assert_eq!(cycle.problems[0].kind, ProblemKind::Include(IncludeError::Cycle));
    assert_eq!(cycle.records.len(), 1);
}

#[test]
fn a_name_has_no_more_records_than_an_answer_holds() {
    let zone = zone(&"a MX 1 b\n".repeat(2000));
    assert_eq!(zone.records.len(), MAX_RECORDS);
    assert_eq!(zone.gaps.iter().map(|gap| gap.why).collect::<Vec<_>>(), [GapReason::TooMany]);
}

#[test]
fn generate_is_a_gap_where_it_could_match() {
    let zone = zone("$GENERATE 0-4294967295 host$ A 192.0.2.$\n$GENERATE 1-9/2 _mta-sts.d${0,3}.sub TXT x\n");
    assert!(zone.problems.is_empty(), "{:?}", zone.problems);
    let could = |owner: &str, rtype| zone.gaps.iter().any(|gap| gap.could_hold(&name(owner), rtype));
    assert!(could("host17.example.com", Rtype::A));
    assert!(!could("host17.example.com", Rtype::Mx));
    assert!(!could("mta-sts.example.com", Rtype::A));
    assert!(could("_mta-sts.d001.sub.example.com", Rtype::Txt));
    assert!(!could("_mta-sts.example.com", Rtype::Txt));
}

#[test]
fn places_are_those_of_the_source() {
    let text = "$TTL 1h\n@ IN MX 10 mail ; ten\n_mta-sts 5m TXT ( \"v=STS\"\n  \"v1; id=1\" ) ; c\n";
    let zone = zone(text);
    let slice = |place: Place| std::str::from_utf8(place.span.slice(text.as_bytes())).unwrap();
    let Data::Mx { exchange, .. } = &zone.records[0].data else { panic!() };
    assert_eq!(slice(exchange.place), "mail");
    assert_eq!(slice(zone.records[0].place), "@ IN MX 10 mail");
    assert_eq!(slice(zone.records[0].comment.as_ref().unwrap().place), "; ten");
    assert_eq!(slice(zone.records[0].ttl.unwrap().1), "1h");
    let Data::Txt(value) = &zone.records[1].data else { panic!() };
    assert_eq!(slice(zone.records[1].owner.place), "_mta-sts");
    assert_eq!(slice(zone.records[1].ttl.unwrap().1), "5m");
    assert_eq!(slice(value.whole()), "\"v=STS\"\n  \"v1; id=1\"");
    assert_eq!(slice(value.place(Span::new(9, 13))), "id=1");
    assert_eq!(slice(value.place(Span::new(4, 7))), "S\"\n  \"v1");
}

#[test]
fn any_name_can_be_looked_up() {
    let text = "mail A 192.0.2.1\n AAAA 2001:db8::1\nwww CNAME mail\n$ORIGIN sub.example.com.\nMAIL A 192.0.2.2\n\
                @ NS ns\nm\\097il2 A 192.0.2.3\nmail.example.com. A 192.0.2.4\n";
    let zone = zone(text);
    let found = |owner: &str| zone.lookup(&[name(owner)]).iter().map(|record| record.data.rtype()).collect::<Vec<_>>();
    assert_eq!(found("mail.example.com"), [Rtype::A, Rtype::Aaaa, Rtype::A]);
    assert_eq!(found("www.example.com"), [Rtype::Cname]);
    assert_eq!(found("mail.sub.example.com"), [Rtype::A]);
    assert_eq!(found("sub.example.com"), [Rtype::Ns]);
    assert_eq!(found("mail2.sub.example.com"), []); // kept, as are all whose label cannot be read at a glance
    assert_eq!(found("example.com"), []);
    assert_eq!(zone.lookup(&[name("mail.example.com"), name("www.example.com")]).len(), 4);
}

#[test]
fn hostile_files_are_read_in_one_pass() {
    let megabytes = 5 << 20;
    for byte in b"(\"\\\0a )@$;\n" {
        let zone = zone_of(&vec![*byte; megabytes]);
        assert!(zone.problems.len() <= 101);
    }
    let words = zone_of("a ".repeat(megabytes / 2).as_bytes());
    assert_eq!(words.problems.len(), 1);
    let quotes = zone_of("\"\n".repeat(megabytes / 2).as_bytes());
    assert_eq!(quotes.problems.len() + quotes.problems_left_out, megabytes / 2);
}

/// Bytes of which zone files are made, so that random ones reach far into the parser.
fn zone_bytes() -> impl Strategy<Value = Vec<u8>> {
    let words = [
        "@",
        "_mta-sts",
        "mta-sts",
        "*",
        " ",
        "\n",
        "\t",
        "(",
        ")",
        "\"",
        ";",
        "\\",
        "\\#",
        "TXT",
        "MX",
        "A",
        "CNAME",
        "IN",
        "3600",
        "1w",
        "$ORIGIN",
        "$TTL",
        "$INCLUDE",
        "$GENERATE",
        "1-9",
        "$",
        "v=STSv1; id=1",
        "10",
        "example.com.",
        ".",
        "192.0.2.1",
        "\r\n",
        "\0",
        "\u{feff}",
        "é",
    ];
    prop::collection::vec(prop::sample::select(words.to_vec()), 0..60).prop_map(|words| words.concat().into_bytes())
}

proptest! {
    #[test]
    fn any_bytes_are_read_and_every_place_lies_inside(text in prop_oneof![zone_bytes(), prop::collection::vec(any::<u8>(), 0..200)]) {
        let zone = zone_of(&text);
        let records = zone.records.iter().flat_map(|record| {
            let ttl = record.ttl.map(|(_, place)| place);
            [record.place, record.owner.place].into_iter().chain(ttl).chain(record.comment.as_ref().map(|comment| comment.place))
        });
        let places = records.chain(zone.problems.iter().map(|problem| problem.place)).chain(zone.gaps.iter().map(|gap| gap.place));
        for place in places {
            prop_assert!(place.span.start <= place.span.end && place.span.end as usize <= text.len());
        }
        for record in &zone.records {
            if let Data::Txt(value) = &record.data {
                let len = u32::try_from(value.bytes().len()).unwrap();
                let span = value.place(Span::new(0, len)).span;
                prop_assert!(span.start <= span.end && span.end as usize <= text.len());
            }
        }
    }

    #[test]
    fn what_is_not_kept_can_be_looked_up(text in zone_bytes(), owner in "[a-c]") {
        let text = [&text[..], format!("\n{owner} HINFO a b\n{owner}.example.com. CNAME c\n").as_bytes()].concat();
        let zone = zone_of(&text);
        let is_whole = zone.problems.iter().all(|problem| problem.kind != ProblemKind::UnclosedParenthesis);
        if is_whole && zone.apex == Some(name("example.com")) {
            let found = zone.lookup(&[name(&format!("{owner}.example.com"))]);
            prop_assert!(found.iter().any(|found| found.data.rtype() == Rtype::Cname));
        }
    }
}
