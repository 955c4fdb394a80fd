//! Whether two states of a domain would be published as the same.

use super::{Address, Host, Mx, Publication, RrSet, Site, Unknown};
use crate::text::Traced;

impl Site {
    /// Whether what is published by one of these states may be something else than by the other. What of a text is not known may
    /// be different; what the whole repository does not hold is the same in both.
    pub fn may_differ_from(&self, other: &Self) -> bool {
        differ(&self.record, &other.record, |a, b| texts_differ(&a.text, &b.text))
            || policies_differ(&self.policy, &other.policy)
            || differ(&self.policy_host, &other.policy_host, |a: &Address, b| a.ip != b.ip)
            || differ(&self.mx, &other.mx, exchanges_differ)
            || differ(&self.tlsrpt, &other.tlsrpt, |a, b| texts_differ(&a.text, &b.text))
    }
}

/// Records in another order are the same; that they are called different costs a question, and nothing else.
fn differ<T>(one: &RrSet<T>, other: &RrSet<T>, is_other: impl Fn(&T, &T) -> bool) -> bool {
    let targets = |set: &RrSet<T>| set.aliases.iter().map(|alias| alias.target.name.clone()).collect::<Vec<_>>();
    one.values.len() != other.values.len()
        || one.values.iter().zip(&other.values).any(|(a, b)| is_other(a, b))
        || targets(one) != targets(other)
        || why(one.unknown.as_ref()) != why(other.unknown.as_ref())
}

fn texts_differ(one: &Traced, other: &Traced) -> bool {
    one.bytes() != other.bytes() || !one.is_wholly_certain() || !other.is_wholly_certain()
}

fn policies_differ(one: &Publication, other: &Publication) -> bool {
    match (one, other) {
        (Publication::Here(one), Publication::Here(other)) => texts_differ(&one.text, &other.text),
        (Publication::Unknown(one), Publication::Unknown(other)) => one.why != other.why,
        (Publication::Absent { .. }, Publication::Absent { .. }) => false,
        _ => true,
    }
}

fn exchanges_differ(one: &Mx, other: &Mx) -> bool {
    let hosts_differ = match (&one.host, &other.host) {
        (Host::Address, Host::Address) | (Host::Missing { .. }, Host::Missing { .. }) => false,
        (Host::Alias(one), Host::Alias(other)) => one.target.name != other.target.name,
        (Host::Unknown(one), Host::Unknown(other)) => one.why != other.why,
        _ => true,
    };
    hosts_differ || (one.preference, &one.exchange.name) != (other.preference, &other.exchange.name)
}

fn why(unknown: Option<&Unknown>) -> Option<&super::Why> {
    unknown.map(|unknown| &unknown.why)
}
