//! What the readers hand over, before it is joined.

use std::sync::Arc;

use super::{PolicyText, View};
use crate::dns::Name;
use crate::text::Place;
use crate::zone::Zone;

/// Everything that the inputs declare.
#[derive(Debug, Default)]
pub struct Declared {
    /// Zones, in the order of their paths.
    pub zones: Vec<DeclaredZone>,
    /// Policies, in the order of their paths.
    pub policies: Vec<DeclaredPolicy>,
    /// Where the configuration says that policies are to be found.
    pub promises: Vec<Promise>,
}

/// A zone and the Views that publish it.
#[derive(Debug)]
pub struct DeclaredZone {
    /// As parsed.
    pub zone: Zone,
    /// Which Views it belongs to.
    pub home: Home,
}

/// A policy text and the domains it is served for.
#[derive(Debug)]
pub struct DeclaredPolicy {
    /// The text.
    pub text: Arc<PolicyText>,
    /// The mail domains, as its path or the configuration tells; empty where neither does.
    pub domains: Vec<Name>,
    /// Which Views it belongs to.
    pub home: Home,
}

/// How a declaration finds its Views.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Home {
    /// It is said: by a server's configuration, or by `view` in mtasts.toml.
    Views(Vec<View>),
    /// By the directory of this path, where one domain is defined in several directories.
    Path(Arc<str>),
}

/// The configuration's word that the policy of a domain is kept in this repository.
#[derive(Clone, Debug)]
pub struct Promise {
    /// The domain; `None` where a pattern promises one for every domain.
    pub domain: Option<Name>,
    /// Where it is said.
    pub place: Place,
}
