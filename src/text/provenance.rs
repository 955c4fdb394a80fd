//! Where a value came from, beyond the place at which it is written: the way it took, what made it, and what of it is not
//! known.

use std::sync::Arc;

use super::Place;

/// Why something is not known, in words that tell how to make it known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// A clause without its full stop: "the variable `domain` has no default, and no .tfvars file sets it".
    pub why: Arc<str>,
    /// Where the reason lies, if it lies anywhere.
    pub place: Option<Place>,
}

/// A stop on the way from the place where a value is written to the place where it is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Where.
    pub place: Place,
    /// What the reader sees there: "through the variable `mx`".
    pub what: Arc<str>,
}

/// What is known of a stretch of text beside its bytes and its place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Note {
    /// The stops from the source to the use, the first after the source first. None for text that is used where it stands.
    pub way: Vec<Step>,
    /// Why the bytes are not known; then those that stand here only keep the place.
    pub hole: Option<Hole>,
    /// What made the bytes out of others.
    pub made: Option<Made>,
}

/// A stretch of text that is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hole {
    /// Why.
    pub reason: Reason,
    /// Whether the bytes in its stead have the length and the kind of characters that the real ones will have: a hash of
    /// something unknown is forty hexadecimal digits all the same.
    pub is_exact: bool,
}

/// How bytes were made that stand nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// By what.
    pub by: Maker,
    /// The call or the resource.
    pub place: Place,
    /// Every place that the result changes with.
    pub from: Arc<[Place]>,
}

/// What makes bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Maker {
    /// A function that gives the same for the same: `md5`, `sha256`, `base64encode`, ...
    Function(Arc<str>),
    /// A function that gives something else at every run: `timestamp`, `uuid`.
    Volatile(Arc<str>),
    /// A resource that makes a value once and keeps it until its triggers change: `random_id`, `time_static`.
    Keeper(Arc<str>),
    /// What a provider makes when a resource is created or changed: its `etag`, `version_id`, `sha`.
    Computed(Arc<str>),
}

/// Steps that are kept of one way: nobody follows more.
const MAX_STEPS: usize = 12;

impl Reason {
    /// A reason that lies at `place`.
    pub fn at(place: Place, why: impl Into<Arc<str>>) -> Self {
        Self { why: why.into(), place: Some(place) }
    }

    /// A reason that lies nowhere in particular.
    pub fn nowhere(why: impl Into<Arc<str>>) -> Self {
        Self { why: why.into(), place: None }
    }
}

impl Note {
    /// The note of something that came through `step` after all of `note`.
    pub fn through(note: Option<&Arc<Self>>, step: &Step) -> Arc<Self> {
        let mut new = note.map_or_else(Self::default, |note| (**note).clone());
        if new.way.len() < MAX_STEPS && new.way.last() != Some(step) {
            new.way.push(step.clone());
        }
        Arc::new(new)
    }
}
