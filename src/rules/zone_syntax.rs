//! `zone-syntax`: an entry that cannot be read.

use super::Context;
use crate::zone::Zone;

pub(super) fn judge(zone: &Zone, cx: &mut Context<'_>) {
    for problem in &zone.problems {
        let kind = &problem.kind;
        let (case, label) = if kind.is_taken_by_some() {
            ("differing", "Knot and gdnsd split it, and BIND and NSD refuse the zone for it")
        } else if kind.is_about_this_run() {
            ("ignored", "what it holds is not known here")
        } else if kind.is_ignored_by_servers() {
            ("ignored", "not part of the zone")
        } else {
            ("refused", "name servers refuse the zone for it, and go on serving the old one")
        };
        cx.report_in(case, problem.place, kind.to_string()).label(label);
    }
    if zone.problems_left_out > 0 {
        let message = format!("the file has {} more entries that cannot be read", zone.problems_left_out);
        cx.report(zone.start(), message).help("is it a zone file?");
    }
}
