//! What the rules that judge a change have in common.

use crate::dns::Name;
use crate::mta_sts::policy::Mode;
use crate::site::{PolicyText, Publication, Site, StsText, Why};
use crate::text::{Place, Span};

/// The way of one domain, in one View, from one state to the next.
#[derive(Clone, Copy, Debug)]
pub struct Change<'a> {
    /// What it was; `None` where nothing spoke of the domain.
    pub before: Option<&'a Site>,
    /// What it is to be; `None` where nothing speaks of it any more.
    pub after: Option<&'a Site>,
}

impl<'a> Change<'a> {
    /// Both states, where there are two.
    pub(super) fn both(self) -> Option<(&'a Site, &'a Site)> {
        Some((self.before?, self.after?))
    }

    /// The domain.
    pub fn domain(self) -> Option<&'a Name> {
        self.after.or(self.before).map(|site| &site.domain)
    }
}

/// The policy, if it is known to the last byte.
pub(super) fn known_policy(site: &Site) -> Option<&PolicyText> {
    site.policy.text().filter(|policy| policy.text.holes().next().is_none())
}

/// The id of the only record: the record, the id's span in it, and its bytes, if they are known.
pub(super) fn known_id(site: &Site) -> Option<(&StsText, Span, &[u8])> {
    let mut records = site.sts_texts();
    let record = records.next().filter(|_| records.next().is_none() && site.record.is_whole())?;
    let span = record.id?;
    let is_known = record.text.stretches_in(span).all(|stretch| stretch.note.is_none_or(|note| note.hole.is_none()));
    is_known.then(|| (record, span, span.slice(record.text.bytes())))
}

/// The mode and `max_age` that senders hold by this state: its record is published, and its policy known.
pub(super) fn held(site: &Site) -> Option<(Mode, u64, &PolicyText)> {
    let policy = site.policy.text().filter(|_| site.has_record())?;
    Some((policy.mode()?, policy.parsed.max_age()?, policy))
}

/// Whether two Sites say the same of a domain's id and policy.
pub fn is_same(a: &Site, b: &Site) -> bool {
    let id = |site| known_id(site).map(|(.., id)| id);
    let policy = |site| known_policy(site).map(|policy| policy.text.bytes());
    id(a) == id(b) && policy(a) == policy(b) && a.has_record() == b.has_record()
}

/// Whether two Sites have the same id, and it is known.
pub fn has_same_id(a: &Site, b: &Site) -> bool {
    matches!((known_id(a), known_id(b)), (Some((.., a)), Some((.., b))) if a == b)
}

/// Whether the policy is not here any more, and nothing says that it is anywhere.
pub(super) fn has_no_policy(site: &Site) -> bool {
    match &site.policy {
        Publication::Absent { .. } => true,
        Publication::Unknown(unknown) => unknown.why == Why::NoPolicyHere,
        Publication::Here(_) => false,
    }
}

/// MX hosts of `after` that were none before and that the policy of before does not cover, and where each is written.
pub(super) fn newcomers<'a>(before: &Site, policy: &PolicyText, after: &'a Site) -> Vec<(&'a Name, Place)> {
    if !before.mx.is_whole() || !policy.has_all_patterns() {
        return Vec::new();
    }
    let was_there = |name: &Name| before.mx.values.iter().any(|mx| mx.exchange.name == *name);
    let is_covered = |name: &Name| policy.patterns().any(|(pattern, _)| pattern.matches(name));
    let hosts = after.mx.values.iter().map(|mx| (&mx.exchange.name, mx.exchange.place));
    hosts.filter(|(name, _)| !name.is_root() && !was_there(name) && !is_covered(name)).collect()
}

/// The line of `new` in which it first differs from `old`.
pub(super) fn first_difference(old: &[u8], new: &[u8]) -> Span {
    let same = old.iter().zip(new).take_while(|(old, new)| old == new).count().min(new.len().saturating_sub(1));
    let start = memchr::memrchr(b'\n', &new[..same]).map_or(0, |at| at + 1);
    let len = memchr::memchr2(b'\r', b'\n', &new[start..]).unwrap_or(new.len() - start);
    Span::of(start..start + len)
}

/// A number of seconds as people say it: "7 days", "1 hour".
pub fn duration(seconds: u64) -> String {
    let (count, unit) = match seconds {
        0..120 => (seconds, "second"),
        120..7_200 => (seconds / 60, "minute"),
        7_200..172_800 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}
