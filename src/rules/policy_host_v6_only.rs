//! `policy-host-v6-only`: a policy that senders without IPv6 cannot fetch.

use super::Context;
use crate::site::Site;

pub(super) fn judge(site: &Site, cx: &mut Context<'_>) {
    let host = &site.policy_host;
    let Some(first) = host.values.first() else { return };
    if !site.has_mta_sts() || !host.is_whole() || host.values.iter().any(|address| address.ip.is_ipv4()) {
        return;
    }
    cx.report(first.place, format!("`{}` has an IPv6 address and no IPv4 address", host.name))
        .label("senders that have only IPv4 cannot fetch the policy from here")
        .help(format!("add an A record at `{}.`", host.name));
}
