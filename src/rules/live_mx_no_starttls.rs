//! `live-mx-no-starttls`: a host to which no sender delivers under `enforce`.

use super::{Context, Live};
use crate::observed::Probed;

pub(super) fn judge(live: Live<'_>, cx: &mut Context<'_>) {
    for (host, probe) in live.probes() {
        let Probed::NoStarttls(why) = &probe.outcome else { continue };
        let (name, address) = (&host.name, probe.address);
        cx.report_in(
            live.case(),
            live.place_of(name),
            format!("the MX host `{name}` ({address}) offers no TLS: {why}"),
        )
        .label("under `enforce` no sender delivers to it")
        .help("enable STARTTLS on it, and leave the mode at `testing` until it works");
    }
}
