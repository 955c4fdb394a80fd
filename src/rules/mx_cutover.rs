//! `mx-cutover`: an MX host that the policy which senders hold does not cover.

use super::Context;
use super::change::{Change, duration, held, newcomers};
use crate::mta_sts::policy::Mode;

pub(super) fn judge(change: Change<'_>, cx: &mut Context<'_>) {
    let Some((before, after)) = change.both() else { return };
    let Some((mode, max_age, policy)) = held(before).filter(|(mode, ..)| *mode != Mode::None) else { return };
    // A policy that is given up in the same step is another rule's; one that never covers the host too.
    let covers =
        |name: &_| after.policy.text().is_some_and(|new| new.patterns().any(|(pattern, _)| pattern.matches(name)));
    let case = if mode == Mode::Enforce { "enforce" } else { "testing" };
    let until = cx.until(max_age);
    let pattern = policy.patterns().next().map(|(_, place)| cx.before(place));
    for (host, place) in newcomers(before, policy, after).into_iter().filter(|(host, _)| covers(host)) {
        let finding = cx.report_in(
            case,
            place,
            format!("the new MX host `{host}` is not covered by the policy that senders hold"),
        );
        finding
            .label(format!("until they fetch the new policy, for up to {}{until}, senders go by the old one", duration(max_age)))
            .help(
                "publish the policy with the new host and a new id first, wait until the old max_age has passed, and add the MX \
                 record then",
            );
        if let Some(pattern) = pattern {
            finding.related(pattern, "the policy that senders hold");
        }
    }
}
