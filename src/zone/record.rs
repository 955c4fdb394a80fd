//! From the tokens of an entry to a record.

use super::entry;
use super::lex::{Head, Token};
use super::problem::ProblemKind;
use super::rdata::{self, Scope as At};
use crate::dns::{Comment, Record};
use crate::text::{Place, Span};

/// The record that an entry declares, without the TTL that it takes from elsewhere.
pub(super) fn build(
    at: At<'_>,
    head: Head,
    owner: Token,
    tokens: &[Token],
    prefix: entry::Prefix,
) -> Result<Record, rdata::Fault> {
    let start = if head.has_blank_start { tokens.first().copied().unwrap_or(owner) } else { owner };
    let span = entry_span(start, tokens);
    let owner = rdata::target(owner, at).map_err(|(token, kind)| match kind {
        ProblemKind::BadName(error, _) => (token, ProblemKind::BadOwner(error)),
        kind => (token, kind),
    })?;
    let data = rdata::parse(prefix.rtype, &tokens[prefix.len..], at)?;
    let ttl = prefix.ttl.map(|(seconds, token)| (seconds, Place::new(at.file, token.span())));
    Ok(Record {
        owner,
        ttl,
        data,
        place: Place::new(at.file, span),
        comment: head.comment.map(|span| comment(span, at)),
    })
}

fn comment(span: Span, at: At<'_>) -> Comment {
    /// No record's fields are longer.
    const MAX: usize = 512;
    let text = span.slice(at.text);
    Comment { place: Place::new(at.file, span), text: text[..text.len().min(MAX)].into() }
}

/// From the owner, where it is on the entry, to the end of its data.
pub(super) fn entry_span(owner: Token, tokens: &[Token]) -> Span {
    let data = match tokens {
        [first, .., last] => first.outer().to(last.outer()),
        [only] => only.outer(),
        [] => return owner.span(),
    };
    // An owner from far above is not part of the entry.
    if owner.span().end <= data.start && data.start - owner.span().end < 256 { owner.span().to(data) } else { data }
}
