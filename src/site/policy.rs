//! A policy text as a Site holds it.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Mx, RrSet, Served, Unknown, Why};
use crate::dns::Name;
use crate::mta_sts::mx_pattern::MxPattern;
use crate::mta_sts::policy::{self, Mode, Policy};
use crate::text::{Place, Span, Traced};

/// A policy's text and what the grammar makes of it.
#[derive(Debug)]
pub struct PolicyText {
    /// As served.
    pub text: Traced,
    /// RFC 8461 §3.2; nothing in it rests on what is not known.
    pub parsed: Policy,
    /// Whether no line can be missing from it: what is not known, if anything, is the value of some field.
    pub is_whole: bool,
}

/// A policy and every domain that it is served for, none where no domain could be found.
#[derive(Clone, Debug)]
pub struct ServedPolicy {
    /// The policy.
    pub policy: Arc<PolicyText>,
    /// Sorted.
    pub domains: Vec<Name>,
    /// The MX hosts of all these domains, and what the relative ones would be with a final dot; `None` where some are not
    /// known.
    pub hosts: Option<BTreeSet<Name>>,
    /// What serves it, where that is declared.
    pub served: Vec<Served>,
}

/// What the repository knows of the policy of a domain.
#[derive(Clone, Debug)]
pub enum Publication {
    /// It is here.
    Here(Arc<PolicyText>),
    /// The configuration says that it is kept here, and it is not.
    Absent {
        /// Where the configuration says so.
        promised: Place,
    },
    /// It may be kept elsewhere.
    Unknown(Unknown),
}

impl PolicyText {
    /// Parses `text`.
    pub fn new(text: Traced) -> Self {
        let mut parsed = policy::parse(text.bytes());
        let uncertain = text.uncertain();
        let is_whole = uncertain.is_empty() || parsed.forget(&uncertain);
        Self { text, parsed, is_whole }
    }

    /// The mode, where it is one.
    pub fn mode(&self) -> Option<Mode> {
        self.parsed.mode()
    }

    /// Whether `mx` names every pattern that the policy will have.
    pub fn has_all_patterns(&self) -> bool {
        self.is_whole && !self.parsed.has_unknown_mx()
    }

    /// The mx patterns that are patterns, and where each is written.
    pub fn patterns(&self) -> impl Iterator<Item = (&MxPattern, Place)> {
        self.parsed.mx().filter_map(|(field, pattern)| Some((pattern.as_ref().ok()?, self.place(field.value))))
    }

    /// The first line, for findings about the policy as a whole.
    pub fn opening(&self) -> Place {
        let text = self.text.bytes();
        let end = memchr::memchr2(b'\r', b'\n', text).unwrap_or(text.len());
        self.place(Span::of(0..end))
    }

    /// Where `span`, a span of the policy, was written.
    pub fn place(&self, span: Span) -> Place {
        self.text.place(span)
    }

    /// The words of `span`, for messages.
    pub fn shown(&self, span: Span) -> String {
        crate::text::clipped(span.slice(self.text.bytes()), 60)
    }
}

impl ServedPolicy {
    pub(super) fn new(policy: Arc<PolicyText>) -> Self {
        Self { policy, domains: Vec::new(), hosts: Some(BTreeSet::new()), served: Vec::new() }
    }

    /// Notes a domain that the policy is served for, and its MX set.
    pub(super) fn serve(&mut self, domain: &Name, mx: &RrSet<Mx>) {
        self.domains.push(domain.clone());
        // An address in a host's stead was meant for some host, and which one is not known.
        if !mx.is_whole() || mx.values.iter().any(|mx| mx.address_literal().is_some()) {
            self.hosts = None;
        } else if let Some(hosts) = &mut self.hosts {
            let names = mx.values.iter().map(|mx| mx.exchange.name.clone()).filter(|name| !name.is_root());
            // A pattern may be for a host whose final dot was forgotten: then it is the record that is wrong.
            hosts.extend(names.chain(mx.values.iter().filter_map(Mx::without_origin)));
        }
    }
}

impl Publication {
    /// The policy, where it is known.
    pub fn text(&self) -> Option<&PolicyText> {
        match self {
            Self::Here(policy) => Some(policy),
            Self::Absent { .. } | Self::Unknown(_) => None,
        }
    }

    pub(super) fn nowhere() -> Self {
        Self::Unknown(Unknown { why: Why::NoPolicyHere, place: None })
    }
}
