//! X.509 certificates (RFC 5280), as far as a report speaks of them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use x509_parser::der_parser::oid;
use x509_parser::extensions::GeneralName;
use x509_parser::oid_registry::Oid;
use x509_parser::prelude::{FromDer, ParsedExtension, X509Certificate};

use crate::text::words;

/// Names of one certificate that are kept.
const MOST_NAMES: usize = 100;
/// `id-ad-caIssuers`.
const CA_ISSUERS: Oid<'static> = oid!(1.3.6.1.5.5.7.48.2);
/// The policies of which every certificate of a publicly trusted authority names one: extended, domain, organization and individual
/// validation (CA/Browser Forum, Baseline Requirements §7.1.6.1).
const PUBLIC_POLICIES: [Oid<'static>; 4] =
    [oid!(2.23.140.1.1), oid!(2.23.140.1.2.1), oid!(2.23.140.1.2.2), oid!(2.23.140.1.2.3)];

/// A certificate, as far as a report speaks of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Certificate {
    /// The subject, as RFC 4514 writes it.
    pub subject: String,
    /// The issuer.
    pub issuer: String,
    /// The DNS names of the subject alternative name.
    pub names: Vec<String>,
    /// When it begins.
    pub not_before: Timestamp,
    /// When it ends.
    pub not_after: Timestamp,
    /// SHA-256 of the certificate in DER, lower case hex: TLSA selector 0, matching type 1.
    pub sha256: String,
    /// SHA-256 of its `SubjectPublicKeyInfo`, lower case hex: TLSA selector 1, matching type 1.
    pub spki_sha256: String,
}

/// A certificate, and what tells who issued it and for what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parsed {
    /// What it says.
    pub certificate: Certificate,
    /// Whether it says where the certificate of its issuer is found (RFC 5280 §4.2.2.1).
    pub says_where: bool,
    /// Whose it may be.
    pub usage: Usage,
    /// Whether it names a policy that only publicly trusted authorities may assert, and that they must (CA/Browser Forum, Baseline
    /// Requirements §7.1.2.7.9).
    pub is_public: bool,
}

/// Whose a certificate may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usage {
    /// An authority's (RFC 5280 §4.2.1.9).
    Authority,
    /// A TLS server's (RFC 5280 §4.2.1.12), which it is where nothing is said.
    Server,
    /// Another's: a client's, a signer's of code.
    Other,
}

impl Parsed {
    /// Whether it names itself as its issuer (RFC 5280 §3.2): no sender trusts one that is no root, and no root is that of a server.
    pub fn is_self_issued(&self) -> bool {
        self.certificate.subject == self.certificate.issuer
    }
}

/// Reads a certificate in DER; `None` if it is none.
pub fn read(der: &[u8]) -> Option<Parsed> {
    let (_, parsed) = X509Certificate::from_der(der).ok()?;
    let time = |seconds: i64| Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX);
    let certificate = Certificate {
        subject: words(&parsed.subject().to_string()),
        issuer: words(&parsed.issuer().to_string()),
        names: names(&parsed),
        not_before: time(parsed.validity().not_before.timestamp()),
        not_after: time(parsed.validity().not_after.timestamp()),
        sha256: hex(&Sha256::digest(der)),
        spki_sha256: hex(&Sha256::digest(parsed.public_key().raw)),
    };
    let (says_where, is_public) = (says_where(&parsed), is_public(&parsed));
    Some(Parsed { certificate, says_where, usage: usage(&parsed), is_public })
}

fn usage(parsed: &X509Certificate<'_>) -> Usage {
    let said = parsed.extended_key_usage().ok().flatten();
    if parsed.is_ca() {
        Usage::Authority
    } else if said.is_none_or(|said| said.value.any || said.value.server_auth) {
        Usage::Server
    } else {
        Usage::Other
    }
}

fn says_where(parsed: &X509Certificate<'_>) -> bool {
    parsed.extensions().iter().any(|extension| {
        let ParsedExtension::AuthorityInfoAccess(access) = extension.parsed_extension() else { return false };
        access.iter().any(|description| description.access_method == CA_ISSUERS)
    })
}

fn is_public(parsed: &X509Certificate<'_>) -> bool {
    parsed.extensions().iter().any(|extension| {
        let ParsedExtension::CertificatePolicies(policies) = extension.parsed_extension() else { return false };
        policies.iter().any(|policy| PUBLIC_POLICIES.contains(&policy.policy_id))
    })
}

fn names(parsed: &X509Certificate<'_>) -> Vec<String> {
    let Ok(Some(extension)) = parsed.subject_alternative_name() else { return Vec::new() };
    let dns = extension.value.general_names.iter().filter_map(|name| match name {
        GeneralName::DNSName(name) => Some(words(&name.to_ascii_lowercase())),
        _ => None,
    });
    dns.take(MOST_NAMES).collect()
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // A String takes whatever is written to it.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
