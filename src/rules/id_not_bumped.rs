//! `id-not-bumped`: a policy that changed under the id that it had.

use super::Context;
use super::bump;
use super::change::{Change, first_difference, known_id, known_policy};
use crate::finding::Edit;

pub(super) fn judge(change: Change<'_>, cx: &mut Context<'_>) {
    let Some((before, after)) = change.both() else { return };
    let (Some(old), Some(new)) = (known_policy(before), known_policy(after)) else { return };
    if old.text.bytes() == new.text.bytes() {
        return;
    }
    let (Some((_, _, old_id)), Some((record, span, new_id))) = (known_id(before), known_id(after)) else { return };
    if old_id != new_id {
        return;
    }
    let shown = record.shown(span);
    let next =
        str::from_utf8(new_id).ok().and_then(|id| bump::next(id, old.text.bytes(), new.text.bytes(), cx.settings.now));
    let edit = next.and_then(|next| Some(Edit::replace(cx.editable(&record.text, span)?, next)));
    let finding = cx
        .report(
            record.text.place(span),
            format!("the policy of `{}` changes, and the id is still `{shown}`", after.domain),
        )
        .label("senders that have seen this id do not fetch the policy again")
        .related(new.place(first_difference(old.text.bytes(), new.text.bytes())), "the policy is another from here on")
        .help("change the id in the same commit; it may be any letters and digits that were not used before, up to 32");
    if let Some(edit) = edit {
        finding.unsafe_fix(vec![edit]);
    }
}
