//! What the repository's owner asks for: `mtasts.toml`, suppressions in comments, and a baseline.

mod baseline;
mod parse;
mod pattern;
mod reader;
mod suppress;

use std::collections::BTreeMap;

use crate::dns::Name;
use crate::finding::Severity;
use crate::text::Place;

pub use baseline::{Baseline, BaselineError, Filtered};
pub use pattern::{PathMatch, PathPattern, PatternError};
pub use suppress::{Suppressions, Unused};

/// `mtasts.toml`, read and checked. The default is what holds without one.
#[derive(Debug, Default)]
pub struct Config {
    /// From which severity on a finding fails the run.
    pub fail_on: Option<Located<Severity>>,
    /// Only these rules, where there are any.
    pub select: Vec<Located<&'static str>>,
    /// Not these rules.
    pub ignore: Vec<Located<&'static str>>,
    /// Files that are not read.
    pub exclude: Exclude,
    /// Severities other than the rules' own.
    pub severity: BTreeMap<&'static str, Located<Level>>,
    /// Limits other than the rules' own.
    pub thresholds: Thresholds,
    /// Which files are zones, and of what.
    pub zones: Vec<Zone>,
    /// Which files are policies, and whose.
    pub policies: Vec<Policy>,
    /// How Terraform's root modules are applied.
    pub terraform: Vec<Terraform>,
    /// The file or directory of the repository in which TLS reports are kept; empty for the root.
    pub reports: Option<Located<String>>,
    /// Findings that the owner knows of.
    pub ignore_findings: Vec<IgnoreFinding>,
}

/// A value and the place where it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Located<T> {
    /// What is meant.
    pub value: T,
    /// Where it says so.
    pub place: Place,
}

/// A severity, or none at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// The rule does not run.
    Off,
    /// Its findings are of this severity.
    At(Severity),
}

/// Limits, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Thresholds {
    /// `max-age`: below it, `max-age-short`.
    pub max_age: Option<Located<u32>>,
    /// `record-ttl`: above it, `record-ttl-long`.
    pub record_ttl: Option<Located<u32>>,
    /// `soak`: below it, `testing-too-short`.
    pub soak: Option<Located<u32>>,
    /// `evidence-age`: above it, `mx-tls-stale`.
    pub evidence_age: Option<Located<u32>>,
    /// `certificate-left`: below it, `mx-cert-expiring`.
    pub certificate_left: Option<Located<u32>>,
    /// `report-age`: what is reported of an older day is nothing to `tls-reports-failing`.
    pub report_age: Option<Located<u32>>,
}

/// A `[[zone]]`: files that are zones.
#[derive(Clone, Debug)]
pub struct Zone {
    /// Which files; may hold `{origin}`.
    pub path: Located<PathPattern>,
    /// The origin of all of them.
    pub origin: Option<Located<Name>>,
    /// What they are published with.
    pub view: Option<Located<String>>,
    /// The table.
    pub place: Place,
}

/// A `[[policy]]`: files that are policies.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Which files; may hold `{domain}`.
    pub path: Located<PathPattern>,
    /// Domains that each of them is served for, beside what `{domain}` says.
    pub domains: Vec<Located<Name>>,
    /// What they are published with.
    pub view: Option<Located<String>>,
    /// The table.
    pub place: Place,
}

/// A `[[terraform]]`: one way in which a root module is applied.
#[derive(Clone, Debug)]
pub struct Terraform {
    /// The directory of the root module, without a final slash; empty for the root of the repository.
    pub path: Located<String>,
    /// As after `-var-file`, relative to the root module.
    pub var_files: Vec<Located<String>>,
    /// `terraform.workspace`.
    pub workspace: Option<Located<String>>,
    /// What it is published with.
    pub view: Option<Located<String>>,
    /// The table.
    pub place: Place,
}

/// An `[[ignore-finding]]`: for files that have no comments.
#[derive(Clone, Debug)]
pub struct IgnoreFinding {
    /// The rule.
    pub rule: Located<&'static str>,
    /// In which files.
    pub path: Option<Located<PathPattern>>,
    /// Of which domain.
    pub domain: Option<Located<Name>>,
    /// Why.
    pub reason: Located<String>,
    /// The table.
    pub place: Place,
}

/// Globs in gitignore's style; the last that matches decides, and `!` takes a file back in.
#[derive(Clone, Debug)]
pub struct Exclude(ignore::gitignore::Gitignore);

/// Something wrong in what the owner wrote: in `mtasts.toml`, or in a suppression.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ConfigError {
    /// Where.
    pub place: Place,
    /// A sentence without its full stop; may quote the file, unescaped.
    pub message: String,
}

impl Config {
    /// Whether a rule is to run.
    pub fn runs(&self, rule: &str) -> bool {
        let lists = |list: &[Located<&str>]| list.iter().any(|listed| listed.value == rule);
        (self.select.is_empty() || lists(&self.select))
            && !lists(&self.ignore)
            && self.severity.get(rule).is_none_or(|level| level.value != Level::Off)
    }

    /// The severity to report a finding of `rule` with, which has `own`.
    pub fn severity(&self, rule: &str, own: Severity) -> Severity {
        match self.severity.get(rule).map(|level| level.value) {
            Some(Level::At(severity)) => severity,
            Some(Level::Off) | None => own,
        }
    }

    /// The first `[[zone]]` that names a root-relative path, and the origin that it gives it.
    pub fn zone(&self, path: &str) -> Option<(&Zone, Option<Name>)> {
        self.zones.iter().find_map(|zone| {
            let captured = zone.path.value.matches(path)?.captured;
            let origin = zone.origin.as_ref().map(|origin| origin.value.clone());
            Some((zone, origin.or_else(|| captured.and_then(|text| domain_name(&text)))))
        })
    }

    /// The first `[[policy]]` that names a root-relative path, and the domains that it is served for.
    pub fn policy(&self, path: &str) -> Option<(&Policy, Vec<Name>)> {
        self.policies.iter().find_map(|policy| {
            let captured = policy.path.value.matches(path)?.captured;
            let mut domains: Vec<Name> = captured.and_then(|text| domain_name(&text)).into_iter().collect();
            domains.extend(policy.domains.iter().map(|domain| domain.value.clone()));
            domains.sort_unstable();
            domains.dedup();
            Some((policy, domains))
        })
    }
}

impl Exclude {
    /// Whether nothing is excluded.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a root-relative path, or a directory that it is in, is excluded.
    pub fn matches(&self, path: &str, is_dir: bool) -> bool {
        // The matcher panics on a path with a root.
        let path = path.trim_start_matches('/');
        !self.0.is_empty() && self.0.matched_path_or_any_parents(path, is_dir).is_ignore()
    }
}

impl Default for Exclude {
    fn default() -> Self {
        Self(ignore::gitignore::Gitignore::empty())
    }
}

/// A domain name as people write it in a path or in the configuration: letters, digits, `-`, `_`, in any case.
fn domain_name(text: &str) -> Option<Name> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    let name = text.bytes().all(is_plain).then(|| Name::parse(text.as_bytes(), None).ok())??;
    (!name.is_root()).then_some(name)
}

#[cfg(test)]
mod tests;
