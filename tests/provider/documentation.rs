//! The registry's documents, made from the schema. `MTASTS_BLESS=1 cargo test --test all documents` writes them anew.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

use mtasts::provider::Mtasts;
use mtasts::provider::protocol::{Presence, Provider, Schema, Signature, Type};

use super::laboratory::Laboratory;
use super::workspace::Workspace;
use crate::support;

/// Every page, by its path below `docs/`.
fn pages() -> BTreeMap<PathBuf, String> {
    let provider = Mtasts::new();
    let mut pages = BTreeMap::new();
    let schema = provider.schema();
    pages.insert(
        "index.md".into(),
        page(
            "mtasts Provider",
            "mtasts Provider",
            schema.description,
            &example("provider/provider.tf"),
            &attributes(&schema),
        ),
    );
    for (name, resource) in provider.resources() {
        let schema = resource.schema();
        let import = match std::fs::read_to_string(examples().join(format!("resources/{name}/import.sh"))) {
            Ok(command) => {
                format!("\n## Import\n\nBy the domain, which reads what is deployed:\n\n```shell\n{command}```\n")
            }
            Err(_) => String::new(),
        };
        let text = page(
            &format!("{name} Resource - mtasts"),
            &format!("{name} (Resource)"),
            schema.description,
            &example(&format!("resources/{name}/resource.tf")),
            &(attributes(&schema) + &import),
        );
        pages.insert(format!("resources/{}.md", short(name)).into(), text);
    }
    for (name, source) in provider.data_sources() {
        let schema = source.schema();
        let text = page(
            &format!("{name} Data Source - mtasts"),
            &format!("{name} (Data Source)"),
            schema.description,
            &example(&format!("data-sources/{name}/data-source.tf")),
            &attributes(&schema),
        );
        pages.insert(format!("data-sources/{}.md", short(name)).into(), text);
    }
    for (name, function) in provider.functions() {
        let signature = function.signature();
        let text = page(
            &format!("{name} function - mtasts"),
            &format!("function: {name}"),
            signature.description,
            &example(&format!("functions/{name}/function.tf")),
            &called(name, &signature),
        );
        pages.insert(format!("functions/{name}.md").into(), text);
    }
    pages
}

fn short(name: &str) -> &str {
    name.trim_start_matches("mtasts_")
}

fn examples() -> PathBuf {
    support::root().join("examples")
}

fn example(path: &str) -> String {
    std::fs::read_to_string(examples().join(path)).unwrap()
}

fn page(title: &str, heading: &str, description: &str, example: &str, rest: &str) -> String {
    let summary = description.split("\n\n").next().unwrap();
    format!(
        "---\npage_title: \"{title}\"\nsubcategory: \"\"\ndescription: |-\n  {summary}\n---\n\n# {heading}\n\n{description}\n\n\
         ## Example Usage\n\n```terraform\n{example}```\n\n{rest}"
    )
}

fn attributes(schema: &Schema) -> String {
    let mut text = "## Schema\n".to_owned();
    let parts = [("Required", Presence::Required), ("Optional", Presence::Optional), ("Read-Only", Presence::Computed)];
    for (heading, presence) in parts {
        let attributes: Vec<_> = schema.attributes.iter().filter(|it| it.presence == presence).collect();
        if !attributes.is_empty() {
            write!(text, "\n### {heading}\n\n").unwrap();
        }
        for attribute in attributes {
            writeln!(text, "- `{}` ({}) {}", attribute.name, kind(&attribute.kind), attribute.description).unwrap();
        }
    }
    text
}

fn called(name: &str, signature: &Signature) -> String {
    let parameters = signature.parameters.iter().map(|it| format!("{} {}", it.name, it.kind.shown()));
    let variadic = signature.variadic.iter().map(|it| format!("{} {}...", it.name, it.kind.shown()));
    let list: Vec<String> = parameters.chain(variadic).collect();
    let mut text = format!(
        "## Signature\n\n```text\n{name}({}) {}\n```\n\n## Arguments\n\n",
        list.join(", "),
        signature.returns.shown()
    );
    for (at, it) in signature.parameters.iter().chain(&signature.variadic).enumerate() {
        let rest = if at < signature.parameters.len() { "" } else { ", Variadic" };
        writeln!(text, "1. `{}` ({}{rest}) {}", it.name, kind(&it.kind), it.description).unwrap();
    }
    text
}

/// A type, as the registry's pages write it.
fn kind(of: &Type) -> String {
    match of {
        Type::Text => "String".to_owned(),
        Type::Number => "Number".to_owned(),
        Type::Bool => "Boolean".to_owned(),
        Type::Any => "Dynamic".to_owned(),
        Type::List(element) => match &**element {
            Type::Object(_) => format!("List of Object: `{}`", element.shown()),
            element => format!("List of {}", kind(element)),
        },
        Type::Object(_) => format!("Object: `{}`", of.shown()),
    }
}

#[test]
fn documents_are_what_the_schema_says() {
    let docs = support::root().join("docs");
    let bless = std::env::var_os("MTASTS_BLESS").is_some();
    let pages = pages();
    // A page of what there is no more is to be removed by hand.
    let directories = ["docs", "docs/data-sources", "docs/functions", "docs/resources"];
    let mut stale: Vec<PathBuf> = directories.iter().flat_map(|directory| support::files(directory, "md")).collect();
    stale.retain(|path| !pages.contains_key(path.strip_prefix(&docs).unwrap()));
    for (path, text) in pages {
        let path = docs.join(path);
        if bless {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &text).unwrap();
        } else if std::fs::read_to_string(&path).ok().as_deref() != Some(&*text) {
            stale.push(path);
        }
    }
    assert!(stale.is_empty(), "MTASTS_BLESS=1 cargo test --test all documents writes these anew: {stale:#?}");
}

#[test]
fn every_example_is_one() {
    let Some(workspace) = Workspace::empty() else { return };
    for (path, asks_nobody) in found(&examples()) {
        let text = std::fs::read_to_string(&path).unwrap();
        let head = if text.contains("required_providers") { "" } else { super::workspace::HEAD };
        workspace.write("main.tf", &format!("{head}{text}"));
        let ran = workspace.run(&["validate", "-no-color"]);
        assert_eq!(ran.code, Some(0), "{}: {}", path.display(), ran.text);
        if asks_nobody {
            let ran = workspace.plan();
            assert!(matches!(ran.code, Some(0 | 2)), "{}: {}", path.display(), ran.text);
        }
    }
}

/// What the examples call by names of `example.com` is in the laboratory, too.
fn in_laboratory(path: &str) -> String {
    let hosts = "\"mx1.example.com\", \"mx2.example.com\"";
    example(path)
        .replace(hosts, "\"mx.lab.test\"")
        .replace("mx1.example.com", "mx.lab.test")
        .replace("example.com", "lab.test")
}

#[test]
fn examples_that_ask_are_answered() {
    let laboratory = Laboratory::start();
    let configure = |workspace: &Workspace, example: &str| workspace.configure(&(laboratory.provider() + example));
    let Some(workspace) = Workspace::new("") else { return };
    let text = "version: STSv1\r\nmode: testing\r\nmx: mx.lab.test\r\nmax_age: 604800\r\n";
    *laboratory.policy.lock().unwrap() = Some(text.to_owned());
    configure(&workspace, &in_laboratory("resources/mtasts_policy/resource.tf"));
    let import = in_laboratory("resources/mtasts_policy/import.sh");
    let mut words = import.split_whitespace();
    assert_eq!(words.next(), Some("terraform"));
    workspace.run(&words.collect::<Vec<_>>()).succeeds();
    assert_eq!(workspace.state("mtasts_policy.example")["text"], text);
    // The policy goes to `enforce`, which is what the example is of, when it was tested for long enough.
    workspace.remember("testing_since", "2026-01-01T00:00:00Z");
    configure(&workspace, &in_laboratory("data-sources/mtasts_mx_readiness/data-source.tf"));
    workspace.apply().succeeds();
    assert_eq!(workspace.state("mtasts_policy.example")["mode"], "enforce");

    for path in ["resources/mtasts_served_policy/resource.tf", "data-sources/mtasts_domain/data-source.tf"] {
        let Some(workspace) = Workspace::new("") else { return };
        configure(&workspace, &in_laboratory(path));
        let ran = workspace.apply().succeeds();
        assert!(!ran.contains("Check block assertion failed"), "{path}: {ran}");
    }
}

/// The examples, and whether each is planned without a question to anybody.
fn found(directory: &Path) -> Vec<(PathBuf, bool)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(self::found(&path));
        } else if path.extension().is_some_and(|extension| extension == "tf") {
            let asks = path.to_str().unwrap().contains("data-sources");
            found.push((path, !asks));
        }
    }
    found
}
