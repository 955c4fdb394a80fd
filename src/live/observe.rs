//! One domain after the other, as many at once as is asked for: what they share is asked once.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::OnceCell;

use super::address::{Network, is_allowed};
use super::dns::Dns;
use super::limits::Limits;
use super::tls::Trust;
use super::turns::Turns;
use super::{https, smtp, unanswered};
use crate::observed::{Answer, Fetch, Host, NameServer, Observed, Probe, Unanswered};

/// MX hosts of one domain that are visited.
const MOST_HOSTS: usize = 16;
/// Name servers of one domain that are asked.
const MOST_SERVERS: usize = 16;
/// CNAMEs from one record whose servers are asked.
const MOST_ALIASES: usize = 8;

/// How to observe.
pub struct Setup {
    /// The DNS.
    pub dns: Dns,
    /// The roots.
    pub trust: Trust,
    /// The limits.
    pub limits: Limits,
    /// Networks that may be connected to besides public addresses.
    pub laboratory: Vec<Network>,
    /// The port of the policy hosts; 443 anywhere but in a laboratory.
    pub https_port: u16,
    /// The port of the MX hosts; 25 anywhere but in a laboratory.
    pub smtp_port: u16,
    /// The name that is said in EHLO; this machine's address, if there is none.
    pub ehlo: Option<String>,
    /// Whether IPv6 is left out, because this machine has none.
    pub is_v4_only: bool,
}

/// Observes domains.
pub struct Observer {
    setup: Setup,
    /// MX hosts by name: many domains share them.
    hosts: Shared<Visited>,
    /// Names that `_mta-sts` is an alias for.
    aliases: Shared<Noted<Vec<NameServer>>>,
    turns: Turns,
}

/// What is asked once by name, whoever comes first.
struct Shared<T>(Mutex<HashMap<String, Arc<OnceCell<T>>>>);

impl<T> Shared<T> {
    fn cell(&self, name: &str) -> Arc<OnceCell<T>> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(known.entry(name.to_owned()).or_default())
    }
}

impl<T> Default for Shared<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

/// What came of an MX host.
#[derive(Clone)]
struct Visited {
    host: Host,
    unanswered: Vec<Unanswered>,
}

/// Whether this machine has a way to the IPv6 Internet; nothing is sent.
pub fn has_v6() -> bool {
    // A root name server: any public address will do.
    UdpSocket::bind("[::]:0").and_then(|socket| socket.connect("[2001:500:2f::f]:53")).is_ok()
}

impl Observer {
    /// One that has seen nothing yet.
    pub fn new(setup: Setup) -> Self {
        Self { setup, hosts: Shared::default(), aliases: Shared::default(), turns: Turns::default() }
    }

    /// Observes the mail domain `domain`, and the MX hosts `others` that it is to have.
    pub async fn observe(&self, domain: &str, others: &[String]) -> Observed {
        let when = Timestamp::now();
        let when = Timestamp::from_second(when.as_second()).unwrap_or(when);
        let mut notes = Notes::default();
        let Setup { dns, .. } = &self.setup;
        let sts = format!("_mta-sts.{domain}");
        let tls = format!("_smtp._tls.{domain}");
        let policy_name = format!("mta-sts.{domain}");
        let (record, tlsrpt, mx) = tokio::join!(dns.txt(&sts), dns.txt(&tls), dns.mx(domain));
        let record = notes.answer(record);
        let exchanges = mx.as_ref().map(|answer| &answer.values[..]).unwrap_or_default();
        let hosts: Vec<&str> = exchanges.iter().map(|mx| &*mx.host).chain(others.iter().map(|host| &**host)).collect();
        let (nameservers, (policy_host, policy), hosts) = tokio::join!(
            self.nameservers(domain, &sts, &record),
            self.policy(domain, &policy_name),
            self.visit(&hosts)
        );
        let mut observed = Observed {
            domain: domain.to_owned(),
            when,
            record,
            nameservers: nameservers.take(&mut notes),
            tlsrpt: notes.answer(tlsrpt),
            mx: notes.answer(mx),
            policy_host: policy_host.take(&mut notes),
            policy: policy.take(&mut notes),
            hosts: Vec::new(),
            unanswered: Vec::new(),
        };
        for Visited { host, unanswered } in hosts {
            observed.hosts.push(host);
            notes.0.extend(unanswered);
        }
        notes.0.sort();
        notes.0.dedup();
        observed.unanswered = notes.0;
        observed
    }

    /// Visits MX hosts, whoever they receive mail for.
    pub async fn hosts(&self, names: &[&str]) -> (Vec<Host>, Vec<Unanswered>) {
        let visited = self.visit(names).await;
        let unanswered = visited.iter().flat_map(|visited| visited.unanswered.clone()).collect();
        (visited.into_iter().map(|visited| visited.host).collect(), unanswered)
    }

    /// What each name server of the zone says of the record; behind an alias, those of every zone on the way say it together.
    async fn nameservers(&self, domain: &str, name: &str, record: &Answer<String>) -> Noted<Vec<NameServer>> {
        if !record.answered {
            return Noted::default();
        }
        let is_alias = !record.aliases.is_empty();
        let Noted { value: mut found, mut notes } = self.said(domain, name, is_alias).await;
        for (at, alias) in record.aliases.iter().take(MOST_ALIASES).enumerate() {
            let is_alias = at + 1 < record.aliases.len();
            // A provider's name, to which all its customers lead.
            let said = self.aliases.cell(alias);
            let said = said.get_or_init(|| self.said(alias, alias, is_alias)).await.clone();
            found.extend(said.take(&mut notes));
        }
        Noted { value: found, notes }
    }

    /// What each name server of the zone that holds `within` says of `name`.
    async fn said(&self, within: &str, name: &str, is_alias: bool) -> Noted<Vec<NameServer>> {
        let mut notes = Notes::default();
        let servers = notes.value(self.setup.dns.nameservers(within).await).unwrap_or_default();
        let mut found = Vec::new();
        for server in servers.iter().take(MOST_SERVERS) {
            let addresses = self.addresses(server).await.take(&mut notes);
            if addresses.is_absent() {
                notes.add(format!("TXT {name} at {server}"), "the name server has no address");
            }
            for address in self.allowed(&addresses, &format!("name server {server}"), &mut notes) {
                if let Some(said) = notes.value(self.setup.dns.said(address, name, is_alias).await) {
                    found.push(NameServer { asked: name.to_owned(), name: server.clone(), address, said });
                }
            }
        }
        Noted { value: found, notes }
    }

    /// The policy host's addresses, and the policy over each family.
    async fn policy(&self, domain: &str, host: &str) -> (Noted<Answer<IpAddr>>, Noted<Vec<Fetch>>) {
        let Noted { value: addresses, notes } = self.addresses(host).await;
        let mut others = Notes::default();
        let mut fetched = Vec::new();
        for address in self.allowed(&addresses, &format!("policy host {host}"), &mut others) {
            let address = SocketAddr::new(address, self.setup.https_port);
            let fetch = https::fetch(domain, address, &self.setup.trust, &self.setup.limits);
            fetched.extend(others.value(self.turns.take(address, &format!("https://{host}"), fetch).await));
        }
        (Noted { value: addresses, notes }, Noted { value: fetched, notes: others })
    }

    async fn visit(&self, names: &[&str]) -> Vec<Visited> {
        let mut visited: Vec<Visited> = Vec::new();
        for name in names.iter().take(MOST_HOSTS) {
            // A null MX names no host (RFC 7505).
            if *name == "." || visited.iter().any(|known| known.host.name == *name) {
                continue;
            }
            let cell = self.hosts.cell(name);
            visited.push(cell.get_or_init(|| self.host(name)).await.clone());
        }
        visited
    }

    async fn host(&self, name: &str) -> Visited {
        let mut notes = Notes::default();
        let (addresses, tlsa) = tokio::join!(self.addresses(name), self.setup.dns.tlsa(name));
        let addresses = addresses.take(&mut notes);
        let tlsa = notes.answer(tlsa);
        let mut probes = Vec::new();
        for address in self.allowed(&addresses, &format!("MX {name}"), &mut notes) {
            let address = SocketAddr::new(address, self.setup.smtp_port);
            let probe = self.probe(name, address);
            probes.extend(notes.value(self.turns.take(address, &format!("SMTP {name}"), probe).await));
        }
        Visited { host: Host { name: name.to_owned(), addresses, tlsa, probes }, unanswered: notes.0 }
    }

    /// A session with an MX host; what it calls temporary is tried again, later and later.
    async fn probe(&self, name: &str, address: SocketAddr) -> Result<Probe, Unanswered> {
        let Setup { trust, limits, ehlo, .. } = &self.setup;
        let ehlo = ehlo.as_deref();
        let mut wait = Duration::from_millis(500);
        for _ in 0..limits.retries {
            let probe = smtp::probe(name, address, ehlo, trust, limits).await?;
            if !smtp::is_temporary(&probe.outcome) {
                return Ok(probe);
            }
            tokio::time::sleep(wait).await;
            wait *= 3;
        }
        smtp::probe(name, address, ehlo, trust, limits).await
    }

    async fn addresses(&self, name: &str) -> Noted<Answer<IpAddr>> {
        let dns = &self.setup.dns;
        let (v4, v6) = tokio::join!(dns.addresses(name, false), dns.addresses(name, true));
        let mut notes = Notes::default();
        let (mut all, v6) = (notes.answer(v4), notes.answer(v6));
        all.answered &= v6.answered;
        all.secure &= v6.secure || v6.values.is_empty();
        all.values.extend(v6.values);
        if all.aliases.is_empty() {
            all.aliases = v6.aliases;
        }
        Noted { value: all, notes }
    }

    /// The first address of each family that may be connected to; of the others it is noted that they were not.
    fn allowed(&self, addresses: &Answer<IpAddr>, whose: &str, notes: &mut Notes) -> Vec<IpAddr> {
        let mut chosen: Vec<IpAddr> = Vec::new();
        for address in addresses.values.iter().copied() {
            if chosen.iter().any(|known| known.is_ipv4() == address.is_ipv4()) {
                continue;
            }
            if !is_allowed(address, &self.setup.laboratory) {
                notes.add(
                    format!("{whose} at {address}"),
                    "it is no public address, and is not connected to (see --lab)",
                );
            } else if address.is_ipv4() || !self.setup.is_v4_only {
                chosen.push(address);
            }
        }
        chosen
    }
}

/// What was not answered.
#[derive(Clone, Debug, Default)]
struct Notes(Vec<Unanswered>);

/// A value, and what was not answered on the way to it.
#[derive(Clone, Default)]
struct Noted<T> {
    value: T,
    notes: Notes,
}

impl<T> Noted<T> {
    fn take(self, notes: &mut Notes) -> T {
        notes.0.extend(self.notes.0);
        self.value
    }
}

impl Notes {
    fn add(&mut self, what: String, why: &str) {
        self.0.push(unanswered(what, why));
    }

    fn value<T>(&mut self, result: Result<T, Unanswered>) -> Option<T> {
        result.map_err(|note| self.0.push(note)).ok()
    }

    fn answer<T>(&mut self, result: Result<Answer<T>, Unanswered>) -> Answer<T> {
        self.value(result).unwrap_or_else(Answer::none)
    }
}

/// A runtime for the clients: they wait more than they work.
pub fn runtime() -> io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()
}
