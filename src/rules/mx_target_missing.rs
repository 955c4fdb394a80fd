//! `mx-target-missing`: an MX host that has no address.

use super::Context;
use super::words::hosts;
use crate::site::{Host, Site};

pub(super) fn judge(site: &Site, cx: &mut Context<'_>) {
    if !site.has_mta_sts() {
        return;
    }
    for mx in hosts(site) {
        let Host::Missing { zone } = &mx.host else { continue };
        let host = &mx.exchange.name;
        let doubled = format!(".{zone}.{zone}");
        let is_doubled = mx.exchange.is_relative() && format!(".{host}").ends_with(&doubled);
        let dot = if is_doubled { cx.final_dot(&mx.exchange) } else { None };
        let finding = cx
            .report(
                mx.exchange.place,
                format!("the MX host `{host}` has no address in the zone `{zone}`, which is here"),
            )
            .label("no A or AAAA record");
        if is_doubled {
            finding.help(format!(
                "end the name with a dot, `{}.`: without it the zone's name is added",
                mx.exchange.written
            ));
        } else {
            finding.help(format!("add an A or AAAA record at `{host}.`, or correct the name"));
        }
        if let Some(edits) = dot {
            finding.safe_fix(edits);
        }
    }
}
