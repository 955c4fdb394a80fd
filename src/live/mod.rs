//! The clients: what is deployed now, asked of the DNS, of the policy host and of the MX hosts.

mod address;
mod certificate;
mod dns;
mod https;
mod limits;
mod observe;
mod reply;
mod smtp;
mod tls;
mod turns;

pub use address::{Network, is_allowed, is_public};
pub use dns::{Dns, Servers};
pub use https::fetch;
pub use limits::Limits;
pub use observe::{Observer, Setup, has_v6, runtime};
pub use reply::Reply;
pub use smtp::probe;
pub use tls::Trust;

use crate::observed::Unanswered;

fn unanswered(what: impl Into<String>, why: impl Into<String>) -> Unanswered {
    Unanswered { what: what.into(), why: why.into() }
}
