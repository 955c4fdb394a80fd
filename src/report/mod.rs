//! What was found, printed: one file per format, each a pure function of the [`Report`].
//!
//! The repository under review is hostile until proved otherwise, so no printer writes a byte of it raw; see
//! [`crate::text::escape`] for what a terminal or a CI runner would obey.

mod concise;
mod excerpt;
mod fingerprint;
mod github;
mod gitlab;
mod human;
mod json;
mod json_shape;
mod jsonl;
mod junit;
mod lines;
mod markdown;
mod markup;
mod places;
mod rdjson;
mod sarif;
pub mod show;
mod shown;
pub mod tls_reports;
mod understood;
mod window;

#[cfg(test)]
mod samples;

use std::io;

pub use human::{count, sentence};
pub use understood::Understood;

use crate::finding::Finding;
use crate::inputs::{Failure, Passed};
use crate::lint::{Outcome, Summary};
use crate::rules;
use crate::text::Sources;

/// All that there is to say about a run.
pub struct Report<'a> {
    /// What was found, in the order in which it is to be printed.
    pub findings: &'a [Finding],
    /// The files that the findings point into.
    pub sources: &'a Sources,
    /// The counts.
    pub summary: Summary,
    /// Files that should have been read and could not be.
    pub failures: &'a [Failure],
    /// Files that were seen and passed over.
    pub passed: &'a [Passed],
    /// The address of a rule's page, where it has one.
    pub rule_url: &'a dyn Fn(&str) -> Option<String>,
    /// The way from the root of the checkout to the root of the run, such as `infra/dns/`; empty where they are one.
    /// The formats for CI systems put it before every path, because those know only the checkout.
    pub prefix: &'a str,
}

/// The formats of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people: source excerpts, every place labelled, what to do
    #[default]
    Human,
    /// One line a finding: `path:line:col: severity[rule] message`
    Concise,
    /// One JSON document
    Json,
    /// One JSON object a line, each a finding
    Jsonl,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of GitHub Actions
    Github,
    /// A code quality report of GitLab
    Gitlab,
    /// XML of test cases, as Jenkins and GitLab read it: one a finding
    Junit,
    /// reviewdog's diagnostic format
    Rdjson,
    /// A table for a comment on a pull request or the summary of a job
    Markdown,
}

/// How the terminal, if it is one, likes its text. The caller asks the environment; no printer does.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// Colour by SGR codes.
    pub color: bool,
    /// Box drawing characters rather than ASCII.
    pub unicode: bool,
    /// Hyperlinks by OSC 8 rather than an address in brackets.
    pub links: bool,
    /// Columns.
    pub width: usize,
}

impl Default for Style {
    fn default() -> Self {
        Self { color: false, unicode: true, links: false, width: 100 }
    }
}

impl<'a> Report<'a> {
    /// All that there is to say about the run that ended so.
    pub fn of(outcome: &'a Outcome) -> Self {
        let rule_url = &|rule: &str| rules::find(rule).and_then(|rule| rule.page().url());
        Self {
            findings: &outcome.findings,
            sources: &outcome.sources,
            summary: outcome.summary.clone(),
            failures: &outcome.failures,
            passed: &outcome.passed,
            rule_url,
            prefix: "",
        }
    }
}

/// Prints `report` to `out`, finding by finding. A closed pipe is the error that it is.
pub fn write(format: Format, report: &Report, style: &Style, out: &mut dyn io::Write) -> io::Result<()> {
    match format {
        Format::Human => human::write(report, style, out),
        Format::Concise => concise::write(report, style, out),
        Format::Json => json::write(report, out),
        Format::Jsonl => jsonl::write(report, out),
        Format::Sarif => sarif::write(report, out),
        Format::Github => github::write(report, out),
        Format::Gitlab => gitlab::write(report, out),
        Format::Junit => junit::write(report, out),
        Format::Rdjson => rdjson::write(report, out),
        Format::Markdown => markdown::write(report, out),
    }
}
