//! `live-deploy-order`: the new id is published, and the old policy served.

use super::change::known_id;
use super::{Context, Live};

pub(super) fn judge(live: Live<'_>, cx: &mut Context<'_>) {
    if !live.is_settled || !live.policy_differs() || live.id_differs() != Some(false) {
        return;
    }
    let Some((record, span, _)) = known_id(live.declared) else { return };
    cx.report(
        record.text.place(span),
        format!(
            "the id `{}` is published, and the policy that is served is not the one that it stands for",
            record.shown(span)
        ),
    )
    .label("senders that fetch now keep the old policy under the new id")
    .help("deploy the policy, then give it another id: who has fetched in between does not look again under this one");
}
