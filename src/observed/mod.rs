//! What is deployed now, as a sending server meets it: answers of the DNS, of the policy host and of the MX hosts.
//!
//! These are values only: the clients of `live` make them, the rule book writes them down, the rules judge them. What did not
//! answer is never a fact: it stands in [`Observed::unanswered`].

mod deployed;
mod lock;
mod tls;

use std::net::IpAddr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use lock::{LOCK, Lock, MAX_LOCK, Seen, verdict};
pub use tls::{CertificateFault, Handshake, TlsVersion};

pub use crate::certificates::Certificate;

/// One mail domain, observed. Names are lower case, absolute, and written without the final dot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Observed {
    /// The mail domain.
    pub domain: String,
    /// When its observation began.
    pub when: Timestamp,
    /// The TXT records at `_mta-sts.<domain>`, as the resolver gives them.
    pub record: Answer<Txt>,
    /// What each authoritative name server says of the same name, and of those that its CNAMEs lead to: name by name.
    pub nameservers: Vec<NameServer>,
    /// The TXT records at `_smtp._tls.<domain>`.
    pub tlsrpt: Answer<Txt>,
    /// The MX set.
    pub mx: Answer<Exchange>,
    /// The addresses of `mta-sts.<domain>`.
    pub policy_host: Answer<IpAddr>,
    /// One attempt for each family of addresses that the policy host has, IPv4 first.
    pub policy: Vec<Fetch>,
    /// The MX hosts, in the order of the MX set.
    pub hosts: Vec<Host>,
    /// What was asked and not answered: nothing is known of it, and nobody may think that it was checked.
    pub unanswered: Vec<Unanswered>,
}

/// The records at one name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer<T> {
    /// Whether there was an answer; without one, `values` is empty and nothing is known.
    pub answered: bool,
    /// The records; none in an answer is a fact: the name, or the type at it, is not there.
    pub values: Vec<T>,
    /// The CNAMEs that led there, first to last.
    pub aliases: Vec<String>,
    /// Whether DNSSEC vouches for the answer.
    pub secure: bool,
    /// The least TTL of the answer in seconds, where there was one.
    pub ttl: Option<u32>,
}

/// A TXT record: its strings joined (RFC 8461 §3.1), with bytes that are no UTF-8 replaced.
pub type Txt = String;

/// A record of an MX set.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Exchange {
    /// The preference: the least is tried first.
    pub preference: u16,
    /// The host; `.` in a null MX (RFC 7505).
    pub host: String,
}

/// What one authoritative name server says of `_mta-sts.<domain>`, or of a name that this is an alias for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameServer {
    /// The name that it was asked about, which is in a zone that it is to serve.
    pub asked: String,
    /// Its name.
    pub name: String,
    /// The address that was asked.
    pub address: IpAddr,
    /// What it says.
    pub said: Said,
}

/// The answer of one name server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Said {
    /// These TXT records, sorted; none: it says that there are none.
    Records(Vec<Txt>),
    /// It says that the name is an alias for this one.
    Alias(String),
    /// It answers, and not for this zone: it is lame (RFC 9499), in the words of its response code.
    Lame(String),
}

/// An attempt to fetch the policy over one family of addresses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fetch {
    /// The address.
    pub address: IpAddr,
    /// How long it took, in milliseconds.
    pub milliseconds: u64,
    /// What came of it.
    pub outcome: Fetched,
}

/// What came of a fetch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fetched {
    /// No connection, or one that was closed before there was an answer; a clause that says why.
    Unreachable(String),
    /// A certificate, or a handshake, that a sender refuses.
    Untrusted(Handshake),
    /// An answer, complete or not.
    Answered(Response),
}

/// An answer of the policy host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The `Location` of a redirect.
    pub location: Option<String>,
    /// The `Content-Type`, as it is sent.
    pub content_type: Option<String>,
    /// The body, of which at most 64 KiB and one octet are kept (RFC 8461 §3.3), as text.
    pub body: String,
    /// How the body ended.
    pub end: End,
    /// The handshake before it.
    pub handshake: Handshake,
}

/// How a body ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// Where it should.
    Whole,
    /// It is larger than 64 KiB.
    TooLarge,
    /// The 60 seconds of a sender were over (RFC 8461 §3.3).
    TooSlow,
    /// The connection broke.
    Broken,
}

/// An MX host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Host {
    /// Its name.
    pub name: String,
    /// Its addresses.
    pub addresses: Answer<IpAddr>,
    /// The TLSA records at `_25._tcp.<host>`, in presentation format (`3 1 1 <hex>`).
    pub tlsa: Answer<String>,
    /// One attempt for each family of addresses that it has, IPv4 first.
    pub probes: Vec<Probe>,
}

/// An SMTP session with a MX host: greeting, EHLO, STARTTLS, handshake, QUIT.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probe {
    /// The address.
    pub address: IpAddr,
    /// What came of it.
    pub outcome: Probed,
}

/// How far an SMTP session came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Probed {
    /// No connection, no greeting, or one that is not `220`; a clause that says why.
    Unreachable(String),
    /// It speaks SMTP, and no STARTTLS, or refuses it; its words.
    NoStarttls(String),
    /// A handshake, finished or not.
    Handshake(Handshake),
}

/// Something that was asked and not answered.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Unanswered {
    /// What was asked: `TXT _mta-sts.example.com`, `SMTP mx1.example.com [192.0.2.1]`.
    pub what: String,
    /// Why there is no answer, a clause: `no answer in 5 s`.
    pub why: String,
}

impl<T> Answer<T> {
    /// An answer.
    pub fn of(values: Vec<T>) -> Self {
        Self { answered: true, values, aliases: Vec::new(), secure: false, ttl: None }
    }

    /// No answer.
    pub fn none() -> Self {
        Self { answered: false, ..Self::of(Vec::new()) }
    }

    /// Whether it is a fact that there are no records.
    pub fn is_absent(&self) -> bool {
        self.answered && self.values.is_empty()
    }
}
