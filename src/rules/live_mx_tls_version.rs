//! `live-mx-tls-version`: no handshake that a sender accepts.

use super::{Context, Live};
use crate::observed::{Probed, TlsVersion};

pub(super) fn judge(live: Live<'_>, cx: &mut Context<'_>) {
    for (host, probe) in live.probes() {
        let Probed::Handshake(handshake) = &probe.outcome else { continue };
        let Some(failure) = &handshake.failure else { continue };
        let (name, address) = (&host.name, probe.address);
        let help = if handshake.version == Some(TlsVersion::Old) {
            "enable TLS 1.2 or 1.3 on it"
        } else {
            "mend STARTTLS on it, and leave the mode at `testing` until it works"
        };
        cx.report_in(
            live.case(),
            live.place_of(name),
            format!("no sender comes through the TLS handshake with the MX host `{name}` ({address}): {failure}"),
        )
        .label("under `enforce` no sender delivers to it")
        .help(help);
    }
}
