//! Mail domains that are told by host names: `mta-sts.example.com`, wherever it is written.

use crate::dns::Name;
use crate::text::{Span, Traced};

/// What a policy host's name begins with.
const HOST: &str = "mta-sts.";
/// Hosts in one text.
const MAX_HOSTS: usize = 256;
/// Endings of files, which no domain has.
const FILES: [&str; 9] = [".txt", ".json", ".js", ".mjs", ".html", ".conf", ".zip", ".tpl", ".tftpl"];

/// The domains whose policy hosts `text` names, as a fact: as far as it is known.
pub(super) fn of_text(text: &Traced) -> Vec<Name> {
    let known = text.text();
    if known.len() != text.bytes().len() {
        return Vec::new();
    }
    let is_certain = |start: usize, end: usize| {
        let after = (end + 1).min(known.len());
        text.is_certain(Span::of(start..after))
    };
    hosts(&known).filter(|(start, end, _)| is_certain(*start, *end)).map(|(_, _, domain)| domain).collect()
}

/// The domains whose policy hosts `text` names.
pub(super) fn of_str(text: &str) -> Vec<Name> {
    hosts(text).map(|(_, _, domain)| domain).collect()
}

fn hosts(text: &str) -> impl Iterator<Item = (usize, usize, Name)> + '_ {
    let lower = text.to_ascii_lowercase();
    let starts: Vec<usize> = lower.match_indices(HOST).map(|(at, _)| at).take(MAX_HOSTS).collect();
    starts.into_iter().filter_map(move |start| {
        let is_in_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        if lower.as_bytes()[..start].last().is_some_and(is_in_word) {
            return None;
        }
        let rest = &lower[start + HOST.len()..];
        let len = rest.bytes().position(|byte| !(is_in_word(&byte) && byte != b'_')).unwrap_or(rest.len());
        let host = rest[..len].trim_end_matches(['.', '-']);
        let host = FILES.iter().find_map(|ending| host.strip_suffix(ending)).unwrap_or(host);
        Some((start, start + HOST.len() + len, domain(host)?))
    })
}

/// A domain that is one by its form: two labels at least, and a top level of letters.
pub(super) fn domain(text: &str) -> Option<Name> {
    let name = Name::parse(text.trim_end_matches('.').as_bytes(), None).ok()?;
    let top = name.as_str().rsplit('.').next().unwrap_or_default();
    let is_top = top.len() > 1 && (top.bytes().all(|byte| byte.is_ascii_lowercase()) || top.starts_with("xn--"));
    let is_host = name.as_str().bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
    let is_file = FILES.iter().any(|ending| name.as_str().ends_with(ending));
    (is_top && is_host && !is_file && name.labels().nth(1).is_some()).then_some(name)
}

/// The domain that the key of an instance is, or names the policy host of.
pub(super) fn of_key(key: &str) -> Option<Name> {
    if let Some(domain) = of_str(key).into_iter().next() {
        return Some(domain);
    }
    let name = domain(key)?;
    let suffix = psl::suffix(name.as_str().as_bytes())?;
    (suffix.is_known() || suffix.as_bytes() == b"example").then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_found_in_names_paths_and_patterns() {
        let table: [(&str, &[&str]); 16] = [
            ("mta-sts.example.com", &["example.com"]),
            ("mta-sts.Example.com.", &["example.com"]),
            ("https://mta-sts.example.com/.well-known/mta-sts.txt", &["example.com"]),
            ("mta-sts.example.com/*", &["example.com"]),
            ("../www/mta-sts.rowan.example/.well-known/mta-sts.txt", &["rowan.example"]),
            (r#"(http.host eq "mta-sts.example.co.uk")"#, &["example.co.uk"]),
            ("policies/mta-sts.example.com.txt", &["example.com"]),
            ("mta-sts.a.example mta-sts.b.example", &["a.example", "b.example"]),
            (".well-known/mta-sts.txt", &[]),
            ("_mta-sts.example.com", &[]),
            ("www.mta-sts.example.com", &[]),
            ("mta-sts.com", &[]),
            ("mta-sts.example.com-logs", &[]),
            ("mta-sts-example-org", &[]),
            ("mta-sts.", &[]),
            ("", &[]),
        ];
        for (text, expected) in table {
            let found: Vec<String> = of_str(text).iter().map(ToString::to_string).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn keys_that_are_domains() {
        let key = |text| of_key(text).map(|name| name.to_string());
        assert_eq!(key("example.com").as_deref(), Some("example.com"));
        assert_eq!(key("shop.example").as_deref(), Some("shop.example"));
        assert_eq!(key("mta-sts.example.com").as_deref(), Some("example.com"));
        for other in ["main", "0", "mta-sts.txt", "index.html", "_mta-sts", ""] {
            assert_eq!(key(other), None, "{other}");
        }
    }
}
