//! `testing-too-short`: from `testing` to `enforce` before the failures had time to be reported.

use jiff::civil::DateTime;

use super::change::{Change, duration, held};
use super::past::Held;
use super::{Context, Past};
use crate::mta_sts::policy::Mode;
use crate::site::PolicyText;

/// Whether the history matters: the mode goes from testing to enforce.
pub(super) fn asks(change: Change<'_>) -> bool {
    let Some((before, after)) = change.both() else { return false };
    let mode_before = held(before).map(|(mode, ..)| mode);
    let mode_after = after.policy.text().and_then(PolicyText::mode);
    mode_before == Some(Mode::Testing) && mode_after == Some(Mode::Enforce)
}

pub(super) fn judge(change: Change<'_>, past: &mut dyn Iterator<Item = Past>, cx: &mut Context<'_>) {
    let (Some(after), Some(now)) = (change.after, cx.settings.now) else { return };
    let Some(policy) = after.policy.text() else { return };
    let (Some(mode), Some((since, commit))) = (policy.parsed.mode_field(), beginning(past)) else { return };
    let tested = seconds(since, now);
    if tested >= cx.settings.soak {
        return;
    }
    let (had, soak) = (duration(tested), duration(cx.settings.soak));
    cx.report(
        policy.place(mode.value),
        format!(
            "`{}` goes to `enforce` after {had} of `testing`, since {} ({commit}), and {soak} are asked for",
            after.domain,
            since.date()
        ),
    )
    .label("failures that senders have not reported yet become lost mail")
    .help("leave it at `testing` until the TLSRPT reports of the whole time show no failures");
}

/// Since when the domain has been in testing, without a break, and by which commit; `None` where that is not known.
fn beginning(past: &mut dyn Iterator<Item = Past>) -> Option<(DateTime, String)> {
    let mut began = None;
    for past in past {
        match past.state.held() {
            Held::Policy(Mode::Testing) => began = Some(past.began?),
            Held::Unknown => return None,
            Held::Policy(_) | Held::Nothing => break,
        }
    }
    began
}

/// From one time to another; none where that goes backward.
fn seconds(from: DateTime, to: DateTime) -> u64 {
    u64::try_from(to.duration_since(from).as_secs()).unwrap_or(0)
}
