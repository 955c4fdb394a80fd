//! `policy-field-missing`: a policy without a field that it must have.

use super::Context;
use crate::mta_sts::policy::{FaultKind, Mode};
use crate::site::ServedPolicy;

pub(super) fn judge(served: &ServedPolicy, cx: &mut Context<'_>) {
    let policy = &served.policy.parsed;
    if !served.policy.is_whole {
        return;
    }
    let is_no_policy = |kind| {
        matches!(kind, FaultKind::Html | FaultKind::Json | FaultKind::Utf16 | FaultKind::Empty | FaultKind::TooLarge)
    };
    if policy.faults.iter().any(|fault| is_no_policy(fault.kind)) {
        return; // Everything is missing: policy-syntax says why.
    }
    let required = [
        ("version", policy.version().is_some(), "version: STSv1"),
        ("mode", policy.mode_field().is_some(), "mode: testing"),
        ("max_age", policy.max_age_field().is_some(), "max_age: 604800"),
        // Whether mx is needed, only a mode can say.
        (
            "mx",
            policy.mx().next().is_some()
                || policy.has_unknown_mx()
                || policy.mode().is_none_or(|mode| mode == Mode::None),
            "mx: mail.example.com",
        ),
    ];
    for (name, is_there, line) in required {
        if is_there || is_miswritten(served, name) {
            continue;
        }
        cx.report(served.policy.opening(), format!("the policy has no `{name}`"))
            .label("senders refuse the policy without it")
            .help(format!("add a line such as `{line}`"));
    }
}

/// Whether a line was meant to be the field: policy-syntax or policy-field-unknown reports it.
fn is_miswritten(served: &ServedPolicy, name: &str) -> bool {
    let policy = &served.policy;
    let begins = |text: &str| text.trim_start().to_ascii_lowercase().starts_with(name);
    policy.parsed.faults.iter().any(|fault| fault.kind == FaultKind::Equals && begins(&policy.shown(fault.span)))
}
