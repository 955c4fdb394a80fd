//! `zone-origin-unknown`: a zone file of which nothing tells the zone.

use super::Context;
use crate::zone::Zone;

pub(super) fn judge(zone: &Zone, cx: &mut Context<'_>) {
    // Without records that matter to mail there was nothing to judge.
    if zone.apex.is_none() && !zone.records.is_empty() {
        cx.report(zone.start(), "nothing tells which zone this file is, so that nothing in it was judged")
            .help("name its `origin` under [[zone]] in mtasts.toml, or call the file `<origin>.zone`");
    }
}
