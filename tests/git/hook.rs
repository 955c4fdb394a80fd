//! The hook of a commit, as the pre-commit framework runs it: the files that the index lists are what is judged.

use super::{POLICY_PATH, Repo, Said, ZONE, ZONE_PATH};

/// What git and the framework say in the environment of such a hook.
const HOOK: [(&str, &str); 2] = [("PRE_COMMIT", "1"), ("GIT_INDEX_FILE", ".git/index")];

fn hook(repo: &Repo) -> Said {
    repo.lint_as(&HOOK)
}

#[test]
fn what_is_staged_is_judged() {
    let repo = Repo::new();
    repo.write("README", "two\n");
    repo.git(&["add", "--all"]);
    hook(&repo).passes("HEAD");
    repo.forget_id();
    repo.git(&["add", "--all"]);
    hook(&repo).refuses("id-not-bumped", "HEAD");
    repo.bump_id();
    repo.git(&["add", "--all"]);
    hook(&repo).passes("HEAD");
    repo.git(&["rm", "--quiet", "--force", POLICY_PATH]);
    assert_eq!(hook(&repo).rules, ["policy-missing", "policy-removed-early"]);
}

#[test]
fn what_git_does_not_know_is_not_in_the_commit() {
    let repo = Repo::new();
    // Neither refused for a file that stays here, nor let pass for one.
    repo.write("dns/scratch.example.zone", &ZONE.replace("id=1", "id=1-2").replace("example.com", "scratch.example"));
    hook(&repo).passes("HEAD");
    repo.git(&["rm", "--quiet", "--cached", POLICY_PATH]);
    assert_eq!(hook(&repo).rules, ["policy-missing", "policy-removed-early"]);
}

#[test]
fn a_first_commit_has_no_base() {
    let repo = Repo::with(&[]);
    repo.git(&["update-ref", "-d", "HEAD"]);
    hook(&repo).passes("");
}

#[test]
fn below_the_top_only_what_is_there_is_judged() {
    let repo = Repo::new();
    repo.write("sub/mtasts.toml", "");
    repo.write("sub/example.org.zone", &ZONE.replace("example.com", "example.org").replace("_mta-sts", "other"));
    repo.git(&["add", "--all"]);
    repo.lint_in("sub", &HOOK, &[]).passes("HEAD");
    repo.forget_id();
    repo.git(&["add", "--all"]);
    repo.lint_in("sub", &HOOK, &[]).passes("HEAD");
    hook(&repo).refuses("id-not-bumped", "HEAD");
}

#[cfg(unix)]
#[test]
fn links_lead_to_files_of_the_work_tree_alone() {
    let repo = Repo::new();
    let outside = repo.directory.path().join("outside");
    std::fs::create_dir(&outside).unwrap();
    std::fs::write(outside.join("b.example.zone"), "$ORIGIN b.example.\n@ SOA broken\n").unwrap();
    let link = |to: &std::path::Path, name: &str| std::os::unix::fs::symlink(to, repo.root.join(name)).unwrap();
    link(&outside.join("b.example.zone"), "dns/b.example.zone");
    link(std::path::Path::new("example.com.zone"), "dns/copy.zone");
    repo.git(&["add", "--all"]);
    hook(&repo).passes("HEAD");
    // A directory that the index lists, and that was made a link since: nothing behind it is read.
    repo.write("zones/b.example.zone", &ZONE.replace("example.com", "b.example"));
    repo.git(&["add", "--all"]);
    std::fs::remove_dir_all(repo.root.join("zones")).unwrap();
    link(&outside, "zones");
    let said = hook(&repo);
    assert!(!said.rules.iter().any(|rule| rule == "zone-syntax"), "{said:?}");
    // So with a file.
    std::fs::remove_file(repo.root.join("zones")).unwrap();
    std::fs::create_dir(repo.root.join("zones")).unwrap();
    link(&outside.join("b.example.zone"), "zones/b.example.zone");
    hook(&repo).cannot_tell("zones/b.example.zone: not checked");
}

#[test]
fn with_submodules_and_in_a_sparse_work_tree_it_is_the_same() {
    let repo = Repo::new();
    let other = Repo::new();
    repo.git(&["submodule", "--quiet", "add", &format!("file://{}", other.root.display()), "sub"]);
    repo.commit("a submodule");
    repo.git(&["rm", "--quiet", "--cached", "sub"]);
    std::fs::remove_dir_all(repo.root.join("sub")).unwrap();
    repo.commit("none");
    repo.git(&["sparse-checkout", "set", "--no-cone", "/*", "!/README"]);
    assert!(!repo.root.join("README").exists());
    hook(&repo).passes("HEAD");
    std::fs::write(repo.root.join(ZONE_PATH), ZONE.replace("id=1", "id=2")).unwrap();
    repo.git(&["add", "--all"]);
    assert_eq!(hook(&repo).rules, ["id-bumped-idle"]);
}
