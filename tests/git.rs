//! Which base is chosen, and what is judged against it, on real repositories that the tests make.

use std::fmt::Write;
mod history;
mod hook;

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::mtasts;

const ZONE: &str = "$ORIGIN example.com.\n$TTL 3600\n\
    @ SOA ns1.example.net. hostmaster.example.net. 1 7200 900 1209600 300\n@ NS ns1.example.net.\n@ MX 10 smtp.google.com.\n\
    mta-sts A 192.0.2.10\n_mta-sts TXT \"v=STSv1; id=1\"\n_smtp._tls TXT \"v=TLSRPTv1; rua=mailto:tls@example.net\"\n";
const POLICY: &str = "version: STSv1\nmode: enforce\nmx: smtp.google.com\nmax_age: 604800\n";
const ZONE_PATH: &str = "dns/example.com.zone";
const POLICY_PATH: &str = "web/mta-sts.example.com/.well-known/mta-sts.txt";

/// A repository, which is gone with the test.
struct Repo {
    directory: tempfile::TempDir,
    /// Where the files are, and the command is run.
    root: PathBuf,
}

impl Repo {
    /// With one commit: a zone and its policy.
    fn new() -> Self {
        Self::with(&[])
    }

    fn with(options: &[&str]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().join("repo");
        let repo = Self { directory, root };
        let init: Vec<&str> = ["init", "--quiet", "--initial-branch=main"].iter().chain(options).copied().collect();
        git(repo.directory.path(), &[&init[..], &["repo"]].concat());
        repo.write(ZONE_PATH, ZONE);
        repo.write(POLICY_PATH, POLICY);
        repo.write("README", "one\n");
        repo.commit("one");
        repo
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn git(&self, arguments: &[&str]) -> String {
        git(&self.root, arguments)
    }

    fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", message]);
    }

    /// With a history: what each commit wrote, and how many days ago.
    fn of(states: &[(i64, &str, &str)]) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().join("repo");
        git(directory.path(), &["init", "--quiet", "--initial-branch=main", "repo"]);
        let repo = Self { directory, root };
        for (days, zone, policy) in states {
            repo.write(ZONE_PATH, zone);
            repo.write(POLICY_PATH, policy);
            repo.commit_ago(*days);
        }
        repo
    }

    /// Commits what there is, so many days ago.
    fn commit_ago(&self, days: i64) {
        let when = jiff::Timestamp::now().as_second() - days * 86_400;
        let date = format!("{when} +0000");
        self.git(&["add", "--all"]);
        git_at(&self.root, &date, &["commit", "--quiet", "--allow-empty", "--message", "state"]);
    }

    /// Changes the policy, and not the id.
    fn forget_id(&self) {
        self.write(POLICY_PATH, &POLICY.replace("604800", "1209600"));
    }

    fn bump_id(&self) {
        self.write(ZONE_PATH, &ZONE.replace("id=1", "id=2"));
    }

    /// A clone of this one, as deep as it is said.
    fn clone_at(&self, branch: &str, depth: Option<&str>) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().join("repo");
        let url = format!("file://{}", self.root.display());
        let depth: Vec<&str> = depth.into_iter().flat_map(|depth| ["--depth", depth]).collect();
        let clone = ["clone", "--quiet", "--branch", branch];
        git(directory.path(), &[&clone[..], &depth, &[&url, "repo"]].concat());
        Self { directory, root }
    }

    fn lint(&self, arguments: &[&str]) -> Said {
        self.lint_in("", &[], arguments)
    }

    fn lint_as(&self, environment: &[(&str, &str)]) -> Said {
        self.lint_in("", environment, &[])
    }

    fn lint_in(&self, below: &str, environment: &[(&str, &str)], arguments: &[&str]) -> Said {
        let mut command = mtasts(&self.root.join(below));
        command.args(["lint", "--format", "json", "--ignore", "mx-tls-unproven"]).args(arguments);
        command.envs(environment.iter().copied());
        let output = command.output().unwrap();
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        let rules = json["findings"].as_array().into_iter().flatten();
        Said {
            status: output.status.code().unwrap(),
            rules: rules.map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect(),
            base: json["summary"]["base"].as_str().unwrap_or_default().to_owned(),
            errors: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

#[derive(Debug)]
struct Said {
    status: i32,
    rules: Vec<String>,
    base: String,
    errors: String,
}

impl Said {
    #[track_caller]
    fn refuses(&self, rule: &str, why: &str) {
        assert!(self.status == 1 && self.rules == [rule] && self.base.contains(why), "{self:?}");
    }

    #[track_caller]
    fn passes(&self, why: &str) {
        assert!(self.status == 0 && self.rules.is_empty() && self.base.contains(why), "{self:?}");
    }

    #[track_caller]
    fn cannot_tell(&self, command: &str) {
        assert!(self.status == 2 && self.errors.contains(command), "{self:?}");
    }
}

pub(crate) fn git(directory: &Path, arguments: &[&str]) -> String {
    git_at(directory, "", arguments)
}

/// With this for the date of a commit; now, if it is empty.
fn git_at(directory: &Path, date: &str, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    command.current_dir(directory).env_clear().env("PATH", std::env::var_os("PATH").unwrap());
    for (name, value) in [
        ("HOME", directory.to_str().unwrap()),
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_AUTHOR_NAME", "A"),
        ("GIT_AUTHOR_EMAIL", "a@example.com"),
        ("GIT_COMMITTER_NAME", "A"),
        ("GIT_COMMITTER_EMAIL", "a@example.com"),
        ("GIT_AUTHOR_DATE", date),
        ("GIT_COMMITTER_DATE", date),
    ] {
        command.env(name, value);
    }
    if date.is_empty() {
        command.env_remove("GIT_AUTHOR_DATE").env_remove("GIT_COMMITTER_DATE");
    }
    let config = ["-c", "protocol.file.allow=always", "-c", "uploadpack.allowAnySHA1InWant=true"];
    let output = command.args(config).args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "git {arguments:?}: {said}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[test]
fn at_a_desk_it_is_head_or_where_the_branch_began() {
    let repo = Repo::new();
    repo.lint(&[]).passes("");
    repo.forget_id();
    repo.lint(&[]).refuses("id-not-bumped", "not committed");
    repo.lint(&["--staged"]).passes("the index");
    repo.git(&["add", "--all"]);
    repo.lint(&["--staged"]).refuses("id-not-bumped", "the index");
    repo.lint(&["--no-base"]).passes("");
    repo.bump_id();
    repo.lint(&[]).passes("not committed");
    repo.lint(&["--staged"]).refuses("id-not-bumped", "the index");
    repo.commit("two");
    repo.lint(&[]).passes("the commit before");

    let clone = repo.clone_at("main", None);
    clone.git(&["switch", "--quiet", "--create", "topic"]);
    clone.write(POLICY_PATH, POLICY);
    clone.commit("three");
    clone.commit("four, in which nothing changes");
    clone.lint(&[]).refuses("id-not-bumped", "where this branch left origin/main");
    clone.lint(&["--base", "HEAD~1"]).passes("as --base says");
    clone.lint(&["--base", "origin/main"]).refuses("id-not-bumped", "as --base says");
    clone.git(&["switch", "--quiet", "--detach", "topic"]);
    clone.lint(&[]).refuses("id-not-bumped", "where this branch left origin/main");
}

#[test]
fn a_base_that_is_head_hides_nothing() {
    let repo = Repo::new();
    repo.forget_id();
    repo.commit("two");
    let head = repo.git(&["rev-parse", "HEAD"]);
    let gitlab = [("GITLAB_CI", "true"), ("CI_MERGE_REQUEST_DIFF_BASE_SHA", &*head)];
    repo.lint_as(&gitlab).refuses("id-not-bumped", "is HEAD itself");
    let clone = repo.clone_at("main", None);
    clone.lint(&[]).refuses("id-not-bumped", "the commit before");
}

#[test]
fn a_first_commit_hides_no_change_made_since() {
    let repo = Repo::new();
    let ci = [("CI", "true")];
    repo.lint_as(&ci).passes("");
    repo.forget_id();
    repo.lint_as(&ci).refuses("id-not-bumped", "HEAD, the first commit");
}

#[test]
fn a_pull_request_is_compared_with_the_first_parent_of_its_merge() {
    let repo = Repo::new();
    repo.git(&["switch", "--quiet", "--create", "topic"]);
    repo.forget_id();
    repo.commit("on the branch");
    repo.git(&["switch", "--quiet", "main"]);
    repo.write("README", "two\n");
    repo.commit("on main");
    repo.git(&["switch", "--quiet", "--create", "merge"]);
    repo.git(&["merge", "--quiet", "--no-ff", "--message", "merge", "topic"]);
    let environment = [("GITHUB_ACTIONS", "true"), ("GITHUB_EVENT_NAME", "pull_request"), ("GITHUB_BASE_REF", "main")];
    let base = "the first parent of the merge commit";
    repo.clone_at("merge", Some("2")).lint_as(&environment).refuses("id-not-bumped", base);
    let shallow = repo.clone_at("merge", Some("1"));
    let said = shallow.lint_as(&environment);
    let main = repo.git(&["rev-parse", "main"]);
    let command = format!("git fetch --depth=1 origin {main}");
    said.cannot_tell(&command);
    repo.git(&["config", "uploadpack.allowAnySHA1InWant", "true"]);
    shallow.git(&["fetch", "--quiet", "--depth=1", "origin", &main]);
    shallow.lint_as(&environment).refuses("id-not-bumped", base);
    // The head of the request in the merge's stead: what it began from.
    let head = repo.clone_at("topic", None);
    head.lint_as(&environment).refuses("id-not-bumped", "where the pull request begins");
    for environment in [
        [("TF_BUILD", "True"), ("SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/main")],
        [("BUILDKITE", "true"), ("BUILDKITE_PULL_REQUEST_BASE_BRANCH", "main")],
        [("CI", "true"), ("BITBUCKET_PR_DESTINATION_COMMIT", &*main)],
    ] {
        head.lint_as(&environment).refuses("id-not-bumped", "");
    }
    head.git(&["update-ref", "-d", "refs/remotes/origin/main"]);
    head.lint_as(&environment).cannot_tell("git fetch origin main:refs/remotes/origin/main");
}

#[test]
fn a_push_is_compared_with_what_was_there() {
    let repo = Repo::new();
    let one = repo.git(&["rev-parse", "HEAD"]);
    repo.forget_id();
    repo.commit("two");
    repo.commit("three, in which nothing changes");
    let event = repo.directory.path().join("event.json");
    let push = |before: &str| {
        std::fs::write(&event, format!(r#"{{"before":"{before}","repository":{{"default_branch":"main"}}}}"#)).unwrap();
    };
    let path = event.to_str().unwrap();
    let environment = [("GITHUB_ACTIONS", "true"), ("GITHUB_EVENT_NAME", "push"), ("GITHUB_EVENT_PATH", path)];
    push(&one);
    repo.lint_as(&environment).refuses("id-not-bumped", "before the push");
    // A force push: the commit that was there is in no branch any more, and so in no clone.
    let lost = "0123456789012345678901234567890123456789";
    push(lost);
    repo.lint_as(&environment).cannot_tell(&format!("git fetch --depth=1 origin {lost}"));
    let zeros = "0".repeat(40);
    push(&zeros);
    let clone = repo.clone_at("main", None);
    clone.git(&["switch", "--quiet", "--create", "topic"]);
    clone.write(POLICY_PATH, POLICY);
    clone.commit("four");
    clone.lint_as(&environment).refuses("id-not-bumped", "where the new branch begins");
    let gitlab = [("GITLAB_CI", "true"), ("CI_COMMIT_BEFORE_SHA", &*one), ("CI_DEFAULT_BRANCH", "main")];
    repo.lint_as(&gitlab).refuses("id-not-bumped", "before the push");
}

#[test]
fn a_merge_queue_says_its_base() {
    let repo = Repo::new();
    let one = repo.git(&["rev-parse", "HEAD"]);
    repo.forget_id();
    repo.commit("two");
    repo.commit("three");
    let event = repo.directory.path().join("event.json");
    std::fs::write(&event, format!(r#"{{"merge_group":{{"base_sha":"{one}"}}}}"#)).unwrap();
    let path = event.to_str().unwrap();
    let environment = [("GITHUB_ACTIONS", "true"), ("GITHUB_EVENT_NAME", "merge_group"), ("GITHUB_EVENT_PATH", path)];
    repo.lint_as(&environment).refuses("id-not-bumped", "merge group");
}

#[test]
fn the_hook_of_pre_commit_says_where_to_begin() {
    let repo = Repo::new();
    let one = repo.git(&["rev-parse", "HEAD"]);
    repo.forget_id();
    repo.lint_as(&[("PRE_COMMIT", "1")]).refuses("id-not-bumped", "HEAD");
    repo.commit("two");
    repo.commit("three");
    repo.lint_as(&[("PRE_COMMIT", "1"), ("PRE_COMMIT_FROM_REF", &one), ("PRE_COMMIT_TO_REF", "HEAD")])
        .refuses("id-not-bumped", "pre-commit");
}

#[test]
fn the_index_of_the_hook_is_the_one_that_is_judged() {
    let repo = Repo::new();
    repo.forget_id();
    let index = repo.directory.path().join("other-index");
    std::fs::copy(repo.root.join(".git/index"), &index).unwrap();
    repo.git(&["add", "--all"]);
    repo.lint(&["--staged"]).refuses("id-not-bumped", "");
    repo.lint_in("", &[("GIT_INDEX_FILE", index.to_str().unwrap())], &["--staged"]).passes("the index");
}

#[test]
fn renamed_files_are_the_same_domain() {
    let repo = Repo::new();
    std::fs::rename(repo.root.join("dns"), repo.root.join("zones")).unwrap();
    std::fs::rename(repo.root.join("web"), repo.root.join("www")).unwrap();
    repo.lint(&[]).passes("not committed");
    std::fs::write(repo.root.join(POLICY_PATH.replace("web", "www")), POLICY.replace("604800", "700000")).unwrap();
    repo.lint(&[]).refuses("id-not-bumped", "not committed");
}

#[test]
fn a_policy_that_is_deleted_is_seen() {
    let repo = Repo::new();
    std::fs::remove_file(repo.root.join(POLICY_PATH)).unwrap();
    let said = repo.lint(&[]);
    assert!(said.status == 1 && said.rules.contains(&"policy-removed-early".to_owned()), "{said:?}");
    // Where nothing is left that speaks of the domain, too.
    std::fs::remove_file(repo.root.join(ZONE_PATH)).unwrap();
    repo.lint(&[]).refuses("policy-removed-early", "not committed");
}

#[test]
fn what_changes_nothing_that_is_published_passes() {
    let repo = Repo::new();
    repo.write("README", "two\n");
    repo.lint(&[]).passes("not committed");
    repo.commit("two");
    let path = repo.root.join(POLICY_PATH);
    let mut permissions = std::fs::metadata(&path).unwrap().permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o755);
    std::fs::set_permissions(&path, permissions).unwrap();
    repo.lint(&[]).passes("not committed");
}

#[test]
fn links_in_the_base_are_followed_inside_it() {
    let repo = Repo::new();
    let file = repo.root.join(POLICY_PATH);
    std::fs::rename(&file, repo.root.join("policy.source")).unwrap();
    std::os::unix::fs::symlink("../../../policy.source", &file).unwrap();
    repo.commit("a link");
    repo.write("policy.source", &POLICY.replace("604800", "700000"));
    repo.lint(&[]).refuses("id-not-bumped", "not committed");
}

#[test]
fn every_shape_of_repository_has_a_base() {
    let sha256 = Repo::with(&["--object-format=sha256"]);
    sha256.forget_id();
    sha256.lint(&[]).refuses("id-not-bumped", "not committed");

    let repo = Repo::new();
    let tree = repo.directory.path().join("tree");
    repo.git(&["worktree", "add", "--quiet", "-b", "other", tree.to_str().unwrap()]);
    std::fs::write(tree.join(POLICY_PATH), POLICY.replace("604800", "700000")).unwrap();
    Repo { root: tree, ..repo }.lint(&[]).refuses("id-not-bumped", "not committed");

    // A root of its own below the top of the repository.
    let nested = Repo::new();
    nested.write("mail/mtasts.toml", "");
    nested.write(&format!("mail/{ZONE_PATH}"), ZONE);
    nested.write(&format!("mail/{POLICY_PATH}"), POLICY);
    nested.commit("two");
    nested.write(&format!("mail/{POLICY_PATH}"), &POLICY.replace("604800", "700000"));
    nested.lint_in("mail", &[], &[]).refuses("id-not-bumped", "not committed");
    nested.write(&format!("mail/{POLICY_PATH}"), POLICY);
    nested.forget_id();
    nested.lint_in("mail", &[], &[]).passes("");

    let inner = Repo::new();
    let outer = Repo::new();
    outer.git(&["submodule", "--quiet", "add", inner.root.to_str().unwrap(), "inner"]);
    outer.commit("a submodule");
    let said = outer.lint(&["--base", "HEAD~1"]);
    assert!(said.status != 2, "{said:?}");
}

#[test]
fn a_partial_clone_says_what_brings_the_rest() {
    let repo = Repo::new();
    repo.forget_id();
    repo.commit("two");
    repo.git(&["config", "uploadpack.allowFilter", "true"]);
    let directory = tempfile::tempdir().unwrap();
    let url = format!("file://{}", repo.root.display());
    git(directory.path(), &["clone", "--quiet", "--filter=blob:none", &url, "repo"]);
    let clone = Repo { root: directory.path().join("repo"), directory };
    let old = repo.git(&["rev-parse", &format!("HEAD~1:{POLICY_PATH}")]);
    let command = format!("git cat-file -e {old}");
    clone.lint(&["--base", "HEAD~1"]).cannot_tell(&command);
    clone.git(&["cat-file", "-e", &old]);
    clone.lint(&["--base", "HEAD~1"]).refuses("id-not-bumped", "as --base says");
}

#[test]
fn without_commits_or_git_there_is_nothing_to_compare() {
    let directory = tempfile::tempdir().unwrap();
    git(directory.path(), &["init", "--quiet", "repo"]);
    let repo = Repo { root: directory.path().join("repo"), directory };
    repo.write(ZONE_PATH, ZONE);
    repo.write(POLICY_PATH, POLICY);
    repo.lint(&[]).passes("");
    repo.lint(&["--staged"]).passes("");
    repo.lint(&["--base", "main"]).cannot_tell("git fetch");
    std::fs::remove_dir_all(repo.root.join(".git")).unwrap();
    repo.lint(&[]).passes("");
    repo.lint(&["--base", "main"]).cannot_tell("no git repository");
}

#[test]
fn a_revision_is_no_option() {
    let repo = Repo::new();
    repo.lint(&["--base=--output=stolen"]).cannot_tell("names no commit");
    assert!(!repo.root.join("stolen").exists());
}

#[test]
fn nothing_is_run_that_the_repository_names() {
    let repo = Repo::new();
    let trap = repo.directory.path().join("trap");
    let script = format!("#!/bin/sh\ntouch {}\ncat\n", trap.display());
    let program = repo.directory.path().join("program");
    std::fs::write(&program, script).unwrap();
    std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let program = program.to_str().unwrap();
    repo.write(".gitattributes", "* diff=trap\n");
    for setting in ["core.fsmonitor", "diff.external", "diff.trap.textconv", "diff.trap.command", "core.pager"] {
        repo.git(&["config", setting, program]);
    }
    std::fs::remove_file(&trap).ok();
    repo.forget_id();
    repo.lint(&[]).refuses("id-not-bumped", "not committed");
    repo.lint(&["--staged"]).passes("");
    assert!(!trap.exists());
}

#[test]
fn the_findings_of_what_is_gone_show_what_it_was() {
    let repo = Repo::new();
    std::fs::remove_file(repo.root.join(POLICY_PATH)).unwrap();
    let output = mtasts(&repo.root).args(["lint", "--format", "concise"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains(&format!("{POLICY_PATH}:1:1: error[policy-removed-early]")), "{text}");
}
