//! `policy-path`: a policy where no sender asks for it.

use super::Context;
use crate::site::ServedPolicy;

/// Where senders ask (RFC 8461 §3.3).
const PATH: &str = ".well-known/mta-sts.txt";

pub(super) fn judge(policy: &ServedPolicy, cx: &mut Context<'_>) {
    for served in &policy.served {
        let Some(path) = served.serving.path.as_ref().filter(|path| path.is_wholly_certain()) else { continue };
        let shown = path.text();
        if shown.trim_start_matches('/') == PATH {
            continue;
        }
        cx.report(path.whole(), format!("the policy is served at `/{}`", shown.trim_start_matches('/')))
            .label("no sender asks for this path")
            .help(format!("senders ask for `/{PATH}`, and for nothing else"));
    }
}
