//! Expressions: operators, what is reached with `.` and `[`, and the terms between them.

use super::cursor::{Node, Parser, Result};
use crate::hcl::ast::{BinaryOp, ExprKind, SPLAT_ITEM, UnaryOp};

/// Operators by how tightly they bind, loosest first; of two with the same beginning the longer first.
const OPERATORS: [(&[u8], BinaryOp, u8); 13] = [
    (b"||", BinaryOp::Or, 1),
    (b"&&", BinaryOp::And, 2),
    (b"==", BinaryOp::Equal, 3),
    (b"!=", BinaryOp::NotEqual, 3),
    (b"<=", BinaryOp::LessOrEqual, 4),
    (b">=", BinaryOp::GreaterOrEqual, 4),
    (b"<", BinaryOp::Less, 4),
    (b">", BinaryOp::Greater, 4),
    (b"+", BinaryOp::Add, 5),
    (b"-", BinaryOp::Subtract, 5),
    (b"*", BinaryOp::Multiply, 6),
    (b"/", BinaryOp::Divide, 6),
    (b"%", BinaryOp::Remainder, 6),
];

impl Parser<'_> {
    /// All of the text as an expression. As between parentheses, the ends of lines mean nothing.
    pub(super) fn whole_expression(&mut self) -> Result<Node> {
        self.newlines = false;
        let node = self.expression()?;
        self.skip();
        if self.at_end() { Ok(node) } else { Err(self.expected("the end of the expression")) }
    }

    /// An expression, and nothing after it.
    pub(super) fn expression(&mut self) -> Result<Node> {
        self.deeper(Self::conditional)
    }

    fn conditional(&mut self) -> Result<Node> {
        self.skip();
        let condition = self.binary(1)?;
        self.skip();
        if !self.eat(b"?") {
            return Ok(condition);
        }
        let then = self.expression()?;
        self.skip();
        if !self.eat(b":") {
            return Err(self.expected("the `:` of the conditional"));
        }
        let otherwise = self.expression()?;
        let place = condition.expr.place.to(otherwise.expr.place);
        let below = condition.height.max(then.height).max(otherwise.height);
        let parts = Box::new([condition.expr, then.expr, otherwise.expr]);
        self.node_at(ExprKind::Conditional(parts), place, below)
    }

    /// Operands and operators that bind at least as tightly as `loosest`; of equals the left one binds tighter.
    fn binary(&mut self, loosest: u8) -> Result<Node> {
        let mut left = self.operand()?;
        loop {
            self.skip();
            let next = self.operator().filter(|(_, _, tightness)| *tightness >= loosest);
            let Some((mark, operator, tightness)) = next else { return Ok(left) };
            self.at += mark.len();
            self.skip();
            let right = self.deeper(|parser| parser.binary(tightness + 1))?;
            let place = left.expr.place.to(right.expr.place);
            let below = left.height.max(right.height);
            let kind = ExprKind::Binary(Box::new(left.expr), operator, Box::new(right.expr));
            left = self.node_at(kind, place, below)?;
        }
    }

    /// The operator that is next. `//` and `/*` were blanks, had they an end.
    fn operator(&self) -> Option<(&'static [u8], BinaryOp, u8)> {
        let found = OPERATORS.into_iter().find(|(mark, ..)| self.starts(mark))?;
        let is_comment = found.0 == b"/" && matches!(self.peek(1), Some(b'/' | b'*'));
        (!is_comment).then_some(found)
    }

    /// A term with the operators before it and the steps after it.
    fn operand(&mut self) -> Result<Node> {
        let start = self.at;
        let operator = match self.peek(0) {
            Some(b'-') => UnaryOp::Negate,
            Some(b'!') => UnaryOp::Not,
            _ => {
                let term = self.term()?;
                return self.steps(term);
            }
        };
        self.at += 1;
        self.skip();
        let inner = self.deeper(Self::operand)?;
        let place = self.place(start..start + 1).to(inner.expr.place);
        self.node_at(ExprKind::Unary(operator, Box::new(inner.expr)), place, inner.height)
    }

    /// `.name`, `.0`, `.*`, `[key]` and `[*]` after `node`.
    fn steps(&mut self, mut node: Node) -> Result<Node> {
        loop {
            self.skip();
            node = match self.peek(0) {
                Some(b'.') if !self.starts(b"...") => self.dot(node)?,
                Some(b'[') => self.bracket(node)?,
                _ => return Ok(node),
            };
        }
    }

    fn dot(&mut self, node: Node) -> Result<Node> {
        self.at += 1;
        self.skip();
        if !self.eat(b"*") {
            return self.dotted(node);
        }
        // `a.*.b.0[c]` is `(a.*.b.0)[c]`: only what comes after a dot is done to each element.
        let mut each = self.splat_item()?;
        loop {
            self.skip();
            if self.peek(0) != Some(b'.') || self.starts(b"...") {
                return self.splat(node, each);
            }
            self.at += 1;
            self.skip();
            each = self.dotted(each)?;
        }
    }

    /// The name or the number after a dot.
    fn dotted(&mut self, node: Node) -> Result<Node> {
        let start = self.at;
        if let Some((name, place)) = self.name() {
            let place = node.expr.place.to(place);
            return self.node_at(ExprKind::Attribute(Box::new(node.expr), name), place, node.height);
        }
        if !self.peek(0).is_some_and(|byte| byte.is_ascii_digit()) {
            return Err(self.expected("the name of an attribute"));
        }
        let index = self.number()?;
        if self.text[start..self.at].contains(&b'.') {
            return Err(
                self.error(start..self.at, "of two numbers after dots, write the second in brackets: `a[0][1]`")
            );
        }
        let place = node.expr.place.to(index.expr.place);
        self.node_at(ExprKind::Index(Box::new(node.expr), Box::new(index.expr)), place, node.height.max(index.height))
    }

    fn bracket(&mut self, node: Node) -> Result<Node> {
        let open = self.at;
        self.at += 1;
        self.skip();
        if self.eat(b"*") {
            self.skip();
            if !self.eat(b"]") {
                return Err(self.expected("the `]` after `[*`"));
            }
            let item = self.splat_item()?;
            let each = self.deeper(|parser| parser.steps(item))?;
            return self.splat(node, each);
        }
        let key = self.with_newlines(false, |parser| {
            let key = parser.expression()?;
            parser.close(b"]", open, "the bracket")?;
            Ok(key)
        })?;
        let place = node.expr.place.to(self.place(open..self.at));
        let below = node.height.max(key.height);
        self.node_at(ExprKind::Index(Box::new(node.expr), Box::new(key.expr)), place, below)
    }

    /// What stands for each element, at the mark that ends here.
    fn splat_item(&self) -> Result<Node> {
        self.node(ExprKind::Variable(SPLAT_ITEM.into()), self.at - 1, 0)
    }

    fn splat(&self, source: Node, each: Node) -> Result<Node> {
        let place = source.expr.place.to(each.expr.place);
        let below = source.height.max(each.height);
        let kind = ExprKind::Splat { source: Box::new(source.expr), each: Box::new(each.expr) };
        self.node_at(kind, place, below)
    }

    fn term(&mut self) -> Result<Node> {
        let start = self.at;
        match self.peek(0) {
            Some(b'"') => self.quoted(),
            Some(b'<') if self.starts(b"<<") => self.heredoc(),
            Some(b'(') => self.parentheses(),
            Some(b'[') => self.tuple(),
            Some(b'{') => self.object(),
            Some(b'0'..=b'9') => self.number(),
            _ => match self.name() {
                Some((name, _)) => self.named(&name, start),
                None => Err(self.expected("an expression")),
            },
        }
    }

    fn named(&mut self, name: &str, start: usize) -> Result<Node> {
        let end = self.at;
        self.skip();
        if self.peek(0) == Some(b'(') || self.starts(b"::") {
            return self.call(name, start);
        }
        let kind = match name {
            "true" => ExprKind::Bool(true),
            "false" => ExprKind::Bool(false),
            "null" => ExprKind::Null,
            _ => ExprKind::Variable(name.into()),
        };
        self.node_at(kind, self.place(start..end), 0)
    }

    fn parentheses(&mut self) -> Result<Node> {
        let start = self.at;
        self.at += 1;
        let inner = self.with_newlines(false, |parser| {
            let inner = parser.expression()?;
            parser.close(b")", start, "the parenthesis")?;
            Ok(inner)
        })?;
        self.node(ExprKind::Parens(Box::new(inner.expr)), start, inner.height)
    }

    /// Goes past `mark`, which closes what begins at `open`.
    pub(super) fn close(&mut self, mark: &[u8], open: usize, what: &str) -> Result<()> {
        self.skip();
        if self.eat(mark) {
            return Ok(());
        }
        if self.at_end() {
            return Err(self.error(open..open + 1, format!("{what} that opens here is not closed")));
        }
        Err(self.expected(&format!("`{}`", String::from_utf8_lossy(mark))))
    }

    /// Digits, a point, an exponent: `1.e3` too, as in `hclsyntax`, but no point at the end.
    pub(super) fn number(&mut self) -> Result<Node> {
        let start = self.at;
        let mut end = start;
        loop {
            let rest = &self.text[self.at..];
            let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let exponent = match rest {
                [b'e' | b'E', b'+' | b'-', b'0'..=b'9', ..] => 2,
                [b'e' | b'E', b'0'..=b'9', ..] => 1,
                _ => 0,
            };
            match rest.first() {
                Some(_) if digits + exponent > 0 => {
                    self.at += digits + exponent;
                    end = self.at;
                }
                Some(b'.') if end > start => self.at += 1,
                _ => break,
            }
        }
        self.at = end;
        let digits = std::str::from_utf8(&self.text[start..end]).unwrap_or_default();
        if !is_number(digits) {
            return Err(self.error(start..end, "this is no number"));
        }
        self.node(ExprKind::Number(digits.into()), start, 0)
    }
}

/// Whether there is one point at most, one exponent at most, and in this order.
fn is_number(digits: &str) -> bool {
    let (mantissa, exponent) = digits.split_once(['e', 'E']).unwrap_or((digits, "0"));
    let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    mantissa.matches('.').count() <= 1 && !exponent.is_empty() && exponent.bytes().all(|byte| byte.is_ascii_digit())
}
