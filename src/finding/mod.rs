//! What the linter says: findings, their severity, and the edits that would mend them.

use serde::Serialize;

use crate::dns::Name;
use crate::text::{FileId, Place, Span};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// A known way to get to an error.
    Warning,
    /// A sender would ignore the policy, or mail would bounce or lose protection.
    Error,
}

/// One thing that is wrong, in one place.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule's name, such as `record-syntax`.
    pub rule: &'static str,
    /// How bad it is here.
    pub severity: Severity,
    /// The mail domain that it concerns, where there is one.
    pub domain: Option<Name>,
    /// The fact, a sentence without its full stop.
    pub message: String,
    /// Where.
    pub place: Place,
    /// What the reader sees at that place; may be empty.
    pub label: String,
    /// Other places that the judgement rests on.
    pub related: Vec<Related>,
    /// The act.
    pub help: Option<String>,
    /// The act, as edits.
    pub fix: Option<Fix>,
}

/// Another place that a finding rests on.
#[derive(Clone, Debug)]
pub struct Related {
    /// Where.
    pub place: Place,
    /// What the reader sees there.
    pub message: String,
}

/// Edits that mend a finding.
#[derive(Clone, Debug)]
pub struct Fix {
    /// Whether they can be made without asking.
    pub applicability: Applicability,
    /// What to replace; the places do not overlap.
    pub edits: Vec<Edit>,
}

/// Whether a fix keeps what is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Applicability {
    /// The author can only have meant this.
    Safe,
    /// It changes what is published in a way that the author should choose.
    Unsafe,
}

/// Bytes to put in a place's stead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; an empty place inserts.
    pub place: Place,
    /// The new bytes.
    pub content: String,
}

impl Severity {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

impl Edit {
    /// Puts `content` in the stead of what stands at `place`.
    pub fn replace(place: Place, content: impl Into<String>) -> Self {
        Self { place, content: content.into() }
    }

    /// Puts `content` before what stands at `offset`.
    pub fn insert(file: FileId, offset: u32, content: impl Into<String>) -> Self {
        Self::replace(Place::new(file, Span::new(offset, offset)), content)
    }
}

impl Finding {
    /// Says what the reader sees at the primary place.
    pub fn label(&mut self, words: impl Into<String>) -> &mut Self {
        self.label = words.into();
        self
    }

    /// Points at another place that the judgement rests on.
    pub fn related(&mut self, place: Place, words: impl Into<String>) -> &mut Self {
        self.related.push(Related { place, message: words.into() });
        self
    }

    /// Says what to do.
    pub fn help(&mut self, words: impl Into<String>) -> &mut Self {
        self.help = Some(words.into());
        self
    }

    /// Offers edits that keep what the author means.
    pub fn safe_fix(&mut self, edits: Vec<Edit>) -> &mut Self {
        self.fix = Some(Fix { applicability: Applicability::Safe, edits });
        self
    }

    /// Offers edits that change what is published in a way that the author should look at.
    pub fn unsafe_fix(&mut self, edits: Vec<Edit>) -> &mut Self {
        self.fix = Some(Fix { applicability: Applicability::Unsafe, edits });
        self
    }
}
