//! Workflow commands of GitHub Actions, each an annotation on a line of the pull request.
//!
//! A step shows ten of each severity, so the worst come first. A runner takes a line that begins with `::` for a
//! command, and a `##[` anywhere: every text is escaped as for a terminal, then as the command's syntax wants it.

use std::fmt::Write;
use std::io;

use super::Report;
use super::places::{Places, words, worst_first};
use crate::finding::{Finding, Severity};

pub(super) fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let places = Places::new(report);
    for failure in report.failures {
        let path = property(&words(&places.join(&failure.path)));
        writeln!(out, "::error file={path},title=not checked::{}", data(&words(&failure.error)))?;
    }
    for index in worst_first(report.findings) {
        let finding = &report.findings[index];
        let (kind, at, title) = (command(finding.severity), at(finding, &places), property(finding.rule));
        writeln!(out, "::{kind} {at},title={title}::{}", data(&message(finding, report)))?;
    }
    Ok(())
}

fn command(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "notice",
    }
}

/// Columns are for places in one line; GitHub refuses them for others.
fn at(finding: &Finding, places: &Places) -> String {
    let (place, region) = (finding.place, places.region(finding.place));
    let path = property(&places.shown_path(place.file));
    let mut at = format!("file={path},line={},endLine={}", region.start.line, places.last_line(place));
    if region.is_one_line() {
        // Writing to a String cannot fail.
        let _ = write!(at, ",col={},endColumn={}", region.start.column, region.end.column);
    }
    at
}

/// The fact, the act, and where to read on, a line each.
fn message(finding: &Finding, report: &Report) -> String {
    let help = finding.help.as_deref().map(words);
    let lines = [Some(words(&finding.message)), help, (report.rule_url)(finding.rule)];
    lines.into_iter().flatten().collect::<Vec<_>>().join("\n")
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::super::samples::{Sample, finding, hostile, mixed, print};
    use super::super::{Format, Style};
    use super::*;

    fn github(sample: &Sample) -> String {
        print(Format::Github, sample, &Style::default())
    }

    #[test]
    fn a_command_a_finding_and_errors_first() {
        let mut sample = mixed();
        sample.findings.reverse();
        insta::assert_snapshot!(github(&sample));
    }

    #[test]
    fn nothing_hostile_is_a_command() {
        let text = github(&hostile());
        insta::assert_snapshot!(text);
        assert!(text.bytes().all(|byte| (b' '..=b'~').contains(&byte) || byte == b'\n'), "{text}");
        for line in text.lines() {
            assert!(["::error file=", "::notice file="].iter().any(|head| line.starts_with(head)), "{line}");
            assert!(!line.contains("##["), "{line}");
            // The command ends at the second `::`: none is in what precedes the one that was written.
            let (properties, _) = line[2..].split_once("::").unwrap();
            assert!(properties.ends_with("title=policy-syntax") || properties.ends_with("title=not checked"), "{line}");
        }
    }

    #[test]
    fn percent_signs_are_not_taken_for_escapes() {
        let mut sample = Sample::default();
        let file = sample.sources.push("100%,a:b%0A.txt", &b"x\n"[..]);
        let place = crate::text::Place::new(file, crate::text::Span::new(0, 1));
        sample.findings = vec![finding("no-page", Severity::Warning, place, "50%25 of, a: b")];
        assert_eq!(
            github(&sample),
            "::warning file=100%25%2Ca%3Ab%250A.txt,line=1,endLine=1,col=1,endColumn=2,title=no-page::50%2525 of, a: b\n"
        );
    }
}
