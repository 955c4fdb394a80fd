//! `mx-pattern-invalid`: a pattern that is none.

use super::Context;
use super::mend::Mend;
use crate::mta_sts::mx_pattern::{MxPattern, MxPatternError as E};
use crate::site::ServedPolicy;

pub(super) fn judge(served: &ServedPolicy, cx: &mut Context<'_>) {
    let policy = &served.policy;
    for (field, pattern) in policy.parsed.mx() {
        let Err(error) = pattern else { continue };
        let shown = policy.shown(field.value);
        let (fact, help) = words(error, &shown);
        let span = if field.value.is_empty() { field.name } else { field.value };
        let edits = meant(error, &shown).and_then(|meant| {
            // A name from elsewhere may be used elsewhere, where it has to stay as it is: an MX record ends with a dot.
            let is_own = policy.text.stretches_in(field.name.to(field.value)).count() == 1;
            Mend::of(&policy.text).replace(field.value, meant).edits(cx).filter(|_| is_own)
        });
        let finding = cx
            .report(policy.place(span), format!("`{shown}` is no mx pattern: {fact}"))
            .label("senders refuse the policy, or match no host with this")
            .help(help);
        if let Some(edits) = edits {
            finding.safe_fix(edits);
        }
    }
}

/// The pattern, where only one can be meant.
fn meant(error: &E, shown: &str) -> Option<String> {
    let meant = match error {
        E::Quoted => shown.trim_matches(|sign: char| matches!(sign, '"' | '\'')),
        E::Preference { host } => host,
        E::TrailingDot => shown.trim_end_matches('.'),
        E::NotAscii { a_label } => a_label.as_deref()?,
        _ => return None,
    };
    MxPattern::parse(meant.as_bytes()).is_ok().then(|| meant.to_owned())
}

fn words(error: &E, shown: &str) -> (&'static str, String) {
    let bare = shown.trim_matches(|sign: char| matches!(sign, '"' | '\'' | '.' | '*'));
    match error {
        E::Empty => ("nothing is there", "name a host, or remove the line".to_owned()),
        E::Quoted => ("it is in quotes", format!("write `mx: {bare}`")),
        E::Preference { host } => ("the preference belongs to the MX record", format!("write `mx: {host}`")),
        E::List => ("it holds more than one name", "write one `mx` line for each host".to_owned()),
        E::Url => ("it holds more than a host name", "write the host's name alone".to_owned()),
        E::IpLiteral => ("it is an address", "write the name of the MX host".to_owned()),
        E::TrailingDot => ("it ends with a dot", format!("write `mx: {}`", shown.trim_end_matches('.'))),
        E::LeadingDot => ("it begins with a dot", format!("write `mx: *.{bare}` for any host directly below")),
        E::WildcardAlone => ("a wildcard needs a domain", "name the hosts, or write `*.` and their domain".to_owned()),
        E::WildcardPartial => (
            "`*` stands for a whole label, not for a part of one",
            "name the hosts, or write `*.` and their domain".to_owned(),
        ),
        E::WildcardNotFirst => {
            ("`*` may only be the first label", "name the hosts, or write `*.` and their domain".to_owned())
        }
        E::NotAscii { a_label: Some(name) } => ("it is not written in A-labels", format!("write `mx: {name}`")),
        E::NotAscii { a_label: None } => {
            ("it holds letters outside ASCII", "write the name in A-labels (`xn--...`)".to_owned())
        }
        E::Underscore => ("host names have no underscores", "correct the name".to_owned()),
        E::Hyphen => ("no label begins or ends with a hyphen", "correct the name".to_owned()),
        E::EmptyLabel => ("a label is empty", "remove one of the dots".to_owned()),
        E::TooLong => ("a label has more than 63 octets, or the name more than 255", "correct the name".to_owned()),
        E::BadByte { .. } => ("it holds a character that host names do not have", "correct the name".to_owned()),
    }
}
