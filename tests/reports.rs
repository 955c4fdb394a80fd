//! `mtasts reports` over a fixture and over what is wrong, and reports in a lint of a repository.

use std::io::Write;
use std::path::Path;
use std::process::{Output, Stdio};

use crate::support::{self, mtasts};

/// A report of one day, with `failed` sessions that found an expired certificate.
fn report(day: jiff::civil::Date, failed: u32) -> String {
    format!(
        r#"{{"organization-name":"Sender","date-range":{{"start-datetime":"{day}T00:00:00Z","end-datetime":"{day}T23:59:59Z"}},
        "report-id":"{day}","policies":[{{"policy":{{"policy-type":"sts","policy-domain":"example.com"}},
        "summary":{{"total-successful-session-count":10,"total-failure-session-count":{failed}}},"failure-details":
        [{{"result-type":"certificate-expired","receiving-mx-hostname":"smtp.google.com","failed-session-count":{failed}}}]}}]}}"#
    )
}

fn run(directory: &Path, arguments: &[&str]) -> Output {
    mtasts(directory).args(arguments).output().unwrap()
}

fn shown(output: &Output) -> String {
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    format!("exit status {}\n--- stdout\n{stdout}--- stderr\n{stderr}", output.status.code().unwrap())
}

#[test]
fn the_reports_of_a_fixture() {
    let root = support::fixture("tls-reports");
    for format in ["human", "json"] {
        let output = run(root.path(), &["reports", "tls-reports", "--format", format]);
        insta::assert_snapshot!(format!("tls-reports-{format}"), shown(&output));
    }
    let lint = run(root.path(), &["lint", "--format", "json", "--ignore", "mx-tls-unproven", "--exit-zero"]);
    assert_eq!(lint.status.code(), Some(0), "{}", shown(&lint));
}

#[test]
fn what_is_no_report_is_named_and_the_rest_is_summed() {
    let good = report(jiff::civil::date(2026, 11, 24), 0);
    let root = support::repository(&[
        ("in/a.json", &good),
        ("in/b.json", "{"),
        ("in/c.gz", "no gzip"),
        ("in/notes.txt", "nothing"),
        ("in/\u{1b}[31m.json", "[]"),
    ]);
    insta::assert_snapshot!("tls-reports-faults", shown(&run(root.path(), &["reports", "in"])));
    let status = |arguments: &[&str]| run(root.path(), arguments).status.code();
    assert_eq!(status(&["reports", "in/a.json"]), Some(0));
    assert_eq!(status(&["reports", "in/a.json", "--domain", "EXAMPLE.com"]), Some(0));
    for wrong in
        [&["in/a.json", "--domain", "example.org"][..], &["in/notes.txt"], &["missing"], &["in/c.gz", "in/a.json"]]
    {
        assert_eq!(status(&[&["reports"], wrong].concat()), Some(2), "{wrong:?}");
    }
}

#[test]
fn colour_is_for_who_wants_it_and_standard_input_is_read() {
    let root = support::repository(&[]);
    let shown = |name: &str| {
        let mut child = mtasts(root.path())
            .args(["reports", "-"])
            .env(name, "1")
            .env("CLICOLOR_FORCE", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(report(jiff::civil::date(2026, 11, 24), 5).as_bytes()).unwrap();
        String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
    };
    assert!(shown("OTHER").contains("\u{1b}[31m░"));
    assert!(!shown("NO_COLOR").contains('\u{1b}'));
}

#[test]
fn failures_of_the_last_days_hold_enforce_up() {
    let today = jiff::tz::Offset::UTC.to_datetime(jiff::Timestamp::now()).date();
    let zone = "$ORIGIN example.com.\n$TTL 3600\n@ SOA ns1.example.net. hostmaster.example.net. 1 7200 900 1209600 300\n\
        @ NS ns1.example.net.\n@ MX 10 smtp.google.com.\nmta-sts A 192.0.2.10\n_mta-sts TXT \"v=STSv1; id=1\"\n\
        _smtp._tls TXT \"v=TLSRPTv1; rua=mailto:tls@example.net\"\n";
    let policy = |mode: &str| format!("version: STSv1\nmode: {mode}\nmx: smtp.google.com\nmax_age: 604800\n");
    let lint_with = |thresholds: &str, mode: &str, path: &str, report: &str| {
        let config = format!("[reports]\npath = \"{path}\"\n[thresholds]\n{thresholds}");
        let files = [
            ("example.com.zone", zone),
            ("mta-sts.example.com.txt", &policy(mode)),
            ("mtasts.toml", &config),
            ("reports/1.json", report),
        ];
        let output = run(support::repository(&files).path(), &["lint", "--format", "concise"]);
        (output.status.code().unwrap(), shown(&output))
    };
    let lint = |mode: &str, path: &str, report: &str| lint_with("", mode, path, report);
    let (fresh, old) = (report(today, 3), report(today.saturating_sub(jiff::Span::new().days(15)), 3));
    let (status, text) = lint("enforce", "reports", &fresh);
    assert!(
        status == 1 && text.contains("error[tls-reports-failing] `Sender` reports of `example.com`: 3 sessions"),
        "{text}"
    );
    let (status, text) = lint("testing", "reports/1.json", &fresh);
    assert!(status == 0 && text.contains("warning[tls-reports-failing]"), "{text}");
    // A fortnight, unless `report-age` says something else.
    let days = |days: u32| format!("report-age = {}\n", days * 86_400);
    for (thresholds, report, expected) in [(days(15), &old, 1), (days(14), &old, 0), (days(0), &fresh, 1)] {
        let (status, text) = lint_with(&thresholds, "enforce", "reports", report);
        assert!(status == expected, "{thresholds}{text}");
    }
    for (report, path, expected, words) in [
        (&*old, "reports", 0, ""),
        (&*fresh, "elsewhere", 2, "elsewhere: not checked: no TLS report is here"),
        ("{", "reports", 2, "reports/1.json: not checked: no TLS report as RFC 8460 has them"),
    ] {
        let (status, text) = lint("enforce", path, report);
        assert!(status == expected && text.contains(words) && !text.contains("[tls-reports"), "{text}");
    }
}
