//! `policy-field-duplicate`: a field that stands more than once.

use super::Context;
use crate::mta_sts::policy::Meaning;
use crate::site::ServedPolicy;

pub(super) fn judge(served: &ServedPolicy, cx: &mut Context<'_>) {
    let policy = &served.policy;
    let known = policy.parsed.duplicates().filter(|(_, field)| !matches!(field.meaning, Meaning::Unknown(_)));
    for (first, field) in known {
        let name = policy.shown(field.name);
        cx.report(
            policy.place(field.name.to(field.value)),
            format!("`{name}` stands more than once, and senders differ on which counts"),
        )
        .label("some senders take this one")
        .related(policy.place(first.name.to(first.value)), "some take the first, as the standard says")
        .help("keep one");
    }
}
