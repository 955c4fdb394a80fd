//! From bytes to entries: what stands on one line, or on several between parentheses.

use crate::text::Span;

/// A token: where it is, and whether it stood in quotes or holds a backslash. Quotes are not part of the span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    start: u32,
    len_flags: u32,
}

const QUOTED: u32 = 1 << 31;
const ESCAPED: u32 = 1 << 30;

/// Tokens of one entry beyond which no record goes: an unclosed parenthesis must not hold the file twice in memory.
const MAX_TOKENS: usize = 1 << 16;

impl Token {
    fn new(start: usize, end: usize, quoted: bool, escaped: bool) -> Self {
        let span = Span::of(start..end);
        let flags = if quoted { QUOTED } else { 0 } | if escaped { ESCAPED } else { 0 };
        // Files are below 1 GiB, so that a length has 30 bits.
        Self { start: span.start, len_flags: span.len() & (ESCAPED - 1) | flags }
    }

    pub(super) fn span(self) -> Span {
        Span::new(self.start, self.start + (self.len_flags & (ESCAPED - 1)))
    }

    /// With its quotes.
    pub(super) fn outer(self) -> Span {
        let span = self.span();
        if self.is_quoted() { Span::new(span.start - 1, span.end + 1) } else { span }
    }

    pub(super) fn is_quoted(self) -> bool {
        self.len_flags & QUOTED != 0
    }

    pub(super) fn is_escaped(self) -> bool {
        self.len_flags & ESCAPED != 0
    }

    pub(super) fn text(self, text: &[u8]) -> &[u8] {
        self.span().slice(text)
    }
}

/// What the lexer says of an entry besides its tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Head {
    /// Offset of its first byte, a leading blank included.
    pub(super) start: usize,
    /// Whether it begins with a blank, so that it has the owner of the entry before.
    pub(super) has_blank_start: bool,
    /// The comment after its last token, from its `;` to the end of the line.
    pub(super) comment: Option<Span>,
    /// What is wrong with it: the entry cannot be used.
    pub(super) error: Option<(Span, LexError)>,
}

/// What the lexer cannot accept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LexError {
    UnterminatedString,
    UnclosedParenthesis,
    UnmatchedParenthesis,
    TooManyTokens,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Plain,
    Blank,
    LineFeed,
    Comment,
    Quote,
    Open,
    Close,
    Backslash,
}

/// FF, VT and CR are blanks: BIND, NSD and simdzone take the first two so, and CRLF is then no matter.
const CLASSES: [Class; 256] = {
    let mut classes = [Class::Plain; 256];
    classes[b' ' as usize] = Class::Blank;
    classes[b'\t' as usize] = Class::Blank;
    classes[b'\r' as usize] = Class::Blank;
    classes[0x0b] = Class::Blank;
    classes[0x0c] = Class::Blank;
    classes[b'\n' as usize] = Class::LineFeed;
    classes[b';' as usize] = Class::Comment;
    classes[b'"' as usize] = Class::Quote;
    classes[b'(' as usize] = Class::Open;
    classes[b')' as usize] = Class::Close;
    classes[b'\\' as usize] = Class::Backslash;
    classes
};

/// Reads entries one after the other.
#[derive(Debug)]
pub(super) struct Lexer<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a [u8], start: usize) -> Self {
        Self { text, at: start }
    }

    /// The next entry that has a token; its tokens replace what is in `tokens`.
    pub(super) fn next(&mut self, tokens: &mut Vec<Token>) -> Option<Head> {
        tokens.clear();
        let mut head = self.head();
        let mut depth = 0_u32;
        let mut opened = 0;
        while let Some(&byte) = self.text.get(self.at) {
            match CLASSES[byte as usize] {
                Class::Plain | Class::Backslash => {
                    head.comment = None;
                    let token = self.word();
                    push(tokens, token, &mut head);
                }
                Class::Blank => self.at += 1,
                Class::LineFeed => {
                    self.at += 1;
                    if depth == 0 {
                        if !tokens.is_empty() || head.error.is_some() {
                            return Some(head);
                        }
                        head = self.head();
                    }
                }
                Class::Comment => {
                    let end = self.line_end();
                    head.comment = Some(Span::of(self.at..end));
                    self.at = end;
                }
                Class::Quote => {
                    head.comment = None;
                    match self.quoted() {
                        Ok(token) => push(tokens, token, &mut head),
                        Err(span) => head.fail(span, LexError::UnterminatedString),
                    }
                }
                Class::Open => {
                    if depth == 0 {
                        opened = self.at;
                    }
                    depth += 1;
                    self.at += 1;
                }
                Class::Close => {
                    if depth == 0 {
                        head.fail(Span::of(self.at..self.at + 1), LexError::UnmatchedParenthesis);
                    }
                    depth = depth.saturating_sub(1);
                    self.at += 1;
                }
            }
        }
        if depth > 0 {
            head.error = Some((Span::of(opened..opened + 1), LexError::UnclosedParenthesis));
        }
        (!tokens.is_empty() || head.error.is_some()).then_some(head)
    }

    fn head(&self) -> Head {
        let has_blank_start = self.text.get(self.at).is_some_and(|byte| CLASSES[*byte as usize] == Class::Blank);
        Head { start: self.at, has_blank_start, comment: None, error: None }
    }

    fn word(&mut self) -> Token {
        let start = self.at;
        let mut at = start;
        let mut escaped = false;
        while let Some(&byte) = self.text.get(at) {
            match CLASSES[byte as usize] {
                Class::Plain => at += 1,
                Class::Backslash => {
                    escaped = true;
                    // What follows belongs to the word, whatever it is, but for the end of the line.
                    at += if matches!(self.text.get(at + 1), None | Some(b'\n')) { 1 } else { 2 };
                }
                _ => break,
            }
        }
        self.at = at;
        Token::new(start, at, false, escaped)
    }

    /// A string up to its closing quote; the span of what there is where its line ends first. BIND takes a line feed in
    /// quotes for an error; so do we, so that a forgotten quote costs one line and not the file.
    fn quoted(&mut self) -> Result<Token, Span> {
        let quote = self.at;
        let mut escaped = false;
        self.at += 1;
        while let Some(len) = memchr::memchr3(b'"', b'\\', b'\n', &self.text[self.at..]) {
            self.at += len;
            match self.text[self.at] {
                b'"' => {
                    let token = Token::new(quote + 1, self.at, true, escaped);
                    self.at += 1;
                    return Ok(token);
                }
                b'\\' => {
                    escaped = true;
                    self.at += if matches!(self.text.get(self.at + 1), None | Some(b'\n')) { 1 } else { 2 };
                }
                _ => return Err(Span::of(quote..self.at)),
            }
        }
        self.at = self.text.len();
        Err(Span::of(quote..self.at))
    }

    fn line_end(&self) -> usize {
        memchr::memchr(b'\n', &self.text[self.at..]).map_or(self.text.len(), |len| self.at + len)
    }
}

impl Head {
    /// The first thing that is wrong is what is reported.
    fn fail(&mut self, span: Span, error: LexError) {
        self.error.get_or_insert((span, error));
    }
}

fn push(tokens: &mut Vec<Token>, token: Token, head: &mut Head) {
    if tokens.len() < MAX_TOKENS {
        tokens.push(token);
    } else {
        head.fail(token.span(), LexError::TooManyTokens);
    }
}

impl Token {
    /// A word that was read before.
    pub(super) fn at(span: Span) -> Self {
        Self::new(span.start as usize, span.end as usize, false, true)
    }
}
