//! What shows that an MX host offers TLS that senders trust.

use jiff::Timestamp;

use super::providers;
use crate::certificates::{Certificates, Declared};
use crate::dns::Name;
use crate::observed::{Lock, Seen};

/// Why an MX host is not in doubt.
#[derive(Clone, Copy, Debug)]
pub enum Evidence<'a> {
    /// Somebody looked, and saw this: one entry an address, at least one. What is wrong with it is said elsewhere.
    Seen(&'a [Seen]),
    /// The repository declares a certificate for it.
    Declared(&'a Declared),
    /// It is one of this provider, whose hosts are known to.
    Provider(&'static str),
}

/// The best evidence for `host` at `now`, where that is known; `None` if nothing speaks for it.
pub fn evidence<'a>(
    host: &Name,
    seen: &'a Lock,
    declared: &'a Certificates,
    now: Option<Timestamp>,
) -> Option<Evidence<'a>> {
    let seen = Some(seen.of(host.as_str())).filter(|seen| !seen.is_empty()).map(Evidence::Seen);
    let certificate = || declared.of(host).find(|one| one.objection(now).is_none()).map(Evidence::Declared);
    let provider = || providers::of(host).map(|(name, _)| Evidence::Provider(name));
    seen.or_else(certificate).or_else(provider)
}
