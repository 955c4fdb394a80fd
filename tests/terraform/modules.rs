//! Whole modules, each with what Terraform plans.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use mtasts::hcl::configuration;
use mtasts::hcl::eval::{self, Root};
use mtasts::hcl::value::Value;
use serde_json::{Map, Value as Json};

use super::compare::{Tally, Verdict, same};
use super::directory::Directory;
use crate::support;

/// The directories of the modules, sorted.
pub(super) fn all() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(support::root().join("tests/terraform/modules")).unwrap();
    let mut modules: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    modules.sort();
    modules
}

/// The `.tfvars` files that a module is given with `-var-file`, sorted.
pub(super) fn given(module: &Path) -> Vec<String> {
    let names = std::fs::read_dir(module).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut given: Vec<String> = names.filter(|name| name.ends_with(".given.tfvars")).collect();
    given.sort();
    given
}

/// What Terraform planned.
pub(super) fn expected(module: &Path) -> Json {
    serde_json::from_slice(&std::fs::read(module.join("expected.json")).unwrap()).unwrap()
}

/// Records it.
pub(super) fn write(module: &Path, planned: &Json) {
    std::fs::write(module.join("expected.json"), format!("{planned:#}\n")).unwrap();
}

/// Why values are not known here, by what they are.
fn reasons() -> BTreeMap<String, String> {
    toml::from_str(&std::fs::read_to_string(support::root().join("tests/terraform/unknown.toml")).unwrap()).unwrap()
}

/// Holds the inputs of every `terraform_data`, and the outputs, against what is planned.
pub(super) fn judge(module: &Path, tally: &mut Tally) {
    let name = module.file_name().unwrap().to_str().unwrap();
    let files = Directory::read(module);
    let expected = expected(module);
    let root = Root { var_files: given(module).into_iter().map(Into::into).collect(), ..super::root() };
    resources(name, &root, &files, expected["terraform_data"].as_object().unwrap(), tally);
    outputs(name, &root, &files, expected["outputs"].as_object().unwrap(), tally);
}

fn resources(name: &str, root: &Root, files: &Directory, expected: &Map<String, Json>, tally: &mut Tally) {
    let found = eval::root(root, files, &|kind| kind == "terraform_data");
    for error in &found.errors {
        tally.add(name, Verdict::Wrong(format!("an error: {}", error.message)));
    }
    for opaque in &found.opaque {
        tally.add(name, Verdict::Wrong(format!("{} is not followed: {}", opaque.address, opaque.reason.why)));
    }
    for resource in &found.resources {
        let what = format!("{name}: {}", resource.address);
        match (&resource.uncertain, expected.get(&*resource.address)) {
            (Some(reason), _) => tally.add(&what, Verdict::Wrong(format!("it is uncertain: {}", reason.why))),
            (None, None) => tally.add(&what, Verdict::Wrong("it is not planned".to_owned())),
            (None, Some(expected)) => tally.add(&what, verdict(&what, resource.body.get("input"), expected)),
        }
    }
    for address in expected.keys() {
        if !found.resources.iter().any(|resource| *resource.address == **address) {
            tally.add(&format!("{name}: {address}"), Verdict::Wrong("it is planned, and not found".to_owned()));
        }
    }
}

/// The outputs in the native syntax, each asked for by its text.
fn outputs(name: &str, root: &Root, files: &Directory, expected: &Map<String, Json>, tally: &mut Tally) {
    let module = configuration::load("", files);
    for (output, expected) in expected {
        let what = format!("{name}: output {output}");
        let block = module.outputs.get(&**output);
        let value = block.and_then(|block| block.body.attributes.iter().find(|attribute| &*attribute.name == "value"));
        let Some(value) = value else {
            tally.add(&what, Verdict::Wrong("it is not declared".to_owned()));
            continue;
        };
        let place = value.value.place;
        let text = String::from_utf8(files.text(place.file)[place.span.range()].to_vec()).unwrap();
        match eval::expression(&(text + "\n"), root, files) {
            Ok(value) => tally.add(&what, verdict(&what, Some(&value), expected)),
            Err(message) => tally.add(&what, Verdict::Wrong(message)),
        }
    }
}

fn verdict(what: &str, value: Option<&Value>, expected: &Json) -> Verdict {
    let is_unknown = value.is_some_and(|value| value.first_unknown().is_some());
    match (is_unknown, reasons().contains_key(what)) {
        (true, true) => return Verdict::Unknown,
        (false, true) => return Verdict::Wrong("it is known now: take it from unknown.toml".to_owned()),
        _ => {}
    }
    if let Some(reason) = value.and_then(Value::first_unknown) {
        return Verdict::Wrong(format!("it is {expected}, and here it is not known: {}", reason.why));
    }
    let found = value.map_or(Some(Json::Null), eval::to_json);
    match found {
        Some(found) if same(&found, expected) => Verdict::Equal,
        found => Verdict::Wrong(format!("it is {expected}, and here it is {}", found.unwrap_or_default())),
    }
}
