//! `live-record-missing`: a policy is served, and no record announces it.

use super::{Context, Live};

pub(super) fn judge(live: Live<'_>, cx: &mut Context<'_>) {
    let record = &live.observed.record;
    if !record.answered || live.is_announced() || live.deployed.policy.text().is_none() {
        return;
    }
    // To publish the policy first and the record then is the right order: it may be about to happen.
    let case = if live.declared.has_record() { "declared" } else { "" };
    let domain = &live.observed.domain;
    cx.report_in(
        case,
        live.place(),
        format!("the policy of `{domain}` is served, and no record at `_mta-sts.{domain}` announces it"),
    )
    .label("without the record no sender looks for a policy")
    .help("publish the TXT record; until then the domain is not protected");
}
