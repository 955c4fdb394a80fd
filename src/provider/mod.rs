//! The Terraform provider: the mistake made impossible.
//!
//! Texts, ids and records come from [`crate::mta_sts::compose`], judgements from the linter's rules, and what is deployed from the
//! clients of [`crate::live`]: nothing is decided here that the linter does not decide as well.

mod clients;
mod domain;
mod draft;
mod duration;
mod functions;
mod log;
mod mx_readiness;
mod policy;
pub mod protocol;
mod served_policy;
mod supposed;
mod words;

use std::io::Write;
use std::process::ExitCode;
use std::sync::Arc;

use clients::Clients;
use domain::Domain;
use functions::FUNCTIONS;
use mx_readiness::MxReadiness;
use policy::Policy;
use protocol::{DataSource, Diagnostic, Function, Provider, Resource, Schema, Value, serve};
use served_policy::ServedPolicy;

/// The provider `mtasts`.
pub struct Mtasts {
    clients: Arc<Clients>,
    policy: Policy,
    served_policy: ServedPolicy,
    domain: Domain,
    mx_readiness: MxReadiness,
}

impl Mtasts {
    /// One that is not configured.
    pub fn new() -> Self {
        let clients = Arc::new(Clients::default());
        let own = || Arc::clone(&clients);
        Self {
            policy: Policy::new(own()),
            served_policy: ServedPolicy { clients: own() },
            domain: Domain { clients: own() },
            mx_readiness: MxReadiness { clients: own() },
            clients,
        }
    }
}

impl Default for Mtasts {
    fn default() -> Self {
        Self::new()
    }
}

impl Provider for Mtasts {
    fn schema(&self) -> Schema {
        clients::schema()
    }

    fn validate(&self, config: &Value) -> Vec<Diagnostic> {
        Clients::validate(config)
    }

    fn configure(&self, config: &Value) -> Vec<Diagnostic> {
        self.clients.configure(config)
    }

    fn resources(&self) -> Vec<(&'static str, &dyn Resource)> {
        vec![("mtasts_policy", &self.policy), ("mtasts_served_policy", &self.served_policy)]
    }

    fn data_sources(&self) -> Vec<(&'static str, &dyn DataSource)> {
        vec![("mtasts_domain", &self.domain), ("mtasts_mx_readiness", &self.mx_readiness)]
    }

    fn functions(&self) -> Vec<(&'static str, &dyn Function)> {
        FUNCTIONS.iter().map(|(name, function)| (*name, function as &dyn Function)).collect()
    }
}

/// Serves the provider to the Terraform that started this process. Started by anybody else, it says what it is.
pub fn main() -> ExitCode {
    let environment = |name: &str| std::env::var(name).ok();
    match serve(Mtasts::new(), environment, std::io::stdout()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Without a reader there is nobody to tell.
            let _ = writeln!(std::io::stderr(), "terraform-provider-mtasts: {error}");
            ExitCode::FAILURE
        }
    }
}
