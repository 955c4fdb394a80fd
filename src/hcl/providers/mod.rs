//! Which resources publish records and policies, and how: a table, and the reader that works from it.

use std::sync::Arc;

use crate::certificates::Declared;
use crate::dns::Listing;
use crate::hcl::Files;
use crate::hcl::resource::Resource;
use crate::hcl::value::Value;
use crate::mta_sts::hosted::Hosted;
use crate::text::{Place, Reason};

mod certificates;
mod concerns;
mod domains;
mod hosting;
mod items;
mod links;
mod listings;
mod names;
mod paths;
mod policies;
mod read;
mod records;
mod redirects;
mod script;
mod serving;
mod table;
#[cfg(test)]
mod tests;
mod told;
mod txt;
mod units;
mod writers;
mod zones;

use hosting::HOSTING;
use policies::Repository;
use table::BY_KIND;

/// What the resources of one root module (or plan) publish.
#[derive(Debug, Default)]
pub struct Published {
    /// A listing for each zone.
    pub zones: Vec<Listing>,
    /// Policies.
    pub policies: Vec<Hosted>,
    /// What publishes something, and nobody can tell at which name.
    pub unplaced: Vec<Unplaced>,
    /// Certificates.
    pub certificates: Vec<Declared>,
}

/// A resource that would publish something that matters to mail, at a name that is not known.
#[derive(Clone, Debug)]
pub struct Unplaced {
    /// The resource: `aws_route53_record.mx`.
    pub address: Arc<str>,
    /// Where it is declared.
    pub place: Place,
    /// Why its name is not known.
    pub reason: Reason,
}

/// Whether the table knows resources of this kind, or data sources and resources that others refer to.
pub fn knows(kind: &str) -> bool {
    BY_KIND.knows(kind) || HOSTING.knows(kind) || certificates::knows(kind)
}

/// Words of which every configuration that publishes anything of interest holds one.
pub fn markers() -> Vec<&'static str> {
    // A certificate of an ACME authority may be kept apart from the records of its host.
    const WORDS: [&str; 7] = ["mta-sts", "mta_sts", "mtasts", "STSv1", "TLSRPT", "_smtp._tls", "acme_certificate"];
    let mut words: Vec<&'static str> = BY_KIND.records.keys().copied().collect();
    words.sort_unstable();
    words.extend(WORDS);
    words
}

/// What `resources` publish. Files that they name (`source = "policy.txt"`) are looked for from `directory`, the root
/// module's.
pub fn read(resources: &[Resource], files: &dyn Files, directory: &str) -> Published {
    let mut published = Published::default();
    let beside = read::read(resources, &mut published);
    published.policies = policies::read(resources, beside, Repository { files, directory });
    published.certificates = certificates::read(resources);
    published
}

/// Whether a module that is given `inputs` may publish records of the zone of `listing`: the zone's name or id is among them.
pub fn concerns(inputs: &Value, listing: &Listing) -> bool {
    concerns::concerns(inputs, listing)
}
