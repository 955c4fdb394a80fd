//! What a rule judges by, and where it puts what it finds.

use super::Rule;
use super::evidence::{Evidence, evidence};
use crate::certificates::{Certificates, Declared};
use crate::dns::Name;
use crate::finding::{Finding, Severity};
use crate::observed::{Lock, Seen};
use crate::reports::Sums;
use crate::text::{FileId, Place, Sources};

/// The thresholds that users may set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// `max-age-short`: the least `max_age` for production, in seconds.
    pub max_age: u64,
    /// `record-ttl-long`: the greatest TTL of the record, in seconds.
    pub record_ttl: u32,
    /// `testing-too-short`: the least time in testing, in seconds.
    pub soak: u64,
    /// `mx-tls-stale`: the greatest age of evidence, in seconds.
    pub evidence_age: u64,
    /// `mx-cert-expiring`: the least time that a certificate has left, in seconds.
    pub certificate_left: u64,
    /// `tls-reports-failing`: how long a reported failure counts, in seconds.
    pub report_age: u64,
    /// When the change is made, in UTC, where that is known.
    pub now: Option<jiff::civil::DateTime>,
}

impl Settings {
    /// The time as one on the line of time.
    pub fn now(&self) -> Option<jiff::Timestamp> {
        self.now.and_then(|now| jiff::tz::Offset::UTC.to_timestamp(now).ok())
    }
}

impl Default for Settings {
    /// A week, the floor that large operators use; a day, after which even a patient operator wants to see a new id; two weeks,
    /// in which every sender that reports daily and is heard of weekly has reported twice; a month; three weeks, a third of the life of a
    /// certificate that is renewed by itself, in which that should have happened; two weeks, after which every sender that reports
    /// daily has told that a failure is over.
    fn default() -> Self {
        Self {
            max_age: 604_800,
            record_ttl: 86_400,
            soak: 1_209_600,
            evidence_age: 2_592_000,
            certificate_left: 1_814_400,
            report_age: 1_209_600,
            now: None,
        }
    }
}

/// What all rules of a run judge by.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'a> {
    /// The thresholds.
    pub settings: &'a Settings,
    /// The files: a fix is offered only where what is published stands in one as it is.
    pub sources: &'a Sources,
    /// What was seen of the TLS of MX hosts, in this run or an earlier one.
    pub evidence: &'a Lock,
    /// The certificates that the repository declares.
    pub certificates: &'a Certificates,
    /// What senders report of TLS.
    pub reports: &'a Sums,
}

/// One rule at work on one subject.
#[derive(Debug)]
pub struct Context<'a> {
    /// The thresholds.
    pub settings: &'a Settings,
    pub(super) sources: &'a Sources,
    evidence: &'a Lock,
    certificates: &'a Certificates,
    /// What senders report of TLS.
    pub(super) reports: &'a Sums,
    rule: &'static Rule,
    domain: Option<&'a Name>,
    /// What the ids of the files of the state before are behind those of the state after.
    offset: u32,
    findings: &'a mut Vec<Finding>,
    /// How many findings there have been.
    reported: usize,
    /// Takes the findings beyond [`MOST`], one after the other.
    spare: Option<Finding>,
}

/// Findings of one rule on one subject that are kept: a policy of ten thousand wrong lines has one mistake.
const MOST: usize = 100;

impl<'a> Context<'a> {
    /// Lets `rule` judge something of `domain`.
    pub fn new(
        ground: Ground<'a>,
        rule: &'static Rule,
        domain: Option<&'a Name>,
        findings: &'a mut Vec<Finding>,
    ) -> Self {
        Self::of_change(ground, rule, domain, 0, findings)
    }

    /// The same for a change, in which the files of the state before have ids from `offset` on.
    pub fn of_change(
        Ground { settings, sources, evidence, certificates, reports }: Ground<'a>,
        rule: &'static Rule,
        domain: Option<&'a Name>,
        offset: u32,
        findings: &'a mut Vec<Finding>,
    ) -> Self {
        Self {
            settings,
            sources,
            evidence,
            certificates,
            reports,
            rule,
            domain,
            offset,
            findings,
            reported: 0,
            spare: None,
        }
    }

    /// A place of the state before, as a place of the run.
    pub fn before(&self, place: Place) -> Place {
        Place { file: FileId(place.file.0.saturating_add(self.offset)), ..place }
    }

    /// What was seen of the TLS of an MX host, one entry an address.
    pub(super) fn seen(&self, host: &Name) -> std::slice::Iter<'a, Seen> {
        self.evidence.of(host.as_str()).iter()
    }

    /// The certificates that the repository declares for an MX host.
    pub(super) fn declared(&self, host: &Name) -> impl Iterator<Item = &'a Declared> {
        self.certificates.of(host)
    }

    /// What shows that an MX host offers TLS that senders trust.
    pub(super) fn evidence(&self, host: &Name) -> Option<Evidence<'a>> {
        evidence(host, self.evidence, self.certificates, self.now())
    }

    /// The time, where it is known.
    pub(super) fn now(&self) -> Option<jiff::Timestamp> {
        self.settings.now()
    }

    /// When a copy that is fetched now runs out, in words that follow a duration; nothing where nobody knows the day.
    pub fn until(&self, max_age: u64) -> String {
        let ends = self.settings.now.and_then(|now| {
            let days = i64::try_from(max_age / 86_400).ok()?;
            now.date().checked_add(jiff::Span::new().try_days(days).ok()?).ok()
        });
        ends.map_or_else(String::new, |day| format!(", so until {day}"))
    }

    /// Reports a fact at its primary place, with the page's severity.
    pub fn report(&mut self, place: Place, message: impl Into<String>) -> &mut Finding {
        let severity = self.rule.page().severity;
        self.push(severity, place, message.into())
    }

    /// As [`Context::report`], with the severity that the page names for `case`.
    pub fn report_in(&mut self, case: &str, place: Place, message: impl Into<String>) -> &mut Finding {
        let severity = self.rule.page().severity_in(case);
        self.push(severity, place, message.into())
    }

    fn push(&mut self, severity: Severity, place: Place, message: String) -> &mut Finding {
        let finding = Finding {
            rule: self.rule.name,
            severity,
            domain: self.domain.cloned(),
            message,
            place,
            label: String::new(),
            related: Vec::new(),
            help: None,
            fix: None,
        };
        self.reported += 1;
        if self.reported > MOST {
            return self.spare.insert(finding);
        }
        // `push_mut` is not stable yet.
        self.findings.push(finding);
        let last = self.findings.len() - 1;
        &mut self.findings[last]
    }
}

impl Drop for Context<'_> {
    /// Says how many findings were not kept, at the place of the last of them.
    fn drop(&mut self) {
        if let Some(last) = self.spare.take() {
            let left_out = self.reported - MOST;
            let message = format!("and {left_out} more of this kind, up to here");
            self.findings.push(Finding { message, related: Vec::new(), fix: None, ..last });
        }
    }
}
