//! The configuration: providers, zones, and what happens on the way from the ones to the others.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Options;
use crate::dns::Name;
use crate::formats::names::name;
use crate::formats::tree::{Entry, Node};
use crate::formats::{Error, yaml};
use crate::text::{FileId, Place, Reason};

/// A configuration.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// Where zones are read from and written to, in the order of the file.
    pub providers: Vec<Provider>,
    /// The zones, in the order of the file.
    pub zones: Vec<ZoneConfig>,
    index: FxHashMap<Arc<str>, usize>,
}

/// A provider.
#[derive(Clone, Debug)]
pub struct Provider {
    /// The name that zones call it by.
    pub name: Arc<str>,
    /// Where that is written.
    pub place: Place,
    /// Its Python class.
    pub class: Arc<str>,
    /// What it reads.
    pub source: Source,
}

/// Where a provider takes records from.
#[derive(Clone, Debug)]
pub enum Source {
    /// Zone files in YAML.
    Yaml(Yaml),
    /// Master files (octodns-bind): `<directory>/<zone><extension>`.
    ZoneFiles {
        /// Relative to where octoDNS is run.
        directory: Result<Arc<str>, Reason>,
        /// With its dot; `.` alone is the zone's own last dot.
        extension: Arc<str>,
    },
    /// Anything else: what it holds is not in the repository.
    Other,
}

/// A provider of zone files in YAML.
#[derive(Clone, Debug)]
pub struct Yaml {
    /// Its directory, relative to where octoDNS is run.
    pub directory: Result<Arc<str>, Reason>,
    /// Ends the name of the directories of zones that are split, if zones may be.
    pub split_extension: Option<Arc<str>>,
    /// Whether it reads `<zone>.yaml`.
    pub has_zone_files: bool,
    /// A file in the directory that holds records for every zone.
    pub shared: Option<Arc<str>>,
    default_ttl: (u32, Option<Place>),
    escaped_semicolons: bool,
    replaces: bool,
}

/// A zone of the configuration, or a pattern of zones.
#[derive(Clone, Debug)]
pub struct ZoneConfig {
    /// The zone; `None` for a pattern.
    pub apex: Option<Name>,
    /// Where its name or pattern is written.
    pub place: Place,
    /// The providers that it is read from, in order, and where each is named.
    pub sources: Vec<(Arc<str>, Place)>,
    /// The providers that it is written to; without one it is not published.
    pub targets: Vec<Arc<str>>,
    /// The zone of which it has the records, if it is an alias.
    pub alias: Option<Name>,
    pattern: Pattern,
    is_templated: bool,
    doubt: Option<Reason>,
}

/// Which of the zones that sources list a dynamic zone means.
#[derive(Clone, Debug)]
enum Pattern {
    All,
    Glob(globset::GlobMatcher),
    Regex(Box<regex::Regex>),
}

/// Patterns that are tried on every zone of a repository.
const MAX_PATTERNS: usize = 256;

/// Targets of one zone.
const MAX_TARGETS: usize = 64;

/// Reads a configuration.
pub fn config(file: FileId, text: &[u8]) -> Result<Config, Error> {
    let root = yaml::document(file, text)?;
    let error = |place, message: &str| Err(Error { place, message: message.to_owned() });
    let (Some(providers), Some(zones)) = (root.get("providers"), root.get("zones")) else {
        return error(root.place, "an octoDNS configuration has `providers` and `zones`");
    };
    if !providers.is_map() || !zones.is_map() {
        return error(root.place, "the `providers` and `zones` of an octoDNS configuration are maps");
    }
    let handlers = Handlers::of(&root);
    let processors = Processors::of(&root);
    let providers: Vec<Provider> = unique(providers).filter_map(|entry| provider(entry, &handlers)).collect();
    Ok(Config {
        index: providers.iter().enumerate().map(|(at, provider)| (Arc::clone(&provider.name), at)).collect(),
        providers,
        zones: unique(zones).filter_map(|entry| zone(entry, &processors)).collect(),
    })
}

impl Config {
    /// The provider called `name`.
    pub fn provider(&self, name: &str) -> Option<&Provider> {
        self.providers.get(*self.index.get(name)?)
    }

    /// Every zone that is configured, and with what: patterns come to those of the zones in `found` that their sources hold
    /// (provider and zone) and that no zone before them has taken.
    pub fn zones<'a>(&'a self, found: &[(Arc<str>, Name)]) -> Vec<(Name, &'a ZoneConfig)> {
        let mut all: Vec<(Name, &ZoneConfig)> =
            self.zones.iter().filter_map(|zone| Some((zone.apex.clone()?, zone))).collect();
        let mut taken: FxHashSet<Name> = all.iter().map(|(name, _)| name.clone()).collect();
        for zone in self.zones.iter().filter(|zone| zone.apex.is_none()).take(MAX_PATTERNS) {
            for (provider, name) in found {
                let is_source = zone.sources.iter().any(|(source, _)| source == provider);
                if is_source && zone.pattern.matches(name) && taken.insert(name.clone()) {
                    all.push((name.clone(), zone));
                }
            }
        }
        all
    }

    /// How `provider` reads the zone `apex`, which `zone` is about.
    pub fn options(&self, provider: &str, zone: &ZoneConfig) -> Options {
        let mut options = Options {
            is_templated: zone.is_templated,
            targets: zone.targets.clone(),
            doubt: zone.doubt.clone(),
            ..Options::default()
        };
        if let Some(Provider { source: Source::Yaml(yaml), .. }) = self.provider(provider) {
            options.default_ttl = yaml.default_ttl;
            options.escaped_semicolons = yaml.escaped_semicolons;
            options.replaces = yaml.replaces;
        }
        options
    }
}

impl Pattern {
    fn of(zone: &Node) -> Self {
        let glob = zone.get("glob").and_then(Node::as_str).and_then(|glob| globset::Glob::new(glob).ok());
        let regex = zone.get("regex").and_then(Node::as_str).and_then(|regex| regex::Regex::new(regex).ok());
        match (glob, regex) {
            (Some(glob), _) => Self::Glob(glob.compile_matcher()),
            (None, Some(regex)) => Self::Regex(Box::new(regex)),
            (None, None) => Self::All,
        }
    }

    /// octoDNS compares with the final dot.
    fn matches(&self, name: &Name) -> bool {
        match self {
            Self::All => true,
            Self::Glob(glob) => glob.is_match(format!("{name}.")),
            Self::Regex(regex) => regex.is_match(&format!("{name}.")),
        }
    }
}

/// The entries of a map of which the last of each key counts.
fn unique(map: &Node) -> impl Iterator<Item = &Entry> {
    let mut last: FxHashMap<&str, usize> = FxHashMap::default();
    for (at, entry) in map.entries().iter().enumerate() {
        last.insert(entry.key.as_str().unwrap_or_default(), at);
    }
    let is_last = move |at: usize, entry: &Entry| last.get(entry.key.as_str().unwrap_or_default()) == Some(&at);
    map.entries().iter().enumerate().filter(move |(at, entry)| is_last(*at, entry)).map(|(_, entry)| entry)
}

fn provider(entry: &Entry, handlers: &Handlers) -> Option<Provider> {
    let class: Arc<str> = entry.value.get("class").and_then(Node::as_str).unwrap_or_default().into();
    let settings = &entry.value;
    let directory = || match settings.get("directory") {
        Some(node) => handlers.resolve(node),
        None => Err(Reason::at(entry.key.place, "the provider has no `directory`")),
    };
    let source = match class.rsplit('.').next().unwrap_or_default() {
        name if name.ends_with("YamlProvider") => {
            Source::Yaml(yaml_provider(settings, name == "SplitYamlProvider", directory()))
        }
        "ZoneFileSource" => Source::ZoneFiles {
            directory: directory(),
            extension: settings.get("file_extension").and_then(Node::as_str).unwrap_or(".").into(),
        },
        _ => Source::Other,
    };
    Some(Provider { name: entry.key.as_str()?.into(), place: entry.key.place, class, source })
}

fn yaml_provider(settings: &Node, is_split: bool, directory: Result<Arc<str>, Reason>) -> Yaml {
    let truth = |key: &str| settings.get(key).and_then(Node::truth);
    let text = |key: &str| settings.get(key).filter(|node| node.truth() != Some(false)).and_then(Node::as_str);
    let split = if is_split { Some(text("extension").unwrap_or(".")) } else { text("split_extension") };
    let ttl =
        settings.get("default_ttl").and_then(|node| Some((u32::try_from(node.number()?).ok()?, Some(node.place))));
    Yaml {
        directory,
        split_extension: split.filter(|extension| !extension.is_empty()).map(Into::into),
        has_zone_files: !is_split && truth("disable_zonefile") != Some(true),
        shared: text("shared_filename").map(Into::into),
        default_ttl: ttl.unwrap_or((3600, None)),
        escaped_semicolons: truth("escaped_semicolons") != Some(false),
        replaces: truth("populate_should_replace") == Some(true),
    }
}

fn zone(entry: &Entry, processors: &Processors) -> Option<ZoneConfig> {
    let written = entry.key.as_str()?;
    let apex = if written.starts_with('*') { None } else { Some(name(written, None)?) };
    let zone = &entry.value;
    let names = |key: &str| zone.get(key).map(Node::items_or_self).unwrap_or_default();
    let source = |node: &Node| Some((Arc::from(node.as_str()?), node.place));
    let Effect { is_templated, doubt } = processors.effect(names("processors"));
    Some(ZoneConfig {
        apex,
        place: entry.key.place,
        sources: names("sources").iter().filter_map(source).collect(),
        targets: names("targets").iter().filter_map(|node| node.as_str().map(Into::into)).take(MAX_TARGETS).collect(),
        alias: zone.get("alias").and_then(Node::as_str).and_then(|alias| name(alias, None)),
        pattern: Pattern::of(zone),
        is_templated,
        doubt,
    })
}

/// What stands before the `/` of a setting that is looked up elsewhere: `env/DIRECTORY`.
struct Handlers<'a>(Vec<&'a str>);

impl<'a> Handlers<'a> {
    fn of(root: &'a Node) -> Self {
        let named = root.get("secret_handlers").map(Node::entries).unwrap_or_default();
        Self(named.iter().filter_map(|entry| entry.key.as_str()).chain(["env"]).collect())
    }

    fn resolve(&self, node: &Node) -> Result<Arc<str>, Reason> {
        let Some(text) = node.as_str() else { return Err(Reason::at(node.place, "the directory is no text")) };
        match text.split_once('/') {
            Some((handler, _)) if self.0.contains(&handler) => {
                let why = format!("the directory is what `{text}` comes to when octoDNS is run");
                Err(Reason::at(node.place, why))
            }
            _ => Ok(text.into()),
        }
    }
}

/// What works on the records of a zone between its sources and its targets.
struct Processors<'a> {
    /// The class of each, and where it is declared.
    declared: FxHashMap<&'a str, (&'a str, Place)>,
    /// What those that every zone goes through come to.
    global: Effect,
}

/// Whether templates are filled in, and why records may be others than the sources say.
#[derive(Clone, Default)]
struct Effect {
    is_templated: bool,
    doubt: Option<Reason>,
}

/// Processors that leave alone what matters to mail: they touch other names, only check, or add the dot that is meant anyway.
const HARMLESS: [&str; 12] = [
    "AcmeManagingProcessor",
    "AcmeMangingProcessor",
    "AutoArpa",
    "EnsureTrailingDots",
    "ExcludeRootNsChanges",
    "IgnoreRootNsFilter",
    "MetaProcessor",
    "OwnershipProcessor",
    "SpfDnsLookupProcessor",
    "TtlClampProcessor",
    "TtlRestrictionFilter",
    "ZoneNameFilter",
];

impl<'a> Processors<'a> {
    fn of(root: &'a Node) -> Self {
        let class = |entry: &'a Entry| entry.value.get("class").and_then(Node::as_str).unwrap_or_default();
        let declared = root.get("processors").map(Node::entries).unwrap_or_default();
        let declared =
            declared.iter().filter_map(|entry| Some((entry.key.as_str()?, (class(entry), entry.key.place)))).collect();
        let mut processors = Self { declared, global: Effect::default() };
        let mut global = Effect::default();
        for key in ["processors", "post_processors"] {
            let names = root.path(&["manager", key]).map(Node::items_or_self).unwrap_or_default();
            processors.add(&mut global, names);
        }
        processors.global = global;
        processors
    }

    /// What the processors of a zone come to.
    fn effect(&self, names: &[Node]) -> Effect {
        let mut effect = self.global.clone();
        self.add(&mut effect, names);
        effect
    }

    fn add(&self, effect: &mut Effect, names: &[Node]) {
        for name in names.iter().filter_map(Node::as_str) {
            // What is not declared octoDNS refuses.
            let Some((class, place)) = self.declared.get(name) else { continue };
            match class.rsplit('.').next().unwrap_or_default() {
                "Templating" => effect.is_templated = true,
                known if HARMLESS.contains(&known) => {}
                _ => {
                    let why = || format!("the processor `{name}` (`{class}`) may change records, or leave some out");
                    effect.doubt.get_or_insert_with(|| Reason::at(*place, why()));
                }
            }
        }
    }
}
