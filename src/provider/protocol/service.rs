//! The calls of the protocol, from bytes to bytes, whatever carries them.

use std::collections::HashMap;

use prost::Message;
use tokio::sync::watch;

use super::diagnostic::{self, Diagnostic, Step};
use super::encoding::{from_json, from_msgpack, to_msgpack};
use super::offer::{Change, DataSource, Provider, Resource, Stop};
use super::schema::Type;
use super::value::Value;
use super::wire;

/// Why a call has no answer, as gRPC tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// The code.
    pub code: Code,
    /// A sentence without its full stop.
    pub message: String,
}

/// The codes of gRPC that are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names are gRPC's own")]
pub enum Code {
    InvalidArgument = 3,
    ResourceExhausted = 8,
    Unimplemented = 12,
    Internal = 13,
}

/// A provider that is called.
pub struct Service<P> {
    provider: P,
    stop: watch::Sender<bool>,
    stopped: Stop,
}

type Answer = Result<Vec<u8>, Status>;

impl<P: Provider> Service<P> {
    /// Serves `provider`.
    pub fn new(provider: P) -> Self {
        let (stop, stopped) = Stop::new();
        Self { provider, stop, stopped }
    }

    /// Answers the call of `method`, a name such as `PlanResourceChange`, with the message `body`.
    pub async fn call(&self, method: &str, body: &[u8]) -> Answer {
        match method {
            "GetMetadata" => answer(&self.metadata()),
            "GetProviderSchema" => answer(&self.schemas()),
            "GetFunctions" => answer(&wire::Functions { functions: self.functions() }),
            "ValidateProviderConfig" => self.validate_provider(&request(body)?),
            "ConfigureProvider" => self.configure(&request(body)?),
            "ValidateResourceConfig" => self.validate_resource(&request(body)?),
            "ValidateDataResourceConfig" => self.validate_data(&request(body)?),
            "UpgradeResourceState" => self.upgrade(&request(body)?),
            "ReadResource" => self.read_resource(request(body)?),
            "PlanResourceChange" => self.plan(&request(body)?),
            "ApplyResourceChange" => self.apply(&request(body)?).await,
            "ImportResourceState" => self.import(request(body)?).await,
            "ReadDataSource" => self.read_data(&request(body)?).await,
            "CallFunction" => self.call_function(&request(body)?),
            "StopProvider" => {
                self.stop.send_replace(true);
                answer(&wire::Empty {})
            }
            // Later minor versions of the protocol have more.
            _ => Err(Status { code: Code::Unimplemented, message: format!("this provider has no `{method}`") }),
        }
    }

    fn metadata(&self) -> wire::Metadata {
        let named = |name: &'static str| wire::Named { name: name.to_owned() };
        wire::Metadata {
            capabilities: Some(capabilities()),
            data_sources: self.provider.data_sources().into_iter().map(|(name, _)| named(name)).collect(),
            resources: self.provider.resources().into_iter().map(|(name, _)| named(name)).collect(),
            functions: self.provider.functions().into_iter().map(|(name, _)| named(name)).collect(),
        }
    }

    fn schemas(&self) -> wire::Schemas {
        let resources = self.provider.resources().into_iter();
        let data_sources = self.provider.data_sources().into_iter();
        wire::Schemas {
            provider: Some(self.provider.schema().to_wire()),
            resources: resources.map(|(name, it)| (name.to_owned(), it.schema().to_wire())).collect(),
            data_sources: data_sources.map(|(name, it)| (name.to_owned(), it.schema().to_wire())).collect(),
            capabilities: Some(capabilities()),
            functions: self.functions(),
        }
    }

    fn functions(&self) -> HashMap<String, wire::Function> {
        let functions = self.provider.functions().into_iter();
        functions.map(|(name, it)| (name.to_owned(), it.signature().to_wire())).collect()
    }

    fn validate_provider(&self, request: &wire::ValidateProvider) -> Answer {
        let diagnostics = self.provider.validate(&value(request.config.as_ref())?);
        answer(&wire::ProviderValidated { diagnostics: to_wire(&diagnostics) })
    }

    fn configure(&self, request: &wire::Configure) -> Answer {
        diagnosed(&self.provider.configure(&value(request.config.as_ref())?))
    }

    fn validate_resource(&self, request: &wire::OfType) -> Answer {
        diagnosed(&self.resource(&request.type_name)?.validate(&value(request.value.as_ref())?))
    }

    fn validate_data(&self, request: &wire::OfType) -> Answer {
        diagnosed(&self.data_source(&request.type_name)?.validate(&value(request.value.as_ref())?))
    }

    /// Asked whenever a state is read, one of the same version too: as JSON, for its types may be of before.
    fn upgrade(&self, request: &wire::Upgrade) -> Answer {
        let resource = self.resource(&request.type_name)?;
        let schema = resource.schema();
        if request.version > schema.version {
            let detail = format!(
                "The state of this `{}` has version {}, and this provider knows versions up to {}. Use the version of the provider that wrote it, \
                 or a later one.",
                request.type_name, request.version, schema.version
            );
            let diagnostics = to_wire(&[Diagnostic::error("State of a later version", detail)]);
            return answer(&wire::StateRead { state: None, diagnostics });
        }
        let json = request.raw.as_ref().map(|raw| &raw.json[..]).unwrap_or_default();
        let json: serde_json::Value =
            serde_json::from_slice(json).map_err(|error| invalid(format!("the state is no JSON: {error}")))?;
        let mut state = from_json(&json);
        if !matches!(state, Value::Map(_) | Value::Null) {
            return Err(invalid("the state is no object".to_owned()));
        }
        if request.version < schema.version {
            state = resource.upgrade(request.version, state);
        }
        state_read(Ok(schema.shaped(&state)))
    }

    /// A resource is what was made of it: what may have changed elsewhere is looked at by data sources.
    fn read_resource(&self, request: wire::OfType) -> Answer {
        self.resource(&request.type_name)?;
        answer(&wire::StateRead { state: request.value, diagnostics: Vec::new() })
    }

    fn plan(&self, request: &wire::Plan) -> Answer {
        let plan = self.resource(&request.type_name)?.plan(&change(request)?);
        answer(&wire::Planned {
            state: Some(dynamic(&plan.state)),
            requires_replace: plan.replaces.iter().map(|name| diagnostic::path(&[Step::Attribute(name)])).collect(),
            diagnostics: to_wire(&plan.diagnostics),
        })
    }

    async fn apply(&self, request: &wire::Apply) -> Answer {
        let resource = self.resource(&request.type_name)?;
        let (state, diagnostics) = resource.apply(change(request)?, self.stopped.clone()).await;
        answer(&wire::Applied { state: Some(dynamic(&state)), diagnostics: to_wire(&diagnostics) })
    }

    async fn import(&self, wire::Import { type_name, id }: wire::Import) -> Answer {
        let imported = self.resource(&type_name)?.import(id).await;
        answer(&match imported {
            Ok(state) => {
                let resources = vec![wire::ImportedResource { type_name, state: Some(dynamic(&state)) }];
                wire::Imported { resources, diagnostics: Vec::new() }
            }
            Err(error) => wire::Imported { resources: Vec::new(), diagnostics: to_wire(&[error]) },
        })
    }

    async fn read_data(&self, request: &wire::ReadData) -> Answer {
        let source = self.data_source(&request.type_name)?;
        state_read(source.read(value(request.config.as_ref())?, self.stopped.clone()).await)
    }

    fn call_function(&self, request: &wire::CallFunction) -> Answer {
        let function = found(self.provider.functions(), "function", &request.name)?;
        let signature = function.signature();
        let least = signature.parameters.len();
        let count = request.arguments.len();
        if count < least || count > least && signature.variadic.is_none() {
            return Err(invalid(format!("`{}` takes {least} arguments, and was given {count}", request.name)));
        }
        let mut arguments = Vec::new();
        for (index, argument) in request.arguments.iter().enumerate() {
            let value = value(Some(argument))?;
            let is_any = signature.parameter(index).is_some_and(|parameter| parameter.kind == Type::Any);
            arguments.push(if is_any { without_type(value) } else { value });
        }
        answer(&match function.call(&arguments) {
            Ok(value) => wire::FunctionCalled { result: Some(dynamic(&value)), error: None },
            Err(error) => {
                let argument = i64::try_from(error.argument).ok();
                let error = wire::FunctionError { text: diagnostic::printable(&error.message), argument };
                wire::FunctionCalled { result: None, error: Some(error) }
            }
        })
    }

    fn resource(&self, name: &str) -> Result<&dyn Resource, Status> {
        found(self.provider.resources(), "resource", name)
    }

    fn data_source(&self, name: &str) -> Result<&dyn DataSource, Status> {
        found(self.provider.data_sources(), "data source", name)
    }
}

fn found<'a, T: ?Sized>(all: Vec<(&'static str, &'a T)>, what: &str, name: &str) -> Result<&'a T, Status> {
    let found = all.into_iter().find(|(known, _)| *known == name);
    found.map(|(_, it)| it).ok_or_else(|| invalid(format!("this provider has no {what} `{name}`")))
}

fn capabilities() -> wire::Capabilities {
    wire::Capabilities { plan_destroy: true, get_provider_schema_optional: true }
}

fn invalid(message: String) -> Status {
    Status { code: Code::InvalidArgument, message }
}

fn request<M: Message + Default>(body: &[u8]) -> Result<M, Status> {
    M::decode(body).map_err(|error| invalid(format!("the request cannot be read: {error}")))
}

#[allow(clippy::unnecessary_wraps, reason = "what is answered is an answer")]
fn answer(message: &impl Message) -> Answer {
    Ok(message.encode_to_vec())
}

fn diagnosed(diagnostics: &[Diagnostic]) -> Answer {
    answer(&wire::Diagnosed { diagnostics: to_wire(diagnostics) })
}

fn state_read(state: Result<Value, Diagnostic>) -> Answer {
    answer(&match state {
        Ok(state) => wire::StateRead { state: Some(dynamic(&state)), diagnostics: Vec::new() },
        Err(error) => wire::StateRead { state: None, diagnostics: to_wire(&[error]) },
    })
}

fn to_wire(diagnostics: &[Diagnostic]) -> Vec<wire::Diagnostic> {
    diagnostics.iter().map(Diagnostic::to_wire).collect()
}

fn change(request: &wire::Plan) -> Result<Change, Status> {
    Ok(Change {
        prior: value(request.prior.as_ref())?,
        next: value(request.proposed.as_ref())?,
        config: value(request.config.as_ref())?,
    })
}

fn dynamic(value: &Value) -> wire::DynamicValue {
    wire::DynamicValue { msgpack: to_msgpack(value), json: Vec::new() }
}

/// A value of a request. A client may send JSON where there is nothing unknown in it.
fn value(encoded: Option<&wire::DynamicValue>) -> Result<Value, Status> {
    let Some(encoded) = encoded else { return Ok(Value::Null) };
    if !encoded.msgpack.is_empty() {
        return from_msgpack(&encoded.msgpack).map_err(|error| invalid(format!("a value cannot be read: {error}")));
    }
    if encoded.json.is_empty() {
        return Ok(Value::Null);
    }
    let json: serde_json::Value =
        serde_json::from_slice(&encoded.json).map_err(|error| invalid(format!("a value cannot be read: {error}")))?;
    Ok(from_json(&json))
}

/// The argument of a parameter that takes anything comes with its type in front.
fn without_type(value: Value) -> Value {
    match value {
        Value::List(mut pair) if pair.len() == 2 && pair[0].as_text().is_some() => pair.remove(1),
        value => value,
    }
}
