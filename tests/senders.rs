//! Agreement with real senders: see `tests/senders/README.md`.

use mtasts::finding::Severity;
use serde::Deserialize;

use crate::support;

#[derive(Deserialize)]
struct Table {
    case: Vec<Case>,
}

/// A text, or the texts of all TXT records at a name, and who accepts it.
#[derive(Deserialize)]
struct Case {
    name: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    texts: Vec<String>,
    rfc: Verdict,
    mox: Verdict,
    go_mtasts: Option<Verdict>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Accept,
    Refuse,
}

const POLICY: &str = "version: STSv1\nmode: enforce\nmx: smtp.google.com\nmax_age: 604800\n";
const ZONE: &str = "$ORIGIN example.com.\n$TTL 3600\n@ SOA ns1.example.net. hostmaster.example.net. 1 2 3 4 5\n\
    @ MX 10 smtp.google.com.\nmta-sts A 192.0.2.10\n";

fn table(name: &str) -> Vec<Case> {
    let text = std::fs::read_to_string(support::root().join("tests/senders").join(name)).unwrap();
    toml::from_str::<Table>(&text).unwrap().case
}

/// The rules that report an error in a repository of these files.
fn errors(files: &[(&str, &[u8])]) -> Vec<&'static str> {
    let outcome = support::lint(files);
    let errors = outcome.findings.iter().filter(|finding| finding.severity == Severity::Error);
    errors.map(|finding| finding.rule).collect()
}

/// Holds `judge`, which gives the errors that the linter reports of a case, against the verdicts.
///
/// `more` are cases that the grammar accepts and the linter does not, and `fewer` the reverse: each is a decision.
fn hold(cases: &[Case], more: &[&str], fewer: &[&str], judge: impl Fn(&Case) -> Vec<&'static str>) {
    let mut wrong = Vec::new();
    for case in cases {
        let found = judge(case);
        let name = case.name.as_str();
        let strict = [Some(case.rfc), Some(case.mox), case.go_mtasts];
        let all_refuse = strict.iter().flatten().all(|verdict| *verdict == Verdict::Refuse);
        let expected = match case.rfc {
            Verdict::Accept => more.contains(&name),
            Verdict::Refuse => !fewer.contains(&name),
        };
        if all_refuse && found.is_empty() {
            wrong.push(format!("{name}: every strict sender refuses it, and the linter reports no error"));
        } else if expected == found.is_empty() {
            wrong.push(format!("{name}: the grammar says {:?}, and the linter reports {found:?}", case.rfc));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn policies() {
    let cases = table("policies.toml");
    assert!(cases.len() >= 150);
    // A repeated field: senders differ on which counts.
    let more = ["version-twice", "mode-twice-same", "mode-twice-other", "max-age-twice"];
    hold(&cases, &more, &[], |case| errors(&[("mta-sts.example.com/mta-sts.txt", case.text.as_bytes())]));
}

#[test]
fn records() {
    let cases = table("records.toml");
    assert!(cases.len() >= 70);
    // All four senders accept the blank.
    let fewer = ["space-before-first"];
    // Two that senders discard, and that were meant to count: one of them is reported.
    let more = ["with-near-miss", "with-truncated"];
    hold(&cases, &more, &fewer, |case| {
        let zone = format!("{ZONE}_smtp._tls TXT \"v=TLSRPTv1; rua=mailto:a@example.net\"\n{}", txt("_mta-sts", case));
        errors(&[("example.com.zone", zone.as_bytes()), ("mta-sts.example.com/mta-sts.txt", POLICY.as_bytes())])
    });
}

#[test]
fn tlsrpt_records() {
    let cases = table("tlsrpt.toml");
    assert!(cases.len() >= 25);
    hold(&cases, &[], &[], |case| {
        let zone = format!("{ZONE}_mta-sts TXT \"v=STSv1; id=1\"\n{}", txt("_smtp._tls", case));
        errors(&[("example.com.zone", zone.as_bytes()), ("mta-sts.example.com/mta-sts.txt", POLICY.as_bytes())])
    });
}

/// The case's TXT records, each written so that a name server publishes exactly its bytes.
fn txt(owner: &str, case: &Case) -> String {
    let quoted = |text: &String| {
        let escape = |byte: u8| match byte {
            b'"' | b'\\' => format!("\\{}", char::from(byte)),
            b' '..=b'~' => char::from(byte).to_string(),
            _ => format!("\\{byte:03}"),
        };
        format!("{owner} TXT \"{}\"\n", text.bytes().map(escape).collect::<String>())
    };
    case.texts.iter().map(quoted).collect()
}
