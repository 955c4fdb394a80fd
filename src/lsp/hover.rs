//! What is told of the text under the pointer: the hosts that an mx pattern covers, and why a rule is one.

use std::fmt::Write;
use std::ptr;
use std::sync::Arc;

use gen_lsp_types::{Contents, Hover, HoverParams, MarkupContent, MarkupKind};

use super::judged::Judged;
use crate::finding::Finding;
use crate::mta_sts::mx_pattern::MxPattern;
use crate::rules;
use crate::site::{Mx, Picture, PolicyText, ServedPolicy, Site};
use crate::text::{Place, escape};

/// Findings, domains, hosts of a domain: more of them nobody reads in a small window.
const MAX_FINDINGS: usize = 3;
const MAX_DOMAINS: usize = 10;
const MAX_HOSTS: usize = 8;

/// What is to be told of a place.
pub(super) fn hover(params: &HoverParams, judged: &Judged) -> Option<Hover> {
    let at = &params.text_document_position_params;
    let file = judged.file(&at.text_document.uri)?;
    let outcome = judged.outcome.as_ref()?;
    let lines = judged.lines(file)?;
    let offset = lines.offset(at.position);
    let is_here = |place: Place| place.file == file && place.span.start <= offset && offset <= place.span.end;
    let found: Vec<&Finding> =
        outcome.findings.iter().filter(|finding| is_here(finding.place)).take(MAX_FINDINGS).collect();
    let pattern = pattern_at(&outcome.picture, &is_here);
    let span =
        pattern.as_ref().map(|pattern| pattern.place.span).or(found.first().map(|finding| finding.place.span))?;
    let told = pattern.map(|pattern| pattern.tell(&outcome.picture));
    let parts: Vec<String> = told.into_iter().chain(found.into_iter().filter_map(page)).collect();
    Some(of(parts.join("\n\n---\n\n"), lines.range(span)))
}

fn of(value: String, range: gen_lsp_types::Range) -> Hover {
    let contents = Contents::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value });
    Hover { contents, range: Some(range) }
}

/// What the rule of a finding says, and why.
fn page(finding: &Finding) -> Option<String> {
    let rule = rules::find(finding.rule)?;
    let page = rule.page();
    let link = page.url().map_or_else(|| page.rfc.to_owned(), |url| format!("[{}]({url})", page.rfc));
    let why = section(page.body, "Why");
    Some(format!("**{}** ({}): {}\n\n{why}\n\n{link}", rule.name, finding.severity.as_str(), page.summary))
}

/// The text below a heading of a page.
fn section<'a>(body: &'a str, heading: &str) -> &'a str {
    let start = body.split_once(&format!("## {heading}\n")).map_or("", |(_, rest)| rest);
    start.split_once("\n## ").map_or(start, |(text, _)| text).trim()
}

/// A pattern of a policy, where it is written.
struct PatternAt<'a> {
    served: &'a ServedPolicy,
    pattern: &'a MxPattern,
    place: Place,
}

fn pattern_at<'a>(picture: &'a Picture, is_here: &dyn Fn(Place) -> bool) -> Option<PatternAt<'a>> {
    picture.policies.iter().find_map(|served| {
        let (pattern, place) = served.policy.patterns().find(|(_, place)| is_here(*place))?;
        Some(PatternAt { served, pattern, place })
    })
}

impl PatternAt<'_> {
    /// Which hosts of its domains the pattern covers, in Markdown.
    fn tell(&self, picture: &Picture) -> String {
        let mut text = format!("**mx pattern** `{}`", self.pattern);
        if self.served.domains.is_empty() {
            text.push_str("\n\nWhich domains the policy is served for is not known from this repository.");
        }
        let sites = picture.sites.iter().filter(|site| self.is_for(site));
        for site in sites.clone().take(MAX_DOMAINS) {
            let _ = write!(text, "\n\n{}", self.of_site(site));
        }
        let more = sites.skip(MAX_DOMAINS).count();
        if more > 0 {
            let _ = write!(text, "\n\nand {more} more domains");
        }
        text
    }

    fn is_for(&self, site: &Site) -> bool {
        site.policy.text().is_some_and(|policy| ptr::eq(policy, Arc::as_ptr(&self.served.policy)))
    }

    fn of_site(&self, site: &Site) -> String {
        let mut text = format!("`{}`", site.domain);
        let mx: Vec<&Mx> = site.mx.values.iter().filter(|mx| !mx.exchange.name.is_root()).collect();
        let (covered, others): (Vec<&Mx>, Vec<&Mx>) =
            mx.into_iter().partition(|mx| self.pattern.matches(&mx.exchange.name));
        let (elsewhere, bare): (Vec<&Mx>, Vec<&Mx>) =
            others.into_iter().partition(|mx| is_covered(&self.served.policy, mx));
        let is_nothing = covered.is_empty() && elsewhere.is_empty() && bare.is_empty();
        for (words, hosts) in [
            ("covers", covered),
            ("does not cover, but another pattern does:", elsewhere),
            ("does not cover, nor does any other pattern:", bare),
        ] {
            list(&mut text, words, &hosts);
        }
        match &site.mx.unknown {
            Some(unknown) => {
                let _ = write!(text, "\n- not all MX hosts are known: {}", escape(&unknown.why.to_string()));
            }
            None if is_nothing => text.push_str("\n- has no MX host"),
            None => {}
        }
        text
    }
}

fn is_covered(policy: &PolicyText, mx: &Mx) -> bool {
    policy.patterns().any(|(pattern, _)| pattern.matches(&mx.exchange.name))
}

fn list(text: &mut String, words: &str, hosts: &[&Mx]) {
    if hosts.is_empty() {
        return;
    }
    let names: Vec<String> = hosts.iter().take(MAX_HOSTS).map(|mx| format!("`{}`", mx.exchange.name)).collect();
    let more = hosts.len().saturating_sub(MAX_HOSTS);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let _ = write!(text, "\n- {words} {}{more}", names.join(", "));
}
