//! Puts every enabled rule to everything that it judges.

use crate::dns::Name;
use crate::finding::Finding;
use crate::parallel::{self, Progress};
use crate::rules::{Context, Judge, Rule, Settings};
use crate::site::{Picture, ServedPolicy, Site, Unread};
use crate::text::{Place, Step};
use crate::zone::Zone;

/// What the rules find, in no particular order; what two of them say of the same place in the same words is said once.
///
/// With `domains`, only what concerns one of them.
pub(super) fn all(picture: &Picture, enabled: &[&'static Rule], settings: &Settings, domains: &[Name]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let is_wanted = |name: &Name| domains.is_empty() || domains.contains(name);
    let holds_a_wanted = |apex: &Name| domains.iter().any(|name| name.is_at_or_below(apex));
    for zone in &picture.zones {
        if domains.is_empty() || zone.apex.as_ref().is_some_and(holds_a_wanted) {
            of_zone(zone, enabled, settings, &mut findings);
        }
    }
    for policy in &picture.policies {
        if domains.is_empty() || policy.domains.iter().any(is_wanted) {
            of_policy(policy, enabled, settings, &mut findings);
        }
    }
    if domains.is_empty() {
        for unread in &picture.unread {
            of_file(unread, enabled, settings, &mut findings);
        }
    }
    let sites: Vec<&Site> = picture.sites.iter().filter(|site| is_wanted(&site.domain)).collect();
    // Batches, so that a thread has something to do.
    let batches: Vec<&[&Site]> = sites.chunks(64).collect();
    let judged = parallel::map(batches.len(), &Progress::default(), |batch| {
        let mut findings = Vec::new();
        for site in batches[batch] {
            of_site(site, enabled, settings, &mut findings);
        }
        findings
    });
    findings.extend(judged.into_iter().flatten());
    once(&mut findings);
    findings
}

/// What the rules find in the way from `before` to `after`.
pub(super) fn changes(
    before: &Picture,
    after: &Picture,
    enabled: &[&'static Rule],
    settings: &Settings,
    domains: &[Name],
) -> Vec<Finding> {
    let mut findings = Vec::new();
    for site in after.sites.iter().filter(|site| domains.is_empty() || domains.contains(&site.domain)) {
        let Some(old) = before.sites.iter().find(|old| old.domain == site.domain && old.view == site.view) else {
            continue;
        };
        let found_before = findings.len();
        each(enabled, |rule| {
            if let Judge::Change(judge) = rule.judge {
                judge(old, site, &mut Context::new(settings, rule, Some(&site.domain), &mut findings));
            }
        });
        add_ways(&mut findings[found_before..], |place| site.way_of(place));
    }
    once(&mut findings);
    findings
}

fn each(enabled: &[&'static Rule], mut judge: impl FnMut(&'static Rule)) {
    for rule in enabled {
        judge(rule);
    }
}

fn of_zone(zone: &Zone, enabled: &[&'static Rule], settings: &Settings, findings: &mut Vec<Finding>) {
    each(enabled, |rule| {
        if let Judge::Zone(judge) = rule.judge {
            judge(zone, &mut Context::new(settings, rule, zone.apex.as_ref(), findings));
        }
    });
}

fn of_file(unread: &Unread, enabled: &[&'static Rule], settings: &Settings, findings: &mut Vec<Finding>) {
    each(enabled, |rule| {
        if let Judge::File(judge) = rule.judge {
            judge(unread, &mut Context::new(settings, rule, None, findings));
        }
    });
}

fn of_policy(policy: &ServedPolicy, enabled: &[&'static Rule], settings: &Settings, findings: &mut Vec<Finding>) {
    // A policy that serves many domains is nobody's in particular.
    let domain = match &policy.domains[..] {
        [only] => Some(only),
        _ => None,
    };
    let before = findings.len();
    each(enabled, |rule| {
        if let Judge::Policy(judge) = rule.judge {
            judge(policy, &mut Context::new(settings, rule, domain, findings));
        }
    });
    add_ways(&mut findings[before..], |place| policy.policy.text.way_of(place));
}

fn of_site(site: &Site, enabled: &[&'static Rule], settings: &Settings, findings: &mut Vec<Finding>) {
    let before = findings.len();
    each(enabled, |rule| {
        if let Judge::Site(judge) = rule.judge {
            judge(site, &mut Context::new(settings, rule, Some(&site.domain), findings));
        }
    });
    add_ways(&mut findings[before..], |place| site.way_of(place));
}

/// Lists the way from where a value is written to where it is used, behind what the rule itself points at.
fn add_ways<'s>(findings: &mut [Finding], way_of: impl Fn(Place) -> Option<&'s [Step]>) {
    for finding in findings {
        for step in way_of(finding.place).unwrap_or_default() {
            if step.place != finding.place && finding.related.iter().all(|related| related.place != step.place) {
                finding.related(step.place, &*step.what);
            }
        }
    }
}

/// Two Views that share a file come to the same findings.
fn once(findings: &mut Vec<Finding>) {
    findings.sort_by(|a, b| (a.place, a.rule, &a.message, &a.domain).cmp(&(b.place, b.rule, &b.message, &b.domain)));
    findings.dedup_by(|b, a| (a.place, a.rule, &a.message) == (b.place, b.rule, &b.message));
}
