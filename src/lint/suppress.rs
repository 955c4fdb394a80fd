//! Takes out what the repository's owner asked not to see, and reports what asks for nothing.

use crate::certificates::Certificates;
use crate::config::{Config, Suppressions};
use crate::finding::Finding;
use crate::inputs::Inputs;
use crate::observed::Lock;
use crate::reports::Sums;
use crate::rules::{self, Context, Ground, Rule, Settings};
use crate::text::Place;

/// The rule that judges suppressions; it cannot be judged by Site, and is not suppressed.
pub(super) const RULE: &str = "suppression-unused";

pub(super) fn apply(
    findings: Vec<Finding>,
    inputs: &Inputs,
    config: &Config,
    enabled: &[&'static Rule],
) -> Vec<Finding> {
    let mut suppressions = Suppressions::new(config.ignore_findings.clone());
    let names = rules::names();
    for file in &inputs.commented {
        suppressions.scan(*file, &inputs.sources.get(*file).text, &names);
    }
    let mut kept: Vec<Finding> =
        findings.into_iter().filter(|finding| !suppressions.apply(finding, &inputs.sources)).collect();
    if let Some(rule) = enabled.iter().find(|rule| rule.name == RULE) {
        report(rule, &suppressions, config, inputs, enabled, &mut kept);
    }
    kept
}

fn report(
    rule: &'static Rule,
    suppressions: &Suppressions,
    config: &Config,
    inputs: &Inputs,
    enabled: &[&'static Rule],
    findings: &mut Vec<Finding>,
) {
    let ground = Ground {
        settings: &Settings::default(),
        sources: &inputs.sources,
        evidence: &Lock::default(),
        certificates: &Certificates::default(),
        reports: &Sums::default(),
    };
    let severity = config.severity(rule.name, rule.page().severity);
    let mut say = |place: Place, message: String, help: &str| {
        let mut cx = Context::new(ground, rule, None, findings);
        cx.report(place, message).help(help).severity = severity;
    };
    let ran = |name: &str| enabled.iter().any(|rule| rule.name == name);
    for unused in suppressions.unused(&ran) {
        let message = format!("this ignore of `{}` suppresses nothing", unused.rule);
        say(unused.place, message, "remove it: it would hide the next finding of its kind");
    }
    for fault in suppressions.faults() {
        say(fault.place, fault.message.clone(), "write `mtasts: ignore[rule-name] reason`");
    }
}
