//! `policy-content-type`: a policy that is not served as plain text.

use super::Context;
use crate::mta_sts::hosted::ContentType;
use crate::site::ServedPolicy;

pub(super) fn judge(policy: &ServedPolicy, cx: &mut Context<'_>) {
    for served in &policy.served {
        let help = "say `text/plain`: RFC 8461 §3.2 asks for it, and some senders refuse anything else";
        match &served.serving.content_type {
            ContentType::Unknown => {}
            ContentType::Said(text) => {
                let said = text.text();
                // RFC 9110 §8.3.1: parameters follow a semicolon, and case does not count.
                let media_type = said.split(';').next().unwrap_or_default().trim();
                if text.is_wholly_certain() && !media_type.eq_ignore_ascii_case("text/plain") {
                    cx.report(text.whole(), format!("the policy is served as `{media_type}`"))
                        .label("not plain text")
                        .help(help);
                }
            }
            ContentType::Default { value, place } => {
                cx.report(*place, format!("the policy is served as `{value}`: `{}` says no media type", served.by))
                    .label("without one, this is the default")
                    .help(help);
            }
        }
    }
}
