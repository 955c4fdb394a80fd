//! `id-not-bumped`: a policy that changed under the id that it had.

use super::Context;
use crate::site::{PolicyText, Site, StsText};
use crate::text::Span;

pub(super) fn judge(before: &Site, after: &Site, cx: &mut Context<'_>) {
    let (Some(old), Some(new)) = (known(before), known(after)) else { return };
    if old.text.bytes() == new.text.bytes() {
        return;
    }
    let (Some((_, old_id)), Some((record, new_id))) = (id(before), id(after)) else { return };
    if old_id.1 != new_id.1 {
        return;
    }
    let shown = record.shown(new_id.0);
    cx.report(
        record.text.place(new_id.0),
        format!("the policy of `{}` changes, and the id is still `{shown}`", after.domain),
    )
    .label("senders that have seen this id do not fetch the policy again")
    .related(new.place(first_difference(old.text.bytes(), new.text.bytes())), "the policy is another from here on")
    .help("change the id in the same commit; it may be any letters and digits that were not used before, up to 32");
}

/// The policy, if it is known to the last byte.
fn known(site: &Site) -> Option<&PolicyText> {
    site.policy.text().filter(|policy| policy.text.holes().next().is_none())
}

/// The id of the only record, its place and its bytes, if they are known.
fn id(site: &Site) -> Option<(&StsText, (Span, &[u8]))> {
    let mut records = site.sts_texts();
    let record = records.next().filter(|_| records.next().is_none() && site.record.is_whole())?;
    let span = record.id?;
    let is_known = record.text.stretches_in(span).all(|stretch| stretch.note.is_none_or(|note| note.hole.is_none()));
    is_known.then(|| (record, (span, span.slice(record.text.bytes()))))
}

/// The line of `new` in which it first differs from `old`.
fn first_difference(old: &[u8], new: &[u8]) -> Span {
    let same = old.iter().zip(new).take_while(|(old, new)| old == new).count().min(new.len().saturating_sub(1));
    let start = memchr::memrchr(b'\n', &new[..same]).map_or(0, |at| at + 1);
    let len = memchr::memchr2(b'\r', b'\n', &new[start..]).unwrap_or(new.len() - start);
    Span::of(start..start + len)
}
