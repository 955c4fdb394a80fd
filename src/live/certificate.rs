//! Certificates that a server sends: what they say, and what a sender holds against them.

use jiff::Timestamp;
use rustls::pki_types::{CertificateDer, ServerName, TrustAnchor, UnixTime};
use webpki::{EndEntityCert, KeyUsage};

use crate::certificates::{self, Certificate, Parsed};
use crate::observed::CertificateFault;
use crate::text::words;

/// Certificates of one chain that are looked at.
const MOST_CERTIFICATES: usize = 16;

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
    let read: Vec<Parsed> = chain.iter().filter_map(|der| certificates::read(der)).collect();
    let mut faults = Vec::new();
    let Some(own) = read.first().filter(|_| read.len() == chain.len()) else {
        let what = "it cannot be read as an X.509 certificate".to_owned();
        return Judged { chain: values(read), faults: vec![CertificateFault::Other(what)] };
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
    Judged { chain: values(read), faults }
}

fn at(time: Timestamp) -> UnixTime {
    UnixTime::since_unix_epoch(std::time::Duration::from_secs(u64::try_from(time.as_second()).unwrap_or(0)))
}

/// What is wrong with the way from a certificate to a root.
fn path_fault(error: &webpki::Error, read: &[Parsed]) -> CertificateFault {
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
fn unknown_issuer(read: &[Parsed]) -> CertificateFault {
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

fn values(read: Vec<Parsed>) -> Vec<Certificate> {
    read.into_iter().map(|read| read.certificate).collect()
}
