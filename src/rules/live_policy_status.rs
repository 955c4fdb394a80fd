//! `live-policy-status`: anything but 200 is no policy.

use super::live::once;
use super::{Context, Live};

pub(super) fn judge(live: Live<'_>, cx: &mut Context<'_>) {
    let others =
        live.responses().filter(|(_, response)| response.status != 200 && !(300..400).contains(&response.status));
    let finding = once(others, live, cx, |response| format!("the policy is answered with status {}", response.status));
    if let Some(finding) = finding {
        let path = "/.well-known/mta-sts.txt";
        finding.label("senders find no policy").help(format!("serve it at `{path}`, with status 200"));
    }
}
