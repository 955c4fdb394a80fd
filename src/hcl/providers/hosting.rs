//! The table of what serves policies: what `hosting.toml` says, by kind of resource.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use serde::Deserialize;

/// All rows.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    objects: Vec<ObjectRow>,
    links: Vec<LinkRow>,
    redirects: Vec<RedirectRow>,
}

/// Resources that hold the text of a policy. The columns are explained in the table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ObjectRow {
    kinds: Vec<String>,
    #[allow(dead_code, reason = "for those who read the table")]
    verified: bool,
    #[serde(default)]
    pub(super) data: bool,
    pub(super) each: Option<String>,
    #[serde(default)]
    pub(super) path: Vec<String>,
    #[serde(default = "yes")]
    pub(super) served: bool,
    pub(super) bodies: Vec<BodyRow>,
    #[serde(default, rename = "type")]
    pub(super) type_: Vec<String>,
    pub(super) type_default: Option<String>,
    #[serde(default)]
    pub(super) container: Vec<String>,
    #[serde(default)]
    pub(super) names: Vec<String>,
}

/// Where the text is.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BodyRow {
    pub(super) at: String,
    #[serde(rename = "as")]
    pub(super) form: BodyForm,
    #[serde(default)]
    pub(super) keyed: bool,
}

/// How the text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum BodyForm {
    Text,
    Base64,
    File,
    Vtl,
    Script,
    ScriptBase64,
    ScriptFile,
}

/// Resources between a host name and what it serves.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LinkRow {
    kinds: Vec<String>,
    #[serde(default)]
    pub(super) known_as: Vec<String>,
    #[serde(default)]
    pub(super) names: Vec<String>,
    #[serde(default)]
    pub(super) of: Vec<String>,
    #[serde(default)]
    pub(super) rewrites: Vec<String>,
    #[serde(default)]
    pub(super) prefix: Vec<String>,
}

/// Resources that answer with a redirect.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RedirectRow {
    kinds: Vec<String>,
    pub(super) each: Option<String>,
    #[serde(default)]
    pub(super) hosts: Vec<String>,
    #[serde(default)]
    pub(super) of: Vec<String>,
    #[serde(rename = "where")]
    pub(super) where_: Vec<String>,
}

/// The rows by the kinds that they are of.
#[derive(Debug, Default)]
pub(super) struct ByKind {
    pub(super) objects: FxHashMap<&'static str, &'static ObjectRow>,
    pub(super) links: FxHashMap<&'static str, &'static LinkRow>,
    pub(super) redirects: FxHashMap<&'static str, &'static RedirectRow>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let empty = Table { objects: Vec::new(), links: Vec::new(), redirects: Vec::new() };
    // That it can be read is tested.
    toml::from_str(include_str!("hosting.toml")).unwrap_or(empty)
});

/// The table of what serves policies, by kind.
pub(super) static HOSTING: LazyLock<ByKind> = LazyLock::new(|| {
    let mut all = ByKind::default();
    for row in &TABLE.objects {
        all.objects.extend(row.kinds.iter().map(|kind| (kind.as_str(), row)));
    }
    for row in &TABLE.links {
        all.links.extend(row.kinds.iter().map(|kind| (kind.as_str(), row)));
    }
    for row in &TABLE.redirects {
        all.redirects.extend(row.kinds.iter().map(|kind| (kind.as_str(), row)));
    }
    all
});

impl ByKind {
    /// Whether a row speaks of the kind.
    pub(super) fn knows(&self, kind: &str) -> bool {
        self.objects.contains_key(kind) || self.links.contains_key(kind) || self.redirects.contains_key(kind)
    }
}

fn yes() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_can_be_read_and_names_each_kind_once() {
        let table: Table = toml::from_str(include_str!("hosting.toml")).unwrap();
        let once = |kinds: Vec<&String>| {
            let mut different = kinds.clone();
            different.sort_unstable();
            different.dedup();
            assert_eq!(different.len(), kinds.len(), "{kinds:?}");
        };
        once(table.objects.iter().flat_map(|row| &row.kinds).collect());
        once(table.links.iter().flat_map(|row| &row.kinds).collect());
        once(table.redirects.iter().flat_map(|row| &row.kinds).collect());
        assert!(HOSTING.knows("aws_s3_object") && HOSTING.knows("cloudflare_workers_route"));
    }
}
