//! A provider that is stopped, or killed, in the middle of a wait.

use std::process::{Child, Command, Output};
use std::time::{Duration, Instant};

use super::laboratory::Laboratory;
use super::workspace::Workspace;

/// Far more than it takes.
const PATIENCE: Duration = Duration::from_secs(120);

/// A policy, and what waits for it to be served.
fn waiting(laboratory: &Laboratory, mx: &str, timeout: &str) -> String {
    laboratory.provider()
        + &format!(
            "resource \"mtasts_policy\" \"main\" {{\n  domain  = \"lab.test\"\n  mode    = \"testing\"\n  mx      = [\"{mx}\"]\n  max_age = 604800\n}}\n\
             resource \"mtasts_served_policy\" \"main\" {{\n  domain  = \"lab.test\"\n  text    = mtasts_policy.main.text\n  timeout = {timeout:?}\n}}\n"
        )
}

fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(began.elapsed() < PATIENCE, "{what} does not happen");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// An apply that has looked at the policy host once at least, and found nothing.
fn in_the_middle(laboratory: &Laboratory, workspace: &Workspace) -> Child {
    let before = laboratory.looks();
    let mut child = workspace.start(&["apply", "-no-color", "-input=false", "-auto-approve"]);
    until("the wait", || {
        assert!(child.try_wait().unwrap().is_none(), "it does not wait");
        (laboratory.looks() > before).then_some(())
    });
    child
}

fn signal(name: &str, process: u32) {
    assert!(Command::new("kill").args([name, &process.to_string()]).status().unwrap().success());
}

/// What is said until the end, which does not take long any more.
fn ended(mut child: Child) -> (Option<i32>, String) {
    until("the end", || child.try_wait().unwrap());
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    let said = String::from_utf8([stdout, stderr].concat()).unwrap();
    (status.code(), said.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The state holds what was made, and not what was waited for; and all goes on from there.
fn it_goes_on(laboratory: &Laboratory, workspace: &Workspace) {
    let text = workspace.state("mtasts_policy.main")["text"].as_str().unwrap().to_owned();
    assert!(workspace.state("mtasts_served_policy.main").is_null());
    *laboratory.policy.lock().unwrap() = Some(text);
    workspace.apply().succeeds();
    assert_eq!(workspace.plan().code, Some(0));
}

#[test]
fn an_interrupted_wait_ends_at_once_and_goes_on_later() {
    let laboratory = Laboratory::start();
    let Some(workspace) = Workspace::new(&waiting(&laboratory, "mx.lab.test", "10m")) else { return };
    let child = in_the_middle(&laboratory, &workspace);
    signal("-INT", child.id());
    let (code, said) = ended(child);
    assert_eq!(code, Some(1), "{said}");
    for words in
        ["Interrupt received.", "Error: Waiting was cancelled", "answers with the status 404", "nothing is lost"]
    {
        assert!(said.contains(words), "no {words:?} in {said}");
    }
    it_goes_on(&laboratory, &workspace);
}

#[test]
fn what_was_served_before_is_what_the_state_holds_when_a_wait_fails() {
    let laboratory = Laboratory::start();
    let Some(workspace) = Workspace::new(&waiting(&laboratory, "mx.lab.test", "1s")) else { return };
    let text = "version: STSv1\r\nmode: testing\r\nmx: mx.lab.test\r\nmax_age: 604800\r\n";
    *laboratory.policy.lock().unwrap() = Some(text.to_owned());
    workspace.apply().succeeds();
    let before = workspace.state("mtasts_served_policy.main");
    workspace.configure(&waiting(&laboratory, "mx2.lab.test", "1s"));
    workspace.apply().fails_with(&["The policy is not served", "serves another text"]);
    let (after, policy) = (workspace.state("mtasts_served_policy.main"), workspace.state("mtasts_policy.main"));
    assert_eq!((&after["text"], &after["id"]), (&before["text"], &before["id"]));
    assert_ne!(policy["id"], after["id"]);
    // A record made of it announces what is served.
    assert_eq!(after["record"], before["record"]);
}

/// The provider that a Terraform has started.
#[cfg(target_os = "linux")]
fn provider_of(terraform: u32) -> Option<u32> {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let numbers = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    numbers.into_iter().find(|number| {
        let status = std::fs::read_to_string(format!("/proc/{number}/status")).unwrap_or_default();
        // The kernel keeps fifteen signs of a name.
        let is_provider = status.starts_with("Name:\tterraform-provi\n");
        is_provider && status.contains(&format!("\nPPid:\t{terraform}\n"))
    })
}

#[cfg(target_os = "linux")]
#[test]
fn a_provider_that_is_killed_loses_nothing_that_was_made() {
    let laboratory = Laboratory::start();
    let Some(workspace) = Workspace::new(&waiting(&laboratory, "mx.lab.test", "10m")) else { return };
    let child = in_the_middle(&laboratory, &workspace);
    signal("-KILL", until("the provider", || provider_of(child.id())));
    let (code, said) = ended(child);
    assert_eq!(code, Some(1), "{said}");
    // It is the one or the other, by what Terraform hears of first: the connection, or the process.
    assert!(said.contains("Error: Plugin did not respond") || said.contains("Error: Request cancelled"), "{said}");
    assert!(said.contains("ApplyResourceChange"), "{said}");
    it_goes_on(&laboratory, &workspace);
}
