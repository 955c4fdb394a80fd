//! Bytes, places in them, and how untrusted text is shown.

mod escape;
mod nearest;
mod provenance;
mod source;
mod span;
mod traced;
mod words;

pub use escape::{Escaped, clipped, escape, is_harmless};
pub use nearest::{did_you_mean, nearest};
pub use provenance::{Hole, Made, Maker, Note, Reason, Step};
pub use source::{Bytes, FileId, LineColumn, Source, Sources};
pub use span::{Place, Span};
pub use traced::{Stretch, Traced, TracedBuilder};
pub use words::words;
