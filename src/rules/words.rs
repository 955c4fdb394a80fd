//! Words and places that several rules share.

use super::Context;
use crate::dns::Name;
use crate::finding::Edit;
use crate::mta_sts::policy::Mode;
use crate::mta_sts::record::FaultKind;
use crate::site::{Mx, PolicyText, RecordAt, ServedPolicy, Site, Slip, What};
use crate::text::{Place, Traced, clipped};

/// Where a finding about the domain as a whole points: its record, else its policy, else its first MX.
pub(super) fn anchor(site: &Site) -> Option<Place> {
    let record = site.sts_texts().next().map(|text| text.text.whole());
    let alias = site.record.aliases.first().map(|alias| alias.place);
    let policy = site.policy.text().map(PolicyText::opening);
    record.or(alias).or(policy).or_else(|| site.mx.values.first().map(|mx| mx.exchange.place))
}

/// The mode of the site's policy, where there is one that a sender can read.
pub(super) fn mode(site: &Site) -> Option<Mode> {
    site.policy.text().and_then(PolicyText::mode)
}

/// The MX records that name a host: no null MX, no address, and no name of which only a part is known.
pub(super) fn hosts(site: &Site) -> impl Iterator<Item = &Mx> {
    let is_host = |mx: &&Mx| !mx.exchange.name.is_root() && !mx.exchange.name.is_symbolic();
    site.mx.values.iter().filter(is_host).filter(|mx| mx.address_literal().is_none())
}

/// Whether a pattern of the policy covers an MX host: one that none covers gets no mail under the policy, whatever its TLS.
pub(super) fn is_covered(site: &Site, host: &Name) -> bool {
    site.policy.text().is_some_and(|policy| policy.patterns().any(|(pattern, _)| pattern.matches(host)))
}

/// `word` for one, and with an `s` for any other number, after the number.
pub(super) fn count(number: usize, word: &str) -> String {
    if number == 1 { format!("1 {word}") } else { format!("{number} {word}s") }
}

/// Reports the records of one kind that stand at a wrong name.
pub(super) fn misplaced(site: &Site, what: What, a_record: &str, cx: &mut Context<'_>) {
    for record in site.misplaced.iter().filter(|record| record.what == what) {
        let (owner, wanted) = (&record.at.owner, &record.wanted);
        let is_dot = record.slip == Slip::MissingDot;
        let is_wanted = || Name::parse(owner.written.as_bytes(), None).is_ok_and(|name| name == *wanted);
        let dot = if is_dot && is_wanted() { cx.final_dot(owner) } else { None };
        let finding = cx.report(owner.place, format!("{a_record} at `{}`, where no sender looks", owner.name));
        match record.slip {
            Slip::MissingDot => finding
                .label(format!("without a final dot the zone's name is added: `{}`", owner.name))
                .help(format!("end the name with a dot, `{}.`, or leave the zone's name off", owner.written)),
            Slip::AtPolicyHost => finding
                .label("the name of the web host that serves the policy")
                .help(format!("move it to `{wanted}.`, with the underscore")),
            Slip::AtDomain => finding.label("the domain itself").help(format!("move it to `{wanted}.`")),
            Slip::WrongLabel => finding.label(format!("not `{wanted}`")).help(format!("move it to `{wanted}.`")),
        };
        if let Some(edits) = dot {
            finding.safe_fix(edits);
        }
    }
}

/// What is wrong with a field of a TXT record, and what to do; `version` is the value of its `v` field.
pub(super) fn field_fault(kind: FaultKind, version: &str) -> (String, String) {
    let say = |fact: &str, act: &str| (fact.to_owned(), act.to_owned());
    match kind {
        FaultKind::LeadingText => {
            say("something stands before the version", &format!("begin the text with `v={version};`"))
        }
        FaultKind::Quote => {
            say("a double quote became part of the text", "quote the text once, and escape no quotes in it")
        }
        FaultKind::EscapedDelimiter => {
            say("a backslash became part of the text", "in quotes a semicolon needs no backslash: write `;`")
        }
        FaultKind::VersionCase => say("the version is in the wrong case", &format!("write `v={version}`")),
        FaultKind::VersionUnknown => say("there is no such version", &format!("write `v={version};`")),
        FaultKind::VersionForm => {
            say("the version is not written as it must be", &format!("write `v={version}`, without blanks"))
        }
        FaultKind::VersionNotFirst => say("the version is not first", &format!("begin the text with `v={version};`")),
        FaultKind::NoDelimiterAfterVersion | FaultKind::BlankBeforeDelimiter => {
            say("no semicolon follows the version", &format!("write `v={version};`"))
        }
        FaultKind::EmptyField => say("a field is empty", "remove one of the semicolons"),
        FaultKind::Colon => say("a colon stands for the equals sign", "write `name=value`"),
        FaultKind::NoEquals => say("a field is no `name=value`", "write `name=value`, or remove it"),
        FaultKind::BlankAroundEquals => {
            say("there are blanks around the equals sign", "write `name=value` without blanks")
        }
        FaultKind::EmptyValue => say("a field has no value", "give it one, or remove the field"),
        FaultKind::BadName => {
            say("a field's name is not made of letters, digits, `_`, `-` and `.`", "correct or remove it")
        }
        FaultKind::WrongSeparator => say("fields are not parted by a semicolon", "write `;` between them"),
        FaultKind::TrailingBlank => say("blanks stand at its end", "remove them"),
        FaultKind::BadByte => say("a value holds a character that none may hold", "remove it"),
    }
}

/// Reports a text that an unquoted semicolon cut short, and offers to quote it, if it is then one that `is_valid`.
pub(super) fn truncated(
    text: &Traced,
    at: &RecordAt,
    a_record: &str,
    is_valid: impl Fn(&[u8]) -> bool,
    cx: &mut Context<'_>,
) {
    let Some((lost, fields)) = at.lost_fields() else { return };
    let whole = text.whole();
    let end = lost.span.end;
    let shown = clipped(fields.trim_ascii(), 60);
    let published = clipped(text.bytes(), 40);
    let is_plain = whole.span.end <= lost.span.start && whole.span.len() as usize == text.bytes().len();
    let restored = [text.bytes(), b";", fields].concat();
    let is_what_was_meant = !fields.iter().any(|byte| matches!(byte, b'"' | b'\\')) && is_valid(&restored);
    let finding = cx
        .report(whole, format!("an unquoted semicolon ends {a_record}: only `{published}` is published"))
        .label("all that is published")
        .related(lost, "a comment, for every name server")
        .help(format!("quote the text: `\"{published}; {shown}\"`"));
    if is_plain && is_what_was_meant {
        let quote = |offset| Edit::insert(whole.file, offset, "\"");
        finding.safe_fix(vec![quote(whole.span.start), quote(end)]);
    }
}

/// Where the policy says `mode`, if that is its mode.
pub(super) fn mode_of(served: &ServedPolicy, mode: Mode) -> Option<Place> {
    let field = served.policy.parsed.mode_field().filter(|_| served.policy.mode() == Some(mode))?;
    Some(served.policy.place(field.value))
}
