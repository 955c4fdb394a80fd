//! Certificates that resources have issued: those of an ACME authority, and those that the `tls` provider signs itself.
//!
//! Managed certificates (`aws_acm_certificate`, `google_certificate_manager_certificate`, ...) never leave their load balancers,
//! which speak no SMTP: they are left out.

use rustc_hash::FxHashMap;

use super::paths;
use crate::certificates::{Declared, Doubt};
use crate::hcl::configuration::ACME_PROVIDER;
use crate::hcl::resource::Resource;
use crate::hcl::value::{Symbol, Value};

/// A certificate of an ACME authority.
const ACME: &str = "acme_certificate";
/// A signing request, which becomes a certificate only where an authority is given it.
const REQUEST: &str = "tls_cert_request";

/// How a kind of resource says for what a certificate is.
struct Row {
    kind: &'static str,
    /// Paths of names.
    names: &'static [&'static str],
    /// The argument that takes the signing request in their stead.
    request: Option<&'static str>,
    doubt: Option<Doubt>,
}

/// The common name of a subject is none of the names that count (RFC 8461 §4.2), but public authorities make it one of them (CA/Browser
/// Forum, Baseline Requirements §7.1.4.3).
const ROWS: [Row; 3] = [
    Row {
        kind: ACME,
        names: &["common_name", "subject_alternative_names"],
        request: Some("certificate_request_pem"),
        doubt: None,
    },
    Row {
        kind: "tls_locally_signed_cert",
        names: &[],
        request: Some("cert_request_pem"),
        doubt: Some(Doubt::PrivateAuthority),
    },
    Row { kind: "tls_self_signed_cert", names: &["dns_names"], request: None, doubt: Some(Doubt::SelfSigned) },
];

/// Whether resources of this kind are read.
pub(super) fn knows(kind: &str) -> bool {
    kind == REQUEST || kind == ACME_PROVIDER || ROWS.iter().any(|row| row.kind == kind)
}

/// The certificates of all resources. Of a resource that there may not be, and of a name that is not known, nothing is said.
pub(super) fn read(resources: &[Resource]) -> Vec<Declared> {
    let certain = || resources.iter().filter(|resource| !resource.is_data && resource.uncertain.is_none());
    let requests: FxHashMap<&str, &Resource> = certain()
        .filter(|resource| &*resource.kind == REQUEST)
        .map(|resource| (&*resource.address, resource))
        .collect();
    let test = for_tests(certain().filter(|resource| &*resource.kind == ACME_PROVIDER));
    let declared = certain().filter_map(|resource| {
        let row = ROWS.iter().find(|row| row.kind == &*resource.kind)?;
        let mut names = known(&resource.body, row.names);
        let request = row.request.and_then(|path| symbol(&resource.body, path));
        let request = request.filter(|symbol| &*symbol.attribute == "cert_request_pem");
        if let Some(request) = request.and_then(|symbol| requests.get(&*symbol.address)) {
            names.extend(known(&request.body, &["dns_names"]));
        }
        let by = resource.address.clone();
        let doubt = row.doubt.or(test.filter(|_| row.kind == ACME));
        (!names.is_empty()).then_some(Declared { by, place: resource.place, names, lasts: None, doubt })
    });
    declared.collect()
}

/// What stands against all ACME certificates: every server that is configured is one for tests. Which of several issues which is
/// not looked at.
fn for_tests<'r>(providers: impl Iterator<Item = &'r Resource>) -> Option<Doubt> {
    let doubt =
        |provider: &Resource| known(&provider.body, &["server_url"]).first().and_then(|url| Doubt::of_acme(url));
    let doubts: Vec<Option<Doubt>> = providers.map(doubt).collect();
    doubts.first().copied().flatten().filter(|_| doubts.iter().all(Option::is_some))
}

/// The texts at these paths that are wholly known.
fn known(body: &Value, names: &[&str]) -> Vec<String> {
    let slots = names.iter().flat_map(|path| paths::values(body, path));
    slots.filter_map(|slot| paths::known(slot.value)).collect()
}

/// What the value at `path` is a value of.
fn symbol<'v>(body: &'v Value, path: &str) -> Option<&'v Symbol> {
    paths::values(body, path).into_iter().find_map(|slot| match slot.value {
        Value::Unknown(unknown) => unknown.symbol.as_ref(),
        _ => None,
    })
}
