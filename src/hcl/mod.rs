//! Terraform and OpenTofu configurations: what they would publish, as far as can be known without credentials, providers or
//! state.
//!
//! [`parse`] reads a file into the tree of [`ast`]; [`eval`] loads a root module with the modules that it calls and works out
//! its resources, with the [`functions`] of the language; [`providers`] knows from a table which of these resources publish
//! records and policies, and how.

pub mod ast;
pub mod eval;
mod files;
pub mod functions;
pub mod parse;
pub mod providers;
pub mod resource;
pub mod value;

pub use files::Files;
