//! Reads every file that matters, on as many threads as pay.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::classify::{self, Kind, SNIFF};
use super::files::TreeFiles;
use super::include::TreeIncludes;
use super::servers::{self, ServerZone};
use super::tree::{MAX_FILE, Tree};
use super::{certificates as pem, formats, hosted, terraform};
use crate::certificates;
use crate::config::{Config, Located};
use crate::dns::Name;
use crate::hcl::resource::Resource;
use crate::parallel::{self, Progress};
use crate::site::{Declared, DeclaredPolicy, DeclaredZone, Home, PolicyText, Promise, Reader, View, ZoneSource};
use crate::text::{Bytes, FileId, Place, Reason, Source, Sources, Span, Traced};
use crate::zone::{self, ApexSource, OriginHint, Zone};

/// A policy above 64 KiB is refused by every sender (RFC 8461 §3.3): more than this of it need not be seen.
const MAX_POLICY: u64 = 1 << 20;
/// One file parsed for many origins costs its size each time; beyond this sum it is an attack, not a parking template.
const MAX_REPARSED: usize = 1 << 31;

/// What the files of a tree declare.
#[derive(Debug, Default)]
pub struct Inputs {
    /// For [`crate::site::join`].
    pub declared: Declared,
    /// Every path of the tree, with the text of those that were read; ids are positions in [`Tree::paths`].
    pub sources: Sources,
    /// Files that were understood.
    pub files: usize,
    /// Resource records in them.
    pub records: usize,
    /// The files among them whose format has comments.
    pub commented: Vec<FileId>,
    /// Certificates that are declared.
    pub certificates: Vec<certificates::Declared>,
    /// Files that should have been read and could not be: there is no full answer.
    pub failures: Vec<Failure>,
    /// Files that were seen and passed over, and why.
    pub passed: Vec<Passed>,
}

/// A file that could not be read.
#[derive(Debug)]
pub struct Failure {
    /// Its path.
    pub path: String,
    /// What the system said.
    pub error: String,
}

/// A file that looks like one of ours and is not judged.
#[derive(Debug)]
pub struct Passed {
    /// Its path.
    pub path: String,
    /// Why, in words that follow "not checked:".
    pub why: &'static str,
}

/// One side of a Terraform plan, before or after.
#[derive(Clone, Copy, Debug)]
pub struct Planned<'a> {
    /// Its resources.
    pub resources: &'a [Resource],
    /// Why there may be others, if there may.
    pub partial: Option<&'a Reason>,
    /// The directory of the root module, relative to the root of the tree.
    pub directory: &'a str,
}

/// Reads `tree` as `config` says; what Terraform declares from one side of a plan, if there is one.
pub fn read(tree: &dyn Tree, config: &Config, planned: Option<Planned<'_>>, progress: &Progress) -> Inputs {
    let plan = Plan::new(tree, config);
    let read = parallel::map(plan.work.len(), progress, |item| plan.read(&plan.work[item]));
    let mut inputs = collect(tree, config, plan, read);
    let files = TreeFiles::new(tree, &config.exclude);
    match planned {
        Some(planned) => terraform::read_plan(&planned, &files, config, &mut inputs),
        None => terraform::read(&files, config, &mut inputs),
    }
    formats::read(tree, &files, config, &mut inputs);
    hosted::take_over(&files, &mut inputs);
    for (file, text) in files.opened() {
        inputs.sources.set_text(file, Arc::clone(text));
    }
    pem::read(tree, &files, &mut inputs);
    inputs.commented.sort_unstable();
    inputs.commented.dedup();
    inputs
}

/// A file to read, and as what.
struct Work {
    index: usize,
    kind: Kind,
    /// Origins that the configuration or a server gives it, and the Views in which it is served; one entry an origin.
    given: Vec<(Option<(Name, ApexSource)>, Home)>,
    /// The domains of a policy.
    domains: Vec<Name>,
}

/// What became of a file.
enum Read {
    Zones(Vec<(Zone, Home)>, Vec<(FileId, Bytes)>),
    Policy(Bytes),
    Passed(Bytes, &'static str),
    Nothing,
    Failed(String),
}

struct Plan<'a> {
    tree: &'a dyn Tree,
    work: Vec<Work>,
    /// What the servers' configurations themselves hold.
    opened: Vec<(FileId, Bytes)>,
}

impl<'a> Plan<'a> {
    fn new(tree: &'a dyn Tree, config: &Config) -> Self {
        let mut plan = Self { tree, work: Vec::new(), opened: Vec::new() };
        let excluded = |path: &str| config.exclude.matches(path, false);
        let kinds: Vec<Option<Kind>> =
            tree.paths().iter().map(|path| classify::by_name(path).filter(|_| !excluded(path))).collect();
        let mut served = plan.served(&kinds);
        for (index, kind) in kinds.into_iter().enumerate() {
            let path = &*tree.paths()[index];
            // A signed zone is made from the one beside it.
            let is_made = path.strip_suffix(".signed").is_some_and(|source| tree.find(source).is_some());
            if excluded(path) || is_made {
                continue;
            }
            plan.work.extend(plan.work_for(index, kind, config, served.remove(path).unwrap_or_default()));
        }
        plan
    }

    /// The zones that the servers' configurations declare, by path.
    fn served(&mut self, kinds: &[Option<Kind>]) -> FxHashMap<String, Vec<ServerZone>> {
        let is_server = |kind: &Option<Kind>| matches!(kind, Some(Kind::Server(_)));
        let paths = self.tree.paths().iter().zip(kinds).filter(|(_, kind)| is_server(kind)).map(|(path, _)| &**path);
        let mut files = TreeIncludes::new(self.tree, "");
        let mut served: FxHashMap<String, Vec<ServerZone>> = FxHashMap::default();
        for zone in servers::read_all(paths, &mut files) {
            let file = zone.files.iter().find(|file| self.tree.find(file).is_some());
            if let Some(file) = file.cloned() {
                served.entry(file).or_default().push(zone);
            }
        }
        self.opened.append(&mut files.opened);
        served
    }

    fn work_for(&self, index: usize, kind: Option<Kind>, config: &Config, served: Vec<ServerZone>) -> Option<Work> {
        let path = &*self.tree.paths()[index];
        if let Some((policy, domains)) = config.policy(path) {
            let home = home(path, policy.view.as_ref());
            return Some(Work { index, kind: Kind::Policy, given: vec![(None, home)], domains });
        }
        if let Some((zone, origin)) = config.zone(path) {
            let home = home(path, zone.view.as_ref());
            return Some(Work {
                index,
                kind: Kind::Zone,
                given: vec![(origin.map(|name| (name, ApexSource::Configuration)), home)],
                domains: Vec::new(),
            });
        }
        if !served.is_empty() {
            return Some(Work { index, kind: Kind::Zone, given: origins(path, served), domains: Vec::new() });
        }
        let domains = match kind? {
            Kind::Policy | Kind::PerhapsPolicy => self.policy_domain(path).into_iter().collect(),
            Kind::Server(_) => return None,
            Kind::Zone | Kind::PerhapsZone => Vec::new(),
        };
        Some(Work { index, kind: kind?, given: vec![(None, home(path, None))], domains })
    }

    /// The domain of a policy: from its path, or from the `CNAME` file with which a Pages site names its host.
    fn policy_domain(&self, path: &str) -> Option<Name> {
        classify::policy_domain(path).or_else(|| {
            let site = path.strip_suffix(".well-known/mta-sts.txt")?;
            let index = self.tree.find(&format!("{site}CNAME"))?;
            let text = self.tree.read(index, 1024).ok()?;
            let host = classify::domain(std::str::from_utf8(&text).ok()?.trim())?;
            (host.first_label() == "mta-sts").then(|| host.parent()).flatten()
        })
    }

    fn read(&self, work: &Work) -> Read {
        let limit = match work.kind {
            Kind::Zone | Kind::PerhapsZone | Kind::Server(_) => MAX_FILE,
            Kind::Policy => MAX_POLICY,
            Kind::PerhapsPolicy => SNIFF as u64 + 1,
        };
        let text = match self.tree.read(work.index, limit) {
            Ok(text) => text,
            Err(error) => return Read::Failed(error.to_string()),
        };
        let path = &*self.tree.paths()[work.index];
        match work.kind {
            Kind::PerhapsPolicy if !classify::begins_like_a_policy(path, &text) => Read::Nothing,
            Kind::PerhapsZone if !classify::begins_like_a_zone(&text) => Read::Nothing,
            Kind::Zone | Kind::PerhapsZone if text.len() as u64 == MAX_FILE => Read::Failed("1 GiB or more".to_owned()),
            _ if classify::is_template(&text) => Read::Passed(text, "a template; what it becomes is not known"),
            Kind::Policy | Kind::PerhapsPolicy => Read::Policy(text),
            _ => self.zones(work, path, &text),
        }
    }

    fn zones(&self, work: &Work, path: &str, text: &Bytes) -> Read {
        if text.len().saturating_mul(work.given.len()) > MAX_REPARSED {
            return Read::Failed(format!("{} bytes, as the zone of {} origins", text.len(), work.given.len()));
        }
        let file = FileId(u32::try_from(work.index).unwrap_or(u32::MAX));
        let mut includes = TreeIncludes::new(self.tree, path);
        includes.opened.push((file, Arc::clone(text)));
        let mut zones = Vec::new();
        for (given, home) in &work.given {
            let hint = OriginHint { given: given.clone(), fallback: classify::origin_of(path) };
            zones.push((zone::parse(file, text, hint, &mut includes), home.clone()));
        }
        Read::Zones(zones, includes.opened)
    }
}

fn home(path: &str, view: Option<&Located<String>>) -> Home {
    view.map_or_else(|| Home::Path(path.into()), |view| Home::Views(vec![View::named(&view.value)]))
}

/// The origins of a file that servers declare, each with the Views in which it is.
fn origins(path: &str, served: Vec<ServerZone>) -> Vec<(Option<(Name, ApexSource)>, Home)> {
    let mut views: BTreeMap<Name, Vec<View>> = BTreeMap::new();
    for zone in served {
        views.entry(zone.origin).or_default().extend(zone.view.map(|view| View::named(&view)));
    }
    let home = |views: Vec<View>| if views.is_empty() { home(path, None) } else { Home::Views(views) };
    views.into_iter().map(|(origin, views)| (Some((origin, ApexSource::Server)), home(views))).collect()
}

fn collect(tree: &dyn Tree, config: &Config, plan: Plan<'_>, read: Vec<Read>) -> Inputs {
    let mut inputs = Inputs::default();
    let none = Bytes::default();
    let mut sources: Vec<Source> = tree
        .paths()
        .iter()
        .map(|path| Source { path: Arc::clone(path), text: Arc::clone(&none), is_private: false })
        .collect();
    let mut keep = |file: FileId, text: Bytes| sources[file.0 as usize].text = text;
    for (file, text) in plan.opened {
        keep(file, text);
    }
    let mut zones_read: Vec<(Zone, Home)> = Vec::new();
    let mut included: FxHashSet<FileId> = FxHashSet::default();
    for (work, read) in plan.work.into_iter().zip(read) {
        let file = FileId(u32::try_from(work.index).unwrap_or(u32::MAX));
        let path = || tree.paths()[work.index].to_string();
        match read {
            Read::Nothing => {}
            Read::Failed(error) => inputs.failures.push(Failure { path: path(), error }),
            Read::Passed(text, why) => {
                keep(file, text);
                inputs.passed.push(Passed { path: path(), why });
            }
            Read::Policy(text) => {
                let whole = Place::new(file, Span::of(0..text.len()));
                let policy = Arc::new(PolicyText::new(Traced::verbatim(&text, whole)));
                keep(file, text);
                for (_, home) in work.given {
                    let domains = work.domains.clone();
                    inputs.declared.policies.push(DeclaredPolicy {
                        text: Ok(Arc::clone(&policy)),
                        domains,
                        beside: Vec::new(),
                        served: None,
                        home,
                    });
                }
            }
            Read::Zones(zones, opened) => {
                included.extend(opened.iter().skip(1).map(|(file, _)| *file));
                inputs.commented.extend(opened.iter().map(|(file, _)| *file));
                for (file, text) in opened {
                    keep(file, text);
                }
                zones_read.extend(zones);
            }
        }
    }
    // What another file includes, and has no SOA, is a part of that one and no zone of its own.
    zones_read.retain(|(zone, _)| zone.soa.is_some() || !included.contains(&zone.file));
    inputs.records = zones_read.iter().map(|(zone, _)| zone.entries as usize).sum();
    let declared = |(zone, home)| DeclaredZone { zone: ZoneSource::File(zone), reader: Reader::ZoneFile, home };
    inputs.declared.zones = zones_read.into_iter().map(declared).collect();
    inputs.declared.promises = promises(config);
    inputs.files = inputs.declared.policies.len() + inputs.declared.zones.len();
    inputs.sources = Sources::new(sources);
    inputs
}

/// Where the configuration promises policies.
fn promises(config: &Config) -> Vec<Promise> {
    let mut promises = Vec::new();
    for policy in &config.policies {
        let promise = |domain: &Located<Name>| Promise { domain: Some(domain.value.clone()), place: domain.place };
        promises.extend(policy.domains.iter().map(promise));
        if policy.path.value.captures() {
            promises.push(Promise { domain: None, place: policy.path.place });
        }
    }
    promises
}
