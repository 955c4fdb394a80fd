//! `mx-pattern-duplicate`: a pattern that stands more than once.

use super::Context;
use crate::site::ServedPolicy;

/// Patterns that are compared: more than any policy needs, and few enough to compare each with each.
const MAX: usize = 200;

pub(super) fn judge(served: &ServedPolicy, cx: &mut Context<'_>) {
    let patterns: Vec<_> = served.policy.patterns().take(MAX).collect();
    for (at, (pattern, place)) in patterns.iter().enumerate() {
        let Some((_, first)) = patterns[..at].iter().find(|(known, _)| known == pattern) else { continue };
        cx.report(*place, format!("`{pattern}` stands more than once"))
            .label("has no effect")
            .related(*first, "the first")
            .help("remove it, or name the host that was meant");
    }
}
