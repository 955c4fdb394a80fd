//! `tlsrpt-missing`: MTA-STS, and nobody who hears of failures.

use super::Context;
use super::words::{anchor, mode};
use crate::mta_sts::policy::Mode;
use crate::site::{Site, What};

pub(super) fn judge(site: &Site, cx: &mut Context<'_>) {
    let set = &site.tlsrpt;
    let is_here = set.zone.is_some() && set.is_whole() && set.aliases.is_empty();
    let is_misplaced = site.misplaced.iter().any(|record| record.what == What::Tlsrpt);
    let mode = mode(site);
    if !site.has_mta_sts()
        || !is_here
        || set.values.iter().any(super::super::site::TlsrptText::is_meant)
        || is_misplaced
        || mode == Some(Mode::None)
    {
        return;
    }
    let Some(place) = anchor(site) else { return };
    let effect = match mode {
        Some(Mode::Enforce) => "with an enforced policy, a mistake shows only as mail that does not arrive",
        _ => "reports are all that a policy brings before it is enforced",
    };
    let name = &set.name;
    cx.report(place, format!("`{}` asks for no TLS reports: there is no record at `{name}`", site.domain))
        .label(effect)
        .help(format!("publish `{name}. TXT \"v=TLSRPTv1; rua=mailto:tls-reports@{}\"`", site.domain));
}
