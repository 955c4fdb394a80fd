//! Every end-to-end suite, in one binary: linking is the dear part of a build on two cores.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod cli;
mod corpus;
mod evidence;
mod fixes;
mod fixtures;
mod formats;
mod git;
mod hostile;
mod interop;
mod invariants;
mod live;
mod lsp;
mod observation;
mod provider;
mod readme;
mod reports;
mod rule_book;
mod senders;
mod shape;
mod support;
mod terraform;
