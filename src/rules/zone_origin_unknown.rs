//! `zone-origin-unknown`: a zone file of which nothing tells the zone.

use super::Context;
use crate::site::ZoneFacts;

pub(super) fn judge(zone: &ZoneFacts, cx: &mut Context<'_>) {
    if zone.apex.is_none() {
        cx.report(zone.place, "nothing tells which zone this file is, so that nothing in it was judged")
            .help("name its `origin` under [[zone]] in mtasts.toml, or call the file `<origin>.zone`");
    }
}
