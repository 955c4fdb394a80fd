//! `mtasts.toml`, key by key. Errors are gathered, so that one run shows them all.

use ignore::gitignore::GitignoreBuilder;
use toml::Spanned;
use toml::de::{DeString, DeTable};

use super::reader::{Reader, Value, quote};
use super::{Config, ConfigError, Exclude, IgnoreFinding, Level, Located, Policy, Terraform, Zone};
use crate::finding::Severity;
use crate::text::FileId;

/// A configuration is written by hand; what is larger is something else.
const MAX_BYTES: usize = 1 << 20;

const KEYS: &[&str] = &[
    "fail-on",
    "select",
    "ignore",
    "exclude",
    "severity",
    "thresholds",
    "zone",
    "policy",
    "terraform",
    "reports",
    "ignore-finding",
];
const SEVERITIES: [(&str, Severity); 3] =
    [("error", Severity::Error), ("warning", Severity::Warning), ("info", Severity::Info)];
const LEVELS: [(&str, Level); 4] = [
    ("error", Level::At(Severity::Error)),
    ("warning", Level::At(Severity::Warning)),
    ("info", Level::At(Severity::Info)),
    ("off", Level::Off),
];

impl Config {
    /// Reads `mtasts.toml`; `rules` are the names of all rules. What is wrong is given in the order of the file.
    pub fn parse(text: &str, file: FileId, rules: &[&'static str]) -> Result<Self, Vec<ConfigError>> {
        let mut reader = Reader::new(file, rules);
        if text.len() > MAX_BYTES {
            reader.error(0..0, "the file is larger than 1 MiB");
            return Err(reader.finish());
        }
        let (table, faults) = DeTable::parse_recoverable(text);
        // What the parser makes of a broken file is a guess, and complaints about a guess would mislead.
        if !faults.is_empty() {
            for fault in faults {
                reader.error(fault.span().unwrap_or_default(), format!("this is no TOML: {}", fault.message()));
            }
            return Err(reader.finish());
        }
        let mut config = Self::default();
        for (key, value) in table.get_ref() {
            config.key(key, value, &mut reader);
        }
        let errors = reader.finish();
        if errors.is_empty() { Ok(config) } else { Err(errors) }
    }

    fn key(&mut self, key: &Spanned<DeString>, value: &Value, reader: &mut Reader) {
        match &**key.get_ref() {
            "fail-on" => self.fail_on = reader.choice(value, &SEVERITIES),
            "select" => self.select = rules(value, reader),
            "ignore" => self.ignore = rules(value, reader),
            "exclude" => self.exclude = exclude(value, reader),
            "severity" => self.severities(value, reader),
            "thresholds" => self.limits(value, reader),
            "zone" => self.zones = tables(value, reader, zone),
            "policy" => self.policies = tables(value, reader, policy),
            "terraform" => self.terraform = tables(value, reader, terraform),
            "reports" => self.reports = reports(value, reader),
            "ignore-finding" => self.ignore_findings = tables(value, reader, ignore_finding),
            _ => reader.unknown_key(key, KEYS),
        }
    }

    fn severities(&mut self, value: &Value, reader: &mut Reader) {
        for (key, value) in reader.table(value).into_iter().flatten() {
            let rule = reader.rule_name(key.get_ref(), key.span());
            if let (Some(rule), Some(level)) = (rule, reader.choice(value, &LEVELS)) {
                self.severity.insert(rule, level);
            }
        }
    }

    fn limits(&mut self, value: &Value, reader: &mut Reader) {
        for (key, value) in reader.table(value).into_iter().flatten() {
            match &**key.get_ref() {
                "max-age" => self.thresholds.max_age = reader.seconds(value),
                "record-ttl" => self.thresholds.record_ttl = reader.seconds(value),
                "soak" => self.thresholds.soak = reader.seconds(value),
                "evidence-age" => self.thresholds.evidence_age = reader.seconds(value),
                "certificate-left" => self.thresholds.certificate_left = reader.seconds(value),
                "report-age" => self.thresholds.report_age = reader.seconds(value),
                _ => {
                    let known = ["max-age", "record-ttl", "soak", "evidence-age", "certificate-left", "report-age"];
                    reader.unknown_key(key, &known);
                }
            }
        }
    }
}

fn rules(value: &Value, reader: &mut Reader) -> Vec<Located<&'static str>> {
    reader.array(value, "rule names").iter().filter_map(|item| reader.rule(item)).collect()
}

fn exclude(value: &Value, reader: &mut Reader) -> Exclude {
    let mut builder = GitignoreBuilder::new("");
    for item in reader.array(value, "globs") {
        let Some(glob) = reader.string(item) else { continue };
        if glob.trim().is_empty() || glob.starts_with('#') {
            reader.error(item.span(), format!("{} excludes nothing", quote(glob)));
        } else if builder.add_line(None, glob).is_err() {
            reader.error(item.span(), format!("{} is no glob", quote(glob)));
        }
    }
    if let Ok(globs) = builder.build() {
        Exclude(globs)
    } else {
        reader.error(value.span(), "these globs are too large together");
        Exclude::default()
    }
}

/// An array of tables; one alone may be a plain table.
fn tables<T>(value: &Value, reader: &mut Reader, read: fn(&DeTable, &Value, &mut Reader) -> Option<T>) -> Vec<T> {
    if let Some(table) = value.get_ref().as_table() {
        return read(table, value, reader).into_iter().collect();
    }
    let items = reader.array(value, "tables");
    items.iter().filter_map(|item| reader.table(item).and_then(|table| read(table, item, reader))).collect()
}

fn zone(table: &DeTable, whole: &Value, reader: &mut Reader) -> Option<Zone> {
    let (mut path, mut origin, mut view) = (None, None, None);
    for (key, value) in table {
        match &**key.get_ref() {
            "path" => path = reader.pattern(value, Some("origin")),
            "origin" => origin = reader.domain(value),
            "view" => view = reader.words(value),
            _ => reader.unknown_key(key, &["path", "origin", "view"]),
        }
    }
    require("zone", "path", table, whole, reader);
    let path = path?;
    if let (true, Some(origin)) = (path.value.captures(), &origin) {
        let message = "the origin is given here and by `{origin}` in `path`";
        reader.error(origin.place.span.range(), message);
    }
    Some(Zone { path, origin, view, place: reader.place(whole.span()) })
}

fn policy(table: &DeTable, whole: &Value, reader: &mut Reader) -> Option<Policy> {
    let (mut path, mut domains, mut view) = (None, Vec::new(), None);
    for (key, value) in table {
        match &**key.get_ref() {
            "path" => path = reader.pattern(value, Some("domain")),
            "domains" => {
                let items = reader.array(value, "domain names");
                domains = items.iter().filter_map(|item| reader.domain(item)).collect();
            }
            "view" => view = reader.words(value),
            _ => reader.unknown_key(key, &["path", "domains", "view"]),
        }
    }
    require("policy", "path", table, whole, reader);
    Some(Policy { path: path?, domains, view, place: reader.place(whole.span()) })
}

fn terraform(table: &DeTable, whole: &Value, reader: &mut Reader) -> Option<Terraform> {
    let (mut path, mut var_files, mut workspace, mut view) = (None, Vec::new(), None, None);
    for (key, value) in table {
        match &**key.get_ref() {
            "path" => path = reader.inside(value),
            "var-files" => {
                let items = reader.array(value, "paths");
                var_files = items.iter().filter_map(|item| reader.inside(item)).collect();
            }
            "workspace" => workspace = reader.words(value),
            "view" => view = reader.words(value),
            _ => reader.unknown_key(key, &["path", "var-files", "workspace", "view"]),
        }
    }
    require("terraform", "path", table, whole, reader);
    Some(Terraform { path: path?, var_files, workspace, view, place: reader.place(whole.span()) })
}

fn reports(whole: &Value, reader: &mut Reader) -> Option<Located<String>> {
    let table = reader.table(whole)?;
    let mut path = None;
    for (key, value) in table {
        match &**key.get_ref() {
            "path" => path = reader.inside(value),
            _ => reader.unknown_key(key, &["path"]),
        }
    }
    require("reports", "path", table, whole, reader);
    path
}

fn ignore_finding(table: &DeTable, whole: &Value, reader: &mut Reader) -> Option<IgnoreFinding> {
    let (mut rule, mut path, mut domain, mut reason) = (None, None, None, None);
    for (key, value) in table {
        match &**key.get_ref() {
            "rule" => rule = reader.rule(value),
            "path" => path = reader.pattern(value, None),
            "domain" => domain = reader.domain(value),
            "reason" => reason = reader.words(value),
            _ => reader.unknown_key(key, &["rule", "path", "domain", "reason"]),
        }
    }
    require("ignore-finding", "rule", table, whole, reader);
    require("ignore-finding", "reason", table, whole, reader);
    if !table.contains_key("path") && !table.contains_key("domain") {
        let message =
            "an `ignore-finding` needs a `path` or a `domain`; to drop a rule everywhere, list it in `ignore`";
        reader.error(whole.span(), message);
    }
    let place = reader.place(whole.span());
    Some(IgnoreFinding { rule: rule?, path, domain, reason: reason?, place })
}

fn require(what: &str, key: &str, table: &DeTable, whole: &Value, reader: &mut Reader) {
    if !table.contains_key(key) {
        reader.error(whole.span(), format!("this `{what}` has no `{key}`"));
    }
}
