//! Terraform and OpenTofu: the root modules of a tree, and what each of them declares.

use std::sync::Arc;

use super::files::TreeFiles;
use super::hosted;
use super::read::{Failure, Inputs, Planned};
use crate::config::{Config, Located, Terraform};
use crate::dns::{Listing, Name};
use crate::hcl::Files;
use crate::hcl::ast::SyntaxError;
use crate::hcl::configuration;
use crate::hcl::eval::{self, Evaluated, Opaque, Root};
use crate::hcl::providers::{self, Published};
use crate::mta_sts::hosted::Hosted;
use crate::parallel;
use crate::site::{Declared, DeclaredPolicy, DeclaredZone, Home, Reader, Unplaced, Unread, View, ZoneSource};
use crate::text::{FileId, Reason};

/// A root module, and the View that it publishes to.
struct Module {
    root: Root,
    view: Option<View>,
}

/// Adds to `inputs` what the root modules of the tree declare.
pub(super) fn read(files: &TreeFiles<'_>, config: &Config, inputs: &mut Inputs) {
    let is_terraform = |path: &Arc<str>| configuration::is_configuration(path);
    if !files.paths().iter().any(is_terraform) {
        return;
    }
    let modules = modules(files, config, &mut inputs.failures);
    let evaluate = |at: usize| {
        let evaluated = eval::root(&modules[at].root, files, &providers::knows);
        let published = providers::read(&evaluated.resources, files, &modules[at].root.directory);
        (evaluated, published)
    };
    let all = parallel::heavy(modules.len(), evaluate);
    let mut read: Vec<FileId> = Vec::new();
    for (module, (evaluated, mut published)) in modules.iter().zip(all) {
        read.extend(&evaluated.files);
        inputs.records += published.zones.iter().map(|zone| zone.records.len()).sum::<usize>();
        inputs.certificates.append(&mut published.certificates);
        add(module, evaluated, published, config, files, &mut inputs.declared);
    }
    read.sort_unstable();
    read.dedup();
    inputs.files += read.len();
    let has_comments = |file: &FileId| files.path_of(*file).is_some_and(|path| path.rsplit('.').next() != Some("json"));
    inputs.commented.extend(read.into_iter().filter(has_comments));
}

/// Adds what the resources of a plan publish: the exact answer, in the stead of what the configuration tells.
pub(super) fn read_plan(planned: &Planned<'_>, files: &TreeFiles<'_>, config: &Config, inputs: &mut Inputs) {
    let published = providers::read(planned.resources, files, planned.directory);
    let root = Root { directory: planned.directory.into(), ..Root::default() };
    let module = Module { root, view: None };
    inputs.records += published.zones.iter().map(|zone| zone.records.len()).sum::<usize>();
    inputs.files += 1;
    for mut listing in published.zones {
        listing.partial = listing.partial.or_else(|| planned.partial.cloned());
        let home = module.home(std::slice::from_ref(&listing.apex));
        inputs.declared.zones.push(DeclaredZone { zone: ZoneSource::Listed(listing), reader: Reader::Plan, home });
    }
    for policy in published.policies {
        inputs.declared.policies.push(module.policy(policy, config, files));
    }
    inputs.declared.unplaced.extend(published.unplaced.into_iter().map(unplaced));
    inputs.certificates.extend(published.certificates);
}

/// The root modules: as the configuration says, and all others that declare what matters to mail.
fn modules(files: &TreeFiles<'_>, config: &Config, failures: &mut Vec<Failure>) -> Vec<Module> {
    let mut modules: Vec<Module> =
        config.terraform.iter().filter_map(|said| configured(said, files, failures)).collect();
    for directory in configuration::relevant_roots(files, &providers::markers()) {
        if !modules.iter().any(|module| module.root.directory == directory) {
            modules.push(Module { root: Root { directory, ..Root::default() }, view: None });
        }
    }
    modules
}

fn configured(said: &Terraform, files: &TreeFiles<'_>, failures: &mut Vec<Failure>) -> Option<Module> {
    let directory: Arc<str> = said.path.value.as_str().into();
    let is_inside = |path: &str| path.rsplit_once('/').map_or("", |(directory, _)| directory) == &*directory;
    if !files.paths().iter().any(|path| configuration::is_configuration(path) && is_inside(path)) {
        let error = "[[terraform]] in the configuration names it, and it holds no Terraform files".to_owned();
        failures.push(Failure { path: said.path.value.clone(), error });
        return None;
    }
    let mut var_files = Vec::new();
    for file in &said.var_files {
        let path = configuration::join_path(&directory, &file.value).filter(|path| files.open(path).is_some());
        if let Some(path) = path {
            var_files.push(path.into());
        } else {
            let error = "[[terraform]] in the configuration names it, and it is not in this repository".to_owned();
            failures.push(Failure { path: file.value.clone(), error });
        }
    }
    let named = |said: &Option<Located<String>>| said.as_ref().map(|said| Arc::from(said.value.as_str()));
    let workspace = named(&said.workspace);
    let view = said.view.as_ref().map(|view| View::named(&view.value));
    Some(Module { root: Root { directory, var_files, workspace }, view })
}

fn add(
    module: &Module,
    evaluated: Evaluated,
    published: Published,
    config: &Config,
    files: &TreeFiles<'_>,
    declared: &mut Declared,
) {
    let Evaluated { errors, opaque, .. } = evaluated;
    for listing in published.zones {
        let listing = doubted(listing, errors.first(), &opaque);
        let home = module.home(std::slice::from_ref(&listing.apex));
        declared.zones.push(DeclaredZone { zone: ZoneSource::Listed(listing), reader: Reader::Terraform, home });
    }
    for hosted in published.policies {
        declared.policies.push(module.policy(hosted, config, files));
    }
    declared.unplaced.extend(published.unplaced.into_iter().map(unplaced));
    declared.unplaced.extend(opaque.into_iter().filter(may_publish).map(|module| Unplaced {
        what: module.address,
        reason: module.reason,
        may_hold_policies: true,
    }));
    declared.unread.extend(errors.into_iter().map(|error| Unread {
        reader: Reader::Terraform,
        place: error.place,
        message: error.message,
    }));
}

impl Module {
    fn policy(&self, policy: Hosted, config: &Config, files: &TreeFiles<'_>) -> DeclaredPolicy {
        let home = self.home(if policy.domains.is_empty() { &policy.beside } else { &policy.domains });
        hosted::policy(policy, home, config, files)
    }

    /// Where what is declared of `names` belongs. A name that stands for something unknown means that only in its own root.
    fn home(&self, names: &[Name]) -> Home {
        let directory = &self.root.directory;
        match &self.view {
            Some(view) => Home::Views(vec![view.clone()]),
            None if !directory.is_empty() && !names.is_empty() && names.iter().all(Name::is_symbolic) => {
                Home::Views(vec![View::named(directory)])
            }
            None if directory.is_empty() => Home::Path("main.tf".into()),
            None => Home::Path(format!("{directory}/main.tf").into()),
        }
    }
}

/// The listing, and why it may not be all of its zone: a file that could not be read, or a module that was not, may declare
/// more.
fn doubted(mut listing: Listing, error: Option<&SyntaxError>, opaque: &[Opaque]) -> Listing {
    let unread = error.map(|error| Reason::at(error.place, "a file of the configuration cannot be read"));
    let inside = opaque.iter().find(|module| providers::concerns(&module.inputs, &listing));
    let inside = inside.map(|module| module.reason.clone());
    listing.partial = listing.partial.take().or(unread).or(inside);
    listing
}

/// Whether a module that could not be read looks like one that publishes records or a policy.
fn may_publish(module: &Opaque) -> bool {
    const WORDS: [&str; 6] = ["dns", "route53", "mta", "mail", "record", "zone"];
    let (source, address) = (module.source.to_ascii_lowercase(), module.address.to_ascii_lowercase());
    WORDS.iter().any(|word| source.contains(word) || address.contains(word))
}

fn unplaced(found: providers::Unplaced) -> Unplaced {
    Unplaced { what: found.address, reason: found.reason, may_hold_policies: false }
}
