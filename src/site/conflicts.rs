//! Zones that one View defines twice: what they say differently of a domain.

use rustc_hash::FxHashMap;

use super::Conflict;
use super::candidates::{RECORD, TLSRPT};
use super::contents::Contents;
use super::namespace::{Namespace, Question, ViewIndex};
use crate::dns::{Data, Name, Record, Rtype};
use crate::parallel;

/// By View and the zone that answers in it: the zones with the same apex that do not.
pub(super) type Doubled = FxHashMap<(ViewIndex, usize), Vec<usize>>;

/// Reads `questions` from the zones that do not answer, so that they can be compared.
pub(super) fn read(namespace: &mut Namespace, doubled: &Doubled, questions: &[Question]) {
    if doubled.is_empty() {
        return;
    }
    for (view, name) in questions {
        let others = namespace.zone_of(*view, name).and_then(|first| doubled.get(&(*view, first)));
        for &other in others.into_iter().flatten() {
            namespace.contents[other].ask(name);
        }
    }
    parallel::each(&mut namespace.contents, Contents::read_asked);
}

/// What the zones of `view` say differently of `domain`. A zone that is silent contradicts nobody.
pub(super) fn of_zones(namespace: &Namespace, doubled: &Doubled, view: ViewIndex, domain: &Name) -> Vec<Conflict> {
    let Some(first) = namespace.zone_of(view, domain) else { return Vec::new() };
    let asked = [
        ("the MTA-STS record", domain.child(RECORD), Rtype::Txt),
        ("the MX set", Some(domain.clone()), Rtype::Mx),
        ("the TLSRPT record", domain.child(TLSRPT), Rtype::Txt),
    ];
    let mut found: Vec<Conflict> = Vec::new();
    for &other in doubled.get(&(view, first)).into_iter().flatten() {
        let (first, other) = (&namespace.contents[first], &namespace.contents[other]);
        for (what, name, rtype) in &asked {
            let Some(name) = name else { continue };
            found.extend(conflict(what, *rtype, first.at(name.as_str()), other.at(name.as_str())));
        }
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
