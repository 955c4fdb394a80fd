//! Names and resource records, as every reader (zone files, Terraform, other DNS as code) hands them on.

mod listing;
mod name;
mod record;

pub use listing::{ListedGap, Listing, NameScope};
pub use name::{Name, NameError};
pub use record::{Comment, Data, Record, Rtype, Target};
