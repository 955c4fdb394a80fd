//! Redirects that answer in the stead of a policy, where that is certain.

use rustc_hash::FxHashMap;

use super::domains;
use super::hosting::{HOSTING, RedirectRow};
use super::links::{self, Front, Key};
use super::paths;
use crate::dns::Name;
use crate::hcl::resource::Resource;
use crate::hcl::value::Value;
use crate::text::Place;

/// Rules of one resource.
const MAX_RULES: usize = 1024;

/// Every redirect of a whole host.
#[derive(Debug, Default)]
pub(super) struct Redirects {
    hosts: FxHashMap<Name, Place>,
    containers: FxHashMap<Key, Place>,
}

impl Redirects {
    /// The redirects among `resources`.
    pub(super) fn new(resources: &[Resource]) -> Self {
        let mut redirects = Self::default();
        let certain = resources.iter().filter(|resource| !resource.is_data && resource.uncertain.is_none());
        for resource in certain {
            let Some(&row) = HOSTING.redirects.get(&*resource.kind) else { continue };
            match &row.each {
                None => redirects.add(resource, &resource.body, row),
                Some(each) => {
                    for slot in paths::values(&resource.body, each).into_iter().take(MAX_RULES) {
                        redirects.add(resource, slot.value, row);
                    }
                }
            }
        }
        redirects
    }

    fn add(&mut self, resource: &Resource, body: &Value, row: &RedirectRow) {
        let Some(said) = row.where_.iter().find_map(|said| said_at(body, said)) else { return };
        for slot in row.hosts.iter().flat_map(|path| paths::values(body, path)) {
            let host = paths::known(slot.value).and_then(|pattern| whole_host(&pattern));
            self.hosts.extend(host.map(|host| (host, said)));
        }
        self.containers.extend(links::keys_at(resource, &row.of).into_iter().map(|key| (key, said)));
        if !row.of.is_empty() {
            self.containers.insert(Key::Address(resource.address.to_string()), said);
        }
    }

    /// The redirect that answers for a policy of these domains, in what has these keys.
    pub(super) fn of(&self, domains: &[Name], keys: &[Key], front: &Front) -> Option<Place> {
        let by_host = domains.iter().find_map(|domain| self.hosts.get(domain));
        // What asks a bucket by its API is not redirected.
        let by_container = || keys.iter().find_map(|key| self.containers.get(key)).filter(|_| !front.is_fronted);
        by_host.or_else(by_container).copied()
    }
}

/// Where it is said that there is a redirect.
fn said_at(body: &Value, said: &str) -> Option<Place> {
    let (path, wanted) = match said.split_once('=') {
        Some((path, wanted)) => (path, Some(wanted)),
        None => (said, None),
    };
    let slots = paths::all(body, path);
    let found = slots.iter().find(|slot| match wanted {
        None => paths::is_set(slot.value) && !matches!(slot.value, Value::Unknown(_)),
        Some(wanted) => paths::known(slot.value).as_deref() == Some(wanted),
    });
    found.map(|slot| slot.value.place())
}

/// The domain whose policy host a pattern or expression means as a whole.
fn whole_host(pattern: &str) -> Option<Name> {
    let pattern = pattern.trim();
    let bare = pattern.trim_start_matches("https://").trim_start_matches("*://");
    let in_url = ["/.well-known/mta-sts.txt", "/.well-known/*", "/*"].iter().find_map(|end| bare.strip_suffix(end));
    let stripped = pattern.trim_start_matches('(').trim_end_matches(')').trim();
    let compared = stripped.strip_prefix("http.host").map(str::trim_start).and_then(|rest| {
        let rest = rest.strip_prefix("eq").or_else(|| rest.strip_prefix("=="))?;
        rest.trim().strip_prefix('"')?.strip_suffix('"')
    });
    let host = in_url.or(compared)?;
    domains::domain(host.strip_prefix("mta-sts.")?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_that_mean_a_whole_host() {
        let good = [
            "mta-sts.example.com/*",
            "https://mta-sts.example.com/*",
            "mta-sts.example.com/.well-known/*",
            r#"(http.host eq "mta-sts.example.com")"#,
            r#"http.host == "mta-sts.example.com""#,
        ];
        for pattern in good {
            assert_eq!(whole_host(pattern).unwrap().as_str(), "example.com", "{pattern}");
        }
        let bad = [
            "mta-sts.example.com/old/*",
            "http://mta-sts.example.com/*",
            "www.example.com/*",
            r#"(http.host eq "mta-sts.example.com" and http.request.uri.path eq "/")"#,
            r#"http.host in {"mta-sts.example.com"}"#,
            "",
        ];
        for pattern in bad {
            assert_eq!(whole_host(pattern), None, "{pattern}");
        }
    }
}
