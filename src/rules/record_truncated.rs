//! `record-truncated`: an unquoted semicolon that made a comment of the rest.

use super::Context;
use super::words::truncated;
use crate::mta_sts::{record, tlsrpt};
use crate::site::Site;

pub(super) fn judge(site: &Site, cx: &mut Context<'_>) {
    for record in site.record.values.iter().filter(|record| record.parsed.is_truncated()) {
        truncated(&record.text, &record.at, "the MTA-STS record", |text| record::parse(text).is_valid(text), cx);
    }
    for record in site.tlsrpt.values.iter().filter(|record| record.parsed.is_truncated()) {
        truncated(&record.text, &record.at, "the TLSRPT record", |text| tlsrpt::parse(text).is_valid(), cx);
    }
}
