//! `live-policy-certificate`: a sender refuses the policy host's certificate.

use super::live::once;
use super::{Context, Live};
use crate::observed::{Fetched, TlsVersion};

pub(super) fn judge(live: Live<'_>, cx: &mut Context<'_>) {
    let host = format!("mta-sts.{}", live.observed.domain);
    let refused = live.fetches().filter_map(|fetch| match &fetch.outcome {
        Fetched::Untrusted(handshake) => Some((fetch, handshake)),
        Fetched::Unreachable(_) | Fetched::Answered(_) => None,
    });
    let finding = once(refused, live, cx, |handshake| {
        let faults = handshake.words(&host);
        match &handshake.failure {
            Some(failure) if faults.is_empty() => {
                format!("no sender comes through the TLS handshake with `{host}`: {failure}")
            }
            _ => format!("senders refuse the certificate of `{host}`: {}", faults.join("; ")),
        }
    });
    let Some(finding) = finding else { return };
    let is_old = live.fetches().any(
        |fetch| matches!(&fetch.outcome, Fetched::Untrusted(handshake) if handshake.version == Some(TlsVersion::Old)),
    );
    let help = if is_old {
        "have the host speak TLS 1.2 or 1.3".to_owned()
    } else {
        format!("serve a certificate for `{host}`, with its intermediates, of an authority that mail senders trust")
    };
    finding.label("senders find no policy").help(help);
}
