//! Character-strings (RFC 1035 §3.3, §5.1): decoded and joined, with the way back to the source.

use super::lex::Token;
use super::problem::ProblemKind;
use crate::text::{FileId, Place, Span, Traced, TracedBuilder};

/// The character-strings of a TXT record, joined without a separator.
pub(super) fn join(tokens: &[Token], text: &[u8], file: FileId) -> Result<Traced, (Token, ProblemKind)> {
    let whole = match tokens {
        [first, .., last] => first.outer().to(last.outer()),
        [only] => only.outer(),
        [] => Span::default(),
    };
    let mut builder = TracedBuilder::new(Place::new(file, whole));
    for token in tokens {
        if token.is_escaped() {
            decode(*token, text, &mut builder).map_err(|kind| (*token, kind))?;
        } else {
            builder.verbatim(token.text(text), token.span().start);
        }
    }
    Ok(builder.finish())
}

/// The first character-string of more than 255 octets, and how many it has.
pub(super) fn too_long(tokens: &[Token], text: &[u8]) -> Option<(Token, usize)> {
    let octets = |token: &Token| match join(std::slice::from_ref(token), text, FileId(0)) {
        Ok(decoded) => decoded.bytes().len(),
        Err(_) => 0,
    };
    // What is not longer as written is not longer decoded.
    let long = tokens.iter().filter(|token| token.span().len() > 255);
    long.map(|token| (*token, octets(token))).find(|(_, octets)| *octets > 255)
}

fn decode(token: Token, text: &[u8], builder: &mut TracedBuilder) -> Result<(), ProblemKind> {
    let Span { start, end } = token.span();
    let mut from = start;
    while let Some(len) = memchr::memchr(b'\\', Span::new(from, end).slice(text)) {
        let escape = from + Span::of(0..len).len();
        builder.verbatim(Span::new(from, escape).slice(text), from);
        let (octet, used) = match Span::new(escape + 1, end).slice(text) {
            [a @ b'0'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9', ..] => {
                let code = u16::from(a - b'0') * 100 + u16::from(b - b'0') * 10 + u16::from(c - b'0');
                (u8::try_from(code).map_err(|_| ProblemKind::BadEscape)?, 4)
            }
            [b'0'..=b'9', ..] | [] => return Err(ProblemKind::BadEscape),
            [octet, ..] => (*octet, 2),
        };
        builder.decoded(&[octet], Span::new(escape, escape + used));
        from = escape + used;
    }
    builder.verbatim(Span::new(from, end).slice(text), from);
    Ok(())
}

/// The character-strings of a TXT record in RFC 3597 form, `\# length hexadecimal`: each with its length in front.
pub(super) fn join_generic(tokens: &[Token], text: &[u8], file: FileId) -> Result<Traced, ProblemKind> {
    let data = generic(tokens, text).ok_or(ProblemKind::BadGeneric)?;
    let [first, .., last] = tokens else { return Err(ProblemKind::BadGeneric) };
    let span = first.outer().to(last.outer());
    let mut builder = TracedBuilder::new(Place::new(file, span));
    let mut rest = &data[..];
    while let Some((&len, tail)) = rest.split_first() {
        let (string, after) = tail.split_at_checked(usize::from(len)).ok_or(ProblemKind::BadGeneric)?;
        builder.decoded(string, span);
        rest = after;
    }
    Ok(builder.finish())
}

fn generic(tokens: &[Token], text: &[u8]) -> Option<Vec<u8>> {
    let [_, length, digits @ ..] = tokens else { return None };
    let length: usize = std::str::from_utf8(length.text(text)).ok()?.parse().ok()?;
    let digits: Vec<u8> = digits.iter().flat_map(|token| token.text(text)).copied().collect();
    let nibble = |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let data: Option<Vec<u8>> =
        digits.chunks(2).map(|pair| Some(nibble(*pair.first()?)? << 4 | nibble(*pair.get(1)?)?)).collect();
    data.filter(|data| data.len() == length)
}
