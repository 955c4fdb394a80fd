//! Bodies: arguments and blocks.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::cursor::{Parser, Result};
use crate::hcl::ast::{Attribute, Block, Body, SyntaxError};
use crate::text::Place;

impl Parser<'_> {
    /// The body of a whole file.
    pub(super) fn file_body(&mut self) -> Result<Body> {
        self.body(None)
    }

    /// Arguments and blocks up to the brace that closes the one at `open`, or to the end.
    fn body(&mut self, open: Option<usize>) -> Result<Body> {
        let mut body = Body::default();
        let mut names = FxHashSet::default();
        loop {
            if self.eat_line_end() {
                continue;
            }
            if self.at_end() {
                let Some(open) = open else { return Ok(body) };
                return Err(self.error(open..open + 1, "the block that begins here is not closed"));
            }
            if open.is_some() && self.eat(b"}") {
                return Ok(body);
            }
            self.item(&mut body)?;
            if let Some(last) = body.attributes.last()
                && names.len() < body.attributes.len()
                && !names.insert(last.name.clone())
            {
                let message = format!("the argument `{}` is set twice", last.name);
                return Err(SyntaxError { place: last.place, message });
            }
        }
    }

    /// An argument or a block, and the end of its line.
    fn item(&mut self, body: &mut Body) -> Result<()> {
        let start = self.at;
        if self.peek(0) == Some(b'"') {
            return Err(self.error(start..start + 1, "the name of an argument stands without quotes"));
        }
        let Some((name, place)) = self.name() else { return Err(self.expected("an argument or a block")) };
        self.skip();
        let is_block = matches!(self.peek(0), Some(b'"' | b'{')) || self.peek_name().is_some();
        let what = if is_block {
            let block = self.block(name, start)?;
            body.blocks.push(block);
            "the end of the line after the block"
        } else {
            let attribute = self.attribute((name, place))?;
            body.attributes.push(attribute);
            "the end of the line after the argument"
        };
        if self.eat_line_end() || self.at_end() { Ok(()) } else { Err(self.expected(what)) }
    }

    /// `= value`.
    fn attribute(&mut self, (name, place): (Arc<str>, Place)) -> Result<Attribute> {
        if !self.eat_equals() {
            let mut error = self.expected("`=` with a value");
            if self.peek(0) == Some(b':') {
                error.message = String::from("an argument is set with `=`, not with `:`");
            }
            return Err(error);
        }
        let value = self.expression()?.expr;
        Ok(Attribute { name, place, value })
    }

    /// The labels and the body of a block whose kind begins at `start`.
    fn block(&mut self, kind: Arc<str>, start: usize) -> Result<Block> {
        let mut end = start + kind.len();
        let mut labels = Vec::new();
        loop {
            self.skip();
            if self.peek(0) == Some(b'"') {
                labels.push(self.label()?);
            } else if let Some(label) = self.name() {
                labels.push(label);
            } else {
                break;
            }
            end = self.at;
        }
        let header = self.place(start..end);
        let open = self.at;
        if !self.eat(b"{") {
            return Err(self.expected("the `{` of the block"));
        }
        let body = self.deeper(|parser| parser.block_body(open))?;
        Ok(Block { kind, labels, header, body })
    }

    /// A label in quotes, which is no template.
    fn label(&mut self) -> Result<(Arc<str>, Place)> {
        let start = self.at;
        let text = self.quoted_text()?;
        Ok((text.text().into(), self.place(start..self.at)))
    }

    /// The inside of a block: lines, or one argument on the line of the braces.
    fn block_body(&mut self, open: usize) -> Result<Body> {
        self.skip();
        if self.at_end() || matches!(self.peek(0), Some(b'}' | b'\r' | b'\n' | b'#' | b'/')) {
            return self.body(Some(open));
        }
        let Some(name) = self.name() else { return Err(self.expected("an argument, or the end of the line,")) };
        self.skip();
        if matches!(self.peek(0), Some(b'"' | b'{')) || self.peek_name().is_some() {
            return Err(self.expected("the `=` of the one argument that a block on one line may have"));
        }
        let attribute = self.attribute(name)?;
        self.skip();
        if !self.eat(b"}") {
            let mut error = self.expected("the `}` of a block on one line");
            if self.at_end() {
                error = self.error(open..open + 1, "the block that begins here is not closed");
            }
            return Err(error);
        }
        Ok(Body { attributes: vec![attribute], blocks: Vec::new() })
    }
}
