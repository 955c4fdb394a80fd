//! What each provider's resources come to.

use super::*;

/// The records of one resource in the zone `example.com`, known by `zone`.
fn records(kind: &str, body: &Json) -> Vec<String> {
    shown(&published(&[resource(&format!("{kind}.it"), body)]).zones)
}

#[test]
fn aws() {
    let zone = resource("aws_route53_zone.main", &json!({"name": "example.com"}));
    let table = [
        (
            json!({"name": "_mta-sts", "type": "TXT", "ttl": "300", "records": ["v=STSv1; id=1"]}),
            &["_mta-sts.example.com TXT v=STSv1; id=1"][..],
        ),
        (
            json!({"name": "", "type": "MX", "ttl": 300, "records": ["10 a.example.net.", "20 b.example.net"]}),
            &["example.com MX 10 a.example.net", "example.com MX 20 b.example.net"],
        ),
        (
            json!({"name": "mta-sts.example.com", "type": "A", "alias": [{"name": "${aws_cloudfront_distribution.d.domain_name}"}]}),
            &["mta-sts.example.com other", "mta-sts.example.com A ?"],
        ),
        (
            json!({"name": "_mta-sts.${var.domain}", "type": "TXT", "records": ["v=STSv1; id=1"]}),
            &["_mta-sts.*example.com TXT ?", "_mta-sts.{var.domain} TXT v=STSv1; id=1"],
        ),
        (
            json!({"name": "*", "type": "A", "alias": [{"name": "${aws_cloudfront_distribution.d.domain_name}"}]}),
            &["*.example.com other", "*.example.com A ?"],
        ),
        (json!({"name": "${var.name}", "type": "${var.type}", "records": "${var.records}"}), &["* any ?"]),
        (
            json!({"name": "_mta-sts", "type": "TXT", "records": "${var.records}"}),
            &["_mta-sts.example.com other", "_mta-sts.example.com TXT ?"],
        ),
        (
            json!({"name": "_mta-sts", "type": "TXT", "records": ["v=STSv1; id=${random_id.x.hex}"]}),
            &["_mta-sts.example.com TXT v=STSv1; id=${…}"],
        ),
        (
            json!({"name": "", "type": "MX", "records": ["10 ${var.host}.", "20 b.example.net"]}),
            &["example.com other", "example.com MX 20 b.example.net", "example.com MX ?"],
        ),
    ];
    for (mut body, expected) in table {
        body["zone_id"] = json!("${aws_route53_zone.main.zone_id}");
        let record = resource("aws_route53_record.it", &body);
        assert_eq!(shown(&published(&[zone.clone(), record]).zones), expected, "{body}");
    }
}

#[test]
fn cloudflare() {
    let zone = resource("cloudflare_zone.main", &json!({"name": "example.com"}));
    let table = [
        (
            json!({"name": "@", "type": "MX", "priority": 5, "content": "a.example.net"}),
            &["example.com MX 5 a.example.net"][..],
        ),
        (
            json!({"name": "_mta-sts", "type": "TXT", "value": "v=STSv1; id=1"}),
            &["_mta-sts.example.com TXT v=STSv1; id=1"],
        ),
        (
            json!({"name": "_mta-sts.example.com", "type": "TXT", "content": "\"v=STSv1; id=1\""}),
            &["_mta-sts.example.com TXT v=STSv1; id=1"],
        ),
        (
            json!({"name": "mta-sts", "type": "AAAA", "content": "100::", "proxied": true}),
            &["mta-sts.example.com AAAA 100::", "mta-sts.example.com A ?"],
        ),
        (
            json!({"name": "mta-sts", "type": "CNAME", "content": "x.pages.dev", "proxied": true}),
            &[
                "mta-sts.example.com other",
                "mta-sts.example.com other",
                "mta-sts.example.com A ?",
                "mta-sts.example.com AAAA ?",
            ],
        ),
        (
            json!({"name": "mta-sts", "type": "CNAME", "content": "x.pages.dev", "proxied": false}),
            &["mta-sts.example.com CNAME x.pages.dev"],
        ),
        (
            json!({"name": "@", "type": "CNAME", "content": "x.pages.dev"}),
            &["example.com other", "example.com other", "example.com A ?", "example.com AAAA ?"],
        ),
    ];
    for (mut body, expected) in table {
        body["zone_id"] = json!("${cloudflare_zone.main.id}");
        let record = resource("cloudflare_dns_record.it", &body);
        assert_eq!(shown(&published(&[zone.clone(), record]).zones), expected, "{body}");
    }
}

#[test]
#[allow(clippy::too_many_lines, reason = "a table")]
fn every_other_provider() {
    let txt = "v=STSv1; id=1";
    let quoted = "\"v=STSv1; id=1\"";
    let sts = "_mta-sts.example.com TXT v=STSv1; id=1";
    let mx = "example.com MX 10 a.example.net";
    let table = [
        (
            "google_dns_record_set",
            json!({"managed_zone": "z", "name": "_mta-sts.example.com.", "type": "TXT", "rrdatas": [quoted]}),
            sts,
        ),
        (
            "google_dns_record_set",
            json!({"managed_zone": "z", "name": "_mta-sts.example.com.", "type": "TXT", "rrdatas": [txt]}),
            "_mta-sts.example.com TXT v=STSv1;id=1",
        ),
        (
            "google_dns_record_set",
            json!({"managed_zone": "z", "name": "example.com.", "type": "MX", "rrdatas": ["10 a.example.net."]}),
            mx,
        ),
        (
            "azurerm_dns_txt_record",
            json!({"zone_name": "example.com", "name": "_mta-sts", "record": [{"value": txt}]}),
            sts,
        ),
        (
            "azurerm_dns_txt_record",
            json!({"zone_name": "example.com", "name": "_mta-sts", "record": [{"value": quoted}]}),
            "_mta-sts.example.com TXT \"v=STSv1; id=1\"",
        ),
        (
            "azurerm_dns_mx_record",
            json!({"zone_name": "example.com", "record": [{"preference": "10", "exchange": "a.example.net."}]}),
            mx,
        ),
        (
            "azurerm_dns_mx_record",
            json!({"zone_name": "example.com", "name": "@", "record": [{"preference": 10, "exchange": "a.example.net"}]}),
            mx,
        ),
        (
            "azurerm_dns_cname_record",
            json!({"zone_name": "example.com", "name": "mta-sts", "record": "a.example.net"}),
            "mta-sts.example.com CNAME a.example.net",
        ),
        (
            "azurerm_dns_a_record",
            json!({"zone_name": "example.com", "name": "mta-sts", "records": ["192.0.2.1"]}),
            "mta-sts.example.com A 192.0.2.1",
        ),
        ("dns_txt_record_set", json!({"zone": "example.com.", "name": "_mta-sts", "txt": [txt]}), sts),
        (
            "dns_mx_record_set",
            json!({"zone": "example.com.", "mx": [{"preference": 10, "exchange": "a.example.net."}]}),
            mx,
        ),
        (
            "dns_a_record_set",
            json!({"zone": "example.com.", "name": "mta-sts", "addresses": ["192.0.2.1"]}),
            "mta-sts.example.com A 192.0.2.1",
        ),
        (
            "dns_cname_record",
            json!({"zone": "example.com.", "name": "mta-sts", "cname": "a.example.net."}),
            "mta-sts.example.com CNAME a.example.net",
        ),
        ("digitalocean_record", json!({"domain": "example.com", "type": "TXT", "name": "_mta-sts", "value": txt}), sts),
        (
            "digitalocean_record",
            json!({"domain": "example.com", "type": "TXT", "name": "_mta-sts.example.com", "value": txt}),
            "_mta-sts.example.com.example.com TXT v=STSv1; id=1",
        ),
        (
            "digitalocean_record",
            json!({"domain": "example.com", "type": "MX", "name": "@", "priority": 10, "value": "a.example.net."}),
            mx,
        ),
        (
            "digitalocean_record",
            json!({"domain": "example.com", "type": "MX", "name": "@", "priority": 10, "value": "a"}),
            "example.com MX 10 a.example.com",
        ),
        (
            "hcloud_zone_rrset",
            json!({"zone": "example.com", "name": "_mta-sts", "type": "TXT", "records": [{"value": quoted}]}),
            sts,
        ),
        (
            "hcloud_zone_record",
            json!({"zone": "example.com", "name": "@", "type": "MX", "value": "10 a.example.net."}),
            mx,
        ),
        (
            "gandi_livedns_record",
            json!({"zone": "example.com", "name": "_mta-sts", "type": "TXT", "values": [quoted]}),
            sts,
        ),
        (
            "ovh_domain_zone_record",
            json!({"zone": "example.com", "subdomain": "_mta-sts", "fieldtype": "TXT", "target": quoted}),
            sts,
        ),
        (
            "ovh_domain_zone_record",
            json!({"zone": "example.com", "subdomain": "", "fieldtype": "MX", "target": "10 a.example.net."}),
            mx,
        ),
        (
            "powerdns_record",
            json!({"zone": "example.com.", "name": "_mta-sts.example.com.", "type": "TXT", "records": [quoted]}),
            sts,
        ),
        (
            "ns1_record",
            json!({"zone": "example.com", "domain": "_mta-sts.example.com", "type": "TXT", "answers": [{"answer": txt}]}),
            sts,
        ),
        (
            "ns1_record",
            json!({"zone": "example.com", "domain": "example.com", "type": "MX", "answers": [{"answer": "10 a.example.net"}]}),
            mx,
        ),
        (
            "ns1_record",
            json!({"zone": "example.com", "domain": "example.com", "type": "MX", "answers": [{"answer_parts": ["10", "a.example.net"]}]}),
            mx,
        ),
        (
            "dnsimple_zone_record",
            json!({"zone_name": "example.com", "name": "_mta-sts", "type": "TXT", "value": txt}),
            sts,
        ),
        (
            "dnsimple_record",
            json!({"domain": "example.com", "name": "", "type": "MX", "value": "a.example.net", "priority": "10"}),
            mx,
        ),
        ("vultr_dns_record", json!({"domain": "example.com", "name": "_mta-sts", "type": "TXT", "data": quoted}), sts),
        (
            "scaleway_domain_record",
            json!({"dns_zone": "example.com", "name": "", "type": "MX", "data": "a.example.net.", "priority": 10}),
            mx,
        ),
        (
            "netlify_dns_record",
            json!({"zone_id": "z", "hostname": "_mta-sts.example.com", "type": "TXT", "value": txt}),
            sts,
        ),
        (
            "namecheap_domain_records",
            json!({"domain": "example.com", "record": [{"hostname": "_mta-sts", "type": "TXT", "address": txt}]}),
            sts,
        ),
        (
            "akamai_dns_record",
            json!({"zone": "example.com", "name": "example.com", "recordtype": "MX", "target": ["a.example.net."], "priority": 10}),
            mx,
        ),
        (
            "akamai_dns_record",
            json!({"zone": "example.com", "name": "example.com", "recordtype": "MX", "target": ["10 a.example.net."]}),
            mx,
        ),
        (
            "oci_dns_rrset",
            json!({"zone_name_or_id": "example.com", "domain": "_mta-sts.example.com", "rtype": "TXT", "items": [{"rdata": quoted}]}),
            sts,
        ),
        (
            "alicloud_alidns_record",
            json!({"domain_name": "example.com", "rr": "_mta-sts", "type": "TXT", "value": txt}),
            sts,
        ),
        (
            "alicloud_dns_record",
            json!({"name": "example.com", "host_record": "@", "type": "MX", "value": "a.example.net", "priority": 10}),
            mx,
        ),
        (
            "tencentcloud_dnspod_record",
            json!({"domain": "example.com", "record_type": "MX", "value": "a.example.net.", "mx": 10}),
            mx,
        ),
        ("desec_rrset", json!({"domain": "example.com", "subname": "_mta-sts", "type": "TXT", "records": [txt]}), sts),
        (
            "porkbun_dns_record",
            json!({"domain": "example.com", "type": "MX", "content": "a.example.net", "prio": "10"}),
            mx,
        ),
        (
            "ultradns_record",
            json!({"zone_name": "example.com.", "owner_name": "_mta-sts", "record_type": "16", "record_data": [txt]}),
            sts,
        ),
        (
            "infomaniak_record",
            json!({"zone_fqdn": "example.com.", "source": "_mta-sts", "type": "TXT", "target": txt}),
            sts,
        ),
        (
            "technitium_record",
            json!({"zone": "example.com", "domain": "example.com", "type": "MX", "exchange": "a.example.net", "preference": 10}),
            mx,
        ),
        (
            "godaddy_domain_record",
            json!({"domain": "example.com", "record": [{"name": "@", "type": "MX", "data": "a.example.net", "priority": 10}]}),
            mx,
        ),
    ];
    for (kind, body, expected) in table {
        assert_eq!(records(kind, &body), [expected], "{kind} {body}");
    }
}

#[test]
fn zones_known_by_their_ids() {
    let table = [
        (
            "hetznerdns_zone",
            json!({"name": "example.com"}),
            "hetznerdns_record",
            json!({"zone_id": "${hetznerdns_zone.z.id}",
            "name": "@", "type": "MX", "value": "10 a"}),
            "example.com MX 10 a.example.com",
        ),
        (
            "linode_domain",
            json!({"domain": "example.com"}),
            "linode_domain_record",
            json!({"domain_id": "${linode_domain.z.id}",
            "record_type": "MX", "target": "a.example.net", "priority": 10}),
            "example.com MX 10 a.example.net",
        ),
        (
            "exoscale_domain",
            json!({"name": "example.com"}),
            "exoscale_domain_record",
            json!({"domain": "${exoscale_domain.z.id}",
            "name": "", "record_type": "MX", "content": "a.example.net", "prio": 10}),
            "example.com MX 10 a.example.net",
        ),
        (
            "bunnynet_dns_zone",
            json!({"domain": "example.com"}),
            "bunnynet_dns_record",
            json!({"zone": "${bunnynet_dns_zone.z.id}",
            "name": "", "type": "MX", "value": "a.example.net", "priority": 10}),
            "example.com MX 10 a.example.net",
        ),
        (
            "scaleway_domain_zone",
            json!({"domain": "example.com", "subdomain": "dev"}),
            "scaleway_domain_record",
            json!({"dns_zone": "${scaleway_domain_zone.z.id}", "type": "MX", "data": "a.example.net.", "priority": 10}),
            "dev.example.com MX 10 a.example.net",
        ),
        (
            "google_dns_managed_zone",
            json!({"name": "main", "dns_name": "example.com."}),
            "google_dns_record_set",
            json!({"managed_zone": "main", "name": "example.com.", "type": "MX", "rrdatas": ["10 a.example.net."]}),
            "example.com MX 10 a.example.net",
        ),
    ];
    for (zone_kind, zone, kind, body, expected) in table {
        let resources = [resource(&format!("{zone_kind}.z"), &zone), resource(&format!("{kind}.it"), &body)];
        let published = published(&resources);
        assert_eq!(shown(&published.zones), [expected], "{kind}");
        assert!(published.zones[0].partial.is_none(), "{kind}");
    }
}

#[test]
fn times_to_live() {
    let ttl = |kind: &str, body: Json| {
        let published = published(&[resource(&format!("{kind}.it"), &body)]);
        published.zones[0].records[0].ttl.map(|(seconds, _)| seconds)
    };
    let aws = |ttl: Json| json!({"zone_id": "Z1", "name": "_mta-sts.example.com", "type": "TXT", "records": ["x"], "ttl": ttl});
    assert_eq!(ttl("aws_route53_record", aws(json!("300"))), Some(300));
    assert_eq!(ttl("aws_route53_record", aws(json!(86400))), Some(86400));
    assert_eq!(ttl("aws_route53_record", aws(json!("${var.ttl}"))), None);
    let cloudflare = json!({"zone_id": "Z1", "name": "_mta-sts.example.com", "type": "TXT", "content": "x", "ttl": 1});
    assert_eq!(ttl("cloudflare_dns_record", cloudflare), Some(300));
}
