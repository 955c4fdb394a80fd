//! The same suite under OpenTofu: `MTASTS_TOFU`, or `tofu` of the PATH.
//!
//! No package registry has it, so that a machine without it is told so, and passes.

use std::process::Command;

use super::workspace::{PROGRAM, version};
use crate::support;

#[test]
fn opentofu_does_the_same() {
    let tofu = std::env::var("MTASTS_TOFU").unwrap_or_else(|_| "tofu".to_owned());
    let Some(version) = version(&tofu) else {
        support::say(
            "OPENTOFU: NOTHING WAS RUN BY IT: it is not installed; put `tofu` in the PATH, or its path in MTASTS_TOFU",
        );
        return;
    };
    let version = version.lines().next().unwrap_or_default();
    assert!(version.starts_with("OpenTofu"), "{tofu} is {version}");
    let suite = Command::new(std::env::current_exe().unwrap())
        .args(["provider::", "--skip", "opentofu"])
        .env(PROGRAM, &tofu)
        .env("MTASTS_INTEROP", "required")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&[suite.stdout, suite.stderr].concat()).into_owned();
    assert!(suite.status.success(), "{said}");
    let result = said.lines().find(|line| line.starts_with("test result:")).unwrap();
    support::say(&format!("{version}: {result}"));
}
