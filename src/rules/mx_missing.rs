//! `mx-missing`: a policy for a domain without MX.

use super::Context;
use super::words::mode;
use crate::mta_sts::policy::Mode;
use crate::site::{PolicyText, Site};

pub(super) fn judge(site: &Site, cx: &mut Context<'_>) {
    let Some(policy) = site.policy.text() else { return };
    if site.mx.zone.is_none() || !site.mx.is_absent() || mode(site) == Some(Mode::None) {
        return;
    }
    cx.report(PolicyText::opening(policy), format!("`{}` has a policy, and no MX record", site.domain))
        .label("says which MX hosts may receive mail")
        .help(format!(
            "add MX records at `{}.`; a domain that takes no mail needs `MX 0 .` and no policy",
            site.domain
        ));
}
