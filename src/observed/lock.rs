//! `mtasts.lock`: what was seen of the TLS of MX hosts, kept beside the policies that rely on it.
//!
//! One entry for each address of each host, sorted, so that two runs that see the same differ in nothing but the time.

use std::collections::BTreeMap;
use std::net::IpAddr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Handshake, Host, Probe, Probed, TlsVersion};

/// The name of the file, in the root of a repository.
pub const LOCK: &str = "mtasts.lock";
const VERSION: u32 = 1;
/// What is right.
const OK: &str = "ok";
const HEAD: &str = "# What `mtasts probe --record` saw of the MX hosts. `mtasts lint` goes by it: see `mtasts explain mx-tls-failed`.\n";

/// No file is longer.
pub const MAX_LOCK: u64 = 64 << 20;

/// The evidence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    /// By host, in the order of the addresses.
    hosts: BTreeMap<String, Vec<Seen>>,
}

/// The evidence as it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    /// The version of this format: 1.
    version: u32,
    /// Sorted by host and address.
    #[serde(default)]
    mx: Vec<Seen>,
}

/// What was seen of an MX host at one address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Seen {
    /// The host.
    pub host: String,
    /// Its address.
    pub address: IpAddr,
    /// When.
    pub when: Timestamp,
    /// From where: the name of the machine that looked.
    pub from: String,
    /// `ok`, or what a sender that enforces a policy holds against it.
    pub verdict: String,
    /// The version of TLS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls: Option<TlsVersion>,
    /// The names in the certificate.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// Who issued it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// When it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_after: Option<Timestamp>,
    /// Whether this run saw it, and nothing is written of it.
    #[serde(skip)]
    pub is_now: bool,
}

impl Lock {
    /// Reads the file; the error is one line, with the place where it lies.
    pub fn read(text: &str) -> Result<Self, String> {
        let written: Written = toml::from_str(text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            format!("line {}: {}", before.matches('\n').count() + 1, error.message())
        })?;
        if written.version != VERSION {
            return Err(format!("version {} is not known to this mtasts", written.version));
        }
        let mut lock = Self::default();
        for seen in written.mx {
            lock.hosts.entry(seen.host.clone()).or_default().push(seen);
        }
        lock.hosts.values_mut().for_each(|seen| seen.sort_by_key(|seen| seen.address));
        Ok(lock)
    }

    /// The file.
    pub fn to_text(&self) -> Result<String, toml::ser::Error> {
        let written = Written { version: VERSION, mx: self.all().cloned().collect() };
        Ok(format!("{HEAD}{}", toml::to_string(&written)?))
    }

    /// All that was seen, sorted by host and address.
    pub fn all(&self) -> impl Iterator<Item = &Seen> {
        self.hosts.values().flatten()
    }

    /// What was seen of `host`, one entry an address.
    pub fn of(&self, host: &str) -> &[Seen] {
        self.hosts.get(host).map_or(&[], Vec::as_slice)
    }

    /// Puts what was seen of a host now in the place of what was seen of it before; of a host that could not be looked at the old
    /// entries stay. `from` is the name of this machine; without one it is only for this run.
    pub fn record(&mut self, host: &Host, when: Timestamp, from: Option<&str>) {
        let mut seen: Vec<Seen> = host.probes.iter().filter_map(|probe| Seen::of(host, probe, when, from)).collect();
        seen.sort_by_key(|seen| seen.address);
        if !seen.is_empty() {
            self.hosts.insert(host.name.clone(), seen);
        }
    }
}

impl Seen {
    /// `None` where nothing was seen of its TLS.
    fn of(host: &Host, probe: &Probe, when: Timestamp, from: Option<&str>) -> Option<Self> {
        let (verdict, handshake) = match &probe.outcome {
            Probed::Unreachable(_) => return None,
            Probed::NoStarttls(why) => (format!("no STARTTLS: {why}"), None),
            Probed::Handshake(handshake) => (verdict(handshake, &host.name), Some(handshake)),
        };
        let certificate = handshake.and_then(|handshake| handshake.chain.first());
        Some(Self {
            host: host.name.clone(),
            address: probe.address,
            when,
            from: from.unwrap_or_default().to_owned(),
            verdict,
            tls: handshake.and_then(|handshake| handshake.version),
            names: certificate.map(|certificate| certificate.names.clone()).unwrap_or_default(),
            issuer: certificate.map(|certificate| certificate.issuer.clone()),
            not_after: certificate.map(|certificate| certificate.not_after),
            is_now: from.is_none(),
        })
    }

    /// Whether a sender that enforces a policy would have delivered.
    pub fn is_ok(&self) -> bool {
        self.verdict == OK
    }
}

/// What is held against a handshake with `name`, or `ok`.
pub fn verdict(handshake: &Handshake, name: &str) -> String {
    let mut faults = handshake.words(name);
    faults.extend(handshake.failure.clone().filter(|_| faults.is_empty()));
    if faults.is_empty() { OK.to_owned() } else { faults.join("; ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "version = 1\n\n[[mx]]\nhost = \"mx.example.com\"\naddress = \"192.0.2.25\"\nwhen = \"2026-11-24T12:00:00Z\"\n\
        from = \"ci\"\nverdict = \"ok\"\ntls = \"1.3\"\nnames = [\"mx.example.com\"]\nissuer = \"CN=Example CA\"\n\
        not-after = \"2027-01-01T00:00:00Z\"\n";

    #[test]
    fn what_is_written_is_read() {
        let lock = Lock::read(TEXT).unwrap();
        assert_eq!(lock.to_text().unwrap(), format!("{HEAD}{TEXT}"));
        assert!(lock.of("mx.example.com").iter().all(Seen::is_ok));
        assert!(lock.of("other.example").is_empty());
    }

    #[test]
    fn what_is_no_lock_is_an_error_with_its_place() {
        for (text, wrong) in [
            ("", "missing field `version`"),
            ("version = 2\n", "version 2"),
            ("version = 1\nmx = 3\n", "line 2"),
            ("version = 1\n[[mx]]\nhost = \"a\"\n", "missing field"),
            (&TEXT.replace("verdict", "verdikt"), "unknown field `verdikt`"),
            (&TEXT.replace("2026-11-24T12", "yesterday"), "line 6"),
            (&TEXT.replace("192.0.2.25", "192.0.2"), "line 5"),
        ] {
            let error = Lock::read(text).unwrap_err();
            assert!(error.contains(wrong), "{text}: {error}");
        }
    }

    #[test]
    fn a_new_look_takes_the_place_of_the_old_and_no_look_does_not() {
        let mut lock = Lock::read(TEXT).unwrap();
        let when = "2026-11-25T12:00:00Z".parse().unwrap();
        let address = "192.0.2.26".parse().unwrap();
        let mut host = Host {
            name: "mx.example.com".into(),
            addresses: super::super::Answer::of(vec![address]),
            tlsa: super::super::Answer::of(Vec::new()),
            probes: vec![Probe { address, outcome: Probed::Unreachable("refused".into()) }],
        };
        lock.record(&host, when, Some("here"));
        assert_eq!(lock, Lock::read(TEXT).unwrap());
        host.probes[0].outcome = Probed::NoStarttls("it does not offer it".into());
        lock.record(&host, when, Some("here"));
        let seen: Vec<_> = lock.of("mx.example.com").iter().map(|seen| (seen.address, seen.is_ok())).collect();
        assert_eq!(seen, [(address, false)]);
    }
}
