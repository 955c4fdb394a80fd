//! The data source `mtasts_mx_readiness`: whether every MX host would take mail under a policy in `enforce`.

use std::sync::Arc;

use super::clients::Clients;
use super::domain::{no_domain, unanswered};
use super::protocol::{Attribute, DataSource, Diagnostic, Pending, Presence, Schema, Stop, Type, Value};
use super::words;
use crate::dns::Name;
use crate::live::Observer;
use crate::observed::{Handshake, Host, Probe, Probed, TlsVersion, Unanswered};

/// The data source.
pub(super) struct MxReadiness {
    pub(super) clients: Arc<Clients>,
}

impl DataSource for MxReadiness {
    fn schema(&self) -> Schema {
        let attribute = |name, kind, presence, description| Attribute { name, kind, presence, description };
        let host = Type::Object(vec![
            ("name", Type::Text),
            ("ready", Type::Bool),
            ("tls_version", Type::Text),
            ("problems", Type::list(Type::Text)),
        ]);
        Schema {
            version: 0,
            description: "Whether each MX host offers STARTTLS with a certificate that senders accept for its name, and TLS 1.2 or later (RFC 8461 \
                          §4.1), so that `mode = \"enforce\"` can depend on it. It opens an SMTP session with each host, and sends no mail. \
                          What was not answered is not ready.",
            attributes: vec![
                attribute("domain", Type::Text, Presence::Optional, "The mail domain whose MX set is asked for."),
                attribute("hosts", Type::list(Type::Text), Presence::Optional, "The hosts, in the stead of a domain."),
                attribute(
                    "ready",
                    Type::Bool,
                    Presence::Computed,
                    "Whether there are hosts, and all of them are ready.",
                ),
                attribute(
                    "results",
                    Type::list(host),
                    Presence::Computed,
                    "For each host its `name`, whether it is `ready`, its `tls_version` (null without a handshake) and its `problems`.",
                ),
                attribute(
                    "unanswered",
                    Type::list(Type::Text),
                    Presence::Computed,
                    "What was asked and not answered: of that nothing is known.",
                ),
            ],
        }
    }

    fn validate(&self, config: &Value) -> Vec<Diagnostic> {
        let (domain, hosts) = (config.get("domain"), config.get("hosts"));
        let is_said = |value: &Value| !value.is_null();
        let detail = "Say either `domain` or `hosts`.";
        let both = (is_said(domain) == is_said(hosts) && domain.is_known() && hosts.is_known())
            .then(|| Diagnostic::error("Which hosts?", detail));
        both.into_iter().chain(no_domain(config)).collect()
    }

    fn read(&self, config: Value, mut stop: Stop) -> Pending<'_, Result<Value, Diagnostic>> {
        Box::pin(async move {
            let observer = self.clients.observer()?;
            tokio::select! {
                found = look(&observer, &config) => Ok(found),
                () = stop.stopped() => Err(Diagnostic::error("Looking was cancelled", "Terraform was interrupted.")),
            }
        })
    }
}

async fn look(observer: &Observer, config: &Value) -> Value {
    let (hosts, notes) = if let Some(domain) = config.get("domain").as_text() {
        let name = Name::parse(domain.as_bytes(), None).map_or_else(|_| domain.to_owned(), |name| name.to_string());
        let deployed = observer.observe(&name, &[]).await;
        // What was not answered of the policy is nothing to the MX hosts.
        let is_of_policy = |what: &str| ["mta-sts.", "_smtp._tls."].iter().any(|name| what.contains(name));
        let notes: Vec<Unanswered> = deployed.unanswered.into_iter().filter(|note| !is_of_policy(&note.what)).collect();
        (deployed.hosts, notes)
    } else {
        let names = config.get("hosts").as_texts();
        let names: Vec<String> = names.iter().map(|name| name.trim_end_matches('.').to_ascii_lowercase()).collect();
        observer.hosts(&names.iter().map(String::as_str).collect::<Vec<_>>()).await
    };
    // DANE is another way to the same end, and MTA-STS does not ask for it.
    let notes: Vec<Unanswered> = notes.into_iter().filter(|note| !note.what.starts_with("TLSA ")).collect();
    let results: Vec<Value> = hosts.iter().map(result).collect();
    let is_ready = !hosts.is_empty() && notes.is_empty() && hosts.iter().all(|host| problems(host).is_empty());
    Value::object([
        ("domain", config.get("domain").clone()),
        ("hosts", config.get("hosts").clone()),
        ("ready", Value::Bool(is_ready)),
        ("results", Value::List(results)),
        ("unanswered", unanswered(&notes)),
    ])
}

fn result(host: &Host) -> Value {
    let problems = problems(host);
    let version = host.probes.iter().filter_map(|probe| handshake(probe)?.version).min();
    let version = version.map(|version| match version {
        TlsVersion::Old => "below 1.2",
        TlsVersion::Tls12 => "1.2",
        TlsVersion::Tls13 => "1.3",
    });
    Value::object([
        ("name", Value::text(host.name.as_str())),
        ("ready", Value::Bool(problems.is_empty())),
        ("tls_version", Value::optional(version)),
        ("problems", Value::List(problems.iter().map(|problem| words::told(problem)).collect())),
    ])
}

fn handshake(probe: &Probe) -> Option<&Handshake> {
    match &probe.outcome {
        Probed::Handshake(handshake) => Some(handshake),
        _ => None,
    }
}

/// What stands between a host and mail under `enforce`.
fn problems(host: &Host) -> Vec<String> {
    if host.addresses.is_absent() {
        return vec!["it has no address".to_owned()];
    }
    if host.probes.is_empty() {
        return vec!["it was not reached".to_owned()];
    }
    host.probes
        .iter()
        .flat_map(|probe| problems_at(&host.name, probe).into_iter().map(|why| format!("{}: {why}", probe.address)))
        .collect()
}

fn problems_at(name: &str, probe: &Probe) -> Vec<String> {
    match &probe.outcome {
        Probed::Unreachable(why) => vec![format!("it is not reachable: {why}")],
        Probed::NoStarttls(said) => vec![format!("it offers no STARTTLS: {said}")],
        Probed::Handshake(handshake) => {
            let old =
                (handshake.version == Some(TlsVersion::Old)).then(|| "it speaks no TLS newer than 1.1".to_owned());
            let failure = handshake.failure.clone().filter(|_| old.is_none());
            let faults = handshake.words(name).into_iter().map(|why| format!("its certificate is refused: {why}"));
            old.into_iter().chain(failure).chain(faults).collect()
        }
    }
}
