//! Which records are kept, told from the source bytes: this runs for every record of the zone.

use super::entry::rtype;
use super::lex::Token;

/// First labels under which records for MTA-STS and TLSRPT stand, or are put by mistake.
const LABELS: [&[u8]; 12] = [
    b"_mta-sts",
    b"mta-sts",
    b"_smtp",
    b"_tls",
    b"_mta_sts",
    b"_mtasts",
    b"mtasts",
    b"_sts",
    b"_tlsrpt",
    b"_smtp-tlsrpt",
    b"_smtp_tls",
    b"smtp",
];

pub(super) fn matters(owner: &[u8], rtype: u16, data: &[Token], text: &[u8]) -> bool {
    match rtype {
        rtype::MX => true,
        rtype::TXT => is_telling(owner) || says_its_kind(data, text),
        rtype::A | rtype::AAAA | rtype::CNAME => is_telling(owner),
        _ => false,
    }
}

/// Whether the first label is one of those, or a wildcard, or cannot be read at a glance.
fn is_telling(owner: &[u8]) -> bool {
    match owner.first() {
        Some(b'*' | b'\\') => true,
        Some(b'_' | b'm' | b'M' | b's' | b'S') => {
            let label = owner.split(|byte| *byte == b'.').next().unwrap_or_default();
            label.contains(&b'\\') || LABELS.iter().any(|known| label.eq_ignore_ascii_case(known))
        }
        _ => false,
    }
}

/// Whether the text begins with the version of an STS or TLSRPT record, in any case, behind quotes, blanks and
/// backslashes.
fn says_its_kind(data: &[Token], text: &[u8]) -> bool {
    let Some(first) = data.first() else { return false };
    let text = first.text(text);
    let is_filler = |byte: &u8| matches!(byte, b'"' | b'\\' | b' ' | b'\t');
    let start = text.iter().take_while(|byte| is_filler(byte)).count();
    let text = &text[start..text.len().min(start + 16)];
    // `\118\061`: an escape of digits hides what it says, and `\#` as well.
    let is_hidden = start > 0 && text.first().is_some_and(|byte| byte.is_ascii_digit() || *byte == b'#');
    let mut rest = text.iter().filter(|byte| !matches!(byte, b' ' | b'\t'));
    is_hidden
        || rest.next().is_some_and(|byte| byte.eq_ignore_ascii_case(&b'v'))
            && rest.next().is_some_and(|byte| matches!(byte, b'=' | b':'))
            && rest.next().is_some_and(|byte| matches!(byte, b'S' | b's' | b'T' | b't'))
}
