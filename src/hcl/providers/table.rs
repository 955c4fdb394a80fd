//! The table of providers: what `dns.toml` says, by kind of resource.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use serde::Deserialize;

/// All rows.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Table {
    validations: Vec<String>,
    pub(super) records: Vec<RecordRow>,
    pub(super) zones: Vec<ZoneRow>,
    pub(super) writers: Vec<WriterRow>,
    hints: Vec<HintRow>,
}

/// Resources that declare records. The columns are explained in the table.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RecordRow {
    pub(super) provider: String,
    pub(super) kinds: Vec<String>,
    #[allow(dead_code, reason = "for those who read the table")]
    pub(super) verified: bool,
    #[serde(default)]
    #[allow(dead_code, reason = "for those who read the table")]
    pub(super) unsure: Vec<String>,
    #[serde(rename = "type")]
    pub(super) type_: Option<String>,
    #[serde(default)]
    pub(super) type_of: BTreeMap<String, String>,
    pub(super) each: Option<String>,
    pub(super) name: Vec<String>,
    pub(super) names: NameForm,
    #[serde(default)]
    pub(super) apex: Vec<String>,
    pub(super) zone: Vec<String>,
    pub(super) zone_is: ZoneForm,
    pub(super) values: Vec<String>,
    #[serde(default)]
    pub(super) values_of: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub(super) joined: Vec<String>,
    pub(super) txt: Codec,
    #[serde(default)]
    pub(super) preference: Vec<String>,
    #[serde(default)]
    pub(super) hosts: HostForm,
    pub(super) ttl: Vec<String>,
    pub(super) ttl_default: Option<u32>,
    pub(super) ttl_automatic: Option<u32>,
    #[serde(default)]
    pub(super) alias: Vec<String>,
    #[serde(default)]
    pub(super) one_of: Vec<String>,
    pub(super) proxied: Option<String>,
    #[serde(default)]
    pub(super) flattens: bool,
}

/// Resources and data sources that are zones.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ZoneRow {
    pub(super) provider: String,
    pub(super) resources: Vec<String>,
    #[serde(default)]
    pub(super) data: Vec<String>,
    pub(super) name: Vec<String>,
    pub(super) front: Option<String>,
    #[serde(default)]
    pub(super) ids: Vec<String>,
    #[serde(default)]
    pub(super) private: Vec<String>,
}

/// Resources that make records without saying which.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WriterRow {
    pub(super) provider: String,
    pub(super) kinds: Vec<String>,
    #[serde(default)]
    pub(super) zone: Vec<String>,
    #[serde(default)]
    pub(super) zone_is: ZoneForm,
    pub(super) names: Vec<String>,
    pub(super) behind: Option<String>,
    pub(super) types: Vec<String>,
    pub(super) what: String,
}

/// Resources that name a host in a zone that they know by its id.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HintRow {
    pub(super) provider: String,
    pub(super) kinds: Vec<String>,
    pub(super) zone: Vec<String>,
    pub(super) names: Vec<String>,
}

/// How the owner of a record is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum NameForm {
    Relative,
    RelativeOrFull,
    RelativeOrSuffix,
    Full,
}

/// What a literal in the place of a zone is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum ZoneForm {
    Name,
    #[default]
    Id,
    Either,
}

/// How a TXT record's text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Codec {
    Plain,
    Strings,
    StringsOrPlain,
    Inside,
    InsideOctal,
}

/// What a host without a final dot is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum HostForm {
    #[default]
    Full,
    Relative,
    Either,
}

/// The rows by the kinds that they are of.
#[derive(Debug, Default)]
pub(super) struct ByKind {
    pub(super) records: FxHashMap<&'static str, &'static RecordRow>,
    pub(super) zones: FxHashMap<&'static str, &'static ZoneRow>,
    pub(super) looked_up: FxHashMap<&'static str, &'static ZoneRow>,
    pub(super) writers: FxHashMap<&'static str, &'static WriterRow>,
    pub(super) hints: FxHashMap<&'static str, &'static HintRow>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let empty = Table {
        validations: Vec::new(),
        records: Vec::new(),
        zones: Vec::new(),
        writers: Vec::new(),
        hints: Vec::new(),
    };
    // That it can be read is tested.
    toml::from_str(include_str!("dns.toml")).unwrap_or(empty)
});

/// The table of records, by kind.
pub(super) static BY_KIND: LazyLock<ByKind> = LazyLock::new(|| {
    let mut all = ByKind::default();
    for row in &TABLE.records {
        all.records.extend(row.kinds.iter().map(|kind| (kind.as_str(), row)));
    }
    for row in &TABLE.zones {
        all.zones.extend(row.resources.iter().map(|kind| (kind.as_str(), row)));
        all.looked_up.extend(row.data.iter().map(|kind| (kind.as_str(), row)));
    }
    for row in &TABLE.writers {
        all.writers.extend(row.kinds.iter().map(|kind| (kind.as_str(), row)));
    }
    for row in &TABLE.hints {
        all.hints.extend(row.kinds.iter().map(|kind| (kind.as_str(), row)));
    }
    all
});

/// Attributes that say which records prove that a domain is one's own.
pub(super) fn validations() -> &'static [String] {
    &TABLE.validations
}

impl ByKind {
    /// Whether a row speaks of the kind, as a resource or a data source.
    pub(super) fn knows(&self, kind: &str) -> bool {
        self.records.contains_key(kind)
            || self.zones.contains_key(kind)
            || self.looked_up.contains_key(kind)
            || self.writers.contains_key(kind)
            || self.hints.contains_key(kind)
    }
}

impl RecordRow {
    /// Where the values of a record of this type are.
    pub(super) fn values_of(&self, rtype: &str) -> &[String] {
        self.values_of.get(rtype).unwrap_or(&self.values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_can_be_read_and_names_each_kind_once() {
        let table: Table = toml::from_str(include_str!("dns.toml")).unwrap();
        let mut kinds: Vec<&String> = table.records.iter().flat_map(|row| &row.kinds).collect();
        let all = kinds.len();
        kinds.sort_unstable();
        kinds.dedup();
        assert_eq!(kinds.len(), all, "a kind stands twice");
        for row in &table.records {
            assert!(row.type_.is_some() || row.kinds.iter().all(|kind| row.type_of.contains_key(kind)), "{row:?}");
            assert!(!row.values.is_empty() && !row.zone.is_empty() && !row.name.is_empty(), "{row:?}");
            assert!(row.joined.iter().all(|path| row.values.contains(path)), "{row:?}");
        }
        assert!(BY_KIND.knows("aws_route53_record") && BY_KIND.knows("gandi_domain") && !BY_KIND.knows("aws_vpc"));
    }
}
