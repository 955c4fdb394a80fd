//! `max-age-dropped-late`: a `max_age` lowered together with what it was to prepare.

use super::Context;
use super::change::{Change, duration, held, newcomers};
use crate::mta_sts::policy::Mode;

pub(super) fn judge(change: Change<'_>, cx: &mut Context<'_>) {
    let Some((before, after)) = change.both() else { return };
    let Some((mode, old, policy)) = held(before).filter(|(mode, ..)| *mode != Mode::None) else { return };
    let Some(new_policy) = after.policy.text() else { return };
    let Some(new) = new_policy.parsed.max_age().filter(|new| *new < old) else { return };
    // Lowered with `mode: none` it is the way out that RFC 8461 §8.3 describes.
    let what = match new_policy.mode() {
        Some(Mode::None) | None => return,
        _ if after.record.is_absent() => "the record is removed",
        _ if mode == Mode::Enforce && !newcomers(before, policy, after).is_empty() => {
            "the mail moves to another MX host"
        }
        _ => return,
    };
    let Some(field) = new_policy.parsed.max_age_field() else { return };
    let was = policy.parsed.max_age_field().map(|field| cx.before(policy.place(field.value)));
    let finding = cx.report(
        new_policy.place(field.value),
        format!("max_age goes from {} to {} as {what}: too late to help", duration(old), duration(new)),
    );
    finding
        .label("senders that hold the old policy keep it for its own max_age")
        .help("lower max_age in a change of its own, with a new id, and wait until the old one has passed");
    if let Some(was) = was {
        finding.related(was, "the max_age that senders hold");
    }
}
