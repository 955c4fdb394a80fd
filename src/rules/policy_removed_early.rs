//! `policy-removed-early`: MTA-STS taken away from under the senders that hold its policy.

use super::Context;
use super::change::{Change, duration, has_no_policy, held};
use crate::mta_sts::policy::Mode;
use crate::site::Site;
use crate::text::Place;

pub(super) fn judge(change: Change<'_>, cx: &mut Context<'_>) {
    let Some(before) = change.before else { return };
    let Some((mode, max_age, policy)) = held(before).filter(|(mode, ..)| *mode != Mode::None) else { return };
    let Some((what, place)) = removed(before, change.after, cx) else { return };
    let was = policy.parsed.mode_field().map_or_else(|| policy.opening(), |field| policy.place(field.value));
    let (was, until) = (cx.before(was), cx.until(max_age));
    let finding = cx.report(
        place,
        format!("{what} of `{}` is removed, and senders still hold its policy, at `{}`", before.domain, mode.as_str()),
    );
    finding
        .label(format!("senders go on by the copy that they have for up to {}{until}", duration(max_age)))
        .help(
            "publish `mode: none` with a short max_age and a new id first, wait until the old max_age has passed, and remove \
             MTA-STS then (RFC 8461 §8.3)",
        );
    if was != place {
        finding.related(was, "the policy that senders hold");
    }
}

/// What is gone, and the place to say so. What is only not known any more is not gone.
fn removed(before: &Site, after: Option<&Site>, cx: &Context<'_>) -> Option<(&'static str, Place)> {
    let record = before.sts_texts().next().map(|record| record.at.place);
    let policy = before.policy.text()?;
    let Some(after) = after else { return Some(("MTA-STS", cx.before(record?))) };
    if after.record.is_absent() {
        return Some(("the MTA-STS record", cx.before(record?)));
    }
    if has_no_policy(after) && after.record.aliases.is_empty() {
        return Some(("the policy", cx.before(policy.opening())));
    }
    let host = before.policy_host.values.first().map(|address| address.place);
    let host = host.or_else(|| before.policy_host.aliases.first().map(|alias| alias.place));
    let is_gone = after.policy_host.is_absent() && after.policy_host.aliases.is_empty();
    host.filter(|_| is_gone).map(|place| ("the policy host", cx.before(place)))
}
