//! What there is to say of a configuration, worked out once for the two calls in which Terraform asks for it.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use crate::dns::Name;
use crate::finding::Severity;
use crate::provider::draft::Draft;
use crate::provider::functions::said;
use crate::provider::protocol::{Diagnostic, Value};
use crate::provider::{duration, words};

/// How many judgements are kept: Terraform validates a resource and then plans it, ten resources at a time unless it is told.
const KEPT: usize = 64;

/// The judgements that are likely to be asked for again, the oldest first: a configuration, and what is wrong with it.
#[derive(Default)]
pub(super) struct Judgements(Mutex<VecDeque<(Value, Vec<Diagnostic>)>>);

impl Judgements {
    /// The errors and warnings of a configuration, which is asked for again when it is planned.
    pub(super) fn of_validated(&self, config: &Value) -> Vec<Diagnostic> {
        let judged = judged(config);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back((config.clone(), judged.clone()));
        judged
    }

    /// The same, if it was validated just before, without the work.
    pub(super) fn of_planned(&self, config: &Value) -> Vec<Diagnostic> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let place = kept.iter().position(|(known, _)| known == config);
        let known = place.and_then(|place| kept.remove(place));
        drop(kept);
        known.map_or_else(|| judged(config), |(_, judged)| judged)
    }
}

/// The errors and warnings of a configuration, as far as it is known.
fn judged(config: &Value) -> Vec<Diagnostic> {
    let mut diagnostics = errors_of_form(config);
    let findings = Draft::of(config).judge(Severity::Warning);
    // A blank around a pattern is none to the parser of policies, and one to whoever wrote it here.
    let is_known = config.get("mode").is_known() && config.get("mx").is_known() && config.get("max_age").is_known();
    let is_refused = is_known && said(config).is_none();
    let is_explained = findings.iter().any(|finding| finding.is_error);
    diagnostics.extend(findings);
    if is_refused && !is_explained {
        let fact = "the attributes make no policy that senders accept";
        diagnostics.push(words::of_rule("policy-syntax", fact, "write host names without blanks, and whole seconds"));
    }
    diagnostics
}

/// What is wrong with the attributes that are no part of the policy.
fn errors_of_form(config: &Value) -> Vec<Diagnostic> {
    let domain = config.get("domain").as_text().and_then(|domain| {
        let error = Name::parse(domain.as_bytes(), None).err()?;
        Some(Diagnostic::error("No domain", format!("`{domain}` is no domain: {error}.")).at("domain"))
    });
    let hosts = config.get("mx_hosts").as_texts();
    let host = hosts.into_iter().find(|host| Name::parse(host.as_bytes(), None).is_err());
    let host = host.map(|host| Diagnostic::error("No host name", format!("`{host}` is no host name.")).at("mx_hosts"));
    domain.into_iter().chain(host).chain(duration::fault(config, "minimum_testing")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(domain: &str) -> Value {
        Value::object([
            ("domain", Value::text(domain)),
            ("mode", Value::text("soon")),
            ("mx", Value::texts(["mx1.example.com"])),
            ("max_age", Value::Integer(604_800)),
        ])
    }

    fn kept(judgements: &Judgements) -> usize {
        judgements.0.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    #[test]
    fn what_is_validated_is_known_when_it_is_planned() {
        let judgements = Judgements::default();
        let first = judgements.of_validated(&config("example.com"));
        assert!(first.iter().any(|diagnostic| diagnostic.is_error), "{first:?}");
        assert_eq!(kept(&judgements), 1);
        // Another configuration has a judgement of its own.
        assert_ne!(judgements.of_planned(&config("exa..mple")), first);
        assert_eq!(kept(&judgements), 1);
        assert_eq!(judgements.of_planned(&config("example.com")), first);
        assert_eq!(kept(&judgements), 0);
        assert_eq!(judgements.of_planned(&config("example.com")), first);
    }

    #[test]
    fn what_is_never_planned_is_forgotten() {
        let judgements = Judgements::default();
        for number in 0..2 * KEPT {
            judgements.of_validated(&config(&format!("d{number}.example")));
        }
        assert_eq!(kept(&judgements), KEPT);
    }
}
