//! What is not known, and what made what is: carried from the operands to the result.

use std::sync::Arc;

use crate::hcl::value::{Origin, Unknown, Value};
use crate::text::{Hole, Made, Maker, Note, Place, Reason, Traced};

/// The Unknown that comes of what is not known in `values`: the reason of the first of them that is not wholly known, and
/// all that makes them.
pub(crate) fn unknown_of<'a>(values: impl IntoIterator<Item = &'a Value> + Clone, place: Place) -> Value {
    let reason = values.clone().into_iter().find_map(Value::first_unknown).cloned();
    let reason = reason.unwrap_or_else(|| Reason::at(place, "it is not worked out here"));
    unknown_because(reason, values, place)
}

/// The same for a reason that lies in no value.
pub(crate) fn unknown_because<'a>(
    reason: Reason,
    values: impl IntoIterator<Item = &'a Value> + Clone,
    place: Place,
) -> Value {
    Value::Unknown(Arc::new(Unknown { made: made_of(values), ..Unknown::new(place, reason) }))
}

/// Where a computed value stands: at `place`, made by what made `values`.
pub(crate) fn origin_of<'a>(values: impl IntoIterator<Item = &'a Value> + Clone, place: Place) -> Origin {
    Origin { place, note: note_of(values) }
}

/// Where a value stands that text was converted to: where the text does, and it came the same way if all of it did.
pub(crate) fn origin_of_text(text: &Arc<Traced>) -> Origin {
    let mut stretches = text.stretches();
    let first = stretches.next().and_then(|stretch| stretch.note);
    if stretches.all(|other| other.note == first) {
        return Origin { place: text.whole(), note: first.cloned() };
    }
    origin_of([&Value::String(Arc::clone(text))], text.whole())
}

/// The note of what is computed from `values`; `None` if nothing makes any of them.
pub(crate) fn note_of<'a>(values: impl IntoIterator<Item = &'a Value> + Clone) -> Option<Arc<Note>> {
    made_of(values).map(|made| Arc::new(Note { made: Some(made), ..Note::default() }))
}

/// What makes something of `values`, if anything does; `from` is every place that any of them changes with.
pub(crate) fn made_of<'a>(values: impl IntoIterator<Item = &'a Value> + Clone) -> Option<Made> {
    let mut strongest: Option<Made> = None;
    for value in values.clone() {
        each_made(value, &mut |made| {
            if strongest.as_ref().is_none_or(|found| rank(&found.by) < rank(&made.by)) {
                strongest = Some(made.clone());
            }
        });
    }
    let made = strongest?;
    Some(Made { from: sources_of(values), ..made })
}

/// Every place that any of `values` changes with, sorted.
pub(crate) fn sources_of<'a>(values: impl IntoIterator<Item = &'a Value>) -> Arc<[Place]> {
    let mut places = Vec::new();
    values.into_iter().for_each(|value| value.sources(&mut places));
    places.sort_unstable();
    places.dedup();
    places.into()
}

/// The note of a stretch of text that stands for an Unknown.
pub(crate) fn hole_of(unknown: &Unknown, is_exact: bool) -> Arc<Note> {
    let hole = Hole { reason: unknown.reason.clone(), is_exact };
    Arc::new(Note { way: Vec::new(), hole: Some(hole), made: unknown.made.clone() })
}

fn each_made(value: &Value, found: &mut dyn FnMut(&Made)) {
    match value {
        Value::Null(origin) | Value::Bool(_, origin) | Value::Number(_, origin) => {
            origin.note.iter().filter_map(|note| note.made.as_ref()).for_each(found);
        }
        Value::String(text) => text.stretches().filter_map(|stretch| stretch.note?.made.as_ref()).for_each(found),
        Value::List(list) => list.items.iter().for_each(|item| each_made(item, found)),
        Value::Map(map) => map.entries.values().for_each(|entry| each_made(entry, found)),
        Value::Unknown(unknown) => unknown.made.iter().for_each(found),
    }
}

/// What changes at every run outweighs what changes with a resource, and that what changes with its arguments only.
fn rank(maker: &Maker) -> u8 {
    match maker {
        Maker::Function(_) => 0,
        Maker::Computed(_) => 1,
        Maker::Keeper(_) => 2,
        Maker::Volatile(_) => 3,
    }
}
