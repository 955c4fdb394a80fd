//! What the state remembers of the policies before: since when one is tested, and until when senders may hold one that is enforced.

use jiff::{SignedDuration, Timestamp};

use crate::provider::protocol::{Change, Value};

/// What is remembered after a change: what is to be known only when it is made is unknown, and everything else is as it was.
pub(super) fn planned(prior: &Value, state: &mut Value) {
    let (testing_since, held_until) = (testing_since(prior, state), held_until(prior, state));
    state.set("testing_since", testing_since);
    state.set("held_until", held_until);
}

/// The same once the change is made, at `now`.
pub(super) fn made(Change { prior, .. }: &Change, state: &mut Value, now: Timestamp) {
    if state.get("testing_since") == &Value::Unknown {
        let since = (state.get("mode").as_text() == Some("testing")).then(|| written(now));
        state.set("testing_since", Value::optional(since));
    }
    if state.get("held_until") == &Value::Unknown {
        let until = if is_withdrawn(prior, state) { last(prior, now) } else { time(prior, "held_until") };
        state.set("held_until", Value::optional(until.map(written)));
    }
}

/// The time in an attribute of a state.
pub(super) fn time(state: &Value, attribute: &str) -> Option<Timestamp> {
    state.get(attribute).as_text()?.parse().ok()
}

/// A time as the state holds it: to the second, and in UTC.
pub(super) fn written(time: Timestamp) -> String {
    Timestamp::from_second(time.as_second()).unwrap_or(time).to_string()
}

/// Since when the policy is in testing: kept as long as it is, and as the proof of it when it goes on to enforce.
fn testing_since(prior: &Value, next: &Value) -> Value {
    let was_tested = matches!(prior.get("mode").as_text(), Some("testing" | "enforce"));
    let is_other = prior.get("domain") != next.get("domain");
    match next.get("mode").as_text() {
        Some("testing") if prior.get("mode").as_text() != Some("testing") || is_other => Value::Unknown,
        Some("testing") if prior.get("testing_since").is_null() => Value::Unknown,
        Some("testing") => prior.get("testing_since").clone(),
        Some("enforce") if was_tested && !is_other => prior.get("testing_since").clone(),
        Some(_) => Value::Null,
        None => Value::Unknown,
    }
}

/// Until when senders may hold a policy that was enforced here and is not served any more.
fn held_until(prior: &Value, next: &Value) -> Value {
    if prior.is_null() || prior.get("domain") != next.get("domain") {
        return Value::Null;
    }
    if is_withdrawn(prior, next) { Value::Unknown } else { prior.get("held_until").clone() }
}

/// Whether another policy comes in the place of one that is enforced.
fn is_withdrawn(prior: &Value, next: &Value) -> bool {
    prior.get("mode").as_text() == Some("enforce") && prior.get("text") != next.get("text")
}

/// When the last sender forgets the enforced policy that is served until `now`, and those before it: older ones may have been served
/// with a longer `max_age` (RFC 8461 §8.3).
fn last(prior: &Value, now: Timestamp) -> Option<Timestamp> {
    let max_age = prior.get("max_age").as_integer().map(SignedDuration::from_secs);
    let own = max_age.and_then(|max_age| now.checked_add(max_age).ok());
    own.max(time(prior, "held_until"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(day: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * day)
    }

    /// A policy that senders hold for so many days.
    fn policy(mode: &str, days: i64) -> Value {
        Value::object([
            ("domain", Value::text("example.com")),
            ("mode", Value::text(mode)),
            ("max_age", Value::Integer(days * 86_400)),
            ("text", Value::text(format!("{mode} {days}"))),
        ])
    }

    /// The state after a change, as it is planned and made.
    fn changed(prior: Value, next: Value, now: Timestamp) -> Value {
        let mut state = next.clone();
        planned(&prior, &mut state);
        made(&Change { prior, next: state.clone(), config: next }, &mut state, now);
        state
    }

    #[test]
    fn an_enforced_policy_is_held_until_the_last_of_them_is_forgotten() {
        let steps = [
            // When, the policy, and the day until which one before it is held.
            (0, policy("testing", 1), None),
            (1, policy("enforce", 30), None),
            // The longer one that was served before is still held.
            (2, policy("enforce", 7), Some(32)),
            (3, policy("none", 1), Some(32)),
            (4, policy("none", 2), Some(32)),
            (50, policy("testing", 1), Some(32)),
            (51, policy("enforce", 7), Some(32)),
            (60, policy("none", 1), Some(67)),
        ];
        let mut state = Value::Null;
        for (day, next, until) in steps {
            state = changed(state, next, at(day));
            assert_eq!(time(&state, "held_until"), until.map(at), "day {day}");
        }
        let mut moved = policy("none", 1);
        moved.set("domain", Value::text("example.org"));
        assert_eq!(changed(state, moved, at(61)).get("held_until"), &Value::Null);
    }

    #[test]
    fn testing_is_remembered_as_long_as_it_counts() {
        let steps = [
            (1, policy("testing", 1), Some(1)),
            (2, policy("testing", 7), Some(1)),
            (3, policy("enforce", 7), Some(1)),
            (4, policy("enforce", 30), Some(1)),
            (5, policy("testing", 30), Some(5)),
            (6, policy("none", 1), None),
        ];
        let mut state = Value::Null;
        for (day, next, since) in steps {
            state = changed(state, next, at(day));
            assert_eq!(time(&state, "testing_since"), since.map(at), "day {day}");
        }
    }
}
