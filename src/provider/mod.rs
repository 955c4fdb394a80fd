//! The Terraform provider: the mistake made impossible.

pub mod protocol;
