//! `record-field-unknown`: a field without effect.

use super::Context;
use crate::site::Site;
use crate::text::nearest;

pub(super) fn judge(site: &Site, cx: &mut Context<'_>) {
    for record in site.sts_texts() {
        for field in record.parsed.unknown() {
            let name = record.shown(field.name);
            let finding = cx
                .report(record.text.place(field.whole), format!("the field `{name}` is unknown, and has no effect"))
                .label("senders ignore it");
            match nearest(&name, &["id"]) {
                Some(near) => finding.help(format!("did you mean `{near}`?")),
                None => finding.help("remove it"),
            };
        }
    }
}
