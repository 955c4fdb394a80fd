//! The deployed state against real servers on loopback: a good domain is clean, and each fault gives exactly its finding.

mod certificates;
mod laboratory;
mod servers;
mod shards;
mod touched;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write as _;

use certificates::Flaw;
use laboratory::{Domain, Laboratory, Mx, PROGRAMS, Policy, ZONE, exim};

use crate::support;

const GOOD: Domain =
    Domain { name: "good", records: &[], secondary: None, policy: Policy::Good, certificate: Flaw::None, mx: Mx::Good };

/// A domain, and what is found of it: rules, and `?` for what was not answered.
type Row = (Domain, &'static [&'static str]);

fn table() -> Vec<Row> {
    [of_policy_hosts(), of_mx_hosts(), of_dns()].concat()
}

fn of_policy_hosts() -> Vec<Row> {
    let web = |name, policy| Domain { name, policy, ..GOOD };
    let certificate = |name, certificate| Domain { name, certificate, ..GOOD };
    vec![
        (GOOD, &[]),
        (web("testing", Policy::Testing), &["policy-mode-testing"]),
        (certificate("web-expired", Flaw::Expired), &["live-policy-certificate"]),
        (certificate("web-early", Flaw::NotYetValid), &["live-policy-certificate"]),
        (certificate("web-name", Flaw::WrongName), &["live-policy-certificate"]),
        (certificate("web-self", Flaw::SelfSigned), &["live-policy-certificate"]),
        (certificate("web-stranger", Flaw::UnknownAuthority), &["live-policy-certificate"]),
        (certificate("web-chain", Flaw::MissingIntermediate), &["live-policy-certificate"]),
        (certificate("web-subject", Flaw::NameInSubjectOnly), &["live-policy-certificate"]),
        (web("web-old", Policy::OldTls), &["live-policy-certificate"]),
        (web("web-refused", Policy::At("127.0.0.9", None)), &["live-policy-unreachable"]),
        (web("web-mute", Policy::At("127.0.0.8", Some(servers::mute))), &["?"]),
        (web("web-404", Policy::Nginx("location / { return 404 '<html>no</html>'; }")), &["live-policy-status"]),
        (web("web-500", Policy::Nginx("location / { return 500; }")), &["live-policy-status"]),
        (
            web("web-redirect", Policy::Nginx("location / { return 301 https://www.lab.test/mta-sts.txt; }")),
            &["live-policy-redirect"],
        ),
        (
            web("web-type", Policy::Nginx("location / { root ROOT; types {} default_type text/html; }")),
            &["live-policy-content-type"],
        ),
        (
            web(
                "web-charset",
                Policy::Nginx("location / { root ROOT; types {} default_type 'text/plain; charset=utf-8'; }"),
            ),
            &[],
        ),
        (
            web("web-large", Policy::Nginx("location / { root /usr/sbin; try_files /nginx =404; }")),
            &["live-policy-size"],
        ),
        (
            web(
                "web-slow",
                Policy::Nginx("location / { echo -n 'version: STSv1'; echo_flush; echo_sleep 30; echo -n x; }"),
            ),
            &["live-policy-slow"],
        ),
        (
            web("web-bom", Policy::Text("\u{feff}version: STSv1\nmode: enforce\nmx: MX\nmax_age: 604800\n")),
            &["policy-syntax"],
        ),
        (web("web-html", Policy::Text("<html><body>hello</body></html>\n")), &["policy-syntax"]),
        (web("web-short", Policy::Text("version: STSv1\nmode: enforce\nmx: MX\nmax_age: 3600\n")), &["max-age-short"]),
        (
            web("web-pattern", Policy::Text("version: STSv1\nmode: enforce\nmx: other.example\nmax_age: 604800\n")),
            &["mx-not-covered", "mx-pattern-unused"],
        ),
    ]
}

fn of_mx_hosts() -> Vec<Row> {
    let mx = |name, mx| Domain { name, mx, ..GOOD };
    vec![
        (mx("exim", Mx::Exim), &[]),
        (mx("mx-expired", Mx::Postfix(Flaw::Expired)), &["live-mx-certificate"]),
        (mx("mx-name", Mx::Postfix(Flaw::WrongName)), &["live-mx-certificate"]),
        (mx("mx-self", Mx::Postfix(Flaw::SelfSigned)), &["live-mx-certificate"]),
        (mx("mx-stranger", Mx::Postfix(Flaw::UnknownAuthority)), &["live-mx-certificate"]),
        (mx("mx-chain", Mx::Postfix(Flaw::MissingIntermediate)), &["live-mx-certificate"]),
        (mx("mx-plain", Mx::Set("-o smtpd_tls_security_level=none")), &["live-mx-no-starttls"]),
        (
            mx(
                "mx-old",
                Mx::Set(
                    "-o smtpd_tls_protocols=TLSv1 -o smtpd_tls_ciphers=null -o tls_medium_cipherlist=ALL@SECLEVEL=0 -o smtpd_tls_mandatory_ciphers=null -o tls_null_cipherlist=ALL@SECLEVEL=0",
                ),
            ),
            &["live-mx-tls-version"],
        ),
        (mx("mx-late", Mx::Set("-o smtpd_delay_reject=no -o {smtpd_client_restrictions=sleep 2}")), &[]),
        (mx("mx-busy", Mx::Script(servers::busy)), &["live-mx-unreachable"]),
        (mx("mx-closed", Mx::Script(servers::no_service)), &["live-mx-unreachable"]),
        (mx("mx-hangs-up", Mx::Script(servers::hangs_up)), &["live-mx-unreachable"]),
        (mx("mx-refused", Mx::Nobody), &["live-mx-unreachable"]),
        (mx("mx-454", Mx::Script(servers::refuses_starttls)), &["live-mx-no-starttls"]),
        (mx("mx-injects", Mx::Script(servers::goes_on_in_plain_text)), &["live-mx-tls-version"]),
        (mx("mx-garbage", Mx::Script(servers::speaks_no_tls)), &["live-mx-tls-version"]),
        (mx("mx-mute", Mx::Script(servers::mute)), &["?"]),
    ]
}

fn of_dns() -> Vec<Row> {
    let dns = |name, records| Domain { name, records, ..GOOD };
    vec![
        (Domain { name: "stale", secondary: Some("\"v=STSv1; id=0\""), ..GOOD }, &["live-nameservers-disagree"]),
        (
            dns("two-records", &[("_mta-sts", "TXT", "\"v=STSv1; id=1\""), ("_mta-sts", "TXT", "\"v=STSv1; id=2\"")]),
            &["record-duplicate"],
        ),
        (dns("sts-alias", &[("_mta-sts", "TXT", ""), ("_mta-sts", "CNAME", "_mta-sts.good.lab.test.")]), &[]),
        (
            Domain {
                secondary: Some("_mta-sts.exim.lab.test."),
                ..dns("sts-aliases", &[("_mta-sts", "TXT", ""), ("_mta-sts", "CNAME", "_mta-sts.good.lab.test.")])
            },
            &["live-nameservers-disagree"],
        ),
        (
            dns("sts-alias-of-stale", &[("_mta-sts", "TXT", ""), ("_mta-sts", "CNAME", "_mta-sts.stale.lab.test.")]),
            &["live-nameservers-disagree"],
        ),
        (dns("bad-id", &[("_mta-sts", "TXT", "\"v=STSv1; id=2026-11-24\"")]), &["record-id-invalid"]),
        (dns("no-record", &[("_mta-sts", "TXT", "")]), &["live-record-missing"]),
        (dns("no-tlsrpt", &[("_smtp._tls", "TXT", "")]), &["tlsrpt-missing"]),
        (dns("no-host", &[("mta-sts", "A", "")]), &["live-policy-unreachable"]),
        (
            dns(
                "alias",
                &[
                    ("mta-sts", "A", ""),
                    ("mta-sts", "CNAME", "a.alias"),
                    ("a", "CNAME", "b.alias"),
                    ("b", "A", "127.0.0.1"),
                ],
            ),
            &[],
        ),
        (dns("v6-only", &[("mta-sts", "A", ""), ("mta-sts", "AAAA", "::1")]), &["policy-host-v6-only"]),
        (dns("v6-too", &[("mta-sts", "AAAA", "::1")]), &[]),
        (
            dns("mx-alias", &[("mx", "A", ""), ("mx", "CNAME", "mx.good.lab.test.")]),
            &["live-mx-certificate", "mx-target-cname"],
        ),
        (dns("null-mx", &[("@", "MX", "0 .")]), &["null-mx-policy"]),
        (
            dns(
                "tlsa",
                &[("_25._tcp.mx", "TLSA", "3 1 1 0000000000000000000000000000000000000000000000000000000000000000")],
            ),
            &["live-tlsa-mismatch"],
        ),
        (dns("private", &[("mta-sts", "A", "10.0.0.1")]), &["?"]),
    ]
}

/// Whether everything is here; else it is said, and in CI that is a failure.
fn is_equipped() -> bool {
    let is_here = |program: &str| {
        std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())
            .chain(["/usr/sbin".into()])
            .any(|directory| directory.join(program).is_file())
    };
    let mut missing: Vec<&str> =
        PROGRAMS.iter().filter(|(program, _)| !is_here(program)).map(|(_, package)| *package).collect();
    if exim().is_none() {
        missing.push("exim4-daemon-light, unpacked in /opt/exim4");
    }
    if missing.is_empty() {
        return true;
    }
    let message = format!("the laboratory did not run: Debian's packages are missing: {}", missing.join(", "));
    assert!(std::env::var("MTASTS_INTEROP").as_deref() != Ok("required"), "{message}");
    support::say(&message);
    false
}

/// Runs `mtasts lint` in the laboratory.
fn lint(laboratory: &Laboratory, arguments: &[&str]) -> std::process::Output {
    command(laboratory, "lint", arguments).output().unwrap()
}

fn command(laboratory: &Laboratory, subcommand: &str, arguments: &[&str]) -> std::process::Command {
    let ports = laboratory.ports;
    let mut command = support::mtasts(&laboratory.path(""));
    command
        .args([subcommand, "--resolver", &format!("127.0.0.1:{}", ports.dns)])
        .arg("--ca-file")
        .arg(laboratory.path("ca.pem"))
        .arg("--trust-anchor")
        .arg(laboratory.path("anchor"))
        .args(["--lab", "127.0.0.0/8,::1"])
        .args(["--lab-ports", &format!("{},{},{}", ports.dns, ports.https, ports.smtp)])
        .args(["--timeout", "4", "--retries", "0"])
        .args(arguments);
    command
}

#[test]
fn what_is_deployed_is_judged() {
    if !is_equipped() {
        return;
    }
    let table = table();
    let domains: Vec<Domain> = table.iter().map(|(domain, _)| domain.clone()).collect();
    let laboratory = Laboratory::start(&domains);
    let mut expected: BTreeMap<String, &[&str]> =
        table.iter().map(|(domain, rules)| (format!("{}.{ZONE}", domain.name), *rules)).collect();
    expected.insert("broken.test".to_owned(), &["?"]);
    expected.insert("lame.test".to_owned(), &["live-nameservers-disagree", "live-policy-certificate"]);
    let list: Vec<&str> = expected.keys().map(String::as_str).collect();
    std::fs::write(laboratory.path("list"), list.join("\n")).unwrap();

    let whole = each_fault_gives_exactly_its_finding(&laboratory, &expected);
    a_run_that_is_killed_goes_on(&laboratory, &list, &whole);
    shards_are_parts_of_the_whole(&laboratory, &whole);
    shards::the_jobs_for_kubernetes_do_what_one_run_does(&laboratory, &list, &whole);
    a_repository_is_compared_with_what_is_deployed(&laboratory);
    touched::only_what_the_change_touches_is_asked(&laboratory);
    what_a_probe_saw_is_evidence(&laboratory);
}

/// The findings of a run, a line each and sorted.
fn findings(output: &std::process::Output) -> Vec<String> {
    let mut lines: Vec<String> = String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect();
    lines.sort();
    lines
}

fn each_fault_gives_exactly_its_finding(laboratory: &Laboratory, expected: &BTreeMap<String, &[&str]>) -> Vec<String> {
    let output = lint(laboratory, &["--domains", "list", "--format", "jsonl"]);
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in findings(&output) {
        let finding: serde_json::Value = serde_json::from_str(&line).unwrap();
        let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
        found.entry(text("domain")).or_default().insert(text("rule"));
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    for domain in expected.keys() {
        if errors.lines().any(|line| line.contains(domain) && line.contains("not checked")) {
            found.entry(domain.clone()).or_default().insert("?".to_owned());
        }
    }
    let mut wrong = String::new();
    for (domain, rules) in expected {
        let rules: BTreeSet<String> = rules.iter().map(ToString::to_string).collect();
        let found = found.remove(domain).unwrap_or_default();
        if found != rules {
            writeln!(wrong, "{domain}: expected {rules:?}, found {found:?}").unwrap();
        }
    }
    assert!(wrong.is_empty() && found.is_empty(), "\n{wrong}{found:?}\n{errors}");
    // Some of them say that something was not answered.
    assert_eq!(output.status.code(), Some(2), "{errors}");
    findings(&output)
}

fn a_run_that_is_killed_goes_on(laboratory: &Laboratory, list: &[&str], whole: &[String]) {
    let arguments = ["--domains", "list", "--format", "jsonl", "--resume", "journal", "--jobs", "2"];
    let journal = laboratory.path("journal");
    let lines = || std::fs::read_to_string(&journal).unwrap_or_default().lines().count();
    let mut killed = command(laboratory, "lint", &arguments).stdout(std::process::Stdio::null()).spawn().unwrap();
    while lines() < 10 {
        assert!(killed.try_wait().unwrap().is_none(), "it ended before it could be killed");
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    killed.kill().unwrap();
    killed.wait().unwrap();
    let before = lines();
    assert!(before < list.len(), "it was killed too late");
    // As if it had been killed while it wrote.
    let mut torn = std::fs::OpenOptions::new().append(true).open(&journal).unwrap();
    torn.write_all(b"{\"domain\":\"torn").unwrap();

    let output = lint(laboratory, &arguments);
    assert_eq!(findings(&output), whole);
    let observed: Vec<String> = std::fs::read_to_string(&journal)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["domain"].as_str().unwrap().to_owned())
        .collect();
    let once: BTreeSet<&str> = observed.iter().map(String::as_str).collect();
    assert_eq!((observed.len(), once), (list.len(), list.iter().copied().collect()));
}

fn shards_are_parts_of_the_whole(laboratory: &Laboratory, whole: &[String]) {
    let shard =
        |shard: &str| findings(&lint(laboratory, &["--domains", "list", "--format", "jsonl", "--shard", shard]));
    let mut parts: Vec<String> = ["1/2", "2/2"].into_iter().flat_map(shard).collect();
    parts.sort();
    assert_eq!(parts, whole);
}

fn a_repository_is_compared_with_what_is_deployed(laboratory: &Laboratory) {
    const POLICY: &str = "version: STSv1\nmode: enforce\nmx: mx.NAME.lab.test\nmax_age: 604800\n";
    let zone = |name: &str, change: (&str, &str)| {
        format!(
            "$ORIGIN {name}.{ZONE}.\n$TTL 60\n@ SOA ns1.lab.test. host.lab.test. 1 3600 900 86400 60\n@ NS ns1.lab.test.\n\
             @ MX 10 mx\nmx A 127.0.1.1\nmta-sts A 127.0.0.1\n_mta-sts TXT \"v=STSv1; id=1\"\n\
             _smtp._tls TXT \"v=TLSRPTv1; rua=mailto:tls@example.net\"\n"
        )
        .replace(change.0, change.1)
    };
    let rules = |name: &str, change: (&str, &str), policy: (&str, &str)| {
        let zone = zone(name, change);
        let policy = POLICY.replace("NAME", name).replace(policy.0, policy.1);
        let path = format!("mta-sts.{name}.{ZONE}/.well-known/mta-sts.txt");
        let zone_path = format!("{name}.{ZONE}.zone");
        let repository = support::repository(&[(&*zone_path, &*zone), (&*path, &*policy)]);
        let output = lint(
            laboratory,
            &["--live", "--no-base", "--format", "jsonl", "--root", repository.path().to_str().unwrap()],
        );
        let rule = |line: &String| {
            let finding: serde_json::Value = serde_json::from_str(line).unwrap();
            assert!(!finding["path"].as_str().unwrap().contains(':'), "{finding}");
            finding["rule"].as_str().unwrap().to_owned()
        };
        findings(&output).iter().map(rule).collect::<BTreeSet<String>>().into_iter().collect::<Vec<String>>()
    };
    let same = ("", "");
    assert_eq!(rules("good", same, same), [""; 0]);
    assert_eq!(rules("good", same, ("604800", "1209600")), ["id-not-bumped"]);
    let pending = ["live-policy-differs", "live-record-differs"];
    assert_eq!(rules("good", ("id=1", "id=2"), ("604800", "1209600")), pending);
    assert_eq!(rules("no-record", same, same), ["enforce-without-testing", "live-record-missing"]);
    let second = ("TXT \"v=STSv1; id=1\"", "TXT \"v=STSv1; id=2\"\n@ MX 20 mx.exim.lab.test.");
    let both = ("max_age", "mx: mx.exim.lab.test\nmax_age");
    let cutover = ["live-mx-differs", "live-policy-differs", "live-record-differs", "mx-cutover"];
    assert_eq!(rules("good", second, both), cutover);
    assert_eq!(rules("mx-expired", same, same), ["live-mx-certificate"]);
}

fn what_a_probe_saw_is_evidence(laboratory: &Laboratory) {
    let repository = support::repository(&[("mtasts.toml", "")]);
    let root = repository.path().to_str().unwrap();
    let probe = |domain: &str| {
        let output = command(laboratory, "probe", &[domain, "--record", "--root", root]).output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
    };
    let (status, said) = probe("good.lab.test");
    assert_eq!(status, 0, "{said}");
    assert!(said.starts_with("mx.good.lab.test [127.0.1.1] TLS 1.3, ") && said.ends_with(" days left: ok\n"), "{said}");
    let (status, said) = probe("mx-expired.lab.test");
    assert_eq!(status, 1, "{said}");
    assert!(said.contains("it expired on 2021-01-01"), "{said}");
    assert_eq!(probe("mx-mute.lab.test").0, 2);

    let lock = std::fs::read_to_string(repository.path().join("mtasts.lock")).unwrap();
    let lock = mtasts::observed::Lock::read(&lock).unwrap();
    let verdicts: Vec<(&str, &str)> = lock.all().map(|seen| (&*seen.host, &*seen.verdict)).collect();
    let expected = [("mx.good.lab.test", "ok"), ("mx.mx-expired.lab.test", "it expired on 2021-01-01")];
    assert_eq!(verdicts, expected);
}
