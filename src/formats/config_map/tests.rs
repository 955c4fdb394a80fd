use super::*;
use crate::text::{Place, Span};

fn read(text: &str) -> Vec<Hosted> {
    super::read(FileId(0), text.as_bytes()).unwrap()
}

fn slice(text: &str, place: Place) -> &str {
    &text[place.span.range()]
}

fn names(names: &[Name]) -> Vec<&str> {
    names.iter().map(Name::as_str).collect()
}

const ROUTED: &str = "\
apiVersion: v1
kind: ConfigMap
metadata:
  name: policy
data:
  nginx.conf: \"server {}\"
  mta-sts.txt: |
    version: STSv1
    mode: enforce
    mx: ${MX}
    max_age: 86400
---
kind: Ingress
spec:
  rules:
    - host: mta-sts.example.com
    - host: www.example.com
---
kind: HTTPRoute
spec: {hostnames: [mta-sts.example.com, mta-sts.example.org, 'mta-sts.${X}']}
";

#[test]
fn a_policy_is_mapped_line_by_line() {
    let policies = read(ROUTED);
    assert_eq!(policies.len(), 1);
    let policy = &policies[0];
    assert_eq!((&*policy.by, slice(ROUTED, policy.place)), ("ConfigMap policy", "policy"));
    let body = policy.body.as_ref().unwrap();
    assert_eq!(body.shown(), "version: STSv1\nmode: enforce\nmx: ${…}\nmax_age: 86400\n");
    let at = |part: &str| {
        let start = body.text().find(part).unwrap();
        slice(ROUTED, body.place(Span::of(start..start + part.len())))
    };
    assert_eq!(at("mode: enforce"), "mode: enforce");
    assert_eq!(at("enforce"), "enforce");
    assert_eq!(at("max_age: 86400\n"), "max_age: 86400\n");
    assert_eq!(at("?"), "${MX}");
    assert_eq!((names(&policy.domains), names(&policy.beside)), (vec![], vec!["example.com", "example.org"]));
}

#[test]
fn domains_are_told_by_names() {
    let map = |name: &str, key: &str| {
        format!("kind: ConfigMap\nmetadata: {{name: {name}}}\ndata: {{{key}: 'version: STSv1'}}\n")
    };
    let table = [
        ("mta-sts.example.com", "mta-sts.txt", vec!["example.com"]),
        ("x", "mta-sts.example.com.txt", vec!["example.com"]),
        ("x", "Example.com", vec!["example.com"]),
        ("x", "example.com.txt", vec!["example.com"]),
        ("mta-sts", "mta-sts.txt", vec![]),
        ("mta-sts.config", "policy.txt", vec![]),
        ("x", "mta-sts.txt", vec![]),
        ("'mta-sts.${DOMAIN}.org'", "p", vec![]),
    ];
    for (name, key, domains) in table {
        let policies = read(&map(name, key));
        assert_eq!(policies.len(), 1, "{name} {key}");
        assert_eq!(names(&policies[0].domains), domains, "{name} {key}");
    }
}

#[test]
fn what_is_no_policy_is_left_alone() {
    for text in [
        "kind: ConfigMap\ndata: {a: 'mode: enforce', b: 'version: 2', c: [x]}",
        "kind: Secret\ndata: {mta-sts.txt: 'version: STSv1'}",
        "kind: ConfigMap\ndata: {mta-sts.txt: }",
        "kind: ConfigMap",
        "",
    ] {
        assert!(read(text).is_empty(), "{text}");
    }
    assert!(super::read(FileId(0), b"kind: ConfigMap\n{{ include \"x\" . }}: {{").is_err());
    assert!(
        looks_like(b"kind: ConfigMap\n  mta-sts.txt: |") && !looks_like(b"kind: ConfigMap") && !looks_like(b"STSv1")
    );
}

#[test]
fn the_fixture_s_policies_are_read() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/k8s-external-dns/apps/mta-sts");
    let text = std::fs::read_to_string(root.join("configmap.yaml")).unwrap();
    let policies = read(&text);
    let told: Vec<&str> = policies.iter().flat_map(|policy| names(&policy.domains)).collect();
    assert_eq!(told, ["example.com", "example.org"]);
    let body = policies[1].body.as_ref().unwrap();
    assert_eq!(body.text(), "version: STSv1\r\nmode: testing\r\nmx: smtp.google.com\r\nmax_age: 604800\r\n");
    assert_eq!(slice(&text, body.place(Span::new(14, 16))), r"\r\n");
    assert_eq!(slice(&text, body.place(Span::new(16, 29))), "mode: testing");
    let ingress = std::fs::read_to_string(root.join("ingress.yaml")).unwrap();
    assert_eq!(
        names(&routed(&kubernetes::resources(FileId(0), ingress.as_bytes()).unwrap())),
        ["example.com", "example.org"]
    );
}
