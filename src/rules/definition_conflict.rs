//! `definition-conflict`: one thing defined twice, and differently.

use super::Context;
use crate::site::Site;

pub(super) fn judge(site: &Site, cx: &mut Context<'_>) {
    for conflict in &site.conflicts {
        let finding = cx
            .report(
                conflict.first,
                format!("{} of `{}` is defined more than once, and differently", conflict.what, site.domain),
            )
            .label("this one was judged");
        for other in &conflict.others {
            finding.related(*other, "another definition");
        }
        finding.help(
            "keep one of them; if both are published, to different askers, tell them apart by `view` in mtasts.toml",
        );
    }
}
