//! Mail providers whose MX hosts are known to offer STARTTLS with TLS 1.2 or later and a valid certificate.
//!
//! Each publishes an MTA-STS policy in mode `enforce` for its own domains, or documents MTA-STS for customers, that names
//! these hosts: the table says where. A suffix covers the name itself and all names below it.

/// A provider's name, and the domains at or below which its MX hosts are.
pub(super) type Provider = (&'static str, &'static [&'static str]);

/// A provider belongs here when it says itself that its MX hosts serve MTA-STS in `enforce`.
pub(super) const PROVIDERS: &[Provider] = &[
    // The policy of comcast.net.
    ("Comcast", &["comcast.net"]),
    // The policy of fastmail.com.
    ("Fastmail", &["messagingengine.com"]),
    // https://support.google.com/a/answer/9261504 and the policy of gmail.com.
    ("Google Workspace", &["google.com", "googlemail.com", "psmtp.com"]),
    // https://learn.microsoft.com/purview/enhancing-mail-flow-with-mta-sts and the policy of outlook.com.
    ("Microsoft 365", &["mail.protection.outlook.com", "olc.protection.outlook.com", "mx.microsoft"]),
    // The policy of proton.me.
    ("Proton Mail", &["protonmail.ch"]),
];

/// The provider to which an MX host belongs.
pub(super) fn of(host: &crate::dns::Name) -> Option<&'static Provider> {
    let owns = |suffix: &&str| host.self_and_ancestors().any(|text| text == *suffix);
    PROVIDERS.iter().find(|(_, suffixes)| suffixes.iter().any(owns))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::Name;

    #[test]
    fn a_suffix_covers_itself_and_what_is_below() {
        let name = |host: &str| of(&Name::parse(host.as_bytes(), None).unwrap()).map(|(provider, _)| *provider);
        assert_eq!(name("smtp.google.com"), Some("Google Workspace"));
        assert_eq!(name("alt1.aspmx.l.google.com"), Some("Google Workspace"));
        assert_eq!(name("example-com.mail.protection.outlook.com"), Some("Microsoft 365"));
        assert_eq!(name("example-com.q-v1.mx.microsoft"), Some("Microsoft 365"));
        assert_eq!(name("notgoogle.com"), None);
        assert_eq!(name("outlook.com"), None);
    }
}
