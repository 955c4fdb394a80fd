//! What the log tells: ids that come back, and the time in testing.

use super::*;

/// A zone with this id.
fn zone(id: &str) -> String {
    ZONE.replace("id=1", &format!("id={id}"))
}

/// A policy with this `max_age`.
fn policy(max_age: &str) -> String {
    POLICY.replace("604800", max_age)
}

fn testing() -> String {
    POLICY.replace("enforce", "testing")
}

impl Said {
    #[track_caller]
    fn warns(&self, rule: &str) {
        assert!(self.status == 0 && self.rules == [rule], "{self:?}");
    }
}

#[test]
fn an_id_that_stood_for_another_policy_is_found() {
    // However it was written then.
    let quoted = zone("1").replace("\"v=STSv1; id=1\"", "( \"v=STSv1;\" \" id=1\" ) ; the first");
    let repo = Repo::of(&[(30, &quoted, POLICY), (20, &zone("2"), &policy("700000"))]);
    repo.write(ZONE_PATH, &zone("1"));
    repo.write(POLICY_PATH, &policy("800000"));
    repo.lint(&[]).warns("id-reused");
    repo.lint(&["--no-base"]).passes("");
    // The policy comes back with its id.
    repo.write(POLICY_PATH, POLICY);
    repo.lint(&[]).passes("not committed");
    repo.write(POLICY_PATH, &policy("800000"));
    repo.write(ZONE_PATH, &zone("3"));
    repo.lint(&[]).passes("not committed");
}

#[test]
fn history_follows_renamed_files() {
    let repo = Repo::of(&[(40, &zone("1"), POLICY), (30, &zone("2"), &policy("700000"))]);
    std::fs::rename(repo.root.join("dns"), repo.root.join("zones")).unwrap();
    std::fs::rename(repo.root.join("web"), repo.root.join("www")).unwrap();
    repo.commit_ago(20);
    repo.write("zones/example.com.zone", &zone("1"));
    repo.write(&POLICY_PATH.replace("web", "www"), &policy("800000"));
    repo.lint(&[]).warns("id-reused");
}

#[test]
fn the_time_in_testing_is_what_history_tells() {
    let go = |states: &[(i64, &str, &str)]| {
        let repo = Repo::of(states);
        repo.write(ZONE_PATH, &zone("9"));
        repo.write(POLICY_PATH, POLICY);
        repo
    };
    let none = "version: STSv1\nmode: none\nmax_age: 604800\n";
    let tested = testing();
    let changed = tested.replace("604800", "700000");
    let short = go(&[(40, &zone("1"), none), (3, &zone("2"), &tested)]);
    short.lint(&[]).warns("testing-too-short");
    short.write("mtasts.toml", "[thresholds]\nsoak = 200000\n");
    short.lint(&[]).passes("not committed");
    go(&[(3, &zone("1"), &tested)]).lint(&[]).warns("testing-too-short");
    go(&[(20, &zone("1"), &tested)]).lint(&[]).passes("not committed");
    // A change of something else does not begin anew; a break does.
    go(&[(20, &zone("1"), &tested), (3, &zone("2"), &changed)]).lint(&[]).passes("not committed");
    let broken = go(&[(30, &zone("1"), &tested), (10, &zone("2"), none), (3, &zone("3"), &tested)]);
    broken.lint(&[]).warns("testing-too-short");
    // Nor does a directory with another name.
    let moved = Repo::of(&[(20, &zone("1"), &tested)]);
    std::fs::rename(moved.root.join("web"), moved.root.join("www")).unwrap();
    moved.commit_ago(3);
    moved.write(ZONE_PATH, &zone("2"));
    moved.write(&POLICY_PATH.replace("web", "www"), POLICY);
    moved.lint(&[]).passes("not committed");
}

#[test]
fn a_shallow_clone_claims_no_short_time() {
    let origin = Repo::of(&[(30, &zone("1"), &testing()), (3, &zone("2"), &testing())]);
    origin.write("README", "something else\n");
    origin.commit_ago(2);
    for depth in ["1", "2"] {
        let clone = origin.clone_at("main", Some(depth));
        clone.write(ZONE_PATH, &zone("3"));
        clone.write(POLICY_PATH, POLICY);
        clone.lint(&[]).passes("not committed");
    }
    // One that goes back to where testing began knows.
    let none = "version: STSv1\nmode: none\nmax_age: 604800\n";
    let origin = Repo::of(&[(40, &zone("0"), none), (30, &zone("1"), none), (3, &zone("2"), &testing())]);
    let clone = origin.clone_at("main", Some("2"));
    clone.write(ZONE_PATH, &zone("3"));
    clone.write(POLICY_PATH, POLICY);
    clone.lint(&[]).warns("testing-too-short");
}

#[test]
fn history_is_bounded_and_runs_nothing() {
    let repo = Repo::of(&[(400, &zone("first"), POLICY)]);
    let mut stream = String::from("reset refs/heads/main\nfrom refs/heads/main^0\n\n");
    for n in 0..300 {
        let (zone, policy) = (zone(&format!("n{n}")), policy(&format!("{}", 700_000 + n)));
        let when = jiff::Timestamp::now().as_second() - (300 - n) * 86_400;
        write!(stream, "commit refs/heads/main\ncommitter A <a@example.com> {when} +0000\ndata 1\nx\n").unwrap();
        for (path, text) in [(ZONE_PATH, &zone), (POLICY_PATH, &policy)] {
            write!(stream, "M 100644 inline {path}\ndata {}\n{text}\n", text.len()).unwrap();
        }
    }
    let file = repo.directory.path().join("stream");
    std::fs::write(&file, stream).unwrap();
    let input = std::fs::File::open(file).unwrap();
    let status = Command::new("git").arg("-C").arg(&repo.root).args(["fast-import", "--quiet"]).stdin(input).status();
    assert!(status.unwrap().success());
    repo.git(&["reset", "--quiet", "--hard"]);
    let trap = repo.directory.path().join("trap");
    let program = repo.directory.path().join("program");
    std::fs::write(&program, format!("#!/bin/sh\ntouch {}\n", trap.display())).unwrap();
    std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    repo.git(&["config", "gpg.program", program.to_str().unwrap()]);
    repo.git(&["config", "log.showSignature", "true"]);
    repo.git(&["config", "log.follow", "true"]);
    repo.write(POLICY_PATH, &policy("800000"));
    // Within the last 200, and beyond.
    repo.write(ZONE_PATH, &zone("n150"));
    repo.lint(&[]).warns("id-reused");
    repo.write(ZONE_PATH, &zone("n20"));
    repo.lint(&[]).passes("not committed");
    assert!(!trap.exists());
}
