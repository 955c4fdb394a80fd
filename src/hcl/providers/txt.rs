//! The texts of TXT records, as each provider takes them, decoded to what would be published.

use super::table::Codec;
use super::units::{Unit, trimmed, units};
use crate::text::{Place, Traced, TracedBuilder};

/// A TXT record holds no more; what is longer is not looked into.
const MAX_TEXT: usize = 65_535;

/// What the text of a TXT record is once it is published.
pub(super) fn decode(text: &Traced, codec: Codec) -> Traced {
    if text.bytes().len() > MAX_TEXT {
        return text.clone();
    }
    let units = units(text);
    let inner = trimmed(&units);
    let is_quoted = inner.len() > 1 && [inner.first(), inner.last()].into_iter().flatten().all(|unit| unit.is(b'"'));
    match codec {
        Codec::StringsOrPlain if is_quoted => strings(&units, text.whole()),
        Codec::Strings => strings(&units, text.whole()),
        // The provider's own quotes around these make an empty string, some text without quotes, and another empty string; the
        // one who wrote it should see the quotes that are too many.
        Codec::Plain | Codec::StringsOrPlain => text.clone(),
        Codec::Inside | Codec::InsideOctal if is_quoted => text.clone(),
        Codec::Inside => inside(&units, text.whole(), 10),
        Codec::InsideOctal => inside(&units, text.whole(), 8),
    }
}

/// RFC 1035 §5.1: character-strings, quoted or not, joined without a separator.
fn strings(units: &[Unit<'_>], whole: Place) -> Traced {
    let mut out = TracedBuilder::new(whole);
    let mut is_quoted = false;
    let mut rest = units;
    while let [first, tail @ ..] = rest {
        rest = tail;
        match first.byte() {
            Some(b'"') => is_quoted = !is_quoted,
            Some(b' ' | b'\t' | b'\n' | b'\r') if !is_quoted => {}
            Some(b'\\') => rest = escape(first, tail, 10, &mut out),
            _ => first.add_to(&mut out),
        }
    }
    out.finish()
}

/// What stands between a quote and a quote. Two quotes inside, with blanks between them or not, end one string and begin
/// another.
fn inside(units: &[Unit<'_>], whole: Place, base: u32) -> Traced {
    let mut out = TracedBuilder::new(whole);
    let mut rest = units;
    while let [first, tail @ ..] = rest {
        rest = tail;
        match first.byte() {
            Some(b'\\') => rest = escape(first, tail, base, &mut out),
            Some(b'"') => match tail.iter().position(|unit| !unit.is(b' ')).filter(|at| tail[*at].is(b'"')) {
                Some(at) => rest = &tail[at + 1..],
                None => first.add_to(&mut out),
            },
            _ => first.add_to(&mut out),
        }
    }
    out.finish()
}

/// Adds what an escape stands for: the byte with three digits' number, or the next byte; and gives what follows.
fn escape<'u, 't>(backslash: &Unit<'t>, after: &'u [Unit<'t>], base: u32, out: &mut TracedBuilder) -> &'u [Unit<'t>] {
    let digit = |unit: &Unit<'_>| unit.byte().and_then(|byte| char::from(byte).to_digit(base));
    let coded = match after {
        [a, b, c, ..] => match (digit(a), digit(b), digit(c)) {
            (Some(a), Some(b), Some(c)) => u8::try_from((a * base + b) * base + c).ok(),
            _ => None,
        },
        _ => None,
    };
    let (bytes, used): (&[u8], usize) = match (&coded, after) {
        (Some(code), _) => (std::slice::from_ref(code), 3),
        (None, [next, ..]) if !next.is_hole => (next.bytes, 1),
        (None, _) => {
            backslash.add_to(out);
            return after;
        }
    };
    let last = after[..used].last().map_or(backslash.source, |unit| unit.source);
    out.push(bytes, backslash.source.to(last), false, backslash.note.cloned());
    &after[used..]
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    use crate::text::{FileId, Hole, Note, Reason, Span};

    fn published(written: &str, codec: Codec) -> String {
        let place = Place::new(FileId(0), Span::of(0..written.len()));
        let decoded = decode(&Traced::verbatim(written.as_bytes(), place), codec);
        decoded.text().into_owned()
    }

    #[test]
    fn texts_are_published_as_the_providers_take_them() {
        use Codec as C;
        let table = [
            ("v=STSv1; id=1", C::Plain, "v=STSv1; id=1"),
            // Azure takes quotes for text.
            (r#""v=STSv1; id=1""#, C::Plain, r#""v=STSv1; id=1""#),
            (r#""v=STSv1; id=1""#, C::StringsOrPlain, "v=STSv1; id=1"),
            ("v=STSv1; id=1", C::StringsOrPlain, "v=STSv1; id=1"),
            (r#""v=STSv1; " "id=1""#, C::StringsOrPlain, "v=STSv1; id=1"),
            (r#""v=STSv1; id=1"#, C::StringsOrPlain, r#""v=STSv1; id=1"#),
            // Cloud DNS: two strings without the blank between them.
            ("v=STSv1; id=1", C::Strings, "v=STSv1;id=1"),
            (r#""v=STSv1; id=1;""#, C::Strings, "v=STSv1; id=1;"),
            (r#""v=STSv1\; id=1\;""#, C::Strings, "v=STSv1; id=1;"),
            (r#""v=STSv1\\; id=1""#, C::Strings, r"v=STSv1\; id=1"),
            (r#""\118=STSv1""#, C::Strings, "v=STSv1"),
            // Route 53: one pair of quotes is the provider's.
            ("v=STSv1; id=1", C::InsideOctal, "v=STSv1; id=1"),
            (r#"v=DKIM1; p=A""B"#, C::InsideOctal, "v=DKIM1; p=AB"),
            (r#"v=DKIM1; p=A" "B"#, C::InsideOctal, "v=DKIM1; p=AB"),
            (r#"say \"hi\""#, C::InsideOctal, r#"say "hi""#),
            (r#""v=STSv1; id=1""#, C::InsideOctal, r#""v=STSv1; id=1""#),
            (r"\166=STSv1", C::InsideOctal, "v=STSv1"),
            (r"\118=STSv1", C::InsideOctal, "118=STSv1"),
            (r"\118=STSv1", C::Inside, "v=STSv1"),
            ("ends with \\", C::Inside, "ends with \\"),
            ("", C::InsideOctal, ""),
            ("\"", C::Inside, "\""),
            ("\"", C::StringsOrPlain, "\""),
        ];
        for (written, codec, text) in table {
            assert_eq!(published(written, codec), text, "{written} {codec:?}");
        }
    }

    #[test]
    fn what_is_not_known_is_neither_quote_nor_escape() {
        let at = |start, end| Place::new(FileId(0), Span::new(start, end));
        let hole = Hole { reason: Reason::nowhere("a variable"), is_exact: false };
        let note = Arc::new(Note { hole: Some(hole), ..Note::default() });
        let mut builder = TracedBuilder::new(at(0, 30));
        builder.verbatim(br#""v=STSv1; id="#, 0);
        builder.push(br#"\"?"#, at(13, 25), false, Some(note));
        builder.verbatim(b"\"", 25);
        let decoded = decode(&builder.finish(), Codec::StringsOrPlain);
        assert_eq!(decoded.shown(), "v=STSv1; id=${…}");
        assert_eq!(decoded.place(Span::new(0, 2)), at(1, 3));
    }
}
