//! `record-duplicate`: more than one record, so that senders assume no policy.

use super::Context;
use super::words::count;
use crate::site::{Site, StsText};

pub(super) fn judge(site: &Site, cx: &mut Context<'_>) {
    // RFC 8461 §3.1: records that do not begin with `v=STSv1;` are discarded first.
    let records: Vec<&StsText> =
        site.record.values.iter().filter(|text| text.text.bytes().starts_with(b"v=STSv1;")).collect();
    let [first, rest @ ..] = &records[..] else { return };
    let [second, others @ ..] = rest else { return };
    let finding = cx
        .report(
            second.text.whole(),
            format!(
                "{} at `{}`: senders assume that there is no policy",
                count(records.len(), "MTA-STS record"),
                site.record.name
            ),
        )
        .label("one too many")
        .related(first.text.whole(), "the first");
    for other in others {
        finding.related(other.text.whole(), "another");
    }
    finding.help("keep exactly one, with an id that has not been used before");
}
