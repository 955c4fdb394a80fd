//! What senders report of TLS to a domain (RFC 8460 §4): the reports, the files and mails that they come in, and their sums.
//!
//! Anyone can send a report, so all of this is untrusted: a document, a message and a file's faults are bounded, and whoever
//! prints a name from a report escapes it.

mod mail;
mod model;
mod read;
mod results;
mod sums;

#[cfg(test)]
mod tests;

pub use model::{DateRange, Entry, Failed, Policy, Summary, TlsReport};
pub use read::{Fault, ReportError, claims, read};
pub use results::remedy;
pub use sums::{Cause, Day, DomainSums, Failures, Sums};
