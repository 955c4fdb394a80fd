//! The JSON syntax, put into the tree of the native one.
//!
//! Which property is a block cannot be told without the schema of its provider. So only the blocks of the language itself are
//! blocks here; what a resource holds is kept as arguments, a nested block as an object or a tuple of objects.

mod body;
mod reader;

use crate::hcl::ast::{Body, Expr, ExprKind, SyntaxError, UnaryOp};
use crate::text::{FileId, Place, Traced};

use super::cursor::{Parser, Result};
use super::origin::Origin;
use super::{MAX_LEVELS, cursor::Node};
use reader::{Json, Kind, read};

/// What a string is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Strings {
    /// A template.
    Templates,
    /// What it says.
    Literal,
    /// An expression of the native syntax: where a reference or a type stands.
    Expressions,
}

/// A configuration.
pub(super) fn configuration(file: FileId, text: &[u8]) -> Result<Body> {
    let root = read(file, text)?;
    let mut body = Body::default();
    for member in body::members(root, "a configuration is a JSON object")? {
        body::top_level(member, &mut body)?;
    }
    Ok(body)
}

/// Values of variables.
pub(super) fn values(file: FileId, text: &[u8]) -> Result<Body> {
    let root = read(file, text)?;
    let Kind::Object(members) = root.kind else {
        return Err(wrong(root.place, "the values of variables are a JSON object"));
    };
    let mut body = Body::default();
    for (name, value) in members.into_iter().filter(|(name, _)| name.bytes() != b"//") {
        body.attributes.push(body::attribute(&name, value, Strings::Literal)?);
    }
    Ok(body)
}

fn wrong(place: Place, message: &str) -> SyntaxError {
    SyntaxError { place, message: message.to_owned() }
}

/// A value as an expression.
fn expression(json: Json, strings: Strings) -> Result<Expr> {
    lower(json, strings).map(|node| node.expr)
}

fn lower(json: Json, strings: Strings) -> Result<Node> {
    let place = json.place;
    match json.kind {
        Kind::Null => node(ExprKind::Null, place, 0),
        Kind::Bool(value) => node(ExprKind::Bool(value), place, 0),
        Kind::Number(digits) => number(&digits, place),
        Kind::String(text) => string(text, strings),
        Kind::Array(items) => {
            let (mut exprs, mut below) = (Vec::with_capacity(items.len()), 0);
            for item in items {
                let item = lower(item, strings)?;
                below = below.max(item.height);
                exprs.push(item.expr);
            }
            node(ExprKind::Tuple(exprs), place, below)
        }
        Kind::Object(members) => {
            let (mut exprs, mut below) = (Vec::with_capacity(members.len()), 0);
            // The keys are no expressions even where the values are: `providers` of a module names its own.
            let keys = if strings == Strings::Templates { strings } else { Strings::Literal };
            for (key, value) in members {
                let (key, value) = (string(key, keys)?, lower(value, strings)?);
                below = below.max(key.height).max(value.height);
                exprs.push((key.expr, value.expr));
            }
            node(ExprKind::Object(exprs), place, below)
        }
    }
}

fn node(kind: ExprKind, place: Place, below: u32) -> Result<Node> {
    if below >= MAX_LEVELS {
        return Err(SyntaxError { place, message: format!("the value is too deep: {MAX_LEVELS} levels are read") });
    }
    Ok(Node { expr: Expr { kind, place }, height: below + 1 })
}

fn number(digits: &str, place: Place) -> Result<Node> {
    match digits.strip_prefix('-') {
        None => node(ExprKind::Number(digits.into()), place, 0),
        Some(digits) => {
            let number = Expr { kind: ExprKind::Number(digits.into()), place };
            node(ExprKind::Unary(UnaryOp::Negate, Box::new(number)), place, 1)
        }
    }
}

fn string(text: Traced, strings: Strings) -> Result<Node> {
    let place = text.whole();
    let mut parser = Parser::new(text.bytes(), Origin::text(&text));
    match strings {
        // What is no expression may still be one to Terraform: it has more to say of it than that it is none.
        Strings::Expressions => {
            if let Ok(node) = parser.whole_expression() {
                return Ok(node);
            }
        }
        Strings::Templates if has_sequence(text.bytes()) => return parser.whole_template(place),
        Strings::Templates | Strings::Literal => {}
    }
    node(ExprKind::String(text.into()), place, 0)
}

fn has_sequence(text: &[u8]) -> bool {
    memchr::memchr_iter(b'{', text).any(|at| at > 0 && matches!(text[at - 1], b'$' | b'%'))
}
