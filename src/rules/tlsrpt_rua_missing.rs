//! `tlsrpt-rua-missing`: reports for nobody.

use super::Context;
use crate::mta_sts::tlsrpt::Kind;
use crate::site::Site;

pub(super) fn judge(site: &Site, cx: &mut Context<'_>) {
    for record in site.tlsrpt_texts().filter(|record| record.parsed.kind == Kind::Genuine) {
        let is_cut = record.parsed.is_truncated() && record.at.lost_fields().is_some();
        // What is not known of it may be the field.
        if !record.text.is_wholly_certain() {
            continue;
        }
        if is_cut || record.parsed.rua.is_some() || !record.parsed.faults.is_empty() {
            continue;
        }
        let span = record.parsed.ruf.as_ref().map(|ruf| ruf.name);
        let place = span.map_or(record.text.whole(), |span| record.text.place(span));
        let help = if span.is_some() { "write `rua=`: `ruf` is DMARC's" } else { "add `rua=mailto:` and an address" };
        cx.report(place, format!("the TLSRPT record of `{}` names no address for reports", site.domain))
            .label("senders send no reports")
            .help(help);
    }
}
