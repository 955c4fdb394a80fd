//! `JUnit` XML, as Jenkins and GitLab read it: a suite a file, a case a finding, which fails unless it is only worth
//! knowing.

use std::fmt::Write;
use std::io;

use rustc_hash::FxHashMap;

use super::Report;
use super::places::{Places, words};
use crate::finding::{Finding, Severity};
use crate::inputs::Failure;

pub(super) fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let places = Places::new(report);
    let (tests, failures) = (report.findings.len().max(1), failures(report.findings.iter()));
    let errors = report.failures.len();
    let tests = if report.findings.is_empty() && errors > 0 { errors } else { tests + errors };
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<testsuites name=\"mtasts\" tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\">")?;
    if report.findings.is_empty() && report.failures.is_empty() {
        out.write_all(nothing_found().as_bytes())?;
    }
    for failure in report.failures {
        out.write_all(not_checked(failure, &places).as_bytes())?;
    }
    let mut by_file: Vec<&Finding> = report.findings.iter().collect();
    by_file.sort_by_key(|finding| finding.place.file);
    for findings in by_file.chunk_by(|one, next| one.place.file == next.place.file) {
        out.write_all(suite(findings, report, &places).as_bytes())?;
    }
    writeln!(out, "</testsuites>")
}

fn failures<'a>(findings: impl Iterator<Item = &'a Finding>) -> usize {
    findings.filter(|finding| fails(finding)).count()
}

/// A build is not to turn red for what is only worth knowing.
fn fails(finding: &Finding) -> bool {
    finding.severity > Severity::Info
}

fn nothing_found() -> String {
    let head = "  <testsuite name=\"mtasts\" tests=\"1\" failures=\"0\" errors=\"0\">";
    format!("{head}\n    <testcase classname=\"mtasts\" name=\"nothing wrong found\"/>\n  </testsuite>\n")
}

fn not_checked(failure: &Failure, places: &Places) -> String {
    let (path, error) = (xml(&words(&places.join(&failure.path))), xml(&words(&failure.error)));
    format!(
        "  <testsuite name=\"{path}\" tests=\"1\" failures=\"0\" errors=\"1\">\n    \
         <testcase classname=\"{path}\" name=\"not checked\">\n      \
         <error type=\"not-checked\" message=\"{error}\"/>\n    </testcase>\n  </testsuite>\n"
    )
}

fn suite(findings: &[&Finding], report: &Report, places: &Places) -> String {
    let path = xml(&places.shown_path(findings[0].place.file));
    let (tests, failures) = (findings.len(), failures(findings.iter().copied()));
    let skipped = tests - failures;
    let mut suite = format!(
        "  <testsuite name=\"{path}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"{skipped}\">\n"
    );
    let mut names: FxHashMap<String, usize> = FxHashMap::default();
    for finding in findings {
        let mut name = name(finding);
        let count = names.entry(name.clone()).or_default();
        *count += 1;
        if *count > 1 {
            // Writing to a String cannot fail.
            let _ = write!(name, " ({count})");
        }
        suite.push_str(&case(finding, &path, &name, report, places));
    }
    suite.push_str("  </testsuite>\n");
    suite
}

/// Without a line number: a case is known from one run to the next by its name.
fn name(finding: &Finding) -> String {
    let domain = finding.domain.as_ref().map_or_else(String::new, |domain| format!(" ({domain})"));
    words(&format!("{}{domain}: {}", finding.rule, finding.message))
}

fn case(finding: &Finding, path: &str, name: &str, report: &Report, places: &Places) -> String {
    let (name, message, severity) = (xml(name), xml(&words(&finding.message)), finding.severity.as_str());
    let details = xml(&details(finding, report, places));
    let head = format!("    <testcase classname=\"{path}\" name=\"{name}\">\n");
    let body = if fails(finding) {
        format!("      <failure type=\"{severity}\" message=\"{message}\">{details}</failure>\n")
    } else {
        format!("      <skipped>{message}\n{details}</skipped>\n")
    };
    format!("{head}{body}    </testcase>\n")
}

/// Where, what else it rests on, what to do, where to read on: a line each.
fn details(finding: &Finding, report: &Report, places: &Places) -> String {
    let mut lines = vec![places.at_column(finding.place)];
    lines.extend(places.related(finding).map(|(at, words)| format!("{at}: {words}")));
    lines.extend(finding.help.as_deref().map(|help| format!("help: {}", words(help))));
    lines.extend((report.rule_url)(finding.rule));
    lines.join("\n")
}

/// What no XML document may hold has been written out by then, but for two code points.
fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::samples::{Sample, hostile, mixed, print};
    use super::super::{Format, Style};

    fn junit(sample: &Sample) -> String {
        print(Format::Junit, sample, &Style::default())
    }

    #[test]
    fn a_case_a_finding() {
        insta::assert_snapshot!(junit(&mixed()));
    }

    #[test]
    fn no_findings_is_a_case_that_passes() {
        insta::assert_snapshot!(junit(&Sample::default()));
    }

    #[test]
    fn nothing_hostile_is_markup() {
        let mut sample = hostile();
        sample.findings[0].message.push_str("]]><failure/>&amp;\0\u{fffe}\u{ffff}");
        let text = junit(&sample);
        insta::assert_snapshot!(text);
        assert!(text.chars().all(|character| character == '\n' || !character.is_control()), "{text}");
        assert!(!text.contains("]]>") && !text.contains('\u{fffe}') && !text.contains("##["), "{text}");
        assert!(text.lines().all(|line| !line.trim_start().starts_with("::")), "{text}");
    }

    #[test]
    fn names_are_unique() {
        let mut sample = mixed();
        sample.findings.push(mixed().findings.remove(0));
        assert!(junit(&sample).contains("no letter or digit (2)\""));
    }
}
