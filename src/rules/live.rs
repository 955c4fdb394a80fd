//! What the rules that judge a deployed domain have in common.

use super::Context;
use super::change::{known_id, known_policy};
use super::words::{anchor, mode};
use crate::finding::Finding;
use crate::mta_sts::policy::Mode;
use crate::observed::{Fetch, Fetched, Host, Observed, Probe, Response};
use crate::site::Site;
use crate::text::Place;

/// A domain as it is declared, and as it is deployed. Where nothing declares it, both are the deployed one.
#[derive(Clone, Copy, Debug)]
pub struct Live<'a> {
    /// What the repository would publish.
    pub declared: &'a Site,
    /// What is published, as if it were declared.
    pub deployed: &'a Site,
    /// What was observed.
    pub observed: &'a Observed,
    /// Whether the repository is known not to change the policy now: then a difference is one of the deployment.
    pub is_settled: bool,
    /// Where a finding points that has no place in the repository.
    pub place: Place,
}

impl<'a> Live<'a> {
    /// Where a finding about the domain as a whole points.
    pub(super) fn place(self) -> Place {
        anchor(self.declared).unwrap_or(self.place)
    }

    /// The mode that counts: the one that is declared, else the deployed one.
    pub(super) fn mode(self) -> Option<Mode> {
        mode(self.declared).or_else(|| mode(self.deployed))
    }

    /// The case by which a page tells severities apart; none where nobody knows the mode.
    pub(super) fn case(self) -> &'static str {
        self.mode().map_or("", Mode::as_str)
    }

    /// Whether senders look for a policy now: a record is published. Before that a policy host that is not ready harms nobody.
    pub(super) fn is_announced(self) -> bool {
        self.deployed.has_record()
    }

    /// Whether a mode is declared or deployed under which TLS matters.
    pub(super) fn needs_tls(self) -> bool {
        matches!(self.mode(), Some(Mode::Enforce | Mode::Testing))
    }

    /// The attempts to fetch the policy, where it matters what comes of them.
    pub(super) fn fetches(self) -> impl Iterator<Item = &'a Fetch> {
        self.observed.policy.iter().filter(move |_| self.is_announced())
    }

    /// Those that had an answer.
    pub(super) fn responses(self) -> impl Iterator<Item = (&'a Fetch, &'a Response)> {
        self.fetches().filter_map(|fetch| match &fetch.outcome {
            Fetched::Answered(response) => Some((fetch, response)),
            Fetched::Unreachable(_) | Fetched::Untrusted(_) => None,
        })
    }

    /// The sessions with MX hosts, where TLS matters.
    pub(super) fn probes(self) -> impl Iterator<Item = (&'a Host, &'a Probe)> {
        let hosts = self.observed.hosts.iter().filter(move |_| self.needs_tls());
        hosts.flat_map(|host| host.probes.iter().map(move |probe| (host, probe)))
    }

    /// Where the repository names an MX host, else the domain as a whole.
    pub(super) fn place_of(self, host: &str) -> Place {
        let mx = self.declared.mx.values.iter().find(|mx| mx.exchange.name.as_str() == host);
        mx.map_or_else(|| self.place(), |mx| mx.exchange.place)
    }

    /// Whether the policy is another, in more than its line ends, where both are known.
    pub(super) fn policy_differs(self) -> bool {
        let text = |site| known_policy(site).map(|policy| plain(policy.text.bytes()));
        matches!((text(self.declared), text(self.deployed)), (Some(new), Some(old)) if new != old)
    }

    /// Whether the id is another, where both are known.
    pub(super) fn id_differs(self) -> Option<bool> {
        let (.., new) = known_id(self.declared)?;
        let (.., old) = known_id(self.deployed)?;
        Some(new != old)
    }
}

/// A policy's lines: servers write the ends of lines in their own way, and that is no other policy.
fn plain(text: &[u8]) -> Vec<&[u8]> {
    text.trim_ascii_end().split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii_end).collect()
}

/// One finding for all addresses of which the same is true: `say` makes it of the first, and the others are named.
pub(super) fn once<'c, 'a, T>(
    found: impl Iterator<Item = (&'a Fetch, T)>,
    live: Live<'_>,
    cx: &'c mut Context<'_>,
    say: impl FnOnce(&T) -> String,
) -> Option<&'c mut Finding> {
    let found: Vec<(&Fetch, T)> = found.collect();
    let (_, first) = found.first()?;
    let addresses: Vec<String> = found.iter().map(|(fetch, _)| fetch.address.to_string()).collect();
    let message = format!("{} (at {})", say(first), addresses.join(" and "));
    Some(cx.report_in(live.case(), live.place(), message))
}
