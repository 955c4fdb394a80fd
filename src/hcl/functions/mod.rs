//! Terraform's functions, with results equal to Terraform's to the byte, or Unknown.
//!
//! [`table`] lists them with what they take. Text keeps the places of its pieces wherever a function hands them on, and what is
//! computed has the place of the call.

#![allow(clippy::unnecessary_wraps, reason = "all functions are of one shape: the table's")]

mod arguments;
mod csv;
mod dates;
mod encodings;
mod files;
mod format;
mod format_numbers;
mod hashes;
mod json;
mod json_read;
mod lists;
mod maps;
mod mta_sts;
mod network;
mod numbers;
mod pieces;
mod providers;
mod regex_syntax;
mod regexes;
mod sets;
mod strings;
mod table;
mod types;
mod yaml;
mod yaml_scalars;
mod yaml_write;

#[cfg(test)]
mod sample;
#[cfg(test)]
mod soundness;
#[cfg(test)]
mod tests;

use crate::hcl::Files;
use crate::hcl::value::Value;
use crate::text::Place;

pub use json::to_json_text;

/// Why an expression has no value: Terraform would refuse it. `try` and `can` catch it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Fault {
    /// Where.
    pub place: Place,
    /// A clause without its full stop.
    pub message: String,
}

/// Where a function is called.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    /// The whole call.
    pub place: Place,
    /// The files that it may read.
    pub files: &'a dyn Files,
    /// The directory of the root module, relative to the root of the repository: relative paths begin there.
    pub directory: &'a str,
}

/// What `name(arguments)` comes to. `try`, `can`, `templatefile` and `templatestring` evaluate and are the evaluator's own.
pub fn call(name: &str, arguments: &[Value], call: &Call<'_>) -> Result<Value, Fault> {
    let core = name.strip_prefix("core::").unwrap_or(name);
    if let Some(of_provider) = name.strip_prefix("provider::") {
        return providers::call(of_provider, arguments, call);
    }
    if ["try", "can", "templatefile", "templatestring"].contains(&core) {
        return Ok(Value::unknown(call.place, format!("`{core}()` is not worked out where it is called here")));
    }
    match table::find(core) {
        Some(function) => function.call(arguments, call),
        None => Err(Fault { place: call.place, message: format!("there is no function `{name}`") }),
    }
}
