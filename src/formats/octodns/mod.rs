//! octoDNS: zones in YAML, and the configuration that says where they are and where they go.
//!
//! [`config`] reads the configuration, [`zone`] a zone file with the [`Options`] of the provider that octoDNS would read it with,
//! and [`join`] puts together what several files or sources say of one zone. What octoDNS would refuse to publish is not judged
//! here: it says so itself.

mod config;
mod include;
mod join;
mod records;
#[cfg(test)]
mod tests;

use std::sync::Arc;

pub use self::config::{Config, Provider, Source, Yaml, ZoneConfig, config};
pub use self::include::Includes;
pub use self::join::join;
pub use self::records::{zone, zone_with};
use super::names::name;
use crate::dns::Name;
use crate::text::{Place, Reason};

/// How a zone file is read.
#[derive(Clone, Debug)]
pub struct Options {
    /// The TTL of records that say none, and where it is said; octoDNS takes 3600 where it is not.
    pub default_ttl: (u32, Option<Place>),
    /// Whether `\;` stands for `;`, as it does unless the provider says otherwise.
    pub escaped_semicolons: bool,
    /// Whether a record takes the place of one of the same name and type, which octoDNS otherwise refuses.
    pub replaces: bool,
    /// Whether `{zone_name}` and the like are filled in.
    pub is_templated: bool,
    /// Where the zone goes, for records that are for some of its targets only.
    pub targets: Vec<Arc<str>>,
    /// Why the zone may be published with other records than its sources hold: a processor.
    pub doubt: Option<Reason>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            default_ttl: (3600, None),
            escaped_semicolons: true,
            replaces: false,
            is_templated: false,
            targets: Vec::new(),
            doubt: None,
        }
    }
}

/// Whether the file at `path` that begins with `head` is a configuration of octoDNS: YAML with `providers:` and `zones:`.
pub fn looks_like(path: &str, head: &[u8]) -> bool {
    let is_yaml = std::path::Path::new(path)
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("yaml") || extension.eq_ignore_ascii_case("yml"));
    if !is_yaml {
        return false;
    }
    let has = |key: &[u8]| head.split(|byte| *byte == b'\n').any(|line| line.starts_with(key));
    // A long list of providers may push the zones out of the head.
    has(b"providers:") && (has(b"zones:") || memchr::memmem::find(head, b"class: octodns").is_some())
}

/// The zone of which the file at `path`, relative to the provider's directory, holds records: `example.com.yaml` and, with the
/// extension `.` for zones that are split, `example.com./www.yaml`.
pub fn zone_path(path: &str, split: Option<&str>) -> Option<Name> {
    let zone = match (path.split_once('/'), split) {
        (None, _) => path.strip_suffix(".yaml")?,
        (Some((directory, file)), Some(split)) if !file.contains('/') => {
            file.strip_suffix(".yaml")?;
            directory.strip_suffix(split)?
        }
        (Some(_), _) => return None,
    };
    name(zone, None)
}
