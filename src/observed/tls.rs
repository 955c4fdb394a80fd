//! A TLS handshake, and what a sender holds against it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::certificates::Certificate;

/// A TLS handshake with a server, finished or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handshake {
    /// The version that was agreed on; `None` if the handshake failed before.
    pub version: Option<TlsVersion>,
    /// Why it failed, a clause, if it did for another reason than the certificate.
    pub failure: Option<String>,
    /// What the server sent, its own certificate first.
    pub chain: Vec<Certificate>,
    /// What a sender holds against the certificate; none: it is valid for the name, under a root that is trusted.
    pub faults: Vec<CertificateFault>,
}

/// A version of TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum TlsVersion {
    /// Older than 1.2, which RFC 8461 §4.1 asks for.
    #[serde(rename = "below 1.2")]
    Old,
    /// TLS 1.2.
    #[serde(rename = "1.2")]
    Tls12,
    /// TLS 1.3.
    #[serde(rename = "1.3")]
    Tls13,
}

impl TlsVersion {
    /// Its name, as people write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Old => "TLS below 1.2",
            Self::Tls12 => "TLS 1.2",
            Self::Tls13 => "TLS 1.3",
        }
    }
}

/// What is wrong with a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CertificateFault {
    /// It ended.
    Expired(Timestamp),
    /// It has not begun.
    NotYetValid(Timestamp),
    /// It names other hosts: see [`Certificate::names`].
    WrongName,
    /// It signed itself.
    SelfSigned,
    /// Nobody who is trusted signed the last certificate of the chain; that one's issuer.
    UnknownIssuer(String),
    /// The chain stops before the root, at this issuer, and the missing certificate is a known intermediate or could be one.
    MissingIntermediate(String),
    /// Anything else, in the words of the verifier.
    Other(String),
}

impl Handshake {
    /// Whether a sender that enforces a policy goes on after it.
    pub fn is_good(&self) -> bool {
        self.failure.is_none()
            && self.faults.is_empty()
            && self.version.is_some_and(|version| version >= TlsVersion::Tls12)
    }

    /// What a sender that asked for `name` holds against the certificate, clauses to be joined.
    pub fn words(&self, name: &str) -> Vec<String> {
        let names = self.chain.first().map(|certificate| certificate.names.as_slice()).unwrap_or_default();
        self.faults.iter().map(|fault| fault.words(names, name)).collect()
    }
}

impl CertificateFault {
    fn words(&self, names: &[String], name: &str) -> String {
        match self {
            Self::Expired(when) => format!("it expired on {}", day(*when)),
            Self::NotYetValid(when) => format!("it is not valid before {}", day(*when)),
            Self::WrongName if names.is_empty() => {
                format!("it has no subject alternative name, and so is not for `{name}`")
            }
            Self::WrongName => format!("it is for {}, and not for `{name}`", listed(names)),
            Self::SelfSigned => "it is signed by itself".to_owned(),
            Self::UnknownIssuer(issuer) => format!("its issuer `{issuer}` is not trusted"),
            Self::MissingIntermediate(issuer) => {
                format!("the server does not send the certificate of its issuer `{issuer}`")
            }
            Self::Other(why) => why.clone(),
        }
    }
}

fn day(when: Timestamp) -> jiff::civil::Date {
    jiff::tz::Offset::UTC.to_datetime(when).date()
}

/// The first of some names.
fn listed(names: &[String]) -> String {
    const SHOWN: usize = 4;
    let shown: Vec<String> = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    let more = names.len().saturating_sub(SHOWN);
    if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
}
