//! The copies of modules that `terraform init` makes, and whether they are still those that the configuration asks for.

use serde::Deserialize;

use super::directory::join_path;
use crate::hcl::Files;

/// An entry of `modules.json`, which `terraform init` writes.
#[derive(Debug, Deserialize)]
pub(super) struct Copy {
    /// The dotted path of the call.
    #[serde(rename = "Key")]
    pub(super) key: String,
    /// Where the module is, seen from the root module.
    #[serde(rename = "Dir")]
    pub(super) directory: String,
    /// The call's `source` with what may be left out of it.
    #[serde(default, rename = "Source")]
    source: String,
    /// Only registries have versions.
    #[serde(default, rename = "Version")]
    version: String,
}

/// The copies that the root module in `root` keeps.
pub(super) fn copies(root: &str, files: &dyn Files) -> Vec<Copy> {
    #[derive(Default, Deserialize)]
    struct List {
        #[serde(rename = "Modules")]
        modules: Vec<Copy>,
    }
    let text = join_path(root, ".terraform/modules/modules.json").and_then(|path| files.open(&path));
    let list: Option<List> = text.and_then(|(_, text)| serde_json::from_slice(&text).ok());
    list.unwrap_or_default().modules
}

impl Copy {
    /// Whether Terraform would work with the copy: if not, it wants to be told `terraform init`. Where that cannot be told, it
    /// would.
    pub(super) fn is_current(&self, source: &str, version: Option<&str>) -> bool {
        let is_same = match (registry(source), registry(&self.source)) {
            (Some(wanted), Some(kept)) => wanted == kept,
            (None, None) => query(source) == query(&self.source),
            _ => false,
        };
        let wanted = version.into_iter().flat_map(|constraints| constraints.split(','));
        is_same && wanted.into_iter().all(|constraint| allows(constraint, &self.version))
    }
}

/// The address in a registry, without the host of the public ones; `None` for what is fetched from elsewhere.
fn registry(source: &str) -> Option<&str> {
    const PUBLIC: [&str; 2] = ["registry.terraform.io/", "registry.opentofu.org/"];
    const FORGES: [&str; 3] = ["github.com", "bitbucket.org", "gitlab.com"];
    let source = PUBLIC.iter().find_map(|host| source.strip_prefix(host)).unwrap_or(source);
    let mut parts = source.split("//").next()?.split('/');
    let (first, count) = (parts.next()?, 1 + parts.count());
    let has_host = first.contains('.') && !FORGES.contains(&first);
    let is_other = source.contains(['?', '@']) || source.contains("::") || source.contains("://");
    (!is_other && (count == 3 && !first.contains('.') || count == 4 && has_host)).then_some(source)
}

/// The branch, tag or commit of what git fetches; that is what people change.
fn query(source: &str) -> Option<&str> {
    source.split_once('?').map(|(_, query)| query)
}

/// Whether `version` fulfils `constraint`: `~> 1.2` (<https://developer.hashicorp.com/terraform/language/expressions/version-constraints>).
fn allows(constraint: &str, version: &str) -> bool {
    const OPERATORS: [&str; 7] = ["~>", ">=", "<=", "!=", "=", ">", "<"];
    let constraint = constraint.trim();
    let operator = OPERATORS.iter().find(|operator| constraint.starts_with(**operator));
    let wanted = constraint[operator.map_or(0, |operator| operator.len())..].trim();
    let ((Some(wanted), wanted_suffix), (Some(kept), suffix)) = (numbers(wanted), numbers(version)) else {
        return true;
    };
    if suffix != wanted_suffix {
        // What comes before a release is only taken where it is named.
        return suffix.is_empty();
    }
    match operator.copied().unwrap_or("=") {
        "~>" => {
            let fixed = wanted.len().saturating_sub(1).min(2);
            padded(&kept) >= padded(&wanted) && padded(&kept)[..fixed] == padded(&wanted)[..fixed]
        }
        ">=" => padded(&kept) >= padded(&wanted),
        "<=" => padded(&kept) <= padded(&wanted),
        ">" => padded(&kept) > padded(&wanted),
        "<" => padded(&kept) < padded(&wanted),
        "!=" => padded(&kept) != padded(&wanted),
        _ => padded(&kept) == padded(&wanted),
    }
}

/// The numbers of a version, of which there are three at most, and what follows them; `None` if it is no version.
fn numbers(version: &str) -> (Option<Vec<u64>>, &str) {
    let version = version.strip_prefix('v').unwrap_or(version);
    let version = version.split('+').next().unwrap_or(version);
    let (numbers, suffix) = version.split_once('-').unwrap_or((version, ""));
    let numbers: Option<Vec<u64>> = numbers.split('.').map(|number| number.parse().ok()).collect();
    (numbers.filter(|numbers| numbers.len() <= 3), suffix)
}

fn padded(numbers: &[u64]) -> [u64; 3] {
    std::array::from_fn(|at| numbers.get(at).copied().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constraints_are_read_as_terraform_reads_them() {
        for (constraint, kept, expected) in [
            ("1.2.3", "1.2.3", true),
            ("1.2.4", "1.2.3", false),
            ("~> 1", "1.2.3", true),
            ("~> 1.2", "1.2.3", true),
            ("~> 1.3", "1.2.3", false),
            ("~> 1.2.0", "1.2.3", true),
            ("~> 1.1.0", "1.2.3", false),
            ("~> 2", "1.2.3", false),
            ("~> 0", "1.2.3", true),
            (">= 1.0, < 2.0", "1.2.3", true),
            (">=1.0,<1.2.3", "1.2.3", false),
            ("!= 1.2.3", "1.2.3", false),
            ("= 1.2.3", "1.2.3", true),
            ("1.2", "1.2.3", false),
            ("> 1.2", "1.2.3", true),
            ("<= 1.2", "1.2.3", false),
            (">= 1", "1.2.3", true),
            ("~>1.2.3", "1.2.3", true),
            ("v1.2.3", "1.2.3", true),
            ("!= 1.2", "1.2.3", true),
            (">= 1.0", "1.3.0-beta1", false),
            ("1.3.0-beta1", "1.3.0-beta1", true),
            ("1.10", "1.9.0", false),
            (">= 1.9", "1.10.0", true),
            ("", "1.2.3", true),
            ("é", "1.2.3", true),
            ("~> 1.2.3.4", "1.2.3", true),
        ] {
            let copy = Copy {
                key: String::new(),
                directory: String::new(),
                source: "registry.terraform.io/a/b/c".to_owned(),
                version: kept.to_owned(),
            };
            assert_eq!(copy.is_current("a/b/c", Some(constraint)), expected, "{constraint} {kept}");
        }
    }

    #[test]
    fn sources_are_the_same_however_much_is_left_out() {
        for (source, kept, expected) in [
            ("a/b/c", "registry.terraform.io/a/b/c", true),
            ("a/b/c", "registry.opentofu.org/a/b/c", true),
            ("registry.terraform.io/a/b/c", "registry.terraform.io/a/b/c", true),
            ("a/b/d", "registry.terraform.io/a/b/c", false),
            ("a/b/c//modules/x", "registry.terraform.io/a/b/c//modules/x", true),
            ("a/b/c//modules/x", "registry.terraform.io/a/b/c", false),
            ("app.example.com/a/b/c", "app.example.com/a/b/c", true),
            ("app.example.com/a/b/c", "app.example.com/a/b/d", false),
            ("github.com/a/b", "git::https://github.com/a/b.git", true),
            ("github.com/a/b?ref=v1", "git::https://github.com/a/b.git?ref=v1", true),
            ("github.com/a/b?ref=v2", "git::https://github.com/a/b.git?ref=v1", false),
            ("github.com/a/b//sub?ref=v1", "git::https://github.com/a/b.git//sub?ref=v1", true),
            ("git@github.com:a/b.git?ref=v1", "git::ssh://git@github.com/a/b.git?ref=v1", true),
            ("https://x.example/b.zip", "https://x.example/b.zip", true),
            ("a/b/c", "git::https://github.com/a/b.git", false),
            ("git::https://github.com/a/b.git", "registry.terraform.io/a/b/c", false),
        ] {
            let copy =
                Copy { key: String::new(), directory: String::new(), source: kept.to_owned(), version: String::new() };
            assert_eq!(copy.is_current(source, None), expected, "{source} {kept}");
        }
    }
}
