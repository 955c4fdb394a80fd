//! `mx-pattern-invalid`: a pattern that is none.

use super::Context;
use crate::mta_sts::mx_pattern::MxPatternError as E;
use crate::site::ServedPolicy;

pub(super) fn judge(served: &ServedPolicy, cx: &mut Context<'_>) {
    let policy = &served.policy;
    for (field, pattern) in policy.parsed.mx() {
        let Err(error) = pattern else { continue };
        let shown = policy.shown(field.value);
        let (fact, help) = words(error, &shown);
        let span = if field.value.is_empty() { field.name } else { field.value };
        cx.report(policy.place(span), format!("`{shown}` is no mx pattern: {fact}"))
            .label("senders refuse the policy, or match no host with this")
            .help(help);
    }
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
