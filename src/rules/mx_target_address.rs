//! `mx-target-address`: an MX record with an address where a name belongs.

use super::Context;
use crate::site::Site;

pub(super) fn judge(site: &Site, cx: &mut Context<'_>) {
    for mx in site.mx.values.iter().filter(|_| site.has_mta_sts()) {
        let Some(address) = mx.address_literal() else { continue };
        cx.report(mx.exchange.place, format!("an MX record names a host, and `{address}` is an address"))
            .label(format!("is taken for the name `{}`", mx.exchange.name))
            .help("give the mail server a name with an A or AAAA record, and put the name here and in the policy");
    }
}
