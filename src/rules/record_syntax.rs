//! `record-syntax`: a record that breaks the grammar.

use super::Context;
use super::mend::Mend;
use super::words::field_fault;
use crate::mta_sts::record::{self, FaultKind};
use crate::site::Site;

pub(super) fn judge(site: &Site, cx: &mut Context<'_>) {
    for record in site.sts_texts() {
        // One finding a record: the first fault is the cause, and what follows from it is noise.
        let Some(fault) = record.parsed.faults.iter().find(|fault| fault.kind != FaultKind::BlankBeforeDelimiter)
        else {
            continue;
        };
        let words = field_fault(fault.kind, "STSv1");
        let mend = Mend::of_fields(&record.text, &record.parsed.faults, "v=STSv1");
        let edits =
            mend.filter(|mend| record::parse(&mend.result()).is_valid(&mend.result())).and_then(|mend| mend.edits(cx));
        let finding = cx
            .report(
                record.text.place(fault.span),
                format!("the MTA-STS record of `{}` breaks the grammar: {}", site.domain, words.0),
            )
            .label("senders that check behave as if there were no record")
            .help(words.1);
        if let Some(edits) = edits {
            finding.safe_fix(edits);
        }
    }
}
