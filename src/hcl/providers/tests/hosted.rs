//! Which policies are served, for whom, and how.

use super::*;
use crate::mta_sts::hosted::ContentType;

const POLICY: &str = "version: STSv1\nmode: enforce\nmx: a.example.net\nmax_age: 604800\n";

/// A repository with one file.
struct OneFile(Vec<Arc<str>>, Bytes);

impl OneFile {
    fn new(path: &str, text: &str) -> Self {
        Self(vec![path.into()], Bytes::new(text.as_bytes().to_vec()))
    }
}

impl Files for OneFile {
    fn paths(&self) -> &[Arc<str>] {
        &self.0
    }

    fn open(&self, path: &str) -> Option<(FileId, Bytes)> {
        (*self.0[0] == *path).then(|| (FileId(7), self.1.clone()))
    }
}

fn policies(resources: &[(&str, Json)]) -> Vec<Hosted> {
    let resources: Vec<Resource> = resources.iter().map(|(address, body)| resource(address, body)).collect();
    published(&resources).policies
}

/// `text? domains / beside path type`.
fn told(policy: &Hosted) -> String {
    let names = |names: &[crate::dns::Name]| names.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    let is_known =
        if policy.body.as_ref().is_ok_and(|text| text.bytes() == POLICY.as_bytes()) { "policy" } else { "?" };
    let path = policy.serving.path.as_ref().map_or("-".into(), crate::text::Traced::shown);
    let media_type = match &policy.serving.content_type {
        ContentType::Unknown => "-".to_owned(),
        ContentType::Said(text) => text.shown(),
        ContentType::Default { value, .. } => format!("({value})"),
    };
    format!("{is_known} [{}] [{}] {path} {media_type}", names(&policy.domains), names(&policy.beside))
}

fn only(resources: &[(&str, Json)]) -> String {
    let found = policies(resources);
    assert_eq!(found.len(), 1, "{found:?}");
    told(&found[0])
}

#[test]
fn a_bucket_called_as_the_host() {
    let object = |key: &str| json!({"bucket": "mta-sts.example.com", "key": key, "content": POLICY});
    let right = only(&[("aws_s3_object.p", object(".well-known/mta-sts.txt"))]);
    assert_eq!(right, "policy [example.com] [] .well-known/mta-sts.txt (application/octet-stream)");
    let slash = only(&[("aws_s3_object.p", object("/.well-known/mta-sts.txt"))]);
    assert_eq!(slash, "policy [example.com] [] /.well-known/mta-sts.txt (application/octet-stream)");
    let wrong = only(&[("aws_s3_object.p", object("well-known/mta-sts.txt"))]);
    assert_eq!(wrong, "policy [example.com] [] well-known/mta-sts.txt (application/octet-stream)");
    // A distribution that is not declared here may take the folder away.
    let folder = only(&[("aws_s3_object.p", object("live/.well-known/mta-sts.txt"))]);
    assert_eq!(folder, "policy [example.com] [] - (application/octet-stream)");
    let other = json!({"bucket": "mta-sts.example.com", "key": "index.html", "content": "<html>"});
    assert!(policies(&[("aws_s3_object.p", other)]).is_empty());
}

#[test]
fn a_distribution_tells_whose_bucket_it_is() {
    let bucket = ("aws_s3_bucket.b", json!({"bucket": "policies"}));
    let object = json!({"bucket": "${aws_s3_bucket.b.id}", "key": ".well-known/mta-sts.txt", "content": POLICY, "content_type": "text/plain"});
    let distribution = json!({"aliases": ["mta-sts.example.com"], "origin": [{"domain_name": "${aws_s3_bucket.b.bucket_regional_domain_name}"}],
        "default_cache_behavior": [{"target_origin_id": "x"}]});
    let found = only(&[
        bucket.clone(),
        ("aws_s3_object.p", object.clone()),
        ("aws_cloudfront_distribution.d", distribution.clone()),
    ]);
    assert_eq!(found, "policy [example.com] [] .well-known/mta-sts.txt text/plain");
    let literal = json!({"aliases": ["mta-sts.example.com"], "origin": [{"domain_name": "policies.s3.amazonaws.com"}]});
    let found =
        only(&[bucket.clone(), ("aws_s3_object.p", object.clone()), ("aws_cloudfront_distribution.d", literal)]);
    assert_eq!(found, "policy [example.com] [] .well-known/mta-sts.txt text/plain");
    let mut rewriting = distribution.clone();
    rewriting["default_cache_behavior"][0]["function_association"] = json!([{"event_type": "viewer-request"}]);
    let typeless = json!({"bucket": "${aws_s3_bucket.b.id}", "key": "mta-sts.txt", "content": POLICY});
    let found = only(&[bucket.clone(), ("aws_s3_object.p", typeless), ("aws_cloudfront_distribution.d", rewriting)]);
    assert_eq!(found, "policy [example.com] [] - -");
    // Another folder of the bucket is another host's.
    let mut elsewhere = object;
    elsewhere["key"] = json!("b/.well-known/mta-sts.txt");
    let mut of_a = distribution;
    of_a["origin"][0]["origin_path"] = json!("/a");
    let found = only(&[bucket, ("aws_s3_object.p", elsewhere), ("aws_cloudfront_distribution.d", of_a)]);
    assert_eq!(found, "policy [] [example.com] - text/plain");
}

#[test]
fn one_of_several_hosts_before_several_things_is_not_told() {
    let map = json!({"host_rule": [{"hosts": ["mta-sts.a.example"]}, {"hosts": ["mta-sts.b.example"]}],
        "path_matcher": [{"default_service": "${google_compute_backend_bucket.a.id}"}, {"default_service": "${google_compute_backend_bucket.b.id}"}]});
    let object = |bucket: &str| json!({"bucket": bucket, "name": ".well-known/mta-sts.txt", "content": POLICY});
    let found = policies(&[
        ("google_compute_url_map.m", map),
        ("google_compute_backend_bucket.a", json!({"name": "a", "bucket_name": "bucket-a"})),
        ("google_compute_backend_bucket.b", json!({"name": "b", "bucket_name": "bucket-b"})),
        ("google_storage_bucket_object.a", object("bucket-a")),
    ]);
    assert_eq!(told(&found[0]), "policy [] [a.example b.example] .well-known/mta-sts.txt -");
}

#[test]
fn hops_from_the_object_to_the_host() {
    let found = only(&[
        ("azurerm_storage_account.a", json!({"name": "stmtasts"})),
        (
            "azurerm_storage_blob.p",
            json!({"name": ".well-known/mta-sts.txt", "storage_account_name": "stmtasts",
            "storage_container_name": "$web", "source_content": POLICY}),
        ),
        ("azurerm_cdn_endpoint.e", json!({"origin": [{"host_name": "${azurerm_storage_account.a.primary_web_host}"}]})),
        (
            "azurerm_cdn_endpoint_custom_domain.d",
            json!({"host_name": "mta-sts.example.com", "cdn_endpoint_id": "${azurerm_cdn_endpoint.e.id}"}),
        ),
    ]);
    assert_eq!(found, "policy [example.com] [] .well-known/mta-sts.txt (application/octet-stream)");
    let found = only(&[
        ("github_repository.r", json!({"name": "policies", "pages": [{"cname": "mta-sts.example.com"}]})),
        (
            "github_repository_file.p",
            json!({"repository": "policies", "file": "public/.well-known/mta-sts.txt", "content": POLICY}),
        ),
    ]);
    // It is the folder that pages are made of.
    assert_eq!(found, "policy [] [example.com] - -");
}

#[test]
fn workers() {
    let code = format!("const policy = `{POLICY}`;\nexport default {{ fetch() {{ return new Response(policy) }} }}");
    let route = json!({"pattern": "mta-sts.example.com/*", "script": "${cloudflare_workers_script.w.script_name}"});
    let script = ("cloudflare_workers_script.w", json!({"script_name": "sts", "content": code}));
    assert_eq!(only(&[script.clone(), ("cloudflare_workers_route.r", route)]), "policy [example.com] [] - -");
    let by_name = json!({"hostname": "mta-sts.example.com", "service": "sts"});
    assert_eq!(only(&[script.clone(), ("cloudflare_workers_custom_domain.r", by_name)]), "policy [example.com] [] - -");
    let record =
        json!({"zone_id": "${var.z}", "name": "_mta-sts.example.org", "type": "TXT", "content": "v=STSv1; id=1"});
    assert_eq!(only(&[script, ("cloudflare_dns_record.r", record)]), "policy [] [example.org] - -");
    let bound = json!({"script_name": "sts", "content": "export default {}", "bindings": [{"name": "P", "type": "plain_text", "text": POLICY}]});
    assert_eq!(only(&[("cloudflare_workers_script.w", bound)]), "policy [] [] - -");
    let kv = [
        (
            "cloudflare_workers_kv.p",
            json!({"namespace_id": "${cloudflare_workers_kv_namespace.n.id}", "key_name": "policy", "value": POLICY}),
        ),
        ("cloudflare_workers_kv_namespace.n", json!({"title": "mta-sts.example.com"})),
    ];
    assert_eq!(only(&kv), "policy [example.com] [] - -");
}

#[test]
fn what_a_policy_host_serves_and_is_not_known() {
    let route = json!({"pattern": "mta-sts.example.com/*", "script": "sts"});
    for content in ["${var.code}", "export default {}"] {
        let script = json!({"script_name": "sts", "content": content});
        let found =
            policies(&[("cloudflare_workers_script.w", script.clone()), ("cloudflare_workers_route.r", route.clone())]);
        assert_eq!((told(&found[0]), found.len()), ("? [example.com] [] - -".to_owned(), 1), "{content}");
        assert!(policies(&[("cloudflare_workers_script.w", script)]).is_empty());
    }
    let rule = json!({"action": [{"fixed_response": [{"message_body": "${var.body}"}]}]});
    assert!(policies(&[("aws_lb_listener_rule.p", rule)]).is_empty());
}

#[test]
fn domains_that_are_not_known_are_no_reason_to_say_that_there_are_none() {
    let record =
        |name: &str| json!({"zone_id": "${var.zone_id}", "name": name, "type": "TXT", "records": ["v=STSv1; id=1"]});
    let object = json!({"bucket": "${module.bucket.id}", "key": ".well-known/mta-sts.txt", "content": POLICY, "content_type": "text/plain"});
    let one = [("aws_s3_object.p", object.clone()), ("aws_route53_record.r", record("_mta-sts.${var.domain}"))];
    assert_eq!(only(&one), "policy [] [{var.domain}] .well-known/mta-sts.txt text/plain");
    let two = [one[0].clone(), one[1].clone(), ("aws_route53_record.s", record("_mta-sts"))];
    assert_eq!(only(&two), "policy [{aws_s3_object.p}] [] .well-known/mta-sts.txt text/plain");
    let policies = policies(&[one[0].clone(), one[1].clone(), ("aws_s3_object.q", one[0].1.clone())]);
    let told: Vec<String> = policies.iter().map(|policy| policy.domains[0].to_string()).collect();
    assert_eq!(told, ["{aws_s3_object.p}", "{aws_s3_object.q}"]);
}

#[test]
fn other_hosts() {
    let table = [
        (
            "azurerm_storage_blob.p",
            json!({"name": "mta-sts.txt", "storage_account_name": "x", "source_content": POLICY}),
            "policy [] [] - (application/octet-stream)",
        ),
        (
            "local_file.p",
            json!({"filename": "../www/mta-sts.example.com/.well-known/mta-sts.txt", "content": POLICY}),
            "policy [example.com] [] - -",
        ),
        (
            "kubernetes_config_map_v1.p",
            json!({"data": {"mta-sts.txt": POLICY, "nginx.conf": "server {}"}}),
            "policy [] [] - -",
        ),
        (
            "kubernetes_config_map.p",
            json!({"data": {"mta-sts.example.com.txt": POLICY}}),
            "policy [example.com] [] - -",
        ),
        (
            "aws_lb_listener_rule.p",
            json!({"action": [{"fixed_response": [{"content_type": "text/plain", "message_body": POLICY}]}],
            "condition": [{"host_header": [{"values": ["mta-sts.example.com"]}]}, {"path_pattern": [{"values": ["/.well-known/mta-sts.txt"]}]}]}),
            "policy [example.com] [] /.well-known/mta-sts.txt text/plain",
        ),
        (
            "aws_api_gateway_integration_response.p",
            json!({"rest_api_id": "${aws_api_gateway_rest_api.a.id}", "response_templates": {"text/plain": format!("#set($x = 1)\n{POLICY}")}}),
            "policy [] [] - -",
        ),
        (
            "data.archive_file.p",
            json!({"type": "zip", "source": [{"filename": "index.mjs", "content": format!("export const p = `{POLICY}`")}]}),
            "policy [] [] - -",
        ),
        (
            "aws_s3_object.p[\"example.com\"]",
            json!({"bucket": "x", "key": "mta-sts.txt", "content_base64": "dmVyc2lvbjogU1RTdjEKbW9kZTogZW5mb3JjZQpteDogYS5leGFtcGxlLm5ldAptYXhfYWdlOiA2MDQ4MDAK"}),
            "policy [example.com] [] - (application/octet-stream)",
        ),
        (
            "fastly_service_vcl.p",
            json!({"domain": [{"name": "mta-sts.example.com"}], "response_object": [{"content": POLICY, "content_type": "text/plain"}]}),
            "policy [example.com] [] - text/plain",
        ),
        (
            "aws_s3_object.p",
            json!({"bucket": "mta-sts.example.com", "key": ".well-known/mta-sts.txt", "content": "${var.policy}"}),
            "? [example.com] [] .well-known/mta-sts.txt (application/octet-stream)",
        ),
    ];
    for (address, body, expected) in table {
        assert_eq!(only(&[(address, body.clone())]), expected, "{address} {body}");
    }
}

#[test]
fn a_file_of_the_repository() {
    let object =
        json!({"bucket": "mta-sts.example.com", "key": ".well-known/mta-sts.txt", "source": "./files/policy.txt"});
    let object = [resource("aws_s3_object.p", &object)];
    let found = read(&object, &OneFile::new("infra/files/policy.txt", POLICY), "infra");
    let text = found.policies[0].body.as_ref().unwrap();
    assert_eq!((text.bytes(), text.place(Span::new(0, 7)).file), (POLICY.as_bytes(), FileId(7)));
    let missing = read(&object, &NoFiles, "infra");
    assert_eq!(
        &*missing.policies[0].body.as_ref().unwrap_err().why,
        "the file `./files/policy.txt` is not in this repository"
    );
    let escaping = json!({"bucket": "x", "key": "mta-sts.txt", "source": "../../../etc/passwd"});
    let found = read(&[resource("aws_s3_object.p", &escaping)], &NoFiles, "infra");
    assert!(found.policies[0].body.is_err());
}

#[test]
fn redirects_that_answer_for_the_policy() {
    let object = (
        "aws_s3_object.p",
        json!({"bucket": "mta-sts.example.com", "key": ".well-known/mta-sts.txt", "content": POLICY}),
    );
    let rule = |target: &str| json!({"target": target, "actions": [{"forwarding_url": [{"url": "https://www.example.com/$1"}]}]});
    let is_redirected = |others: &[(&str, Json)]| {
        let all: Vec<(&str, Json)> = std::iter::once(object.clone()).chain(others.iter().cloned()).collect();
        policies(&all)[0].serving.redirect.is_some()
    };
    assert!(is_redirected(&[("cloudflare_page_rule.r", rule("mta-sts.example.com/*"))]));
    assert!(!is_redirected(&[("cloudflare_page_rule.r", rule("mta-sts.example.org/*"))]));
    let ruleset = json!({"rules": [{"action": "redirect", "expression": "http.host eq \"mta-sts.example.com\""}]});
    assert!(is_redirected(&[("cloudflare_ruleset.r", ruleset)]));
    let website =
        json!({"bucket": "mta-sts.example.com", "redirect_all_requests_to": [{"host_name": "www.example.com"}]});
    assert!(is_redirected(&[("aws_s3_bucket_website_configuration.r", website.clone())]));
    let front = json!({"aliases": ["mta-sts.example.com"], "origin": [{"domain_name": "mta-sts.example.com.s3.amazonaws.com"}]});
    assert!(!is_redirected(&[
        ("aws_s3_bucket_website_configuration.r", website),
        ("aws_cloudfront_distribution.d", front)
    ]));
}

#[test]
fn what_may_not_be_there_is_not_judged() {
    let mut object = resource("aws_s3_object.p", &json!({"bucket": "x", "key": "mta-sts.txt", "content": POLICY}));
    object.uncertain = Some(Reason::nowhere("the variable `create` has no value"));
    assert!(published(&[object]).policies[0].body.is_err());
}
