//! The clients: what is deployed now, asked of the DNS, of the policy host and of the MX hosts.

mod address;
mod certificate;
mod https;
mod limits;
mod smtp;
mod tls;

pub use address::{Network, is_allowed, is_public};
pub use https::fetch;
pub use limits::Limits;
pub use smtp::probe;
pub use tls::Trust;

use crate::observed::Unanswered;

fn unanswered(what: impl Into<String>, why: impl Into<String>) -> Unanswered {
    Unanswered { what: what.into(), why: why.into() }
}
