//! `live-policy-slow`: a sender gives up before the policy is there.

use super::live::once;
use super::{Context, Live};
use crate::observed::End;

pub(super) fn judge(live: Live<'_>, cx: &mut Context<'_>) {
    let slow = live.responses().filter(|(_, response)| response.end == End::TooSlow);
    let finding = once(slow, live, cx, |_| "the policy is not there when a sender gives up".to_owned());
    if let Some(finding) = finding {
        finding.label("senders wait a minute at most").help("serve it as a small static file");
    }
}
