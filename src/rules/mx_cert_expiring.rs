//! `mx-cert-expiring`: the certificate of an MX host ends soon.

use jiff::Timestamp;

use super::change::duration;
use super::words::{hosts, mode};
use super::{Context, words};
use crate::certificates::Declared;
use crate::dns::Name;
use crate::mta_sts::policy::Mode;
use crate::site::Site;

pub(super) fn judge(site: &Site, cx: &mut Context<'_>) {
    let is_needed = matches!(mode(site), Some(Mode::Enforce | Mode::Testing));
    let Some(now) = cx.now().filter(|_| is_needed) else { return };
    for mx in hosts(site).filter(|mx| words::is_covered(site, &mx.exchange.name)) {
        let host = &mx.exchange.name;
        let Some((ends, declared)) = end(host, now, cx) else { continue };
        let left = ends.as_second() - now.as_second();
        if left >= i64::try_from(cx.settings.certificate_left).unwrap_or(i64::MAX) {
            continue;
        }
        let day = jiff::tz::Offset::UTC.to_datetime(ends).date();
        let message = match u64::try_from(left) {
            Ok(left) => format!("the certificate of `{host}` ends on {day}, in {}", duration(left)),
            Err(_) => format!("the certificate that `{host}` was seen with ended on {day}"),
        };
        let finding = cx.report(mx.exchange.place, message).label("then no sender delivers to it under `enforce`");
        match declared {
            None => finding.help("have it renewed, and look again: `mtasts probe --record`"),
            Some(declared) => finding
                .related(declared.place, "the certificate")
                .help("have it renewed, and put the new one in its place"),
        };
    }
}

/// When the certificate of `host` ends, and where it is, if the repository holds it. What was seen tells more than what is held.
fn end<'c>(host: &Name, now: Timestamp, cx: &Context<'c>) -> Option<(Timestamp, Option<&'c Declared>)> {
    if cx.seen(host).next().is_some() {
        // One that was seen to have ended is for `mx-tls-failed`.
        let ends = cx.seen(host).filter(|seen| seen.is_ok()).filter_map(|seen| seen.not_after).min();
        return ends.map(|ends| (ends, None));
    }
    // One that is renewed may lie beside the old one. What an authority is asked for is renewed by itself.
    let good = cx.declared(host).filter(|one| one.objection(Some(now)).is_none());
    let held: Option<Vec<_>> = good.map(|one| Some((one.not_after()?, Some(one)))).collect();
    held?.into_iter().max_by_key(|(ends, _)| *ends)
}
