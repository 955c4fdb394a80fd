//! Which revision the files are compared with, and why that one.
//!
//! What a push or a pull request changes, only the platform that runs the check knows; it says so in the environment. Nothing
//! is fetched: where the base is not in the clone, the command that brings it is said.

use super::status::Status;
use super::{Differences, Git, Objects};

/// What is asked for on the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked<'a> {
    /// This revision.
    Revision(&'a str),
    /// HEAD, beside the index.
    Staged,
    /// Whatever fits.
    Default,
}

/// The environment: the variables, and what a GitHub workflow's event file says.
pub struct Environment<'a> {
    /// The value of a variable, if it is set and not empty.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// The JSON at `GITHUB_EVENT_PATH`.
    pub event: Option<serde_json::Value>,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Compare with this.
    Base(Base),
    /// There is nothing to compare with, and that is all right; a clause that says why.
    None(String),
    /// There should be something, and it is not in this clone.
    Missing {
        /// What, a clause.
        what: String,
        /// The command that brings it.
        command: String,
    },
}

/// A commit to compare with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    /// Its full name.
    pub commit: String,
    /// Why this one, in words that follow the name: "the first parent of the merge commit".
    pub why: String,
    /// What is different since, where git has said so already.
    pub differences: Option<Differences>,
}

impl Base {
    fn new(commit: String, why: String) -> Self {
        Self { commit, why, differences: None }
    }
}

/// A branch, or a commit by its name, that a platform says.
enum Target {
    Branch(String),
    Commit(String),
}

/// Chooses the base.
pub fn choose(git: &Git, asked: Asked<'_>, environment: &Environment<'_>) -> Choice {
    // Below the top, or with a work tree that lies elsewhere, its paths would have to be translated.
    let is_top = git.directory().join(".git").exists() && (environment.variable)("GIT_WORK_TREE").is_none();
    let status = if asked == Asked::Default && is_top { Status::of(git).ok() } else { None };
    let (head, differences) = match status {
        Some(status) => (status.head, Some(status.differences)),
        None => (git.commit("HEAD"), None),
    };
    let Some(head) = head else { return without_head(asked) };
    let chooser = Chooser { git, head, differences, environment };
    match asked {
        Asked::Staged => chooser.head("HEAD, and the index is what is judged"),
        Asked::Revision(revision) => match git.commit(revision) {
            Some(commit) => Choice::Base(Base::new(commit, format!("`{revision}`, as --base says"))),
            None => Choice::Missing {
                what: format!("`{revision}` names no commit in this clone"),
                command: format!("git fetch origin {}", revision.strip_prefix("origin/").unwrap_or(revision)),
            },
        },
        Asked::Default => chooser.default(),
    }
}

/// Whether this is the hook of a commit that the pre-commit framework runs. What is not staged it has put aside: the work tree
/// holds what the index does. (git sets `GIT_INDEX_FILE` for the hooks of a commit, and for no other.)
pub fn is_commit_hook(asked: Asked<'_>, environment: &Environment<'_>) -> bool {
    let has = |name| (environment.variable)(name).is_some();
    asked == Asked::Default && has("PRE_COMMIT") && has("GIT_INDEX_FILE") && !has("PRE_COMMIT_FROM_REF")
}

/// The base where the index is what is judged: HEAD, with what is staged.
pub fn staged(objects: &Objects) -> Choice {
    let differences = Differences::staged(objects.git()).ok();
    let Some(head) = objects.commit("HEAD") else { return without_head(Asked::Staged) };
    let base = Base::new(head, "HEAD, as in every pre-commit hook".to_owned());
    Choice::Base(Base { differences, ..base })
}

fn without_head(asked: Asked<'_>) -> Choice {
    match asked {
        Asked::Revision(revision) => Choice::Missing {
            what: format!("`{revision}` names no commit: the repository has none"),
            command: "git fetch origin".to_owned(),
        },
        Asked::Staged | Asked::Default => Choice::None("the repository has no commit yet".to_owned()),
    }
}

struct Chooser<'a> {
    git: &'a Git,
    /// The commit that is checked out.
    head: String,
    /// What is different since, if git was asked.
    differences: Option<Differences>,
    environment: &'a Environment<'a>,
}

impl Chooser<'_> {
    fn default(&self) -> Choice {
        let has = |name| self.variable(name).is_some();
        if let Some(from) = self.variable("PRE_COMMIT_FROM_REF") {
            return self.named(&Target::Commit(from), "where pre-commit says that the change begins");
        }
        if has("PRE_COMMIT") {
            return self.head("HEAD, as in every pre-commit hook");
        }
        if has("GITHUB_ACTIONS") {
            return self.github();
        }
        if has("GITLAB_CI") {
            return self.gitlab();
        }
        if let Some(commit) = self.variable("BITBUCKET_PR_DESTINATION_COMMIT") {
            return self.fork(&Target::Commit(commit), "what the pull request is for");
        }
        if let Some(branch) = self.variable("SYSTEM_PULLREQUEST_TARGETBRANCH") {
            let branch = branch.strip_prefix("refs/heads/").unwrap_or(&branch).to_owned();
            return self.pull_request(&Target::Branch(branch));
        }
        if let Some(branch) = self.variable("BUILDKITE_PULL_REQUEST_BASE_BRANCH") {
            return self.pull_request(&Target::Branch(branch));
        }
        if has("CI") || has("TF_BUILD") || has("BITBUCKET_BUILD_NUMBER") || has("BUILDKITE") {
            return self.parent("the commit before");
        }
        self.local()
    }

    fn variable(&self, name: &str) -> Option<String> {
        (self.environment.variable)(name)
    }

    fn github(&self) -> Choice {
        let event = |path: &str| self.environment.event.as_ref()?.pointer(path)?.as_str().map(str::to_owned);
        match self.variable("GITHUB_EVENT_NAME").as_deref() {
            Some("pull_request" | "pull_request_target") => {
                let branch = self.variable("GITHUB_BASE_REF").or_else(|| event("/pull_request/base/ref"));
                branch.map_or_else(
                    || self.parent("the commit before"),
                    |branch| self.pull_request(&Target::Branch(branch)),
                )
            }
            Some("merge_group") => match event("/merge_group/base_sha") {
                Some(base) => self.named(&Target::Commit(base), "what the merge group is built on"),
                None => self.parent("the commit before"),
            },
            Some("push") => self.push(event("/before"), event("/repository/default_branch")),
            _ => self.parent("the commit before"),
        }
    }

    fn gitlab(&self) -> Choice {
        // In a pipeline for merged results HEAD is the merge, and this its first parent.
        if let Some(target) = self.variable("CI_MERGE_REQUEST_TARGET_BRANCH_SHA") {
            return self.named(&Target::Commit(target), "the target branch of the merge request");
        }
        if let Some(base) = self.variable("CI_MERGE_REQUEST_DIFF_BASE_SHA") {
            return self.named(&Target::Commit(base), "where the merge request begins");
        }
        self.push(self.variable("CI_COMMIT_BEFORE_SHA"), self.variable("CI_DEFAULT_BRANCH"))
    }

    /// A push: the commit that the branch was at; of a new branch, where it left the default branch.
    fn push(&self, before: Option<String>, default_branch: Option<String>) -> Choice {
        let is_new = |before: &String| before.bytes().all(|byte| byte == b'0');
        match (before.filter(|before| !is_new(before)), default_branch) {
            (Some(before), _) => self.named(&Target::Commit(before), "what the branch was at before the push"),
            (None, Some(branch)) => self.fork(&Target::Branch(branch), "where the new branch begins"),
            (None, None) => self.parent("the commit before"),
        }
    }

    /// A pull request: HEAD is the merge that the platform has made, or the last commit of the request itself.
    fn pull_request(&self, target: &Target) -> Choice {
        if self.parents().len() > 1 {
            return self.parent("the first parent of the merge commit");
        }
        self.fork(target, "where the pull request begins")
    }

    /// On a desk: what is not committed; else what is not on the default branch of origin; else the last commit.
    fn local(&self) -> Choice {
        if self.has_changes() {
            return self.head("HEAD, and there are changes that are not committed");
        }
        let named = self.git.line(&["symbolic-ref", "--quiet", "--short", "refs/remotes/origin/HEAD"]);
        let default = named.into_iter().chain(["origin/main", "origin/master"].map(str::to_owned));
        let fork = default.into_iter().find_map(|branch| {
            let commit = self.git.line(&["merge-base", "HEAD", &branch])?;
            Some(Base::new(commit, format!("where this branch left {branch}")))
        });
        match fork.filter(|base| base.commit != self.head) {
            Some(base) => Choice::Base(base),
            None => self.parent("the commit before, for nothing has changed since"),
        }
    }

    fn head(&self, why: &str) -> Choice {
        let base = Base::new(self.head.clone(), why.to_owned());
        Choice::Base(Base { differences: self.differences.clone(), ..base })
    }

    /// The first parent of HEAD. A shallow clone hides parents, but not from who reads the commit itself.
    fn parent(&self, why: &str) -> Choice {
        match self.parents().into_iter().next() {
            Some(parent) => self.named(&Target::Commit(parent), why),
            None if self.has_changes() => {
                self.head("HEAD, the first commit, and there are changes that are not committed")
            }
            None => Choice::None("HEAD is the first commit".to_owned()),
        }
    }

    fn parents(&self) -> Vec<String> {
        let commit = self.git.run(&["cat-file", "commit", &self.head]).unwrap_or_default();
        let text = String::from_utf8_lossy(&commit);
        let header = text.split("\n\n").next().unwrap_or_default();
        header.lines().filter_map(|line| line.strip_prefix("parent ")).map(str::to_owned).collect()
    }

    /// A commit that must be there. One that is HEAD itself would hide the change: then it is the commit before.
    fn named(&self, target: &Target, why: &str) -> Choice {
        match self.find(target) {
            Some(commit) if commit == self.head && !self.has_changes() => {
                self.parent(&format!("the commit before, for {why} is HEAD itself"))
            }
            Some(commit) => Choice::Base(Base::new(commit, why.to_owned())),
            None => target.missing(),
        }
    }

    /// Where HEAD left what `target` names.
    fn fork(&self, target: &Target, why: &str) -> Choice {
        let Some(commit) = self.find(target) else { return target.missing() };
        match self.git.line(&["merge-base", "HEAD", &commit]) {
            Some(base) => self.named(&Target::Commit(base), why),
            None => Choice::Missing {
                what: "this clone is too shallow to tell where the change begins".to_owned(),
                command: "git fetch --unshallow origin".to_owned(),
            },
        }
    }

    fn find(&self, target: &Target) -> Option<String> {
        match target {
            Target::Commit(commit) => self.git.commit(commit),
            Target::Branch(branch) => self.git.commit(&format!("refs/remotes/origin/{branch}")),
        }
    }

    fn has_changes(&self) -> bool {
        if let Some(differences) = &self.differences {
            return !differences.is_empty();
        }
        let asked = ["status", "--porcelain", "-z", "--untracked-files=all", "--ignore-submodules=all", "--", "."];
        self.git.run(&asked).is_ok_and(|said| !said.is_empty())
    }
}

impl Target {
    fn missing(&self) -> Choice {
        match self {
            Self::Commit(commit) => Choice::Missing {
                what: format!("the commit {commit} is not in this clone"),
                command: format!("git fetch --depth=1 origin {commit}"),
            },
            Self::Branch(branch) => Choice::Missing {
                what: format!("the branch {branch} is not in this clone"),
                command: format!("git fetch origin {branch}:refs/remotes/origin/{branch}"),
            },
        }
    }
}
