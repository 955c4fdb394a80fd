//! `record-field-duplicate`: a field that stands more than once.

use super::Context;
use crate::site::Site;

pub(super) fn judge(site: &Site, cx: &mut Context<'_>) {
    for record in site.sts_texts() {
        for field in record.parsed.duplicates() {
            let name = record.shown(field.name);
            cx.report(record.text.place(field.whole), format!("the field `{name}` stands more than once"))
                .label("the first counts, by the standard; senders differ")
                .help("keep one");
        }
    }
}
