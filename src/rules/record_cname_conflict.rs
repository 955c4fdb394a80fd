//! `record-cname-conflict`: a CNAME beside other data.

use super::Context;
use crate::dns::Name;
use crate::site::{Alias, RrSet, Site};
use crate::text::Place;

pub(super) fn judge(site: &Site, cx: &mut Context<'_>) {
    one(&site.record, cx);
    one(&site.policy_host, cx);
    one(&site.tlsrpt, cx);
}

fn one<T>(set: &RrSet<T>, cx: &mut Context<'_>) {
    let first: Option<(&Alias, &Name)> = set.aliases.first().map(|alias| (alias, &alias.owner.name));
    let (Some((alias, owner)), [other, rest @ ..]) = (first, &set.beside_alias[..]) else { return };
    let finding = cx
        .report(alias.place, format!("`{owner}` has a CNAME and other data"))
        .label("a CNAME must stand alone (RFC 1034 §3.6.2): name servers refuse the zone, or answer at random")
        .related(*other, "other data at the same name");
    let others: &[Place] = rest;
    for place in others {
        finding.related(*place, "and more");
    }
    finding.help("keep the CNAME or the other records, not both");
}
