//! Tables of truth: what is read, and where it stands. What Terraform 1.11.4 says of the same bytes was asked of it.

mod expressions;
mod files;
mod json;
mod limits;
mod strings;

use crate::hcl::ast::{BinaryOp, Body, Expr, ExprKind, Part, SyntaxError, UnaryOp};
use crate::text::{FileId, Place, Span, Traced};

const FILE: FileId = FileId(7);

/// The body that `text` is.
fn body(text: &str) -> Result<Body, SyntaxError> {
    super::native(FILE, text.as_bytes())
}

/// The expression that `text` is, as the value of an argument.
fn value(text: &str) -> Result<Expr, SyntaxError> {
    body(&format!("x = {text}\n")).map(|body| body.attributes[0].value.clone())
}

/// `value`, in brackets.
fn shown(text: &str) -> String {
    value(text).map_or_else(|error| format!("! {error}"), |expr| show(&expr))
}

/// Text of a file that stands there as it is, from `start` on.
fn traced(text: &str, start: u32) -> Traced {
    let end = start + u32::try_from(text.len()).unwrap();
    Traced::verbatim(text.as_bytes(), Place::new(FILE, Span::new(start, end)))
}

/// A body in brackets.
fn show_body(body: &Body) -> String {
    let attributes = body.attributes.iter().map(|attribute| format!("{}={}", attribute.name, show(&attribute.value)));
    let blocks = body.blocks.iter().map(|block| {
        let labels: Vec<&str> = block.labels.iter().map(|(label, _)| &**label).collect();
        format!("{}({}){{{}}}", block.kind, labels.join(","), show_body(&block.body))
    });
    attributes.chain(blocks).collect::<Vec<_>>().join(" ")
}

/// An expression in brackets, so that a person can compare it.
fn show(expr: &Expr) -> String {
    let list = |exprs: &[Expr]| exprs.iter().map(show).collect::<Vec<_>>().join(" ");
    match &expr.kind {
        ExprKind::Null => "null".to_owned(),
        ExprKind::Bool(value) => value.to_string(),
        ExprKind::Number(digits) => digits.to_string(),
        ExprKind::String(text) => format!("{:?}", text.text()),
        ExprKind::Template(parts) => format!("<{}>", show_parts(parts)),
        ExprKind::Tuple(items) => format!("[{}]", list(items)),
        ExprKind::Object(items) => {
            let items: Vec<String> =
                items.iter().map(|(key, value)| format!("{}={}", show(key), show(value))).collect();
            format!("{{{}}}", items.join(" "))
        }
        ExprKind::Variable(name) => name.to_string(),
        ExprKind::Call { name, arguments, expands } => {
            format!("({name}!{}{}{})", if arguments.is_empty() { "" } else { " " }, list(arguments), dots(*expands))
        }
        ExprKind::Attribute(of, name) => format!("{}.{name}", show(of)),
        ExprKind::Index(of, key) => format!("{}[{}]", show(of), show(key)),
        ExprKind::Splat { source, each } => format!("(splat {} {})", show(source), show(each)),
        ExprKind::Unary(UnaryOp::Negate, of) => format!("(- {})", show(of)),
        ExprKind::Unary(UnaryOp::Not, of) => format!("(! {})", show(of)),
        ExprKind::Binary(left, operator, right) => format!("({} {} {})", mark(*operator), show(left), show(right)),
        ExprKind::Conditional(parts) => format!("(? {})", list(&**parts)),
        ExprKind::For(parts) => {
            let key = parts.key.as_ref().map_or_else(String::new, |key| format!("{} => ", show(key)));
            let test = parts.condition.as_ref().map_or_else(String::new, |test| format!(" if {}", show(test)));
            let names = names(parts.key_name.as_deref(), &parts.value_name);
            format!("(for {names} {} : {key}{}{}{test})", show(&parts.source), show(&parts.value), dots(parts.groups))
        }
        ExprKind::Parens(inner) => format!("({})", show(inner)),
    }
}

fn show_parts(parts: &[Part]) -> String {
    let shown = parts.iter().map(|part| match part {
        Part::Literal(text) => format!("{:?}", text.text()),
        Part::Interpolation(expr) => show(expr),
        Part::If { condition, then, otherwise } => {
            format!("(if {} <{}> <{}>)", show(condition), show_parts(then), show_parts(otherwise))
        }
        Part::For { key_name, value_name, source, body } => {
            format!("(for {} {} <{}>)", names(key_name.as_deref(), value_name), show(source), show_parts(body))
        }
    });
    shown.collect::<Vec<_>>().join(" ")
}

fn names(key: Option<&str>, value: &str) -> String {
    key.map_or_else(|| value.to_owned(), |key| format!("{key},{value}"))
}

fn dots(has: bool) -> &'static str {
    if has { "..." } else { "" }
}

fn mark(operator: BinaryOp) -> &'static str {
    use BinaryOp as Op;
    match operator {
        Op::Add => "+",
        Op::Subtract => "-",
        Op::Multiply => "*",
        Op::Divide => "/",
        Op::Remainder => "%",
        Op::Equal => "==",
        Op::NotEqual => "!=",
        Op::Less => "<",
        Op::LessOrEqual => "<=",
        Op::Greater => ">",
        Op::GreaterOrEqual => ">=",
        Op::And => "&&",
        Op::Or => "||",
    }
}
