//! `record-id-missing`: a record without an id.

use super::Context;
use crate::mta_sts::record::Kind;
use crate::site::Site;

pub(super) fn judge(site: &Site, cx: &mut Context<'_>) {
    for record in site.sts_texts().filter(|record| record.parsed.kind == Kind::Genuine) {
        let is_cut = record.parsed.is_truncated() && record.at.lost_fields().is_some();
        // A field that breaks the grammar may be the id: record-syntax says so.
        // What is not known of it may be the field.
        if !record.text.is_wholly_certain() {
            continue;
        }
        if is_cut || record.parsed.ids().next().is_some() || !record.parsed.faults.is_empty() {
            continue;
        }
        cx.report(record.text.whole(), format!("the MTA-STS record of `{}` has no id", site.domain))
            .label("senders behave as if there were no record")
            .help("add `id=` and up to 32 letters and digits, and change it whenever the policy changes");
    }
}
