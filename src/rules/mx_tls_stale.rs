//! `mx-tls-stale`: evidence that is too old to rely on.

use super::change::duration;
use super::words::{hosts, mode};
use super::{Context, words};
use crate::mta_sts::policy::Mode;
use crate::site::Site;

pub(super) fn judge(site: &Site, cx: &mut Context<'_>) {
    let Some(now) = cx.now().filter(|_| mode(site) == Some(Mode::Enforce)) else { return };
    for mx in hosts(site).filter(|mx| words::is_covered(site, &mx.exchange.name)) {
        let host = &mx.exchange.name;
        let newest = cx.seen(host).map(|seen| seen.when).max();
        let age = newest.map(|when| u64::try_from(now.as_second() - when.as_second()).unwrap_or(0));
        let Some(age) = age.filter(|age| *age > cx.settings.evidence_age) else { continue };
        cx.report(mx.exchange.place, format!("what mtasts.lock has of `{host}` is {} old", duration(age)))
            .label("certificates are renewed, and servers changed, more often")
            .help("look again: `mtasts probe --record`");
    }
}
