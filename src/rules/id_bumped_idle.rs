//! `id-bumped-idle`: an id that changed, and the policy did not.

use super::Context;
use super::change::{Change, known_id, known_policy};

pub(super) fn judge(change: Change<'_>, cx: &mut Context<'_>) {
    let Some((before, after)) = change.both() else { return };
    let (Some(old), Some(new)) = (known_policy(before), known_policy(after)) else { return };
    let (Some((old_record, old_span, old_id)), Some((record, span, new_id))) = (known_id(before), known_id(after))
    else {
        return;
    };
    if old.text.bytes() != new.text.bytes() || old_id == new_id {
        return;
    }
    let was = cx.before(old_record.text.place(old_span));
    cx.report(record.text.place(span), format!("the id of `{}` changes, and the policy does not", after.domain))
        .label("every sender fetches the policy again, and gets the one that it has")
        .related(was, "the id that it was")
        .help(
            "leave the id as it is, unless the policy that is served is to be another than the one in this repository",
        );
}
