//! `mx-cert-expiring`: the certificate of an MX host ends soon.

use super::change::duration;
use super::words::{hosts, mode};
use super::{Context, words};
use crate::mta_sts::policy::Mode;
use crate::site::Site;

pub(super) fn judge(site: &Site, cx: &mut Context<'_>) {
    let is_needed = matches!(mode(site), Some(Mode::Enforce | Mode::Testing));
    let Some(now) = cx.now().filter(|_| is_needed) else { return };
    for mx in hosts(site).filter(|mx| words::is_covered(site, &mx.exchange.name)) {
        let host = &mx.exchange.name;
        // One that was seen to have ended is for `mx-tls-failed`.
        let ends = cx.seen(host).filter(|seen| seen.is_ok()).filter_map(|seen| seen.not_after).min();
        let left = ends.map(|ends| ends.as_second() - now.as_second());
        let limit = i64::try_from(cx.settings.certificate_left).unwrap_or(i64::MAX);
        let (Some(ends), Some(left)) = (ends, left.filter(|left| *left < limit)) else { continue };
        let day = jiff::tz::Offset::UTC.to_datetime(ends).date();
        let message = match u64::try_from(left) {
            Ok(left) => format!("the certificate of `{host}` ends on {day}, in {}", duration(left)),
            Err(_) => format!("the certificate that `{host}` was seen with ended on {day}"),
        };
        cx.report(mx.exchange.place, message)
            .label("then no sender delivers to it under `enforce`")
            .help("have it renewed, and look again: `mtasts probe --record`");
    }
}
