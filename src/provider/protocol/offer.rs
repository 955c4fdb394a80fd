//! What a provider is, to those who serve it: resources, data sources and functions.

use std::future::Future;
use std::pin::Pin;

use tokio::sync::watch;

use super::diagnostic::Diagnostic;
use super::schema::{Schema, Signature};
use super::value::Value;

/// Work that takes a while.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What stops long work: Terraform was interrupted.
#[derive(Clone, Debug)]
pub struct Stop(watch::Receiver<bool>);

/// A provider.
pub trait Provider: Send + Sync + 'static {
    /// Its own configuration.
    fn schema(&self) -> Schema;
    /// What is wrong with a configuration, as far as it is known.
    fn validate(&self, config: &Value) -> Vec<Diagnostic>;
    /// Takes a configuration.
    fn configure(&self, config: &Value) -> Vec<Diagnostic>;
    /// Its resources, by name.
    fn resources(&self) -> Vec<(&'static str, &dyn Resource)>;
    /// Its data sources, by name.
    fn data_sources(&self) -> Vec<(&'static str, &dyn DataSource)>;
    /// Its functions, by name.
    fn functions(&self) -> Vec<(&'static str, &dyn Function)>;
}

/// A kind of things that are made, changed and destroyed.
pub trait Resource: Send + Sync {
    /// Its attributes.
    fn schema(&self) -> Schema;
    /// What is wrong with a configuration, whatever is not known in it.
    fn validate(&self, config: &Value) -> Vec<Diagnostic>;
    /// What a change would come to.
    fn plan(&self, change: &Change) -> Plan;
    /// Makes a change that is planned; its state afterwards, null when it is destroyed.
    fn apply(&self, change: Change, stop: Stop) -> Pending<'_, (Value, Vec<Diagnostic>)>;
    /// What there is under `id`.
    fn import(&self, id: String) -> Pending<'_, Result<Value, Diagnostic>>;
    /// A state of an earlier version of the schema as one of now. Attributes that are not there any more are still in it, and new
    /// ones are not.
    fn upgrade(&self, version: i64, state: Value) -> Value {
        let _ = version;
        state
    }
}

/// A change of a resource.
#[derive(Clone, Debug)]
pub struct Change {
    /// The state before; null, where there is none.
    pub prior: Value,
    /// The state that is proposed, or planned when it is applied; null, where there is to be none.
    pub next: Value,
    /// What the user wrote.
    pub config: Value,
}

/// What a change would come to.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The state afterwards.
    pub state: Value,
    /// The attributes that change, and for which a new one must be made in the stead of the old one.
    pub replaces: Vec<&'static str>,
    /// What there is to say of it.
    pub diagnostics: Vec<Diagnostic>,
}

/// A kind of things that are only looked at.
pub trait DataSource: Send + Sync {
    /// Its attributes.
    fn schema(&self) -> Schema;
    /// What is wrong with a configuration, whatever is not known in it.
    fn validate(&self, config: &Value) -> Vec<Diagnostic>;
    /// What it comes to.
    fn read(&self, config: Value, stop: Stop) -> Pending<'_, Result<Value, Diagnostic>>;
}

/// A function of values alone.
pub trait Function: Send + Sync {
    /// What it takes and gives.
    fn signature(&self) -> Signature;
    /// What it comes to.
    fn call(&self, arguments: &[Value]) -> Result<Value, CallError>;
}

/// Why a function has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallError {
    /// Which argument is at fault, from 0.
    pub argument: usize,
    /// Why, a clause.
    pub message: String,
}

impl Stop {
    /// What stops, and the one that can be stopped.
    pub fn new() -> (watch::Sender<bool>, Self) {
        let (sender, receiver) = watch::channel(false);
        (sender, Self(receiver))
    }

    /// Waits until there is a reason to stop. Whoever could give one being gone is one.
    pub async fn stopped(&mut self) {
        let _ = self.0.wait_for(|stopped| *stopped).await;
    }
}
