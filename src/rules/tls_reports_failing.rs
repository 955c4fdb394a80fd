//! `tls-reports-failing`: senders report that TLS to the domain fails.

use std::collections::BTreeSet;

use super::Context;
use super::words::{count, mode};
use crate::mta_sts::policy::Mode;
use crate::reports::{Cause, remedy};
use crate::site::Site;
use crate::text::{Place, clipped};

/// Of a name from a report, which may be any text.
const MAX_SHOWN: usize = 80;

pub(super) fn judge(site: &Site, cx: &mut Context<'_>) {
    let Some(mode @ (Mode::Enforce | Mode::Testing)) = mode(site) else { return };
    let (Some(now), Some(place)) = (cx.settings.now, place_of(site)) else { return };
    let (today, reports) = (now.date(), cx.reports);
    let age = i64::try_from(cx.settings.report_age).unwrap_or(i64::MAX);
    let first = now.saturating_sub(jiff::SignedDuration::from_secs(age)).date();
    let label = if mode == Mode::Enforce {
        "such mail is not delivered"
    } else {
        "under `enforce` such mail would not be delivered"
    };
    for (cause, senders, sessions, last) in reports.failures(site.domain.as_str(), first, today) {
        let number = usize::try_from(sessions).unwrap_or(usize::MAX);
        let message = format!(
            "{} of `{}`: {} failed{}, last on {last}",
            who(senders),
            site.domain,
            count(number, "session"),
            words(cause)
        );
        let act = cause.result.as_deref().map_or("look at the reports, or ask their senders for details", remedy);
        cx.report_in(mode.as_str(), place, message).label(label).help(act);
    }
}

/// Where the policy says its mode.
fn place_of(site: &Site) -> Option<Place> {
    let policy = site.policy.text()?;
    Some(policy.place(policy.parsed.mode_field()?.value))
}

/// One sender may be anybody, and is named.
fn who(senders: &BTreeSet<String>) -> String {
    match senders.first().filter(|_| senders.len() == 1) {
        Some(only) if only.is_empty() => "a sender without a name reports".to_owned(),
        Some(only) => format!("`{}` reports", clipped(only.as_bytes(), MAX_SHOWN)),
        None => format!("{} report", count(senders.len(), "sender")),
    }
}

fn words(cause: &Cause) -> String {
    let shown = |text: &String| clipped(text.as_bytes(), MAX_SHOWN);
    let host = cause.mx.as_ref().map_or_else(String::new, |mx| format!(" at `{}`", shown(mx)));
    let why = cause.result.as_ref().map_or_else(String::new, |result| format!(" with `{}`", shown(result)));
    host + &why
}
