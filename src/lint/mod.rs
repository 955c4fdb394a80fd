//! The driver: inputs → sites → rules → findings.

mod before;
mod history;
mod judge;
mod live;
mod plan;
mod reports;
mod suppress;
mod touched;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use serde::Serialize;

use crate::certificates::Certificates;
use crate::config::{Baseline, Config, ConfigError, Located};
use crate::dns::Name;
use crate::finding::{Finding, Severity};
use crate::inputs::{self, Failure, Inputs, Passed, Tree};
use crate::observed::{LOCK, Lock, MAX_LOCK, Observed};
use crate::parallel::Progress;
use crate::reports::Sums;
use crate::rules::{self, Ground, RULES, Rule, Settings};
use crate::site::{self, Declared, Picture, Site};
use crate::text::{Bytes, FileId, Source, Sources};

pub use before::Before;
use before::Old;
use history::Archive;
pub use plan::PlanFile;
use plan::ReadPlan;

/// The names under which the configuration may stand in the root.
pub const CONFIG_NAMES: [&str; 2] = ["mtasts.toml", ".mtasts.toml"];
/// No configuration is longer.
const MAX_CONFIG: u64 = 16 << 20;

/// What is asked of one run.
#[derive(Debug, Default)]
pub struct Request {
    /// The configuration, its path as shown and its text; the tree's own if there is none.
    pub config: Option<(String, Bytes)>,
    /// Run only these rules; all, if there are none.
    pub select: Vec<String>,
    /// Do not run these.
    pub ignore: Vec<String>,
    /// Report only what lies at or below these paths of the tree; everything if there are none.
    pub paths: Vec<String>,
    /// Report only on these domains; on all if there are none.
    pub domains: Vec<Name>,
    /// Findings that are known and not to be reported.
    pub baseline: Option<Baseline>,
    /// A plan that tells what Terraform would publish, in the stead of its configuration.
    pub plan: Option<PlanFile>,
    /// When the change is made, in UTC, where that is known.
    pub now: Option<jiff::civil::DateTime>,
}

/// What one run found.
#[derive(Debug)]
pub struct Outcome {
    /// Sorted by place, then rule.
    pub findings: Vec<Finding>,
    /// The files.
    pub sources: Sources,
    /// What was understood.
    pub picture: Picture,
    /// The counts.
    pub summary: Summary,
    /// Files that should have been read and could not be.
    pub failures: Vec<Failure>,
    /// Files that were seen and passed over.
    pub passed: Vec<Passed>,
    /// What the configuration says of the exit status.
    pub fail_on: Option<Severity>,
    /// What was seen of the MX hosts, in this run or an earlier one.
    pub evidence: Lock,
    /// The certificates that are declared.
    pub certificates: Certificates,
}

/// How much was read and what came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Files that were read.
    pub files: usize,
    /// Records that they hold.
    pub records: usize,
    /// Mail domains that were judged.
    pub domains: usize,
    /// Domains with MTA-STS of which something is not known: it was not judged.
    #[serde(skip)]
    pub unknown: usize,
    /// Findings that are errors.
    pub errors: usize,
    /// Findings that are warnings.
    pub warnings: usize,
    /// Findings that are worth knowing.
    pub infos: usize,
    /// Findings that the repository's owner asked not to see.
    pub suppressed: usize,
    /// The revision that the files were compared with.
    pub base: Option<String>,
    /// How many domains were observed as they are deployed, where that was asked for.
    pub deployed: Option<Coverage>,
    /// Why they were compared with none, where that is worth saying.
    #[serde(skip)]
    pub not_compared: Option<String>,
    /// Findings with a fix that is safe, and with one that is not, where somebody has counted them.
    #[serde(skip)]
    pub fixable: (usize, usize),
}

/// Of how many domains the deployment was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// Domains that were observed.
    pub observed: usize,
    /// Domains with MTA-STS among those that were asked for.
    pub of: usize,
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { observed, of } = self;
        let domains = if *of == 1 { "domain" } else { "domains" };
        write!(f, "{observed} of {of} {domains} with MTA-STS observed as deployed")
    }
}

/// A configuration, or a plan, that cannot be used: nothing was judged.
#[derive(Debug)]
pub struct Unusable {
    /// What is wrong with it.
    pub errors: Vec<ConfigError>,
    /// The file.
    pub source: Source,
}

/// Whether a directory is the root of a repository: it holds a configuration or `.git`.
pub fn is_root(directory: &Path) -> bool {
    directory.join(".git").exists() || CONFIG_NAMES.iter().any(|name| directory.join(name).is_file())
}

/// Lints `tree`.
pub fn run(tree: &dyn Tree, request: &Request, progress: &Progress) -> Result<Outcome, Unusable> {
    compare(None, tree, request, progress)
}

/// Lints `tree`, and the way to it from `before`.
pub fn compare(
    before: Option<&Before<'_>>,
    tree: &dyn Tree,
    request: &Request,
    progress: &Progress,
) -> Result<Outcome, Unusable> {
    let files = before.map_or(0, |before| before.tree.paths().len());
    Ok(read(tree, files, request, progress)?.judge(before, &[]))
}

/// What the rules that judge a state find in what is declared, with no configuration and nothing to compare it with.
pub fn declared(declared: Declared, sources: &Sources) -> Vec<Finding> {
    let enabled: Vec<&'static Rule> = RULES.iter().collect();
    let (settings, evidence, reports) = (Settings::default(), Lock::default(), Sums::default());
    let certificates = Certificates::default();
    let ground =
        Ground { settings: &settings, sources, evidence: &evidence, certificates: &certificates, reports: &reports };
    judge::all(&site::join(declared), &enabled, ground, &[])
}

/// A tree that is read and not yet judged: what it is compared with need not be known before.
pub struct Reading<'a> {
    tree: &'a dyn Tree,
    request: &'a Request,
    progress: &'a Progress,
    config: Config,
    plan: Option<ReadPlan>,
    inputs: Inputs,
    picture: Picture,
    /// What was seen of the MX hosts in an earlier run.
    evidence: Lock,
    /// What there was before, once it is read.
    old: Option<Old>,
}

/// Reads `tree`. What it will be compared with has at most `files` files, which matters to a plan alone.
pub fn read<'a>(
    tree: &'a dyn Tree,
    files: usize,
    request: &'a Request,
    progress: &'a Progress,
) -> Result<Reading<'a>, Unusable> {
    let (config, own_config) = load(tree, request)?;
    let plan = plan_of(files.max(tree.paths().len()), request)?;
    let mut inputs = inputs::read(tree, &config, plan.as_ref().map(ReadPlan::after), progress);
    if let Some((file, source)) = own_config {
        inputs.sources.put(file, source);
    }
    if let Some(plan) = &plan {
        inputs.sources.put(plan.file, plan.source.clone());
    }
    let picture = site::join(std::mem::take(&mut inputs.declared));
    let evidence = evidence(tree, &mut inputs);
    Ok(Reading { tree, request, progress, config, plan, inputs, picture, evidence, old: None })
}

impl Reading<'_> {
    /// The mail domains that take part in MTA-STS and are asked for, and the MX hosts that each is to have.
    pub fn protected(&self) -> BTreeMap<Name, BTreeSet<Name>> {
        let mut protected: BTreeMap<Name, BTreeSet<Name>> = BTreeMap::new();
        let is_wanted = |site: &&Site| {
            let is_asked_for = self.request.domains.is_empty() || self.request.domains.contains(&site.domain);
            is_asked_for && site.has_mta_sts() && !site.domain.is_symbolic()
        };
        for site in self.picture.sites.iter().filter(is_wanted) {
            let hosts = site.mx.values.iter().filter(|mx| mx.address_literal().is_none());
            let hosts = hosts.map(|mx| mx.exchange.name.clone()).filter(|host| !host.is_root() && !host.is_symbolic());
            protected.entry(site.domain.clone()).or_default().extend(hosts);
        }
        protected
    }

    /// The mail domains that the way from `before` may touch; `None` where there is nothing to compare with. It is to be judged
    /// with the same `before`.
    pub fn touched(&mut self, before: Option<&Before<'_>>) -> Option<BTreeSet<Name>> {
        if before.is_none() && self.plan.is_none() {
            return None;
        }
        let Self { tree, request, progress, config, plan, inputs, picture, .. } = self;
        let reader = before::Reader { request, config, plan: plan.as_ref(), progress };
        let now = before::Now { tree: *tree, sources: &inputs.sources, picture };
        let old = self.old.insert(reader.read(before, &now));
        let changed = before.and_then(|before| before.changed).unwrap_or_default();
        Some(old.domains.clone().unwrap_or_else(|| touched::by_all(old, &now, changed)))
    }

    /// Judges it, the way to it from `before`, and what is deployed beside it.
    pub fn judge(self, before: Option<&Before<'_>>, deployed: &[Observed]) -> Outcome {
        let Self { tree, request, progress, config, plan, mut inputs, picture, mut evidence, old } = self;
        let enabled = enabled(&config, request);
        let settings = settings(&config, request);
        for observed in deployed {
            observed.hosts.iter().for_each(|host| evidence.record(host, observed.when, None));
        }
        let reports = reports::read(tree, &config, &enabled, &mut inputs);
        let certificates = Certificates::new(std::mem::take(&mut inputs.certificates));
        let ground = Ground {
            settings: &settings,
            sources: &inputs.sources,
            evidence: &evidence,
            certificates: &certificates,
            reports: &reports,
        };
        let mut findings = judge::all(&picture, &enabled, ground, &request.domains);
        let run = Run {
            request,
            config: &config,
            enabled: &enabled,
            settings: &settings,
            evidence: &evidence,
            certificates: &certificates,
            plan: plan.as_ref(),
            progress,
        };
        findings.extend(run.changes((before, old), tree, &picture, &mut inputs));
        let live = run.live(deployed, &picture, (&findings, before.is_some()), &mut inputs);
        findings.extend(live);
        judge::once(&mut findings);
        inputs.failures.extend(unheard_of(request, &picture, &findings));
        let (findings, suppressed) = run.kept(findings, &inputs);
        let mut summary = summary(&inputs, &picture, &findings, suppressed, request);
        summary.base = before.map(|before| before.name.clone());
        let Inputs { sources, failures, passed, .. } = inputs;
        let fail_on = config.fail_on.map(|level| level.value);
        Outcome { findings, sources, picture, summary, failures, passed, fail_on, evidence, certificates }
    }
}

/// What one run goes by.
struct Run<'a> {
    request: &'a Request,
    config: &'a Config,
    enabled: &'a [&'static Rule],
    settings: &'a Settings,
    evidence: &'a Lock,
    certificates: &'a Certificates,
    plan: Option<&'a ReadPlan>,
    progress: &'a Progress,
}

impl Run<'_> {
    /// What is wrong with the way to `picture` from what was before, which may have been read. Its files are added to `inputs`.
    fn changes(
        &self,
        (before, old): (Option<&Before<'_>>, Option<Old>),
        tree: &dyn Tree,
        picture: &Picture,
        inputs: &mut Inputs,
    ) -> Vec<Finding> {
        // A plan has its own before, whether or not there is another tree.
        if before.is_none() && self.plan.is_none() {
            return Vec::new();
        }
        let Self { request, config, plan, progress, .. } = *self;
        let reader = before::Reader { request, config, plan, progress };
        let now = before::Now { tree, sources: &inputs.sources, picture };
        let Old { inputs: read, picture: old, domains } = old.unwrap_or_else(|| reader.read(before, &now));
        let offset = u32::try_from(inputs.sources.len()).unwrap_or(u32::MAX);
        inputs.sources.append(read.sources);
        inputs.failures.extend(read.failures);
        let sources = &inputs.sources;
        // What a plan would change was never a commit.
        let archive = before
            .filter(|_| plan.is_none())
            .and_then(|before| Some(Archive { history: before.history?, base: before.tree, config, sources, offset }));
        let is_wanted = |domain: &Name| {
            let is_touched = domains.as_ref().is_none_or(|touched| touched.contains(domain));
            is_touched && (request.domains.is_empty() || request.domains.contains(domain))
        };
        let pictures = judge::Pictures { before: &old, offset, after: picture };
        let Self { settings, evidence, certificates, .. } = *self;
        let ground = Ground { settings, sources, evidence, certificates, reports: &Sums::default() };
        judge::changes(pictures, archive, self.enabled, ground, &is_wanted)
    }

    /// The findings that are to be reported, in order and with the severities that are wanted; and how many were suppressed.
    fn kept(&self, mut findings: Vec<Finding>, inputs: &Inputs) -> (Vec<Finding>, usize) {
        for finding in &mut findings {
            finding.severity = self.config.severity(finding.rule, finding.severity);
        }
        let found = findings.len();
        let mut findings = suppress::apply(findings, inputs, self.config, self.enabled);
        let suppressed = found - findings.iter().filter(|finding| finding.rule != suppress::RULE).count();
        if let Some(baseline) = &self.request.baseline {
            findings = baseline.filter(findings, &inputs.sources).kept;
        }
        findings.retain(|finding| is_asked_for(finding, self.request, &inputs.sources));
        findings.sort_by(|a, b| (a.place, a.rule, &a.message).cmp(&(b.place, b.rule, &b.message)));
        (findings, suppressed)
    }
}

/// Domains that are asked for and that nothing speaks of: they were not checked, and nobody is to think so.
fn unheard_of(request: &Request, picture: &Picture, findings: &[Finding]) -> Vec<Failure> {
    let is_known = |domain: &&Name| {
        picture.sites.iter().any(|site| site.domain == **domain)
            || findings.iter().any(|finding| finding.domain.as_ref() == Some(*domain))
    };
    let unknown = request.domains.iter().filter(|domain| !is_known(domain));
    let error = "nothing in this repository speaks of mail for it";
    unknown.map(|domain| Failure { path: domain.to_string(), error: error.to_owned() }).collect()
}

/// The plan that is asked for. Its id comes after those of all files of the tree, and of a configuration from elsewhere.
fn plan_of(files: usize, request: &Request) -> Result<Option<ReadPlan>, Unusable> {
    let file = FileId(u32::try_from(files + 1).unwrap_or(u32::MAX));
    request.plan.as_ref().map(|plan| ReadPlan::new(plan, file)).transpose()
}

/// The configuration, and the file that it is, with the id that its places have.
type Loaded = (Config, Option<(FileId, Source)>);

fn load(tree: &dyn Tree, request: &Request) -> Result<Loaded, Unusable> {
    let own = || {
        let index = CONFIG_NAMES.iter().find_map(|name| tree.find(name))?;
        Some((index, tree.paths()[index].to_string(), tree.read(index, MAX_CONFIG).unwrap_or_default()))
    };
    // A configuration from elsewhere comes after all files of the tree.
    let given = request.config.clone().map(|(path, text)| (tree.paths().len(), path, text));
    let Some((index, path, text)) = given.or_else(own) else { return Ok((Config::default(), None)) };
    let file = FileId(u32::try_from(index).unwrap_or(u32::MAX));
    let parsed = Config::parse(&String::from_utf8_lossy(&text), file, &rules::names());
    let source = Source { path: path.into(), text, is_private: false };
    match parsed {
        Ok(config) => Ok((config, Some((file, source)))),
        Err(errors) => Err(Unusable { errors, source }),
    }
}

/// What mtasts.lock holds. One that cannot be read is evidence of nothing, and there is no full answer.
fn evidence(tree: &dyn Tree, inputs: &mut Inputs) -> Lock {
    let Some(index) = tree.find(LOCK) else { return Lock::default() };
    let text = tree.read(index, MAX_LOCK).map_err(|error| error.to_string());
    let lock = text.and_then(|text| Lock::read(&String::from_utf8_lossy(&text)));
    lock.unwrap_or_else(|error| {
        inputs.failures.push(Failure { path: LOCK.to_owned(), error });
        Lock::default()
    })
}

/// The rules that run: what the command line selects, else what the configuration does, less what either leaves out.
fn enabled(config: &Config, request: &Request) -> Vec<&'static Rule> {
    let has = |names: &[String], rule: &Rule| names.iter().any(|name| name == rule.name);
    let runs = |rule: &&Rule| {
        let selected = if request.select.is_empty() { config.runs(rule.name) } else { has(&request.select, rule) };
        selected && !has(&request.ignore, rule)
    };
    RULES.iter().filter(runs).collect()
}

fn settings(config: &Config, request: &Request) -> Settings {
    let own = Settings::default();
    let thresholds = &config.thresholds;
    let seconds = |own: u64, threshold: &Option<Located<u32>>| threshold.map_or(own, |seconds| seconds.value.into());
    Settings {
        max_age: seconds(own.max_age, &thresholds.max_age),
        record_ttl: thresholds.record_ttl.map_or(own.record_ttl, |seconds| seconds.value),
        soak: seconds(own.soak, &thresholds.soak),
        evidence_age: seconds(own.evidence_age, &thresholds.evidence_age),
        certificate_left: seconds(own.certificate_left, &thresholds.certificate_left),
        report_age: seconds(own.report_age, &thresholds.report_age),
        now: request.now,
    }
}

fn is_asked_for(finding: &Finding, request: &Request, sources: &Sources) -> bool {
    let source = sources.get(finding.place.file);
    let path = &*source.path;
    let is_below = |asked: &String| {
        asked.is_empty()
            || path.strip_prefix(asked.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    // A plan is asked for by its own argument.
    request.paths.is_empty() || source.is_private || request.paths.iter().any(is_below)
}

fn summary(inputs: &Inputs, picture: &Picture, findings: &[Finding], suppressed: usize, request: &Request) -> Summary {
    let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let is_wanted = |site: &&Site| request.domains.is_empty() || request.domains.contains(&site.domain);
    let sites: Vec<&Site> = picture.sites.iter().filter(is_wanted).collect();
    Summary {
        files: inputs.files,
        records: inputs.records,
        // A domain in two Views is one domain. Sites are sorted by domain.
        domains: sites.chunk_by(|a, b| a.domain == b.domain).count(),
        unknown: sites.iter().filter(|site| site.has_mta_sts() && site.has_unknowns()).count(),
        errors: count(Severity::Error),
        warnings: count(Severity::Warning),
        infos: count(Severity::Info),
        suppressed,
        base: None,
        deployed: None,
        not_compared: None,
        fixable: (0, 0),
    }
}
