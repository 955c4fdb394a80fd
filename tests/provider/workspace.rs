//! A directory in which Terraform runs with our provider.

use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;

use serde_json::Value as Json;

use crate::support;

/// What stands in front of every configuration.
pub(super) const HEAD: &str =
    "terraform {\n  required_providers {\n    mtasts = { source = \"mtasts/mtasts\" }\n  }\n}\n";

/// The same attributes as the first of [`policy`], under any other value of these.
pub(super) fn policy(mode: &str, mx: &[&str], rest: &str) -> String {
    format!(
        "resource \"mtasts_policy\" \"main\" {{\n  domain  = \"example.com\"\n  mode    = {mode:?}\n  mx      = {mx:?}\n  max_age = 604800\n{rest}}}\n"
    )
}

/// A directory with a configuration.
pub(super) struct Workspace {
    directory: tempfile::TempDir,
    /// The name of the provider in full.
    pub(super) address: &'static str,
}

/// What a command of Terraform said.
pub(super) struct Ran {
    pub(super) code: Option<i32>,
    pub(super) text: String,
}

/// The variable that names another program than `terraform`, which does the same.
pub(super) const PROGRAM: &str = "MTASTS_TERRAFORM";

fn program() -> String {
    std::env::var(PROGRAM).unwrap_or_else(|_| "terraform".to_owned())
}

/// What a program says of its version, if it is one.
pub(super) fn version(program: &str) -> Option<String> {
    let output = Command::new(program).arg("version").env("CHECKPOINT_DISABLE", "1").output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The name of the provider in full, with the registry of the program; `None` where there is no program, and then it is said that
/// nothing was asked of it.
fn address() -> Option<&'static str> {
    static FOUND: OnceLock<Option<&str>> = OnceLock::new();
    *FOUND.get_or_init(|| {
        let Some(version) = version(&program()) else {
            support::say("terraform: the provider was not run by it: it is not installed");
            let is_required = std::env::var("MTASTS_INTEROP").is_ok_and(|value| value == "required");
            assert!(!is_required, "MTASTS_INTEROP=required, and terraform is not installed");
            return None;
        };
        let is_tofu = version.starts_with("OpenTofu");
        Some(if is_tofu { "registry.opentofu.org/mtasts/mtasts" } else { "registry.terraform.io/mtasts/mtasts" })
    })
}

impl Workspace {
    /// One with this configuration; `None` where there is no Terraform.
    pub(super) fn new(configuration: &str) -> Option<Self> {
        let workspace = Self::empty()?;
        workspace.write("main.tf", &format!("{HEAD}{configuration}"));
        Some(workspace)
    }

    /// One with nothing in it but the way to the provider.
    pub(super) fn empty() -> Option<Self> {
        let workspace = Self { address: address()?, directory: tempfile::tempdir().unwrap() };
        let binaries = Path::new(env!("CARGO_BIN_EXE_terraform-provider-mtasts")).parent().unwrap();
        workspace.write(
            "cli.tfrc",
            &format!(
                "provider_installation {{\n  dev_overrides {{ \"mtasts/mtasts\" = \"{}\" }}\n  direct {{}}\n}}\n",
                binaries.display()
            ),
        );
        Some(workspace)
    }

    pub(super) fn path(&self) -> &Path {
        self.directory.path()
    }

    pub(super) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path().join(name), text).unwrap();
    }

    /// Puts another configuration in the place of the one that is here.
    pub(super) fn configure(&self, configuration: &str) {
        self.write("main.tf", &format!("{HEAD}{configuration}"));
    }

    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(program());
        command.args(arguments).current_dir(self.path()).env_clear().stdin(Stdio::null());
        // What a provider leaves behind that is killed goes with the directory.
        command.env("TMPDIR", self.path());
        for name in ["PATH", "HOME"] {
            command.envs(std::env::var_os(name).map(|value| (name, value)));
        }
        command.env("TF_CLI_CONFIG_FILE", self.path().join("cli.tfrc"));
        command.env("CHECKPOINT_DISABLE", "1").env("TF_IN_AUTOMATION", "1");
        command
    }

    pub(super) fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(&self.command(arguments).output().unwrap())
    }

    /// Starts a command, and does not wait for it.
    pub(super) fn start(&self, arguments: &[&str]) -> Child {
        self.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    pub(super) fn plan(&self) -> Ran {
        self.run(&["plan", "-no-color", "-input=false", "-detailed-exitcode", "-out=plan"])
    }

    pub(super) fn apply(&self) -> Ran {
        self.run(&["apply", "-no-color", "-input=false", "-auto-approve"])
    }

    pub(super) fn destroy(&self) -> Ran {
        self.run(&["destroy", "-no-color", "-input=false", "-auto-approve"])
    }

    /// The diagnostics of a plan that fails: summary, where it is in the source, and detail.
    pub(super) fn errors(&self) -> Vec<Json> {
        let ran = self.run(&["plan", "-json", "-input=false"]);
        let lines = ran.text.lines().filter_map(|line| serde_json::from_str::<Json>(line).ok());
        lines.filter(|line| line["@level"] == "error").map(|line| line["diagnostic"].clone()).collect()
    }

    /// What the last plan would make of a resource.
    pub(super) fn planned(&self, address: &str) -> Json {
        let shown: Json = serde_json::from_str(&self.run(&["show", "-json", "plan"]).text).unwrap();
        let changes = shown["resource_changes"].as_array().unwrap();
        changes.iter().find(|change| change["address"] == address).unwrap()["change"].clone()
    }

    /// The attributes of a resource in the state.
    pub(super) fn state(&self, address: &str) -> Json {
        let shown: Json = serde_json::from_str(&self.run(&["show", "-json"]).text).unwrap();
        let resources = shown["values"]["root_module"]["resources"].as_array().cloned().unwrap_or_default();
        resources.into_iter().find(|it| it["address"] == address).map_or(Json::Null, |it| it["values"].clone())
    }

    /// Makes the state remember another value of an attribute of its first resource, as if that had been long ago.
    pub(super) fn remember(&self, attribute: &str, value: &str) {
        let path = self.path().join("terraform.tfstate");
        let mut state: Json = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        state["resources"][0]["instances"][0]["attributes"][attribute] = value.into();
        std::fs::write(&path, state.to_string()).unwrap();
    }

    pub(super) fn outputs(&self) -> Json {
        serde_json::from_str(&self.run(&["output", "-json"]).text).unwrap()
    }
}

impl Ran {
    pub(super) fn of(output: &Output) -> Self {
        let text = [&output.stdout[..], &output.stderr].concat();
        Self { code: output.status.code(), text: String::from_utf8(text).unwrap() }
    }

    #[track_caller]
    pub(super) fn succeeds(self) -> String {
        assert_eq!(self.code, Some(0), "{}", self.text);
        self.text
    }

    #[track_caller]
    pub(super) fn fails_with(self, words: &[&str]) {
        assert_eq!(self.code, Some(1), "{}", self.text);
        let flat = self.text.split_whitespace().collect::<Vec<_>>().join(" ");
        for word in words {
            assert!(flat.contains(word), "no {word:?} in {}", self.text);
        }
    }
}
