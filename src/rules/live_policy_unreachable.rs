//! `live-policy-unreachable`: no sender can fetch the policy.

use super::live::once;
use super::{Context, Live};
use crate::observed::{End, Fetched};

pub(super) fn judge(live: Live<'_>, cx: &mut Context<'_>) {
    let host = format!("mta-sts.{}", live.observed.domain);
    if live.is_announced() && live.observed.policy_host.is_absent() {
        cx.report_in(live.case(), live.place(), format!("the record is published, and `{host}` has no address"))
            .label("senders find no policy")
            .help("publish the address of the policy host");
    }
    let refused = live.fetches().filter_map(|fetch| match &fetch.outcome {
        Fetched::Unreachable(why) => Some((fetch, why.as_str())),
        Fetched::Answered(response) if response.end == End::Broken => {
            Some((fetch, "the connection breaks before the end"))
        }
        Fetched::Answered(_) | Fetched::Untrusted(_) => None,
    });
    if let Some(finding) = once(refused, live, cx, |why| format!("the policy cannot be fetched from `{host}`: {why}")) {
        finding.label("senders find no policy").help("have the host answer on port 443, on all addresses that it has");
    }
}
