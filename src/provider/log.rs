//! What goes to Terraform's log: a line of stderr, whose level Terraform reads from its head.

use std::io::Write;

use crate::text::escape;

/// Says how something goes on.
pub(super) fn info(message: &str) {
    // A log that nobody reads is no reason to fail.
    let _ = writeln!(std::io::stderr().lock(), "[INFO] {}", escape(message));
}
