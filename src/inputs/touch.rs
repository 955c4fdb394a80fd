//! What a change of a file can touch, told by its path and, where that is not enough, by what it holds.

use memchr::memmem;

use super::classify::{self, Kind, SNIFF};
use super::servers::Dialect;
use super::tree::Tree;
use crate::config::Config;
use crate::hcl::configuration::is_configuration;

/// What may be different after a file has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Touch {
    /// Nothing that is published.
    Nothing,
    /// What the file itself declares: it is a zone or a policy.
    Itself,
    /// Anything.
    Anything,
}

/// What the change of the file at `path` can touch. `may_be_read` says whether other files may refer to it.
pub fn touch(path: &str, config: &Config, may_be_read: bool) -> Touch {
    if config.exclude.matches(path, false) {
        return Touch::Nothing;
    }
    let is_values = [".tfvars", ".tfvars.json"].iter().any(|end| path.ends_with(end));
    let is_other = is_configuration(path) || is_values || super::formats::has_format(path);
    match kind(path, config) {
        Some(Kind::Server(_)) => Touch::Anything,
        Some(_) => Touch::Itself,
        None if is_other || may_be_read => Touch::Anything,
        None => Touch::Nothing,
    }
}

/// Whether the file is the configuration of a name server.
pub fn is_server(path: &str) -> bool {
    Dialect::of(path).is_some()
}

/// Whether the file at `path`, a zone or policy of either tree, says all by itself: it includes nothing, and whose it is stands in
/// its path, in it, or in the configuration.
pub fn stands_alone(path: &str, trees: [&dyn Tree; 2], config: &Config) -> bool {
    trees.iter().all(|tree| tree.find(path).is_none_or(|index| is_alone(path, *tree, index, config)))
}

fn is_alone(path: &str, tree: &dyn Tree, index: usize, config: &Config) -> bool {
    const MAX: u64 = 64 << 20;
    match kind(path, config) {
        Some(Kind::Zone | Kind::PerhapsZone) => {
            let Ok(text) = tree.read(index, MAX) else { return false };
            (text.len() as u64) < MAX
                && ["$INCLUDE", "$include"].iter().all(|word| memmem::find(&text, word.as_bytes()).is_none())
        }
        Some(Kind::Policy | Kind::PerhapsPolicy) => {
            let is_policy =
                || tree.read(index, SNIFF as u64).is_ok_and(|head| classify::begins_like_a_policy(path, &head));
            config.policy(path).is_some() || classify::policy_domain(path).is_some() || !is_policy()
        }
        Some(Kind::Server(_)) | None => false,
    }
}

/// What the file is by its path, the configuration having the first word.
fn kind(path: &str, config: &Config) -> Option<Kind> {
    if config.policy(path).is_some() {
        return Some(Kind::Policy);
    }
    if config.zone(path).is_some() {
        return Some(Kind::Zone);
    }
    classify::by_name(path)
}
