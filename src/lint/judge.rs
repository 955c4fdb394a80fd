//! Puts every enabled rule to everything that it judges.

use std::collections::BTreeMap;

use super::history::Archive;
use crate::dns::Name;
use crate::finding::Finding;
use crate::parallel::{self, Progress};
use crate::rules::{Change, Context, Ground, Judge, Rule};
use crate::site::{Picture, ServedPolicy, Site, Unread};
use crate::text::{Place, Step};
use crate::zone::Zone;

/// What the rules find, in no particular order; what two of them say of the same place in the same words is said once.
///
/// With `domains`, only what concerns one of them.
pub(super) fn all(picture: &Picture, enabled: &[&'static Rule], ground: Ground<'_>, domains: &[Name]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let is_wanted = |name: &Name| domains.is_empty() || domains.contains(name);
    let holds_a_wanted = |apex: &Name| domains.iter().any(|name| name.is_at_or_below(apex));
    for zone in &picture.zones {
        if domains.is_empty() || zone.apex.as_ref().is_some_and(holds_a_wanted) {
            of_zone(zone, enabled, ground, &mut findings);
        }
    }
    for policy in &picture.policies {
        if domains.is_empty() || policy.domains.iter().any(is_wanted) {
            of_policy(policy, enabled, ground, &mut findings);
        }
    }
    if domains.is_empty() {
        for unread in &picture.unread {
            of_file(unread, enabled, ground, &mut findings);
        }
    }
    let sites: Vec<&Site> = picture.sites.iter().filter(|site| is_wanted(&site.domain)).collect();
    // Batches, so that a thread has something to do.
    let batches: Vec<&[&Site]> = sites.chunks(64).collect();
    let judged = parallel::map(batches.len(), &Progress::default(), |batch| {
        let mut findings = Vec::new();
        for site in batches[batch] {
            of_site(site, enabled, ground, &mut findings);
        }
        findings
    });
    findings.extend(judged.into_iter().flatten());
    once(&mut findings);
    findings
}

/// The two states.
pub(super) struct Pictures<'a> {
    pub(super) before: &'a Picture,
    /// What the ids of the files of `before` are behind.
    pub(super) offset: u32,
    pub(super) after: &'a Picture,
}

/// What the rules find in the way from one to the other.
pub(super) fn changes(
    Pictures { before, offset, after }: Pictures<'_>,
    archive: Option<Archive<'_>>,
    enabled: &[&'static Rule],
    ground: Ground<'_>,
    is_wanted: &dyn Fn(&Name) -> bool,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let changes = pairs(before, after, is_wanted);
    let asked = |change: &Change<'_>| {
        let asks = |rule: &&Rule| matches!(rule.judge, Judge::History { asks, .. } if asks(*change));
        enabled.iter().any(asks)
    };
    let asking: Vec<Change<'_>> = archive.iter().flat_map(|_| changes.iter().copied().filter(asked)).collect();
    let walked = archive.filter(|_| !asking.is_empty()).and_then(|archive| archive.walk(&asking));
    for change in changes {
        let found_before = findings.len();
        each(enabled, |rule| {
            let mut cx = Context::of_change(ground, rule, change.domain(), offset, &mut findings);
            match (rule.judge, &walked) {
                (Judge::Change(judge), _) => judge(change, &mut cx),
                (Judge::History { asks, judge }, Some(walked)) if asks(change) => {
                    judge(change, &mut walked.of(change), &mut cx);
                }
                _ => {}
            }
        });
        let way_of = |place| change.after.and_then(|site| site.way_of(place));
        add_ways(&mut findings[found_before..], way_of);
    }
    once(&mut findings);
    findings
}

/// The states of each domain side by side: by domain and View; where a domain has one Site in either, whatever its View is called,
/// for directories are renamed.
fn pairs<'p>(before: &'p Picture, after: &'p Picture, is_wanted: &dyn Fn(&Name) -> bool) -> Vec<Change<'p>> {
    let by_domain = |picture: &'p Picture| {
        let mut sites: BTreeMap<&Name, Vec<&Site>> = BTreeMap::new();
        for site in picture.sites.iter().filter(|site| is_wanted(&site.domain)) {
            sites.entry(&site.domain).or_default().push(site);
        }
        sites
    };
    let (mut old, mut pairs) = (by_domain(before), Vec::new());
    for (domain, new) in by_domain(after) {
        let mut old = old.remove(domain).unwrap_or_default();
        let is_renamed = old.len() == 1 && new.len() == 1;
        for site in new {
            let same = old.iter().position(|was| is_renamed || was.view == site.view).map(|at| old.remove(at));
            pairs.push(Change { before: same, after: Some(site) });
        }
        pairs.extend(old.into_iter().map(|site| Change { before: Some(site), after: None }));
    }
    pairs.extend(old.into_values().flatten().map(|site| Change { before: Some(site), after: None }));
    pairs
}

fn each(enabled: &[&'static Rule], mut judge: impl FnMut(&'static Rule)) {
    for rule in enabled {
        judge(rule);
    }
}

fn of_zone(zone: &Zone, enabled: &[&'static Rule], ground: Ground<'_>, findings: &mut Vec<Finding>) {
    each(enabled, |rule| {
        if let Judge::Zone(judge) = rule.judge {
            judge(zone, &mut Context::new(ground, rule, zone.apex.as_ref(), findings));
        }
    });
}

fn of_file(unread: &Unread, enabled: &[&'static Rule], ground: Ground<'_>, findings: &mut Vec<Finding>) {
    each(enabled, |rule| {
        if let Judge::File(judge) = rule.judge {
            judge(unread, &mut Context::new(ground, rule, None, findings));
        }
    });
}

fn of_policy(policy: &ServedPolicy, enabled: &[&'static Rule], ground: Ground<'_>, findings: &mut Vec<Finding>) {
    // A policy that serves many domains is nobody's in particular.
    let domain = match &policy.domains[..] {
        [only] => Some(only),
        _ => None,
    };
    let before = findings.len();
    each(enabled, |rule| {
        if let Judge::Policy(judge) = rule.judge {
            judge(policy, &mut Context::new(ground, rule, domain, findings));
        }
    });
    add_ways(&mut findings[before..], |place| policy.policy.text.way_of(place));
}

fn of_site(site: &Site, enabled: &[&'static Rule], ground: Ground<'_>, findings: &mut Vec<Finding>) {
    let before = findings.len();
    each(enabled, |rule| {
        if let Judge::Site(judge) = rule.judge {
            judge(site, &mut Context::new(ground, rule, Some(&site.domain), findings));
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

/// Two Views that share a file come to the same findings, and so do two ways to the same state.
pub(super) fn once(findings: &mut Vec<Finding>) {
    findings.sort_by(|a, b| (a.place, a.rule, &a.message, &a.domain).cmp(&(b.place, b.rule, &b.message, &b.domain)));
    findings.dedup_by(|b, a| (a.place, a.rule, &a.message) == (b.place, b.rule, &b.message));
}
