//! `policy-version-invalid`: another version than `STSv1`.

use super::Context;
use crate::finding::Edit;
use crate::mta_sts::policy::{Field, Meaning};
use crate::site::ServedPolicy;

pub(super) fn judge(served: &ServedPolicy, cx: &mut Context<'_>) {
    let policy = &served.policy;
    let is_wrong = |field: &&Field| field.is_known && field.meaning == Meaning::Version(false);
    let Some(field) = policy.parsed.version().filter(is_wrong) else { return };
    let is_case = field.value.slice(policy.text.bytes()).eq_ignore_ascii_case(b"STSv1");
    let edit = cx.editable(&policy.text, field.value).filter(|_| is_case);
    let finding = cx
        .report(
            policy.place(field.name.to(field.value)),
            format!("`{}` is no version: there is only `STSv1`", policy.shown(field.value)),
        )
        .label("senders refuse the policy")
        .help("write `version: STSv1`");
    if let Some(place) = edit {
        finding.safe_fix(vec![Edit::replace(place, "STSv1")]);
    }
}
