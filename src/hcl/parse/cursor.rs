//! The parser's way through the bytes: blanks, comments, names and marks, and the words for what is not expected.

use std::ops::Range;
use std::sync::Arc;

use super::MAX_LEVELS;
use super::origin::Origin;
use crate::hcl::ast::{Expr, ExprKind, SyntaxError};
use crate::text::{Place, Span};

pub(super) type Result<T> = std::result::Result<T, SyntaxError>;

/// An expression and how many levels it has.
pub(super) struct Node {
    pub(super) expr: Expr,
    pub(super) height: u32,
}

/// Reads the native syntax. It never goes back further than a blank, so that the time is that of the length.
pub(super) struct Parser<'a> {
    pub(super) text: &'a [u8],
    pub(super) at: usize,
    /// Whether the end of a line means something here: it does not between parentheses, brackets and the braces of `${`.
    pub(super) newlines: bool,
    levels: u32,
    pub(super) origin: Origin<'a>,
}

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a [u8], origin: Origin<'a>) -> Self {
        Self { text, at: 0, newlines: true, levels: 0, origin }
    }

    pub(super) fn place(&self, range: Range<usize>) -> Place {
        self.origin.place(Span::of(range))
    }

    /// The byte `ahead` of the next.
    pub(super) fn peek(&self, ahead: usize) -> Option<u8> {
        self.text.get(self.at + ahead).copied()
    }

    pub(super) fn starts(&self, mark: &[u8]) -> bool {
        self.text.get(self.at..).is_some_and(|rest| rest.starts_with(mark))
    }

    /// Goes past `mark` if it is next.
    pub(super) fn eat(&mut self, mark: &[u8]) -> bool {
        let found = self.starts(mark);
        self.at += if found { mark.len() } else { 0 };
        found
    }

    /// Goes past `=`, and no longer mark that begins with it.
    pub(super) fn eat_equals(&mut self) -> bool {
        let found = self.peek(0) == Some(b'=') && !matches!(self.peek(1), Some(b'=' | b'>'));
        self.at += usize::from(found);
        found
    }

    /// Goes past blanks and comments, and past the ends of lines where they mean nothing.
    pub(super) fn skip(&mut self) {
        while let Some(byte) = self.peek(0) {
            match byte {
                b' ' | b'\t' => self.at += 1,
                b'/' if self.peek(1) == Some(b'*') => {
                    let Some(len) = memchr::memmem::find(&self.text[self.at + 2..], b"*/") else { return };
                    self.at += len + 4;
                }
                _ if !self.newlines && self.line_end() > 0 => self.at += self.line_end(),
                _ => return,
            }
        }
    }

    /// How many bytes the end of the line has that is next: with the comment before it, which may be the last of the file.
    fn line_end(&self) -> usize {
        match (self.peek(0), self.peek(1)) {
            (Some(b'\n'), _) => 1,
            (Some(b'\r'), Some(b'\n')) => 2,
            (Some(b'#'), _) | (Some(b'/'), Some(b'/')) => {
                let rest = &self.text[self.at..];
                memchr::memchr(b'\n', rest).map_or(rest.len(), |len| len + 1)
            }
            _ => 0,
        }
    }

    /// Goes past blanks, comments and then the end of a line, if there is one.
    pub(super) fn eat_line_end(&mut self) -> bool {
        self.skip();
        let len = self.line_end();
        self.at += len;
        len > 0
    }

    /// Whether nothing is left.
    pub(super) fn at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    /// How long the name at `at` is; 0 if none is there.
    fn name_len(&self, at: usize) -> usize {
        let mut end = at;
        loop {
            let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
            end += self.text[end..].iter().take_while(is_part).count();
            if end > at && matches!(self.text[at], b'-' | b'0'..=b'9') {
                return 0;
            }
            match self.char_at(end) {
                Some(next) if next.is_ascii() => return end - at,
                Some(next) if end == at && unicode_ident::is_xid_start(next) => end += next.len_utf8(),
                Some(next) if end > at && unicode_ident::is_xid_continue(next) => end += next.len_utf8(),
                _ => return end - at,
            }
        }
    }

    fn char_at(&self, at: usize) -> Option<char> {
        let rest = self.text.get(at..)?;
        match rest.first()? {
            byte if byte.is_ascii() => Some(char::from(*byte)),
            _ => rest[..rest.len().min(4)].utf8_chunks().next()?.valid().chars().next(),
        }
    }

    /// The name that is next, without going past it.
    pub(super) fn peek_name(&self) -> Option<&'a str> {
        let len = self.name_len(self.at);
        std::str::from_utf8(&self.text[self.at..self.at + len]).ok().filter(|name| !name.is_empty())
    }

    /// Goes past the name that is next, and gives it with its place.
    pub(super) fn name(&mut self) -> Option<(Arc<str>, Place)> {
        let name = self.peek_name()?;
        let start = self.at;
        self.at += name.len();
        Some((name.into(), self.place(start..self.at)))
    }

    /// Goes past `word` if it is the name that is next.
    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        let found = self.peek_name() == Some(word);
        self.at += if found { word.len() } else { 0 };
        found
    }

    /// Does `work` one level deeper.
    pub(super) fn deeper<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.levels >= MAX_LEVELS {
            return Err(self.too_deep(self.at));
        }
        self.levels += 1;
        let done = work(self);
        self.levels -= 1;
        done
    }

    /// Does `work` where the ends of lines mean something, or do not.
    pub(super) fn with_newlines<T>(&mut self, newlines: bool, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let before = std::mem::replace(&mut self.newlines, newlines);
        let done = work(self);
        self.newlines = before;
        done
    }

    /// An expression that begins at `start` and ends here; what it is made of has up to `below` levels.
    pub(super) fn node(&self, kind: ExprKind, start: usize, below: u32) -> Result<Node> {
        self.node_at(kind, self.place(start..self.at), below)
    }

    /// An expression at `place`.
    pub(super) fn node_at(&self, kind: ExprKind, place: Place, below: u32) -> Result<Node> {
        if below >= MAX_LEVELS {
            return Err(self.too_deep(self.at));
        }
        Ok(Node { expr: Expr { kind, place }, height: below + 1 })
    }

    fn too_deep(&self, at: usize) -> SyntaxError {
        self.error(at..at, format!("the expression is too deep: {MAX_LEVELS} levels are read"))
    }

    pub(super) fn error(&self, range: Range<usize>, message: impl Into<String>) -> SyntaxError {
        SyntaxError { place: self.place(range), message: message.into() }
    }

    /// Says that `what` should come next, and what comes instead.
    pub(super) fn expected(&self, what: &str) -> SyntaxError {
        let at = self.at;
        let one = |message: &str| self.error(at..at + 1, message);
        let Some(found) = self.char_at(at) else {
            if self.at_end() {
                return self.error(at..at, format!("{what} is missing before the end"));
            }
            return one("this byte is not UTF-8");
        };
        let range = at..at + found.len_utf8();
        match found {
            '\n' | '\r' if self.line_end() > 0 => {
                self.error(at..at, format!("{what} is missing before the end of the line"))
            }
            '\'' => one("a string stands in double quotes, not in single ones"),
            '/' if self.peek(1) == Some(b'*') => self.error(at..at + 2, "the comment that begins here has no end"),
            '#' => self.error(at..at, format!("{what} is missing before the comment")),
            '/' if self.peek(1) == Some(b'/') => self.error(at..at, format!("{what} is missing before the comment")),
            '&' if self.peek(1) != Some(b'&') => one("`&` is no operator; a logical and is `&&`"),
            '|' if self.peek(1) != Some(b'|') => one("`|` is no operator; a logical or is `||`"),
            '\u{201c}' | '\u{201d}' => self.error(range, "a string stands in straight quotes (\"), not in curly ones"),
            _ if self.name_len(at) > 0 => {
                let range = at..at + self.name_len(at);
                let name = self.peek_name().filter(|name| name.len() <= 40);
                let found = name.map_or_else(|| "a name".to_owned(), |name| format!("`{name}`"));
                self.error(range, format!("{what} is missing before {found}"))
            }
            ' ' | '\t' => self.error(range, format!("{what} is missing before the blank")),
            _ if found.is_ascii_graphic() => self.error(range, format!("{what} is missing before `{found}`")),
            _ => self.error(range, format!("U+{:04X} does not belong here", u32::from(found))),
        }
    }
}
