//! The messages of Terraform's plugin protocol 6, as far as they are used here: field numbers and types are the protocol's.
//!
//! Requests that hold the same are one type: fields that a request does not have are never set.

use std::collections::HashMap;

use prost::{Enumeration, Message, Oneof};

/// A value, encoded as `MessagePack`.
#[derive(Clone, PartialEq, Message)]
pub(super) struct DynamicValue {
    #[prost(bytes = "vec", tag = "1")]
    pub(super) msgpack: Vec<u8>,
    #[prost(bytes = "vec", tag = "2")]
    pub(super) json: Vec<u8>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Diagnostic {
    #[prost(enumeration = "Severity", tag = "1")]
    pub(super) severity: i32,
    #[prost(string, tag = "2")]
    pub(super) summary: String,
    #[prost(string, tag = "3")]
    pub(super) detail: String,
    #[prost(message, optional, tag = "4")]
    pub(super) attribute: Option<AttributePath>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Enumeration)]
pub(super) enum Severity {
    Invalid = 0,
    Error = 1,
    Warning = 2,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct AttributePath {
    #[prost(message, repeated, tag = "1")]
    pub(super) steps: Vec<PathStep>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct PathStep {
    #[prost(oneof = "Selector", tags = "1, 2, 3")]
    pub(super) selector: Option<Selector>,
}

#[derive(Clone, PartialEq, Oneof)]
pub(super) enum Selector {
    #[prost(string, tag = "1")]
    Attribute(String),
    #[prost(string, tag = "2")]
    Key(String),
    #[prost(int64, tag = "3")]
    Index(i64),
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Schema {
    #[prost(int64, tag = "1")]
    pub(super) version: i64,
    #[prost(message, optional, tag = "2")]
    pub(super) block: Option<Block>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Block {
    #[prost(message, repeated, tag = "2")]
    pub(super) attributes: Vec<Attribute>,
    #[prost(string, tag = "4")]
    pub(super) description: String,
    #[prost(enumeration = "StringKind", tag = "5")]
    pub(super) description_kind: i32,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Attribute {
    #[prost(string, tag = "1")]
    pub(super) name: String,
    /// The type, as JSON.
    #[prost(bytes = "vec", tag = "2")]
    pub(super) kind: Vec<u8>,
    #[prost(string, tag = "3")]
    pub(super) description: String,
    #[prost(bool, tag = "4")]
    pub(super) required: bool,
    #[prost(bool, tag = "5")]
    pub(super) optional: bool,
    #[prost(bool, tag = "6")]
    pub(super) computed: bool,
    #[prost(enumeration = "StringKind", tag = "8")]
    pub(super) description_kind: i32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Enumeration)]
pub(super) enum StringKind {
    Plain = 0,
    Markdown = 1,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Function {
    #[prost(message, repeated, tag = "1")]
    pub(super) parameters: Vec<Parameter>,
    #[prost(message, optional, tag = "2")]
    pub(super) variadic: Option<Parameter>,
    #[prost(message, optional, tag = "3")]
    pub(super) returns: Option<Return>,
    #[prost(string, tag = "4")]
    pub(super) summary: String,
    #[prost(string, tag = "5")]
    pub(super) description: String,
    #[prost(enumeration = "StringKind", tag = "6")]
    pub(super) description_kind: i32,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Parameter {
    #[prost(string, tag = "1")]
    pub(super) name: String,
    #[prost(bytes = "vec", tag = "2")]
    pub(super) kind: Vec<u8>,
    #[prost(bool, tag = "3")]
    pub(super) allow_null_value: bool,
    #[prost(bool, tag = "4")]
    pub(super) allow_unknown_values: bool,
    #[prost(string, tag = "5")]
    pub(super) description: String,
    #[prost(enumeration = "StringKind", tag = "6")]
    pub(super) description_kind: i32,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Return {
    #[prost(bytes = "vec", tag = "1")]
    pub(super) kind: Vec<u8>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Capabilities {
    #[prost(bool, tag = "1")]
    pub(super) plan_destroy: bool,
    #[prost(bool, tag = "2")]
    pub(super) get_provider_schema_optional: bool,
}

/// `GetProviderSchema.Response`.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Schemas {
    #[prost(message, optional, tag = "1")]
    pub(super) provider: Option<Schema>,
    #[prost(map = "string, message", tag = "2")]
    pub(super) resources: HashMap<String, Schema>,
    #[prost(map = "string, message", tag = "3")]
    pub(super) data_sources: HashMap<String, Schema>,
    #[prost(message, optional, tag = "6")]
    pub(super) capabilities: Option<Capabilities>,
    #[prost(map = "string, message", tag = "7")]
    pub(super) functions: HashMap<String, Function>,
}

/// `GetMetadata.Response`.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Metadata {
    #[prost(message, optional, tag = "1")]
    pub(super) capabilities: Option<Capabilities>,
    #[prost(message, repeated, tag = "3")]
    pub(super) data_sources: Vec<Named>,
    #[prost(message, repeated, tag = "4")]
    pub(super) resources: Vec<Named>,
    #[prost(message, repeated, tag = "5")]
    pub(super) functions: Vec<Named>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Named {
    #[prost(string, tag = "1")]
    pub(super) name: String,
}

/// `GetFunctions.Response`.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Functions {
    #[prost(map = "string, message", tag = "1")]
    pub(super) functions: HashMap<String, Function>,
}

/// `ValidateProviderConfig.Request`.
#[derive(Clone, PartialEq, Message)]
pub(super) struct ValidateProvider {
    #[prost(message, optional, tag = "1")]
    pub(super) config: Option<DynamicValue>,
}

/// `ValidateProviderConfig.Response`: here the diagnostics are the second field.
#[derive(Clone, PartialEq, Message)]
pub(super) struct ProviderValidated {
    #[prost(message, repeated, tag = "2")]
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// `ConfigureProvider.Request`.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Configure {
    #[prost(message, optional, tag = "2")]
    pub(super) config: Option<DynamicValue>,
}

/// The responses of `ConfigureProvider`, `ValidateResourceConfig`, `ValidateDataResourceConfig`.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Diagnosed {
    #[prost(message, repeated, tag = "1")]
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// The requests `ValidateResourceConfig`, `ValidateDataResourceConfig`, `ReadResource` and `ReadDataSource`.
#[derive(Clone, PartialEq, Message)]
pub(super) struct OfType {
    #[prost(string, tag = "1")]
    pub(super) type_name: String,
    /// The configuration; the state, of `ReadResource`.
    #[prost(message, optional, tag = "2")]
    pub(super) value: Option<DynamicValue>,
    #[prost(bytes = "vec", tag = "3")]
    pub(super) private: Vec<u8>,
}

/// `ReadDataSource.Request` has something else at the field of [`OfType::private`].
#[derive(Clone, PartialEq, Message)]
pub(super) struct ReadData {
    #[prost(string, tag = "1")]
    pub(super) type_name: String,
    #[prost(message, optional, tag = "2")]
    pub(super) config: Option<DynamicValue>,
}

/// The responses of `ReadResource`, `ReadDataSource` and `UpgradeResourceState`.
#[derive(Clone, PartialEq, Message)]
pub(super) struct StateRead {
    #[prost(message, optional, tag = "1")]
    pub(super) state: Option<DynamicValue>,
    #[prost(message, repeated, tag = "2")]
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// `UpgradeResourceState.Request`.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Upgrade {
    #[prost(string, tag = "1")]
    pub(super) type_name: String,
    #[prost(int64, tag = "2")]
    pub(super) version: i64,
    #[prost(message, optional, tag = "3")]
    pub(super) raw: Option<RawState>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct RawState {
    #[prost(bytes = "vec", tag = "1")]
    pub(super) json: Vec<u8>,
}

/// `PlanResourceChange.Request`.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Plan {
    #[prost(string, tag = "1")]
    pub(super) type_name: String,
    #[prost(message, optional, tag = "2")]
    pub(super) prior: Option<DynamicValue>,
    #[prost(message, optional, tag = "3")]
    pub(super) proposed: Option<DynamicValue>,
    #[prost(message, optional, tag = "4")]
    pub(super) config: Option<DynamicValue>,
}

/// `PlanResourceChange.Response`.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Planned {
    #[prost(message, optional, tag = "1")]
    pub(super) state: Option<DynamicValue>,
    #[prost(message, repeated, tag = "2")]
    pub(super) requires_replace: Vec<AttributePath>,
    #[prost(message, repeated, tag = "4")]
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// `ApplyResourceChange.Request` has the fields of [`Plan`], the planned state in the place of the proposed one.
pub(super) type Apply = Plan;

/// `ApplyResourceChange.Response`.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Applied {
    #[prost(message, optional, tag = "1")]
    pub(super) state: Option<DynamicValue>,
    #[prost(message, repeated, tag = "3")]
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// `ImportResourceState.Request`.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Import {
    #[prost(string, tag = "1")]
    pub(super) type_name: String,
    #[prost(string, tag = "2")]
    pub(super) id: String,
}

/// `ImportResourceState.Response`.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Imported {
    #[prost(message, repeated, tag = "1")]
    pub(super) resources: Vec<ImportedResource>,
    #[prost(message, repeated, tag = "2")]
    pub(super) diagnostics: Vec<Diagnostic>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct ImportedResource {
    #[prost(string, tag = "1")]
    pub(super) type_name: String,
    #[prost(message, optional, tag = "2")]
    pub(super) state: Option<DynamicValue>,
}

/// `CallFunction.Request`.
#[derive(Clone, PartialEq, Message)]
pub(super) struct CallFunction {
    #[prost(string, tag = "1")]
    pub(super) name: String,
    #[prost(message, repeated, tag = "2")]
    pub(super) arguments: Vec<DynamicValue>,
}

/// `CallFunction.Response`.
#[derive(Clone, PartialEq, Message)]
pub(super) struct FunctionCalled {
    #[prost(message, optional, tag = "1")]
    pub(super) result: Option<DynamicValue>,
    #[prost(message, optional, tag = "2")]
    pub(super) error: Option<FunctionError>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct FunctionError {
    #[prost(string, tag = "1")]
    pub(super) text: String,
    #[prost(int64, optional, tag = "2")]
    pub(super) argument: Option<i64>,
}

/// `StopProvider.Response`; an empty request or response of others, too.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Empty {}
