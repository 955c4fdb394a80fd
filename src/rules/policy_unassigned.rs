//! `policy-unassigned`: a policy of nobody.

use super::Context;
use crate::site::ServedPolicy;

pub(super) fn judge(served: &ServedPolicy, cx: &mut Context<'_>) {
    // What a resource serves may have its domain from something that is not known; `show` lists it.
    if !served.domains.is_empty() || !served.served.is_empty() {
        return;
    }
    cx.report(served.policy.opening(), "no domain could be found that this policy is for")
        .label("neither its record nor its MX hosts were checked")
        .help("say under [[policy]] in mtasts.toml which `domains` it serves, or put the domain into its path");
}
