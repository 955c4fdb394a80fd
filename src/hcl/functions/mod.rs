//! Terraform's functions, with results equal to Terraform's to the byte, or Unknown.

use crate::hcl::Files;
use crate::hcl::value::Value;
use crate::text::Place;

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
    let _ = (name, arguments);
    Ok(Value::unknown(call.place, "not written yet"))
}
