//! `policy-version-invalid`: another version than `STSv1`.

use super::Context;
use crate::mta_sts::policy::Meaning;
use crate::site::ServedPolicy;

pub(super) fn judge(served: &ServedPolicy, cx: &mut Context<'_>) {
    let policy = &served.policy;
    let Some(field) = policy.parsed.version().filter(|field| field.meaning == Meaning::Version(false)) else { return };
    cx.report(
        policy.place(field.name.to(field.value)),
        format!("`{}` is no version: there is only `STSv1`", policy.shown(field.value)),
    )
    .label("senders refuse the policy")
    .help("write `version: STSv1`");
}
