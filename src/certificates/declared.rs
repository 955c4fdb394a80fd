//! Certificates that a repository declares: for which hosts, and what they are worth as evidence.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

use super::x509::{Parsed, Usage};
use crate::dns::Name;
use crate::text::Place;

/// A certificate that a repository holds, or has issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// What declares it: `acme_certificate.mx`, `Certificate mx`; of one that is kept as a file, who issued it and when it ends.
    pub by: Arc<str>,
    /// Where.
    pub place: Place,
    /// The DNS names that it is for: hosts, and `*.` with a domain.
    pub names: Vec<String>,
    /// From when to when, where it is there already and not only asked for.
    pub lasts: Option<(Timestamp, Timestamp)>,
    /// Why no sender would trust it, where that is known.
    pub doubt: Option<Doubt>,
}

/// Why no sender that enforces a policy would trust a certificate (RFC 8461 §4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// It signs itself.
    SelfSigned,
    /// The authority is one's own.
    PrivateAuthority,
    /// The authority is one for tests, such as Let's Encrypt's staging environment.
    TestAuthority,
    /// It may not be that of a server.
    NotForServers,
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SelfSigned => "it is signed by itself",
            Self::PrivateAuthority => "no publicly trusted authority issues it",
            Self::TestAuthority => "an authority for tests issues it",
            Self::NotForServers => "it is not for servers",
        })
    }
}

impl Doubt {
    /// What stands against what an ACME server issues, by its URL: its operator is a public authority, and tells servers for tests by
    /// their names (`acme-staging-v02.api.letsencrypt.org`).
    pub fn of_acme(server: &str) -> Option<Self> {
        let host = server.strip_prefix("https://")?.split('/').next()?;
        host.contains("staging").then_some(Self::TestAuthority)
    }

    /// What stands against a certificate that is there.
    fn of(parsed: &Parsed) -> Option<Self> {
        if parsed.is_self_issued() {
            Some(Self::SelfSigned)
        } else if !parsed.is_public {
            Some(Self::PrivateAuthority)
        } else if parsed.usage != Usage::Server {
            Some(Self::NotForServers)
        } else {
            None
        }
    }
}

impl Declared {
    /// A certificate in a file.
    pub fn in_file(place: Place, parsed: Parsed) -> Self {
        let doubt = Doubt::of(&parsed);
        let certificate = parsed.certificate;
        let by = format!("issued by {} until {}", certificate.issuer, day(certificate.not_after)).into();
        let lasts = Some((certificate.not_before, certificate.not_after));
        Self { by, place, names: certificate.names, lasts, doubt }
    }

    /// Why it does not show that its hosts offer TLS that senders trust, a clause; `None` if it does. Where nobody knows the time,
    /// none is against it.
    pub fn objection(&self, now: Option<Timestamp>) -> Option<String> {
        match (self.doubt, self.lasts, now) {
            (Some(doubt), ..) => Some(doubt.to_string()),
            (None, Some((_, ends)), Some(now)) if ends < now => Some(format!("it ended on {}", day(ends))),
            (None, Some((begins, _)), Some(now)) if now < begins => Some(format!("it begins on {}", day(begins))),
            _ => None,
        }
    }

    /// When it ends, where it is there already.
    pub fn not_after(&self) -> Option<Timestamp> {
        self.lasts.map(|(_, ends)| ends)
    }
}

fn day(when: Timestamp) -> Date {
    Offset::UTC.to_datetime(when).date()
}

/// All certificates that a repository declares, by the names that they are for.
#[derive(Clone, Debug, Default)]
pub struct Certificates {
    all: Vec<Declared>,
    /// In lower case; positions in `all`, rising.
    by_name: BTreeMap<String, Vec<usize>>,
}

impl Certificates {
    /// Finds them by their names.
    pub fn new(all: Vec<Declared>) -> Self {
        let mut by_name: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, name) in all.iter().enumerate().flat_map(|(at, one)| one.names.iter().map(move |name| (at, name))) {
            let with_it = by_name.entry(name.trim_end_matches('.').to_ascii_lowercase()).or_default();
            if with_it.last() != Some(&at) {
                with_it.push(at);
            }
        }
        Self { all, by_name }
    }

    /// Those that are for `host`: `*` stands for its whole first label, and for no more (RFC 6125 §6.4.3).
    pub fn of(&self, host: &Name) -> impl Iterator<Item = &Declared> {
        let wildcard = host.parent_str().filter(|parent| !parent.is_empty()).map(|parent| format!("*.{parent}"));
        let found = [Some(host.as_str()), wildcard.as_deref()].into_iter().flatten();
        let mut found: Vec<usize> = found.filter_map(|name| self.by_name.get(name)).flatten().copied().collect();
        found.sort_unstable();
        found.dedup();
        found.into_iter().filter_map(|at| self.all.get(at))
    }
}
