//! Other ways in which DNS is written as code: octoDNS, dnscontrol, ExternalDNS, and Terraform's plans; and what else of mail
//! stands in Kubernetes' manifests.
//!
//! Each reader takes the bytes of one file and gives what they declare. What is not understood is a gap, with the reason, or an
//! [`Error`]; never a record that was not written.

pub mod cert_manager;
pub mod config_map;
pub mod dnscontrol;
pub mod external_dns;
pub mod json;
mod kubernetes;
mod names;
pub mod octodns;
pub mod plan;
#[cfg(test)]
mod testing;
pub mod tree;
pub mod yaml;

/// Why a file cannot be read, and where.
pub use crate::hcl::ast::SyntaxError as Error;
