//! TLS 1.3 with exactly one client: the one whose certificate was handed over in the environment.
//!
//! That client (go-plugin) signs with P-521, which *ring* does not know, and its certificate is one of an authority, which no
//! verifier of chains takes for a client's. So the certificate is compared, byte by byte, and the signature is checked here.

use std::sync::Arc;

use p521::ecdsa::signature::Verifier;
use p521::ecdsa::{Signature, VerifyingKey};
use rcgen::{CertificateParams, ExtendedKeyUsagePurpose, KeyPair};
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{
    AlgorithmIdentifier, CertificateDer, InvalidSignature, PrivatePkcs8KeyDer, SignatureVerificationAlgorithm,
    UnixTime, alg_id,
};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::version::TLS13;
use rustls::{
    CertificateError, DigitallySignedStruct, DistinguishedName, Error, PeerIncompatible, ServerConfig, SignatureScheme,
};

/// Our side of TLS: the configuration, and the certificate that the client is told to expect.
pub(super) struct Identity {
    pub(super) config: Arc<ServerConfig>,
    pub(super) certificate: CertificateDer<'static>,
}

impl Identity {
    /// A fresh key, for the one client that holds the key to the certificate in `pem`.
    pub(super) fn for_client(pem: &str) -> Result<Self, String> {
        let client = CertificateDer::from_pem_slice(pem.as_bytes())
            .map_err(|_| "PLUGIN_CLIENT_CERT holds no certificate".to_owned())?;
        let (certificate, key) = fresh().map_err(|error| error.to_string())?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifier = Arc::new(OnlyClient { certificate: client, provider: Arc::clone(&provider) });
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&TLS13])
            .map(|builder| builder.with_client_cert_verifier(verifier))
            .and_then(|builder| builder.with_single_cert(vec![certificate.clone()], key.into()))
            .map_err(|error| error.to_string())?;
        config.alpn_protocols = vec![b"h2".to_vec()];
        Ok(Self { config: Arc::new(config), certificate })
    }
}

fn fresh() -> Result<(CertificateDer<'static>, PrivatePkcs8KeyDer<'static>), rcgen::Error> {
    let key = KeyPair::generate()?;
    let mut parameters = CertificateParams::new(vec!["localhost".to_owned()])?;
    parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let certificate = parameters.self_signed(&key)?;
    Ok((certificate.der().clone(), PrivatePkcs8KeyDer::from(key.serialize_der())))
}

#[derive(Debug)]
struct OnlyClient {
    certificate: CertificateDer<'static>,
    provider: Arc<CryptoProvider>,
}

impl ClientCertVerifier for OnlyClient {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        if *end_entity == self.certificate {
            Ok(ClientCertVerified::assertion())
        } else {
            Err(CertificateError::ApplicationVerificationFailure.into())
        }
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _certificate: &CertificateDer<'_>,
        _signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(PeerIncompatible::Tls12NotOffered.into())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = match signature.scheme {
            SignatureScheme::ECDSA_NISTP521_SHA512 => &WITH_P521,
            _ => &self.provider.signature_verification_algorithms,
        };
        verify_tls13_signature(message, certificate, signature, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let mut schemes = self.provider.signature_verification_algorithms.supported_schemes();
        schemes.push(SignatureScheme::ECDSA_NISTP521_SHA512);
        schemes
    }
}

static WITH_P521: WebPkiSupportedAlgorithms =
    WebPkiSupportedAlgorithms { all: &[&P521], mapping: &[(SignatureScheme::ECDSA_NISTP521_SHA512, &[&P521])] };

/// ECDSA on P-521 with SHA-512.
#[derive(Debug)]
struct P521;

impl SignatureVerificationAlgorithm for P521 {
    fn verify_signature(&self, public_key: &[u8], message: &[u8], signature: &[u8]) -> Result<(), InvalidSignature> {
        let key = VerifyingKey::from_sec1_bytes(public_key).map_err(|_| InvalidSignature)?;
        let signature = Signature::from_der(signature).map_err(|_| InvalidSignature)?;
        key.verify(message, &signature).map_err(|_| InvalidSignature)
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::ECDSA_P521
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        alg_id::ECDSA_SHA512
    }
}

#[cfg(test)]
mod tests {
    use p521::ecdsa::SigningKey;
    use p521::ecdsa::signature::Signer;

    use super::*;

    fn key(secret: u8) -> SigningKey {
        let mut bytes = [0; 66];
        bytes[65] = secret;
        SigningKey::from_slice(&bytes).expect("any small number but zero is a key")
    }

    #[test]
    fn a_signature_of_go_plugin_is_checked() {
        let public = VerifyingKey::from(&key(7)).to_sec1_point(false);
        let signed = |secret| -> Vec<u8> {
            let signature: Signature = key(secret).sign(b"what is signed");
            signature.to_der().as_bytes().to_vec()
        };
        let is_good =
            |key: &[u8], message: &[u8], signature: &[u8]| P521.verify_signature(key, message, signature).is_ok();
        assert!(is_good(public.as_bytes(), b"what is signed", &signed(7)));
        assert!(!is_good(public.as_bytes(), b"something else", &signed(7)));
        assert!(!is_good(public.as_bytes(), b"what is signed", &signed(8)));
        assert!(!is_good(public.as_bytes(), b"what is signed", b"no DER"));
        assert!(!is_good(b"no key", b"what is signed", &signed(7)));
    }
}
