//! Places in files: byte offsets, turned into lines and columns only when a report is printed.

use super::FileId;

/// A half-open range of byte offsets, `start..end`, in some text.
///
/// Offsets are `u32`: a file of 4 GiB or more is refused when it is opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte.
    pub end: u32,
}

impl Span {
    /// The span `start..end`; an `end` before `start` is raised to it.
    pub fn new(start: u32, end: u32) -> Self {
        Self { start, end: end.max(start) }
    }

    /// The span of a `usize` range, saturating at the 4 GiB that a source may hold.
    pub fn of(range: std::ops::Range<usize>) -> Self {
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self::new(clamp(range.start), clamp(range.end))
    }

    /// Number of bytes covered.
    pub fn len(self) -> u32 {
        self.end - self.start
    }

    /// Whether the span covers no byte.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The smallest span that covers both.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self::new(self.start.min(other.start), self.end.max(other.end))
    }

    /// The range, for slicing.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The bytes of `text` that the span names; what lies outside `text` is left out.
    pub fn slice(self, text: &[u8]) -> &[u8] {
        let end = (self.end as usize).min(text.len());
        &text[(self.start as usize).min(end)..end]
    }
}

/// A span in one file of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Which file.
    pub file: FileId,
    /// Which bytes of it.
    pub span: Span,
}

impl Place {
    /// The place `span` in `file`.
    pub fn new(file: FileId, span: Span) -> Self {
        Self { file, span }
    }

    /// The smallest place that covers both, which must be in one file; else the first.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        if self.file == other.file { Self::new(self.file, self.span.to(other.span)) } else { self }
    }
}
