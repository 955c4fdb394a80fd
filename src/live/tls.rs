//! TLS as a sender does it, and with everything written down that it sees.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    AlertDescription, CertificateError, ClientConfig, DigitallySignedStruct, Error, PeerIncompatible, RootCertStore,
    SignatureScheme,
};

use super::certificate::{self, Judged};
use crate::observed::{Handshake, TlsVersion};
use crate::text::words;

/// The roots that are trusted. Copies share them.
#[derive(Clone, Debug)]
pub struct Trust {
    roots: Arc<RootCertStore>,
    provider: Arc<CryptoProvider>,
}

impl Trust {
    /// The roots of this system; an error if it has none.
    pub fn system() -> io::Result<Self> {
        let loaded = rustls_native_certs::load_native_certs();
        let trust = Self::of(loaded.certs);
        if trust.roots.is_empty() {
            let why = loaded.errors.first().map_or_else(String::new, |error| format!(": {error}"));
            return Err(io::Error::other(format!("this system has no trusted root certificates{why}")));
        }
        Ok(trust)
    }

    /// Only the roots in a PEM file.
    pub fn with_file(path: &Path) -> io::Result<Self> {
        let say = |error: &dyn std::fmt::Display| io::Error::other(format!("{}: {error}", path.display()));
        let certificates = CertificateDer::pem_file_iter(path).map_err(|error| say(&error))?;
        let certificates: Vec<_> = certificates.collect::<Result<_, _>>().map_err(|error| say(&error))?;
        let trust = Self::of(certificates);
        if trust.roots.is_empty() { Err(say(&"there is no certificate in it")) } else { Ok(trust) }
    }

    fn of(certificates: Vec<CertificateDer<'static>>) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(certificates);
        Self { roots: Arc::new(roots), provider: Arc::new(rustls::crypto::ring::default_provider()) }
    }

    /// A client for one handshake, and what will have been seen after it. `goes_on` says whether it is finished with a certificate
    /// that is refused.
    pub(super) fn client(&self, goes_on: bool) -> io::Result<(ClientConfig, Arc<Witness>)> {
        let witness = Arc::new(Witness { trust: self.clone(), goes_on, seen: Mutex::default() });
        let builder = ClientConfig::builder_with_provider(Arc::clone(&self.provider));
        let builder = builder.with_safe_default_protocol_versions().map_err(io::Error::other)?;
        let verifier = Arc::clone(&witness) as Arc<dyn ServerCertVerifier>;
        let mut config = builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth();
        // Every check is a handshake of its own.
        config.resumption = rustls::client::Resumption::disabled();
        Ok((config, witness))
    }
}

/// Verifies as a sender does and remembers what it saw.
#[derive(Debug)]
pub(super) struct Witness {
    trust: Trust,
    goes_on: bool,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    judged: Judged,
    version: Option<TlsVersion>,
}

impl Witness {
    /// What came of the handshake, which failed with `failure` if it did.
    pub(super) fn handshake(&self, failure: Option<&Error>) -> Handshake {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let Judged { chain, faults } = seen.judged.clone();
        // Of a certificate that is refused the error says less than the faults do.
        let failure = failure.filter(|_| faults.is_empty());
        let version = if failure.is_some_and(is_old) { Some(TlsVersion::Old) } else { seen.version };
        Handshake { version, failure: failure.map(in_words), chain, faults }
    }

    fn saw(&self, version: TlsVersion) {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).version = Some(version);
    }
}

/// Whether a handshake failed because the server speaks nothing newer than TLS 1.1.
fn is_old(error: &Error) -> bool {
    matches!(
        error,
        Error::PeerIncompatible(
            PeerIncompatible::ServerDoesNotSupportTls12Or13 | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig
        ) | Error::AlertReceived(AlertDescription::ProtocolVersion)
    )
}

fn in_words(error: &Error) -> String {
    match error {
        error if is_old(error) => "the server speaks no TLS newer than 1.1".to_owned(),
        Error::AlertReceived(AlertDescription::HandshakeFailure) => {
            "the server refuses every cipher suite of TLS 1.2 and 1.3 that senders offer".to_owned()
        }
        error => words(&error.to_string()),
    }
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let chain: Vec<CertificateDer<'_>> = std::iter::once(end_entity).chain(intermediates).cloned().collect();
        let judged = certificate::judge(&chain, server_name, &self.trust.roots.roots, now);
        let is_good = judged.faults.is_empty();
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).judged = judged;
        if is_good || self.goes_on {
            Ok(ServerCertVerified::assertion())
        } else {
            Err(Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure))
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.saw(TlsVersion::Tls12);
        verify_tls12_signature(message, certificate, signature, &self.trust.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.saw(TlsVersion::Tls13);
        verify_tls13_signature(message, certificate, signature, &self.trust.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.trust.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// The error of rustls behind another, if there is one.
pub(super) fn tls_error<'e>(error: &'e (dyn std::error::Error + 'static)) -> Option<&'e Error> {
    if let Some(found) = error.downcast_ref::<Error>() {
        return Some(found);
    }
    // An error of the system carries another as what it is, and not as its source.
    let inner = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    let inner = inner.map(|inner| inner as &(dyn std::error::Error + 'static));
    inner.or_else(|| error.source()).and_then(tls_error)
}
