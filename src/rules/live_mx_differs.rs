//! `live-mx-differs`: mail goes to other hosts than those that are declared.

use super::words::hosts;
use super::{Context, Live};
use crate::dns::Name;
use crate::site::PolicyText;

pub(super) fn judge(live: Live<'_>, cx: &mut Context<'_>) {
    let Live { declared, observed, .. } = live;
    if !observed.mx.answered || !live.needs_tls() {
        return;
    }
    let deployed: Vec<&str> = observed.mx.values.iter().map(|mx| &*mx.host).filter(|host| *host != ".").collect();
    if let Some(policy) = declared.policy.text().filter(|policy| policy.has_all_patterns()) {
        let is_covered = |host: &str| {
            Name::parse(host.as_bytes(), None)
                .is_ok_and(|name| policy.patterns().any(|(pattern, _)| pattern.matches(&name)))
        };
        // A host that is declared as well is for `mx-not-covered`.
        let is_declared = |host: &str| declared.mx.values.iter().any(|mx| mx.exchange.name.as_str() == host);
        for host in deployed.iter().filter(|host| !is_covered(host) && !is_declared(host)) {
            cx.report(
                PolicyText::opening(policy),
                format!("mail goes to `{host}` now, which the policy does not cover"),
            )
            .label("an MX host that is deployed")
            .help(format!("add `mx: {host}`, or take the host out of the MX set before this policy is deployed"));
        }
        if deployed.iter().any(|host| !is_covered(host)) {
            return;
        }
    }
    let mut new: Vec<&str> = hosts(declared).map(|mx| mx.exchange.name.as_str()).collect();
    let mut old = deployed;
    new.sort_unstable();
    old.sort_unstable();
    if !declared.mx.is_whole() || new.is_empty() || new == old {
        return;
    }
    let shown = if old.is_empty() { "there is none".to_owned() } else { old.join(", ") };
    let place = declared.mx.values.first().map_or_else(|| live.place(), |mx| mx.place);
    cx.report_in("pending", place, format!("the deployed MX set is another: {shown}"))
        .label("not deployed yet")
        .help("nothing is wrong if it is about to be deployed");
}
