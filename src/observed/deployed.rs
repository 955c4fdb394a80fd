//! What is deployed, as if a repository declared it: then every rule that judges a state or a change judges it, too.

use std::fmt::Write;
use std::sync::Arc;

use super::{Answer, End, Fetched, Observed};
use crate::dns::{ListedGap, Listing, Name, NameScope, Rtype};
use crate::site::{Declared, DeclaredPolicy, DeclaredZone, Home, PolicyText, Reader, ZoneSource};
use crate::text::{Bytes, FileId, Place, Reason, Source, Sources, Span, Traced};
use crate::zone::{self, IncludeError, Includes, OriginHint};

impl Observed {
    /// Declares what was observed. The answers are written down as two texts that findings can point into, a master file and the
    /// policy, and put into `sources` behind what is there.
    pub fn declare(&self, sources: &mut Sources, declared: &mut Declared) {
        let Ok(domain) = Name::parse(self.domain.as_bytes(), None) else { return };
        declared.zones.push(DeclaredZone {
            zone: ZoneSource::Listed(self.listing(&domain, sources)),
            reader: Reader::ZoneFile,
            home: Home::Path("".into()),
        });
        if let Some(text) = self.policy_text(sources) {
            declared.policies.push(DeclaredPolicy {
                text,
                domains: vec![domain],
                beside: Vec::new(),
                served: None,
                home: Home::Path("".into()),
            });
        }
    }

    /// What the DNS says.
    fn listing(&self, domain: &Name, sources: &mut Sources) -> Listing {
        let text: Bytes = self.zone_text().into_bytes().into();
        let file = add(sources, format!("dns:{}", self.domain), Arc::clone(&text));
        let zone = zone::parse(file, &text, OriginHint::default(), &mut Nothing);
        // The parser keeps what every domain needs; the addresses of its MX hosts are looked up.
        let hosts: Vec<Name> =
            self.hosts.iter().filter_map(|host| Name::parse(host.name.as_bytes(), None).ok()).collect();
        let addresses = zone.lookup(&hosts);
        Listing {
            apex: domain.clone(),
            told_by: "the DNS".into(),
            place: Place::new(file, Span::default()),
            partial: None,
            records: zone.records.into_iter().chain(addresses).collect(),
            gaps: self.gaps(domain),
        }
    }

    /// The policy, or why it is not known; `None` where it is a fact that there is none.
    fn policy_text(&self, sources: &mut Sources) -> Option<Result<Arc<PolicyText>, Reason>> {
        let Some(body) = self.body() else {
            let unknown = Reason { why: "the policy host did not answer".into(), place: None };
            return (!self.has_no_policy()).then_some(Err(unknown));
        };
        let text: Bytes = body.as_bytes().to_vec().into();
        let url = format!("https://mta-sts.{}/.well-known/mta-sts.txt", self.domain);
        let file = add(sources, url, Arc::clone(&text));
        let whole = Place::new(file, Span::of(0..text.len()));
        Some(Ok(Arc::new(PolicyText::new(Traced::verbatim(&text, whole)))))
    }

    /// The policy that senders get, if they get one.
    pub fn body(&self) -> Option<&str> {
        self.policy.iter().find_map(|fetch| match &fetch.outcome {
            Fetched::Answered(response) if response.status == 200 && response.end == End::Whole => {
                Some(&*response.body)
            }
            _ => None,
        })
    }

    /// Whether it is a fact that senders get none.
    fn has_no_policy(&self) -> bool {
        self.policy_host.is_absent() || !self.policy.is_empty() && self.body().is_none()
    }

    /// The answers in the presentation format of RFC 1035 §5.
    fn zone_text(&self) -> String {
        let mut text = String::new();
        let mut line = |owner: &str, ttl: Option<u32>, data: String| {
            let ttl = ttl.map_or_else(String::new, |ttl| format!(" {ttl}"));
            // A String takes whatever is written to it.
            let _ = writeln!(text, "{owner}.{ttl} {data}");
        };
        for value in &self.record.values {
            line(&format!("_mta-sts.{}", self.domain), self.record.ttl, format!("TXT {}", quoted(value)));
        }
        for value in &self.tlsrpt.values {
            line(&format!("_smtp._tls.{}", self.domain), self.tlsrpt.ttl, format!("TXT {}", quoted(value)));
        }
        for mx in &self.mx.values {
            let host = if mx.host == "." { String::new() } else { mx.host.clone() };
            line(&self.domain, self.mx.ttl, format!("MX {} {host}.", mx.preference));
        }
        let mut hosts: Vec<_> = self.hosts.iter().map(|host| (host.name.clone(), &host.addresses)).collect();
        for (owner, answer) in &mut hosts {
            // An MX host that is an alias is a fault; a policy host may be one.
            for alias in &answer.aliases {
                line(owner, answer.ttl, format!("CNAME {alias}."));
                owner.clone_from(alias);
            }
        }
        hosts.push((format!("mta-sts.{}", self.domain), &self.policy_host));
        for (owner, answer) in hosts {
            for address in &answer.values {
                let rtype = if address.is_ipv4() { "A" } else { "AAAA" };
                line(&owner, answer.ttl, format!("{rtype} {address}"));
            }
        }
        text
    }

    /// What was not answered, and what was not asked.
    fn gaps(&self, domain: &Name) -> Vec<ListedGap> {
        let gap = |owner: Option<Name>, rtype| {
            let reason = Reason { why: "the DNS did not answer".into(), place: None };
            owner.map(|owner| ListedGap { scope: NameScope::Owner(owner), rtype, reason })
        };
        let asked = [
            (self.record.answered, domain.child("_mta-sts"), Some(Rtype::Txt)),
            (self.tlsrpt.answered, domain.child("_smtp._tls"), Some(Rtype::Txt)),
            (self.mx.answered, Some(domain.clone()), Some(Rtype::Mx)),
            (self.policy_host.answered, domain.child("mta-sts"), None),
        ];
        let unanswered = asked.into_iter().filter(|(answered, ..)| !answered);
        let unanswered = unanswered.filter_map(|(_, owner, rtype)| gap(owner, rtype));
        let visited = |name: &str| self.hosts.iter().any(|host| host.name == name && host.addresses.answered);
        let hosts = self.mx.values.iter().filter(|mx| !visited(&mx.host)).map(|mx| &*mx.host);
        // Whether the receivers of reports take mail was not asked.
        let receivers = self.tlsrpt.values.iter().flat_map(|text| receivers(text));
        let receivers = receivers.filter(|host| *host != self.domain);
        let others = hosts.chain(receivers).filter_map(|host| gap(Name::parse(host.as_bytes(), None).ok(), None));
        unanswered.chain(others).collect()
    }
}

/// Puts a text behind the sources that there are.
fn add(sources: &mut Sources, path: String, text: Bytes) -> FileId {
    let file = FileId(u32::try_from(sources.len()).unwrap_or(u32::MAX));
    sources.put(file, Source { path: path.into(), text, is_private: true });
    file
}

/// The domains of the addresses in a TLSRPT record.
fn receivers(text: &str) -> impl Iterator<Item = &str> {
    text.split('@').skip(1).filter_map(|rest| rest.split([',', ';', '!', '?', ' ']).next())
}

/// A character-string, or several: each holds 255 octets (RFC 1035 §3.3).
fn quoted(value: &str) -> String {
    let mut text = String::new();
    for part in value.as_bytes().chunks(255) {
        text.push_str(if text.is_empty() { "\"" } else { " \"" });
        for &byte in part {
            let _ = match byte {
                b'"' | b'\\' => write!(text, "\\{}", char::from(byte)),
                b' '..=b'~' => write!(text, "{}", char::from(byte)),
                _ => write!(text, "\\{byte:03}"),
            };
        }
        text.push('"');
    }
    if text.is_empty() { "\"\"".to_owned() } else { text }
}

/// Answers include nothing.
struct Nothing;

impl Includes for Nothing {
    fn open(&mut self, _: FileId, _: &[u8]) -> Result<(FileId, Bytes), IncludeError> {
        Err(IncludeError::NotFound)
    }
}

impl<T> Answer<T> {
    /// An answer that rests on DNSSEC.
    #[must_use]
    pub fn secure(self) -> Self {
        Self { secure: true, ..self }
    }
}
