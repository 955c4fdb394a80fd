//! `null-mx-policy`: a policy for a domain that takes no mail.

use super::Context;
use super::words::mode;
use crate::mta_sts::policy::Mode;
use crate::site::{PolicyText, Site};

pub(super) fn judge(site: &Site, cx: &mut Context<'_>) {
    let (Some(policy), Some(null)) = (site.policy.text(), site.null_mx()) else { return };
    if mode(site) == Some(Mode::None) {
        return;
    }
    cx.report(null.place, format!("`{}` says that it takes no mail, and has a policy", site.domain))
        .label("a null MX (RFC 7505)")
        .related(PolicyText::opening(policy), "the policy")
        .help("if the domain takes mail, name its hosts in the MX records; if not, remove the record and the policy");
}
