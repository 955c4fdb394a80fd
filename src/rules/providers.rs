//! Mail providers whose MX hosts are known to offer STARTTLS with TLS 1.2 or later and a valid certificate.
//!
//! Each publishes an MTA-STS policy in mode `enforce` for its own domains, or documents MTA-STS for customers, that names
//! these hosts: the table says where. A suffix covers the name itself and all names below it.

/// A provider's MX hosts.
pub(super) struct Provider {
    /// The provider's name.
    pub(super) name: &'static str,
    /// Domains at or below which its MX hosts are.
    pub(super) suffixes: &'static [&'static str],
    /// Where it says so.
    pub(super) source: &'static str,
}

/// The large ones. A provider belongs here when it says itself that its MX hosts serve MTA-STS in `enforce`.
pub(super) const PROVIDERS: &[Provider] = &[
    Provider {
        name: "Google Workspace",
        suffixes: &["google.com", "googlemail.com", "psmtp.com"],
        source: "https://support.google.com/a/answer/9261504 and the policy of gmail.com",
    },
    Provider {
        name: "Microsoft 365",
        suffixes: &["mail.protection.outlook.com", "mx.microsoft", "olc.protection.outlook.com"],
        source: "https://learn.microsoft.com/purview/enhancing-mail-flow-with-mta-sts and the policy of outlook.com",
    },
    Provider { name: "Fastmail", suffixes: &["messagingengine.com"], source: "the policy of fastmail.com" },
    Provider { name: "Proton Mail", suffixes: &["protonmail.ch"], source: "the policy of proton.me" },
    Provider { name: "Comcast", suffixes: &["comcast.net"], source: "the policy of comcast.net" },
];

/// The provider to which an MX host belongs.
pub(super) fn of(host: &crate::dns::Name) -> Option<&'static Provider> {
    let mut suffixes =
        PROVIDERS.iter().flat_map(|provider| provider.suffixes.iter().map(move |suffix| (provider, *suffix)));
    suffixes.find(|(_, suffix)| host.self_and_ancestors().any(|text| text == *suffix)).map(|(provider, _)| provider)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::Name;

    #[test]
    fn a_suffix_covers_itself_and_what_is_below() {
        let name = |host: &str| of(&Name::parse(host.as_bytes(), None).unwrap()).map(|provider| provider.name);
        assert_eq!(name("smtp.google.com"), Some("Google Workspace"));
        assert_eq!(name("alt1.aspmx.l.google.com"), Some("Google Workspace"));
        assert_eq!(name("example-com.mail.protection.outlook.com"), Some("Microsoft 365"));
        assert_eq!(name("example-com.q-v1.mx.microsoft"), Some("Microsoft 365"));
        assert_eq!(name("notgoogle.com"), None);
        assert_eq!(name("outlook.com"), None);
        assert!(PROVIDERS.iter().all(|provider| !provider.source.is_empty()));
    }
}
