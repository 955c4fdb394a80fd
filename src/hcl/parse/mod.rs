//! From bytes to the tree of [`crate::hcl::ast`].
//!
//! The parsers are our own. hcl-edit keeps spans too, but a file of 120 bytes holds it up for seconds and one of 300 for ever
//! (it goes back over nested operands), objects cost it the square of their keys, and it takes neither the line ends of
//! Windows within `for` nor a key that is given twice, as Terraform does. A repository that anyone may send a change to is no
//! place for that. What is written here follows `hclsyntax`, which Terraform reads with, in what is accepted, and
//! to the byte in what strings say.
//!
//! One broken file gives one error, the first: what follows a mistake is guesswork.

mod body;
mod collection;
mod cursor;
mod directive;
mod expression;
mod json;
mod literal;
mod origin;
mod template;
#[cfg(test)]
mod tests;

use crate::hcl::ast::{Body, Expr, SyntaxError};
use crate::text::{FileId, Traced};

use cursor::Parser;
use origin::Origin;

/// Levels that are read of what contains itself: parentheses, brackets, blocks, templates, and operators one on another. The
/// tree is never higher, so that whoever walks it needs no care of their own. People write fewer than twenty.
pub const MAX_LEVELS: u32 = 128;

/// Reads a file in the native syntax (`.tf`, `.tofu`, `.tfvars`).
pub fn native(file: FileId, text: &[u8]) -> Result<Body, SyntaxError> {
    let mut parser = Parser::new(text, Origin::File(file));
    // Terraform takes a byte order mark at the beginning of a file, and nowhere else.
    if text.starts_with(b"\xef\xbb\xbf") {
        parser.at = 3;
    }
    parser.file_body()
}

/// Reads a file in the JSON syntax (`.tf.json`, `.tofu.json`): a string is a template.
pub fn json(file: FileId, text: &[u8]) -> Result<Body, SyntaxError> {
    json::configuration(file, text)
}

/// Reads a `.tfvars.json`: a string is text, and no template.
pub fn json_values(file: FileId, text: &[u8]) -> Result<Body, SyntaxError> {
    json::values(file, text)
}

/// Reads an expression; places are those of `text`'s sources.
pub fn expression(text: &Traced) -> Result<Expr, SyntaxError> {
    let mut parser = Parser::new(text.bytes(), Origin::text(text));
    parser.whole_expression().map(|node| node.expr)
}

/// Reads a template, as in a template file; places are those of `text`'s sources.
pub fn template(text: &Traced) -> Result<Expr, SyntaxError> {
    let mut parser = Parser::new(text.bytes(), Origin::text(text));
    parser.whole_template(text.whole()).map(|node| node.expr)
}
