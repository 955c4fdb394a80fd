//! In which zone a record is, and what may be missing from it.

use super::*;

fn sts(zone: &str, name: &str) -> Json {
    json!({"zone_id": zone, "name": name, "type": "TXT", "content": "v=STSv1; id=1", "records": ["v=STSv1; id=1"]})
}

fn apexes(published: &Published) -> Vec<String> {
    published.zones.iter().map(|zone| zone.apex.to_string()).collect()
}

#[test]
fn a_zone_is_told_by_its_declaration() {
    let resources = [
        resource("aws_route53_record.sts", &sts("${aws_route53_zone.main.zone_id}", "_mta-sts")),
        resource("aws_route53_zone.main", &json!({"name": "example.com."})),
        resource("aws_route53_zone.empty", &json!({"name": "parked.example"})),
    ];
    let published = published(&resources);
    assert_eq!(apexes(&published), ["example.com", "parked.example"]);
    let zone = &published.zones[0];
    assert_eq!((&*zone.told_by, zone.partial.is_none(), zone.records.len()), ("aws_route53_zone.main", true, 1));
}

#[test]
fn a_zone_that_is_looked_up_may_hold_more() {
    let resources = [
        resource("data.aws_route53_zone.main", &json!({"name": "example.com.", "private_zone": false})),
        resource("aws_route53_record.sts", &sts("${data.aws_route53_zone.main.zone_id}", "_mta-sts")),
        resource("module.a.data.aws_route53_zone.again", &json!({"name": "example.com"})),
        resource("module.a.aws_route53_record.sts", &sts("${module.a.data.aws_route53_zone.again.id}", "mta-sts")),
    ];
    let found = published(&resources);
    assert_eq!((apexes(&found), found.zones[0].records.len()), (vec!["example.com".to_owned()], 2));
    assert!(found.zones[0].partial.as_ref().is_some_and(|why| why.why.contains("data.aws_route53_zone.main")));
}

#[test]
fn a_zone_that_is_looked_up_and_declared_is_declared() {
    let resources = [
        resource("module.a.data.aws_route53_zone.main", &json!({"name": "example.com."})),
        resource("module.a.aws_route53_record.sts", &sts("${module.a.data.aws_route53_zone.main.zone_id}", "_mta-sts")),
        resource("aws_route53_zone.main", &json!({"name": "example.com"})),
    ];
    let found = published(&resources);
    assert_eq!((apexes(&found), found.zones[0].records.len()), (vec!["example.com".to_owned()], 1));
    assert!(found.zones[0].partial.is_none());
}

#[test]
fn private_zones_are_none_of_our_business() {
    for (address, zone) in [
        ("aws_route53_zone.main", json!({"name": "example.com", "vpc": [{"vpc_id": "${aws_vpc.x.id}"}]})),
        ("data.aws_route53_zone.main", json!({"name": "example.com", "private_zone": true})),
    ] {
        let id = format!("${{{address}.zone_id}}");
        let found = published(&[resource(address, &zone), resource("aws_route53_record.sts", &sts(&id, "_mta-sts"))]);
        assert!(found.zones.is_empty() && found.unplaced.is_empty(), "{address}");
    }
    let zone = json!({"name": "z", "dns_name": "example.com.", "visibility": "private"});
    assert!(published(&[resource("google_dns_managed_zone.z", &zone)]).zones.is_empty());
}

#[test]
fn full_names_tell_a_zone_that_is_known_by_its_id() {
    for zone in ["${var.zone_id}", "023e105f4ecef8ad9ca31a8372d0c353"] {
        let resources = [
            resource("cloudflare_dns_record.sts", &sts(zone, "_mta-sts.example.com")),
            resource("cloudflare_dns_record.spf", &sts(zone, "@")),
            resource("cloudflare_dns_record.host", &sts(zone, "mta-sts")),
        ];
        let found = published(&resources);
        assert_eq!(apexes(&found), ["example.com"]);
        let owners: Vec<String> = found.zones[0].records.iter().map(|record| record.owner.name.to_string()).collect();
        assert_eq!(owners, ["_mta-sts.example.com", "example.com", "mta-sts.example.com"]);
        assert!(found.zones[0].partial.is_some());
    }
}

#[test]
fn a_name_that_may_be_relative_tells_nothing() {
    let record = |name: &str| resource("cloudflare_dns_record.it", &sts("${var.zone_id}", name));
    let apexes_of = |names: &[&str]| apexes(&published(&names.iter().map(|name| record(name)).collect::<Vec<_>>()));
    assert_eq!(apexes_of(&["www.blog", "_mta-sts"]), ["{var.zone_id}"]);
    assert_eq!(apexes_of(&["api.us", "www.dev", "@"]), ["{var.zone_id}"]);
    assert_eq!(apexes_of(&["corp.dev", "_mta-sts.corp.dev"]), ["corp.dev"]);
    assert_eq!(apexes_of(&["example.com"]), ["example.com"]);
    assert_eq!(apexes_of(&["www.blog", "_mta-sts.example.com"]), ["example.com"]);
}

#[test]
fn a_route_tells_the_zone_that_it_is_in() {
    let route = json!({"zone_id": "${var.zone_id}", "pattern": "mta-sts.example.dev/*", "script_name": "x"});
    let found = published(&[
        resource("cloudflare_workers_route.it", &route),
        resource("cloudflare_dns_record.blog", &sts("${var.zone_id}", "www.blog")),
        resource("cloudflare_dns_record.sts", &sts("${var.zone_id}", "_mta-sts")),
    ]);
    assert_eq!(apexes(&found), ["example.dev"]);
    assert_eq!(shown(&found.zones)[0], "www.blog.example.dev TXT v=STSv1; id=1");
}

#[test]
fn names_that_end_with_what_says_the_zone_are_in_it() {
    let name = |address: &str, name: &str| resource(address, &json!({"name": name}));
    let mx = json!({"zone_id": "${aws_route53_zone.z.id}", "name": "${var.domain}", "type": "MX", "records": ["10 a.example.net"]});
    let found = published(&[
        name("aws_route53_zone.z", "${var.domain}"),
        resource("aws_route53_record.a", &sts("${aws_route53_zone.z.id}", "_mta-sts.${var.domain}")),
        resource("aws_route53_record.b", &sts("${aws_route53_zone.z.id}", "_smtp._tls")),
        resource("aws_route53_record.c", &mx),
    ]);
    let expected = [
        "_mta-sts.{var.domain} TXT v=STSv1; id=1",
        "_smtp._tls.{var.domain} TXT v=STSv1; id=1",
        "{var.domain} MX 10 a.example.net",
    ];
    assert_eq!(shown(&found.zones), expected);
    assert!(found.zones[0].partial.is_none());
    let looked_up = [
        resource("data.google_dns_managed_zone.z", &json!({"name": "main"})),
        resource(
            "google_dns_record_set.a",
            &json!({"managed_zone": "main", "type": "TXT", "rrdatas": ["\"x\""],
            "name": "_mta-sts.${data.google_dns_managed_zone.z.dns_name}"}),
        ),
    ];
    assert_eq!(shown(&published(&looked_up).zones), ["_mta-sts.{data.google_dns_managed_zone.z.dns_name} TXT x"]);
    // A relative name gets the zone's name twice.
    let doubled = [
        resource("digitalocean_domain.z", &json!({"name": "${var.domain}"})),
        resource(
            "digitalocean_record.a",
            &json!({"domain": "${digitalocean_domain.z.id}", "type": "TXT", "value": "x",
            "name": "_dmarc.${var.domain}"}),
        ),
    ];
    assert_eq!(shown(&published(&doubled).zones), ["_dmarc.*{var\\.domain} TXT ?"]);
}

#[test]
fn a_private_zone_does_not_hide_the_public_one_of_its_name() {
    let zone = |body: Json| resource("aws_route53_zone.z", &body);
    let mut private = zone(json!({"name": "example.com", "vpc": [{"vpc_id": "x"}]}));
    private.address = "aws_route53_zone.a".into();
    let data = resource("data.aws_route53_zone.d", &json!({"name": "example.com"}));
    let record = resource("aws_route53_record.a", &sts("${data.aws_route53_zone.d.id}", "_mta-sts"));
    let found = published(&[private, data, record]);
    assert_eq!((apexes(&found), found.zones[0].records.len()), (vec!["example.com".to_owned()], 1));
}

#[test]
fn names_below_a_domain_do_not_tell_which_zone_it_is() {
    let resources = [
        resource("cloudflare_dns_record.sts", &sts("${var.zone_id}", "_mta-sts.corp.example.com")),
        resource("cloudflare_dns_record.other", &sts("${var.zone_id}", "_smtp._tls")),
    ];
    let found = published(&resources);
    assert_eq!(apexes(&found), ["example.com", "{var.zone_id}"]);
    assert_eq!(shown(&found.zones)[1], "_smtp._tls.{var.zone_id} TXT v=STSv1; id=1");
}

#[test]
fn records_with_one_unknown_zone_are_together() {
    let resources = [
        resource("aws_route53_record.a", &sts("${var.zone_id}", "_mta-sts")),
        resource("aws_route53_record.b", &sts("${var.zone_id}", "_mta-sts")),
        resource("aws_route53_record.c", &sts("${var.other}", "_mta-sts")),
    ];
    let found = published(&resources);
    let counts: Vec<usize> = found.zones.iter().map(|zone| zone.records.len()).collect();
    assert_eq!((apexes(&found), counts), (vec!["{var.zone_id}".to_owned(), "{var.other}".to_owned()], vec![2, 1]));
}

#[test]
fn what_has_neither_zone_nor_name_is_unplaced() {
    let nowhere = |name: &str| {
        let mut body = sts("", name);
        body["zone_id"] = json!(null);
        let found = published(&[resource("aws_route53_record.it", &body)]);
        (found.zones.len(), found.unplaced.len())
    };
    assert_eq!(nowhere("_mta-sts"), (0, 1));
    assert_eq!(nowhere("_mta-sts.example.com"), (1, 0));
    assert_eq!(nowhere("www"), (0, 0));
    assert_eq!(nowhere("_mta-sts.${var.domain}"), (1, 0));
    assert_eq!(nowhere("${var.name}"), (0, 1));
}

#[test]
fn what_lacks_only_its_domain_is_judged_by_what_tells_it() {
    let mx = json!({"zone_id": null, "name": "${var.domain}", "type": "MX", "records": ["10 a.example.net."]});
    let found = published(&[
        resource("aws_route53_record.sts", &sts("${var.zone_id}", "_mta-sts.${var.domain}")),
        resource("aws_route53_record.mx", &mx),
    ]);
    let told = found.zones.iter().find(|zone| zone.apex.to_string() == "{var.domain}").unwrap();
    let records: Vec<String> = told.records.iter().map(shown_record).collect();
    assert_eq!(records, ["_mta-sts.{var.domain} TXT v=STSv1; id=1", "{var.domain} MX 10 a.example.net"]);
    assert!(told.partial.is_some() && found.unplaced.is_empty());
    // Both may be made of one list.
    let two = published(&[
        resource("aws_route53_record.a", &sts("${var.zone_id}", "_mta-sts.${var.domains}")),
        resource("aws_route53_record.b", &sts("${var.zone_id}", "_mta-sts.${var.domains}")),
    ]);
    let told = two.zones.iter().find(|zone| zone.apex.to_string() == "{var.domains}").unwrap();
    assert_eq!(shown(std::slice::from_ref(told)).last().unwrap(), "_mta-sts.{var.domains} TXT ?");
    let host = |rtype: &str, value: &str| json!({"zone_id": "${var.zone_id}", "name": "mta-sts.${var.domains}", "type": rtype, "records": [value]});
    let both = published(&[
        resource("aws_route53_record.a", &host("CNAME", "a.example.net")),
        resource("aws_route53_record.b", &host("A", "192.0.2.1")),
    ]);
    let told = both.zones.iter().find(|zone| zone.apex.to_string() == "{var.domains}").unwrap();
    assert_eq!(shown(std::slice::from_ref(told)).last().unwrap(), "mta-sts.{var.domains} any ?");
}

#[test]
fn a_record_in_some_zone_may_be_in_every_zone() {
    let zone = resource("aws_route53_zone.main", &json!({"name": "example.com"}));
    let other = resource("cloudflare_zone.main", &json!({"name": "example.org"}));
    let mut body = sts("", "_mta-sts");
    body["zone_id"] = json!(null);
    let found = published(&[zone, other, resource("aws_route53_record.it", &body)]);
    assert_eq!(shown(&found.zones), ["_mta-sts.example.com TXT ?"]);
}

#[test]
fn records_that_prove_ownership_hide_nothing() {
    let zone = resource("aws_route53_zone.main", &json!({"name": "example.com"}));
    let name = "${aws_acm_certificate.main.domain_validation_options}";
    let record = json!({"zone_id": "${aws_route53_zone.main.zone_id}", "name": name, "type": name, "records": [name]});
    let found = published(&[zone, resource("aws_route53_record.validation", &record)]);
    assert!(found.zones[0].gaps.is_empty() && found.unplaced.len() == 1);
}

#[test]
fn a_record_that_may_not_be_there_is_a_gap() {
    let zone = resource("aws_route53_zone.main", &json!({"name": "example.com"}));
    let mut record = resource("aws_route53_record.sts", &sts("${aws_route53_zone.main.zone_id}", "_mta-sts"));
    record.uncertain = Some(Reason::nowhere("the variable `create` has no value"));
    let found = published(&[zone, record]);
    assert_eq!(shown(&found.zones), ["_mta-sts.example.com TXT ?"]);
    assert_eq!(&*found.zones[0].gaps[0].reason.why, "the variable `create` has no value");
}

#[test]
fn answers_of_which_each_asker_gets_one_are_no_set() {
    let zone = resource("aws_route53_zone.main", &json!({"name": "example.com"}));
    let answer = |name: &str, id: &str| {
        let mut body = sts("${aws_route53_zone.main.zone_id}", "_mta-sts");
        body["set_identifier"] = json!(name);
        body["records"] = json!([format!("v=STSv1; id={id}")]);
        resource(&format!("aws_route53_record.{name}"), &body)
    };
    let both = published(&[zone.clone(), answer("a", "1"), answer("b", "2")]);
    assert_eq!(
        shown(&both.zones),
        ["_mta-sts.example.com other", "_mta-sts.example.com other", "_mta-sts.example.com TXT ?"]
    );
    let one = published(&[zone, answer("a", "1")]);
    assert_eq!(shown(&one.zones), ["_mta-sts.example.com TXT v=STSv1; id=1"]);
}

#[test]
fn what_makes_records_by_itself_leaves_nothing_absent() {
    let zone = resource("cloudflare_zone.main", &json!({"zone": "example.com"}));
    let custom = json!({"zone_id": "${cloudflare_zone.main.id}", "hostname": "mta-sts.example.com"});
    let routing = json!({"zone_id": "${cloudflare_zone.main.id}"});
    let found = published(&[
        zone,
        resource("cloudflare_workers_custom_domain.policy", &custom),
        resource("cloudflare_email_routing_settings.mail", &routing),
    ]);
    let expected = ["mta-sts.example.com A ?", "mta-sts.example.com AAAA ?", "example.com MX ?", "example.com TXT ?"];
    assert_eq!(shown(&found.zones), expected);
}

#[test]
fn ten_thousand_records_are_read_in_one_pass() {
    let mut resources = vec![resource("aws_route53_zone.main", &json!({"name": "example.com"}))];
    for at in 0..10_000 {
        let body = sts("${aws_route53_zone.main.zone_id}", &format!("host-{at}"));
        resources.push(resource(&format!("aws_route53_record.it[\"{at}\"]"), &body));
    }
    let start = std::time::Instant::now();
    assert_eq!(published(&resources).zones[0].records.len(), 10_000);
    assert!(start.elapsed().as_secs() < 5);
}

#[test]
fn a_module_is_concerned_by_what_it_is_given() {
    let named = &published(&[resource("aws_route53_zone.main", &json!({"name": "example.com"}))]).zones[0];
    let by_id = &published(&[resource("aws_route53_record.a", &sts("${var.zone_id}", "_mta-sts"))]).zones[0];
    let concerned = |inputs: Json, listing| concerns(&value(&inputs), listing);
    assert!(concerned(json!({"zone": {"id": "${aws_route53_zone.main.zone_id}"}}), named));
    assert!(concerned(json!({"hosts": ["mta-sts.Example.com."]}), named));
    assert!(concerned(json!({"by": {"example.com": 1}}), named));
    assert!(!concerned(json!({"domain": "notexample.com", "n": 1}), named));
    assert!(concerned(json!({"zone": "${var.zone_id}"}), by_id));
    assert!(!concerned(json!({"zone": "${var.other}"}), by_id));
}
