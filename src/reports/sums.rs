//! Reports, summed per domain, MX host, result type and day.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::{Entry, TlsReport};
use crate::text::clipped;

/// No name is longer (RFC 1035 §2.3.4), and no organization that wants to be known.
const MAX_NAME: usize = 255;

/// What all reports together say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Reports that were added.
    pub reports: usize,
    /// Reports that were there already: a mailbox and an archive of it are often read together.
    pub repeated: usize,
    /// By domain, in lower case and without the final dot.
    pub domains: BTreeMap<String, DomainSums>,
    /// Sender, id and day of what was added.
    known: BTreeSet<(String, String, Date)>,
}

/// What they say of one domain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DomainSums {
    /// Who reported.
    pub organizations: BTreeSet<String>,
    /// The sessions of each day.
    pub days: BTreeMap<Date, Day>,
    /// The sessions that failed, by what they failed of.
    pub failures: BTreeMap<Cause, Failures>,
}

/// The sessions of a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Day {
    /// Those with TLS as the policy asks for it.
    pub successful: u64,
    /// Those without.
    pub failed: u64,
}

/// What sessions failed of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cause {
    /// The MX host, where one was reached, in lower case and without the final dot.
    pub mx: Option<String>,
    /// The result type (RFC 8460 §4.3); none where the sender counts failures and gives no details of them.
    pub result: Option<String>,
}

/// Sessions that failed of one cause.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failures {
    /// How many, by day; never empty.
    pub days: BTreeMap<Date, u64>,
    /// Who reported them.
    pub organizations: BTreeSet<String>,
}

impl Sums {
    /// Adds a report, unless it was added before.
    pub fn add(&mut self, report: &TlsReport) {
        let day = report.date_range.start_datetime;
        let organization = clipped(report.organization_name.trim().as_bytes(), MAX_NAME);
        // The time too: an id need not be unique between senders who call themselves nothing.
        let key = (organization.clone(), clipped(report.report_id.as_bytes(), MAX_NAME), day);
        if !self.known.insert(key) {
            self.repeated += 1;
            return;
        }
        self.reports += 1;
        for entry in &report.policies {
            self.domains.entry(name(&entry.policy.policy_domain)).or_default().add(entry, day, &organization);
        }
    }

    /// What failed of `domain` from `first` to `last`: causes, who reported them at any time, sessions, and the
    /// last day on which there were any.
    pub fn failures(
        &self,
        domain: &str,
        first: Date,
        last: Date,
    ) -> impl Iterator<Item = (&Cause, &BTreeSet<String>, u64, Date)> {
        let failures = self.domains.get(domain).into_iter().flat_map(|sums| &sums.failures);
        failures.filter_map(move |(cause, failures)| {
            let (&latest, _) = failures.days.range(first..=last).next_back()?;
            let sessions = total(failures.days.range(first..=last).map(|(_, sessions)| *sessions));
            Some((cause, &failures.organizations, sessions, latest))
        })
    }
}

impl DomainSums {
    fn add(&mut self, entry: &Entry, day: Date, organization: &str) {
        let summary = entry.summary;
        self.organizations.insert(organization.to_owned());
        let sessions = self.days.entry(day).or_default();
        sessions.successful = sessions.successful.saturating_add(summary.total_successful_session_count);
        // Some senders count in the details alone.
        let detailed = total(entry.failure_details.iter().map(|failed| failed.failed_session_count));
        sessions.failed = sessions.failed.saturating_add(summary.total_failure_session_count.max(detailed));
        for failed in &entry.failure_details {
            let cause = Cause {
                mx: failed.receiving_mx_hostname.as_deref().map(name).filter(|mx| !mx.is_empty()),
                result: Some(clipped(failed.result_type.trim().to_ascii_lowercase().as_bytes(), MAX_NAME)),
            };
            self.fail(cause, failed.failed_session_count, day, organization);
        }
        let untold = summary.total_failure_session_count.saturating_sub(detailed);
        self.fail(Cause { mx: None, result: None }, untold, day, organization);
    }

    fn fail(&mut self, cause: Cause, sessions: u64, day: Date, organization: &str) {
        if sessions == 0 {
            return;
        }
        let failures = self.failures.entry(cause).or_default();
        let count = failures.days.entry(day).or_default();
        *count = count.saturating_add(sessions);
        failures.organizations.insert(organization.to_owned());
    }

    /// The sessions of all days.
    pub fn total(&self) -> Day {
        Day {
            successful: total(self.days.values().map(|day| day.successful)),
            failed: total(self.days.values().map(|day| day.failed)),
        }
    }
}

impl Failures {
    /// The sessions of all days.
    pub fn total(&self) -> u64 {
        total(self.days.values().copied())
    }
}

/// Counts are the sender's: their sum may be anything.
fn total(counts: impl Iterator<Item = u64>) -> u64 {
    counts.fold(0, u64::saturating_add)
}

fn name(text: &str) -> String {
    let text = text.trim().trim_end_matches('.');
    clipped(text.to_ascii_lowercase().as_bytes(), MAX_NAME)
}
