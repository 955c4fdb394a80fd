//! `policy-mode-none`: a policy that is withdrawn.

use super::Context;
use super::words::mode_of;
use crate::mta_sts::policy::Mode;
use crate::site::ServedPolicy;

pub(super) fn judge(served: &ServedPolicy, cx: &mut Context<'_>) {
    let Some(place) = mode_of(served, Mode::None) else { return };
    cx.report(place, "the policy is withdrawn: nothing is enforced")
        .label("senders that held an older policy stop honouring it")
        .help("right while the policy is being removed; otherwise write `mode: enforce` and change the id");
}
