//! `mx-tls-failed`: an MX host was seen to offer no valid TLS.

use super::words::{hosts, mode};
use super::{Context, words};
use crate::mta_sts::policy::Mode;
use crate::site::Site;

pub(super) fn judge(site: &Site, cx: &mut Context<'_>) {
    let Some(mode @ (Mode::Enforce | Mode::Testing)) = mode(site) else { return };
    for mx in hosts(site).filter(|mx| words::is_covered(site, &mx.exchange.name)) {
        let host = &mx.exchange.name;
        // What this run saw itself, the rules of what is deployed say.
        for seen in cx.seen(host).filter(|seen| !seen.is_ok() && !seen.is_now) {
            let day = jiff::tz::Offset::UTC.to_datetime(seen.when).date();
            cx.report_in(
                mode.as_str(),
                mx.exchange.place,
                format!("mtasts.lock has of `{host}` ({}), seen on {day}: {}", seen.address, seen.verdict),
            )
            .label("under `enforce` no sender delivers to it")
            .help("mend it, look again with `mtasts probe --record`, and leave the mode at `testing` until it is `ok`");
        }
    }
}
