//! `id-shared`: one id for domains whose policies differ.

use super::Context;
use crate::site::Site;

/// Domains that are named.
const MOST: usize = 3;

pub(super) fn judge(site: &Site, cx: &mut Context<'_>) {
    let (Some(shared), Some(record)) = (&site.shared_id, site.sts_texts().next()) else { return };
    let named: Vec<String> = shared.domains.iter().take(MOST).map(|domain| format!("`{domain}`")).collect();
    let more = shared.domains.len() - named.len();
    let and_more = if more == 0 { String::new() } else { format!(" and {more} more") };
    // In the same words for each of the domains, so that it is said once.
    let message = format!("one id stands for the policies of {}{and_more}, which differ", named.join(", "));
    cx.report(shared.place, message)
        .label("written once, for all of them")
        .related(record.at.place, "one of the records")
        .help("derive each id from its policy: when one policy changes, its id must, and the others' need not");
}
