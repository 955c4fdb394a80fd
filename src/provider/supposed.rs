//! Texts and names judged as if they were deployed, and nobody had asked for anything else: of that the rules say nothing.

use std::net::{IpAddr, Ipv4Addr};

use jiff::Timestamp;

use crate::finding::{Finding, Severity};
use crate::lint;
use crate::observed::{Answer, End, Exchange, Fetch, Fetched, Handshake, Observed, Response};
use crate::site::Declared;
use crate::text::Sources;

/// What is given of a deployment.
#[derive(Default)]
pub(super) struct Supposed<'a> {
    pub(super) domain: &'a str,
    pub(super) policy: Option<&'a str>,
    pub(super) record: Option<&'a str>,
    /// The MX hosts; none, where they are not given.
    pub(super) hosts: Vec<String>,
}

impl Supposed<'_> {
    /// What the linter finds, and the two texts that its places point into: the records in this order, and the policy under its URL.
    pub(super) fn judge(&self) -> (Vec<Finding>, Sources) {
        let (mut sources, mut declared) = (Sources::default(), Declared::default());
        self.observed().declare(&mut sources, &mut declared);
        (lint::declared(declared, &sources), sources)
    }

    /// The first error that the linter finds.
    pub(super) fn first_error(&self) -> Option<Finding> {
        self.judge().0.into_iter().find(|finding| finding.severity == Severity::Error)
    }

    fn observed(&self) -> Observed {
        let exchange = |host: &String| Exchange { preference: 10, host: host.clone() };
        let hosts = Answer::of(self.hosts.iter().map(exchange).collect());
        Observed {
            domain: self.domain.to_owned(),
            when: Timestamp::UNIX_EPOCH,
            record: self.record.map_or_else(Answer::none, |record| Answer::of(vec![record.to_owned()])),
            nameservers: Vec::new(),
            tlsrpt: Answer::none(),
            mx: if self.hosts.is_empty() { Answer::none() } else { hosts },
            policy_host: Answer::none(),
            policy: self.policy.map(fetched).into_iter().collect(),
            hosts: Vec::new(),
            unanswered: Vec::new(),
        }
    }
}

fn fetched(policy: &str) -> Fetch {
    let response = Response {
        status: 200,
        location: None,
        content_type: None,
        body: policy.to_owned(),
        end: End::Whole,
        handshake: Handshake { version: None, failure: None, chain: Vec::new(), faults: Vec::new() },
    };
    let address = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    Fetch { address, milliseconds: 0, outcome: Fetched::Answered(response) }
}
