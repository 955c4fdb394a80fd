//! `tlsrpt-syntax`: a TLSRPT record that breaks the grammar.

use super::Context;
use super::mend::Mend;
use super::words::field_fault;
use crate::mta_sts::tlsrpt::{self, FaultKind, UriError};
use crate::site::Site;

pub(super) fn judge(site: &Site, cx: &mut Context<'_>) {
    for record in site.tlsrpt_texts() {
        let uri = record.parsed.uris.iter().find_map(|uri| Some((uri.span, uri.target.as_ref().err()?)));
        // `rua=mailto;a@b`: the semicolon makes two faults, and the address tells which was meant.
        let fault = record.parsed.faults.iter().find(|fault| {
            fault.kind != FaultKind::BlankBeforeDelimiter && !(fault.kind == FaultKind::NoEquals && uri.is_some())
        });
        let (span, fact, help) = match (fault, uri) {
            (Some(fault), _) => {
                let (fact, help) = field_fault(fault.kind, "TLSRPTv1");
                (fault.span, fact, help)
            }
            (None, Some((span, error))) => {
                let (fact, help) = uri_fault(*error, &record.shown(span));
                (span, fact.to_owned(), help)
            }
            (None, None) => continue,
        };
        let span = if span.is_empty() { record.parsed.rua.as_ref().map_or(span, |rua| rua.whole) } else { span };
        let mend = Mend::of_fields(&record.text, &record.parsed.faults, "v=TLSRPTv1");
        let edits = mend.filter(|mend| tlsrpt::parse(&mend.result()).is_valid()).and_then(|mend| mend.edits(cx));
        let finding = cx
            .report(
                record.text.place(span),
                format!("the TLSRPT record of `{}` breaks the grammar: {fact}", site.domain),
            )
            .label("senders send no reports")
            .help(help);
        if let Some(edits) = edits {
            finding.safe_fix(edits);
        }
    }
}

fn uri_fault(error: UriError, shown: &str) -> (&'static str, String) {
    match error {
        UriError::Empty => ("an address is missing", "write `rua=mailto:` and an address".to_owned()),
        UriError::NoScheme => ("an address has no scheme", format!("write `mailto:{shown}`")),
        UriError::MailtoSemicolon => ("a semicolon follows `mailto`", "write `mailto:`, with a colon".to_owned()),
        UriError::MailtoSlashes => ("`mailto:` takes no slashes", "write `mailto:` and the address".to_owned()),
        UriError::BadScheme => ("reports go to `mailto:` or `https://` only", "use one of the two".to_owned()),
        UriError::NoAt => {
            ("the address has no mailbox and domain around an `@`", "write `mailto:tls-reports@example.com`".to_owned())
        }
        UriError::Blank => ("there are blanks in an address", "remove them; addresses are parted by commas".to_owned()),
        UriError::RawByte => {
            ("`!` must be percent-encoded in an address", "write `%21`, or leave DMARC's size limit off".to_owned())
        }
    }
}
