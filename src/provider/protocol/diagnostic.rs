//! What a provider tells the user, and the attribute that it is about.

use super::wire;
use crate::text::escape;

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
            summary: printable(&self.summary),
            detail: printable(&self.detail),
            attribute: (!self.path.is_empty()).then(|| path(&self.path)),
        }
    }
}

/// Lines that are safe to print: what they quote may come from anybody, and Terraform prints it as it is.
pub(super) fn printable(text: &str) -> String {
    let lines: Vec<_> = text.split('\n').map(escape).collect();
    lines.join("\n")
}

pub(super) fn path(steps: &[Step]) -> wire::AttributePath {
    let selector = |step: &Step| match step {
        Step::Attribute(name) => wire::Selector::Attribute((*name).to_owned()),
        Step::Index(index) => wire::Selector::Index(i64::try_from(*index).unwrap_or(i64::MAX)),
    };
    wire::AttributePath { steps: steps.iter().map(|step| wire::PathStep { selector: Some(selector(step)) }).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_quoted_obeys_no_terminal() {
        let said = Diagnostic::error("No\u{202e} policy", "`\u{1b}[31mred\r` is none.\n::error::it").to_wire();
        assert_eq!(said.summary, "No\\u{202e} policy");
        assert_eq!(said.detail, "`\\x1b[31mred\\x0d` is none.\n\\x3a:error::it");
    }
}
