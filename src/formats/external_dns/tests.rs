use super::*;
use crate::dns::{Data, Rtype};
use crate::formats::testing::{shown, slice};
use crate::text::Span;

fn read(text: &str) -> Vec<Listing> {
    super::read(FileId(0), text.as_bytes()).unwrap()
}

/// A resource with these endpoints, a line each.
fn endpoints(lines: &str) -> String {
    let lines: Vec<String> = lines.lines().map(|line| format!("    - {line}\n")).collect();
    format!("apiVersion: externaldns.k8s.io/v1alpha1\nkind: DNSEndpoint\nspec:\n  endpoints:\n{}", lines.concat())
}

#[test]
fn records_go_to_their_domains_with_their_places() {
    let source = endpoints(
        r#"{dnsName: example.com, recordType: MX, recordTTL: 300, targets: ["10  MX1.example.net", '0 .']}
{dnsName: a.b.example.co.uk., recordType: A, targets: [192.0.2.1]}
{dnsName: _mta-sts.example.com, recordType: TXT, recordTTL: 0, targets: ['"v=STSv1; " "id=\0557\"\\"']}
{dnsName: _smtp._tls.example.com, recordType: TXT, targets: [v=TLSRPTv1; rua=mailto:a@example.com]}
{dnsName: mta-sts.example.com, recordType: CNAME, targets: [host.example.net.]}
{dnsName: example.com, recordType: SRV, targets: [x]}
{dnsName: v6.internal, recordType: AAAA, targets: ["2001:db8::1"]}"#,
    );
    let listings = read(&source);
    let apexes: Vec<&str> = listings.iter().map(|listing| listing.apex.as_str()).collect();
    assert_eq!(apexes, ["example.com", "example.co.uk", "v6.internal"]);
    assert!(listings.iter().all(|listing| listing.partial.is_some() && listing.gaps.is_empty()));
    let records: Vec<String> = listings.iter().flat_map(|listing| &listing.records).map(shown).collect();
    let expected = [
        "example.com MX 10 mx1.example.net",
        "example.com MX 0 .",
        "_mta-sts.example.com TXT v=STSv1; id=77\"\\",
        "_smtp._tls.example.com TXT v=TLSRPTv1; rua=mailto:a@example.com",
        "mta-sts.example.com CNAME host.example.net",
        "example.com other",
        "a.b.example.co.uk A 192.0.2.1",
        "v6.internal AAAA 2001:db8::1",
    ];
    assert_eq!(records, expected);
    let first = &listings[0].records;
    let Data::Mx { exchange, .. } = &first[0].data else { panic!() };
    assert_eq!((slice(&source, exchange.place), exchange.is_relative()), ("MX1.example.net", false));
    assert_eq!((slice(&source, first[0].place), first[0].ttl.unwrap().0), ("\"10  MX1.example.net\"", 300));
    let Data::Txt(text) = &first[2].data else { panic!() };
    assert_eq!(slice(&source, text.place(Span::new(11, 12))), "=");
    assert_eq!(slice(&source, text.place(Span::new(12, 13))), r"\055");
    assert_eq!(slice(&source, text.place(Span::new(0, 6))), "v=STSv");
    assert!(first[2].ttl.is_none());
    assert_eq!(slice(&source, first[2].owner.place), "_mta-sts.example.com");
    assert!(slice(&source, first[2].place).starts_with("{dnsName: _mta-sts"));
}

#[test]
fn what_is_filled_in_is_not_known() {
    let source = endpoints(
        r#"{dnsName: "_mta-sts.${DOMAIN}", recordType: TXT, targets: ["v=STSv1; id={{ .Values.id }};"]}
{dnsName: "{{ .Values.domain }}", recordType: MX, targets: ["10 mail.${MAIL:-a}"]}
{dnsName: "${SUB}.example.com", recordType: TXT, targets: [x]}
{dnsName: "mail-${SUB}", recordType: TXT, targets: [x]}
{dnsName: "www.${DOMAIN:=a.b}", recordType: A, targets: [192.0.2.1]}"#,
    );
    let listings = read(&source);
    let apexes: Vec<String> = listings.iter().map(|listing| listing.apex.to_string()).collect();
    assert_eq!(apexes, ["{domain}", "{.values.domain}", "example.com", "{mail-${sub}}"]);
    assert!(listings[0].apex.is_symbolic() && listings[1].apex.is_symbolic());
    let records: Vec<String> = listings[0].records.iter().map(shown).collect();
    assert_eq!(records, ["_mta-sts.{domain} TXT v=STSv1; id=${…};", "www.{domain} A 192.0.2.1"]);
    let Data::Txt(text) = &listings[0].records[0].data else { panic!() };
    let (span, hole) = text.holes().next().unwrap();
    assert_eq!(slice(&source, text.place(span)), "{{ .Values.id }}");
    assert_eq!(&*hole.reason.why, "`{{ .Values.id }}` is filled in when it is applied");
    let gap = &listings[1].gaps[0];
    assert_eq!((gap.rtype, slice(&source, gap.reason.place.unwrap())), (Some(Rtype::Mx), "${MAIL:-a}"));
    assert_eq!(listings[2].gaps[0].scope, NameScope::Any);
    assert_eq!(listings[3].gaps[0].scope, NameScope::Any);
}

#[test]
fn what_is_not_known_is_a_gap() {
    let table = [
        ("recordType: A, targets: [192.0.2.1.]", Some(Rtype::A), "the target is no address"),
        ("recordType: A", Some(Rtype::A), "the endpoint has no targets"),
        ("recordType: A, targets: [192.0.2.1], setIdentifier: eu", Some(Rtype::A), "the record is one of several"),
        (
            "recordType: CNAME, targets: [a.b], providerSpecific: [{name: alias, value: 'true'}]",
            Some(Rtype::A),
            "the provider",
        ),
        ("recordType: MX, targets: [a.example]", Some(Rtype::Mx), "the target of an MX record"),
        ("recordType: MX, targets: [x a.example]", Some(Rtype::Mx), "the target of an MX record"),
        ("recordType: MX, targets: [1 a b]", Some(Rtype::Mx), "the target of an MX record"),
        ("recordType: CNAME, targets: [a..b]", Some(Rtype::Cname), "the target is no name"),
        ("recordType: TXT, targets: [{a: b}]", Some(Rtype::Txt), "the value is no text"),
        ("targets: [x]", None, "the endpoint has no `recordType`"),
    ];
    for (rest, rtype, why) in table {
        let listings = read(&endpoints(&format!("{{dnsName: x.example.com, {rest}}}")));
        assert!(listings[0].records.is_empty(), "{rest}");
        assert_eq!(listings[0].gaps[0].rtype, rtype, "{rest}");
        assert!(listings[0].gaps[0].reason.why.starts_with(why), "{rest}: {}", listings[0].gaps[0].reason.why);
    }
    let kept = read(&endpoints(
        "{dnsName: x.example.com, recordType: CNAME, targets: [a.b], setIdentifier: '', providerSpecific: [{name: alias, value: 'false'}]}",
    ));
    assert_eq!(kept[0].records.len(), 1);
    assert_eq!(read(&endpoints("{dnsName: a..b.example.com, recordType: A, targets: [192.0.2.1]}"))[0].gaps.len(), 1);
    assert_eq!(read(&endpoints("{recordType: A, targets: [192.0.2.1]}\nx\n[]")).len(), 0);
}

#[test]
fn quotes_of_a_master_file_are_taken_away() {
    let table = [
        (r#""a" "b""#, "ab"),
        (r#""a\"b""#, r#"a"b"#),
        (r#""a\092""#, r"a\"),
        (r#""a" b""#, r#""a" b""#),
        (r#""a\""#, r#""a\""#),
        (r#""a\300""#, r#""a\300""#),
        ("\"", "\""),
        ("a", "a"),
        ("", ""),
    ];
    for (text, expected) in table {
        let listings = read(&endpoints(&format!("{{dnsName: x.example.com, recordType: TXT, targets: ['{text}']}}")));
        let Data::Txt(found) = &listings[0].records[0].data else { panic!() };
        assert_eq!(found.text(), expected, "{text}");
    }
}

#[test]
fn other_resources_are_left_alone() {
    assert!(looks_like(b"kind: DNSEndpoint") && !looks_like(b"kind: Service"));
    for text in [
        "",
        "kind: Service\n",
        "kind: DNSEndpoint\napiVersion: example/v1\nspec: {endpoints: [{dnsName: a.b}]}",
        "- x",
        "kind: List",
    ] {
        assert!(read(text).is_empty(), "{text}");
    }
    let error = super::read(FileId(0), b"kind: DNSEndpoint\n{{- if .x }}\na: b: c\n").unwrap_err();
    assert!(error.message.contains("template"));
    assert!(super::read(FileId(0), b"a: [").unwrap_err().message.contains("YAML"));
}

#[test]
fn the_fixture_s_endpoints_are_read() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/k8s-external-dns/apps/dns");
    for (domain, records) in [("example.com", 8), ("example.org", 4)] {
        let text = std::fs::read(root.join(format!("{domain}.yaml"))).unwrap();
        let listings = super::read(FileId(0), &text).unwrap();
        assert_eq!(listings.len(), 1);
        assert_eq!(
            (listings[0].apex.as_str(), listings[0].records.len(), listings[0].gaps.len()),
            (domain, records, 0)
        );
    }
}
