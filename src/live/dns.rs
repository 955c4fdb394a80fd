//! Questions to the DNS: to the resolver, as a sender asks, and to each name server of a zone by itself.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use hickory_resolver::config::{NameServerConfig, ResolveHosts, ResolverConfig, ResolverOpts};
use hickory_resolver::lookup::Lookup;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::dnssec::TrustAnchors;
use hickory_resolver::proto::rr::{Name, RData, RecordType};
use hickory_resolver::{ResolverBuilder, TokioResolver};

use super::limits::Limits;
use super::unanswered;
use crate::observed::{Answer, Exchange, Said, Txt, Unanswered};
use crate::text::words;

/// Values of one answer that are kept.
const MOST_VALUES: usize = 64;
/// Octets of one TXT record that are kept.
const MAX_TXT: usize = 4096;
/// Answers of the resolver that are kept, for hosts that many domains share.
const CACHED: u64 = 50_000;

/// Whom to ask.
#[derive(Debug, Default)]
pub struct Servers<'a> {
    /// The resolver; those of the system, if there is none.
    pub resolver: Option<SocketAddr>,
    /// A file of DNSKEY records that are trusted in the stead of the root's.
    pub trust_anchor: Option<&'a Path>,
    /// The port at which name servers answer; 53 anywhere but in a laboratory.
    pub port: Option<u16>,
}

/// The DNS.
pub struct Dns {
    /// As senders ask: whoever validates is the resolver.
    plain: TokioResolver,
    /// Validates by itself: what only DNSSEC makes worth something is asked here.
    validating: TokioResolver,
    /// One for each name server that was asked.
    direct: Mutex<HashMap<IpAddr, Arc<TokioResolver>>>,
    port: u16,
    limits: Limits,
}

impl Dns {
    /// Prepares to ask; an error where the system's configuration or the trust anchor cannot be read.
    pub fn new(servers: &Servers<'_>, limits: Limits) -> io::Result<Self> {
        let resolver = |anchors: Option<TrustAnchors>| {
            let mut builder = builder(servers)?;
            set(builder.options_mut(), &limits);
            if let Some(anchors) = anchors {
                builder.options_mut().validate = true;
                builder = builder.with_trust_anchor(Arc::new(anchors));
            }
            builder.build().map_err(io::Error::other)
        };
        let anchors = match servers.trust_anchor {
            Some(path) => TrustAnchors::from_file(path)
                .map_err(|error| io::Error::other(format!("{}: {error}", path.display())))?,
            None => TrustAnchors::default(),
        };
        Ok(Self {
            plain: resolver(None)?,
            validating: resolver(Some(anchors))?,
            direct: Mutex::default(),
            port: servers.port.unwrap_or(53),
            limits,
        })
    }

    /// The TXT records at `name`.
    pub async fn txt(&self, name: &str) -> Result<Answer<Txt>, Unanswered> {
        self.ask(&self.plain, name, RecordType::TXT, txt).await
    }

    /// The MX set of `name`, least preference first.
    pub async fn mx(&self, name: &str) -> Result<Answer<Exchange>, Unanswered> {
        let exchange = |data: &RData| match data {
            RData::MX(mx) => Some(Exchange { preference: mx.preference, host: shown(&mx.exchange) }),
            _ => None,
        };
        let mut answer = self.ask(&self.plain, name, RecordType::MX, exchange).await?;
        answer.values.sort();
        Ok(answer)
    }

    /// The addresses of `name` in one family, in ascending order.
    pub async fn addresses(&self, name: &str, is_v6: bool) -> Result<Answer<IpAddr>, Unanswered> {
        let address = |data: &RData| match data {
            RData::A(address) => Some(IpAddr::V4(address.0)),
            RData::AAAA(address) => Some(IpAddr::V6(address.0)),
            _ => None,
        };
        let rtype = if is_v6 { RecordType::AAAA } else { RecordType::A };
        let mut answer = self.ask(&self.plain, name, rtype, address).await?;
        answer.values.sort();
        Ok(answer)
    }

    /// The TLSA records for SMTP of `host` (RFC 7672). If there are some they are validated here, and `secure` says whether DNSSEC
    /// vouches for them.
    pub async fn tlsa(&self, host: &str) -> Result<Answer<String>, Unanswered> {
        let tlsa = |data: &RData| match data {
            RData::TLSA(tlsa) => Some(tlsa.to_string().to_ascii_lowercase()),
            _ => None,
        };
        let name = format!("_25._tcp.{host}");
        let answer = self.ask(&self.plain, &name, RecordType::TLSA, tlsa).await?;
        if answer.values.is_empty() {
            return Ok(answer);
        }
        self.ask(&self.validating, &name, RecordType::TLSA, tlsa).await
    }

    /// The names of the servers of the zone that holds `name`.
    pub async fn nameservers(&self, name: &str) -> Result<Vec<String>, Unanswered> {
        let server = |data: &RData| match data {
            RData::NS(server) => Some(shown(&server.0)),
            _ => None,
        };
        let mut name = name;
        loop {
            let mut answer = self.ask(&self.plain, name, RecordType::NS, server).await?;
            // An alias has the servers of where it leads to, and not of where it is.
            if !answer.values.is_empty() && answer.aliases.is_empty() {
                answer.values.sort();
                return Ok(answer.values);
            }
            let Some((_, parent)) = name.split_once('.') else { return Ok(Vec::new()) };
            name = parent;
        }
    }

    /// What the name server at `server` itself says of the TXT records at `name`, for which it may have an alias in their stead.
    pub async fn said(&self, server: IpAddr, name: &str, may_be_alias: bool) -> Result<Said, Unanswered> {
        let what = || format!("TXT {name} at {server}");
        let resolver = self.direct(server).map_err(|error| unanswered(what(), error.to_string()))?;
        let question = absolute(name).map_err(|why| unanswered(what(), why))?;
        let target = if may_be_alias { alias_at(&resolver, &question).await } else { Ok(None) };
        if let Some(target) = target.map_err(|error| unanswered(what(), words(&error.to_string())))? {
            return Ok(Said::Alias(target));
        }
        match resolver.lookup(question, RecordType::TXT).await {
            Ok(lookup) => {
                if let Some(target) = alias(&lookup) {
                    return Ok(Said::Alias(target));
                }
                let mut values = values(&lookup, txt);
                values.sort();
                Ok(Said::Records(values))
            }
            // To refer a question further is to say that the zone is not here.
            Err(NetError::Dns(DnsError::NoRecordsFound(none))) if none.soa.is_none() && none.ns.is_some() => {
                Ok(Said::Lame("a referral".to_owned()))
            }
            Err(NetError::Dns(DnsError::NoRecordsFound(_))) => Ok(Said::Records(Vec::new())),
            Err(NetError::Dns(DnsError::ResponseCode(code))) => Ok(Said::Lame(words(&code.to_string()))),
            Err(error) => Err(unanswered(what(), words(&error.to_string()))),
        }
    }

    fn direct(&self, server: IpAddr) -> io::Result<Arc<TokioResolver>> {
        let mut direct = self.direct.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(resolver) = direct.get(&server) {
            return Ok(Arc::clone(resolver));
        }
        let mut builder = builder_of(SocketAddr::new(server, self.port));
        set(builder.options_mut(), &self.limits);
        builder.options_mut().recursion_desired = false;
        builder.options_mut().cache_size = 0;
        let resolver = Arc::new(builder.build().map_err(io::Error::other)?);
        direct.insert(server, Arc::clone(&resolver));
        Ok(resolver)
    }

    async fn ask<T>(
        &self,
        resolver: &TokioResolver,
        name: &str,
        rtype: RecordType,
        read: impl Fn(&RData) -> Option<T>,
    ) -> Result<Answer<T>, Unanswered> {
        let what = || format!("{rtype} {name}");
        let question = absolute(name).map_err(|why| unanswered(what(), why))?;
        match resolver.lookup(question, rtype).await {
            Ok(lookup) => Ok(answer(&lookup, read)),
            Err(error) if error.is_no_records_found() => Ok(Answer::of(Vec::new())),
            Err(error) => Err(unanswered(what(), why(&error, &self.limits))),
        }
    }
}

fn builder(servers: &Servers<'_>) -> io::Result<ResolverBuilder<TokioRuntimeProvider>> {
    match servers.resolver {
        Some(resolver) => Ok(builder_of(resolver)),
        None => TokioResolver::builder_tokio().map_err(io::Error::other),
    }
}

fn builder_of(server: SocketAddr) -> ResolverBuilder<TokioRuntimeProvider> {
    let mut config = NameServerConfig::udp_and_tcp(server.ip());
    for connection in &mut config.connections {
        connection.port = server.port();
    }
    let config = ResolverConfig::from_parts(None, Vec::new(), vec![config]);
    TokioResolver::builder_with_config(config, TokioRuntimeProvider::default())
}

fn set(options: &mut ResolverOpts, limits: &Limits) {
    options.timeout = limits.dns;
    options.attempts = usize::try_from(limits.retries).unwrap_or(usize::MAX);
    options.cache_size = CACHED;
    options.edns0 = true;
    options.use_hosts_file = ResolveHosts::Never;
    options.preserve_intermediates = true;
}

/// A name from the root: no search list of this machine is put behind it.
fn absolute(name: &str) -> Result<Name, String> {
    Name::from_ascii(format!("{name}.")).map_err(|error| words(&error.to_string()))
}

/// A name as this crate writes it.
fn shown(name: &Name) -> String {
    let text = name.to_ascii().to_ascii_lowercase();
    if text == "." { text } else { text.trim_end_matches('.').to_owned() }
}

fn txt(data: &RData) -> Option<Txt> {
    let RData::TXT(txt) = data else { return None };
    let octets: Vec<u8> = txt.txt_data.iter().flat_map(|part| part.iter().copied()).take(MAX_TXT).collect();
    Some(String::from_utf8_lossy(&octets).into_owned())
}

fn values<T>(lookup: &Lookup, read: impl Fn(&RData) -> Option<T>) -> Vec<T> {
    lookup.answers().iter().filter_map(|record| read(&record.data)).take(MOST_VALUES).collect()
}

fn answer<T>(lookup: &Lookup, read: impl Fn(&RData) -> Option<T>) -> Answer<T> {
    let aliases = lookup.answers().iter().filter_map(|record| match &record.data {
        RData::CNAME(target) => Some(shown(&target.0)),
        _ => None,
    });
    // A resolver that does not validate leaves every record as it found it.
    Answer {
        answered: true,
        values: values(lookup, read),
        aliases: aliases.take(MOST_VALUES).collect(),
        secure: !lookup.answers().is_empty() && lookup.answers().iter().all(|record| record.proof.is_secure()),
        ttl: lookup.answers().iter().map(|record| record.ttl).min(),
    }
}

/// Where `name` leads to, if it is an alias. It is asked for by itself: with other records the client would go on to where it leads,
/// which the server need not serve.
async fn alias_at(resolver: &TokioResolver, name: &Name) -> Result<Option<String>, NetError> {
    match resolver.lookup(name.clone(), RecordType::CNAME).await {
        Ok(lookup) => Ok(alias(&lookup)),
        Err(NetError::Dns(_)) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Where the name that was asked for leads to, if it is an alias.
fn alias(lookup: &Lookup) -> Option<String> {
    lookup.answers().iter().find_map(|record| match &record.data {
        RData::CNAME(target) => Some(shown(&target.0)),
        _ => None,
    })
}

fn why(error: &NetError, limits: &Limits) -> String {
    match error {
        NetError::Timeout => format!("no answer in {} s, asked {} times", limits.dns.as_secs(), limits.retries + 1),
        NetError::Dns(DnsError::ResponseCode(code)) => format!("the resolver says `{}`", words(&code.to_string())),
        error => words(&error.to_string()),
    }
}
