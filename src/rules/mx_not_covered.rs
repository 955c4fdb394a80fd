//! `mx-not-covered`: an MX host to which senders that honour the policy will not deliver.

use super::Context;
use super::mx_line;
use super::words::{count, hosts, mode};
use crate::mta_sts::mx_pattern::{MxPattern, Near};
use crate::mta_sts::policy::Mode;
use crate::site::{Mx, PolicyText, Site};
use crate::text::Place;

pub(super) fn judge(site: &Site, cx: &mut Context<'_>) {
    let (Some(policy), Some(mode @ (Mode::Enforce | Mode::Testing))) = (site.policy.text(), mode(site)) else { return };
    let patterns: Vec<(&MxPattern, Place)> = policy.patterns().collect();
    if patterns.is_empty() || !policy.has_all_patterns() {
        return; // policy-field-missing or mx-pattern-invalid says so; or one that is not known may cover the host.
    }
    for mx in hosts(site) {
        let host = &mx.exchange.name;
        if patterns.iter().any(|(pattern, _)| pattern.matches(host)) || is_meant_by_an_invalid_one(policy, mx) {
            continue;
        }
        let effect = match mode {
            Mode::Enforce => "senders that honour the policy will not deliver to it",
            _ => "senders report it now, and will not deliver to it once the mode is enforce",
        };
        let absolute = mx.without_origin().filter(|name| patterns.iter().any(|(pattern, _)| pattern.matches(name)));
        let edits = match absolute {
            Some(_) => cx.final_dot(&mx.exchange),
            None => mx_line::addition(policy, host, cx),
        };
        let finding = cx
            .report_in(
                mode.as_str(),
                mx.exchange.place,
                format!("no mx pattern of the policy covers `{host}`: {effect}"),
            )
            .label("an MX host that the policy does not name");
        // What comes near is help: it is looked for among as many as a person would look at.
        let near = patterns.iter().take(50).find_map(|(pattern, place)| Some((pattern, *place, pattern.near(host)?)));
        if let Some((pattern, place, near)) = near {
            finding.related(place, why_not(pattern, &near));
        } else {
            for (_, place) in patterns.iter().take(4) {
                finding.related(*place, "does not match");
            }
        }
        match &absolute {
            Some(name) => {
                finding.help(format!("end the name with a dot, `{name}.`: without it the zone's name is added"))
            }
            None => finding.help(format!("add `mx: {host}` to the policy and change the id, or remove the MX record")),
        };
        match edits {
            Some(edits) if absolute.is_some() => finding.safe_fix(edits),
            Some(edits) => finding.unsafe_fix(edits),
            None => finding,
        };
    }
}

/// Whether a pattern that is no pattern was meant for the host: `mx-pattern-invalid` reports it, and once is enough.
fn is_meant_by_an_invalid_one(policy: &PolicyText, mx: &Mx) -> bool {
    let host = mx.exchange.name.as_str();
    let mut invalid = policy.parsed.mx().filter(|(_, pattern)| pattern.is_err());
    invalid.any(|(field, _)| policy.shown(field.value).to_ascii_lowercase().contains(host))
}

fn why_not(pattern: &MxPattern, near: &Near) -> String {
    match near {
        Near::WildcardTooManyLabels { extra } => {
            let labels = count(extra + 1, "label");
            format!(
                "`{pattern}` stands for exactly one label in front, and the host has {labels} there (RFC 8461 §4.1)"
            )
        }
        Near::WildcardIsApex => format!("`{pattern}` needs one label in front, and the host has none"),
        Near::Typo => format!("`{pattern}` comes near, and does not match"),
    }
}
