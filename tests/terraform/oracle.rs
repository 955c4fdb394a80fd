//! Terraform, asked.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value as Json, json};

use super::cases::Case;
use super::modules::given;
use crate::support;

/// The release that the answers were recorded with.
const RELEASE: &str = "1.11.";

/// What Terraform says of an expression.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Answer {
    /// A value: as `jsonencode` writes it, and its type as JSON.
    Is { json: String, kind: Option<String> },
    /// An error.
    Refused(String),
    /// No value before it is applied, or another every time.
    Open(String),
}

impl Answer {
    fn another() -> Self {
        Self::Open("another every time".to_owned())
    }

    /// Whether what was recorded is still true if `now` is the answer.
    pub(super) fn allows(&self, now: &Self) -> bool {
        self == now || *self == Self::another() && matches!(now, Self::Is { .. })
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Is { json, kind } => write!(f, "{json} ({})", kind.as_deref().unwrap_or("null")),
            Self::Refused(why) => write!(f, "refused ({why})"),
            Self::Open(why) => write!(f, "open ({why})"),
        }
    }
}

/// Whether the right release is installed; if not, says that nothing was compared.
pub(super) fn is_installed() -> bool {
    let found = Command::new("terraform").args(["version", "-json"]).env("CHECKPOINT_DISABLE", "1").output().ok();
    let version: Option<Json> = found.and_then(|output| serde_json::from_slice(&output.stdout).ok());
    let version = version.and_then(|json| Some(json["terraform_version"].as_str()?.to_owned()));
    let is_right = version.as_ref().is_some_and(|version| version.starts_with(RELEASE));
    if !is_right {
        let found = version.map_or_else(|| "none is here".to_owned(), |version| format!("this is {version}"));
        support::say(&format!(
            "terraform: the recorded answers were not asked for again: that takes Terraform {RELEASE}x, and {found}"
        ));
    }
    is_right
}

/// The names of its functions, one a line.
pub(super) fn functions() -> String {
    let directory = tempfile::tempdir().unwrap();
    let output = run(directory.path(), &["metadata", "functions", "-json"]);
    let found: Json = serde_json::from_slice(&output.stdout).unwrap();
    let names = found["function_signatures"].as_object().unwrap().keys();
    let names: Vec<&str> = names.map(String::as_str).filter(|name| !name.contains(':')).collect();
    names.join("\n") + "\n"
}

/// What it says of each expression twice: what differs is open.
pub(super) fn record(ground: &Path, cases: &[Case]) -> Vec<Answer> {
    let both = ask(ground, cases).into_iter().zip(ask(ground, cases));
    both.map(|(once, twice)| if once == twice { once } else { Answer::another() }).collect()
}

/// What a module would be planned as: its outputs, and the inputs of every `terraform_data`, by address.
pub(super) fn plan(module: &Path) -> Json {
    let directory = tempfile::tempdir().unwrap();
    support::copy_directory(module, directory.path());
    let output = run(directory.path(), &["init", "-no-color", "-input=false"]);
    assert!(output.status.success(), "{}: {}", module.display(), String::from_utf8_lossy(&output.stderr));
    let var_files: Vec<String> = given(module).iter().map(|name| format!("-var-file={name}")).collect();
    let arguments = ["plan", "-no-color", "-input=false", "-out=plan"].into_iter();
    let output = run(directory.path(), &arguments.chain(var_files.iter().map(String::as_str)).collect::<Vec<_>>());
    assert!(output.status.success(), "{}: {}", module.display(), String::from_utf8_lossy(&output.stderr));
    let planned = show(directory.path());
    let planned = &planned["planned_values"];
    let mut resources = BTreeMap::new();
    inputs(&planned["root_module"], &mut resources);
    let outputs = planned["outputs"].as_object();
    let outputs: BTreeMap<_, _> =
        outputs.into_iter().flatten().map(|(name, output)| (name.clone(), output["value"].clone())).collect();
    json!({ "outputs": outputs, "terraform_data": resources })
}

/// The inputs of the `terraform_data` of a module and those below.
fn inputs(module: &Json, found: &mut BTreeMap<String, Json>) {
    let list = |name: &str| module[name].as_array().into_iter().flatten();
    for resource in list("resources").filter(|resource| resource["type"] == "terraform_data") {
        found.insert(resource["address"].as_str().unwrap().to_owned(), resource["values"]["input"].clone());
    }
    list("child_modules").for_each(|child| inputs(child, found));
}

/// What it says of each expression, in a copy of `ground`.
///
/// Plans a configuration that has every expression as outputs, a file each; what is refused is left out the next time, until
/// nothing is: an error hides others behind it.
pub(super) fn ask(ground: &Path, cases: &[Case]) -> Vec<Answer> {
    let directory = tempfile::tempdir().unwrap();
    support::copy_directory(ground, directory.path());
    let file = |at: usize| directory.path().join(format!("case{at}.tf"));
    for (at, case) in cases.iter().enumerate() {
        let output =
            |name: &str, text: &str| format!("output \"{name}{at}\" {{\n  sensitive = true\n  value = {text}\n}}\n");
        let text = output("is", &format!("({}\n)", case.it)) + &output("json", &format!("jsonencode({}\n)", case.it));
        std::fs::write(file(at), text).unwrap();
    }
    let mut refused: BTreeMap<usize, String> = BTreeMap::new();
    loop {
        let errors = plan_errors(directory.path());
        if errors.is_empty() {
            break;
        }
        for (name, why) in errors {
            let at = name.strip_prefix("case").and_then(|name| name.strip_suffix(".tf")?.parse().ok());
            let at: usize = at.unwrap_or_else(|| panic!("an error that is nowhere: {why}"));
            let _ = std::fs::remove_file(file(at));
            refused.entry(at).or_insert(why);
        }
    }
    let planned = show(directory.path());
    let outputs = &planned["planned_values"]["outputs"];
    let answer = |at: usize| {
        if let Some(why) = refused.remove(&at) {
            return Answer::Refused(why);
        }
        let Some(json) = outputs[format!("json{at}")]["value"].as_str() else {
            return Answer::Open("known when it is applied".to_owned());
        };
        let kind = &outputs[format!("is{at}")]["type"];
        Answer::Is { json: json.to_owned(), kind: (!kind.is_null()).then(|| kind.to_string()) }
    };
    (0..cases.len()).map(answer).collect()
}

/// Plans into the file `plan`; gives the errors: the file that each is in, and what it says.
fn plan_errors(directory: &Path) -> Vec<(String, String)> {
    let output = run(directory, &["plan", "-json", "-input=false", "-out=plan"]);
    let lines = String::from_utf8(output.stdout).unwrap();
    let errors = lines.lines().filter_map(|line| {
        let message: Json = serde_json::from_str(line).unwrap();
        let error = &message["diagnostic"];
        (error["severity"] == "error").then(|| {
            let text = |json: &Json| json.as_str().unwrap_or_default().to_owned();
            (text(&error["range"]["filename"]), text(&error["summary"]))
        })
    });
    let errors: Vec<_> = errors.collect();
    assert_eq!(errors.is_empty(), output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    errors
}

/// The plan as JSON.
fn show(directory: &Path) -> Json {
    let output = run(directory, &["show", "-json", "plan"]);
    serde_json::from_slice(&output.stdout).unwrap()
}

fn run(directory: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new("terraform");
    command.args(arguments).current_dir(directory).env_clear();
    command.envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
    command.env("CHECKPOINT_DISABLE", "1").env("TF_CLI_CONFIG_FILE", "/dev/null");
    // Another home every time, as there is another directory: what depends on it is no fact.
    command.env("HOME", directory).output().unwrap()
}
