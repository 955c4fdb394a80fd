//! What is declared in other ways than in master files, and together with them.

use super::*;
use crate::dns::{Data, ListedGap, Listing, NameScope, Record, Rtype, Target};
use crate::text::Reason;

fn place(file: u32) -> Place {
    Place::new(FileId(file), Span::new(0, 1))
}

fn target(text: &str, file: u32) -> Target {
    Target { name: name(text), written: format!("{text}.").into(), place: place(file), way: Box::default() }
}

fn txt(owner: &str, text: &str, file: u32) -> Record {
    record(owner, Data::Txt(Traced::decoded(text.as_bytes(), place(file), None)), file)
}

fn mx(owner: &str, host: &str, file: u32) -> Record {
    record(owner, Data::Mx { preference: 10, exchange: target(host, file) }, file)
}

fn record(owner: &str, data: Data, file: u32) -> Record {
    Record { owner: target(owner, file), ttl: None, data, place: place(file), comment: None }
}

fn listing(apex: Name, records: Vec<Record>, is_whole: bool) -> Listing {
    let partial = (!is_whole).then(|| Reason::nowhere("the zone is looked up, and not declared here"));
    Listing { apex, told_by: "a test".into(), place: place(0), partial, records, gaps: Vec::new() }
}

fn listed(listing: Listing, reader: Reader, path: &str) -> DeclaredZone {
    DeclaredZone { zone: ZoneSource::Listed(listing), reader, home: Home::Path(path.into()) }
}

fn file(text: &str, path: &str) -> DeclaredZone {
    let text: Bytes = format!("{SOA}{text}").into_bytes().into();
    let hint = OriginHint { given: None, fallback: Some(name("example.com")) };
    let zone = ZoneSource::File(crate::zone::parse(FileId(9), &text, hint, &mut Nothing));
    DeclaredZone { zone, reader: Reader::ZoneFile, home: Home::Path(path.into()) }
}

fn sites(zones: Vec<DeclaredZone>) -> Vec<Site> {
    join(Declared { zones, ..Declared::default() }).sites
}

fn only(zones: Vec<DeclaredZone>) -> Site {
    let mut sites = sites(zones);
    assert_eq!(sites.len(), 1, "{:?}", sites.iter().map(|site| (&site.domain, &site.view)).collect::<Vec<_>>());
    sites.remove(0)
}

#[test]
fn a_record_here_and_an_mx_there_are_one_domain() {
    let record = txt("_mta-sts.example.com", "v=STSv1; id=1", 1);
    let terraform = listed(listing(name("example.com"), vec![record], false), Reader::Terraform, "infra/dns/main.tf");
    let site = only(vec![terraform, file("@ MX 10 mail\nmail A 192.0.2.1\n", "zones/example.com.zone")]);
    assert_eq!(site.record.values.len(), 1);
    assert!(matches!(site.mx.values[0].host, Host::Address));
    assert!(site.mx.is_whole() && site.policy_host.is_absent(), "the zone file is all of the zone");
    assert!(site.conflicts.is_empty());
}

#[test]
fn two_readers_that_differ_conflict() {
    let record = |id| txt("_mta-sts.example.com", id, 1);
    let listed_as = |text| {
        let octodns = listing(name("example.com"), vec![record(text)], true);
        let zone = file("_mta-sts TXT \"v=STSv1; id=1\"\n", "zones/example.com.zone");
        only(vec![zone, listed(octodns, Reader::OctoDns, "config/example.com.yaml")])
    };
    let same = listed_as("v=STSv1; id=1");
    assert_eq!((same.record.values.len(), same.conflicts.len()), (1, 0), "one record, told twice");
    let other = listed_as("v=STSv1; id=2");
    assert_eq!(other.record.values[0].text.bytes(), b"v=STSv1; id=1");
    assert_eq!(other.conflicts[0].what, "the MTA-STS record");
}

#[test]
fn what_a_looked_up_zone_lacks_may_be_elsewhere() {
    let records = vec![mx("example.com", "mail.example.net", 1), txt("_mta-sts.example.com", "v=STSv1; id=1", 1)];
    let looked_up =
        only(vec![listed(listing(name("example.com"), records.clone(), false), Reader::Terraform, "main.tf")]);
    assert!(looked_up.mx.is_whole(), "a set that is declared is declared as a whole");
    assert!(matches!(&looked_up.tlsrpt.unknown, Some(Unknown { why: Why::Told(_), .. })));
    assert!(!looked_up.policy_host.is_absent());
    let declared = only(vec![listed(listing(name("example.com"), records, true), Reader::Terraform, "main.tf")]);
    assert!(declared.tlsrpt.is_absent() && declared.policy_host.is_absent());
}

#[test]
fn a_record_that_is_not_known_makes_a_domain_all_the_same() {
    let gap = ListedGap {
        scope: NameScope::Owner(name("_mta-sts.example.com")),
        rtype: Some(Rtype::Txt),
        reason: Reason::nowhere("the variable `id` has no value"),
    };
    let mut zone = listing(name("example.com"), Vec::new(), true);
    zone.gaps.push(gap);
    let site = only(vec![listed(zone, Reader::Terraform, "main.tf")]);
    assert_eq!(why(&site.record), Some(Why::Told("the variable `id` has no value".into())));
    assert!(site.mx.is_absent());
}

#[test]
fn a_policy_may_be_where_nobody_can_look() {
    let publication = |policies, unplaced| {
        let records = vec![txt("_mta-sts.example.com", "v=STSv1; id=1", 1)];
        let zones = vec![listed(listing(name("example.com"), records, true), Reader::Terraform, "main.tf")];
        let picture = join(Declared { zones, policies, unplaced, ..Declared::default() });
        picture.sites.into_iter().next().unwrap().policy
    };
    let reason = || Reason::nowhere("the module is not in this repository");
    let of_nobody = DeclaredPolicy {
        text: Err(reason()),
        domains: Vec::new(),
        beside: Vec::new(),
        served: None,
        home: Home::Path("main.tf".into()),
    };
    let module = |may_hold_policies| Unplaced { what: "module.sts".into(), reason: reason(), may_hold_policies };
    let is_told = |policy| matches!(policy, Publication::Unknown(Unknown { why: Why::Told(_), .. }));
    assert!(is_told(publication(vec![of_nobody], Vec::new())));
    assert!(is_told(publication(Vec::new(), vec![module(true)])));
    assert!(!is_told(publication(Vec::new(), vec![module(false)])));
}

#[test]
fn roots_that_define_the_same_are_views_and_others_add_to_each_other() {
    let root = |path: &str, id: &str, is_whole| {
        let records = vec![txt("_mta-sts.example.com", id, 1)];
        listed(listing(name("example.com"), records, is_whole), Reader::Terraform, path)
    };
    for is_whole in [true, false] {
        let sites = sites(vec![
            root("envs/prod/main.tf", "v=STSv1; id=1", is_whole),
            root("envs/staging/main.tf", "v=STSv1; id=2", is_whole),
        ]);
        let views: Vec<&str> = sites.iter().map(|site| site.view.as_str()).collect();
        assert_eq!(views, ["envs/prod", "envs/staging"]);
        assert!(sites.iter().all(|site| site.conflicts.is_empty()));
    }
    let mail = listing(name("example.com"), vec![mx("example.com", "mail.example.net", 2)], true);
    let both = only(vec![root("sts/main.tf", "v=STSv1; id=1", false), listed(mail, Reader::Terraform, "mail/main.tf")]);
    assert_eq!((both.record.values.len(), both.mx.values.len()), (1, 1));
}

#[test]
fn what_share_a_zone_that_nobody_can_name_is_judged_together() {
    let zone = Name::symbolic("var.zone_id");
    let record = |labels: &str, data| {
        let owner =
            Target { name: zone.child(labels).unwrap(), written: labels.into(), place: place(1), way: Box::default() };
        Record { owner, ttl: None, data, place: place(1), comment: None }
    };
    let text = Traced::decoded(b"v=STSv1; id=1", place(1), None);
    let records = vec![record("_mta-sts", Data::Txt(text.clone())), record("_mta-sts", Data::Txt(text))];
    let site = only(vec![listed(listing(zone.clone(), records, false), Reader::Terraform, "main.tf")]);
    assert_eq!((site.domain.to_string().as_str(), site.record.values.len()), ("{var.zone_id}", 2));
}
