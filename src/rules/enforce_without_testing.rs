//! `enforce-without-testing`: from nothing, or `none`, to `enforce` in one step.

use super::Context;
use super::change::Change;
use crate::mta_sts::policy::Mode;
use crate::site::{PolicyText, Site};

pub(super) fn judge(change: Change<'_>, cx: &mut Context<'_>) {
    // Of a domain that nothing spoke of, nobody knows what was published.
    let Some((before, after)) = change.both() else { return };
    let Some(policy) = after.policy.text().filter(|policy| policy.mode() == Some(Mode::Enforce)) else { return };
    let Some(was) = unprotected(before) else { return };
    let Some(mode) = policy.parsed.mode_field() else { return };
    cx.report(policy.place(mode.value), format!("`{}` goes to `enforce`, and {was}", after.domain))
        .label("from the first fetch on, senders refuse every MX host that fails")
        .help("publish the policy with `mode: testing` first, and go to `enforce` when the TLSRPT reports show no failures");
}

/// What the domain had instead of a policy in testing, if that is a fact.
fn unprotected(site: &Site) -> Option<&'static str> {
    let mode = site.policy.text().and_then(PolicyText::mode);
    // Without a record no sender looks for a policy, even if one is served.
    if site.record.is_absent() {
        Some("had no MTA-STS record")
    } else {
        (mode == Some(Mode::None)).then_some("was at `none`")
    }
}
