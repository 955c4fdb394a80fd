//! Templates in quotes, in heredocs and in files: text, `${` and `%{`, and what is stripped of the text.
//!
//! The order is that of `hclsyntax`, on which it depends what a template says: text comes in pieces, one for each line but in
//! quotes; `~` strips the piece beside it, and no other; then `<<-` takes the indentation away from what is left.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::cursor::{Node, Parser, Result};
use super::directive::Directive;
use crate::hcl::ast::{ExprKind, SyntaxError};
use crate::text::{Place, Span, Traced, TracedBuilder};

/// A piece of a template.
pub(super) enum Piece {
    /// Text in quotes, decoded.
    Literal(Traced),
    /// A line of other text, or a part of one, as it is written: a file may have a million of them.
    Line(Range<usize>),
    /// `${...}`.
    Interpolation(Node),
    /// `%{...}`, and where it stands.
    Directive(Directive, Range<usize>),
}

/// How a template begins and ends.
enum Form {
    Quoted,
    /// Up to a line that holds but this word.
    Heredoc(Range<usize>),
    /// The whole text.
    Bare,
}

impl Parser<'_> {
    /// All of the text as a template.
    pub(super) fn whole_template(&mut self, place: Place) -> Result<Node> {
        let pieces = self.pieces(&Form::Bare, 0)?;
        self.assemble(pieces, place)
    }

    /// A string in quotes.
    pub(super) fn quoted(&mut self) -> Result<Node> {
        let start = self.at;
        self.at += 1;
        let pieces = self.pieces(&Form::Quoted, start)?;
        self.assemble(pieces, self.place(start..self.at))
    }

    /// `<<EOT` or `<<-EOT`.
    pub(super) fn heredoc(&mut self) -> Result<Node> {
        let start = self.at;
        self.at += 2;
        let takes_indentation = self.eat(b"-");
        let marker = self.at;
        if self.name().is_none() {
            return Err(self.expected("the word that will end the text"));
        }
        let marker = marker..self.at;
        if !self.eat(b"\n") && !self.eat(b"\r\n") {
            return Err(self.error(self.at..self.at, "the text of a heredoc begins on the line below its word"));
        }
        let mut pieces = self.pieces(&Form::Heredoc(marker), start)?;
        if takes_indentation {
            self.take_indentation(&mut pieces);
        }
        let end = self.text[..self.at].trim_ascii_end().len();
        self.assemble(pieces, self.place(start..end))
    }

    /// The pieces up to the end, and past it.
    fn pieces(&mut self, form: &Form, open: usize) -> Result<Vec<Piece>> {
        let mut pieces = Vec::new();
        let mut strips = false;
        while !self.ends(form, open)? {
            if matches!((self.peek(0), self.peek(1)), (Some(b'$' | b'%'), Some(b'{'))) {
                strips = self.sequence(&mut pieces)?;
                continue;
            }
            let mut text = self.literal(form)?;
            if std::mem::take(&mut strips) {
                self.strip_start(&mut text);
            }
            pieces.push(text);
        }
        Ok(pieces)
    }

    /// Whether the template ends here; then goes past its end.
    fn ends(&mut self, form: &Form, open: usize) -> Result<bool> {
        match form {
            Form::Bare => Ok(self.at_end()),
            Form::Quoted => match self.peek(0) {
                Some(b'"') => {
                    self.at += 1;
                    Ok(true)
                }
                Some(b'\n' | b'\r') | None => Err(self.unclosed_quote(open)),
                Some(_) => Ok(false),
            },
            Form::Heredoc(marker) => {
                let word = &self.text[marker.clone()];
                if self.at_end() {
                    let word = String::from_utf8_lossy(word);
                    let message = format!("the text that begins here does not end: no line holds `{word}` alone");
                    return Err(self.error(open..marker.end, message));
                }
                let end = self.marker_end(word);
                self.at = end.unwrap_or(self.at);
                Ok(end.is_some())
            }
        }
    }

    /// Where the line ends that begins here, if it holds `word` alone. A file does not end with it: `hclsyntax` wants the end of
    /// the line.
    fn marker_end(&self, word: &[u8]) -> Option<usize> {
        if self.text.get(self.at.checked_sub(1)?) != Some(&b'\n') {
            return None;
        }
        let rest = &self.text[self.at..];
        let line = &rest[..memchr::memchr(b'\n', rest)?];
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let is_marker =
            std::str::from_utf8(line).is_ok_and(|line| line.trim().as_bytes() == word && !line.contains('\r'));
        is_marker.then(|| self.at + line.len())
    }

    /// A piece of text.
    fn literal(&mut self, form: &Form) -> Result<Piece> {
        let start = self.at;
        let quoted = matches!(form, Form::Quoted);
        self.at = self.literal_end(quoted);
        let bytes = &self.text[start..self.at];
        let lone = memchr::memchr_iter(b'\r', bytes).find(|at| self.text.get(start + at + 1) != Some(&b'\n'));
        match (lone, form) {
            (None, _) => {}
            // The scanner of `hclsyntax` stops there, and takes the rest of the file as it is, in a piece of its own.
            (Some(0), Form::Bare) => self.at = self.text.len(),
            (Some(lone), Form::Bare) => self.at = start + lone,
            (Some(lone), _) => {
                let at = start + lone;
                return Err(self.error(at..at + 1, "a carriage return stands here without the end of a line"));
            }
        }
        if quoted {
            return Ok(Piece::Literal(self.decode(start..self.at, true)?));
        }
        self.check_utf8(start..self.at)?;
        Ok(Piece::Line(start..self.at))
    }

    /// `${...}` or `%{...}`: strips the text before it, and says whether the text after it is to be stripped.
    fn sequence(&mut self, pieces: &mut Vec<Piece>) -> Result<bool> {
        let start = self.at;
        let is_directive = self.peek(0) == Some(b'%');
        self.at += 2;
        if self.eat(b"~")
            && let Some(text) = pieces.last_mut()
        {
            self.strip_end(text);
        }
        let piece = self.with_newlines(false, |parser| {
            let directive = if is_directive { Some(parser.directive()?) } else { None };
            let piece = match directive {
                Some(directive) => Piece::Directive(directive, start..start + 2),
                None => Piece::Interpolation(parser.expression()?),
            };
            parser.skip();
            Ok(piece)
        })?;
        pieces.push(piece);
        let strips = self.eat(b"~");
        if self.eat(b"}") { Ok(strips) } else { Err(self.unclosed_sequence(start)) }
    }

    fn unclosed_sequence(&self, start: usize) -> SyntaxError {
        let mark = if self.text[start] == b'$' { '$' } else { '%' };
        if self.at_end() {
            return self.error(start..start + 2, format!("the `{mark}{{` that begins here is not closed"));
        }
        let mut error = self.expected(&format!("the `}}` of `{mark}{{`"));
        error.message = format!("{}; where `{mark}{{` is but text, write `{mark}{mark}{{`", error.message);
        error
    }

    /// The line at `range`, of which [`Piece::Line`] says that it is text.
    fn line(&self, range: &Range<usize>) -> &str {
        std::str::from_utf8(&self.text[range.clone()]).unwrap_or_default()
    }

    fn strip_start(&self, piece: &mut Piece) {
        match piece {
            Piece::Line(line) => line.start = line.end - self.line(line).trim_start().len(),
            Piece::Literal(text) => {
                let len = text.bytes().len();
                *text = text.part(Span::of(len - text.text().trim_start().len()..len));
            }
            _ => {}
        }
    }

    fn strip_end(&self, piece: &mut Piece) {
        match piece {
            Piece::Line(line) => line.end = line.start + self.line(line).trim_end().len(),
            Piece::Literal(text) => *text = text.part(Span::of(0..text.text().trim_end().len())),
            _ => {}
        }
    }

    /// Takes from each line the blanks that all lines begin with. A line of blanks does not count, nor is it shortened; one
    /// that begins with `${` has none. Characters are counted, not bytes, and those that look like one for one.
    fn take_indentation(&self, pieces: &mut [Piece]) {
        let mut least = usize::MAX;
        let mut lines = Vec::new();
        let mut begins_line = true;
        for piece in pieces {
            let Piece::Line(range) = piece else {
                least = if begins_line { 0 } else { least };
                begins_line = false;
                continue;
            };
            let line = self.line(range);
            let (indentation, ends_line) = (line.len() - line.trim_start().len(), line.ends_with('\n'));
            if begins_line && !(indentation == line.len() && ends_line) {
                least = least.min(line[..indentation].graphemes(true).count());
                lines.push(range);
            }
            begins_line = ends_line;
        }
        for range in lines {
            let taken: usize = self.line(range).graphemes(true).take(least).map(str::len).sum();
            range.start += taken;
        }
    }

    /// Makes one expression of the pieces. What is text only is a string.
    fn assemble(&mut self, pieces: Vec<Piece>, place: Place) -> Result<Node> {
        let mut pieces = self.joined(pieces)?;
        let empty = || TracedBuilder::new(place).finish();
        let kind = match pieces.as_mut_slice() {
            [] => ExprKind::String(empty().into()),
            [Piece::Literal(text)] => ExprKind::String(std::mem::replace(text, empty()).at(place).into()),
            _ => {
                let (parts, below) = self.parts(pieces)?;
                return self.node_at(ExprKind::Template(parts), place, below);
            }
        };
        self.node_at(kind, place, 0)
    }

    /// The pieces, lines that follow one another made one text.
    fn joined(&self, pieces: Vec<Piece>) -> Result<Vec<Piece>> {
        let mut out = Vec::new();
        let mut lines: Vec<Range<usize>> = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Line(line) => match lines.last_mut() {
                    Some(last) if last.end == line.start => last.end = line.end,
                    _ => lines.push(line),
                },
                other => {
                    out.extend(self.join(&mut lines)?);
                    out.push(other);
                }
            }
        }
        out.extend(self.join(&mut lines)?);
        Ok(out)
    }

    fn join(&self, lines: &mut Vec<Range<usize>>) -> Result<Option<Piece>> {
        let (Some(first), Some(last)) = (lines.first(), lines.last()) else { return Ok(None) };
        let mut builder = TracedBuilder::new(self.place(first.start..last.end));
        for line in lines.drain(..) {
            self.decode_into(&mut builder, line, false)?;
        }
        Ok(Some(Piece::Literal(builder.finish())))
    }
}
