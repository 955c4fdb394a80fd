//! Which mail domains a zone speaks of.

use std::collections::BTreeSet;

use crate::dns::{Data, Name, Record};

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

fn domain_of(record: &Record) -> Option<Name> {
    let owner = &record.owner.name;
    if owner.is_wildcard() {
        return None;
    }
    match &record.data {
        Data::Mx { .. } => Some(owner.clone()),
        Data::Txt(_) | Data::Cname(_) if owner.first_label() == RECORD => owner.parent(),
        Data::A(_) | Data::Aaaa(_) | Data::Cname(_) if owner.first_label() == POLICY_HOST => owner.parent(),
        Data::Txt(_) | Data::Cname(_) if owner.first_label() == "_smtp" => {
            owner.parent().filter(|tls| tls.first_label() == "_tls").and_then(|tls| tls.parent())
        }
        _ => None,
    }
    .filter(|domain| !domain.is_root())
}
