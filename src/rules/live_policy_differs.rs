//! `live-policy-differs`: what is served is not the policy that is declared, or not everywhere the same.

use super::{Context, Live};
use crate::site::PolicyText;

pub(super) fn judge(live: Live<'_>, cx: &mut Context<'_>) {
    let served: Vec<_> = live.responses().filter(|(_, response)| response.status == 200).collect();
    if let [(one, first), others @ ..] = &served[..]
        && let Some((other, _)) = others.iter().find(|(_, response)| response.body != first.body)
    {
        cx.report(live.place(), format!("{} serves another policy than {}", other.address, one.address))
            .label("which one senders hold depends on the address")
            .help("serve the same text at all addresses");
        return;
    }
    // Under the same id it is `id-not-bumped`, or the order of the deployment.
    if !live.policy_differs() || live.id_differs() != Some(true) {
        return;
    }
    let place = live.declared.policy.text().map_or_else(|| live.place(), PolicyText::opening);
    cx.report_in("pending", place, format!("the policy of `{}` that is served is another", live.observed.domain))
        .label("not deployed yet")
        .help("nothing is wrong if it is about to be deployed: first the policy, and the record with the new id then");
}
