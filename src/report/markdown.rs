//! A table for a comment on a pull request, or the summary of a job.

use std::fmt::Write;
use std::io;

use super::Report;
use super::human::sentence;
use super::markup::{code, prose};
use super::places::{Places, words, worst_first};
use crate::finding::Finding;

/// GitHub refuses a comment of more than 65,536 characters; GitLab and the summary of a job hold more.
const MAX_BYTES: usize = 60_000;
/// Files that were not checked are told first, and must leave room for the findings.
const MAX_FILES: usize = 20;

/// Begins with a comment that tells a later run which comment to replace.
pub(super) fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let places = Places::new(report);
    let mut text =
        format!("<!-- mtasts -->\n### mtasts\n\n{}\n", prose(&sentence(&report.summary, report.findings.len())));
    text.push_str(&not_checked(report, &places));
    text.push_str(&table(report, &places, MAX_BYTES.saturating_sub(text.len())));
    out.write_all(text.as_bytes())
}

fn table(report: &Report, places: &Places, room: usize) -> String {
    if report.findings.is_empty() {
        return String::new();
    }
    let mut table = "\n| | Rule | Place | Finding |\n|---|---|---|---|\n".to_owned();
    let mut left = report.findings.len();
    for index in worst_first(report.findings) {
        let row = row(&report.findings[index], report, places);
        if table.len() + row.len() > room {
            break;
        }
        table.push_str(&row);
        left -= 1;
    }
    if left > 0 {
        // Writing to a String cannot fail.
        let _ = writeln!(table, "\nThere is no room here for {left} more.");
    }
    table
}

fn row(finding: &Finding, report: &Report, places: &Places) -> String {
    let rule = match (report.rule_url)(finding.rule) {
        Some(url) => format!("[{}]({url})", code(finding.rule)),
        None => code(finding.rule),
    };
    let help = finding.help.as_ref().map_or_else(String::new, |help| format!("<br>→ {}", prose(&words(help))));
    let (severity, message) = (finding.severity.as_str(), prose(&words(&finding.message)));
    format!("| {severity} | {rule} | {} | {message}{help} |\n", code(&places.at(finding.place)))
}

fn not_checked(report: &Report, places: &Places) -> String {
    let failures = report.failures.iter().map(|failure| (&failure.path, words(&failure.error)));
    let passed = report.passed.iter().map(|passed| (&passed.path, words(passed.why)));
    let files: Vec<_> = failures.chain(passed).collect();
    if files.is_empty() {
        return String::new();
    }
    let mut text = "\nNot checked:\n\n".to_owned();
    for (path, why) in files.iter().take(MAX_FILES) {
        let _ = writeln!(text, "* {}: {}", code(&words(&places.join(path))), prose(why));
    }
    if files.len() > MAX_FILES {
        let _ = writeln!(text, "* and {} more", files.len() - MAX_FILES);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::samples::{Sample, finding, hostile, mixed, print};
    use super::super::{Format, Style};
    use crate::finding::Severity;
    use crate::inputs::Passed;

    fn markdown(sample: &Sample) -> String {
        print(Format::Markdown, sample, &Style::default())
    }

    #[test]
    fn a_row_a_finding() {
        let mut sample = mixed();
        sample.passed.push(Passed { path: "dns/t.zone.j2".to_owned(), why: "a template" });
        insta::assert_snapshot!(markdown(&sample));
    }

    #[test]
    fn no_findings_is_a_sentence() {
        insta::assert_snapshot!(markdown(&Sample::default()));
    }

    #[test]
    fn nothing_hostile_is_markup() {
        let mut sample = hostile();
        let file = sample.sources.push("a|b`<img src=x>`@all](https://evil).txt", &b"x\n"[..]);
        let place = crate::text::Place::new(file, crate::text::Span::new(0, 1));
        let words =
            "`a`` | @all <script>[x](https://evil) `\n| forged | row |\n\n# Title ![i](//e) www.evil.example #1";
        sample.findings.push(finding("no-page", Severity::Error, place, words));
        let text = markdown(&sample);
        insta::assert_snapshot!(text);
        let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("| ")).collect();
        assert_eq!(rows.len(), 1 + sample.findings.len(), "{text}");
        for row in rows {
            assert_eq!(row.replace("\\|", "").matches('|').count(), 5, "{row}");
        }
    }

    #[test]
    fn a_comment_is_no_longer_than_github_takes() {
        let mut sample = mixed();
        let worst = sample.findings[0].clone();
        sample.findings.extend(std::iter::repeat_n(worst, 5000));
        let text = markdown(&sample);
        assert!(text.len() < 65_000 && text.len() > 50_000);
        assert!(text.contains("There is no room here for ") && !text.contains("worth knowing"), "{text}");
    }
}
