//! Which fixes can be made together, and what the files are after them.

use std::collections::BTreeMap;

use crate::finding::{Applicability, Edit, Finding, Fix};
use crate::text::{FileId, Sources, Span};

/// The edits of one round.
#[derive(Debug, Default)]
pub struct Taken {
    /// By the position that stands for the file: the edits, sorted, none of which touches another.
    pub edits: BTreeMap<usize, Vec<Edit>>,
    /// The findings that they mend, by position in what was given.
    pub findings: Vec<usize>,
}

/// Chooses fixes, safe ones first: each that touches nothing that an earlier one edits, up to the applicability `most`.
///
/// `home` tells the position that stands for a file, where that may be edited.
pub fn take(
    findings: &[Finding],
    most: Applicability,
    sources: &Sources,
    home: &dyn Fn(FileId) -> Option<usize>,
    is_wanted: &dyn Fn(&Finding) -> bool,
) -> Taken {
    let mut taken = Taken::default();
    for level in [Applicability::Safe, Applicability::Unsafe].into_iter().filter(|level| *level <= most) {
        for (at, finding) in findings.iter().enumerate() {
            let Some(fix) = finding.fix.as_ref().filter(|fix| fix.applicability == level) else { continue };
            if is_wanted(finding) && is_possible(finding, sources, home) && taken.add(fix, home) {
                taken.findings.push(at);
            }
        }
    }
    taken.findings.sort_unstable();
    taken
}

/// Whether the finding has a fix all of whose edits can be made.
pub(super) fn is_possible(finding: &Finding, sources: &Sources, home: &dyn Fn(FileId) -> Option<usize>) -> bool {
    let can =
        |edit: &Edit| home(edit.place.file).is_some() && fits(edit.place.span, &sources.get(edit.place.file).text);
    finding.fix.as_ref().is_some_and(|fix| !fix.edits.is_empty() && fix.edits.iter().all(can))
}

impl Taken {
    /// Adds all edits of a fix, or none. One that is there already is shared.
    fn add(&mut self, fix: &Fix, home: &dyn Fn(FileId) -> Option<usize>) -> bool {
        let mut new: Vec<(usize, &Edit)> = Vec::new();
        for edit in &fix.edits {
            let Some(file) = home(edit.place.file) else { return false };
            let known = self.edits.get(&file).map_or(&[][..], Vec::as_slice);
            let same = |other: &Edit| other.place.span == edit.place.span && other.content == edit.content;
            if known.iter().any(same) {
                continue;
            }
            let own = new.iter().filter(|(other, _)| *other == file).map(|(_, edit)| *edit);
            if known.iter().chain(own).any(|other| touch(other.place.span, edit.place.span)) {
                return false;
            }
            new.push((file, edit));
        }
        for (file, edit) in new {
            let edits = self.edits.entry(file).or_default();
            let at = edits.partition_point(|other| other.place.span < edit.place.span);
            edits.insert(at, edit.clone());
        }
        true
    }
}

/// Whether two edits share a byte, or one of them inserts where the other begins or ends: then it is not told which text
/// comes first.
fn touch(a: Span, b: Span) -> bool {
    if a.is_empty() || b.is_empty() { a.start <= b.end && b.start <= a.end } else { a.start < b.end && b.start < a.end }
}

/// Whether the span lies in the text and divides no character.
fn fits(span: Span, text: &[u8]) -> bool {
    let is_boundary = |at: u32| text.get(at as usize).is_none_or(|byte| byte & 0xc0 != 0x80);
    span.start <= span.end && span.end as usize <= text.len() && is_boundary(span.start) && is_boundary(span.end)
}

/// `text` after these edits, which are sorted and do not touch.
pub(super) fn apply(text: &[u8], edits: &[Edit]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + edits.iter().map(|edit| edit.content.len()).sum::<usize>());
    let mut from = 0;
    for edit in edits {
        out.extend_from_slice(Span::new(from, edit.place.span.start).slice(text));
        out.extend_from_slice(edit.content.as_bytes());
        from = edit.place.span.end;
    }
    out.extend_from_slice(text.get(from as usize..).unwrap_or_default());
    out
}
