//! octoDNS: a configuration, and the zones that its providers read from the tree.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::files::TreeFiles;
use crate::dns::{Listing, Name};
use crate::formats::Error;
use crate::formats::octodns::{self, Config, Options, Source, ZoneConfig};
use crate::hcl::Files;
use crate::hcl::configuration::join_path;
use crate::text::{FileId, Place, Reason, Span};

/// What a configuration comes to.
#[derive(Default)]
pub(super) struct Zones {
    /// A listing for each zone that is published.
    pub(super) listings: Vec<Listing>,
    /// Files that cannot be read.
    pub(super) errors: Vec<Error>,
    /// Every file that was read, the configuration not among them.
    pub(super) files: Vec<FileId>,
}

/// The zone files of each provider, by zone.
type Index = BTreeMap<Arc<str>, BTreeMap<Name, Vec<Arc<str>>>>;

struct Reader<'a> {
    config: &'a Config,
    files: &'a TreeFiles<'a>,
    index: Index,
    /// The directories in which a relative path may begin: octoDNS is run in the root, or beside its configuration.
    bases: [&'a str; 2],
    zones: Zones,
}

/// Reads the zones of the configuration at `path`.
pub(super) fn zones(path: &str, config: &Config, files: &TreeFiles<'_>) -> Zones {
    let beside = path.rsplit_once('/').map_or("", |(directory, _)| directory);
    let mut reader = Reader { config, files, index: Index::new(), bases: ["", beside], zones: Zones::default() };
    reader.index = reader.index();
    let found: Vec<(Arc<str>, Name)> = reader
        .index
        .iter()
        .flat_map(|(provider, zones)| zones.keys().map(|zone| (Arc::clone(provider), zone.clone())))
        .collect();
    for (apex, zone) in config.zones(&found) {
        // Without a target nothing is published.
        let targets = reader.source_zone(zone).targets.len() + zone.targets.len();
        if targets > 0 {
            reader.zone(&apex, zone);
        }
    }
    reader.zones
}

impl<'a> Reader<'a> {
    fn index(&self) -> Index {
        let mut index = Index::new();
        for provider in &self.config.providers {
            let Source::Yaml(yaml) = &provider.source else { continue };
            let Some(directory) = yaml.directory.as_deref().ok().and_then(|said| self.directory(said)) else {
                continue;
            };
            let zones = index.entry(Arc::clone(&provider.name)).or_default();
            for path in self.below(&directory) {
                let relative = path.get(prefix(&directory).len()..).unwrap_or_default();
                let split = yaml.split_extension.as_deref();
                if !yaml.has_zone_files && !relative.contains('/') {
                    continue;
                }
                if let Some(zone) = octodns::zone_path(relative, split) {
                    zones.entry(zone).or_default().push(Arc::clone(path));
                }
            }
        }
        index
    }

    /// The directory of a provider, relative to the root of the tree.
    fn directory(&self, said: &str) -> Option<String> {
        let candidates = self.bases.iter().filter_map(|base| join_path(base, said));
        candidates.into_iter().find(|directory| self.below(directory).next().is_some())
    }

    fn below(&self, directory: &str) -> impl Iterator<Item = &'a Arc<str>> + use<'a> {
        let prefix = prefix(directory);
        let paths = self.files.paths();
        let start = paths.partition_point(|path| **path < *prefix);
        paths[start..].iter().take_while(move |path| path.starts_with(&prefix))
    }

    /// The zone whose records `zone` has: itself, if it is no alias.
    fn source_zone<'z>(&'z self, zone: &'z ZoneConfig) -> &'z ZoneConfig {
        let source = zone.alias.as_ref().and_then(|alias| {
            self.config.zones.iter().find(|other| other.apex.as_ref() == Some(alias) && other.alias.is_none())
        });
        source.unwrap_or(zone)
    }

    fn zone(&mut self, apex: &Name, zone: &ZoneConfig) {
        let source = self.source_zone(zone).clone();
        let name = zone.alias.as_ref().unwrap_or(apex);
        let mut pieces: Vec<(Listing, bool)> = Vec::new();
        let mut partial: Option<Reason> = None;
        for (provider, place) in &source.sources {
            let options = self.config.options(provider, &source);
            let replaces = options.replaces;
            let listings = self.listings(provider, *place, name, apex, &options, &mut partial);
            pieces.extend(listings.into_iter().map(|listing| (listing, replaces)));
        }
        let empty = || Listing {
            apex: apex.clone(),
            told_by: "the configuration".into(),
            place: zone.place,
            partial: None,
            records: Vec::new(),
            gaps: Vec::new(),
        };
        let mut listing = octodns::join(pieces).unwrap_or_else(empty);
        listing.partial = listing.partial.or(partial);
        self.zones.listings.push(listing);
    }

    /// What one provider holds of a zone, file by file; why there may be more goes to `partial`.
    fn listings(
        &mut self,
        provider: &Arc<str>,
        place: Place,
        name: &Name,
        apex: &Name,
        options: &Options,
        partial: &mut Option<Reason>,
    ) -> Vec<Listing> {
        let mut unknown = |why: String| {
            partial.get_or_insert_with(|| Reason::at(place, why));
        };
        let Some(known) = self.config.provider(provider) else {
            unknown(format!("`{provider}` is no provider of this configuration"));
            return Vec::new();
        };
        match &known.source {
            Source::Yaml(yaml) => {
                if let Err(reason) = &yaml.directory {
                    partial.get_or_insert_with(|| reason.clone());
                }
            }
            Source::ZoneFiles { .. } => unknown(format!("`{provider}` reads zone files, which are read by themselves")),
            Source::Other => unknown(format!("the records that `{provider}` holds are not in this repository")),
        }
        let of_zone = self.index.get(provider).and_then(|zones| zones.get(name)).cloned().unwrap_or_default();
        if of_zone.is_empty() && matches!(known.source, Source::Yaml(_)) {
            partial.get_or_insert_with(|| {
                Reason::at(place, format!("`{provider}` has no file for {name} in this repository"))
            });
        }
        let shared = self.shared(provider);
        shared.into_iter().chain(of_zone).filter_map(|path| self.file(&path, apex, options)).collect()
    }

    /// The file of a provider that holds records of every zone.
    fn shared(&self, provider: &str) -> Option<Arc<str>> {
        let Source::Yaml(yaml) = &self.config.provider(provider)?.source else { return None };
        let directory = self.directory(yaml.directory.as_deref().ok()?)?;
        Some(join_path(&directory, yaml.shared.as_deref()?)?.into())
    }

    fn file(&mut self, path: &str, apex: &Name, options: &Options) -> Option<Listing> {
        let (file, text) = self.files.open(path)?;
        self.zones.files.push(file);
        let (files, read) = (self.files, &mut self.zones.files);
        let mut include = |from: FileId, relative: &str| {
            let directory = files.path_of(from)?.rsplit_once('/').map_or("", |(directory, _)| directory);
            let included = files.open(&join_path(directory, relative)?)?;
            read.push(included.0);
            Some(included)
        };
        match octodns::zone_with(file, &text, apex, options, &mut include) {
            Ok(listing) => Some(listing),
            Err(error) => {
                self.zones.errors.push(error);
                // Nothing is known of what it holds, and nothing is absent from it.
                let reason = Reason::at(Place::new(file, Span::new(0, 0)), "the file cannot be read");
                Some(Listing {
                    apex: apex.clone(),
                    told_by: "the name of the file".into(),
                    place: Place::new(file, Span::new(0, 0)),
                    partial: Some(reason.clone()),
                    records: Vec::new(),
                    gaps: vec![crate::dns::ListedGap { scope: crate::dns::NameScope::Any, rtype: None, reason }],
                })
            }
        }
    }
}

/// What the paths below a directory begin with.
fn prefix(directory: &str) -> String {
    if directory.is_empty() { String::new() } else { format!("{directory}/") }
}
