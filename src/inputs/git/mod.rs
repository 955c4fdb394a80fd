//! Revisions of the repository, through the git command line.

mod base;
mod command;
mod history;
mod listing;
mod objects;
mod status;
mod tree;

pub use base::{Asked, Base, Choice, Environment, choose, is_commit_hook, staged};
pub use command::{Git, GitError};
pub use history::GitHistory;
pub use objects::Objects;
pub use tree::{Differences, GitTree};
