//! Records at names where no sender looks, and the domains that they were meant for.

use super::RecordAt;
use super::candidates::{POLICY_HOST, RECORD, TLSRPT};
use crate::dns::{Name, Record};
use crate::mta_sts::{record, tlsrpt};
use crate::text::Traced;

/// A record that nobody will find.
#[derive(Clone, Debug)]
pub struct Misplaced {
    /// What it is.
    pub what: What,
    /// How it got there.
    pub slip: Slip,
    /// The record.
    pub at: RecordAt,
    /// Where it belongs.
    pub wanted: Name,
}

/// Which record is misplaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// An MTA-STS record.
    Sts,
    /// A TLSRPT record.
    Tlsrpt,
}

/// How a record came to stand where it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slip {
    /// At the domain itself.
    AtDomain,
    /// At `mta-sts.`, which is the name of the web host.
    AtPolicyHost,
    /// The final dot is missing, so that the zone's name stands twice.
    MissingDot,
    /// At a label that resembles the right one.
    WrongLabel,
}

/// Labels that people write for `_mta-sts`, the longest first.
const STS_SLIPS: [&str; 8] =
    ["_.mta-sts", "mta-sts._tcp", "_mta-sts._tcp", "mta-sts._smtp", "_mta_sts", "_mtasts", "mtasts", "_sts"];
/// Labels that people write for `_smtp._tls`, the longest first.
const TLSRPT_SLIPS: [&str; 10] = [
    "_smtp._tlsrpt",
    "smtp._tls",
    "_smtp.tls",
    "_tls._smtp",
    "_smtp-tlsrpt",
    "_smtp_tls",
    "_tlsrpt",
    "_smtp-tls",
    "_tls-rpt",
    "_tls",
];

/// What `text` is, where it was meant for a name other than its own `at` in the zone `apex`; and for which domain.
pub(super) fn find(text: &Traced, record: &Record, apex: &Name) -> Option<(Name, Misplaced)> {
    let owner = &record.owner.name;
    if owner.is_wildcard() {
        return None;
    }
    let is_sts = record::parse(text.bytes()).kind == record::Kind::Genuine;
    let is_tlsrpt = !is_sts && tlsrpt::parse(text.bytes()).kind == tlsrpt::Kind::Genuine;
    let (what, labels, slips) = match (is_sts, is_tlsrpt) {
        (true, _) => (What::Sts, RECORD, &STS_SLIPS[..]),
        (_, true) => (What::Tlsrpt, TLSRPT, &TLSRPT_SLIPS[..]),
        _ => return None,
    };
    let (domain, slip) = domain_meant(record, apex, labels, slips)?;
    let wanted = domain.child(labels)?;
    Some((domain, Misplaced { what, slip, at: RecordAt::of(record), wanted }))
}

fn domain_meant(record: &Record, apex: &Name, labels: &str, slips: &[&str]) -> Option<(Name, Slip)> {
    let owner = &record.owner.name;
    if let Some(domain) = strip_labels(owner, labels) {
        // At the right label; below a doubled zone name it was meant for the domain without it.
        let once = strip_suffix(&domain, apex)?;
        return once.is_at_or_below(apex).then_some((once, Slip::MissingDot)).filter(|_| record.owner.is_relative());
    }
    if let Some(domain) = slips.iter().find_map(|slip| strip_labels(owner, slip)) {
        return Some((domain, Slip::WrongLabel));
    }
    if labels == RECORD
        && let Some(domain) = strip_labels(owner, POLICY_HOST)
    {
        return Some((domain, Slip::AtPolicyHost));
    }
    (owner == apex).then(|| (owner.clone(), Slip::AtDomain))
}

/// `name` without `labels` in front.
fn strip_labels(name: &Name, labels: &str) -> Option<Name> {
    let rest = name.as_str().strip_prefix(labels)?.strip_prefix('.')?;
    Name::parse(rest.as_bytes(), None).ok()
}

/// `name` without `suffix` at its end, if something is left.
fn strip_suffix(name: &Name, suffix: &Name) -> Option<Name> {
    if !name.is_below(suffix) || suffix.is_root() {
        return None;
    }
    let front = name.as_str().strip_suffix(suffix.as_str())?.strip_suffix('.')?;
    Name::parse(front.as_bytes(), None).ok()
}
