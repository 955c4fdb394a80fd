//! `%{if}` and `%{for}`: read one by one, then put into one another.

use std::ops::Range;
use std::vec::IntoIter;

use super::collection::Intro;
use super::cursor::{Node, Parser, Result};
use super::template::Piece;
use crate::hcl::ast::Part;

/// What stands between `%{` and `}`.
pub(super) enum Directive {
    If(Node),
    For(Intro),
    End(Ending),
}

/// What ends the text that a directive governs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    Else,
    If,
    For,
}

/// Parts of a template up to what ends them.
struct Governed {
    parts: Vec<Part>,
    height: u32,
    end: Option<(Ending, Range<usize>)>,
}

impl Parser<'_> {
    /// The inside of `%{...}`.
    pub(super) fn directive(&mut self) -> Result<Directive> {
        self.skip();
        let word = self.peek_name().unwrap_or_default();
        let start = self.at;
        self.at += word.len();
        match word {
            "if" => Ok(Directive::If(self.expression()?)),
            "for" => Ok(Directive::For(self.for_intro()?)),
            "else" => Ok(Directive::End(Ending::Else)),
            "endif" => Ok(Directive::End(Ending::If)),
            "endfor" => Ok(Directive::End(Ending::For)),
            _ => {
                self.at = start;
                let mut error = self.expected("`if`, `else`, `endif`, `for` or `endfor`");
                error.message.push_str("; where `%{` is but text, write `%%{`");
                Err(error)
            }
        }
    }

    /// The parts that `pieces` make, and how many levels they have.
    pub(super) fn parts(&mut self, pieces: Vec<Piece>) -> Result<(Vec<Part>, u32)> {
        let all = self.governed(&mut pieces.into_iter())?;
        match all.end {
            None => Ok((all.parts, all.height)),
            Some((end, range)) => {
                Err(self.error(range, format!("nothing is open that this `{}` could end", end.word())))
            }
        }
    }

    fn governed(&mut self, pieces: &mut IntoIter<Piece>) -> Result<Governed> {
        let (mut parts, mut height, mut end) = (Vec::new(), 0, None);
        while let Some(piece) = pieces.next() {
            match piece {
                Piece::Literal(text) => parts.push(Part::Literal(text)),
                Piece::Line(range) => parts.push(Part::Literal(self.decode(range, false)?)),
                Piece::Interpolation(node) => {
                    height = height.max(node.height);
                    parts.push(Part::Interpolation(node.expr));
                }
                Piece::Directive(Directive::If(condition), open) => {
                    let (part, levels) = self.deeper(|parser| parser.if_part(condition, open, pieces))?;
                    height = height.max(levels + 1);
                    parts.push(part);
                }
                Piece::Directive(Directive::For(intro), open) => {
                    let (part, levels) = self.deeper(|parser| parser.for_part(intro, open, pieces))?;
                    height = height.max(levels + 1);
                    parts.push(part);
                }
                Piece::Directive(Directive::End(found), range) => {
                    end = Some((found, range));
                    break;
                }
            }
        }
        Ok(Governed { parts, height, end })
    }

    fn if_part(&mut self, condition: Node, open: Range<usize>, pieces: &mut IntoIter<Piece>) -> Result<(Part, u32)> {
        let mut then = self.governed(pieces)?;
        let mut height = condition.height.max(then.height);
        let mut otherwise = Vec::new();
        let mut end = then.end.take();
        if let Some((Ending::Else, _)) = end {
            let governed = self.governed(pieces)?;
            height = height.max(governed.height);
            otherwise = governed.parts;
            end = governed.end;
        }
        self.ends_with(Ending::If, end, open, "if")?;
        Ok((Part::If { condition: condition.expr, then: then.parts, otherwise }, height))
    }

    fn for_part(&mut self, intro: Intro, open: Range<usize>, pieces: &mut IntoIter<Piece>) -> Result<(Part, u32)> {
        let body = self.governed(pieces)?;
        self.ends_with(Ending::For, body.end, open, "for")?;
        let Intro { key_name, value_name, source } = intro;
        let height = source.height.max(body.height);
        Ok((Part::For { key_name, value_name, source: source.expr, body: body.parts }, height))
    }

    /// Refuses any end but `wanted`.
    fn ends_with(
        &self,
        wanted: Ending,
        found: Option<(Ending, Range<usize>)>,
        open: Range<usize>,
        what: &str,
    ) -> Result<()> {
        match found {
            Some((end, _)) if end == wanted => Ok(()),
            Some((end, range)) => {
                Err(self.error(range, format!("`{}` is missing before this `{}`", wanted.word(), end.word())))
            }
            None => Err(self.error(open, format!("the `{what}` that begins here has no `{}`", wanted.word()))),
        }
    }
}

impl Ending {
    fn word(self) -> &'static str {
        match self {
            Self::Else => "else",
            Self::If => "endif",
            Self::For => "endfor",
        }
    }
}
