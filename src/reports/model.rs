//! A report as senders write it (RFC 8460 §4.4). Only what is summed is read: senders differ in the rest, such as in `mx-host`.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;
use serde::{Deserialize, Deserializer, de};

/// What one sender saw of its sessions with some domains, mostly in one day.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct TlsReport {
    /// The sender, as it calls itself; empty where it does not.
    #[serde(default, deserialize_with = "or_default")]
    pub organization_name: String,
    /// The time that the report is of.
    pub date_range: DateRange,
    /// Unique for this sender.
    pub report_id: String,
    /// One for each policy that was applied.
    pub policies: Vec<Entry>,
}

/// The time that a report is of: in UTC from midnight to midnight (RFC 8460 §4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct DateRange {
    /// Its beginning.
    #[serde(deserialize_with = "day")]
    pub start_datetime: Date,
}

/// What came of the sessions under one policy.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Entry {
    /// The policy.
    pub policy: Policy,
    /// The counts.
    pub summary: Summary,
    /// Why sessions failed. Need not account for all that did.
    #[serde(default, deserialize_with = "or_default")]
    pub failure_details: Vec<Failed>,
}

/// The policy that was applied.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Policy {
    /// The mail domain, as the sender writes it.
    pub policy_domain: String,
}

/// The counts of sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Summary {
    /// Sessions with the TLS that the policy asks for.
    pub total_successful_session_count: u64,
    /// Sessions without it.
    pub total_failure_session_count: u64,
}

/// Sessions that failed in one way.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Failed {
    /// Such as `certificate-expired` (RFC 8460 §4.3).
    pub result_type: String,
    /// The MX host; none where no host was reached, as when the policy could not be fetched.
    #[serde(default)]
    pub receiving_mx_hostname: Option<String>,
    /// How many.
    pub failed_session_count: u64,
}

/// A value, or its default for `null`.
fn or_default<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(from: D) -> Result<T, D::Error> {
    Option::deserialize(from).map(Option::unwrap_or_default)
}

/// The day, in UTC, of a date-time as RFC 3339 has it; some senders leave the offset off.
fn day<'de, D: Deserializer<'de>>(from: D) -> Result<Date, D::Error> {
    let text = std::borrow::Cow::<str>::deserialize(from)?;
    let in_utc = text.parse::<Timestamp>().map(|at| Offset::UTC.to_datetime(at));
    let at = in_utc.or_else(|_| text.parse::<DateTime>()).map_err(|_| de::Error::custom("a date-time is none"))?;
    Ok(at.date())
}
