//! For people: every finding with the lines it rests on, drawn by miette, and a summary in words.

use std::fmt;
use std::io;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode, ThemeCharacters, ThemeStyles,
};

use super::excerpt::{Excerpts, Label};
use super::lines::Locator;
use super::shown::escaped_head;
use super::{Report, Style};
use crate::finding::{Finding, Severity};
use crate::lint::{Coverage, Summary};
use crate::text::{Escaped, clipped};

/// A reader looks at a few places; what rests on thousands is read by a program, from JSON.
const MAX_RELATED: usize = 8;
const MAX_WORDS: usize = 2000;

pub(super) fn write(report: &Report, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    let (handler, locator) = (handler(style), Locator::new(report.sources));
    for finding in report.findings {
        let mut text = String::new();
        let diagnostic = Drawn::new(finding, (report.rule_url)(finding.rule), &locator, style.width);
        handler.render_report(&mut text, &diagnostic).map_err(io::Error::other)?;
        writeln!(out, "{text}")?;
    }
    writeln!(out, "{}", sentence(&report.summary, report.findings.len()))
}

/// miette's own choices look at the environment, so every one is made here. It does not wrap: its word wrap breaks a
/// line anywhere, `::` included, which could begin a CI command that [`crate::text::escape`] saw in mid-word.
fn handler(style: &Style) -> GraphicalReportHandler {
    let characters = if style.unicode { ThemeCharacters::unicode() } else { ThemeCharacters::ascii() };
    let styles = if style.color { ThemeStyles::ansi() } else { ThemeStyles::none() };
    GraphicalReportHandler::new_themed(GraphicalTheme { characters, styles })
        .with_links(style.links)
        .with_width(style.width)
        .with_wrap_lines(false)
        .without_syntax_highlighting()
}

/// A finding as miette takes it: every string escaped and wrapped already.
#[derive(Debug)]
struct Drawn {
    code: String,
    severity: Severity,
    message: String,
    help: Option<String>,
    url: Option<String>,
    excerpts: Excerpts,
}

impl Drawn {
    fn new(finding: &Finding, url: Option<String>, locator: &Locator, width: usize) -> Self {
        let primary = Label { place: finding.place, words: &finding.label };
        let related = finding.related.iter().map(|related| Label { place: related.place, words: &related.message });
        let labels: Vec<_> = std::iter::once(primary).chain(related.take(MAX_RELATED)).collect();
        let room = width.clamp(40, 400);
        Self {
            code: format!("{}[{}]", finding.severity.as_str(), finding.rule),
            severity: finding.severity,
            message: wrap(&escaped_head(&finding.message, MAX_WORDS), room - 6),
            help: help(finding, room - 10),
            url,
            excerpts: Excerpts::new(&labels, locator, room - 12),
        }
    }
}

fn help(finding: &Finding, width: usize) -> Option<String> {
    let mut help = finding.help.as_ref().map_or_else(String::new, |help| wrap(&escaped_head(help, MAX_WORDS), width));
    let hidden = finding.related.len().saturating_sub(MAX_RELATED);
    if hidden > 0 {
        let places = count(hidden, "more place", "more places");
        help.push_str(if help.is_empty() { "" } else { "\n" });
        help.push_str(&places);
        help.push_str(" not shown here; `--format json` lists them all");
    }
    (!help.is_empty()).then_some(help)
}

/// Breaks lines at spaces only. Where a space was, `escape` has seen the start of a word, so no break makes a line that
/// begins with `::`; and names stay whole, to be copied.
fn wrap(text: &str, width: usize) -> String {
    let (mut out, mut column) = (String::with_capacity(text.len()), 0);
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let len = word.chars().count();
        if column > 0 && column + 1 + len > width {
            out.push('\n');
            column = 0;
        } else if column > 0 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += len;
    }
    out
}

impl fmt::Display for Drawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Drawn {}

impl Diagnostic for Drawn {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.code))
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Info => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as _)
    }

    fn url<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.url.as_ref().map(|url| Box::new(url) as _)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.excerpts)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.excerpts.labels.iter().cloned()))
    }
}

/// What was read and what came of it, in words.
pub fn sentence(summary: &Summary, findings: usize) -> String {
    let checked = match summary.domains {
        // Never "fine": a linter that found nothing to look at has not checked anything.
        0 => "no mail domain was found to check".to_owned(),
        some => format!("{} checked{}", count(some, "domain", "domains"), unknown(summary.unknown)),
    };
    let said = |words: &str, name: &String| format!(", {words} {}", Escaped(&clipped(name.as_bytes(), 160)));
    let base = match (&summary.base, &summary.not_compared) {
        (Some(base), _) => said("compared with", base),
        (None, Some(why)) => said("compared with nothing:", why),
        (None, None) => String::new(),
    };
    let deployed = summary.deployed.filter(|_| summary.domains > 0).map(as_deployed).unwrap_or_default();
    let base = format!("{base}{deployed}");
    let suppressed = match summary.suppressed {
        0 => String::new(),
        some => format!(", {some} suppressed"),
    };
    let read =
        format!("{} and {} read", count(summary.files, "file", "files"), count(summary.records, "record", "records"));
    match (findings, summary.domains) {
        (0, 0) => format!("{checked}{base}{suppressed} ({read})"),
        (0, _) => format!("{checked}{base}: nothing wrong found{suppressed} ({read})"),
        _ => format!("{}{suppressed}; {checked}{base} ({read}){}", counts(summary, findings), fixable(summary.fixable)),
    }
}

/// What was not looked at where it is deployed was not checked there, and nobody is to think so.
fn as_deployed(Coverage { observed, of }: Coverage) -> String {
    match (observed, of.saturating_sub(observed)) {
        (0, 0) => ", none as deployed, for none has MTA-STS".to_owned(),
        (0, _) => format!(", none as deployed: the change touches none of {of} with MTA-STS"),
        (_, 0) => format!(", {observed} of them as deployed"),
        _ => format!(", {observed} of {of} with MTA-STS as deployed, for the change touches no other"),
    }
}

/// What of it the linter mends by itself.
fn fixable((safe, unsafely): (usize, usize)) -> String {
    match (safe, unsafely) {
        (0, 0) => String::new(),
        (safe, 0) => format!("; --fix mends {safe} of them"),
        (0, unsafely) => format!("; --fix --unsafe-fixes mends {unsafely} of them"),
        (safe, unsafely) => format!("; --fix mends {safe} of them, and with --unsafe-fixes {unsafely} more"),
    }
}

/// What is not known was not checked, and nobody is to think so.
fn unknown(domains: usize) -> String {
    match domains {
        0 => String::new(),
        some => format!(", {some} of them not in full (see `mtasts show`)"),
    }
}

fn counts(summary: &Summary, findings: usize) -> String {
    let parts = [
        (summary.errors, "error", "errors"),
        (summary.warnings, "warning", "warnings"),
        (summary.infos, "info", "infos"),
    ];
    let words: Vec<_> = parts.iter().filter(|(n, ..)| *n > 0).map(|&(n, one, many)| count(n, one, many)).collect();
    if words.is_empty() { count(findings, "finding", "findings") } else { words.join(", ") }
}

/// A number of things: `1 finding`, `2 findings`.
pub fn count(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

#[cfg(test)]
mod tests;
