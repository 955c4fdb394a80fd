//! git, as a program that runs nothing which the repository names and changes nothing.

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// git in a directory.
#[derive(Clone, Debug)]
pub struct Git {
    directory: PathBuf,
}

/// What git said when it could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// There is no git on this machine, or it cannot be started.
    #[error("git cannot be run: {0}")]
    Start(#[from] io::Error),
    /// It ended with a status other than 0.
    #[error("git {command}: {said}")]
    Refused {
        /// The subcommand.
        command: String,
        /// The last line that it printed to its standard error.
        said: String,
    },
}

/// What git must not do on behalf of a configuration: start a file watcher, run hooks, ask other programs.
const SETTINGS: [&str; 4] =
    ["core.fsmonitor=false", "core.hooksPath=/dev/null", "core.quotePath=false", "protocol.allow=never"];

impl Git {
    /// git in `directory`.
    pub fn at(directory: &Path) -> Self {
        Self { directory: directory.to_owned() }
    }

    /// Where it runs.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// The command, not yet started. `GIT_INDEX_FILE` and `GIT_DIR` stay as the caller of this process has set them: a hook's
    /// index is the one that is committed.
    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("git");
        command.arg("-C").arg(&self.directory).args(["--no-pager", "--literal-pathspecs"]);
        for setting in SETTINGS {
            command.args(["-c", setting]);
        }
        command
            .args(arguments)
            // A replaced or missing object is not fetched, and nobody is asked for a password.
            .env("GIT_NO_LAZY_FETCH", "1")
            .env("GIT_NO_REPLACE_OBJECTS", "1")
            .env("GIT_OPTIONAL_LOCKS", "0")
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("LC_ALL", "C")
            .stdin(Stdio::null());
        command
    }

    /// What git prints.
    pub fn run(&self, arguments: &[&str]) -> Result<Vec<u8>, GitError> {
        let output = self.command(arguments).output()?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        let said = String::from_utf8_lossy(&output.stderr).lines().last().unwrap_or_default().to_owned();
        Err(GitError::Refused { command: arguments.first().copied().unwrap_or_default().to_owned(), said })
    }

    /// The first line that git prints; `None` if it refuses, or prints nothing.
    pub fn line(&self, arguments: &[&str]) -> Option<String> {
        let text = String::from_utf8(self.run(arguments).ok()?).ok()?;
        text.lines().next().map(str::to_owned).filter(|line| !line.is_empty())
    }

    /// The commit that `revision` names, in full.
    pub fn commit(&self, revision: &str) -> Option<String> {
        // What begins with a dash would be an option.
        let is_name = !revision.starts_with('-') && !revision.is_empty();
        is_name.then(|| self.line(&["rev-parse", "--verify", "--quiet", &format!("{revision}^{{commit}}")])).flatten()
    }
}
