//! Which mail domains a zone speaks of.

use std::collections::BTreeSet;

use crate::dns::{ListedGap, Name, NameScope, Record, Rtype};

/// The label under which the record of a domain stands (RFC 8461 §3.1).
pub(super) const RECORD: &str = "_mta-sts";
/// The label of the host that serves the policy (RFC 8461 §3.2).
pub(super) const POLICY_HOST: &str = "mta-sts";
/// The labels under which the TLSRPT record stands (RFC 8460 §3).
pub(super) const TLSRPT: &str = "_smtp._tls";

/// The domains whose MX set, STS record, policy host or TLSRPT record is among `records`, sorted.
pub(super) fn domains<'r>(records: impl Iterator<Item = &'r Record>) -> BTreeSet<Name> {
    records.filter_map(domain_of).collect()
}

/// The domains of records that are declared and not known, but for their names.
pub(super) fn hinted<'g>(gaps: impl Iterator<Item = &'g ListedGap>) -> BTreeSet<Name> {
    let named = gaps.filter_map(|gap| match &gap.scope {
        NameScope::Owner(owner) => domain_at(owner, gap.rtype?),
        NameScope::Any | NameScope::Pattern { .. } => None,
    });
    named.collect()
}

fn domain_of(record: &Record) -> Option<Name> {
    domain_at(&record.owner.name, record.data.rtype())
}

fn domain_at(owner: &Name, rtype: Rtype) -> Option<Name> {
    if owner.is_wildcard() {
        return None;
    }
    match rtype {
        Rtype::Mx => Some(owner.clone()),
        Rtype::Txt | Rtype::Cname if owner.first_label() == RECORD => owner.parent(),
        Rtype::A | Rtype::Aaaa | Rtype::Cname if owner.first_label() == POLICY_HOST => owner.parent(),
        Rtype::Txt | Rtype::Cname if owner.first_label() == "_smtp" => {
            owner.parent().filter(|tls| tls.first_label() == "_tls").and_then(|tls| tls.parent())
        }
        _ => None,
    }
    .filter(|domain| !domain.is_root())
}
