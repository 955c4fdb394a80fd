//! `policy-host-missing`: nowhere to fetch the policy from.

use super::Context;
use super::words::anchor;
use crate::site::Site;

pub(super) fn judge(site: &Site, cx: &mut Context<'_>) {
    let host = &site.policy_host;
    if !site.has_mta_sts() || host.zone.is_none() || !host.is_absent() {
        return;
    }
    let Some(place) = anchor(site) else { return };
    let finding = cx.report(place, format!("`{}` has no address, so that no sender can fetch the policy", host.name));
    match host.aliases.last() {
        Some(alias) => finding
            .related(alias.place, format!("leads to `{}`, which has neither A nor AAAA", alias.target.name))
            .help(format!("give `{}` an address, or let `{}` lead to the web host", alias.target.name, host.name)),
        None => finding
            .label("announces a policy on that host")
            .help(format!("add A and AAAA records, or a CNAME to the web host, at `{}.`", host.name)),
    };
}
