//! `live-mx-certificate`: a certificate for which senders do not deliver under `enforce`.

use super::{Context, Live};
use crate::observed::Probed;

pub(super) fn judge(live: Live<'_>, cx: &mut Context<'_>) {
    for (host, probe) in live.probes() {
        let Probed::Handshake(handshake) = &probe.outcome else { continue };
        let (name, address) = (&host.name, probe.address);
        let faults = handshake.words(name);
        if faults.is_empty() {
            continue;
        }
        cx.report_in(
            live.case(),
            live.place_of(name),
            format!("senders refuse the certificate of the MX host `{name}` ({address}): {}", faults.join("; ")),
        )
        .label("under `enforce` no sender delivers to it")
        .help(format!(
            "give it a certificate for `{name}`, with its intermediates, of an authority that mail senders trust"
        ));
    }
}
