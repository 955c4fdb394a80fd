//! `mx-tls-unproven`: a policy that is enforced before TLS is known to work.

use super::words::{hosts, mode};
use super::{Context, providers};
use crate::mta_sts::policy::Mode;
use crate::site::{Mx, PolicyText, Site};

pub(super) fn judge(site: &Site, cx: &mut Context<'_>) {
    let Some(policy) = site.policy.text().filter(|_| mode(site) == Some(Mode::Enforce)) else { return };
    let known: Vec<&str> = providers::PROVIDERS.iter().map(|(name, _)| *name).collect();
    // A host that no pattern covers gets no mail under the policy, whatever its TLS.
    let is_covered = |mx: &&Mx| policy.patterns().any(|(pattern, _)| pattern.matches(&mx.exchange.name));
    for mx in hosts(site).filter(is_covered) {
        let host = &mx.exchange.name;
        if providers::of(host).is_some() || cx.has_visited(host) {
            continue;
        }
        cx.report(mx.exchange.place, format!("the policy is enforced, and nothing here shows that `{host}` offers valid TLS"))
            .label(format!("none of the providers that are known to: {}", known.join(", ")))
            .related(PolicyText::opening(policy), "the policy")
            .help(format!(
                "test it: `openssl s_client -starttls smtp -connect {host}:25 -verify_hostname {host} -verify_return_error`; \
                 then say so under [[ignore-finding]] in mtasts.toml"
            ));
    }
}
