//! What goes to Terraform's log: a line of stderr, in the JSON of hclog.

use std::io::Write;

use serde_json::json;

use crate::text::escape;

/// Says how something goes on.
pub(super) fn info(message: &str) {
    let line = json!({ "@level": "info", "@message": escape(message) });
    // A log that nobody reads is no reason to fail.
    let _ = writeln!(std::io::stderr().lock(), "{line}");
}
