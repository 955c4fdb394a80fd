//! Zones that one View defines more than once: what they say differently of a domain.

use super::Conflict;
use super::candidates::{RECORD, TLSRPT};
use super::namespace::{Namespace, ViewIndex};
use crate::dns::{Data, Name, Record, Rtype};

/// What the definitions of a zone in `view` say differently of `domain`. One that is silent contradicts nobody.
pub(super) fn of_zones(namespace: &Namespace, view: ViewIndex, domain: &Name) -> Vec<Conflict> {
    let Some(zone) = namespace.pieces(view, domain) else { return Vec::new() };
    let asked = [
        ("the MTA-STS record", domain.child(RECORD), Rtype::Txt),
        ("the MX set", Some(domain.clone()), Rtype::Mx),
        ("the TLSRPT record", domain.child(TLSRPT), Rtype::Txt),
    ];
    let mut found: Vec<Conflict> = Vec::new();
    for (what, name, rtype) in &asked {
        let Some(name) = name else { continue };
        let mut defined = zone
            .iter()
            .map(|piece| piece.at(name.as_str()))
            .filter(|records| records.iter().any(|record| record.data.rtype() == *rtype));
        let Some(first) = defined.next() else { continue };
        found.extend(defined.filter_map(|other| conflict(what, *rtype, first, other)));
    }
    found
}

fn conflict(what: &'static str, rtype: Rtype, first: &[Record], other: &[Record]) -> Option<Conflict> {
    let of_type = |records: &[Record]| {
        let mut values: Vec<Vec<u8>> = records.iter().filter_map(|record| value(record, rtype)).collect();
        values.sort_unstable();
        values
    };
    let (mine, theirs) = (of_type(first), of_type(other));
    if mine.is_empty() || theirs.is_empty() || mine == theirs {
        return None;
    }
    let is_value = |record: &&Record| record.data.rtype() == rtype;
    let others = other.iter().filter(is_value).map(|record| record.place).collect();
    first.iter().find(is_value).map(|record| Conflict { what, first: record.place, others })
}

fn value(record: &Record, rtype: Rtype) -> Option<Vec<u8>> {
    match &record.data {
        _ if record.data.rtype() != rtype => None,
        Data::Txt(text) => Some(text.bytes().to_vec()),
        Data::Mx { preference, exchange } => Some(format!("{preference} {}", exchange.name).into_bytes()),
        _ => None,
    }
}
