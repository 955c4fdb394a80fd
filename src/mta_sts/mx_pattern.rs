//! MX patterns: a host name, or `*.` and a domain (RFC 8461 §3.2 `sts-policy-mx-value`, §4.1 for matching).

use std::fmt;

use crate::dns::{Name, NameError};

/// A pattern that senders match MX hosts against.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MxPattern {
    /// The host; what follows `*.` in a wildcard.
    base: Name,
    is_wildcard: bool,
}

/// Why some text is no pattern, a variant for each mistake that people make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MxPatternError {
    /// Nothing there.
    Empty,
    /// In quotes.
    Quoted,
    /// `10 mail.example.com`: the preference of the MX record.
    Preference {
        /// The host after it.
        host: String,
    },
    /// Several hosts, with commas, semicolons or blanks between them.
    List,
    /// `smtp://...`, `mail.example.com:25`, `mail.example.com/`.
    Url,
    /// An address.
    IpLiteral,
    /// `mail.example.com.`
    TrailingDot,
    /// `.example.com`, which was a wildcard in drafts of the standard.
    LeadingDot,
    /// `*` or `*.` alone.
    WildcardAlone,
    /// `*mail.example.com`, `**.example.com`.
    WildcardPartial,
    /// `mail.*.example.com`.
    WildcardNotFirst,
    /// Letters outside ASCII.
    NotAscii {
        /// The same name in A-labels (RFC 5890), where there is one.
        a_label: Option<String>,
    },
    /// An underscore, which no host name has.
    Underscore,
    /// A label that begins or ends with a hyphen.
    Hyphen,
    /// `a..b`.
    EmptyLabel,
    /// A label of more than 63 octets, or a name of more than 255.
    TooLong,
    /// Any other character.
    BadByte {
        /// Its offset in the pattern.
        at: usize,
    },
}

/// How a pattern that does not match a host comes near it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Near {
    /// The host is below a wildcard's domain, by more than the one label that `*` stands for.
    WildcardTooManyLabels {
        /// How many labels more.
        extra: usize,
    },
    /// The host is the domain that follows `*.`.
    WildcardIsApex,
    /// The names differ by one or two characters.
    Typo,
}

impl MxPattern {
    /// Reads a pattern, without blanks around it.
    pub fn parse(text: &[u8]) -> Result<Self, MxPatternError> {
        check_form(text)?;
        let (base, is_wildcard) = match text.strip_prefix(b"*.") {
            Some(base) => (base, true),
            None => (text, false),
        };
        check_labels(base, text.len() - base.len())?;
        let base = Name::parse(base, None).map_err(|error| match error {
            NameError::LabelTooLong | NameError::NameTooLong => MxPatternError::TooLong,
            _ => MxPatternError::EmptyLabel,
        })?;
        Ok(Self { base, is_wildcard })
    }

    /// Whether senders may deliver to `host` under this pattern. `*` stands for exactly one label, and ASCII case makes
    /// no difference (RFC 8461 §4.1, RFC 6125 §6.4.1).
    pub fn matches(&self, host: &Name) -> bool {
        if self.is_wildcard { host.parent_str() == Some(self.base.as_str()) } else { *host == self.base }
    }

    /// How it comes near a host that it does not match.
    pub fn near(&self, host: &Name) -> Option<Near> {
        if self.is_wildcard && *host == self.base {
            return Some(Near::WildcardIsApex);
        }
        if self.is_wildcard && host.is_below(&self.base) {
            let extra = host.labels().count() - self.base.labels().count() - 1;
            return Some(Near::WildcardTooManyLabels { extra });
        }
        let (base, host) = (self.base.as_str(), host.as_str());
        let is_typo = || base.len().abs_diff(host.len()) <= 2 && strsim::osa_distance(base, host) <= 2;
        (!self.is_wildcard && is_typo()).then_some(Near::Typo)
    }

    /// Whether it is `*.` and a public suffix under which anybody can register, so that it matches hosts of anybody.
    ///
    /// Only the ICANN section of the public suffix list counts: its private section holds providers' own domains, and
    /// `*.mail.protection.outlook.com` is no mistake.
    pub fn is_public_suffix_wildcard(&self) -> bool {
        let base = self.base.as_str().as_bytes();
        self.is_wildcard
            && psl::suffix(base).is_some_and(|suffix| {
                suffix.as_bytes().len() == base.len() && suffix.is_known() && suffix.typ() == Some(psl::Type::Icann)
            })
    }
}

impl fmt::Display for MxPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.is_wildcard { "*." } else { "" }, self.base)
    }
}

/// What can be told without looking at labels.
fn check_form(text: &[u8]) -> Result<(), MxPatternError> {
    use MxPatternError as E;
    let is_separator = |byte: &u8| matches!(byte, b' ' | b'\t' | b',' | b';');
    match text {
        [] => return Err(E::Empty),
        [b'"' | b'\'', ..] | [.., b'"' | b'\''] => return Err(E::Quoted),
        b"*" | b"*." => return Err(E::WildcardAlone),
        _ => {}
    }
    if let Some(at) = text.iter().position(is_separator) {
        let (first, rest) = (&text[..at], text[at..].trim_ascii());
        return Err(if first.iter().all(u8::is_ascii_digit) && !rest.is_empty() && !rest.iter().any(is_separator) {
            E::Preference { host: String::from_utf8_lossy(rest).into_owned() }
        } else {
            E::List
        });
    }
    let is_address = std::str::from_utf8(text).is_ok_and(|text| {
        let inner = text.trim_start_matches('[').trim_end_matches(']');
        inner.strip_prefix("IPv6:").unwrap_or(inner).parse::<std::net::IpAddr>().is_ok()
    });
    if is_address {
        return Err(E::IpLiteral);
    }
    if text.iter().any(|byte| matches!(byte, b'/' | b':' | b'@')) { Err(E::Url) } else { Ok(()) }
}

/// The labels after any `*.`, which begin at `offset` of the pattern.
fn check_labels(base: &[u8], offset: usize) -> Result<(), MxPatternError> {
    use MxPatternError as E;
    if !base.is_ascii() {
        let whole = std::str::from_utf8(base).ok().and_then(|text| idna::domain_to_ascii(text).ok());
        return Err(E::NotAscii { a_label: whole.map(|name| if offset > 0 { format!("*.{name}") } else { name }) });
    }
    match base {
        [b'.', ..] => return Err(E::LeadingDot),
        [.., b'.'] => return Err(E::TrailingDot),
        _ => {}
    }
    if let Some(at) = base.iter().position(|byte| *byte == b'*') {
        let is_whole = (at == 0 || base[at - 1] == b'.') && base.get(at + 1).is_none_or(|byte| *byte == b'.');
        return Err(if is_whole && (at > 0 || offset > 0) { E::WildcardNotFirst } else { E::WildcardPartial });
    }
    if base.contains(&b'_') {
        return Err(E::Underscore);
    }
    if let Some(at) = base.iter().position(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'-' | b'.')) {
        return Err(E::BadByte { at: offset + at });
    }
    let has_hyphen = |label: &[u8]| label.starts_with(b"-") || label.ends_with(b"-");
    if base.split(|byte| *byte == b'.').any(has_hyphen) { Err(E::Hyphen) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn name(text: &str) -> Name {
        Name::parse(text.as_bytes(), None).unwrap()
    }

    #[test]
    fn patterns_that_senders_take() {
        let good = [
            ("mail.example.com", "mail.example.com", true),
            ("MAIL.Example.com", "mail.example.com", true),
            ("mail.example.com", "MAIL.example.com.", true),
            ("*.example.com", "mail.example.com", true),
            ("*.example.com", "a.mail.example.com", false),
            ("*.example.com", "example.com", false),
            ("*.example.com", "mail.example.org", false),
            ("*.example.com", "notexample.com", false),
            ("mail.example.com", "a.mail.example.com", false),
            ("localhost", "localhost", true),
            ("xn--mller-kva.example", "xn--mller-kva.example", true),
            ("1.example", "1.example", true),
        ];
        for (pattern, host, matches) in good {
            let parsed = MxPattern::parse(pattern.as_bytes()).unwrap();
            assert_eq!(parsed.matches(&name(host)), matches, "{pattern} {host}");
        }
    }

    #[test]
    fn patterns_that_are_none() {
        use MxPatternError as E;
        let long = "a".repeat(64) + ".example";
        let bad = [
            ("", E::Empty),
            ("\"mail.example.com\"", E::Quoted),
            ("10 mail.example.com", E::Preference { host: "mail.example.com".into() }),
            ("a.example, b.example", E::List),
            ("a.example b.example", E::List),
            ("a.example;b.example", E::List),
            ("https://mail.example.com", E::Url),
            ("mail.example.com:25", E::Url),
            ("192.0.2.1", E::IpLiteral),
            ("[192.0.2.1]", E::IpLiteral),
            ("2001:db8::1", E::IpLiteral),
            ("[IPv6:2001:db8::1]", E::IpLiteral),
            ("mail.example.com.", E::TrailingDot),
            (".example.com", E::LeadingDot),
            ("*", E::WildcardAlone),
            ("*.", E::WildcardAlone),
            ("*mail.example.com", E::WildcardPartial),
            ("**.example.com", E::WildcardPartial),
            ("mail*.example.com", E::WildcardPartial),
            ("mail.*.example.com", E::WildcardNotFirst),
            ("*.*.example.com", E::WildcardNotFirst),
            ("mail.müller.example", E::NotAscii { a_label: Some("mail.xn--mller-kva.example".into()) }),
            ("*.müller.example", E::NotAscii { a_label: Some("*.xn--mller-kva.example".into()) }),
            ("my_mail.example.com", E::Underscore),
            ("-mail.example.com", E::Hyphen),
            ("mail-.example.com", E::Hyphen),
            ("mail..example.com", E::EmptyLabel),
            (long.as_str(), E::TooLong),
            ("mail\\.example", E::BadByte { at: 4 }),
        ];
        for (text, error) in bad {
            assert_eq!(MxPattern::parse(text.as_bytes()), Err(error), "{text}");
        }
    }

    #[test]
    fn near_misses_and_broad_wildcards() {
        let near = |pattern: &str, host: &str| MxPattern::parse(pattern.as_bytes()).unwrap().near(&name(host));
        assert_eq!(near("*.example.net", "a.mx.example.net"), Some(Near::WildcardTooManyLabels { extra: 1 }));
        assert_eq!(near("*.mx.example.net", "mx.example.net"), Some(Near::WildcardIsApex));
        assert_eq!(near("mial.example.net", "mail.example.net"), Some(Near::Typo));
        assert_eq!(near("mail.example.org", "smtp.example.net"), None);
        let broad = |pattern: &str| MxPattern::parse(pattern.as_bytes()).unwrap().is_public_suffix_wildcard();
        assert!(broad("*.com") && broad("*.co.uk"));
        assert!(!broad("*.example.com") && !broad("*.mail.protection.outlook.com") && !broad("*.github.io"));
        assert!(!broad("co.uk") && !broad("*.example") && !broad("*.test"));
    }

    proptest! {
        #[test]
        fn a_wildcard_matches_exactly_one_label(labels in prop::collection::vec("[a-z0-9]{1,8}", 0..4)) {
            let pattern = MxPattern::parse(b"*.example.com").unwrap();
            let host = [&labels[..], &["example.com".to_owned()]].concat().join(".");
            prop_assert_eq!(pattern.matches(&name(&host)), labels.len() == 1);
        }

        #[test]
        fn any_bytes_are_read(text in prop::collection::vec(any::<u8>(), 0..300)) {
            if let Ok(pattern) = MxPattern::parse(&text) {
                let shown = pattern.to_string();
                prop_assert_eq!(MxPattern::parse(shown.as_bytes()), Ok(pattern));
            }
        }
    }
}
