//! `tlsrpt-missing`: MTA-STS, and nobody who hears of failures.

use super::Context;
use super::words::{anchor, mode};
use crate::finding::Edit;
use crate::mta_sts::policy::Mode;
use crate::site::{Site, What};
use crate::text::Span;

pub(super) fn judge(site: &Site, cx: &mut Context<'_>) {
    let set = &site.tlsrpt;
    let is_here = set.zone.is_some() && set.is_whole() && set.aliases.is_empty();
    let is_misplaced = site.misplaced.iter().any(|record| record.what == What::Tlsrpt);
    let mode = mode(site);
    if !site.has_mta_sts()
        || !is_here
        || set.values.iter().any(super::super::site::TlsrptText::is_meant)
        || is_misplaced
        || mode == Some(Mode::None)
    {
        return;
    }
    let Some(place) = anchor(site) else { return };
    let effect = match mode {
        Some(Mode::Enforce) => "with an enforced policy, a mistake shows only as mail that does not arrive",
        _ => "reports are all that a policy brings before it is enforced",
    };
    let name = &set.name;
    let edit = record(site, cx);
    let finding = cx
        .report(place, format!("`{}` asks for no TLS reports: there is no record at `{name}`", site.domain))
        .label(effect)
        .help(format!("publish `{name}. TXT \"v=TLSRPTv1; rua=mailto:tls-reports@{}\"`", site.domain));
    if let Some(edit) = edit {
        finding.unsafe_fix(vec![edit]);
    }
}

/// How much longer the owner is than that of the record above.
const LONGER: usize = "_smtp._tls".len() - "_mta-sts".len();

/// A record below the `_mta-sts` record of a master file, written as that one is: its owner's form, its TTL and class, its columns.
fn record(site: &Site, cx: &Context<'_>) -> Option<Edit> {
    let [sts] = &site.record.values[..] else { return None };
    let (at, owner) = (sts.at.place, &sts.at.owner);
    let is_domains_own = site.record.wildcard.is_none()
        && site.record.aliases.is_empty()
        // A file that several zones include speaks of none of them.
        && site.zone.as_ref().is_some_and(|zone| zone.place.file == at.file)
        && owner.name == site.record.name
        && owner.place.span.start == at.span.start;
    // Reports go to a mailbox of the domain: it must have some.
    let takes_mail = site.mx.is_whole() && site.mx.values.iter().any(|mx| !mx.exchange.name.is_root());
    let is_plain = site.domain.as_str().bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
    if !is_domains_own || !takes_mail || !is_plain {
        return None;
    }
    let file = cx.file(at)?;
    let domain = owner.written.strip_prefix("_mta-sts")?;
    let between = str::from_utf8(Span::new(owner.place.span.end, sts.text.whole().span.start).slice(file)).ok()?;
    let line = cx.line(at)?;
    // The whole entry on one line, which begins with its owner: no master file is quoted or indented here.
    let is_one_line = line.span.start == at.span.start && at.span.end <= line.span.end;
    let kind = between.split_ascii_whitespace().last().filter(|kind| kind.eq_ignore_ascii_case("TXT"))?;
    let is_entry = between.starts_with([' ', '\t']) && between.ends_with([' ', '\t']) && !kind.is_empty();
    if !is_one_line || !is_entry {
        return None;
    }
    // The columns stay where they are, as far as there is room: this owner is longer.
    let spaces = between.bytes().take_while(|byte| *byte == b' ').count();
    let between = &between[LONGER.min(spaces.saturating_sub(1))..];
    let text = format!("_smtp._tls{domain}{between}\"v=TLSRPTv1; rua=mailto:tls-reports@{}\"", site.domain);
    Some(Edit::insert(at.file, line.span.end, format!("{}{text}", cx.line_end(at)?)))
}
