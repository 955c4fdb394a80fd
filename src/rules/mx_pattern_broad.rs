//! `mx-pattern-broad`: a wildcard that matches anybody's hosts.

use super::Context;
use crate::site::ServedPolicy;

pub(super) fn judge(served: &ServedPolicy, cx: &mut Context<'_>) {
    for (pattern, place) in served.policy.patterns().filter(|(pattern, _)| pattern.is_public_suffix_wildcard()) {
        cx.report(place, format!("`{pattern}` matches hosts of anybody who registers a name there"))
            .label("a wildcard directly under a public suffix")
            .help("name the hosts, or put the wildcard under a domain that is yours or your provider's");
    }
}
