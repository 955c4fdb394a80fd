//! A certificate authority for the laboratory, and the certificates that can be wrong.

use std::path::{Path, PathBuf};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, CustomExtension, DnType, IsCa, KeyPair, date_time_ymd,
};

/// `id-pe-authorityInfoAccess`, and one that says where the issuer's certificate is: `http://ca.test/i.der`.
const AUTHORITY_INFO_ACCESS: [u64; 9] = [1, 3, 6, 1, 5, 5, 7, 1, 1];

pub(super) struct Authority {
    directory: PathBuf,
    intermediate: CertifiedIssuer<'static, KeyPair>,
    stranger: CertifiedIssuer<'static, KeyPair>,
}

/// What is wrong with a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    None,
    Expired,
    NotYetValid,
    WrongName,
    SelfSigned,
    UnknownAuthority,
    MissingIntermediate,
    NameInSubjectOnly,
}

fn issuer(name: &str) -> CertificateParams {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, name);
    params
}

impl Authority {
    pub(super) fn new(directory: &Path) -> Self {
        let key = || KeyPair::generate().unwrap();
        let root = CertifiedIssuer::self_signed(issuer("Laboratory Root"), key()).unwrap();
        let intermediate = CertifiedIssuer::signed_by(issuer("Laboratory Intermediate"), key(), &root).unwrap();
        let stranger = CertifiedIssuer::self_signed(issuer("Nobody's Root"), key()).unwrap();
        std::fs::write(directory.join("ca.pem"), root.pem()).unwrap();
        Self { directory: directory.to_owned(), intermediate, stranger }
    }

    /// Writes the chain and the key of a certificate for `name` into one PEM file.
    pub(super) fn write(&self, name: &str, flaw: Flaw) -> PathBuf {
        let key = KeyPair::generate().unwrap();
        let subject = if flaw == Flaw::WrongName { "other.example".to_owned() } else { name.to_owned() };
        let names = if flaw == Flaw::NameInSubjectOnly { Vec::new() } else { vec![subject.clone()] };
        let mut params = CertificateParams::new(names).unwrap();
        params.distinguished_name.push(DnType::CommonName, subject);
        match flaw {
            Flaw::Expired => {
                (params.not_before, params.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(2021, 1, 1));
            }
            Flaw::NotYetValid => {
                (params.not_before, params.not_after) = (date_time_ymd(2090, 1, 1), date_time_ymd(2091, 1, 1));
            }
            Flaw::MissingIntermediate => {
                let access =
                    b"\x30\x22\x30\x20\x06\x08\x2b\x06\x01\x05\x05\x07\x30\x02\x86\x14http://ca.test/i.der".to_vec();
                params.custom_extensions.push(CustomExtension::from_oid_content(&AUTHORITY_INFO_ACCESS, access));
            }
            _ => {}
        }
        let chain = match flaw {
            Flaw::SelfSigned => params.self_signed(&key).unwrap().pem(),
            Flaw::UnknownAuthority => params.signed_by(&key, &self.stranger).unwrap().pem(),
            Flaw::MissingIntermediate => params.signed_by(&key, &self.intermediate).unwrap().pem(),
            _ => params.signed_by(&key, &self.intermediate).unwrap().pem() + &self.intermediate.pem(),
        };
        let path = self.directory.join(format!("{name}-{flaw:?}.pem"));
        std::fs::write(&path, key.serialize_pem() + &chain).unwrap();
        path
    }
}
