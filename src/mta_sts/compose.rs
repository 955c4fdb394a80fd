//! What is published, made from its parts: one text and one id for one policy.
//!
//! The functions and resources of the Terraform provider are these, and so is what `mtasts lint` makes of their calls.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use super::mx_pattern::MxPattern;
use super::policy::{self, Mode};
use super::record::{self, Kind};
use super::tlsrpt::{self, UriError};

/// Characters of an id (RFC 8461 §3.1 allows no more).
const ID_LEN: usize = 32;

/// What a policy says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The mode.
    pub mode: Mode,
    /// The patterns, sorted, each once.
    pub mx: Vec<String>,
    /// Seconds.
    pub max_age: u64,
}

/// Why addresses make no TLSRPT record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TlsrptError {
    /// There are none.
    #[error("a TLSRPT record has at least one address for reports")]
    None,
    /// One of them is none.
    #[error("`rua` takes `mailto:` addresses and `https://` URLs, with `,`, `;` and `!` percent-encoded")]
    Address {
        /// Which one, from 0.
        index: usize,
        /// Why.
        error: UriError,
    },
}

impl Said {
    /// What these parts say, whatever their order.
    pub fn new(mode: Mode, patterns: &[MxPattern], max_age: u64) -> Self {
        let mut mx: Vec<String> = patterns.iter().map(ToString::to_string).collect();
        mx.sort();
        mx.dedup();
        Self { mode, mx, max_age }
    }

    /// What a policy says, if senders accept it.
    pub fn of(text: &[u8]) -> Option<Self> {
        let policy = policy::parse(text);
        let (mode, max_age) = (policy.mode()?, policy.max_age()?);
        let patterns: Vec<MxPattern> = policy.mx().filter_map(|(_, pattern)| pattern.clone().ok()).collect();
        policy.is_valid().then(|| Self::new(mode, &patterns, max_age))
    }

    /// The canonical text: the same for all policies that say the same.
    pub fn text(&self) -> String {
        let patterns: Vec<MxPattern> = self.mx.iter().filter_map(|mx| MxPattern::parse(mx.as_bytes()).ok()).collect();
        policy::render(self.mode, &patterns, self.max_age)
    }
}

/// What tells a policy from every other: as much of the SHA-256 of its text as an id may hold in hexadecimal.
pub fn fingerprint(text: &[u8]) -> Vec<u8> {
    Sha256::digest(text).iter().take(ID_LEN / 2).copied().collect()
}

/// The id of a policy, which moves exactly when its text does.
pub fn id(text: &[u8]) -> String {
    let mut id = String::with_capacity(ID_LEN);
    for byte in fingerprint(text) {
        // A String takes whatever is written to it.
        let _ = write!(id, "{byte:02x}");
    }
    id
}

/// The TLSRPT record that sends reports to `addresses` (RFC 8460 §3).
pub fn tlsrpt(addresses: &[&str]) -> Result<String, TlsrptError> {
    if addresses.is_empty() {
        return Err(TlsrptError::None);
    }
    for (index, address) in addresses.iter().enumerate() {
        // A delimiter inside would make another address of the rest, or end the field.
        let parsed = tlsrpt::parse(format!("v=TLSRPTv1; rua={address}").as_bytes());
        let error = match parsed.uris.as_slice() {
            [only] => only.target.as_ref().err().copied().or((!parsed.is_valid()).then_some(UriError::RawByte)),
            _ => Some(UriError::RawByte),
        };
        let error = error.or(address.contains([',', ';']).then_some(UriError::RawByte));
        if let Some(error) = error {
            return Err(TlsrptError::Address { index, error });
        }
    }
    Ok(format!("v=TLSRPTv1; rua={}", addresses.join(",")))
}

/// The id that an MTA-STS record announces, if senders accept the record.
pub fn announced(text: &[u8]) -> Option<String> {
    let parsed = record::parse(text);
    let id = parsed.ids().next()?.value?.slice(text);
    let is_accepted = parsed.kind == Kind::Genuine && parsed.faults.is_empty() && record::check_id(id).is_ok();
    is_accepted.then(|| String::from_utf8_lossy(id).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "version: STSv1\r\nmode: testing\r\nmx: *.b.example\r\nmx: a.example\r\nmax_age: 604800\r\n";

    #[test]
    fn one_text_for_one_policy() {
        let said = Said::of(
            b"version: STSv1\nmode: testing\nmax_age: 604800\nmx: A.example\nmx: *.b.example\nmx: a.example\n",
        );
        assert_eq!(said.as_ref().map(Said::text).as_deref(), Some(TEXT));
        assert_eq!(Said::of(TEXT.as_bytes()), said);
        assert_eq!(Said::of(b"version: STSv1\nmode: testing\nmax_age: 604800\n"), None);
    }

    #[test]
    fn an_id_is_one() {
        let id = id(TEXT.as_bytes());
        assert_eq!(record::check_id(id.as_bytes()), Ok(()));
        assert_eq!(id.len(), ID_LEN);
        assert_eq!(announced(record::render(&id).as_bytes()), Some(id));
        assert_eq!(announced(b"v=STSv1; id=a-b"), None);
        assert_eq!(announced(b"v=spf1 -all"), None);
    }

    #[test]
    fn addresses_for_reports() {
        let good = ["mailto:tls@example.com", "https://example.com/tls"];
        assert_eq!(tlsrpt(&good).as_deref(), Ok("v=TLSRPTv1; rua=mailto:tls@example.com,https://example.com/tls"));
        let at = |addresses: &[&str]| match tlsrpt(addresses) {
            Err(TlsrptError::Address { index, .. }) => Some(index),
            _ => None,
        };
        assert_eq!(tlsrpt(&[]), Err(TlsrptError::None));
        for bad in ["tls@example.com", "mailto:a@b.example,mailto:c@d.example", "mailto:a@b.example;x=y", "a b", ""] {
            assert_eq!(at(&[good[0], bad]), Some(1), "{bad}");
        }
    }
}
