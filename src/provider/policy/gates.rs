//! The steps from one policy to the next that lose mail or protection.

use std::time::Duration;

use jiff::Timestamp;

use crate::provider::protocol::{Change, Diagnostic, Value};
use crate::provider::{duration, words};
use crate::rules;

/// In this time every sender that reports daily and is heard of weekly has reported twice.
const MINIMUM_TESTING: Duration = Duration::from_secs(14 * 86_400);

/// What is wrong with going from the one state to the other, at `now`.
pub(super) fn errors(change: &Change, now: Timestamp) -> Vec<Diagnostic> {
    removal(change).into_iter().chain(enforcement(change, now)).collect()
}

/// Whether a policy that senders hold goes away, with its resource or with the domain of the resource.
fn removal(Change { prior, next, .. }: &Change) -> Option<Diagnostic> {
    let mode = prior.get("mode").as_text().filter(|mode| *mode != "none")?;
    let is_destroyed = next.is_null();
    let is_removed = is_destroyed || next.get("domain") != prior.get("domain");
    if !is_removed || prior.get("allow_abrupt_removal").as_bool() == Some(true) {
        return None;
    }
    let max_age = prior.get("max_age").as_integer().and_then(|seconds| u64::try_from(seconds).ok()).unwrap_or(0);
    let domain = prior.get("domain").as_text().unwrap_or_default();
    let fact = format!(
        "MTA-STS of `{domain}` is removed, and senders still hold its policy, at `{mode}`, for up to {}",
        rules::duration(max_age)
    );
    let help = "apply `mode = \"none\"` with a short max_age first, wait until the old max_age has passed, and remove it then (RFC 8461 §8.3); or \
                apply `allow_abrupt_removal = true` before";
    let error = words::of_rule("policy-removed-early", &fact, help);
    // What is only tested loses no mail, and no protection that there was.
    let error = Diagnostic { is_error: mode == "enforce", ..error };
    Some(if is_destroyed { error } else { error.at("domain") })
}

/// Whether the policy goes to `enforce` before it was tested for long enough.
fn enforcement(Change { prior, next, .. }: &Change, now: Timestamp) -> Option<Diagnostic> {
    let is_other = prior.get("domain") != next.get("domain");
    let was = prior.get("mode").as_text().filter(|_| !is_other);
    if next.get("mode").as_text() != Some("enforce") || was == Some("enforce") {
        return None;
    }
    let minimum = minimum(next)?;
    let domain = next.get("domain").as_text().unwrap_or("the domain");
    if was != Some("testing") {
        let before = if was == Some("none") { "was at `none`" } else { "had no policy" };
        let fact = format!("`{domain}` goes to `enforce`, and {before}");
        let help = "apply `mode = \"testing\"` first, and go to `enforce` when the TLSRPT reports show no failures; or say \
                    `minimum_testing = \"0d\"` where it has been tested elsewhere";
        return Some(words::of_rule("enforce-without-testing", &fact, help).at("mode"));
    }
    let tested = since(prior).and_then(|since| Duration::try_from(now.duration_since(since)).ok()).unwrap_or_default();
    if tested >= minimum {
        return None;
    }
    let fact = format!(
        "`{domain}` goes to `enforce` after {} of `testing`, and {} are asked for",
        rules::duration(tested.as_secs()),
        rules::duration(minimum.as_secs())
    );
    let help =
        "leave it at `testing` until the TLSRPT reports of the whole time show no failures; or say `minimum_testing`";
    Some(Diagnostic { is_error: true, ..words::of_rule("testing-too-short", &fact, help).at("mode") })
}

/// How long testing has to take; nothing, where that is not asked for or not known yet.
fn minimum(next: &Value) -> Option<Duration> {
    let minimum = match next.get("minimum_testing") {
        Value::Null => MINIMUM_TESTING,
        Value::Text(text) => duration::parse(text)?,
        _ => return None,
    };
    (!minimum.is_zero()).then_some(minimum)
}

fn since(prior: &Value) -> Option<Timestamp> {
    prior.get("testing_since").as_text()?.parse().ok()
}
