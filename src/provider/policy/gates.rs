//! The steps from one policy to the next that lose mail or protection.

use std::time::Duration;

use jiff::Timestamp;

use super::past;
use crate::provider::protocol::{Change, Diagnostic, Value};
use crate::provider::{duration, words};
use crate::rules;

/// In this time every sender that reports daily and is heard of weekly has reported twice.
const MINIMUM_TESTING: Duration = Duration::from_secs(14 * 86_400);

/// How to remove a policy that is served.
const WITHDRAW: &str = "apply `mode = \"none\"` with a short max_age first, wait until the old max_age has passed, and remove it then (RFC \
                        8461 §8.3); or apply `allow_abrupt_removal = true` before";
/// How to remove one that was withdrawn.
const WAIT: &str = "leave it as it is until then (RFC 8461 §8.3); or apply `allow_abrupt_removal = true` before";

/// What is wrong with going from the one state to the other, at `now`.
pub(super) fn errors(change: &Change, now: Timestamp) -> Vec<Diagnostic> {
    removal(change, now).into_iter().chain(enforcement(change, now)).collect()
}

/// Whether a policy that senders hold goes away, with its resource or with the domain of the resource. One that is only tested loses no
/// mail, and no protection that there was: that is a warning.
fn removal(Change { prior, next, .. }: &Change, now: Timestamp) -> Option<Diagnostic> {
    let is_destroyed = next.is_null();
    let is_removed = is_destroyed || next.get("domain") != prior.get("domain");
    if !is_removed || prior.get("allow_abrupt_removal").as_bool() == Some(true) {
        return None;
    }
    let mode = prior.get("mode").as_text()?;
    let held_until = past::time(prior, "held_until").filter(|until| *until > now);
    let (fact, help) = match held_until {
        _ if mode == "enforce" => (served(prior, mode), WITHDRAW),
        Some(until) => (format!("senders may hold a policy at `enforce` that was served before, until {until}"), WAIT),
        None if mode == "testing" => (served(prior, mode), WITHDRAW),
        None => return None,
    };
    let domain = prior.get("domain").as_text().unwrap_or_default();
    let fact = format!("MTA-STS of `{domain}` is removed, and {fact}");
    let is_error = mode == "enforce" || held_until.is_some();
    let error = Diagnostic { is_error, ..words::of_rule("policy-removed-early", &fact, help) };
    Some(if is_destroyed { error } else { error.at("domain") })
}

fn served(prior: &Value, mode: &str) -> String {
    let max_age = prior.get("max_age").as_integer().and_then(|seconds| u64::try_from(seconds).ok()).unwrap_or(0);
    format!("senders still hold its policy, at `{mode}`, for up to {}", rules::duration(max_age))
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
    let tested = past::time(prior, "testing_since")
        .and_then(|since| Duration::try_from(now.duration_since(since)).ok())
        .unwrap_or_default();
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

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u64 = 86_400;

    fn state(mode: &str, held_until: Option<Timestamp>) -> Value {
        Value::object([
            ("domain", Value::text("example.com")),
            ("mode", Value::text(mode)),
            ("max_age", Value::Integer(604_800)),
            ("text", Value::text(mode)),
            ("held_until", Value::optional(held_until.map(past::written))),
        ])
    }

    fn destroyed(prior: Value, now: Timestamp) -> Vec<Diagnostic> {
        errors(&Change { prior, next: Value::Null, config: Value::Null }, now)
    }

    #[test]
    fn what_senders_hold_is_not_destroyed() {
        let now = Timestamp::UNIX_EPOCH + Duration::from_secs(100 * DAY);
        let later = Some(now + Duration::from_secs(DAY));
        // The mode, until when one before is held, whether to destroy it is an error; nothing, where nothing is said.
        let cases = [
            ("enforce", None, Some(true)),
            ("enforce", Some(now), Some(true)),
            ("testing", None, Some(false)),
            ("testing", later, Some(true)),
            ("none", later, Some(true)),
            ("none", Some(now), None),
            ("none", None, None),
        ];
        for (mode, held_until, is_error) in cases {
            let said: Vec<bool> = destroyed(state(mode, held_until), now).iter().map(|it| it.is_error).collect();
            assert_eq!(said, Vec::from_iter(is_error), "{mode}, {held_until:?}");
            let mut allowed = state(mode, held_until);
            allowed.set("allow_abrupt_removal", Value::Bool(true));
            assert!(destroyed(allowed, now).is_empty());
        }
    }
}
