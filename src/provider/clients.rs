//! The provider's configuration, and the clients that it configures.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::duration;
use super::protocol::{Attribute, Diagnostic, Presence, Schema, Type, Value};
use crate::live::{Dns, Limits, Network, Observer, Servers, Setup, Trust, has_v6};

/// The ports at which a laboratory answers: DNS, HTTPS, SMTP.
const PORTS: [u16; 3] = [53, 443, 25];

/// What the clients of this run go by.
#[derive(Clone, Debug, Default)]
struct Settings {
    resolver: Option<SocketAddr>,
    timeout: Option<Duration>,
    ca_file: Option<PathBuf>,
    trust_anchor: Option<PathBuf>,
    laboratory: Vec<Network>,
    ports: [Option<u16>; 3],
    is_v4_only: bool,
}

/// Makes the clients when something is asked for the first time.
#[derive(Default)]
pub(super) struct Clients {
    settings: Mutex<Settings>,
    observer: Mutex<Option<Arc<Observer>>>,
}

/// The provider's own schema.
pub(super) fn schema() -> Schema {
    let optional = |name, kind, description| Attribute { name, kind, presence: Presence::Optional, description };
    Schema {
        version: 0,
        description: "Makes MTA-STS (RFC 8461) and TLSRPT (RFC 8460) of a mail domain from its parts, and refuses, when a change is planned, \
                      what would lose mail or protection.\n\nFunctions and `mtasts_policy` ask nobody. What looks at a deployment \
                      (`mtasts_served_policy`, the data sources, and an import) asks the DNS, the policy host and the MX hosts as a sending \
                      server does; all attributes below are about that, and none is needed. IPv6 is left out where this machine has no way \
                      to it.",
        attributes: vec![
            optional(
                "resolver",
                Type::Text,
                "The resolver to ask, an address with or without its port; the system's unless it is said.",
            ),
            optional("timeout", Type::Text, "The longest that one question or connection may take, such as `10s`."),
            optional(
                "ca_file",
                Type::Text,
                "A PEM file of certificates that are trusted in the stead of the system's.",
            ),
            optional(
                "trust_anchor",
                Type::Text,
                "A file of DNSKEY records that are trusted in the stead of the root's.",
            ),
            optional(
                "laboratory",
                Type::list(Type::Text),
                "Networks, such as `192.0.2.0/24`, that may be connected to although they are not public.",
            ),
            optional(
                "laboratory_ports",
                Type::list(Type::Number),
                "The ports of a laboratory's name servers, policy hosts and MX hosts, in this order: `[53, 443, 25]` anywhere else.",
            ),
            optional("ipv4_only", Type::Bool, "Whether IPv6 is left out."),
        ],
    }
}

impl Clients {
    /// Takes the provider's configuration, if it is one. What is not known yet is as if it were not said.
    pub(super) fn configure(&self, config: &Value) -> Vec<Diagnostic> {
        match Settings::read(config) {
            Ok(settings) => {
                *self.settings.lock().unwrap_or_else(PoisonError::into_inner) = settings;
                *self.observer.lock().unwrap_or_else(PoisonError::into_inner) = None;
                Vec::new()
            }
            Err(error) => vec![error],
        }
    }

    /// What is wrong with a configuration.
    pub(super) fn validate(config: &Value) -> Vec<Diagnostic> {
        Settings::read(config).err().into_iter().collect()
    }

    /// The one that observes, and remembers the MX hosts that it has visited.
    pub(super) fn observer(&self) -> Result<Arc<Observer>, Diagnostic> {
        let mut observer = self.observer.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(observer) = &*observer {
            return Ok(Arc::clone(observer));
        }
        let new = Arc::new(Observer::new(self.setup()?));
        *observer = Some(Arc::clone(&new));
        Ok(new)
    }

    /// Fresh clients, which remember nothing.
    pub(super) fn setup(&self) -> Result<Setup, Diagnostic> {
        let settings = self.settings.lock().unwrap_or_else(PoisonError::into_inner).clone();
        settings.setup().map_err(|error| Diagnostic::error("No way to look at a deployment", format!("{error}.")))
    }
}

impl Settings {
    fn read(config: &Value) -> Result<Self, Diagnostic> {
        let wrong = |attribute, detail: String| Diagnostic::error("Wrong configuration", detail).at(attribute);
        if let Some(fault) = duration::fault(config, "timeout") {
            return Err(fault);
        }
        let resolver = config.get("resolver").as_text().map(|text| {
            let address = text.parse::<IpAddr>().map(|ip| SocketAddr::new(ip, 53)).or_else(|_| text.parse());
            address.map_err(|_| {
                wrong("resolver", format!("`{text}` is no address such as `192.0.2.53` or `192.0.2.53:5353`."))
            })
        });
        let network = |text: &str| {
            let wrong = || wrong("laboratory", format!("`{text}` is no network such as `192.0.2.0/24`."));
            Network::parse(text).ok_or_else(wrong)
        };
        let given = config.get("laboratory_ports").items();
        let mut ports = [None; PORTS.len()];
        if given.len() > ports.len() {
            return Err(wrong("laboratory_ports", "There are three ports: DNS, HTTPS and SMTP.".to_owned()));
        }
        for (port, given) in ports.iter_mut().zip(given) {
            *port = given.as_integer().and_then(|number| u16::try_from(number).ok());
            if port.is_none() && given.is_known() {
                return Err(wrong("laboratory_ports", "A port is a number from 0 to 65535.".to_owned()));
            }
        }
        let path = |name: &str| config.get(name).as_text().map(PathBuf::from);
        Ok(Self {
            resolver: resolver.transpose()?,
            timeout: config.get("timeout").as_text().and_then(duration::parse),
            ca_file: path("ca_file"),
            trust_anchor: path("trust_anchor"),
            laboratory: config.get("laboratory").as_texts().into_iter().map(network).collect::<Result<_, _>>()?,
            ports,
            is_v4_only: config.get("ipv4_only").as_bool() == Some(true),
        })
    }

    fn setup(&self) -> std::io::Result<Setup> {
        let limits = self.timeout.map_or_else(Limits::default, |most| Limits::default().at_most(most));
        let servers =
            Servers { resolver: self.resolver, trust_anchor: self.trust_anchor.as_deref(), port: self.ports[0] };
        Ok(Setup {
            dns: Dns::new(&servers, limits)?,
            trust: self.ca_file.as_deref().map_or_else(Trust::system, Trust::with_file)?,
            limits,
            laboratory: self.laboratory.clone(),
            https_port: self.ports[1].unwrap_or(PORTS[1]),
            smtp_port: self.ports[2].unwrap_or(PORTS[2]),
            ehlo: None,
            is_v4_only: self.is_v4_only || self.laboratory.is_empty() && !has_v6(),
        })
    }
}
