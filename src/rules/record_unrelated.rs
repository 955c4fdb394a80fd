//! `record-unrelated`: other TXT data at the record's name.

use super::Context;
use crate::mta_sts::record::Kind;
use crate::site::Site;
use crate::text::clipped;

pub(super) fn judge(site: &Site, cx: &mut Context<'_>) {
    if !site.has_mta_sts() {
        return; // A wildcard answers here for every domain that has nothing to do with MTA-STS.
    }
    for other in site.record.values.iter().filter(|text| text.parsed.kind == Kind::Unrelated) {
        let text = clipped(other.text.bytes(), 40);
        cx.report(other.text.whole(), format!("`{}` holds a TXT record that is no MTA-STS record", site.record.name))
            .label(format!("`{text}`"))
            .help("move it to the name that it is for: senders discard it here, and some give up on the name");
    }
}
