//! What a provider tells the user, and the attribute that it is about.

use super::wire;

/// Something to tell the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Whether it stops what is being done.
    pub is_error: bool,
    /// The same words whenever it is the same matter.
    pub summary: String,
    /// The fact and the act.
    pub detail: String,
    /// The attribute, as a path; empty where it is about all of it.
    pub path: Vec<Step>,
}

/// A step of the path to a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Into an object.
    Attribute(&'static str),
    /// Into a list, from 0.
    Index(usize),
}

impl Diagnostic {
    /// An error.
    pub fn error(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { is_error: true, summary: summary.into(), detail: detail.into(), path: Vec::new() }
    }

    /// The same about an attribute.
    #[must_use]
    pub fn at(self, attribute: &'static str) -> Self {
        Self { path: vec![Step::Attribute(attribute)], ..self }
    }

    pub(super) fn to_wire(&self) -> wire::Diagnostic {
        let severity = if self.is_error { wire::Severity::Error } else { wire::Severity::Warning };
        wire::Diagnostic {
            severity: severity.into(),
            summary: self.summary.clone(),
            detail: self.detail.clone(),
            attribute: (!self.path.is_empty()).then(|| path(&self.path)),
        }
    }
}

pub(super) fn path(steps: &[Step]) -> wire::AttributePath {
    let selector = |step: &Step| match step {
        Step::Attribute(name) => wire::Selector::Attribute((*name).to_owned()),
        Step::Index(index) => wire::Selector::Index(i64::try_from(*index).unwrap_or(i64::MAX)),
    };
    wire::AttributePath { steps: steps.iter().map(|step| wire::PathStep { selector: Some(selector(step)) }).collect() }
}
