//! `record-ttl-long`: a record that is cached for long.

use super::Context;
use super::words::count;
use crate::site::Site;

pub(super) fn judge(site: &Site, cx: &mut Context<'_>) {
    let Some((record, (ttl, place))) = site.sts_texts().find_map(|text| Some((text, text.at.ttl?))) else { return };
    if ttl <= cx.settings.record_ttl {
        return;
    }
    let hours = usize::try_from(ttl / 3600).unwrap_or(usize::MAX);
    cx.report(place, format!("the record may be cached for {}", count(hours, "hour")))
        .label(format!("{ttl} seconds"))
        .related(record.text.whole(), "until then senders may not see a new id")
        .help("an hour to a day is usual");
}
