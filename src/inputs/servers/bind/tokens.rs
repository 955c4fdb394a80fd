//! The words, braces and semicolons of a `named.conf`.

use memchr::{memchr, memchr2, memmem};

use crate::text::Span;

#[derive(Clone, Copy, Debug)]
pub(super) struct Word<'a> {
    pub(super) text: &'a [u8],
    pub(super) span: Span,
}

impl Word<'_> {
    pub(super) fn is(&self, keyword: &str) -> bool {
        self.text.eq_ignore_ascii_case(keyword.as_bytes())
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Token<'a> {
    Open,
    Close,
    End,
    Word(Word<'a>),
}

pub(super) struct Tokens<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        while let Some(byte) = self.text.get(self.at) {
            if byte.is_ascii_whitespace() {
                self.at += 1;
            } else if let Some(len) = comment(self.rest()) {
                self.at += len;
            } else {
                break;
            }
        }
        let first = *self.text.get(self.at)?;
        self.at += 1;
        Some(match first {
            b'{' => Token::Open,
            b'}' => Token::Close,
            b';' => Token::End,
            b'"' => self.quoted(),
            _ => self.bare(),
        })
    }
}

impl<'a> Tokens<'a> {
    pub(super) fn of(text: &'a [u8]) -> Self {
        Self { text, at: 0 }
    }

    fn rest(&self) -> &'a [u8] {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Up to the closing quote, over line ends too: keys are written so. Without one, up to the end, as named does.
    fn quoted(&mut self) -> Token<'a> {
        let start = self.at;
        while let Some(found) = memchr2(b'"', b'\\', self.rest()) {
            self.at += found + 1;
            if self.text.get(self.at - 1) == Some(&b'"') {
                return self.word(start, self.at - 1);
            }
            self.at = (self.at + 1).min(self.text.len());
        }
        self.at = self.text.len();
        self.word(start, self.at)
    }

    fn bare(&mut self) -> Token<'a> {
        let start = self.at - 1;
        while let Some(&byte) = self.text.get(self.at) {
            let ends = byte.is_ascii_whitespace() || matches!(byte, b'{' | b'}' | b';' | b'"');
            if ends || comment_starts(self.rest()) {
                break;
            }
            self.at += 1;
        }
        self.word(start, self.at)
    }

    fn word(&self, start: usize, end: usize) -> Token<'a> {
        Token::Word(Word { text: self.text.get(start..end).unwrap_or_default(), span: Span::of(start..end) })
    }
}

fn comment_starts(text: &[u8]) -> bool {
    matches!(text, [b'#', ..] | [b'/', b'/' | b'*', ..])
}

/// How long the comment at the start of `text` is, if there is one.
fn comment(text: &[u8]) -> Option<usize> {
    if !comment_starts(text) {
        return None;
    }
    let end = match text {
        [_, b'*', inner @ ..] => memmem::find(inner, b"*/").map(|at| at + 4),
        _ => memchr(b'\n', text),
    };
    Some(end.unwrap_or(text.len()))
}
