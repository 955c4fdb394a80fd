//! `record-misplaced`: a record at a name where no sender looks.

use super::Context;
use super::words::misplaced;
use crate::site::{Site, What};

pub(super) fn judge(site: &Site, cx: &mut Context<'_>) {
    misplaced(site, What::Sts, "an MTA-STS record", cx);
}
