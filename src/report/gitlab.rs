//! A code quality report of GitLab: the part of Code Climate's format that GitLab reads.
//!
//! A merge request shows the description, the severity and the place, and tells new from known by the fingerprint.

use std::io;

use serde_json::{Value, json};

use super::Report;
use super::fingerprint::{fingerprints, of_failure};
use super::json_shape::put_list;
use super::places::{Places, words, worst_first};
use crate::finding::{Finding, Severity};
use crate::inputs::Failure;

pub(super) fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let places = Places::new(report);
    let fingerprints = fingerprints(report, &places);
    let failures = report.failures.iter().map(|failure| not_checked(failure, &places));
    let issue = |index: usize| issue(&report.findings[index], &fingerprints[index], &places);
    put_list(failures.chain(worst_first(report.findings).into_iter().map(issue)), out)?;
    out.write_all(b"\n")
}

fn issue(finding: &Finding, fingerprint: &str, places: &Places) -> Value {
    let place = finding.place;
    json!({
        "description": description(finding),
        "check_name": finding.rule,
        "fingerprint": fingerprint,
        "severity": severity(finding.severity),
        "location": {
            "path": places.shown_path(place.file),
            "lines": {"begin": places.region(place).start.line, "end": places.last_line(place)},
        },
    })
}

/// All that the reader sees: the fact and the act.
fn description(finding: &Finding) -> String {
    match &finding.help {
        Some(help) => format!("{}; {}", words(&finding.message), words(help)),
        None => words(&finding.message),
    }
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "critical",
        Severity::Warning => "minor",
        Severity::Info => "info",
    }
}

/// What was not read may hold anything: nothing is worse.
fn not_checked(failure: &Failure, places: &Places) -> Value {
    let path = places.join(&failure.path);
    json!({
        "description": format!("not checked: {}", words(&failure.error)),
        "check_name": "not-checked",
        "fingerprint": of_failure(&path),
        "severity": "blocker",
        "location": {"path": words(&path), "lines": {"begin": 1}},
    })
}

#[cfg(test)]
mod tests {
    use super::super::samples::{Sample, hostile, mixed, print};
    use super::super::{Format, Style};

    #[test]
    fn an_issue_a_finding_and_errors_first() {
        insta::assert_snapshot!(print(Format::Gitlab, &mixed(), &Style::default()));
    }

    #[test]
    fn nothing_hostile_is_shown_as_it_is() {
        insta::assert_snapshot!(print(Format::Gitlab, &hostile(), &Style::default()));
    }

    #[test]
    fn no_findings_is_an_empty_list() {
        assert_eq!(print(Format::Gitlab, &Sample::default(), &Style::default()), "[]\n");
    }
}
