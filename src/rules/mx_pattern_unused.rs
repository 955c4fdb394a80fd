//! `mx-pattern-unused`: a pattern that no MX host needs.

use super::Context;
use crate::dns::Name;
use crate::mta_sts::policy::Mode;
use crate::site::ServedPolicy;

/// Patterns that are judged: every one is held against every host.
const MOST: usize = 1000;

pub(super) fn judge(served: &ServedPolicy, cx: &mut Context<'_>) {
    let policy = &served.policy;
    let Some(hosts) = served.hosts.as_ref().filter(|hosts| !hosts.is_empty()) else { return };
    if policy.mode() == Some(Mode::None) {
        return;
    }
    let is_covered = |host: &Name| policy.patterns().take(MOST).any(|(pattern, _)| pattern.matches(host));
    let uncovered: Vec<&Name> = hosts.iter().filter(|host| !is_covered(host)).take(50).collect();
    for (pattern, place) in policy.patterns().take(MOST) {
        // One that comes near a host was meant for it: mx-not-covered says so.
        let is_near = uncovered.iter().any(|host| pattern.near(host).is_some());
        if !is_near && !hosts.iter().any(|host| pattern.matches(host)) {
            cx.report(place, format!("`{pattern}` matches none of the MX hosts"))
                .label("allows hosts that receive no mail for the domain")
                .help("remove the pattern and change the id, or add the MX record that it is for");
        }
    }
}
