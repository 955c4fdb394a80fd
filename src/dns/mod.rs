//! Names and resource records, as every reader (zone files now, others later) hands them on.

mod name;
mod record;

pub use name::{Name, NameError};
pub use record::{Comment, Data, Record, Rtype, Target};
