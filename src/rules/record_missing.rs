//! `record-missing`: a policy that no sender will look for.

use super::Context;
use crate::site::{PolicyText, Site, What};

pub(super) fn judge(site: &Site, cx: &mut Context<'_>) {
    let Some(policy) = site.policy.text() else { return };
    let is_here = site.record.zone.is_some() && site.record.is_whole() && site.record.aliases.is_empty();
    let is_misplaced = site.misplaced.iter().any(|record| record.what == What::Sts);
    if !is_here || site.sts_texts().next().is_some() || is_misplaced {
        return;
    }
    let name = &site.record.name;
    cx.report(PolicyText::opening(policy), format!("`{}` has a policy, and no record at `{name}`", site.domain))
        .label("senders fetch this policy only when the record announces it")
        .help(format!("publish `{name}. TXT \"v=STSv1; id=1\"`, and change the id whenever the policy changes"));
}
