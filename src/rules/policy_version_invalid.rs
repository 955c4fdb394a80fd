//! `policy-version-invalid`: another version than `STSv1`.

use super::Context;
use crate::mta_sts::policy::{Field, Meaning};
use crate::site::ServedPolicy;

pub(super) fn judge(served: &ServedPolicy, cx: &mut Context<'_>) {
    let policy = &served.policy;
    let is_wrong = |field: &&Field| field.is_known && field.meaning == Meaning::Version(false);
    let Some(field) = policy.parsed.version().filter(is_wrong) else { return };
    cx.report(
        policy.place(field.name.to(field.value)),
        format!("`{}` is no version: there is only `STSv1`", policy.shown(field.value)),
    )
    .label("senders refuse the policy")
    .help("write `version: STSv1`");
}
