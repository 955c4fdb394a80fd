//! `policy-missing`: a record that announces a policy which is not there.

use super::Context;
use crate::mta_sts::record::Kind;
use crate::site::{Publication, Site, Why};

pub(super) fn judge(site: &Site, cx: &mut Context<'_>) {
    // Where `_mta-sts` is an alias, whoever owns its target keeps the policy as well.
    let mut records = site.record.values.iter().filter(|text| text.parsed.kind == Kind::Genuine);
    let (Some(record), true) = (records.next(), site.record.aliases.is_empty()) else { return };
    let place = record.text.whole();
    let url = format!("https://mta-sts.{}/.well-known/mta-sts.txt", site.domain);
    match &site.policy {
        Publication::Here(_) => {}
        Publication::Absent { promised } => {
            cx.report(place, format!("the record announces a policy for `{}`, and there is none", site.domain))
                .label("senders will look for a policy and not find it")
                .related(*promised, "the configuration says that it is kept here")
                .help(format!("add the file that is to be served at {url}, or remove the record"));
        }
        Publication::Unknown(unknown) if unknown.why != Why::NoPolicyHere => {}
        Publication::Unknown(_) => {
            cx.report_in("elsewhere", place, format!("no policy for `{}` is in this repository", site.domain))
                .label("announces a policy")
                .help(format!(
                    "make sure that {url} serves one; if it is kept here, name its file under [[policy]] in mtasts.toml"
                ));
        }
    }
}
