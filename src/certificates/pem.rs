//! Certificates in PEM (RFC 7468 §5): only blocks that call themselves `CERTIFICATE` are decoded, whatever lies beside them. The file
//! of a server often holds its private key, too.

use memchr::memmem;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::x509::{Parsed, Usage, read};
use crate::text::Span;

/// Octets of a file that are looked at: the bundle of all public roots has a quarter of them.
pub const MAX_PEM: u64 = 1 << 20;
/// Certificates of one file.
const MOST_BLOCKS: usize = 1000;
const BEGIN: &[u8] = b"-----BEGIN CERTIFICATE-----";
const END: &[u8] = b"-----END CERTIFICATE-----";
/// What stands in no base64.
const DASHES: &[u8] = b"-----";

/// A block of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// From the first dash to the last.
    pub span: Span,
    /// What it holds, in DER; `None` where it is no base64.
    pub der: Option<Vec<u8>>,
}

/// The certificates of a file, in their order: a block begins with a line, and ends with one.
pub fn blocks(text: &[u8]) -> impl Iterator<Item = Block> + '_ {
    let mut at = 0;
    let next = move || loop {
        let start = begin(text, at)?;
        let inside = start + BEGIN.len();
        at = inside + memmem::find(&text[inside..], DASHES)?;
        // What begins anew before it ends, perhaps as a key, is none.
        if text[at..].starts_with(END) {
            at += END.len();
            let der = CertificateDer::from_pem_slice(&text[start..at]).ok();
            return Some(Block { span: Span::of(start..at), der: der.map(|der| der.to_vec()) });
        }
    };
    std::iter::from_fn(next).take(MOST_BLOCKS)
}

/// Where the first line from `at` on is that begins a certificate.
fn begin(text: &[u8], at: usize) -> Option<usize> {
    let is_line = |start: &usize| start.checked_sub(1).is_none_or(|before| text[before] == b'\n');
    memmem::find_iter(&text[at..], BEGIN).map(|found| at + found).find(is_line)
}

/// The certificate of a server whose file this is, and where it begins. It comes first, with those of its authorities behind it, in
/// the order in which it is sent (RFC 8446 §4.4.2); what begins with an authority is a list of those.
pub fn own(text: &[u8]) -> Option<(Span, Parsed)> {
    let first = blocks(text).next()?;
    let parsed = read(&first.der?)?;
    // Some make their only certificate one of an authority, by which it signs itself.
    let start = first.span.range().start;
    (parsed.usage != Usage::Authority || parsed.is_self_issued())
        .then(|| (Span::of(start..start + BEGIN.len()), parsed))
}

/// The same file with nothing in it but its certificates and the ends of its lines: what a report may quote.
pub fn redacted(text: &[u8]) -> Vec<u8> {
    let blank = |byte: &u8| if *byte == b'\n' { b'\n' } else { b' ' };
    let mut kept: Vec<u8> = text.iter().map(blank).collect();
    for Block { span, .. } in blocks(text).filter(|block| block.der.is_some()) {
        kept[span.range()].copy_from_slice(&text[span.range()]);
    }
    kept
}
