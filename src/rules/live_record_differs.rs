//! `live-record-differs`: the record that is deployed is not the one that is declared.

use super::{Context, Live};
use crate::mta_sts::record;
use crate::site::Site;
use crate::text::clipped;

pub(super) fn judge(live: Live<'_>, cx: &mut Context<'_>) {
    let Live { declared, deployed, .. } = live;
    if !declared.record.is_whole() || declared.sts_texts().next().is_none() || !live.is_announced() {
        return;
    }
    let texts = |site: &Site| {
        let mut texts: Vec<Vec<u8>> = site.sts_texts().map(|record| record.text.bytes().to_vec()).collect();
        texts.sort();
        texts
    };
    let (new, old) = (texts(declared), texts(deployed));
    if new == old || declared.sts_texts().any(|record| record.text.holes().next().is_some()) {
        return;
    }
    let is_working = |texts: &[Vec<u8>]| matches!(texts, [only] if record::parse(only).is_valid(only));
    let case = if is_working(&old) { "pending" } else { "" };
    let shown: Vec<String> = old.iter().map(|text| format!("`{}`", clipped(text, 60))).collect();
    let finding = cx.report_in(case, live.place(), format!("the deployed record is another: {}", shown.join(" and ")));
    if case.is_empty() {
        finding.label("senders cannot read it").help("deploy the record that is declared");
    } else {
        finding.label("not deployed yet").help("nothing is wrong if it is about to be deployed");
    }
}
