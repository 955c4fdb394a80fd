//! The resource `mtasts_policy`: a policy, its id and its record, worked out when it is planned, and the way from one policy to the
//! next.

mod gates;
mod judged;
mod past;
mod schema;

use std::sync::Arc;

use jiff::Timestamp;

use judged::Judgements;

use super::clients::Clients;
use super::functions::said;
use super::protocol::{Change, Diagnostic, Pending, Plan, Resource, Schema, Stop, Value};
use crate::dns::Name;
use crate::mta_sts::compose::{self, Said};
use crate::mta_sts::policy::Mode;
use crate::mta_sts::record;

/// The resource.
pub(super) struct Policy {
    clients: Arc<Clients>,
    judgements: Judgements,
}

impl Resource for Policy {
    fn schema(&self) -> Schema {
        schema::schema()
    }

    fn validate(&self, config: &Value) -> Vec<Diagnostic> {
        // A warning is said once, when the change is planned.
        self.judgements.of_validated(config).into_iter().filter(|diagnostic| diagnostic.is_error).collect()
    }

    fn plan(&self, change: &Change) -> Plan {
        let mut diagnostics = gates::errors(change, Timestamp::now());
        if change.next.is_null() {
            return Plan { state: Value::Null, replaces: Vec::new(), diagnostics };
        }
        diagnostics.extend(self.judgements.of_planned(&change.config));
        let is_moved = !change.prior.is_null() && change.prior.get("domain") != change.next.get("domain");
        let replaces = if is_moved { vec!["domain"] } else { Vec::new() };
        Plan { state: planned(&change.prior, &change.next), replaces, diagnostics }
    }

    fn apply(&self, change: Change, _stop: Stop) -> Pending<'_, (Value, Vec<Diagnostic>)> {
        Box::pin(std::future::ready((made(&change, Timestamp::now()), Vec::new())))
    }

    fn import(&self, id: String) -> Pending<'_, Result<Value, Diagnostic>> {
        Box::pin(self.deployed(id))
    }

    /// Version 0 had nothing that is not told by the policy itself.
    fn upgrade(&self, _version: i64, mut state: Value) -> Value {
        if let Some(said) = said(&state) {
            let text = state.get("text").as_text().map_or_else(|| said.text(), str::to_owned);
            publish(&mut state, &text, None);
        }
        let url = state.get("domain").as_text().map(url_of);
        state.set("url", Value::optional(url));
        state
    }
}

impl Policy {
    pub(super) fn new(clients: Arc<Clients>) -> Self {
        Self { clients, judgements: Judgements::default() }
    }

    /// The policy of a domain as it is deployed.
    async fn deployed(&self, domain: String) -> Result<Value, Diagnostic> {
        let name = Name::parse(domain.as_bytes(), None);
        let name = name.map_err(|error| refusal(format!("`{domain}` is no domain: {error}.")))?.to_string();
        let observed = self.clients.observer()?.observe(&name, &[]).await;
        let Some(text) = observed.body() else {
            let unanswered = observed.unanswered.iter().map(|it| format!("\n{}: {}", it.what, it.why));
            let why: String = unanswered.collect();
            return Err(refusal(format!("{} does not serve a policy.{why}", url_of(&name))));
        };
        let Some(said) = Said::of(text.as_bytes()) else {
            return Err(refusal(format!(
                "Senders do not accept the policy at {}: see `mtasts lint --live --domain {name}`.",
                url_of(&name)
            )));
        };
        let announced = observed.record.values.iter().find_map(|record| compose::announced(record.as_bytes()));
        let since = (said.mode == Mode::Testing).then(|| past::written(Timestamp::now()));
        let mut state = schema::schema().shaped(&Value::object([
            ("domain", Value::text(name.as_str())),
            ("mode", Value::text(said.mode.as_str())),
            ("max_age", i64::try_from(said.max_age).map_or(Value::Null, Value::Integer)),
            ("mx", if said.mx.is_empty() { Value::Null } else { Value::texts(said.mx) }),
            ("url", Value::text(url_of(&name))),
            ("testing_since", Value::optional(since)),
        ]));
        publish(&mut state, text, announced);
        Ok(state)
    }
}

fn refusal(detail: String) -> Diagnostic {
    Diagnostic::error("Nothing to import", detail)
}

/// The state that a change comes to, as far as it is known.
fn planned(prior: &Value, next: &Value) -> Value {
    let mut state = next.clone();
    let domain = next.get("domain");
    state.set("url", domain.as_text().map_or(Value::Unknown, |domain| Value::text(url_of(domain))));
    let held = prior.get("text").as_text().and_then(|text| Said::of(text.as_bytes()));
    match said_if_known(next) {
        // The same policy has the same text and the same id, in whatever order it is written.
        Some(said) if held.as_ref() == Some(&said) && prior.get("domain") == domain => {
            for name in ["text", "id", "record"] {
                state.set(name, prior.get(name).clone());
            }
            if !prior.get("mx").is_null() && !next.get("mx").is_null() {
                state.set("mx", prior.get("mx").clone());
            }
        }
        Some(said) => publish(&mut state, &said.text(), None),
        None => ["text", "id", "record"].into_iter().for_each(|name| state.set(name, Value::Unknown)),
    }
    past::planned(prior, &mut state);
    state
}

fn said_if_known(parts: &Value) -> Option<Said> {
    let is_known = ["mode", "mx", "max_age"].into_iter().all(|name| parts.get(name).is_known());
    is_known.then(|| said(parts)).flatten()
}

/// The state of a change that is made, at `now`: what was not known when it was planned is known then.
fn made(change: &Change, now: Timestamp) -> Value {
    let mut state = change.next.clone();
    if state.is_null() {
        return state;
    }
    if state.get("text") == &Value::Unknown
        && let Some(said) = said(&state)
    {
        publish(&mut state, &said.text(), None);
    }
    if state.get("url") == &Value::Unknown {
        let url = state.get("domain").as_text().map(url_of);
        state.set("url", Value::optional(url));
    }
    past::made(change, &mut state, now);
    state
}

/// Sets what is published of a text, under `id` if it has one already.
fn publish(state: &mut Value, text: &str, id: Option<String>) {
    let id = id.unwrap_or_else(|| compose::id(text.as_bytes()));
    state.set("text", Value::text(text));
    state.set("record", Value::text(record::render(&id)));
    state.set("id", Value::text(id));
}

/// Where the policy of a domain is served (RFC 8461 §3.3).
pub(super) fn url_of(domain: &str) -> String {
    format!("https://mta-sts.{domain}/.well-known/mta-sts.txt")
}
