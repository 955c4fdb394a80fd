//! The attributes of `mtasts_policy`.

use crate::provider::protocol::{Attribute, Presence, Schema, Type};

/// Grows when a state of before cannot be read as one of now.
const VERSION: i64 = 1;

pub(super) fn schema() -> Schema {
    Schema {
        version: VERSION,
        description: "An MTA-STS policy (RFC 8461): its text, the id that moves exactly when the text does, and the TXT record that \
                      announces it, all known when the change is planned. It publishes nothing by itself: its attributes go into the \
                      resources that do.\n\nWhat senders would refuse is an error of the plan, at its attribute, in the words of `mtasts lint`; \
                      and so are the steps that lose mail: going to `enforce` without a time of testing, and removing a policy that senders \
                      still hold.\n\nA policy in `enforce` is removed by way of `none` (RFC 8461 §8.3): apply `mode = \"none\"` with a short \
                      `max_age`, and destroy the resource when `held_until` has passed; until then its destruction is refused. One in \
                      `testing` makes no sender refuse mail: to destroy it is only warned of.",
        attributes: written().into_iter().chain(computed()).collect(),
    }
}

fn written() -> [Attribute; 7] {
    let required = |name, kind, description| Attribute { name, kind, presence: Presence::Required, description };
    let optional = |name, kind, description| Attribute { name, kind, presence: Presence::Optional, description };
    [
        required("domain", Type::Text, "The mail domain, as after the `@` of an address."),
        required(
            "mode",
            Type::Text,
            "What senders do when TLS fails: `testing` (report, and deliver), `enforce` (do not deliver), `none` (the policy is withdrawn).",
        ),
        optional(
            "mx",
            Type::list(Type::Text),
            "The MX patterns: host names, and wildcards such as `*.mail.example.com`. Their order makes no difference. Required unless the mode \
             is `none`.",
        ),
        required(
            "max_age",
            Type::Number,
            "How long senders hold the policy, in seconds: at most 31557600, a year; a week (604800) is the least for production.",
        ),
        optional(
            "mx_hosts",
            Type::list(Type::Text),
            "The MX hosts of the domain. In `enforce` it is an error when the policy does not cover one of them.",
        ),
        optional(
            "minimum_testing",
            Type::Text,
            "How long a policy has to be in `testing` before it may go to `enforce`: `14d` unless it is said; `0d` turns the check off.",
        ),
        optional(
            "allow_abrupt_removal",
            Type::Bool,
            "Whether the resource may be destroyed while senders hold a policy in `enforce`: without `none` before, or before \
             `held_until`. It must be applied before the destruction is planned.",
        ),
    ]
}

fn computed() -> [Attribute; 6] {
    let attribute = |name, description| Attribute { name, kind: Type::Text, presence: Presence::Computed, description };
    [
        attribute("text", "The text to serve at `url` as `text/plain`."),
        attribute("id", "The id of the policy: the first 32 hexadecimal digits of the SHA-256 of the text."),
        attribute("record", "The text of the TXT record at `_mta-sts.<domain>`."),
        attribute("url", "Where senders look for the text."),
        attribute("testing_since", "When the policy went to `testing` (RFC 3339)."),
        attribute(
            "held_until",
            "Until when senders may hold a policy in `enforce` that was served before (RFC 3339): the time at which another took its place, \
             and its `max_age`.",
        ),
    ]
}
