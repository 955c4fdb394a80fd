//! A policy as somebody writes it in a configuration, judged by the linter's rules before there is anything to publish.

use super::protocol::{Diagnostic, Step, Value};
use super::supposed::Supposed;
use super::words;
use crate::finding::{Finding, Severity};
use crate::text::{FileId, Sources};

/// Rules that rest on every pattern being known.
const OF_ALL_PATTERNS: [&str; 2] = ["mx-not-covered", "policy-field-missing"];
/// What stands in the stead of what is not known, so that the rest can be judged.
const ANY_MODE: &str = "testing";
const ANY_MAX_AGE: i64 = 604_800;
/// The lines of the text in front of the patterns.
const HEAD: usize = 2;

/// The parts of a policy, as far as they are known.
pub(super) struct Draft<'a> {
    domain: &'a str,
    mode: Option<&'a str>,
    /// The patterns that are known, and which of the list they are.
    mx: Vec<(usize, &'a str)>,
    has_all_mx: bool,
    max_age: Option<&'a Value>,
    /// The hosts that are known; none where none are said.
    hosts: Vec<(usize, &'a str)>,
    has_all_hosts: bool,
}

impl<'a> Draft<'a> {
    /// The draft in the attributes `domain`, `mode`, `mx`, `max_age` and `mx_hosts` of a configuration.
    pub(super) fn of(config: &'a Value) -> Self {
        let known = |name: &str| {
            let items = config.get(name).items().iter().enumerate();
            items.filter_map(|(at, item)| Some((at, item.as_text()?))).collect()
        };
        Self {
            domain: config.get("domain").as_text().unwrap_or("example.com"),
            mode: config.get("mode").as_text(),
            mx: known("mx"),
            has_all_mx: config.get("mx").is_known(),
            max_age: Some(config.get("max_age")).filter(|value| !matches!(value, Value::Unknown | Value::Null)),
            hosts: known("mx_hosts"),
            has_all_hosts: config.get("mx_hosts").is_known() && !config.get("mx_hosts").is_null(),
        }
    }

    /// What the rules find that is at least as severe as `least`, each at the attribute that it is about.
    pub(super) fn judge(&self, least: Severity) -> Vec<Diagnostic> {
        let text = self.text();
        let hosts = self.hosts.iter().map(|(_, host)| host_name(host)).collect();
        let supposed = Supposed { domain: self.domain, policy: Some(&text), record: None, hosts };
        let (findings, sources) = supposed.judge();
        let is_sound = |rule: &str| match rule {
            "mx-pattern-unused" => self.has_all_hosts,
            rule => self.has_all_mx || !OF_ALL_PATTERNS.contains(&rule),
        };
        let findings = findings.into_iter().filter(|finding| finding.severity >= least && is_sound(finding.rule));
        let diagnostic = |finding: Finding| {
            let path = self.path(&sources, finding.place.file, finding.place.span.start as usize);
            Diagnostic { path, ..words::diagnostic(&finding) }
        };
        findings.map(diagnostic).collect()
    }

    /// The text as it is written, whatever is wrong with it: a line for each part.
    fn text(&self) -> String {
        let mut lines = vec!["version: STSv1".to_owned(), format!("mode: {}", plain(self.mode.unwrap_or(ANY_MODE)))];
        lines.extend(self.mx.iter().map(|(_, pattern)| format!("mx: {}", plain(pattern))));
        let max_age = match self.max_age {
            Some(Value::Integer(seconds)) => seconds.to_string(),
            Some(Value::Float(seconds)) => seconds.to_string(),
            Some(Value::Text(digits)) => plain(digits),
            _ => ANY_MAX_AGE.to_string(),
        };
        lines.push(format!("max_age: {max_age}\r\n"));
        lines.join("\r\n")
    }

    /// The attribute that stands at an offset of one of the two texts: a line of either is one value.
    fn path(&self, sources: &Sources, file: FileId, offset: usize) -> Vec<Step> {
        let source = sources.get(file);
        let line = memchr::memchr_iter(b'\n', &source.text[..offset.min(source.text.len())]).count();
        if !source.path.starts_with("https:") {
            let host = self.hosts.get(line).map(|(at, _)| Step::Index(*at));
            return [Step::Attribute("mx_hosts")].into_iter().chain(host).collect();
        }
        match line.checked_sub(HEAD) {
            None => vec![Step::Attribute("mode")],
            Some(at) if at < self.mx.len() => vec![Step::Attribute("mx"), Step::Index(self.mx[at].0)],
            Some(_) => vec![Step::Attribute("max_age")],
        }
    }
}

/// A value that ends no line: what host names and numbers do not have anyway is one sign that they do not have.
fn plain(text: &str) -> String {
    text.chars().map(|sign| if sign.is_control() { '?' } else { sign }).collect()
}

/// A host as an MX record may name it: whatever it is, it is one word.
fn host_name(host: &str) -> String {
    plain(host.trim_end_matches('.')).replace(char::is_whitespace, "?").to_ascii_lowercase()
}
