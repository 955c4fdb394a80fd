//! `policy-field-unknown`: a field without effect.

use super::Context;
use crate::mta_sts::policy::FIELDS;
use crate::site::ServedPolicy;
use crate::text::nearest;

pub(super) fn judge(served: &ServedPolicy, cx: &mut Context<'_>) {
    let policy = &served.policy;
    for field in policy.parsed.unknown() {
        let name = policy.shown(field.name);
        let finding = cx
            .report(policy.place(field.name), format!("the field `{name}` is unknown, and has no effect"))
            .label("senders ignore this line");
        match nearest(&name, &FIELDS) {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding.help("remove the line"),
        };
    }
}
