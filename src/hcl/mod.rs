//! Terraform and OpenTofu configurations: what they would publish, as far as can be known without credentials, providers or
//! state.
//!
//! [`parse`] reads a file into the tree of [`ast`]; [`configuration`] puts the files of a module together; [`eval`] works out the
//! resources of a root module and of the modules that it calls, with the [`functions`] of the language and its conversions
//! ([`convert`]); [`providers`] knows from a table which of these resources publish records and policies, and how.

pub mod ast;
pub mod configuration;
pub mod convert;
pub mod eval;
mod files;
pub mod functions;
pub mod parse;
pub mod providers;
pub mod resource;
pub mod value;

pub use files::Files;
#[cfg(test)]
pub(crate) use files::MemoryFiles;
