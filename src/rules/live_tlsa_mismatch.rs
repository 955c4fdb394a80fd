//! `live-tlsa-mismatch`: DANE asks for another certificate than the host has.

use super::{Context, Live};
use crate::observed::{Certificate, Handshake, Probed};

pub(super) fn judge(live: Live<'_>, cx: &mut Context<'_>) {
    for host in live.observed.hosts.iter().filter(|host| host.tlsa.secure) {
        // A record whose form says nothing here could be the one that matches.
        let Some(records) = host.tlsa.values.iter().map(|text| Tlsa::read(text)).collect::<Option<Vec<_>>>() else {
            continue;
        };
        let usable: Vec<&Tlsa<'_>> = records.iter().filter(|record| record.is_usable()).collect();
        for probe in &host.probes {
            let Probed::Handshake(handshake) = &probe.outcome else { continue };
            if usable.is_empty() || handshake.chain.is_empty() || usable.iter().any(|record| record.matches(handshake))
            {
                continue;
            }
            let (name, address) = (&host.name, probe.address);
            cx.report(
                live.place_of(name),
                format!("no TLSA record at `_25._tcp.{name}` matches the certificate of {address}"),
            )
            .label("senders that go by DANE do not deliver to it")
            .help("publish the record of the new certificate before the host uses it, and take the old one out after");
        }
    }
}

/// A TLSA record (RFC 6698 §2.1), its data in lower case hex.
struct Tlsa<'a> {
    usage: u8,
    selector: u8,
    data: &'a str,
}

impl<'a> Tlsa<'a> {
    /// `None` for a form that the facts at hand do not suffice to judge: anything but SHA-256.
    fn read(text: &'a str) -> Option<Self> {
        let mut words = text.split(' ');
        let mut number = || words.next()?.parse::<u8>().ok();
        let (usage, selector, matching) = (number()?, number()?, number()?);
        let data = words.next()?;
        (matching == 1).then_some(Self { usage, selector, data })
    }

    /// Of the others RFC 7672 §3.1 says that they are not used for SMTP.
    fn is_usable(&self) -> bool {
        matches!(self.usage, 2 | 3) && matches!(self.selector, 0 | 1)
    }

    fn matches(&self, handshake: &Handshake) -> bool {
        let digest = |certificate: &Certificate| match self.selector {
            0 => certificate.sha256 == self.data,
            _ => certificate.spki_sha256 == self.data,
        };
        // The end entity's own, or any above it.
        let (own, above) = (handshake.chain.first(), handshake.chain.iter().skip(1));
        if self.usage == 3 { own.is_some_and(digest) } else { own.into_iter().chain(above).any(digest) }
    }
}
