//! Certificates that a server sends: what they say, and what a sender holds against them.

use jiff::Timestamp;
use rustls::pki_types::{CertificateDer, ServerName, TrustAnchor, UnixTime};
use sha2::{Digest, Sha256};
use webpki::{EndEntityCert, KeyUsage};
use x509_parser::prelude::{FromDer, ParsedExtension, X509Certificate};

use super::limits::words;
use crate::observed::{Certificate, CertificateFault};

/// Certificates of one chain that are looked at.
const MOST_CERTIFICATES: usize = 16;
/// Names of one certificate that are kept.
const MOST_NAMES: usize = 100;

/// What a chain is worth.
#[derive(Clone, Debug, Default)]
pub(super) struct Judged {
    /// What it says, the server's own certificate first.
    pub(super) chain: Vec<Certificate>,
    /// What is wrong with it.
    pub(super) faults: Vec<CertificateFault>,
}

/// Judges the chain that the server at `name` sent at `now` by RFC 5280 and RFC 6125: every fault by itself, for a certificate that has
/// expired may be that of another host, too. A name in the subject alone is none (RFC 8461 §4.2 asks for a subject alternative name).
pub(super) fn judge(
    chain: &[CertificateDer<'_>],
    name: &ServerName<'_>,
    roots: &[TrustAnchor<'_>],
    now: UnixTime,
) -> Judged {
    let chain = &chain[..chain.len().min(MOST_CERTIFICATES)];
    let read: Vec<Read> = chain.iter().filter_map(read).collect();
    let mut faults = Vec::new();
    let Some(own) = read.first().filter(|_| read.len() == chain.len()) else {
        let what = "it cannot be read as an X.509 certificate".to_owned();
        return Judged { chain: certificates(read), faults: vec![CertificateFault::Other(what)] };
    };
    let (begins, ends) = (own.certificate.not_before, own.certificate.not_after);
    let seconds = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
    let mut when = now;
    if seconds > ends.as_second() {
        faults.push(CertificateFault::Expired(ends));
        when = at(ends);
    } else if seconds < begins.as_second() {
        faults.push(CertificateFault::NotYetValid(begins));
        when = at(begins);
    }
    match EndEntityCert::try_from(&chain[0]) {
        Ok(entity) => {
            let algorithms = rustls::crypto::ring::default_provider().signature_verification_algorithms.all;
            let usage = KeyUsage::server_auth();
            let path = entity.verify_for_usage(algorithms, roots, &chain[1..], when, usage, None, None);
            faults.extend(path.err().map(|error| path_fault(&error, &read)));
            if entity.verify_is_valid_for_subject_name(name).is_err() {
                faults.push(CertificateFault::WrongName);
            }
        }
        Err(error) => faults.push(CertificateFault::Other(words(&error.to_string()))),
    }
    Judged { chain: certificates(read), faults }
}

fn at(time: Timestamp) -> UnixTime {
    UnixTime::since_unix_epoch(std::time::Duration::from_secs(u64::try_from(time.as_second()).unwrap_or(0)))
}

/// What is wrong with the way from a certificate to a root.
fn path_fault(error: &webpki::Error, read: &[Read]) -> CertificateFault {
    match error {
        webpki::Error::UnknownIssuer => unknown_issuer(read),
        // What is beyond the certificate itself: its own time was chosen so that it holds.
        webpki::Error::CertExpired { .. } => CertificateFault::Other("a certificate above it has expired".to_owned()),
        webpki::Error::CertNotValidYet { .. } => {
            CertificateFault::Other("a certificate above it is not yet valid".to_owned())
        }
        error => CertificateFault::Other(words(&error.to_string())),
    }
}

/// Follows the issuers through what was sent, and says where they end.
fn unknown_issuer(read: &[Read]) -> CertificateFault {
    let Some(mut last) = read.first() else { return CertificateFault::UnknownIssuer(String::new()) };
    if last.is_self_issued() {
        return CertificateFault::SelfSigned;
    }
    for _ in 0..read.len() {
        match read.iter().find(|next| next.certificate.subject == last.certificate.issuer) {
            Some(next) if !next.is_self_issued() => last = next,
            // Its own root, which nobody here trusts.
            Some(root) => return CertificateFault::UnknownIssuer(root.certificate.subject.clone()),
            None => break,
        }
    }
    let issuer = last.certificate.issuer.clone();
    // A public authority says where its certificate is found; that it has to be looked for means that the server does not send it.
    if last.says_where {
        CertificateFault::MissingIntermediate(issuer)
    } else {
        CertificateFault::UnknownIssuer(issuer)
    }
}

struct Read {
    certificate: Certificate,
    /// Whether it says where the certificate of its issuer is found (RFC 5280 §4.2.2.1).
    says_where: bool,
}

impl Read {
    fn is_self_issued(&self) -> bool {
        self.certificate.subject == self.certificate.issuer
    }
}

fn certificates(read: Vec<Read>) -> Vec<Certificate> {
    read.into_iter().map(|read| read.certificate).collect()
}

/// What a certificate says; `None` if it cannot be read.
fn read(der: &CertificateDer<'_>) -> Option<Read> {
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
    let says_where = parsed.extensions().iter().any(|extension| {
        let ParsedExtension::AuthorityInfoAccess(access) = extension.parsed_extension() else { return false };
        access.iter().any(|description| description.access_method == CA_ISSUERS)
    });
    Some(Read { certificate, says_where })
}

/// `id-ad-caIssuers`.
const CA_ISSUERS: x509_parser::oid_registry::Oid<'static> = x509_parser::der_parser::oid!(1.3.6.1.5.5.7.48.2);

fn names(parsed: &X509Certificate<'_>) -> Vec<String> {
    use x509_parser::extensions::GeneralName;
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
