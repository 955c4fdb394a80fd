//! `policy-mode-testing`: a policy that is not enforced yet.

use super::Context;
use super::words::mode_of;
use crate::mta_sts::policy::Mode;
use crate::site::ServedPolicy;

pub(super) fn judge(served: &ServedPolicy, cx: &mut Context<'_>) {
    let Some(place) = mode_of(served, Mode::Testing) else { return };
    cx.report(place, "the policy is in testing: failures are reported, and nothing is enforced")
        .label("mail is delivered even where TLS fails")
        .help("once the reports are clean, write `mode: enforce` and change the id");
}
