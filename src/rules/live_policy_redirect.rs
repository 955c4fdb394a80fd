//! `live-policy-redirect`: senders must not follow it.

use super::live::once;
use super::{Context, Live};

pub(super) fn judge(live: Live<'_>, cx: &mut Context<'_>) {
    let redirects = live.responses().filter(|(_, response)| (300..400).contains(&response.status));
    let finding = once(redirects, live, cx, |response| {
        let to = response.location.as_ref().map_or_else(String::new, |location| format!(" to `{location}`"));
        format!("the policy is answered with a redirect ({}){to}", response.status)
    });
    if let Some(finding) = finding {
        finding
            .label("senders follow no redirect, and find no policy")
            .help("serve the policy itself, with status 200");
    }
}
