//! `id-volatile`: an id that is another at every run.

use super::Context;
use crate::site::Site;
use crate::text::Maker;

pub(super) fn judge(site: &Site, cx: &mut Context<'_>) {
    for record in site.sts_texts() {
        let made = record.id.and_then(|id| {
            record.text.makers(id).find_map(|made| match &made.by {
                Maker::Volatile(function) => Some((made.place, function)),
                _ => None,
            })
        });
        let Some((place, function)) = made else { continue };
        cx.report(place, format!("the id of `{}` comes from `{function}()`: it changes at every apply", site.domain))
            .label("not the same twice")
            .related(record.at.place, "the record")
            .help(
                "derive it from the policy, so that it changes when the policy does and only then: \
                 `substr(sha256(local.policy), 0, 32)`",
            );
    }
}
