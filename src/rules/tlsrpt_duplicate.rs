//! `tlsrpt-duplicate`: more than one TLSRPT record.

use super::Context;
use super::words::count;
use crate::site::{Site, TlsrptText};

pub(super) fn judge(site: &Site, cx: &mut Context<'_>) {
    // RFC 8460 §3: records that do not begin with `v=TLSRPTv1;` are discarded first.
    let records: Vec<&TlsrptText> =
        site.tlsrpt.values.iter().filter(|text| text.text.bytes().starts_with(b"v=TLSRPTv1;")).collect();
    let [first, second, others @ ..] = &records[..] else { return };
    let message =
        format!("{} at `{}`: senders send no reports", count(records.len(), "TLSRPT record"), site.tlsrpt.name);
    let finding =
        cx.report(second.text.whole(), message).label("one too many").related(first.text.whole(), "the first");
    for other in others {
        finding.related(other.text.whole(), "another");
    }
    finding.help("keep one; `rua` takes several addresses with commas between them");
}
