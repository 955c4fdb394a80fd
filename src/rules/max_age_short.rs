//! `max-age-short`: a policy that senders soon forget.

use super::Context;
use crate::finding::Edit;
use crate::mta_sts::policy::Mode;
use crate::site::ServedPolicy;

pub(super) fn judge(served: &ServedPolicy, cx: &mut Context<'_>) {
    let policy = &served.policy;
    let (Some(field), Some(seconds)) = (policy.parsed.max_age_field(), policy.parsed.max_age()) else { return };
    let floor = cx.settings.max_age;
    let Some(mode @ (Mode::Enforce | Mode::Testing)) = policy.mode() else { return };
    if seconds >= floor {
        return;
    }
    let edit = cx.editable(&policy.text, field.value).map(|place| Edit::replace(place, floor.to_string()));
    let finding = cx
        .report_in(
            mode.as_str(),
            policy.place(field.value),
            format!("senders forget the policy after {seconds} seconds"),
        )
        .label(format!("less than {floor}"))
        .help(format!("write at least `max_age: {floor}`, and change the id"));
    if let Some(edit) = edit {
        finding.unsafe_fix(vec![edit]);
    }
}
