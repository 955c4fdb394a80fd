//! `live-nameservers-disagree`: which record a sender gets depends on the name server that is asked.

use super::{Context, Live};
use crate::observed::{NameServer, Said};
use crate::text::clipped;

pub(super) fn judge(live: Live<'_>, cx: &mut Context<'_>) {
    for servers in live.observed.nameservers.chunk_by(|a, b| a.asked == b.asked) {
        compare(servers, live, cx);
    }
}

/// Compares what the servers of one zone say of one name.
fn compare(servers: &[NameServer], live: Live<'_>, cx: &mut Context<'_>) {
    let Some(first) = servers.iter().find(|server| !matches!(server.said, Said::Lame(_))) else { return };
    let others: Vec<&NameServer> = servers.iter().filter(|server| server.said != first.said).collect();
    if others.is_empty() {
        return;
    }
    let asked = clipped(first.asked.as_bytes(), 255);
    let finding = cx.report(live.place(), format!("the name servers do not agree on `{asked}`"));
    let said: Vec<String> = [first].into_iter().chain(others).map(words).collect();
    finding
        .label(said.join("; "))
        .help("bring the zone to all its name servers, and take out of the NS set those that do not serve it");
}

fn words(server: &NameServer) -> String {
    let said = match &server.said {
        Said::Lame(code) => format!("does not serve the zone: {code}"),
        Said::Alias(target) => format!("has an alias for `{}`", clipped(target.as_bytes(), 255)),
        Said::Records(records) if records.is_empty() => "has no such record".to_owned(),
        Said::Records(records) => {
            let records: Vec<String> =
                records.iter().map(|text| format!("`{}`", clipped(text.as_bytes(), 60))).collect();
            format!("says {}", records.join(" and "))
        }
    };
    format!("`{}` ({}) {said}", server.name, server.address)
}
