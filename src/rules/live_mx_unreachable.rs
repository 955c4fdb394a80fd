//! `live-mx-unreachable`: a host that takes no mail now.

use super::{Context, Live};
use crate::observed::Probed;

pub(super) fn judge(live: Live<'_>, cx: &mut Context<'_>) {
    for (host, probe) in live.probes() {
        let Probed::Unreachable(why) = &probe.outcome else { continue };
        let (name, address) = (&host.name, probe.address);
        cx.report(live.place_of(name), format!("the MX host `{name}` takes no mail at {address}: {why}"))
            .label("nothing is known of its TLS there")
            .help("have it answer on port 25, on all addresses that it has, or take the address out");
    }
    let absent = live.observed.hosts.iter().filter(|host| host.addresses.is_absent() && live.needs_tls());
    for host in absent {
        cx.report(live.place_of(&host.name), format!("the MX host `{}` has no address", host.name))
            .label("nobody can deliver to it")
            .help("publish its address, or take it out of the MX set");
    }
}
