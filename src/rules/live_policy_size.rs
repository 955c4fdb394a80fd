//! `live-policy-size`: more than a sender reads.

use super::live::once;
use super::{Context, Live};
use crate::observed::End;

pub(super) fn judge(live: Live<'_>, cx: &mut Context<'_>) {
    let large = live.responses().filter(|(_, response)| response.status == 200 && response.end == End::TooLarge);
    if let Some(finding) = once(large, live, cx, |_| "what is served is larger than 64 KiB".to_owned()) {
        finding
            .label("senders give up reading, and find no policy")
            .help("serve the policy, and nothing else, at its URL");
    }
}
