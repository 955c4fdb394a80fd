//! What the printers for CI systems share: paths as the checkout has them, ends of regions, words without commands.

use super::Report;
use super::lines::Locator;
use super::shown::escaped_head;
use crate::finding::{Finding, Fix, Related};
use crate::text::{FileId, LineColumn, Place, Source, escape};

/// No system shows more of one text: a GitHub annotation ends at 4096 bytes.
const MAX_WORDS: usize = 1000;
const MAX_RELATED: usize = 8;

/// The files of a report, as the systems that show them next to a checkout want them.
pub(super) struct Places<'a> {
    locator: Locator<'a>,
    prefix: &'a str,
}

/// A range of text for people; the end is the place after the last character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Region {
    pub(super) start: LineColumn,
    pub(super) end: LineColumn,
}

impl<'a> Places<'a> {
    pub(super) fn new(report: &Report<'a>) -> Self {
        Self { locator: Locator::new(report.sources), prefix: report.prefix }
    }

    pub(super) fn source(&self, file: FileId) -> &'a Source {
        self.locator.source(file)
    }

    /// From the root of the checkout, as it is.
    pub(super) fn path(&self, file: FileId) -> String {
        self.join(&self.source(file).path)
    }

    /// From the root of the checkout, as it may be shown. The few paths that look different so are not found by the
    /// system that shows them, which is the better of the two.
    pub(super) fn shown_path(&self, file: FileId) -> String {
        escape(&self.path(file)).into_owned()
    }

    /// A path of the run, from the root of the checkout. One that is given from the file system's root stays.
    pub(super) fn join(&self, path: &str) -> String {
        if path.starts_with('/') { path.to_owned() } else { format!("{}{path}", self.prefix) }
    }

    pub(super) fn region(&self, place: Place) -> Region {
        let at = |offset| self.locator.line_column(place.file, offset);
        Region { start: at(place.span.start), end: at(place.span.end.max(place.span.start)) }
    }

    /// The line of the last character, which is not that of the end where a line's end is part of the place.
    pub(super) fn last_line(&self, place: Place) -> usize {
        let end = (place.span.end as usize).min(self.source(place.file).text.len());
        let last = u32::try_from(end).unwrap_or(u32::MAX).saturating_sub(1).max(place.span.start);
        self.locator.line_column(place.file, last).line
    }

    /// As [`Places::region`], with columns in bytes.
    pub(super) fn byte_region(&self, place: Place) -> Region {
        let (text, lines) = (&self.source(place.file).text, self.locator.lines(place.file));
        let at = |offset: u32| {
            let offset = (offset as usize).min(text.len());
            let line = lines.line_of(offset);
            LineColumn { line: line + 1, column: offset - lines.range(text, line).start + 1 }
        };
        Region { start: at(place.span.start), end: at(place.span.end.max(place.span.start)) }
    }

    /// `path:line`, as it may be shown. Escaped as a whole: a file named `:` would begin it with `::`.
    pub(super) fn at(&self, place: Place) -> String {
        escape(&format!("{}:{}", self.path(place.file), self.region(place).start.line)).into_owned()
    }

    /// `path:line:column`, likewise.
    pub(super) fn at_column(&self, place: Place) -> String {
        let start = self.region(place).start;
        escape(&format!("{}:{}:{}", self.path(place.file), start.line, start.column)).into_owned()
    }

    /// The other places that `finding` rests on, with what is there to see; as many as anyone looks at.
    pub(super) fn related(&self, finding: &Finding) -> impl Iterator<Item = (String, String)> {
        let shown = |related: &Related| (self.at(related.place), words(said(related)));
        finding.related.iter().take(MAX_RELATED).map(shown)
    }

    /// The fix, unless it would change a file that may hold secrets: that file is made from others, and no edit of it
    /// mends anything.
    pub(super) fn fix(&self, finding: &'a Finding) -> Option<&'a Fix> {
        let fix = finding.fix.as_ref()?;
        let is_private = fix.edits.iter().any(|edit| self.source(edit.place.file).is_private);
        (!is_private && !fix.edits.is_empty()).then_some(fix)
    }
}

impl Region {
    pub(super) fn is_one_line(&self) -> bool {
        self.start.line == self.end.line
    }
}

/// What is there to see, which some places show by themselves.
pub(super) fn said(related: &Related) -> &str {
    if related.message.is_empty() { "here" } else { &related.message }
}

/// The indexes of `findings`, the worst first: every system shows only so many.
pub(super) fn worst_first(findings: &[Finding]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..findings.len()).collect();
    order.sort_by_key(|&index| std::cmp::Reverse(findings[index].severity));
    order
}

/// `text` on one line, without anything that a terminal or a runner would obey, and no longer than anyone reads.
pub(super) fn words(text: &str) -> String {
    escaped_head(text, MAX_WORDS)
}

#[cfg(test)]
mod tests {
    use super::super::samples::{Sample, mixed};
    use super::*;
    use crate::text::Span;

    #[test]
    fn a_place_ends_where_its_last_character_does() {
        let mut sample = Sample::default();
        let file = sample.sources.push("a", "aé\nb\n".as_bytes());
        let (report, place) = (sample.report(), |start, end| Place::new(file, Span::new(start, end)));
        let places = Places::new(&report);
        assert_eq!(places.last_line(place(0, 4)), 1);
        assert_eq!(places.last_line(place(0, 5)), 2);
        assert_eq!(places.last_line(place(4, 4)), 2);
        assert_eq!(places.last_line(place(0, 99)), 2);
        let end = |region: Region| (region.end.line, region.end.column);
        assert_eq!(end(places.region(place(0, 3))), (1, 3));
        assert_eq!(end(places.byte_region(place(0, 3))), (1, 4));
        assert_eq!(end(places.byte_region(place(0, 99))), (3, 1));
    }

    #[test]
    fn paths_start_where_the_checkout_does() {
        let sample = mixed();
        let report = Report { prefix: "infra/", ..sample.report() };
        let places = Places::new(&report);
        assert_eq!(places.at_column(sample.findings[0].place), "infra/dns/example.com.zone:3:27");
        assert_eq!(places.join("/tmp/plan.json"), "/tmp/plan.json");
    }

    #[test]
    fn a_secret_is_not_edited() {
        let mut sample = mixed();
        let mut source = sample.sources.get(FileId(0)).clone();
        assert!(Places::new(&sample.report()).fix(&sample.findings[0]).is_some());
        source.is_private = true;
        sample.sources.put(FileId(0), source);
        assert!(Places::new(&sample.report()).fix(&sample.findings[0]).is_none());
    }

    #[test]
    fn errors_come_first_and_else_the_order_stays() {
        let mut sample = mixed();
        sample.findings.reverse();
        assert_eq!(worst_first(&sample.findings), [2, 3, 1, 0]);
    }
}
