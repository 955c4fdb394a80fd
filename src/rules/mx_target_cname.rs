//! `mx-target-cname`: an MX host that is an alias.

use super::Context;
use crate::site::{Host, Site};

pub(super) fn judge(site: &Site, cx: &mut Context<'_>) {
    for mx in site.mx.values.iter().filter(|_| site.has_mta_sts()) {
        let Host::Alias(alias) = &mx.host else { continue };
        let host = &mx.exchange.name;
        cx.report(mx.exchange.place, format!("the MX host `{host}` is an alias"))
            .label("must be a name with addresses of its own (RFC 2181 §10.3)")
            .related(alias.place, format!("leads to `{}`", alias.target.name))
            .help(format!(
                "name `{}` in the MX record and in the policy: senders match the policy against the name in the MX record, \
                 and some refuse an alias",
                alias.target.name
            ));
    }
}
