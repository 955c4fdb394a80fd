//! What is deployed, beside what the repository declares; or by itself, where no repository declares it.

use super::{Run, judge};
use crate::dns::Name;
use crate::finding::Finding;
use crate::inputs::{Failure, Inputs};
use crate::observed::Observed;
use crate::reports::Sums;
use crate::rules::{self, Change, Context, Ground, Judge, Live, Rule};
use crate::site::{self, Declared, Picture, Site};
use crate::text::{FileId, Place, Sources, Span};

/// What a deployment can do that the change of a repository cannot: it is then [`Live::is_settled`] that tells the two apart.
const ID_NOT_BUMPED: &str = "id-not-bumped";

/// Rules that say what a repository lacks. Of what is deployed the rules of that table say it in their own words.
const OF_A_REPOSITORY: [&str; 6] = [
    "record-missing",
    "policy-missing",
    "policy-host-missing",
    "mx-target-missing",
    "mx-tls-unproven",
    "mx-tls-failed",
];

/// A domain that was observed.
struct Deployed<'a> {
    observed: &'a Observed,
    /// As if it were declared.
    picture: Picture,
    /// The same where nothing is deployed.
    nothing: Site,
    /// Where its records stand.
    place: Place,
}

impl Run<'_> {
    /// What is wrong with what is deployed, and with the way from there to `picture`. `found` is what was found without it, and
    /// `has_base` whether that includes a change. The texts of the answers are added to `inputs`, and what was not answered.
    pub(super) fn live(
        &self,
        observed: &[Observed],
        picture: &Picture,
        (found, has_base): (&[Finding], bool),
        inputs: &mut Inputs,
    ) -> Vec<Finding> {
        let unanswered = observed.iter().flat_map(|observed| &observed.unanswered);
        inputs.failures.extend(unanswered.map(|it| Failure { path: it.what.clone(), error: it.why.clone() }));
        let mut findings = Vec::new();
        for observed in observed {
            let Some(deployed) = Deployed::new(observed, &mut inputs.sources) else { continue };
            let ground = Ground {
                settings: self.settings,
                sources: &inputs.sources,
                evidence: self.evidence,
                certificates: self.certificates,
                reports: &Sums::default(),
            };
            let domain = deployed.domain();
            let sites: Vec<&Site> = picture.sites.iter().filter(|site| site.domain == *domain).collect();
            if sites.is_empty() {
                let is_meant = |rule: &&&'static Rule| !OF_A_REPOSITORY.contains(&rule.name);
                let rules: Vec<&'static Rule> = self.enabled.iter().filter(is_meant).copied().collect();
                findings.extend(judge::all(&deployed.picture, &rules, ground, &[]));
            }
            let is_bumped =
                |finding: &Finding| finding.rule == ID_NOT_BUMPED && finding.domain.as_ref() == Some(domain);
            let is_settled = has_base && !found.iter().any(is_bumped);
            findings.extend(deployed.judge(&sites, is_settled, self.enabled, ground));
        }
        judge::once(&mut findings);
        findings
    }
}

impl<'a> Deployed<'a> {
    fn new(observed: &'a Observed, sources: &mut Sources) -> Option<Self> {
        let domain = Name::parse(observed.domain.as_bytes(), None).ok()?;
        let place = Place::new(FileId(u32::try_from(sources.len()).ok()?), Span::default());
        let mut declared = Declared::default();
        observed.declare(sources, &mut declared);
        Some(Self { observed, picture: site::join(declared), nothing: Site::nothing(domain), place })
    }

    fn domain(&self) -> &Name {
        &self.nothing.domain
    }

    fn site(&self) -> &Site {
        self.picture.sites.iter().find(|site| site.domain == *self.domain()).unwrap_or(&self.nothing)
    }

    fn judge(
        &self,
        declared: &[&Site],
        is_settled: bool,
        enabled: &[&'static Rule],
        ground: Ground<'_>,
    ) -> Vec<Finding> {
        let deployed = self.site();
        let declared = one_of(declared, deployed);
        let Self { observed, place, .. } = *self;
        let live = Live { declared: declared.unwrap_or(deployed), deployed, observed, is_settled, place };
        let change = declared.map(|site| Change { before: Some(deployed), after: Some(site) });
        let mut findings = Vec::new();
        for rule in enabled {
            let mut cx = Context::new(ground, rule, Some(self.domain()), &mut findings);
            match (rule.judge, change) {
                (Judge::Live(judge), _) => judge(live, &mut cx),
                (Judge::Change(judge), Some(change)) if !(is_settled && rule.name == ID_NOT_BUMPED) => {
                    judge(change, &mut cx);
                }
                _ => {}
            }
        }
        findings
    }
}

/// The declared state that the deployed one is a state of: the only one, or the one that has its id.
fn one_of<'s>(sites: &[&'s Site], deployed: &Site) -> Option<&'s Site> {
    match sites {
        [only] => Some(only),
        _ => sites.iter().copied().find(|site| rules::has_same_id(site, deployed)),
    }
}
