//! The Terraform provider, run by Terraform itself, and without it.
//!
//! Terraform 1.8 or later has to be installed for `terraform`; where it is not, the suite says so, and fails if
//! `MTASTS_INTEROP=required`. Where there is an OpenTofu, the suite is run by it as well.

mod abuse;
#[cfg(unix)]
mod client;
mod contract;
mod deployed;
mod documentation;
mod evaluator;
mod examples;
mod functions;
#[cfg(unix)]
mod interrupted;
mod laboratory;
mod opentofu;
mod policy;
mod process;
#[cfg(unix)]
mod wire;
mod workspace;
