//! `record-truncated`: an unquoted semicolon that made a comment of the rest.

use super::Context;
use super::words::truncated;
use crate::site::Site;

pub(super) fn judge(site: &Site, cx: &mut Context<'_>) {
    for record in site.record.values.iter().filter(|record| record.parsed.is_truncated()) {
        truncated(&record.text, &record.at, "the MTA-STS record", cx);
    }
    for record in site.tlsrpt.values.iter().filter(|record| record.parsed.is_truncated()) {
        truncated(&record.text, &record.at, "the TLSRPT record", cx);
    }
}
