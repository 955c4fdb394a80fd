//! Terraform's and `OpenTofu`'s plans, as `terraform show -json` writes them: the resources before and after, their arguments
//! worked out by Terraform itself.
//!
//! A plan has hundreds of megabytes where little is wanted: it is gone through once to find its sections, and of these only
//! what has a wanted type is read.

mod changes;
mod marks;
mod references;
mod sections;
#[cfg(test)]
mod tests;
mod values;

use std::sync::Arc;

use self::changes::Changes;
use self::references::References;
use self::sections::Sections;
use super::Error;
use crate::hcl::resource::Resource;
use crate::text::{FileId, Reason};

/// A plan.
#[derive(Clone, Debug, Default)]
pub struct Plan {
    /// The version of the format: `1.2`.
    pub format_version: Arc<str>,
    /// What there was, data sources included.
    pub before: Vec<Resource>,
    /// What there will be. What is known only after apply is Unknown, and so is what the plan marks as sensitive.
    pub after: Vec<Resource>,
    /// Why there may be other resources afterwards.
    pub partial: Option<Reason>,
}

/// Whether a file that begins with `head` is such a plan. That of a state is none.
pub fn looks_like(head: &[u8]) -> bool {
    sections::begins_like_a_plan(head)
}

/// Reads a plan: the resources and data sources whose type `wanted` asks for. What is none says what it is, and how to make a
/// plan of it.
pub fn read(file: FileId, text: &[u8], wanted: &dyn Fn(&str) -> bool) -> Result<Plan, Error> {
    let (reader, sections) = Sections::of(file, text)?;
    let mut changes = Changes::new(wanted);
    if let Some(place) = sections.deferred_changes {
        changes.deferred(&mut reader.again(place))?;
    }
    if let Some(place) = sections.resource_changes {
        changes.changes(&mut reader.again(place))?;
    }
    if let Some(place) = sections.prior_state {
        changes.prior_state(&mut reader.again(place))?;
    }
    if let (true, Some(place)) = (changes.has_unknown(), sections.configuration) {
        let references = References::read(&mut reader.again(place), wanted)?;
        changes.name_unknown(&references);
    }
    let (before, after) = changes.finish();
    Ok(Plan { format_version: sections.format_version, before, after, partial: sections.partial })
}
