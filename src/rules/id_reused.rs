//! `id-reused`: an id that stood for another policy before.

use super::change::{Change, known_id, known_policy};
use super::{Context, Past};

/// Whether the history matters: the id changes.
pub(super) fn asks(change: Change<'_>) -> bool {
    let Some((before, after)) = change.both() else { return false };
    match (known_id(before), known_id(after)) {
        (Some((.., old)), Some((.., new))) => old != new && known_policy(after).is_some(),
        _ => false,
    }
}

pub(super) fn judge(change: Change<'_>, mut past: &mut dyn Iterator<Item = Past>, cx: &mut Context<'_>) {
    let Some(after) = change.after else { return };
    let (Some((record, span, id)), Some(policy)) = (known_id(after), known_policy(after)) else { return };
    let is_reuse = |past: &Past| {
        let Some(site) = past.state.site() else { return false };
        let has_id = known_id(site).is_some_and(|(.., old)| old == id);
        has_id && known_policy(site).is_some_and(|old| old.text.bytes() != policy.text.bytes())
    };
    let Some(past) = Iterator::find(&mut past, is_reuse) else { return };
    let since = past.began.map_or_else(String::new, |(when, commit)| format!(", from {} on ({commit})", when.date()));
    let shown = record.shown(span);
    cx.report(
        record.text.place(span),
        format!("the id `{shown}` of `{}` already stood for another policy{since}", after.domain),
    )
    .label("senders that hold the policy of then do not fetch this one")
    .help("take an id that was never used: any letters and digits, up to 32");
}
