//! From a tree of files to declarations: what each file is, and what it says.

mod certificates;
mod classify;
mod copies;
mod files;
mod formats;
pub mod git;
mod history;
mod hosted;
mod include;
mod octodns;
mod overlay;
mod read;
pub mod servers;
mod terraform;
mod touch;
mod tree;

pub use copies::is_copy;
pub use history::{History, Revision, Was};
pub use overlay::Overlay;
pub use read::{Failure, Inputs, Passed, Planned, read};
pub use touch::{Touch, is_server, stands_alone, touch};
pub use tree::{MAX_FILE, MemoryTree, Tree, WorkTree};
