//! Certificates: what one says ([`read`]), where a file holds them ([`blocks`]), and those that a repository declares for its hosts
//! ([`Certificates`]).
//!
//! Nothing here connects to anybody, and no private key is ever decoded.

mod declared;
mod pem;
#[cfg(test)]
mod tests;
mod x509;

pub use declared::{Certificates, Declared, Doubt};
pub use pem::{Block, MAX_PEM, blocks, own, redacted};
pub use x509::{Certificate, Parsed, Usage, read};
