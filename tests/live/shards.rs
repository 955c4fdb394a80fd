//! The manifests in `examples/kubernetes/`: what their containers run is run here, and their shape is looked at.

use std::path::Path;

use mtasts::formats::tree::Node;
use mtasts::formats::yaml;
use mtasts::text::FileId;

use super::{Laboratory, command, findings};
use crate::support;

/// The only document of a manifest.
fn manifest(name: &str) -> Node {
    let path = support::root().join("examples/kubernetes").join(name);
    yaml::document(FileId(0), &std::fs::read(path).unwrap()).unwrap()
}

fn at<'n>(node: &'n Node, path: &str) -> &'n Node {
    path.split('/').fold(node, |node, key| match key.parse::<usize>() {
        Ok(index) => &node.items()[index],
        Err(_) => node.get(key).unwrap_or_else(|| panic!("{path}: no {key}")),
    })
}

fn texts(node: &Node) -> Vec<&str> {
    node.items().iter().map(|item| item.as_str().unwrap()).collect()
}

/// The container of a Job.
fn container(job: &Node) -> &Node {
    at(job, "spec/template/spec/containers/0")
}

/// The arguments of the parts, as they are written.
fn arguments(job: &Node) -> Vec<&str> {
    texts(at(container(job), "args"))
}

/// With the directories of the laboratory in the stead of those that are mounted.
fn mounted(text: &str, laboratory: &Laboratory) -> String {
    ["config", "results", "merged"].iter().fold(text.to_owned(), |text, name| {
        text.replace(&format!("/{name}/"), &format!("{}/", laboratory.path(name).display()))
    })
}

/// Runs every part as the Job does, and the merge, and compares them with the run over `list` at once that found `whole`.
pub(super) fn the_jobs_for_kubernetes_do_what_one_run_does(laboratory: &Laboratory, list: &[&str], whole: &[String]) {
    for name in ["config", "results", "merged"] {
        std::fs::create_dir(laboratory.path(name)).unwrap();
    }
    std::fs::write(laboratory.path("config/domains.txt"), list.join("\n")).unwrap();
    let job = manifest("job.yaml");
    let mut parts = Vec::new();
    for index in 0..at(&job, "spec/completions").number().unwrap() {
        let index = index.to_string();
        let expand = |text: &&str| mounted(&text.replace("$(JOB_COMPLETION_INDEX)", &index), laboratory);
        let arguments: Vec<String> = arguments(&job).iter().map(expand).collect();
        let [subcommand, rest @ ..] = &arguments[..] else { panic!("no arguments") };
        let rest: Vec<&str> = rest.iter().map(String::as_str).collect();
        let output = command(laboratory, subcommand, &rest).env("JOB_COMPLETION_INDEX", &index).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        // Never 1, which the Job would take for a failure.
        let expected = if errors.contains("not checked") { 2 } else { 0 };
        assert_eq!(output.status.code(), Some(expected), "{errors}");
        parts.extend(findings(&output));
    }
    parts.sort();
    assert_eq!(parts, whole);
    merge(laboratory, list, whole);
}

fn merge(laboratory: &Laboratory, list: &[&str], whole: &[String]) {
    use std::io::Write;
    let first = laboratory.path("results/0.jsonl");
    // As if the pod had been killed while it wrote.
    std::fs::OpenOptions::new().append(true).open(&first).unwrap().write_all(b"{\"domain\":\"torn").unwrap();
    let merge = manifest("merge.yaml");
    let container = container(&merge);
    let [shell, options] = texts(at(container, "command"))[..] else { panic!("{container:?}") };
    let script = mounted(texts(at(container, "args"))[0], laboratory);
    let binary = Path::new(env!("CARGO_BIN_EXE_mtasts")).parent().unwrap().display();
    let path = format!("{binary}:{}", std::env::var("PATH").unwrap());
    // No resolver, no `--lab`: whoever would ask again would get other answers.
    let mut command = std::process::Command::new(shell);
    let output = command.args([options, &script]).env_clear().env("PATH", path).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(findings(&output), whole, "{errors}");
    assert_eq!(output.status.code(), Some(2), "{errors}");
    assert!(errors.contains(&format!("{} domains checked as deployed", list.len())), "{errors}");
    let all = std::fs::read_to_string(laboratory.path("merged/all.jsonl")).unwrap();
    assert_eq!(all.lines().count(), list.len() + 1, "the torn line");
    let readme = std::fs::read_to_string(support::root().join("examples/kubernetes/README.md")).unwrap();
    assert!(readme.contains(script_of_people(texts(at(container, "args"))[0]).trim()), "{script}");

    what_had_no_answer_is_asked_again(laboratory, list, whole);
}

/// As README.md says how.
fn what_had_no_answer_is_asked_again(laboratory: &Laboratory, list: &[&str], whole: &[String]) {
    let readme = std::fs::read_to_string(support::root().join("examples/kubernetes/README.md")).unwrap();
    let grep = readme.lines().find(|line| line.starts_with("grep ")).unwrap();
    let directory = laboratory.path("merged");
    let status = std::process::Command::new("sh").args(["-euc", grep]).current_dir(&directory).status().unwrap();
    assert!(status.success());
    let lines = || std::fs::read_to_string(directory.join("answered.jsonl")).unwrap().lines().count();
    let answered = lines();
    let is_asked = |line: &&str| !line.contains("\"unanswered\":[]");
    let all = std::fs::read_to_string(directory.join("all.jsonl")).unwrap();
    let again = all.lines().filter(is_asked).filter(|line| line.contains("\"unanswered\"")).count();
    assert!(again > 0 && answered + again == list.len() + 1, "{answered} {again}");
    let arguments = ["--domains", "config/domains.txt", "--resume", "merged/answered.jsonl", "--format", "jsonl"];
    let output = command(laboratory, "lint", &arguments).output().unwrap();
    assert_eq!(findings(&output), whole);
    assert_eq!(lines(), list.len() + 1);
}

/// The merge as README.md has it, for those who run it themselves.
fn script_of_people(script: &str) -> String {
    script
        .replace("/merged/", "")
        .replace("/config/", "")
        .replace("exec ", "")
        .replace("--domains=", "--domains ")
        .replace("--resume=", "--resume ")
        .replace("--format=", "--format ")
}

#[test]
fn the_manifests_belong_together() {
    let [job, merge, results, network] =
        ["job.yaml", "merge.yaml", "results.yaml", "network-policy.yaml"].map(manifest);
    let is = |node: &Node, path: &str, text: &str| assert!(at(node, path).is(text), "{path} is not {text}");
    is(&job, "spec/completionMode", "Indexed");
    let completions = at(&job, "spec/completions").number().unwrap();
    assert!(arguments(&job).contains(&&*format!("--shard=/{completions}")));
    assert!(arguments(&job).contains(&"--exit-zero"));
    // Exit status 2 is not tried again, and an index of its own has retries of its own.
    assert!(at(&job, "spec/backoffLimitPerIndex").number().is_some());
    is(&job, "spec/podFailurePolicy/rules/1/action", "FailIndex");
    assert_eq!(texts(at(&job, "spec/podFailurePolicy/rules/1/onExitCodes/values")), ["2"]);
    is(&job, "spec/podFailurePolicy/rules/1/onExitCodes/containerName", at(container(&job), "name").as_str().unwrap());
    let label = "app.kubernetes.io/name";
    for labels in [at(&network, "spec/podSelector/matchLabels"), at(&job, "spec/template/metadata/labels")] {
        assert!(labels.get(label).is_some_and(|name| name.is("mtasts")));
    }
    for job in [&job, &merge] {
        is(job, "apiVersion", "batch/v1");
        is(job, "kind", "Job");
        let pod = at(job, "spec/template/spec");
        is(pod, "restartPolicy", "Never");
        is(pod, "securityContext/runAsNonRoot", "true");
        is(pod, "volumes/0/configMap/name", "mtasts-domains");
        is(pod, "volumes/1/persistentVolumeClaim/claimName", at(&results, "metadata/name").as_str().unwrap());
        let security = at(container(job), "securityContext");
        is(security, "readOnlyRootFilesystem", "true");
        is(security, "allowPrivilegeEscalation", "false");
        assert_eq!(texts(at(security, "capabilities/drop")), ["ALL"]);
        assert!(at(container(job), "resources/limits/memory").as_str().is_some());
    }
    assert!(at(container(&job), "image").is(at(container(&merge), "image").as_str().unwrap()));
    let version = at(container(&job), "image").as_str().unwrap().rsplit_once(':').unwrap().1;
    assert_eq!(version, env!("CARGO_PKG_VERSION"));
}
