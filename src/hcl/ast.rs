//! Terraform's language as we evaluate it: one tree for the native syntax and for JSON.
//!
//! It keeps the place of everything, and no comments or layout. Both syntaxes are read into it, so that the evaluator knows one
//! language.

use std::sync::Arc;

use crate::text::{FileId, Place, Span, Traced};

/// The top level of a file, or the inside of a block.
#[derive(Clone, Debug, Default)]
pub struct Body {
    /// In the order of the source.
    pub attributes: Vec<Attribute>,
    /// In the order of the source.
    pub blocks: Vec<Block>,
}

/// `name = value`.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// The name.
    pub name: Arc<str>,
    /// Where the name is written.
    pub place: Place,
    /// The value.
    pub value: Expr,
}

/// `kind "label" ... { ... }`.
#[derive(Clone, Debug)]
pub struct Block {
    /// `resource`, `module`, ...
    pub kind: Arc<str>,
    /// The labels, and where each is written.
    pub labels: Vec<(Arc<str>, Place)>,
    /// From the kind to the end of the last label.
    pub header: Place,
    /// What is inside.
    pub body: Body,
}

/// An expression and the bytes that it is written with.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it is written; a string's quotes are part of it.
    pub place: Place,
}

/// The expressions of HCL's native syntax.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// `null`.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// The digits as they are written.
    Number(Box<str>),
    /// A quoted string or a heredoc without `${` and `%{`: decoded, with the place of each byte.
    String(Arc<Traced>),
    /// A quoted string, a heredoc or a template file with `${` or `%{`. Indentation that `<<-` takes away is gone, and what
    /// `~` strips too.
    Template(Vec<Part>),
    /// `[a, b]`.
    Tuple(Vec<Expr>),
    /// `{ key = value }`. A key that is a bare word is a [`ExprKind::String`].
    Object(Vec<(Expr, Expr)>),
    /// A bare word: `var`, `local`, the name of a `for`.
    Variable(Arc<str>),
    /// `name(arguments)`, the namespaces joined by `::`; `expands` where the last argument is followed by `...`.
    Call {
        /// The function.
        name: Arc<str>,
        /// Its arguments.
        arguments: Vec<Expr>,
        /// Whether the last of them is a list of arguments.
        expands: bool,
    },
    /// `a.b`.
    Attribute(Box<Expr>, Arc<str>),
    /// `a[b]`, `a.0`.
    Index(Box<Expr>, Box<Expr>),
    /// `a[*].b[c]` (full) or `a.*.b`: each of `steps` is done to every element.
    Splat {
        /// What is taken apart.
        source: Box<Expr>,
        /// What is done to each element, which is the variable [`SPLAT_ITEM`].
        each: Box<Expr>,
    },
    /// `-a`, `!a`.
    Unary(UnaryOp, Box<Expr>),
    /// `a + b`.
    Binary(Box<Expr>, BinaryOp, Box<Expr>),
    /// `a ? b : c`.
    Conditional(Box<[Expr; 3]>),
    /// `[for k, v in c : v if t]`, `{for k, v in c : k => v... if t}`.
    For(Box<For>),
    /// `(a)`.
    Parens(Box<Expr>),
}

/// The variable that stands for the element in [`ExprKind::Splat`]; no source can name it.
pub const SPLAT_ITEM: &str = "*";

/// A `for` expression.
#[derive(Clone, Debug)]
pub struct For {
    /// The first of two names.
    pub key_name: Option<Arc<str>>,
    /// The last name.
    pub value_name: Arc<str>,
    /// What is gone through.
    pub source: Expr,
    /// The key of an object.
    pub key: Option<Expr>,
    /// The value.
    pub value: Expr,
    /// `...`.
    pub groups: bool,
    /// `if`.
    pub condition: Option<Expr>,
}

/// A part of a template.
#[derive(Clone, Debug)]
pub enum Part {
    /// Text, decoded.
    Literal(Traced),
    /// `${a}`.
    Interpolation(Expr),
    /// `%{if a}...%{else}...%{endif}`.
    If {
        /// The condition.
        condition: Expr,
        /// If it holds.
        then: Vec<Part>,
        /// If not.
        otherwise: Vec<Part>,
    },
    /// `%{for k, v in c}...%{endfor}`.
    For {
        /// The first of two names.
        key_name: Option<Arc<str>>,
        /// The last name.
        value_name: Arc<str>,
        /// What is gone through.
        source: Expr,
        /// What is repeated.
        body: Vec<Part>,
    },
}

/// An operator before its operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum UnaryOp {
    Negate,
    Not,
}

/// An operator between its operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum BinaryOp {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    And,
    Or,
}

/// Why a file, or an expression in a JSON string, cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SyntaxError {
    /// Where.
    pub place: Place,
    /// A sentence without its full stop.
    pub message: String,
}

impl Body {
    /// The attribute called `name`; of two the first.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| &*attribute.name == name)
    }

    /// The blocks of this kind.
    pub fn blocks_of<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Block> {
        self.blocks.iter().filter(move |block| &*block.kind == kind)
    }
}

impl Expr {
    /// An expression in `file` at `span`.
    pub fn new(kind: ExprKind, file: FileId, span: Span) -> Self {
        Self { kind, place: Place::new(file, span) }
    }
}
