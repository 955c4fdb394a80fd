//! The policies that resources serve, or hold.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustc_hash::FxHashMap;

use super::domains;
use super::hosting::{BodyForm, BodyRow, HOSTING, ObjectRow};
use super::links::{self, Key, Links};
use super::names;
use super::paths::{self, Scalar};
use super::redirects::Redirects;
use super::script;
use super::serving;
use super::units::{trimmed_start, units};
use crate::dns::Name;
use crate::hcl::Files;
use crate::hcl::configuration::join_path;
use crate::hcl::resource::Resource;
use crate::hcl::value::Value;
use crate::mta_sts::hosted::Hosted;
use crate::text::{Place, Reason, Span, Traced, TracedBuilder};

/// Blocks of one resource, and files of one map, that are looked at.
const MAX_PARTS: usize = 1024;
/// More than any policy has; what is longer is something else.
const MAX_LEN: usize = 1 << 20;

/// Domains beside a policy: only one would tell whose it is.
const MAX_BESIDE: usize = 8;

/// The file that senders ask for.
const FILE: &str = "mta-sts.txt";

/// A domain that is declared somewhere, by its policy host or its record.
#[derive(Clone, Debug)]
pub(super) struct Beside {
    pub(super) module: Arc<str>,
    pub(super) key: Option<Arc<str>>,
    pub(super) domain: Name,
}

/// Where files are.
#[derive(Clone, Copy)]
pub(super) struct Repository<'f> {
    pub(super) files: &'f dyn Files,
    pub(super) directory: &'f str,
}

/// An object, or one of the blocks of a resource, that may hold a policy.
struct Object<'r> {
    row: &'static ObjectRow,
    resource: &'r Resource,
    body: &'r Value,
}

/// A text that may be a policy.
struct Candidate<'r> {
    text: Result<Traced, Reason>,
    /// The name of its file in a map of files.
    file: Option<Cow<'r, str>>,
    domain: Option<Name>,
    /// It was found in code, which makes the answer.
    in_code: bool,
    /// It is a policy only if a policy host serves it.
    is_guess: bool,
}

/// What is known of an object as a whole.
pub(super) struct Known<'r> {
    pub(super) row: &'static ObjectRow,
    pub(super) resource: &'r Resource,
    pub(super) body: &'r Value,
    pub(super) path: Option<Cow<'r, Traced>>,
    pub(super) front: links::Front,
    /// The container is called as the host.
    pub(super) is_host: bool,
}

/// Every policy that `resources` hold.
pub(super) fn read(resources: &[Resource], mut beside: Vec<Beside>, repository: Repository<'_>) -> Vec<Hosted> {
    let objects: Vec<Object<'_>> = resources.iter().flat_map(objects).collect();
    if objects.is_empty() {
        return Vec::new();
    }
    let links = Links::new(resources);
    let redirects = Redirects::new(resources);
    beside.extend(links.hosts().map(|(resource, domain)| Beside {
        module: resource.module.clone(),
        key: resource.key.clone(),
        domain: domain.clone(),
    }));
    let neighbours = Neighbours::new(&beside);
    let read = |object: &Object<'_>| object.read(&links, &redirects, &neighbours, repository);
    let mut policies: Vec<Hosted> = objects.iter().flat_map(read).collect();
    tell_apart(&mut policies);
    policies
}

/// Of several policies beside one domain that is not known, each may be another's.
fn tell_apart(policies: &mut [Hosted]) {
    let symbol = |policy: &Hosted| match (&policy.domains[..], &policy.beside[..]) {
        ([], [only]) if only.is_symbolic() => Some(only.clone()),
        _ => None,
    };
    let mut counts: FxHashMap<Name, usize> = FxHashMap::default();
    for name in policies.iter().filter_map(symbol) {
        *counts.entry(name).or_default() += 1;
    }
    for policy in policies {
        if symbol(policy).is_some_and(|name| counts.get(&name).is_some_and(|count| *count > 1)) {
            policy.domains = vec![names::symbolic(&policy.by)];
            policy.beside.clear();
        }
    }
}

fn objects(resource: &Resource) -> Vec<Object<'_>> {
    let Some(&row) = HOSTING.objects.get(&*resource.kind).filter(|row| row.data == resource.is_data) else {
        return Vec::new();
    };
    match &row.each {
        None => vec![Object { row, resource, body: &resource.body }],
        Some(each) => {
            let blocks = paths::values(&resource.body, each).into_iter().take(MAX_PARTS);
            blocks.map(|slot| Object { row, resource, body: slot.value }).collect()
        }
    }
}

impl<'r> Object<'r> {
    fn read(
        &self,
        links: &Links<'_>,
        redirects: &Redirects,
        neighbours: &Neighbours<'_>,
        repository: Repository<'_>,
    ) -> Vec<Hosted> {
        let path = self.text_at(&self.row.path);
        let is_called_so = path.as_ref().is_some_and(|path| ends_as_policy(path));
        let container: Vec<Key> = links::keys_at(self.resource, &self.row.container);
        let own = Key::Address(self.resource.address.to_string());
        let keys: Vec<Key> = std::iter::once(own).chain(container).collect();
        let mut candidates = self.candidates(is_called_so, repository);
        candidates.retain(|candidate| candidate.is_policy(is_called_so));
        if candidates.is_empty() {
            return Vec::new();
        }
        let front = links.front(&keys);
        let named = self.named(path.as_deref());
        let is_hosted = !named.is_empty() || !front.domains.is_empty();
        candidates.retain(|candidate| is_hosted || !candidate.is_guess);
        let is_host = !links::domains_at(self.body, &self.row.container).is_empty();
        let known = Known { row: self.row, resource: self.resource, body: self.body, path, front, is_host };
        let is_only = candidates.len() == 1;
        let host = |candidate: Candidate<'r>| {
            let (domains, beside) = known.domains(&candidate, &named, is_only, neighbours);
            let redirect = redirects.of(&domains, &keys, &known.front);
            let serving = serving::of(&known, candidate.in_code, redirect);
            let text = match &self.resource.uncertain {
                Some(reason) => Err(reason.clone()),
                None => candidate.text.map(|text| self.resource.way.iter().fold(text, |text, step| text.through(step))),
            };
            let (by, place) = (self.resource.address.clone(), self.resource.place);
            Hosted { by, place, body: text, domains, beside, serving }
        };
        candidates.into_iter().map(host).collect()
    }

    fn text_at(&self, paths: &[String]) -> Option<Cow<'r, Traced>> {
        match paths::scalar(paths::first(self.body, paths)?) {
            Scalar::Text(text) => Some(text),
            Scalar::Unknown(_) | Scalar::Nothing => None,
        }
    }

    /// The domains that its own arguments name.
    fn named(&self, path: Option<&Traced>) -> BTreeSet<Name> {
        let mut named = links::domains_at(self.body, &self.row.container);
        named.extend(links::domains_at(self.body, &self.row.names));
        named.extend(links::domains_at(&self.resource.body, &self.row.names));
        named.extend(path.map(domains::of_text).unwrap_or_default());
        named
    }

    /// The texts at the first place that has one; else those that may be one.
    fn candidates(&self, is_called_so: bool, repository: Repository<'_>) -> Vec<Candidate<'r>> {
        let mut guesses = Vec::new();
        for body in &self.row.bodies {
            let found = if body.keyed { self.keyed(body) } else { self.at(body, is_called_so, repository) };
            if found.iter().any(|candidate| !candidate.is_guess && candidate.is_policy(is_called_so)) {
                return found;
            }
            guesses.extend(found.into_iter().filter(|candidate| candidate.is_guess).take(1));
        }
        guesses.truncate(1);
        guesses
    }

    fn keyed(&self, row: &BodyRow) -> Vec<Candidate<'r>> {
        let mut found = Vec::new();
        for slot in paths::all(self.body, &row.at) {
            let Value::Map(map) = slot.value else { continue };
            for (file, value) in map.entries.iter().take(MAX_PARTS) {
                let text = text_of(value, row.form);
                found.extend(text.map(|text| Candidate { file: Some(Cow::Borrowed(&**file)), ..Candidate::of(text) }));
            }
        }
        found
    }

    fn at(&self, row: &BodyRow, is_called_so: bool, repository: Repository<'_>) -> Vec<Candidate<'r>> {
        let slots = paths::values(self.body, &row.at).into_iter().take(MAX_PARTS);
        let has_path = !self.row.path.is_empty();
        let texts = slots.filter_map(|slot| match row.form {
            BodyForm::File | BodyForm::ScriptFile => repository.file(slot.value, is_called_so, row.form),
            form => text_of(slot.value, form),
        });
        let candidates = |text: Result<Traced, Reason>| match row.form {
            BodyForm::Script | BodyForm::ScriptBase64 | BodyForm::ScriptFile => self.in_code(text),
            _ => {
                let is_guess = text.is_err() && !has_path;
                vec![Candidate { is_guess, ..Candidate::of(text) }]
            }
        };
        texts.flat_map(candidates).collect()
    }

    fn in_code(&self, code: Result<Traced, Reason>) -> Vec<Candidate<'r>> {
        let guess = |reason| vec![Candidate { in_code: true, is_guess: true, ..Candidate::of(Err(reason)) }];
        let code = match code {
            Ok(code) => code,
            Err(reason) => return guess(reason),
        };
        let found = script::policies(&code);
        if found.is_empty() {
            let none = || Reason::at(self.resource.place, "its code does not hold the text of the policy");
            return guess(code.first_hole().cloned().unwrap_or_else(none));
        }
        let candidate =
            |policy: script::Found| Candidate { domain: policy.domain, in_code: true, ..Candidate::of(policy.text) };
        found.into_iter().map(candidate).collect()
    }
}

impl Candidate<'_> {
    fn of(text: Result<Traced, Reason>) -> Self {
        Self { text, file: None, domain: None, in_code: false, is_guess: false }
    }

    /// Whether it is a policy, by its name or by how it begins.
    fn is_policy(&self, is_called_so: bool) -> bool {
        let is_called_so = match &self.file {
            Some(file) => file.ends_with(FILE),
            None => is_called_so,
        };
        is_called_so || self.in_code || self.is_guess || self.text.as_ref().is_ok_and(reads_as_policy)
    }
}

impl Known<'_> {
    /// The domains that the policy is certainly served for, else those that are declared beside it.
    fn domains(
        &self,
        candidate: &Candidate<'_>,
        named: &BTreeSet<Name>,
        is_only: bool,
        neighbours: &Neighbours<'_>,
    ) -> (Vec<Name>, Vec<Name>) {
        if let Some(domain) = &candidate.domain {
            return (vec![domain.clone()], Vec::new());
        }
        let in_file = candidate.file.as_deref().map(domains::of_str).unwrap_or_default();
        if !in_file.is_empty() {
            return (in_file, Vec::new());
        }
        if !is_only && candidate.file.is_none() {
            // Of several in one script each is for other domains, and nothing says for which.
            return (Vec::new(), named.iter().cloned().chain(self.front.domains.iter().cloned()).collect());
        }
        if !named.is_empty() {
            return (named.iter().cloned().collect(), Vec::new());
        }
        if let Some(domain) = self.resource.key.as_deref().and_then(domains::of_key) {
            return (vec![domain], Vec::new());
        }
        if !self.front.domains.is_empty() && self.is_behind_front() {
            return (self.front.domains.clone(), Vec::new());
        }
        let mut beside = neighbours.of(self.resource);
        if beside.is_empty() {
            beside.clone_from(&self.front.perhaps);
        }
        if beside.len() > 1 && beside.iter().any(Name::is_symbolic) {
            // Its domain is told by something that is not known, and not by nothing.
            return (vec![names::symbolic(&self.resource.address)], Vec::new());
        }
        (Vec::new(), beside)
    }

    /// Whether the hosts before the container serve this object of it, and not one in another folder.
    fn is_behind_front(&self) -> bool {
        let Some(path) = &self.path else { return true };
        let path = path.text();
        let folder =
            path.trim_matches('/').strip_suffix(&format!(".well-known/{FILE}")).map(|folder| folder.trim_matches('/'));
        match folder {
            None | Some("") => true,
            Some(folder) => self.front.prefixes.iter().any(|prefix| prefix == folder) || !self.row.served,
        }
    }
}

/// The domains of each module, and of each key in it.
struct Neighbours<'b> {
    all: FxHashMap<(&'b str, Option<&'b str>), BTreeSet<&'b Name>>,
}

impl<'b> Neighbours<'b> {
    fn new(beside: &'b [Beside]) -> Self {
        let mut all: FxHashMap<(&str, Option<&str>), BTreeSet<&Name>> = FxHashMap::default();
        for it in beside {
            all.entry((&it.module, None)).or_default().insert(&it.domain);
            if let Some(key) = &it.key {
                all.entry((&it.module, Some(key))).or_default().insert(&it.domain);
            }
        }
        Self { all }
    }

    fn of(&self, resource: &Resource) -> Vec<Name> {
        let key = resource.key.as_deref();
        let own = key.and_then(|key| self.all.get(&(&*resource.module, Some(key))));
        let found = own.or_else(|| self.all.get(&(&*resource.module, None)));
        let Some(found) = found else { return Vec::new() };
        // Of many each is as good as the other; a name that stands for an unknown one comes last.
        let last = found.last().filter(|last| found.len() > MAX_BESIDE && last.is_symbolic());
        found.iter().take(MAX_BESIDE).chain(last).copied().cloned().collect()
    }
}

impl Repository<'_> {
    /// The file that `path` names, as seen from the root module; `None` for one that is nothing to us.
    fn file(&self, path: &Value, is_called_so: bool, form: BodyForm) -> Option<Result<Traced, Reason>> {
        let written = match paths::scalar(path) {
            Scalar::Text(text) => match text.first_hole() {
                None => text.text().into_owned(),
                Some(reason) => return Some(Err(reason.clone())),
            },
            Scalar::Unknown(reason) => return Some(Err(reason)),
            Scalar::Nothing => return None,
        };
        let lower = written.to_ascii_lowercase();
        let is_meant = is_called_so
            || form == BodyForm::ScriptFile
            || ["mta-sts", "mta_sts", "mtasts"].iter().any(|word| lower.contains(word));
        if !is_meant {
            return None;
        }
        let opened = join_path(self.directory, &written).and_then(|path| self.files.open(&path));
        let Some((file, bytes)) = opened.filter(|(_, bytes)| bytes.len() <= MAX_LEN) else {
            return Some(Err(Reason::at(path.place(), format!("the file `{written}` is not in this repository"))));
        };
        let place = Place::new(file, Span::of(0..bytes.len()));
        Some(Ok(Traced::verbatim(&bytes, place)))
    }
}

/// The text of a value; `None` if it has none.
fn text_of(value: &Value, form: BodyForm) -> Option<Result<Traced, Reason>> {
    let text = match paths::scalar(value) {
        Scalar::Text(text) => text,
        Scalar::Unknown(reason) => return Some(Err(reason)),
        Scalar::Nothing => return None,
    };
    match form {
        BodyForm::Base64 | BodyForm::ScriptBase64 => {
            if let Some(reason) = text.first_hole() {
                return Some(Err(reason.clone()));
            }
            let bytes = STANDARD.decode(text.bytes().trim_ascii()).ok()?;
            Some(Ok(Traced::decoded(&bytes, text.whole(), None)))
        }
        BodyForm::Vtl => Some(Ok(without_directives(&text))),
        _ => Some(Ok(text.into_owned())),
    }
}

/// What is left of a template of Velocity after lines that are directives or comments.
fn without_directives(text: &Traced) -> Traced {
    let mut out = TracedBuilder::new(text.whole());
    for line in units(text).split_inclusive(|unit| unit.is(b'\n')) {
        if !trimmed_start(line).first().is_some_and(|unit| unit.is(b'#')) {
            for unit in line {
                unit.add_to(&mut out);
            }
        }
    }
    out.finish()
}

fn ends_as_policy(path: &Traced) -> bool {
    path.bytes().ends_with(FILE.as_bytes())
        && path.is_certain(Span::of(path.bytes().len() - FILE.len()..path.bytes().len()))
}

/// Whether the text begins as a policy does.
fn reads_as_policy(text: &Traced) -> bool {
    let bytes = text.bytes();
    let start = bytes.len() - bytes.trim_ascii_start().len();
    let rest = bytes.get(start..).unwrap_or_default();
    let Some((name, value)) = rest.get(..64.min(rest.len())).and_then(|head| {
        let colon = head.iter().position(|byte| *byte == b':')?;
        Some((head[..colon].trim_ascii(), head[colon + 1..].trim_ascii_start()))
    }) else {
        return false;
    };
    name.eq_ignore_ascii_case(b"version")
        && value.get(..4).is_some_and(|value| value.eq_ignore_ascii_case(b"STSv"))
        && text.is_certain(Span::of(start..start + 12))
}
