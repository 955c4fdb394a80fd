//! Terraform's plugin protocol, version 6: how a provider is started, spoken with and ended. It knows nothing of what the
//! provider is for.
//!
//! Terraform starts the process and reads one line from it, which tells where to connect and with which certificate
//! (go-plugin's handshake); then it calls, with gRPC over TLS that authenticates both sides.

mod diagnostic;
pub mod encoding;
mod grpc;
mod offer;
mod schema;
mod server;
mod service;
mod socket;
mod tls;
mod value;
mod wire;

pub use diagnostic::{Diagnostic, Step};
pub use offer::{CallError, Change, DataSource, Function, Pending, Plan, Provider, Resource, Stop};
pub use schema::{Attribute, Parameter, Presence, Schema, Signature, Type};
pub use server::{ServeError, serve};
pub use service::{Code, Service, Status};
pub use value::Value;
