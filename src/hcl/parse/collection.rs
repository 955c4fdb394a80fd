//! What stands between brackets: calls, tuples, objects and `for`.

use std::sync::Arc;

use super::cursor::{Node, Parser, Result};
use crate::hcl::ast::{Expr, ExprKind, For, SyntaxError};
use crate::text::Traced;

/// Two names at most, and what is gone through.
pub(super) struct Intro {
    pub(super) key_name: Option<Arc<str>>,
    pub(super) value_name: Arc<str>,
    pub(super) source: Node,
}

impl Parser<'_> {
    /// The rest of a call, its first name read.
    pub(super) fn call(&mut self, name: &str, start: usize) -> Result<Node> {
        let mut name = name.to_owned();
        while self.eat(b"::") {
            self.skip();
            let Some((next, _)) = self.name() else { return Err(self.expected("the name of a function")) };
            name.push_str("::");
            name.push_str(&next);
            self.skip();
        }
        let open = self.at;
        if !self.eat(b"(") {
            return Err(self.expected("the `(` of the call"));
        }
        let (arguments, expands, below) = self.with_newlines(false, |parser| parser.arguments(open))?;
        self.node(ExprKind::Call { name: name.into(), arguments, expands }, start, below)
    }

    fn arguments(&mut self, open: usize) -> Result<(Vec<Expr>, bool, u32)> {
        let (mut arguments, mut below) = (Vec::new(), 0);
        loop {
            self.skip();
            if self.eat(b")") {
                return Ok((arguments, false, below));
            }
            self.not_at_end(open, "the call")?;
            let argument = self.expression()?;
            below = below.max(argument.height);
            arguments.push(argument.expr);
            self.skip();
            if self.eat(b"...") {
                self.close(b")", open, "the call")?;
                return Ok((arguments, true, below));
            }
            if !self.eat(b",") {
                self.close(b")", open, "the call").map_err(|error| self.or_comma(error))?;
                return Ok((arguments, false, below));
            }
        }
    }

    /// `[a, b]` or `[for ...]`.
    pub(super) fn tuple(&mut self) -> Result<Node> {
        let start = self.at;
        self.at += 1;
        self.with_newlines(false, |parser| {
            parser.skip();
            if parser.eat_word("for") { parser.for_expression(start, b"]") } else { parser.elements(start) }
        })
    }

    fn elements(&mut self, start: usize) -> Result<Node> {
        let (mut elements, mut below) = (Vec::new(), 0);
        loop {
            self.skip();
            if self.eat(b"]") {
                return self.node(ExprKind::Tuple(elements), start, below);
            }
            self.not_at_end(start, "the bracket")?;
            let element = self.expression()?;
            below = below.max(element.height);
            elements.push(element.expr);
            self.skip();
            if !self.eat(b",") {
                self.close(b"]", start, "the bracket").map_err(|error| self.or_comma(error))?;
                return self.node(ExprKind::Tuple(elements), start, below);
            }
        }
    }

    /// `{ key = value }` or `{for ...}`.
    pub(super) fn object(&mut self) -> Result<Node> {
        let start = self.at;
        self.at += 1;
        let is_for = self.with_newlines(false, |parser| {
            parser.skip();
            Ok(parser.eat_word("for"))
        })?;
        if is_for {
            return self.with_newlines(false, |parser| parser.for_expression(start, b"}"));
        }
        self.with_newlines(true, |parser| parser.items(start))
    }

    fn items(&mut self, start: usize) -> Result<Node> {
        let (mut items, mut below) = (Vec::new(), 0);
        loop {
            while self.eat_line_end() {}
            if self.eat(b"}") {
                return self.node(ExprKind::Object(items), start, below);
            }
            self.not_at_end(start, "the object")?;
            let key = self.expression()?;
            self.skip();
            if !self.eat_equals() && !self.eat(b":") {
                return Err(self.expected("`=` with a value"));
            }
            let value = self.expression()?;
            below = below.max(key.height).max(value.height);
            items.push((bare_word(key.expr), value.expr));
            self.skip();
            if self.eat(b"}") {
                return self.node(ExprKind::Object(items), start, below);
            }
            self.not_at_end(start, "the object")?;
            if !self.eat(b",") && !self.eat_line_end() {
                return Err(self.expected("`}`, `,` or the end of the line"));
            }
        }
    }

    /// The rest of a `for` expression after its first word.
    fn for_expression(&mut self, start: usize, close: &[u8]) -> Result<Node> {
        let Intro { key_name, value_name, source } = self.for_intro()?;
        self.skip();
        if !self.eat(b":") {
            return Err(self.expected("the `:` after what `for` goes through"));
        }
        let mut value = self.expression()?;
        let mut below = source.height.max(value.height);
        let mut key = None;
        self.skip();
        let arrow = self.at;
        if self.eat(b"=>") {
            key = Some(std::mem::replace(&mut value, self.expression()?).expr);
            below = below.max(value.height);
            self.skip();
        }
        match (&key, close) {
            (Some(_), b"]") => return Err(self.error(arrow..arrow + 2, "only a `for` between braces has keys")),
            (None, b"}") => return Err(self.expected("`=>` after the key")),
            _ => {}
        }
        let dots = self.at;
        let groups = self.eat(b"...");
        if groups && key.is_none() {
            return Err(self.error(dots..dots + 3, "only a `for` between braces groups its values"));
        }
        self.skip();
        let mut condition = None;
        if self.eat_word("if") {
            let node = self.expression()?;
            below = below.max(node.height);
            condition = Some(node.expr);
        }
        self.close(close, start, "the `for`")?;
        let source = source.expr;
        let parts = For { key_name, value_name, source, key, value: value.expr, groups, condition };
        self.node(ExprKind::For(Box::new(parts)), start, below)
    }

    /// `k, v in c`, after the word `for`.
    pub(super) fn for_intro(&mut self) -> Result<Intro> {
        let mut names = Vec::new();
        loop {
            self.skip();
            let Some((name, _)) = self.name() else { return Err(self.expected("a name after `for`")) };
            names.push(name);
            self.skip();
            if names.len() == 2 || !self.eat(b",") {
                break;
            }
        }
        if !self.eat_word("in") {
            return Err(self.expected("`in` after the names of `for`"));
        }
        let source = self.expression()?;
        let value_name = names.pop().unwrap_or_else(|| "".into());
        Ok(Intro { key_name: names.pop(), value_name, source })
    }

    fn not_at_end(&self, open: usize, what: &str) -> Result<()> {
        if self.at_end() {
            return Err(self.error(open..open + 1, format!("{what} that opens here is not closed")));
        }
        Ok(())
    }

    /// Says that a comma would do as well as the closing mark.
    fn or_comma(&self, mut error: SyntaxError) -> SyntaxError {
        if !self.at_end() {
            error.message = error.message.replacen("is missing", "or `,` is missing", 1);
        }
        error
    }
}

/// A key that is a bare word stands for itself.
fn bare_word(key: Expr) -> Expr {
    let word: Arc<str> = match &key.kind {
        ExprKind::Variable(name) => name.clone(),
        ExprKind::Bool(true) => "true".into(),
        ExprKind::Bool(false) => "false".into(),
        ExprKind::Null => "null".into(),
        _ => return key,
    };
    Expr { kind: ExprKind::String(Traced::verbatim(word.as_bytes(), key.place).into()), place: key.place }
}
