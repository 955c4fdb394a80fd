//! The files of a run: their paths and bytes, and the way from a byte offset to a line and column.

use std::sync::Arc;

use super::Span;

/// The bytes of a file, shared by all that point into them. A vector, and no slice, behind the pointer: a large file is read
/// into its last place, and not copied there.
pub type Bytes = Arc<Vec<u8>>;

/// Names one file of a run; an index into [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// One file: its path as reported and its bytes.
#[derive(Clone, Debug)]
pub struct Source {
    /// Relative to the root of the run, with `/` between components.
    pub path: Arc<str>,
    /// The bytes as read, under 4 GiB.
    pub text: Bytes,
    /// Whether it may hold secrets, so that no report may quote it: a plan.
    pub is_private: bool,
}

/// Every file that was read, by [`FileId`].
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<Source>,
}

/// A position for people: both count from 1, and the column counts characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    /// Line, from 1. Lines end at LF.
    pub line: usize,
    /// Column, from 1, in Unicode scalar values; a byte that is no UTF-8 counts as one.
    pub column: usize,
}

impl Sources {
    /// The sources of a run, in the order of their ids.
    pub fn new(files: Vec<Source>) -> Self {
        Self { files }
    }

    /// Adds a file and gives its id.
    pub fn push(&mut self, path: &str, text: impl Into<Vec<u8>>) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(Source { path: path.into(), text: Bytes::new(text.into()), is_private: false });
        id
    }

    /// Puts a file in the place of the one with this id; places up to it that no file has taken are empty.
    pub fn put(&mut self, id: FileId, source: Source) {
        let index = id.0 as usize;
        if index >= self.files.len() {
            let empty = Source { path: "".into(), text: Bytes::default(), is_private: false };
            self.files.resize(index + 1, empty);
        }
        self.files[index] = source;
    }

    /// Adds the files of another run behind these: their ids grow by how many there are here.
    pub fn append(&mut self, other: Self) {
        self.files.extend(other.files);
    }

    /// Whether anything of the file at this position was read.
    pub fn has_text(&self, index: usize) -> bool {
        self.files.get(index).is_some_and(|source| !source.text.is_empty())
    }

    /// Gives the file with this id the text that was read of it.
    pub fn set_text(&mut self, id: FileId, text: Bytes) {
        if let Some(source) = self.files.get_mut(id.0 as usize) {
            source.text = text;
        }
    }

    /// The file that `id` names.
    ///
    /// # Panics
    /// When `id` comes from another run.
    pub fn get(&self, id: FileId) -> &Source {
        &self.files[id.0 as usize]
    }

    /// All files with their ids.
    pub fn iter(&self) -> impl Iterator<Item = (FileId, &Source)> {
        (0..).map(FileId).zip(&self.files)
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is no file.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

impl Source {
    /// Line and column of a byte offset; one past the end is the place after the last character.
    pub fn line_column(&self, offset: u32) -> LineColumn {
        let before = &self.text[..(offset as usize).min(self.text.len())];
        let line_start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
        LineColumn {
            line: 1 + memchr::memchr_iter(b'\n', before).count(),
            column: 1 + characters(&before[line_start..]),
        }
    }

    /// The span of the whole line (without its end) that holds `offset`.
    pub fn line_span(&self, offset: u32) -> Span {
        let at = (offset as usize).min(self.text.len());
        let start = memchr::memrchr(b'\n', &self.text[..at]).map_or(0, |at| at + 1);
        let end = memchr::memchr(b'\n', &self.text[at..]).map_or(self.text.len(), |len| at + len);
        Span::of(start..end)
    }
}

fn characters(bytes: &[u8]) -> usize {
    bytes.utf8_chunks().map(|chunk| chunk.valid().chars().count() + chunk.invalid().len()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_end_at_lf() {
        let mut sources = Sources::default();
        let id = sources.push("a", "aé\r\nüb\n".as_bytes());
        let source = sources.get(id);
        let at = |offset| {
            let at = source.line_column(offset);
            (at.line, at.column)
        };
        assert_eq!(at(0), (1, 1));
        assert_eq!(at(3), (1, 3));
        assert_eq!(at(5), (2, 1));
        assert_eq!(at(7), (2, 2));
        assert_eq!(at(9), (3, 1));
        assert_eq!(at(99), (3, 1));
        assert_eq!(source.line_span(6), Span::new(5, 8));
    }

    #[test]
    fn a_byte_that_is_no_utf8_counts_as_one_column() {
        let mut sources = Sources::default();
        let id = sources.push("a", &b"\xff\xfe\xc3x"[..]);
        assert_eq!(sources.get(id).line_column(4).column, 5);
    }
}
