//! Tables of truth for what a sender would get, from zones and policies as readers hand them over.

use std::sync::Arc;

use super::*;
use crate::text::{Bytes, FileId, Span, Traced};
use crate::zone::{IncludeError, Includes, OriginHint};

/// No zone here includes anything.
struct Nothing;

impl Includes for Nothing {
    fn open(&mut self, _: FileId, _: &[u8]) -> Result<(FileId, Bytes), IncludeError> {
        Err(IncludeError::NotFound)
    }
}

mod listings;

const SOA: &str = "@ SOA ns1.example.net. hostmaster.example.net. 1 2 3 4 5\n";
const POLICY: &str = "version: STSv1\nmode: enforce\nmx: mail.example.com\nmax_age: 604800\n";

fn name(text: &str) -> Name {
    Name::parse(text.as_bytes(), None).unwrap()
}

/// A declaration of a test: its path or its view, and its text.
type File<'a> = (&'a str, &'a str, Home);

fn at<'a>(path: &'a str, text: &'a str) -> File<'a> {
    (path, text, Home::Path(path.into()))
}

fn in_view<'a>(path: &'a str, text: &'a str, view: &str) -> File<'a> {
    (path, text, Home::Views(vec![View::named(view)]))
}

/// Joins zones (`<directory>/<origin>`, an SOA is put in front) and policies (`<directory>/<domain>`; `-` for no domain).
fn joined(zones: &[File], policies: &[File]) -> Picture {
    let last = |path: &str| path.rsplit('/').next().map(name);
    let zone = |(id, (path, text, home)): (u32, &File)| {
        let text: Bytes = format!("{SOA}{text}").into_bytes().into();
        let hint = OriginHint { given: None, fallback: last(path) };
        let zone = ZoneSource::File(crate::zone::parse(FileId(id), &text, hint, &mut Nothing));
        DeclaredZone { zone, reader: Reader::ZoneFile, home: home.clone() }
    };
    let policy = |(id, (path, text, home)): (u32, &File)| DeclaredPolicy {
        text: Ok(Arc::new(PolicyText::new(Traced::verbatim(
            text.as_bytes(),
            Place::new(FileId(id), Span::of(0..text.len())),
        )))),
        beside: Vec::new(),
        served: None,
        domains: last(path).into_iter().filter(|name| name.as_str() != "-").collect(),
        home: home.clone(),
    };
    join(Declared {
        zones: (0..).zip(zones).map(zone).collect(),
        policies: (100..).zip(policies).map(policy).collect(),
        ..Declared::default()
    })
}

/// The only Site of `domain` among zones of one directory.
fn site(zones: &[(&str, &str)], domain: &str) -> Site {
    let zones: Vec<File> = zones.iter().map(|(path, text)| at(path, text)).collect();
    let mut sites = joined(&zones, &[]).sites;
    sites.retain(|site| site.domain == name(domain));
    assert_eq!(sites.len(), 1, "{domain}");
    sites.remove(0)
}

fn why<T>(set: &RrSet<T>) -> Option<Why> {
    set.unknown.as_ref().map(|unknown| unknown.why.clone())
}

#[test]
fn a_wildcard_answers_for_names_that_do_not_exist() {
    let host = |records: &str| {
        let records = format!("@ MX 10 mail\n{records}");
        let found = site(&[("example.com", &records)], "example.com").policy_host;
        (found.values.len(), found.is_absent())
    };
    assert_eq!(host(""), (0, true));
    assert_eq!(host("mta-sts A 192.0.2.1\n"), (1, false));
    assert_eq!(host("* A 192.0.2.1\n"), (1, false));
    assert_eq!(host("* A 192.0.2.1\n* AAAA 2001:db8::1\n"), (2, false));
    // RFC 4592 §2.2.1: the name exists, with other data.
    assert_eq!(host("* A 192.0.2.1\nmta-sts TXT \"x\"\n"), (0, true));
    assert_eq!(host("*.other A 192.0.2.1\n"), (0, true));
    let apex = site(&[("example.com", "* MX 10 mail\n_mta-sts TXT \"v=STSv1; id=1\"\n")], "example.com");
    assert!(apex.mx.is_absent(), "the apex exists, so that no wildcard answers for it");
}

#[test]
fn zone_cuts_and_sub_zones() {
    let parent = "@ MX 10 mail\nsub NS ns.elsewhere.example.\n_mta-sts.sub TXT \"v=STSv1; id=1\"\n";
    let cut = site(&[("example.com", parent)], "sub.example.com");
    assert_eq!(why(&cut.record), Some(Why::Cut(name("sub.example.com"))));
    assert!(cut.record.values.is_empty(), "what stands below a cut is not published");
    let zones = [("example.com", parent), ("sub.example.com", "@ MX 5 mail\n_mta-sts TXT \"v=STSv1; id=2\"\n")];
    let own = site(&zones, "sub.example.com");
    assert_eq!(own.record.values[0].text.bytes(), b"v=STSv1; id=2");
    assert_eq!(own.zone.unwrap().name, name("sub.example.com"));
}

#[test]
fn aliases_are_followed_inside_and_known_outside() {
    let customer = "@ MX 10 mail.vendor.example.\n_mta-sts CNAME _mta-sts.customer.vendor.example.\n\
                    mta-sts CNAME web.vendor.example.\n";
    let vendor = "_mta-sts.customer TXT \"v=STSv1; id=7\"\nweb CNAME web2\nweb2 A 192.0.2.7\nmail A 192.0.2.8\n";
    let zones = [("example.com", customer), ("vendor.example", vendor)];
    let followed = site(&zones, "example.com");
    assert_eq!(followed.record.values[0].text.bytes(), b"v=STSv1; id=7");
    assert_eq!((followed.policy_host.aliases.len(), followed.policy_host.values.len()), (2, 1));
    assert!(matches!(followed.mx.values[0].host, Host::Address));
    let zones: Vec<File> = zones.iter().map(|(path, text)| at(path, text)).collect();
    let domains: Vec<Name> = joined(&zones, &[]).sites.into_iter().map(|site| site.domain).collect();
    assert_eq!(domains, [name("example.com")], "the target of a CNAME is no mail domain");
    let outside = site(&[("example.com", customer)], "example.com");
    assert_eq!(why(&outside.record), Some(Why::Alias(name("_mta-sts.customer.vendor.example"))));
    assert!(outside.record.delegation().is_some());
    let circle = site(&[("example.com", "@ MX 1 a\n_mta-sts CNAME b\nb CNAME _mta-sts\n")], "example.com");
    assert_eq!(why(&circle.record), Some(Why::AliasLoop(name("_mta-sts.example.com"))));
}

#[test]
fn mx_hosts_are_known_where_their_zone_is() {
    let records = "@ MX 1 here\n@ MX 2 alias\n@ MX 3 missing\n@ MX 4 mail.example.net.\n@ MX 5 broken\n@ MX 6 host7\n\
                   here AAAA 2001:db8::1\nalias CNAME here\nbroken A 192.0.2.256\n$GENERATE 1-9 host$ A 192.0.2.$\n";
    let mx = site(&[("example.com", records)], "example.com").mx.values;
    let host = |at: usize| &mx[at].host;
    assert!(matches!(host(0), Host::Address));
    assert!(matches!(host(1), Host::Alias(alias) if alias.target.name == name("here.example.com")));
    assert!(matches!(host(2), Host::Missing { .. }));
    assert!(matches!(host(3), Host::Unknown(Unknown { why: Why::NoZone(_), .. })));
    assert!(matches!(host(4), Host::Unknown(Unknown { why: Why::Gap(zone::GapReason::Entry), .. })));
    assert!(matches!(host(5), Host::Unknown(Unknown { why: Why::Gap(zone::GapReason::Generate), .. })));
}

#[test]
fn a_file_without_soa_says_nothing_of_what_it_lacks() {
    let text: Bytes = b"@ MX 10 mail\n_mta-sts TXT \"v=STSv1; id=1\"\n".to_vec().into();
    let hint = OriginHint { given: None, fallback: Some(name("example.com")) };
    let zone = ZoneSource::File(crate::zone::parse(FileId(0), &text, hint, &mut Nothing));
    let home = Home::Path("example.com".into());
    let zones = vec![DeclaredZone { zone, reader: Reader::ZoneFile, home }];
    let picture = join(Declared { zones, ..Declared::default() });
    let site = &picture.sites[0];
    assert_eq!(why(&site.policy_host), Some(Why::PartOfZone));
    assert_eq!(site.record.values.len(), 1);
}

#[test]
fn a_policy_goes_to_the_view_that_publishes_a_record() {
    let external = "@ MX 10 mail\n_mta-sts TXT \"v=STSv1; id=1\"\n";
    let internal = "@ MX 10 exchange\n";
    let by_directory = [at("dns/internal/example.com", internal), at("dns/external/example.com", external)];
    let by_name = [in_view("a/example.com", internal, "inside"), in_view("b/example.com", external, "outside")];
    for zones in [by_directory, by_name] {
        let picture = joined(&zones, &[at("policies/example.com", POLICY)]);
        let served: Vec<(&str, bool)> =
            picture.sites.iter().map(|site| (site.view.as_str(), site.policy.text().is_some())).collect();
        let external = zones[1].0;
        let expected = if external.starts_with("dns") {
            [("dns/external", true), ("dns/internal", false)]
        } else {
            [("inside", false), ("outside", true)]
        };
        let mut sorted = served.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, expected);
        assert!(picture.sites.iter().all(|site| site.conflicts.is_empty()));
    }
}

#[test]
fn two_definitions_in_one_view_conflict_where_they_differ() {
    let one = "@ MX 10 mail\n_mta-sts TXT \"v=STSv1; id=1\"\n";
    let two = "@ MX 10 mail\n_mta-sts TXT \"v=STSv1; id=2\"\n";
    let conflicts = |first: &str, second: &str| {
        let zones = [in_view("a/example.com", first, "v"), in_view("b/example.com", second, "v")];
        let sites = joined(&zones, &[]).sites;
        assert_eq!(sites.len(), 1);
        sites[0].conflicts.iter().map(|conflict| conflict.what).collect::<Vec<_>>()
    };
    assert_eq!(conflicts(one, two), ["the MTA-STS record"]);
    assert_eq!(conflicts(one, one), [] as [&str; 0]);
    assert_eq!(conflicts(one, "@ MX 20 mail\n"), ["the MX set"]);
    let other = POLICY.replace("604800", "86400");
    let policies = [in_view("x/example.com", POLICY, "v"), in_view("y/example.com", &other, "v")];
    let picture = joined(&[in_view("a/example.com", one, "v")], &policies);
    assert_eq!(picture.sites[0].conflicts[0].what, "the policy");
}

#[test]
fn policies_find_their_domains() {
    let zone = "@ MX 10 mail\n_mta-sts TXT \"v=STSv1; id=1\"\n";
    let lone = joined(&[at("example.com", zone), at("example.net", "@ MX 1 a\n")], &[at("-", POLICY)]);
    assert_eq!(lone.policies[0].domains, [name("example.com")], "the only domain with a record");
    let two = joined(&[at("example.com", zone), at("example.net", zone)], &[at("-", POLICY)]);
    assert!(two.policies[0].domains.is_empty());
    let alone = joined(&[], &[at("example.org", POLICY)]);
    assert_eq!(why(&alone.sites[0].record), Some(Why::NoZone(name("_mta-sts.example.org"))));
    assert_eq!(alone.policies[0].hosts, None, "the MX hosts are not known");
}

#[test]
fn a_policy_does_not_protect_subdomains() {
    let zone = "@ MX 10 mail\n_mta-sts TXT \"v=STSv1; id=1\"\nlists MX 10 mail\na.lists MX 10 mail\n";
    let parent = |domain| site(&[("example.com", zone)], domain).protected_parent;
    assert_eq!(parent("lists.example.com"), Some(name("example.com")));
    assert_eq!(parent("a.lists.example.com"), Some(name("example.com")));
    assert_eq!(parent("example.com"), None);
}
