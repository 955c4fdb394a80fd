//! `mx-pattern-unused`: a pattern that no MX host needs.

use super::Context;
use crate::mta_sts::policy::Mode;
use crate::site::ServedPolicy;

pub(super) fn judge(served: &ServedPolicy, cx: &mut Context<'_>) {
    let policy = &served.policy;
    let Some(hosts) = served.hosts.as_ref().filter(|hosts| !hosts.is_empty()) else { return };
    if policy.mode() == Some(Mode::None) {
        return;
    }
    for (pattern, place) in policy.patterns() {
        if !hosts.iter().any(|host| pattern.matches(host)) {
            cx.report(place, format!("`{pattern}` matches none of the MX hosts"))
                .label("allows hosts that receive no mail for the domain")
                .help("remove the pattern and change the id, or add the MX record that it is for");
        }
    }
}
