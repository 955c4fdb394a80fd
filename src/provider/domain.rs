//! The data source `mtasts_domain`: what is deployed.

use std::sync::Arc;

use super::clients::Clients;
use super::protocol::{Attribute, DataSource, Diagnostic, Pending, Presence, Schema, Stop, Type, Value};
use super::words;
use crate::dns::Name;
use crate::inputs::MemoryTree;
use crate::lint::{self, Request};
use crate::mta_sts::compose::{self, Said};
use crate::observed::Observed;
use crate::parallel::Progress;

/// The data source.
pub(super) struct Domain {
    pub(super) clients: Arc<Clients>,
}

impl DataSource for Domain {
    fn schema(&self) -> Schema {
        let attribute = |name, kind, presence, description| Attribute { name, kind, presence, description };
        let found = |name, kind, description| attribute(name, kind, Presence::Computed, description);
        let texts = || Type::list(Type::Text);
        Schema {
            version: 0,
            description: "What is deployed for a mail domain, as a sending server meets it: the record, the policy, the MX set, the TLSRPT record, \
                          and what `mtasts lint` finds in them. It reads whatever is there: a `check` block or a precondition decides what \
                          must hold.",
            attributes: vec![
                attribute("domain", Type::Text, Presence::Required, "The mail domain."),
                found(
                    "record",
                    Type::Text,
                    "The TXT record at `_mta-sts.<domain>`; null where there is none, or more than one.",
                ),
                found("id", Type::Text, "The id that the record announces."),
                found("policy", Type::Text, "The text of the policy; null where none is served."),
                found("mode", Type::Text, "The mode of the policy; null where senders do not accept it."),
                found("max_age", Type::Number, "The seconds for which senders hold the policy."),
                found("mx_patterns", texts(), "The MX patterns of the policy."),
                found("mx", texts(), "The MX hosts, the most preferred first."),
                found(
                    "tlsrpt",
                    Type::Text,
                    "The TXT record at `_smtp._tls.<domain>`; null where there is none, or more than one.",
                ),
                found("findings", words::findings_type(), "What the linter finds."),
                found("unanswered", texts(), "What was asked and not answered: of that nothing is known."),
                found("ok", Type::Bool, "Whether everything was answered, and no finding is an error."),
            ],
        }
    }

    fn validate(&self, config: &Value) -> Vec<Diagnostic> {
        no_domain(config).into_iter().collect()
    }

    fn read(&self, config: Value, mut stop: Stop) -> Pending<'_, Result<Value, Diagnostic>> {
        Box::pin(async move {
            let domain = config.get("domain").as_text().unwrap_or_default().to_owned();
            let name = Name::parse(domain.as_bytes(), None).map_or(domain, |name| name.to_string());
            let observer = self.clients.observer()?;
            tokio::select! {
                deployed = observer.observe(&name, &[]) => Ok(found(&config, &deployed)),
                () = stop.stopped() => Err(Diagnostic::error("Looking was cancelled", "Terraform was interrupted.")),
            }
        })
    }
}

/// What is wrong with the attribute `domain`.
pub(super) fn no_domain(config: &Value) -> Option<Diagnostic> {
    let domain = config.get("domain").as_text()?;
    let error = Name::parse(domain.as_bytes(), None).err()?;
    Some(Diagnostic::error("No domain", format!("`{domain}` is no domain: {error}.")).at("domain"))
}

fn found(config: &Value, observed: &Observed) -> Value {
    let policy = observed.body();
    let said = policy.and_then(|text| Said::of(text.as_bytes()));
    let record = only(&observed.record.values);
    let findings = findings(observed);
    let is_sound = !findings.iter().any(|finding| finding.severity == crate::finding::Severity::Error);
    let max_age = said.as_ref().and_then(|said| i64::try_from(said.max_age).ok());
    Value::object([
        ("domain", config.get("domain").clone()),
        ("record", Value::optional(record)),
        ("id", Value::optional(record.and_then(|text| compose::announced(text.as_bytes())))),
        ("policy", Value::optional(policy)),
        ("mode", Value::optional(said.as_ref().map(|said| said.mode.as_str()))),
        ("max_age", max_age.map_or(Value::Null, Value::Integer)),
        ("mx_patterns", said.map_or(Value::Null, |said| Value::texts(said.mx))),
        ("mx", Value::texts(observed.mx.values.iter().map(|mx| mx.host.as_str()))),
        ("tlsrpt", Value::optional(only(&observed.tlsrpt.values))),
        ("findings", words::findings(&findings)),
        ("unanswered", unanswered(&observed.unanswered)),
        ("ok", Value::Bool(is_sound && observed.unanswered.is_empty())),
    ])
}

fn only(values: &[String]) -> Option<&str> {
    match values {
        [only] => Some(only),
        _ => None,
    }
}

/// What was not answered, a line each.
pub(super) fn unanswered(notes: &[crate::observed::Unanswered]) -> Value {
    Value::List(notes.iter().map(|note| words::told(&format!("{}: {}", note.what, note.why))).collect())
}

/// What the linter finds in what is deployed, where nothing is declared.
fn findings(observed: &Observed) -> Vec<crate::finding::Finding> {
    let (tree, request, progress) = (MemoryTree::default(), Request::default(), Progress::default());
    let reading = lint::read(&tree, 0, &request, &progress).ok();
    reading.map_or_else(Vec::new, |reading| reading.judge(None, std::slice::from_ref(observed)).findings)
}
