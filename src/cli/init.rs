//! `mtasts init`: a configuration to begin with, from what is found.

use std::fmt::Write;
use std::io;
use std::path::Path;

use super::args::InitArgs;
use super::lint::run_request;
use super::{FAILED, complain, print, root};
use crate::lint::{CONFIG_NAMES, Outcome, Request};
use crate::text::Bytes;

/// The entry for a team's `.pre-commit-config.yaml`: the whole repository is read, and always, for the framework does not run a
/// hook when there are only deleted files, and a policy that is deleted must be seen too.
const PRE_COMMIT: &str = "\
repos:
  - repo: local
    hooks:
      - id: mtasts
        name: mtasts
        entry: mtasts lint
        language: system
        pass_filenames: false
        always_run: true
";

/// Writes mtasts.toml and, where there is none, .pre-commit-config.yaml; prints the entry in any case.
pub(super) fn run(args: &InitArgs) -> io::Result<u8> {
    let root = root::find(args.root.as_deref(), &[])?;
    let path = root.join(CONFIG_NAMES[0]);
    if let Some(there) = CONFIG_NAMES.iter().map(|name| root.join(name)).find(|path| path.exists())
        && !args.force
    {
        complain(&format!("{} is there already; --force replaces it", there.display()));
        return Ok(FAILED);
    }
    // As it would be read without any configuration.
    let none = Request { config: Some((String::new(), Bytes::default())), ..Request::default() };
    let Some(outcome) = run_request(&root, &none)? else { return Ok(FAILED) };
    std::fs::write(&path, configuration(&outcome))?;
    let hook = root.join(".pre-commit-config.yaml");
    let text = if hook.exists() {
        format!("wrote {}\n\n.pre-commit-config.yaml is there: add this to its repos:\n\n{PRE_COMMIT}", shown(&path))
    } else {
        std::fs::write(&hook, PRE_COMMIT)?;
        format!("wrote {}\nwrote {}\n\n{PRE_COMMIT}", shown(&path), shown(&hook))
    };
    print(text.as_bytes())
}

fn configuration(outcome: &Outcome) -> String {
    let mut text = String::from("# How mtasts reads and judges this repository. `mtasts rules` lists the rules.\n\n");
    text.push_str("# The least severity that makes `mtasts lint` fail: error, warning or info.\nfail-on = \"error\"\n");
    text.push_str("\n# Files that are not read.\n# exclude = [\"legacy/**\"]\n");
    text.push_str("\n# Another severity for a rule, or \"off\".\n[severity]\n# tlsrpt-missing = \"error\"\n");
    text.push_str("\n[thresholds]\n# max-age = 604800    # seconds; max-age-short\n# record-ttl = 86400  # seconds; record-ttl-long\n# soak = 1209600      # seconds; testing-too-short\n# evidence-age = 2592000      # seconds; mx-tls-stale\n# certificate-left = 1814400  # seconds; mx-cert-expiring\n# report-age = 1209600        # seconds; tls-reports-failing\n\n# [reports]\n# path = \"tls-reports\"  # where TLS reports are kept; tls-reports-failing\n");
    unassigned(outcome, &mut text);
    origins(outcome, &mut text);
    text.push_str(
        "\n# A finding that is known and accepted. Elsewhere than in policies, a comment does: mtasts: ignore[rule] reason\n\
         # [[ignore-finding]]\n# rule = \"max-age-short\"\n# domain = \"example.com\"\n# reason = \"why\"\n",
    );
    text
}

/// An entry for every policy whose domain could not be found, else an example.
fn unassigned(outcome: &Outcome, text: &mut String) {
    let mut policies = outcome.picture.policies.iter().filter(|policy| policy.domains.is_empty()).peekable();
    if policies.peek().is_none() {
        text.push_str("\n# Policies whose path does not tell their domain.\n# [[policy]]\n");
        text.push_str("# path = \"hosting/{domain}/mta-sts.txt\"\n");
        return;
    }
    text.push_str("\n# Policies whose path does not tell their domain: say whose they are.\n");
    for policy in policies {
        let path = &outcome.sources.get(policy.policy.text.whole().file).path;
        // Writing to a String cannot fail.
        let _ = write!(text, "[[policy]]\npath = {}\ndomains = []\n", quoted(path));
    }
}

/// An entry for every zone whose origin could not be found, else an example.
fn origins(outcome: &Outcome, text: &mut String) {
    let mut zones = outcome.picture.zones.iter().filter(|zone| zone.apex.is_none()).peekable();
    if zones.peek().is_none() {
        text.push_str("\n# Zone files whose name or contents do not tell their origin.\n# [[zone]]\n");
        text.push_str("# path = \"dns/{origin}.txt\"\n# view = \"external\"\n");
        return;
    }
    text.push_str("\n# Zone files that do not tell their origin: fill it in.\n");
    for zone in zones {
        let path = &outcome.sources.get(zone.file).path;
        let _ = write!(text, "# [[zone]]\n# path = {}\n# origin = \"\"\n", quoted(path));
    }
}

/// `text` as a TOML basic string.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

fn shown(path: &Path) -> String {
    crate::text::escape(&path.display().to_string()).into_owned()
}
