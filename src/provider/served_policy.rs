//! The resource `mtasts_served_policy`: waits until the policy is served, so that what announces it can only follow.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use super::clients::Clients;
use super::policy::url_of;
use super::protocol::{Attribute, Change, Diagnostic, Pending, Plan, Presence, Resource, Schema, Stop, Type, Value};
use super::{duration, log};
use crate::dns::Name;
use crate::live::{Setup, fetch, is_allowed};
use crate::mta_sts::compose::{self, Said};
use crate::mta_sts::record;
use crate::observed::{End, Fetched, Response};

/// How long it waits unless it is told.
const PATIENCE: Duration = Duration::from_secs(600);
/// Between one look and the next, at first and at most.
const PAUSES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(15));

/// The resource.
pub(super) struct ServedPolicy {
    pub(super) clients: Arc<Clients>,
}

impl Resource for ServedPolicy {
    fn schema(&self) -> Schema {
        let attribute = |name, presence, description| Attribute { name, kind: Type::Text, presence, description };
        Schema {
            version: 0,
            description: "Waits, when it is applied, until exactly this text is served at the policy's URL, under a valid certificate and at \
                          every address of the policy host. A TXT record that is made of its `record` can only follow: senders never find a \
                          new id and the old policy. To destroy it does nothing.",
            attributes: vec![
                attribute("domain", Presence::Required, "The mail domain."),
                attribute("text", Presence::Required, "The text of the policy, such as `mtasts_policy.example.text`."),
                attribute("timeout", Presence::Optional, "How long to wait: `10m` unless it is said."),
                attribute("url", Presence::Computed, "Where the text is served."),
                attribute("id", Presence::Computed, "The id of the policy that is served."),
                attribute("record", Presence::Computed, "The text of the TXT record that announces it."),
            ],
        }
    }

    fn validate(&self, config: &Value) -> Vec<Diagnostic> {
        let mut diagnostics: Vec<Diagnostic> = duration::fault(config, "timeout").into_iter().collect();
        if let Some(domain) = config.get("domain").as_text()
            && let Err(error) = Name::parse(domain.as_bytes(), None)
        {
            diagnostics.push(Diagnostic::error("No domain", format!("`{domain}` is no domain: {error}.")).at("domain"));
        }
        if let Some(text) = config.get("text").as_text()
            && Said::of(text.as_bytes()).is_none()
        {
            let detail = "Senders do not accept this policy: take the `text` of a `mtasts_policy`, or `provider::mtasts::policy()`.";
            diagnostics.push(Diagnostic::error("No policy", detail).at("text"));
        }
        diagnostics
    }

    fn plan(&self, Change { prior, next, .. }: &Change) -> Plan {
        let mut state = next.clone();
        if !state.is_null() {
            announce(&mut state);
        }
        let is_moved = !prior.is_null() && !next.is_null() && prior.get("domain") != next.get("domain");
        Plan { state, replaces: if is_moved { vec!["domain"] } else { Vec::new() }, diagnostics: Vec::new() }
    }

    fn apply(&self, change: Change, stop: Stop) -> Pending<'_, (Value, Vec<Diagnostic>)> {
        Box::pin(async move {
            let mut state = change.next;
            if state.is_null() {
                return (state, Vec::new());
            }
            announce(&mut state);
            let is_as_before = ["domain", "text"].iter().all(|name| change.prior.get(name) == state.get(name));
            if is_as_before {
                return (state, Vec::new());
            }
            match self.wait(&state, stop).await {
                Ok(()) => (state, Vec::new()),
                // What was there before is still all that is known to be served.
                Err(error) => (change.prior, vec![error]),
            }
        })
    }

    fn import(&self, _id: String) -> Pending<'_, Result<Value, Diagnostic>> {
        let detail = "There is nothing to import: create it, and it waits for nothing that is served already.";
        Box::pin(std::future::ready(Err(Diagnostic::error("Nothing to import", detail))))
    }
}

impl ServedPolicy {
    /// Looks again and again, until it is served, the time is over, or there is a reason to stop.
    async fn wait(&self, state: &Value, mut stop: Stop) -> Result<(), Diagnostic> {
        let (domain, text) = (state.get("domain").as_text(), state.get("text").as_text());
        let (domain, text) = (domain.unwrap_or_default(), text.unwrap_or_default());
        let patience = state.get("timeout").as_text().and_then(duration::parse).unwrap_or(PATIENCE);
        let deadline = tokio::time::Instant::now() + patience;
        let (mut pause, most) = PAUSES;
        let mut last = "it was not looked at yet".to_owned();
        loop {
            let setup = self.clients.setup()?;
            tokio::select! {
                looked = is_served(&setup, domain, text) => match looked {
                    Ok(()) => return Ok(()),
                    Err(why) => last = why,
                },
                () = stop.stopped() => return Err(given_up("Waiting was cancelled", domain, &last)),
                () = tokio::time::sleep_until(deadline) => return Err(given_up("The policy is not served", domain, &last)),
            }
            log::info(&format!("{} is not served as planned yet: {last}", url_of(domain)));
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = stop.stopped() => return Err(given_up("Waiting was cancelled", domain, &last)),
                () = tokio::time::sleep_until(deadline) => return Err(given_up("The policy is not served", domain, &last)),
            }
            pause = (pause * 2).min(most);
        }
    }
}

fn given_up(summary: &str, domain: &str, last: &str) -> Diagnostic {
    let detail = format!(
        "{} does not serve the planned text: {last}. The TXT record still announces the policy of before, and nothing is lost: apply again when \
         the policy host is ready.",
        url_of(domain)
    );
    Diagnostic::error(summary, detail)
}

/// What is told by the text.
fn announce(state: &mut Value) {
    let known = |name: &str| state.get(name).as_text().map(str::to_owned);
    let (domain, text) = (known("domain"), known("text"));
    let id = text.map(|text| compose::id(text.as_bytes()));
    let value = |text: Option<String>| text.map_or(Value::Unknown, Value::Text);
    state.set("url", value(domain.map(|domain| url_of(&domain))));
    state.set("record", value(id.as_deref().map(record::render)));
    state.set("id", value(id));
}

/// Whether the policy host serves `text` at each of its addresses; why not, if it does not.
async fn is_served(setup: &Setup, domain: &str, text: &str) -> Result<(), String> {
    let host = format!("mta-sts.{domain}");
    let (v4, v6) = tokio::join!(setup.dns.addresses(&host, false), setup.dns.addresses(&host, true));
    let say = |it: crate::observed::Unanswered| format!("{}: {}", it.what, it.why);
    let mut addresses = v4.map_err(say)?.values;
    if !setup.is_v4_only {
        addresses.extend(v6.map_err(say)?.values);
    }
    if addresses.is_empty() {
        return Err(format!("{host} has no address"));
    }
    for address in addresses {
        if !is_allowed(address, &setup.laboratory) {
            return Err(format!("{address} is no public address, and is not connected to"));
        }
        let at = SocketAddr::new(address, setup.https_port);
        let fetched = fetch(domain, at, &setup.trust, &setup.limits).await.map_err(say)?;
        judge(&fetched.outcome, text).map_err(|why| format!("{address} {why}"))?;
    }
    Ok(())
}

fn judge(fetched: &Fetched, text: &str) -> Result<(), String> {
    match fetched {
        Fetched::Unreachable(why) => Err(format!("is not reachable: {why}")),
        Fetched::Untrusted(_) => Err("has no certificate that senders accept for this name".to_owned()),
        Fetched::Answered(Response { status: 200, end: End::Whole, body, .. }) if body == text => Ok(()),
        Fetched::Answered(Response { status: 200, .. }) => Err("serves another text".to_owned()),
        Fetched::Answered(Response { status, .. }) => Err(format!("answers with the status {status}")),
    }
}
