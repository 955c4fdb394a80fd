use super::*;
use crate::dns::{Data, Rtype};
use crate::formats::testing::{shown, slice};
use crate::text::Span;

fn read(text: &str) -> Vec<Domain> {
    super::read(FileId(0), text.as_bytes()).unwrap()
}

/// A domain with these members, and the records.
fn ir(members: &str, records: &str) -> String {
    format!(
        r#"{{"domains": [{{"name": "example.com", "dnsProviders": {{"x": -1}}, {members} "records": [{records}]}}]}}"#
    )
}

#[test]
fn records_are_read_with_their_places() {
    let source = ir(
        "",
        r#"{"type": "TXT", "name": "_mta-sts", "target": "v=STSv1; id=\u0037\"", "ttl": 300},
        {"type": "MX", "name": "@", "mxpreference": 10, "target": "MX.example.net."},
        {"type": "MX", "name": "@", "target": "."},
        {"type": "CNAME", "name": "www", "target": "@"},
        {"type": "CNAME", "name": "Bücher", "target": "host"},
        {"type": "A", "name": "*", "target": "192.0.2.1"},
        {"type": "AAAA", "name": "a.b", "target": "2001:db8::1"},
        {"type": "NS", "name": "sub", "target": "ns.example.net."},
        {"type": "CAA", "name": "@", "target": "ca.example"},
        {"type": "A", "name": "gone", "target": "192.0.2.1", "ensure_absent": true}"#,
    );
    let domains = read(&source);
    let listing = &domains[0].listing;
    let records: Vec<String> = listing.records.iter().map(shown).collect();
    let expected = [
        "_mta-sts.example.com TXT v=STSv1; id=7\"",
        "example.com MX 10 mx.example.net",
        "example.com MX 0 .",
        "www.example.com CNAME example.com",
        "xn--bcher-kva.example.com CNAME host.example.com",
        "*.example.com A 192.0.2.1",
        "a.b.example.com AAAA 2001:db8::1",
        "sub.example.com NS ns.example.net",
        "example.com other",
    ];
    assert_eq!(records, expected);
    assert!(listing.partial.is_none() && listing.gaps.is_empty() && domains[0].tag.is_none());
    assert_eq!(slice(&source, listing.place), "\"example.com\"");
    let record = &listing.records[0];
    let Data::Txt(text) = &record.data else { panic!() };
    assert_eq!(slice(&source, text.whole()), r#""v=STSv1; id=\u0037\"""#);
    assert_eq!(slice(&source, text.place(Span::new(9, 13))), r"id=\u0037");
    assert_eq!(slice(&source, record.ttl.unwrap().1), "300");
    assert_eq!(slice(&source, record.owner.place), "\"_mta-sts\"");
    assert!(slice(&source, record.place).starts_with(r#"{"type": "TXT""#));
    assert!(listing.records[1].ttl.is_none());
    let Data::Mx { exchange, .. } = &listing.records[1].data else { panic!() };
    assert_eq!((slice(&source, exchange.place), exchange.is_relative()), ("\"MX.example.net.\"", false));
}

#[test]
fn what_is_not_known_is_a_gap() {
    let table = [
        (r#"{"type": "ALIAS", "name": "@", "target": "a."}"#, "example.com", Some(Rtype::A)),
        (r#"{"type": "R53_ALIAS", "name": "@", "r53_alias": {"type": "MX"}}"#, "example.com", Some(Rtype::Mx)),
        (r#"{"type": "AZURE_ALIAS", "name": "@", "azure_alias": {"type": "AAAA"}}"#, "example.com", Some(Rtype::Aaaa)),
        (r#"{"type": "LUA", "name": "x", "luartype": "TXT"}"#, "x.example.com", Some(Rtype::Txt)),
        (r#"{"type": "UNKNOWN", "name": "x"}"#, "x.example.com", None),
        (r#"{"type": "A", "name": "x", "target": "host"}"#, "x.example.com", Some(Rtype::A)),
        (r#"{"type": "TXT", "name": "x"}"#, "x.example.com", Some(Rtype::Txt)),
        (r#"{"type": "TXT", "name": "x", "target": null}"#, "x.example.com", Some(Rtype::Txt)),
        (r#"{"type": "MX", "name": "x", "target": "a.", "mxpreference": 65536}"#, "x.example.com", Some(Rtype::Mx)),
        (r#"{"type": "CNAME", "name": "x", "target": "a..b"}"#, "x.example.com", Some(Rtype::Cname)),
        (r#"{"name": "x"}"#, "x.example.com", None),
        (r#"{"type": "A", "name": "x..y"}"#, "*", None),
        (r#"{"type": "A"}"#, "*", None),
        ("7", "*", None),
    ];
    for (record, owner, rtype) in table {
        let listing = &read(&ir("", record))[0].listing;
        assert!(listing.records.is_empty(), "{record}");
        let scope = match &listing.gaps[0].scope {
            NameScope::Owner(name) => name.as_str(),
            _ => "*",
        };
        assert_eq!((scope, listing.gaps[0].rtype), (owner, rtype), "{record}");
    }
    let raw = &read(&ir(r#""rawrecords": [{"type": "RP"}],"#, ""))[0].listing;
    assert_eq!(raw.gaps[0].scope, NameScope::Any);
}

#[test]
fn what_dnscontrol_leaves_alone_may_be_there() {
    let source = ir(
        r#""unmanaged": [{"label_pattern": "@", "rType_pattern": "TXT, MX", "target_pattern": "*"},
        {"label_pattern": "_acme-challenge.**"}, {"label_pattern": "**.Dyn"}, {"rType_pattern": "A"},
        {"label_pattern": "sub.dev", "rType_pattern": "*"}, {"label_pattern": "a*b?c"}],"#,
        "",
    );
    let listing = &read(&source)[0].listing;
    assert!(listing.partial.is_none());
    let example = |name: &str| NameScope::Owner(names::name(name, None).unwrap());
    let pattern = |front: &str, back: &str| NameScope::Pattern { front: front.to_owned(), back: back.to_owned() };
    let expected = [
        (example("example.com"), Some(Rtype::Txt)),
        (example("example.com"), Some(Rtype::Mx)),
        (pattern("_acme-challenge.", ".example.com"), None),
        (pattern("", ".dyn.example.com"), None),
        (NameScope::Any, Some(Rtype::A)),
        (example("sub.dev.example.com"), None),
        (pattern("a", "c.example.com"), None),
    ];
    let found: Vec<_> = listing.gaps.iter().map(|gap| (gap.scope.clone(), gap.rtype)).collect();
    assert_eq!(found, expected);
    assert!(!listing.gaps[3].could_hold(&names::name("dyn.example.com", None).unwrap(), Rtype::A));
    for (member, words) in [(r#""keepunknown": true,"#, "NO_PURGE"), (r#""ignore_external_dns": true,"#, "ExternalDNS")]
    {
        let source = ir(member, "");
        let reason = read(&source)[0].listing.partial.clone().unwrap();
        assert!(reason.why.contains(words));
        assert_eq!(slice(&source, reason.place.unwrap()), member.trim_end_matches(','));
    }
    let unpublished = read(r#"{"domains": [{"name": "example.com", "dnsProviders": {}}, {"name": "example.org"}]}"#);
    assert!(unpublished.iter().all(|domain| domain.listing.partial.is_some()));
}

#[test]
fn tags_part_the_domains_of_one_name() {
    let source = r#"{"domains": [{"name": "example.com", "tag": "inside"}, {"name": "example.com!outside"}, {"name": "example.com!"},
        {"name": "a..b"}, {"records": []}]}"#;
    let tags: Vec<Option<String>> = read(source).into_iter().map(|domain| domain.tag).collect();
    assert_eq!(tags, [Some("inside".to_owned()), Some("outside".to_owned()), None]);
}

#[test]
fn other_json_is_no_representation() {
    for (head, expected) in [
        (r#"{"registrars":[],"dns_providers":[],"domains":[{"#, true),
        ("\n{\n  \"dns_providers\": [\n  ],\n  \"domains\": [\n", true),
        (r#"{"domains": []}"#, false),
        (r#"["domains", "registrars"]"#, false),
        (r#"{"format_version":"1.2"}"#, false),
    ] {
        assert_eq!(looks_like(head.as_bytes()), expected, "{head}");
    }
    for text in ["", "[]", "{}", r#"{"domains": 1}"#, r#"{"domains": ["#] {
        assert!(super::read(FileId(0), text.as_bytes()).is_err(), "{text}");
    }
    assert!(read(r#"{"domains": null}"#).is_empty());
}

#[test]
fn the_fixture_is_read() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/dnscontrol/ir.json");
    let domains = super::read(FileId(0), &std::fs::read(path).unwrap()).unwrap();
    let found: Vec<(&str, usize, usize)> = domains
        .iter()
        .map(|domain| (domain.listing.apex.as_str(), domain.listing.records.len(), domain.listing.gaps.len()))
        .collect();
    assert_eq!(found, [("example.net", 13, 0), ("orchestra.example", 7, 0), ("orchestra-parked.example", 3, 0)]);
    assert!(domains.iter().all(|domain| domain.listing.partial.is_none()));
}
