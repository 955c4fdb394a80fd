//! `subdomain-unprotected`: a subdomain with mail of its own under a protected domain.

use super::Context;
use crate::site::Site;

pub(super) fn judge(site: &Site, cx: &mut Context<'_>) {
    let (Some(parent), Some(mx)) = (&site.protected_parent, site.mx.values.first()) else { return };
    if site.null_mx().is_some() || !site.record.is_absent() || !site.misplaced.is_empty() {
        return;
    }
    cx.report(mx.place, format!("`{}` takes mail, and the policy of `{parent}` does not protect it", site.domain))
        .label("MX records of its own")
        .help(format!("policies are not inherited: give `{}` a record and a policy", site.domain));
}
