//! `zone-syntax`: an entry that cannot be read.

use super::Context;
use crate::zone::Zone;

pub(super) fn judge(zone: &Zone, cx: &mut Context<'_>) {
    for problem in &zone.problems {
        let case = if problem.kind.is_ignored_by_servers() || problem.kind.is_about_this_run() {
            "ignored"
        } else {
            "refused"
        };
        let label = match case {
            "refused" => "name servers refuse the zone for it, and go on serving the old one",
            _ if problem.kind.is_about_this_run() => "what it holds is not known here",
            _ => "not part of the zone",
        };
        cx.report_in(case, problem.place, problem.kind.to_string()).label(label);
    }
    if zone.problems_left_out > 0 {
        let message = format!("the file has {} more entries that cannot be read", zone.problems_left_out);
        cx.report(zone.start(), message).help("is it a zone file?");
    }
}
