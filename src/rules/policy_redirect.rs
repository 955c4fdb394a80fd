//! `policy-redirect`: a redirect in the place of the policy.

use super::Context;
use crate::site::ServedPolicy;

pub(super) fn judge(policy: &ServedPolicy, cx: &mut Context<'_>) {
    for served in &policy.served {
        let Some(place) = served.serving.redirect else { continue };
        cx.report(place, "whoever asks for the policy is redirected")
            .label("senders follow no redirect")
            .related(served.place, "the policy that nobody gets")
            .help("serve the policy itself on the host `mta-sts.`, without a redirect");
    }
}
