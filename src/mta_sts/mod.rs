//! The protocol's values and grammars: the record, the policy, MX patterns (RFC 8461) and the TLSRPT record (RFC 8460).
//!
//! Parsers accept, rules complain: each keeps everything that it is given, wrong input too, with its span.

pub mod compose;
pub mod fields;
pub mod hosted;
pub mod mx_pattern;
pub mod policy;
pub mod record;
pub mod tlsrpt;

#[cfg(test)]
mod abnf_tests;
