//! Certificates in a repository as evidence of TLS, end to end.

use std::io;
use std::sync::{Arc, Mutex};

use mtasts::inputs::{MemoryTree, Tree};
use mtasts::lint::{Request, run};
use mtasts::parallel::Progress;
use mtasts::text::Bytes;
use rcgen::{CertificateParams, CustomExtension, DnType, Issuer, KeyPair, date_time_ymd};

use crate::support::{self, mtasts};

/// A policy that is enforced, and an MX set of these hosts of example.com.
fn domain(hosts: &[&str]) -> Vec<(String, String)> {
    let mx: Vec<String> = hosts.iter().map(|host| format!("@ MX 10 {host}\n{host} A 192.0.2.25\n")).collect();
    let zone = format!(
        "$ORIGIN example.com.\n$TTL 3600\n@ SOA ns1.example.net. hostmaster 1 7200 900 1209600 300\n@ NS ns1.example.net.\n{}\
         mta-sts A 192.0.2.10\n_mta-sts TXT \"v=STSv1; id=1\"\n_smtp._tls TXT \"v=TLSRPTv1; rua=mailto:tls@example.net\"\n",
        mx.concat()
    );
    let patterns: Vec<String> = hosts.iter().map(|host| format!("mx: {host}.example.com\n")).collect();
    let policy = format!("version: STSv1\nmode: enforce\n{}max_age: 604800\n", patterns.concat());
    vec![("example.com.zone".to_owned(), zone), ("mta-sts.example.com/.well-known/mta-sts.txt".to_owned(), policy)]
}

/// A certificate of a public authority for a host of example.com that ends on this day, in PEM, and its key before it.
fn pem(host: &str, (year, month, day): (i32, u8, u8)) -> String {
    let mut params = CertificateParams::new(vec![format!("{host}.example.com")]).unwrap();
    (params.not_before, params.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(year, month, day));
    // `id-ce-certificatePolicies`: 2.23.140.1.2.1.
    let validated = b"\x30\x0a\x30\x08\x06\x06\x67\x81\x0c\x01\x02\x01".to_vec();
    params.custom_extensions.push(CustomExtension::from_oid_content(&[2, 5, 29, 32], validated));
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.distinguished_name.push(DnType::CommonName, "an authority");
    let (key, issuer) = (KeyPair::generate().unwrap(), Issuer::new(authority, KeyPair::generate().unwrap()));
    key.serialize_pem() + &params.signed_by(&key, &issuer).unwrap().pem()
}

const ACME: &str = r#"
resource "tls_private_key" "mx" {
  algorithm = "ECDSA"
}

resource "tls_cert_request" "mx" {
  private_key_pem = tls_private_key.mx.private_key_pem
  dns_names       = [for host in ["byrequest"] : "${host}.example.com"]
}

resource "acme_certificate" "request" {
  account_key_pem         = "x"
  certificate_request_pem = tls_cert_request.mx.cert_request_pem
}

resource "acme_certificate" "names" {
  account_key_pem           = "x"
  common_name               = "byname.example.com"
  subject_alternative_names = [var.unknown]
}

variable "unknown" {}

resource "tls_self_signed_cert" "byitself" {
  private_key_pem       = tls_private_key.mx.private_key_pem
  dns_names             = ["byitself.example.com"]
  validity_period_hours = 24
  allowed_uses          = ["server_auth"]
}
"#;

const CLUSTER: &str = "apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: mx}
spec: {secretName: mx, dnsNames: [incluster.example.com], issuerRef: {name: public}}
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: own}
spec: {secretName: own, commonName: byown.example.com, issuerRef: {name: own, kind: ClusterIssuer}}
";

const ISSUER: &str = "apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata: {name: own}
spec: {ca: {secretName: root}}
";

#[test]
fn a_host_with_a_certificate_that_senders_trust_is_no_finding_and_any_other_is_told_why() {
    let hosts = ["infile", "ended", "byrequest", "byname", "byitself", "incluster", "byown", "nothing"];
    let mut files = domain(&hosts);
    let keyed = pem("infile", (2090, 1, 1));
    files.extend([
        ("tls/infile.crt".to_owned(), keyed.clone()),
        ("tls/ended.pem".to_owned(), pem("ended", (2021, 1, 1))),
        ("tls/nothing.key".to_owned(), pem("nothing", (2090, 1, 1))),
        ("terraform/main.tf".to_owned(), ACME.to_owned()),
        ("cluster/mx.yaml".to_owned(), CLUSTER.to_owned()),
        ("cluster/issuers/own.yaml".to_owned(), ISSUER.to_owned()),
    ]);
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (&**path, &**text)).collect();
    let root = support::repository(&files);
    let lint = |format: &str| {
        let output = mtasts(root.path()).args(["lint", "--format", format]).output().unwrap();
        String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap()
    };
    let report: serde_json::Value = serde_json::from_str(&lint("json")).unwrap();
    let findings = report["findings"].as_array().unwrap();
    let of = |finding: &serde_json::Value| {
        let mut related = finding["related"].as_array().unwrap().iter();
        let why = related.find(|one| one["path"] != "mta-sts.example.com/.well-known/mta-sts.txt");
        let host = finding["message"].as_str().unwrap().split('`').nth(1).unwrap().to_owned();
        let text = |it: &serde_json::Value| it.as_str().unwrap().rsplit(": ").next().unwrap().to_owned();
        (host, why.map(|why| (text(&why["path"]), text(&why["message"]))))
    };
    assert!(findings.iter().all(|finding| finding["rule"] == "mx-tls-unproven"), "{report:#}");
    let why = |path: &str, why: &str| Some((path.to_owned(), why.to_owned()));
    assert_eq!(
        findings.iter().map(of).collect::<Vec<_>>(),
        [
            ("ended.example.com".to_owned(), why("tls/ended.pem", "it ended on 2021-01-01")),
            ("byitself.example.com".to_owned(), why("terraform/main.tf", "it is signed by itself")),
            ("byown.example.com".to_owned(), why("cluster/mx.yaml", "no publicly trusted authority issues it")),
            ("nothing.example.com".to_owned(), None),
        ]
    );
    let ended = std::fs::read_to_string(root.path().join("tls/ended.pem")).unwrap();
    for format in ["human", "concise", "json", "sarif", "github", "junit"] {
        let said = lint(format);
        for key in [&keyed, &ended] {
            assert!(!said.contains(key.lines().nth(1).unwrap()) && !said.contains("PRIVATE"), "{format}: {said}");
        }
    }
}

/// A tree that remembers what is read.
struct Watched {
    tree: MemoryTree,
    read: Mutex<Vec<Arc<str>>>,
}

impl Tree for Watched {
    fn paths(&self) -> &[Arc<str>] {
        self.tree.paths()
    }

    fn read(&self, index: usize, limit: u64) -> io::Result<Bytes> {
        self.read.lock().unwrap().push(Arc::clone(&self.paths()[index]));
        self.tree.read(index, limit)
    }
}

/// The files of this tree that are read.
fn read(files: &[(String, String)]) -> Vec<Arc<str>> {
    let files = files.iter().map(|(path, text)| (path, text.clone().into_bytes()));
    let watched = Watched { tree: MemoryTree::new(files), read: Mutex::default() };
    run(&watched, &Request::default(), &Progress::default()).unwrap();
    let mut read = watched.read.into_inner().unwrap();
    read.sort_unstable();
    read.dedup();
    read
}

#[test]
fn no_file_is_opened_for_a_certificate_that_is_not_needed() {
    let certificates = ["a.pem", "b.crt", "c.cer", "d.key", "e.der", "f.p12", "pem"];
    let mut files: Vec<(String, String)> =
        certificates.iter().map(|path| ((*path).to_owned(), pem("mx", (2090, 1, 1)))).collect();
    files.extend(domain(&["mx"]));
    let opened = read(&files);
    let wanted = ["a.pem", "b.crt", "c.cer", "example.com.zone", "mta-sts.example.com/.well-known/mta-sts.txt"];
    assert_eq!(opened.iter().map(AsRef::as_ref).collect::<Vec<&str>>(), wanted);
    files.retain(|(path, _)| !path.ends_with("mta-sts.txt"));
    assert_eq!(read(&files).iter().map(AsRef::as_ref).collect::<Vec<&str>>(), ["example.com.zone"]);
}

#[test]
fn a_large_file_costs_no_more_than_its_beginning() {
    let mut files = domain(&["mx", "late"]);
    files.push(("a.pem".to_owned(), format!("{}{}", pem("mx", (2090, 1, 1)), "# more\n".repeat(1 << 18))));
    files.push(("b.pem".to_owned(), format!("{}{}", "# more\n".repeat(1 << 18), pem("late", (2090, 1, 1)))));
    let files: Vec<(&str, &[u8])> = files.iter().map(|(path, text)| (&**path, text.as_bytes())).collect();
    let said = support::concise(&support::lint(&files));
    assert!(!said.contains("`mx.example.com`") && said.contains("`late.example.com`"), "{said}");
}

/// What is found in example.com with one MX host and these files, on the morning after the examples of the rule book.
fn found(files: &[(&str, String)]) -> String {
    let files = domain(&["mx"]).into_iter().chain(files.iter().map(|(path, text)| ((*path).to_owned(), text.clone())));
    let files = files.map(|(path, text)| (path, text.into_bytes())).collect();
    support::concise(&support::lint_change(Vec::new(), files))
}

#[test]
fn a_certificate_that_ends_soon_is_told_unless_the_next_one_is_there_or_somebody_looked() {
    let soon = || ("a.pem", pem("mx", (2026, 12, 5)));
    let ends = "the certificate of `mx.example.com` ends on 2026-12-05, in 9 days";
    assert!(found(&[soon()]).contains(ends));
    assert!(found(&[soon(), ("z.pem", pem("mx", (2026, 12, 1)))]).contains(ends));
    assert_eq!(found(&[soon(), ("z.pem", pem("mx", (2027, 1, 1)))]), "");
    let issued = ACME.replace("byname", "mx");
    assert_eq!(found(&[soon(), ("main.tf", issued)]), "");
    let lock = "version = 1\n\n[[mx]]\nhost = \"mx.example.com\"\naddress = \"192.0.2.25\"\nwhen = \"2026-11-24T12:00:00Z\"\n\
        from = \"ci\"\nverdict = \"ok\"\ntls = \"1.3\"\nnames = [\"mx.example.com\"]\nissuer = \"CN=A\"\nnot-after = \"2027-01-20T00:00:00Z\"\n";
    assert_eq!(found(&[soon(), ("mtasts.lock", lock.to_owned())]), "");
}

#[test]
fn what_a_server_for_tests_issues_is_no_evidence() {
    let certificate = "resource \"acme_certificate\" \"mx\" {\n  common_name = \"mx.example.com\"\n}\n";
    let provider = |alias: &str, url: &str| format!("provider \"acme\" {{\n  {alias}server_url = {url}\n}}\n");
    let staging =
        provider("", "local.url") + "locals {\n  url = \"https://acme-staging-v02.api.letsencrypt.org/directory\"\n}\n";
    let production = provider("alias = \"real\"\n  ", "\"https://acme-v02.api.letsencrypt.org/directory\"");
    let module = "module \"mx\" {\n  source = \"./mx\"\n}\n";
    let unproven = "nothing here shows that `mx.example.com` offers valid TLS";
    assert!(found(&[("main.tf", format!("{staging}{certificate}"))]).contains(unproven));
    assert!(
        found(&[("main.tf", format!("{staging}{module}")), ("mx/main.tf", certificate.to_owned())]).contains(unproven)
    );
    assert_eq!(found(&[("main.tf", format!("{staging}{production}{certificate}"))]), "");
    let json =
        "{\"provider\": {\"acme\": [{\"server_url\": \"https://acme-staging-v02.api.letsencrypt.org/directory\"}]}}";
    assert!(found(&[("main.tf", certificate.to_owned()), ("acme.tf.json", json.to_owned())]).contains(unproven));
}

#[test]
fn show_says_what_speaks_for_each_host() {
    let mut files = domain(&["infile", "byname", "nothing"]);
    files.push(("infile.pem".to_owned(), pem("infile", (2090, 1, 1))));
    files.push(("main.tf".to_owned(), ACME.to_owned()));
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (&**path, &**text)).collect();
    let root = support::repository(&files);
    let show = |format: &str| {
        let output = mtasts(root.path()).args(["show", "--format", format]).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let human = show("human");
    for line in [
        "10 infile.example.com  (TLS by certificate: issued by CN=an authority until 2090-01-01, infile.pem:6)\n",
        "10 byname.example.com  (TLS by certificate: acme_certificate.names, main.tf:16)\n",
        "10 nothing.example.com\n",
    ] {
        assert!(human.contains(line), "{human}");
    }
    let json: serde_json::Value = serde_json::from_str(&show("json")).unwrap();
    let hosts = &json["domains"][0]["mx"]["hosts"];
    assert_eq!(hosts[2]["tls"], serde_json::Value::Null);
    let of_name = serde_json::json!({
        "shown_by": "certificate", "what": "acme_certificate.names", "path": "main.tf", "line": 16
    });
    assert_eq!(hosts[1]["tls"], of_name);
}
