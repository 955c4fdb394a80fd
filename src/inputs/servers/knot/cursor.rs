//! Keys and scalars within a line of a `knot.conf`.

use memchr::{memchr, memchr2};

use crate::text::Span;

/// A part of a line that is still to be read.
#[derive(Clone)]
pub(super) struct Cursor<'a> {
    pub(super) text: &'a [u8],
    pub(super) at: usize,
    pub(super) end: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn rest(&self) -> &'a [u8] {
        self.text.get(self.at..self.end).unwrap_or_default()
    }

    pub(super) fn skip_blanks(&mut self) {
        self.at += self.rest().iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    }

    /// The word before a colon, and the cursor after it. Without a colon the word is passed over all the same, so that
    /// no byte is looked at twice.
    pub(super) fn key(&mut self) -> Option<&'a [u8]> {
        let rest = self.rest();
        let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b':' | b',' | b'{' | b'}' | b'[' | b']');
        let len = rest.iter().position(ends).unwrap_or(rest.len());
        self.at += len;
        self.skip_blanks();
        let colon = self.rest().starts_with(b":");
        self.at += usize::from(colon);
        self.skip_blanks();
        rest.get(..len).filter(|key| colon && !key.is_empty())
    }

    /// The scalar at the cursor, without quotes; empty before a bracket, a comment or the end of the line.
    pub(super) fn value(&mut self) -> (&'a [u8], Span) {
        let quoted = self.rest().starts_with(b"\"");
        let start = self.at + usize::from(quoted);
        let rest = self.text.get(start..self.end).unwrap_or_default();
        let len = if quoted { closing_quote(rest) } else { unquoted(rest) };
        self.at = (start + len + usize::from(quoted)).min(self.end);
        (rest.get(..len).unwrap_or_default(), Span::of(start..start + len))
    }
}

/// A quote that is left open ends with its line.
fn closing_quote(text: &[u8]) -> usize {
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
        match text.get(at + found) {
            Some(b'"') => return at + found,
            _ => at += found + 2,
        }
    }
    memchr(b'\n', text).unwrap_or(text.len())
}

fn unquoted(text: &[u8]) -> usize {
    let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b',' | b'{' | b'}' | b'[' | b']');
    if text.starts_with(b"#") { 0 } else { text.iter().position(ends).unwrap_or(text.len()) }
}
