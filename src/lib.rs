//! `mtasts` reads a repository that declares mail domains, works out what each domain *would publish* for MTA-STS
//! (RFC 8461) and TLSRPT (RFC 8460), and says what a sending server would make of it.
//!
//! The modules below are in the order of the house: each imports only from those above it.

pub mod parallel;

pub mod text;

pub mod dns;

pub mod certificates;

pub mod mta_sts;

pub mod zone;

pub mod hcl;

pub mod formats;

pub mod site;

pub mod observed;

pub mod reports;

pub mod finding;

pub mod rules;

pub mod config;

pub mod inputs;

pub mod live;

pub mod lint;

pub mod fix;

pub mod report;

pub mod lsp;

pub mod provider;

pub mod cli;
