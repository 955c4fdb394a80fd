//! `mx-tls-unproven`: a policy that is enforced before TLS is known to work.

use super::words::{hosts, is_covered, mode};
use super::{Context, providers};
use crate::mta_sts::policy::Mode;
use crate::site::{PolicyText, Site};

/// Certificates that are named as no evidence.
const MOST_NAMED: usize = 3;

pub(super) fn judge(site: &Site, cx: &mut Context<'_>) {
    let Some(policy) = site.policy.text().filter(|_| mode(site) == Some(Mode::Enforce)) else { return };
    let known: Vec<&str> = providers::PROVIDERS.iter().map(|(name, _)| *name).collect();
    for mx in hosts(site).filter(|mx| is_covered(site, &mx.exchange.name)) {
        let host = &mx.exchange.name;
        if cx.evidence(host).is_some() {
            continue;
        }
        let useless = cx.declared(host).take(MOST_NAMED);
        let useless: Vec<_> = useless.filter_map(|one| Some((one.place, one.objection(cx.now())?))).collect();
        let finding = cx
            .report(
                mx.exchange.place,
                format!("the policy is enforced, and nothing here shows that `{host}` offers valid TLS"),
            )
            .label(format!(
                "not in mtasts.lock, no certificate that counts, and none of the providers that are known to: {}",
                known.join(", ")
            ))
            .related(PolicyText::opening(policy), "the policy")
            .help(format!("look at it, where port 25 can be reached: `mtasts probe --record {}`", site.domain));
        for (place, objection) in useless {
            finding.related(place, format!("a certificate for it, and no evidence: {objection}"));
        }
    }
}
