//! What the tests of the formats have in common.

use crate::dns::{Data, Record};
use crate::text::Place;

/// What stands at `place` in `text`.
pub(super) fn slice(text: &str, place: Place) -> &str {
    &text[place.span.range()]
}

/// The type and data of a record, in one line.
pub(super) fn data(record: &Record) -> String {
    match &record.data {
        Data::Txt(text) => format!("TXT {}", text.shown()),
        Data::Mx { preference, exchange } => format!("MX {preference} {}", exchange.name),
        Data::A(address) => format!("A {address}"),
        Data::Aaaa(address) => format!("AAAA {address}"),
        Data::Cname(target) => format!("CNAME {}", target.name),
        Data::Ns(target) => format!("NS {}", target.name),
        Data::Other => "other".to_owned(),
    }
}

/// The owner, type and data of a record, in one line.
pub(super) fn shown(record: &Record) -> String {
    format!("{} {}", record.owner.name, data(record))
}
