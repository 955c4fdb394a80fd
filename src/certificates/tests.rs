use proptest::prelude::*;
use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    date_time_ymd,
};

use super::*;
use crate::dns::Name;
use crate::text::{FileId, Place, Span};

/// `id-ce-certificatePolicies`, and one that holds `2.23.140.1.2.1`: the domain was validated.
const POLICIES: [u64; 4] = [2, 5, 29, 32];
const DOMAIN_VALIDATED: &[u8] = b"\x30\x0a\x30\x08\x06\x06\x67\x81\x0c\x01\x02\x01";

/// A certificate for names, from the first of November 2026 to the end of January.
fn params(names: &[&str], is_public: bool) -> CertificateParams {
    let mut params = CertificateParams::new(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()).unwrap();
    params.distinguished_name.push(DnType::CommonName, "a server");
    (params.not_before, params.not_after) = (date_time_ymd(2026, 11, 1), date_time_ymd(2027, 1, 30));
    if is_public {
        params.custom_extensions.push(CustomExtension::from_oid_content(&POLICIES, DOMAIN_VALIDATED.to_vec()));
    }
    params
}

/// What an authority makes of it, in PEM.
fn issued(params: &CertificateParams) -> String {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.distinguished_name.push(DnType::CommonName, "an authority");
    let issuer = Issuer::new(authority, KeyPair::generate().unwrap());
    params.signed_by(&KeyPair::generate().unwrap(), &issuer).unwrap().pem()
}

fn declared(pem: &str) -> Declared {
    let (span, parsed) = own(pem.as_bytes()).unwrap();
    Declared::in_file(Place::new(FileId(0), span), parsed)
}

fn at(when: &str) -> jiff::Timestamp {
    when.parse().unwrap()
}

fn name(text: &str) -> Name {
    Name::parse(text.as_bytes(), None).unwrap()
}

#[test]
fn only_the_certificates_of_a_file_are_read_and_shown() {
    let certificate = issued(&params(&["mx.example.com"], true));
    let key = KeyPair::generate().unwrap().serialize_pem();
    let text = format!("Bag Attributes\n  friendlyName: mx\n{key}{certificate}{certificate}ä\n");
    let found: Vec<Block> = blocks(text.as_bytes()).collect();
    assert_eq!(found.len(), 2);
    assert!(found.iter().all(|block| &text[block.span.range()] == certificate.trim_end()));
    assert!(found[0].der.is_some() && found[0].der == found[1].der);
    let shown = String::from_utf8(redacted(text.as_bytes())).unwrap();
    assert_eq!((shown.len(), shown.matches('\n').count()), (text.len(), text.matches('\n').count()));
    assert!(shown.contains(&certificate) && !shown.contains("KEY") && !shown.contains("friendlyName"));
    let middle = key.lines().nth(1).unwrap();
    assert!(text.contains(middle) && !shown.contains(middle));
    let unfinished = format!("{certificate}{}{key}{certificate}", certificate.replace("-----END", "END"));
    assert_eq!(blocks(unfinished.as_bytes()).count(), 2);
    assert!(!String::from_utf8(redacted(unfinished.as_bytes())).unwrap().contains(middle));
}

#[test]
fn a_block_is_lines_and_what_is_no_certificate_is_none() {
    let pem = issued(&params(&["mx.example.com"], true));
    let crlf = pem.replace('\n', "\r\n");
    assert!(own(crlf.as_bytes()).is_some());
    assert!(own(pem.trim_end().as_bytes()).is_some());
    assert_eq!(blocks(format!("see {pem}").as_bytes()).count(), 0);
    assert_eq!(blocks(pem.replace("END", "ENDE").as_bytes()).count(), 0);
    assert_eq!(blocks(pem.replace("CERTIFICATE", "TRUSTED CERTIFICATE").as_bytes()).count(), 0);
    for broken in [pem.replace("MII", "!!!"), pem.replacen("MII", "MIJ", 1), pem.replacen('\n', "\nAAAA", 1)] {
        assert_eq!(blocks(broken.as_bytes()).count(), 1);
        assert!(own(broken.as_bytes()).is_none(), "{broken}");
    }
    assert!(own(b"").is_none());
}

#[test]
fn the_first_certificate_is_the_server_s_unless_it_is_an_authority_s() {
    let mut authority = params(&["ca.example.com"], true);
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let (server, authority) = (issued(&params(&["mx.example.com"], true)), issued(&authority));
    assert_eq!(declared(&format!("{server}{authority}")).names, ["mx.example.com"]);
    assert!(own(format!("{authority}{server}").as_bytes()).is_none());
}

#[test]
fn a_certificate_shows_something_from_its_first_day_to_its_last() {
    let one = declared(&issued(&params(&["mx.example.com"], true)));
    let table = [
        (None, None),
        (Some(at("2026-10-31T23:59:59Z")), Some("it begins on 2026-11-01")),
        (Some(at("2026-11-01T00:00:00Z")), None),
        (Some(at("2027-01-30T00:00:00Z")), None),
        (Some(at("2027-01-30T00:00:01Z")), Some("it ended on 2027-01-30")),
    ];
    for (now, objection) in table {
        assert_eq!(one.objection(now).as_deref(), objection, "{now:?}");
    }
}

#[test]
fn only_what_a_public_authority_issues_for_servers_shows_anything() {
    let private = params(&["mx.example.com"], false);
    assert_eq!(declared(&issued(&private)).doubt, Some(Doubt::PrivateAuthority));
    let own_key = params(&["mx.example.com"], true).self_signed(&KeyPair::generate().unwrap()).unwrap().pem();
    assert_eq!(declared(&own_key).doubt, Some(Doubt::SelfSigned));
    let mut client = params(&["mx.example.com"], true);
    client.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    assert_eq!(declared(&issued(&client)).doubt, Some(Doubt::NotForServers));
    client.extended_key_usages.push(ExtendedKeyUsagePurpose::ServerAuth);
    assert_eq!(declared(&issued(&client)).doubt, None);
    // A name in the subject alone is none.
    assert!(declared(&issued(&params(&[], true))).names.is_empty());
}

#[test]
fn a_wildcard_stands_for_one_label() {
    let one = |by: &str, names: &[&str]| Declared {
        by: by.into(),
        place: Place::new(FileId(0), Span::default()),
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        lasts: None,
        doubt: None,
    };
    let certificates = Certificates::new(vec![
        one("wildcard", &["*.Example.com"]),
        one("both", &["mx.example.com.", "*.example.com", "MX.example.com"]),
        one("part", &["m*.example.com", "*", "*.*.example.com"]),
    ]);
    let of = |host: &str| certificates.of(&name(host)).map(|one| &*one.by).collect::<Vec<_>>();
    assert_eq!(of("mx.example.com"), ["wildcard", "both"]);
    assert_eq!(of("MX2.example.com"), ["wildcard", "both"]);
    assert!(of("example.com").is_empty() && of("a.mx.example.com").is_empty() && of("com").is_empty());
    assert!(certificates.of(&Name::root()).next().is_none());
}

/// Bytes that are much like a file of certificates.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    let pem = issued(&params(&["mx.example.com"], true));
    let lines: Vec<String> = pem.lines().map(|line| format!("{line}\n")).collect();
    let known: Vec<Vec<u8>> = lines.into_iter().chain([pem]).map(String::into_bytes).collect();
    let piece = prop_oneof![prop::sample::select(known), prop::collection::vec(any::<u8>(), 0..80)];
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_bytes_are_read(text in pieces()) {
        let found: Vec<Block> = blocks(&text).collect();
        prop_assert!(found.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start));
        let shown = redacted(&text);
        prop_assert_eq!(shown.len(), text.len());
        prop_assert!(blocks(&shown).eq(found.into_iter().filter(|block| block.der.is_some())));
        prop_assert_eq!(redacted(&shown), shown);
        own(&text);
    }

    #[test]
    fn a_certificate_with_other_bytes_in_it_is_one_or_none(at in any::<prop::sample::Index>(), byte: u8, len in any::<prop::sample::Index>()) {
        let mut der = blocks(issued(&params(&["mx.example.com"], true)).as_bytes()).next().unwrap().der.unwrap();
        let place = at.index(der.len());
        der[place] = byte;
        if let Some(parsed) = read(&der) {
            prop_assert!(parsed.certificate.names.len() <= 100);
            prop_assert!(parsed.certificate.subject.chars().count() <= 201);
        }
        der.truncate(len.index(der.len()));
        prop_assert!(read(&der).is_none());
    }
}
