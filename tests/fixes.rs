//! What fixes make of files: nothing but what they are for, and nothing twice.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

use mtasts::fix::{self, Settled};
use mtasts::inputs::{MemoryTree, Tree, WorkTree};
use mtasts::lint::Outcome;

use crate::rule_book;
use crate::support::{self, Files, mtasts};

/// The files after the fixes.
fn after(files: &Files, settled: &Settled) -> Files {
    let mut files: BTreeMap<String, Vec<u8>> = files.iter().cloned().collect();
    for changed in &settled.changed {
        let was = files.insert(changed.path.to_string(), changed.after.to_vec());
        assert_eq!(was.as_deref(), Some(&changed.before[..]), "{}: what was read", changed.path);
    }
    files.into_iter().collect()
}

/// How often each rule reports an error.
fn errors(outcome: &Outcome) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for finding in outcome.findings.iter().filter(|finding| finding.severity == mtasts::finding::Severity::Error) {
        *counts.entry(finding.rule).or_default() += 1;
    }
    counts
}

/// What must hold of the fixes of any tree.
fn check(place: &str, base: &Files, files: &Files, rules: &[&str]) -> usize {
    let first = support::lint_change(base.clone(), files.clone());
    let settled = support::settle(base, files, rules);
    let fixed = after(files, &settled);
    // A fix that is offered mends what it is offered for.
    let tree = MemoryTree::new(fixed.iter().cloned());
    assert_eq!(fix::fixable(&settled.outcome, &tree), fix::Fixable::default(), "{place}: fixes that do not help");
    let again = support::settle(base, &fixed, rules);
    // Without a state before, what the first run changed was given a new id then, and is not given one again.
    assert!(again.changed.is_empty(), "{place}: mended twice");
    // Nothing new is wrong; what comes to light by a fix was wrong before.
    let (was, is) = (errors(&first), errors(&support::lint_change(base.clone(), fixed.clone())));
    let worse: Vec<_> = is.iter().filter(|(rule, count)| was.get(*rule).is_none_or(|was| was < count)).collect();
    assert!(worse.is_empty() || rules.len() == 1, "{place}: {worse:?}");
    settled.mended
}

/// The diff is minimal: with any part of it undone there is something to mend.
fn check_parts(place: &str, base: &Files, fixed: &Files, settled: &Settled, rules: &[&str]) {
    let lines = |text: &[u8]| text.split_inclusive(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect::<Vec<_>>();
    for changed in &settled.changed {
        let (old, new) = (lines(&changed.before), lines(&changed.after));
        for op in similar::capture_diff_slices(similar::Algorithm::Myers, &old, &new) {
            if op.tag() == similar::DiffTag::Equal {
                continue;
            }
            let mut undone = new.clone();
            undone.splice(op.new_range(), old[op.old_range()].iter().cloned());
            let mut files = fixed.clone();
            let file = files.iter_mut().find(|(path, _)| **path == *changed.path).unwrap();
            file.1 = undone.concat();
            let again = support::settle(base, &files, rules);
            assert!(!again.changed.is_empty(), "{place}: not needed: {op:?} of\n{}", fix::unified(changed));
        }
    }
}

#[test]
fn every_bad_example_of_the_rule_book_is_mended_by_its_fixes() {
    let mut mended = 0;
    for (rule, example) in rule_book::bad_examples() {
        let place = format!("{rule}, {:?}", example.heading);
        let count = check(&place, &example.before(), &example.now(), &[&rule]);
        if count > 0 {
            let settled = support::settle(&example.before(), &example.now(), &[&rule]);
            assert!(settled.outcome.findings.iter().all(|finding| finding.fix.is_none()), "{place}");
            check_parts(&place, &example.before(), &after(&example.now(), &settled), &settled, &[&rule]);
        }
        mended += count;
        check(&place, &example.before(), &example.now(), &[]);
    }
    assert!(mended >= 20, "only {mended} findings of the rule book have fixes");
}

#[test]
fn every_fixture_is_mended_once() {
    for entry in std::fs::read_dir(support::root().join("fixtures")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            check(&path.display().to_string(), &Files::new(), &read(&path), &[]);
        }
    }
}

fn read(root: &Path) -> Files {
    let tree = WorkTree::walk(root).unwrap();
    let read =
        |(at, path): (usize, &std::sync::Arc<str>)| (path.to_string(), tree.read(at, u64::MAX).unwrap().to_vec());
    tree.paths().iter().enumerate().map(read).collect()
}

const HEAD: &str = "resource \"cloudflare_dns_record\" \"mx\" {\n  zone_id = \"1\"\n  type = \"MX\"\n  name = \"example.com\"\n  \
    content = \"aspmx.l.google.com\"\n  priority = 1\n}\n";

/// What all fixes make of a Terraform file below [`HEAD`].
fn terraform(text: &str) -> String {
    let files: Files = vec![("main.tf".to_owned(), format!("{HEAD}{text}").into_bytes())];
    let settled = support::settle(&Files::new(), &files, &[]);
    let text = String::from_utf8(after(&files, &settled).remove(0).1).unwrap();
    text.strip_prefix(HEAD).unwrap().to_owned()
}

/// A policy object around this content, and a record with this id.
fn hosted(content: &str, id: &str) -> String {
    format!(
        "resource \"aws_s3_object\" \"policy\" {{\n  bucket = \"mta-sts.example.com\"\n  key = \".well-known/mta-sts.txt\"\n  \
         content_type = \"text/plain\"\n  content = {content}\n}}\nresource \"cloudflare_dns_record\" \"sts\" {{\n  zone_id = \"1\"\n  \
         type = \"TXT\"\n  name = \"_mta-sts.example.com\"\n  content = {id}\n}}\n"
    )
}

#[test]
fn terraform_is_edited_where_it_is_written() {
    let id = "\"v=STSv1; id=20261124\"";
    let bumped = "\"v=STSv1; id=20261125\"";
    let table = [
        // A heredoc, with its indentation.
        (
            "<<-EOT\n    version: STSv1\n    mode: enforce\n    mx: *.example.net\n    max_age: 86400\n  EOT",
            "<<-EOT\n    version: STSv1\n    mode: enforce\n    mx: *.example.net\n    mx: aspmx.l.google.com\n    max_age: 604800\n  EOT",
            bumped,
        ),
        // A heredoc that was meant to have none.
        (
            "<<EOT\n    version: STSv1\n    mode: enforce\n    mx: aspmx.l.google.com\n    max_age: 604800\n  EOT",
            "<<-EOT\n    version: STSv1\n    mode: enforce\n    mx: aspmx.l.google.com\n    max_age: 604800\n  EOT",
            bumped,
        ),
        // Lines of a template that are blank for what stands on them, and one that is blank in a heredoc.
        (
            "<<-EOT\n    version: STSv1\n    mode: enforce\n    %{ if true }\n    mx: aspmx.l.google.com\n    %{ endif }\n    max_age: 604800\n  EOT",
            "<<-EOT\n    version: STSv1\n    mode: enforce\n    %{ if true }\n    mx: aspmx.l.google.com\n    %{ endif }\n    max_age: 604800\n  EOT",
            id,
        ),
        (
            "<<-EOT\n    version: STSv1\n    mode: enforce\n\n\n    mx: aspmx.l.google.com\n    max_age: 604800\n  EOT",
            "<<-EOT\n    version: STSv1\n    mode: enforce\n    mx: aspmx.l.google.com\n    max_age: 604800\n  EOT",
            bumped,
        ),
        // A string on one line.
        (
            r#""version: STSv1\nmode: enforce\nmx:*.example.net\nmax_age: 604800\n""#,
            r#""version: STSv1\nmode: enforce\nmx:*.example.net\nmx:aspmx.l.google.com\nmax_age: 604800\n""#,
            bumped,
        ),
        // A list of lines.
        (
            "join(\"\\n\", [\n    \"version: STSv1\",\n    \"mode: enforce\",\n    \"mx: *.example.net\",\n    \"max_age: 604800\",\n  ])",
            "join(\"\\n\", [\n    \"version: STSv1\",\n    \"mode: enforce\",\n    \"mx: *.example.net\",\n    \"mx: aspmx.l.google.com\",\n    \
             \"max_age: 604800\",\n  ])",
            bumped,
        ),
        // The first line is an mx.
        (
            r#""mx: *.example.net\r\nversion: STSv1\r\nmode: enforce\r\nmax_age: 604800\r\n""#,
            r#""mx: *.example.net\r\nmx: aspmx.l.google.com\r\nversion: STSv1\r\nmode: enforce\r\nmax_age: 604800\r\n""#,
            bumped,
        ),
        // A list of hosts: the line stands nowhere.
        (
            r#""version: STSv1\nmode: enforce\n%{ for mx in ["*.example.net"] ~}mx: ${mx}\n%{ endfor ~}max_age: 604800\n""#,
            r#""version: STSv1\nmode: enforce\n%{ for mx in ["*.example.net"] ~}mx: ${mx}\n%{ endfor ~}max_age: 604800\n""#,
            id,
        ),
    ];
    for (content, fixed, next) in table {
        assert_eq!(terraform(&hosted(content, id)), hosted(fixed, next), "{content}");
    }
}

#[test]
fn what_comes_from_elsewhere_is_edited_there_or_not_at_all() {
    let policy = "\"version: STSv1\\nmode: enforce\\nmx: *.l.google.com\\nmax_age: 86400\\n\"";
    let raised = policy.replace("86400", "604800");
    let declared = |value: &str| format!("variable \"id\" {{\n  default = \"{value}\"\n}}\n");
    let through = "\"v=STSv1; id=${var.id}\"";
    let text = |policy: &str, id: &str| format!("{}{}", declared(id), hosted(policy, through));
    assert_eq!(terraform(&text(policy, "7")), text(&raised, "8"));
    // A number that a policy takes from elsewhere.
    let text = |max_age: &str, id: u8| {
        let policy = "\"version: STSv1\\nmode: enforce\\nmx: *.l.google.com\\nmax_age: ${var.max_age}\\n\"";
        let variable = format!("variable \"max_age\" {{\n  default = {max_age} # a day\n}}\n");
        variable + &hosted(policy, &format!("\"v=STSv1; id={id}\""))
    };
    assert_eq!(terraform(&text("86400", 1)), text("604800", 2));
    // A hash follows by itself.
    let made = "\"v=STSv1; id=${substr(sha256(local.policy), 0, 10)}\"";
    let text = |policy: &str| format!("locals {{\n  policy = {policy}\n}}\n{}", hosted("local.policy", made));
    assert_eq!(terraform(&text(policy)), text(&raised));
    // A name that the MX record needs as it is.
    let shared = "locals {\n  host = \"aspmx.l.google.com.\"\n}\n".to_owned()
        + &hosted("\"version: STSv1\\nmode: enforce\\nmx: ${local.host}\\nmax_age: 604800\\n\"", "\"v=STSv1; id=1\"");
    assert_eq!(terraform(&shared), shared);
}

#[test]
fn what_a_program_printed_is_not_edited() {
    let root = support::root().join("fixtures/dnscontrol");
    let mut files = read(&root);
    for (_, text) in files.iter_mut().filter(|(path, _)| path.ends_with("mta-sts.txt")) {
        *text = String::from_utf8(text.clone()).unwrap().replace("max_age: ", "max_age: 1\nx: ").into_bytes();
    }
    let settled = support::settle(&Files::new(), &files, &[]);
    let paths: Vec<&str> = settled.changed.iter().map(|changed| &*changed.path).collect();
    assert!(!paths.is_empty() && paths.iter().all(|path| path.ends_with("mta-sts.txt")), "{paths:?}");
}

#[test]
fn a_record_is_mended_in_other_syntaxes() {
    // Azure takes quotes for text.
    let record = |text: &str| {
        format!(
            "resource \"azurerm_dns_txt_record\" \"sts\" {{\n  name = \"_mta-sts\"\n  zone_name = \"example.com\"\n  \
             resource_group_name = \"x\"\n  ttl = 300\n  record {{\n    value = \"{text}\" # \u{e9}\n  }}\n}}\n"
        )
    };
    assert_eq!(terraform(&record(r#"\"v=STSv1; id=1\""#)), record("v=STSv1; id=1"));
    assert_eq!(terraform(&record(r"v=STSv1\\; id=1\\;")), record("v=STSv1; id=1;"));
    assert_eq!(terraform(&record("V=stsv1; id = 1 ")), record("v=STSv1; id=1"));
    // What is not known stays.
    assert_eq!(terraform(&record("v=stsv1; id=${var.x}")), record("v=stsv1; id=${var.x}"));
}

const ZONE: &str = "$ORIGIN example.com.\n$TTL 3600\n@ SOA ns1.example.net. h.example.net. 1 7200 900 1209600 300\n\
    @ NS ns1.example.net.\n@ MX 10 smtp.google.com ; primary\n@ MX 20 aspmx.l.google.com.\nmta-sts A 192.0.2.10\n\
    _mta-sts   IN  TXT v=STSv1; id=1; ; keep me\n";
const POLICY: &str = "version: STSv1\r\nmode: enforce\r\nmx: smtp.google.com\r\nmax_age: 86400\r\n";

fn bad() -> tempfile::TempDir {
    support::repository(&[("example.com.zone", ZONE), ("mta-sts.example.com.txt", POLICY)])
}

fn lint(root: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = mtasts(root).arg("lint").args(arguments).output().unwrap();
    (status.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

fn texts(root: &Path) -> (String, String) {
    let read = |name: &str| std::fs::read_to_string(root.join(name)).unwrap();
    (read("example.com.zone"), read("mta-sts.example.com.txt"))
}

fn safely_fixed() -> String {
    ZONE.replace("v=STSv1; id=1;", "\"v=STSv1; id=1;\"").replace("smtp.google.com ;", "smtp.google.com. ;")
}

#[test]
fn fix_makes_the_safe_ones_and_reports_what_is_left() {
    let root = bad();
    let (status, out, said) = lint(root.path(), &["--fix", "--format", "concise"]);
    assert_eq!(texts(root.path()), (safely_fixed(), POLICY.to_owned()));
    assert_eq!(status, Some(1), "{out}");
    assert!(said.contains("mended 2 findings in 1 file") && said.contains("--unsafe-fixes"), "{said}");
    assert!(out.contains("mx-not-covered") && !out.contains("record-truncated"), "{out}");
    let (_, _, said) = lint(root.path(), &["--fix", "--format", "concise"]);
    assert!(!said.contains("mended"), "{said}");
}

#[test]
fn unsafe_fixes_are_made_when_asked_for() {
    let root = bad();
    assert!(lint(root.path(), &["--unsafe-fixes"]).1.contains("record-truncated"), "they are only allowed by that");
    assert_eq!(texts(root.path()).0, ZONE);
    let (status, out, said) = lint(root.path(), &["--fix", "--unsafe-fixes", "--format", "concise"]);
    // The id stays: no sender has ever seen it.
    let zone = safely_fixed();
    let record = "_smtp._tls IN  TXT \"v=TLSRPTv1; rua=mailto:tls-reports@example.com\"\n";
    let policy = POLICY.replace("mx: smtp.google.com\r\n", "mx: smtp.google.com\r\nmx: aspmx.l.google.com\r\n");
    assert_eq!(texts(root.path()), (zone + record, policy.replace("86400", "604800")));
    assert_eq!((status, &*out), (Some(0), ""), "{said}");
}

#[test]
fn diff_shows_and_writes_nothing() {
    let root = bad();
    let (status, diff, said) = lint(root.path(), &["--diff"]);
    assert_eq!(status, Some(1));
    assert!(said.contains("would mend 2 findings in 1 file"), "{said}");
    assert_eq!(texts(root.path()), (ZONE.to_owned(), POLICY.to_owned()));
    assert_eq!(lint(root.path(), &["--diff", "--exit-zero"]).0, Some(0));
    // What it shows is what --fix does.
    let (_, all, _) = lint(root.path(), &["--diff", "--unsafe-fixes"]);
    assert!(all.len() > diff.len());
    let other = bad();
    std::fs::write(other.path().join("changes.diff"), &all).unwrap();
    let apply = Command::new("git").args(["apply", "changes.diff"]).current_dir(other.path()).output().unwrap();
    assert!(apply.status.success(), "{}", String::from_utf8_lossy(&apply.stderr));
    lint(root.path(), &["--fix", "--unsafe-fixes"]);
    assert_eq!(texts(root.path()), texts(other.path()));
    let (status, diff, said) = lint(root.path(), &["--diff", "--unsafe-fixes"]);
    assert_eq!((status, &*diff, &*said), (Some(0), "", ""));
}

#[test]
fn fixes_are_narrowed_as_reports_are() {
    let root = bad();
    lint(root.path(), &["--fix", "--unsafe-fixes", "--select", "max-age-short"]);
    assert_eq!(texts(root.path()), (ZONE.to_owned(), POLICY.replace("86400", "604800")));
    lint(root.path(), &["--fix", "--root", ".", "mta-sts.example.com.txt"]);
    assert_eq!(texts(root.path()).0, ZONE);
    lint(root.path(), &["--fix", "--domain", "example.net"]);
    assert_eq!(texts(root.path()).0, ZONE);
}

#[test]
fn what_does_not_go_together_is_refused() {
    let root = bad();
    for arguments in [&["--fix", "--diff"][..], &["--diff", "--format", "json"], &["--fix", "--write-baseline", "x"]] {
        assert_eq!(lint(root.path(), arguments).0, Some(2), "{arguments:?}");
    }
    for arguments in [&["--fix", "--staged"][..], &["--diff", "--staged"]] {
        let (status, _, said) = lint(root.path(), arguments);
        assert_eq!(status, Some(2));
        assert!(said.contains("index") && said.contains("git add"), "{said}");
    }
    assert_eq!(texts(root.path()), (ZONE.to_owned(), POLICY.to_owned()));
}

#[test]
fn a_file_that_cannot_be_written_is_said_and_nothing_is_half_done() {
    let root = bad();
    let path = root.path().join("mta-sts.example.com.txt");
    let mut rights = std::fs::metadata(&path).unwrap().permissions();
    rights.set_readonly(true);
    std::fs::set_permissions(&path, rights).unwrap();
    let (status, _, said) = lint(root.path(), &["--fix", "--unsafe-fixes"]);
    assert_eq!(status, Some(2));
    assert!(said.contains("mta-sts.example.com.txt: not changed: the file is read-only"), "{said}");
    assert_eq!(texts(root.path()), (ZONE.to_owned(), POLICY.to_owned()));
}

#[test]
fn a_changed_policy_gets_a_new_id_once() {
    let git = |root: &Path, arguments: &[&str]| {
        let identity = ["-c", "user.name=x", "-c", "user.email=x@example.net"];
        let output = Command::new("git").args(identity).args(arguments).current_dir(root).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    let zone = ZONE.replace("v=STSv1; id=1;", "\"v=STSv1; id=41\"");
    let root = support::repository(&[("example.com.zone", &zone), ("mta-sts.example.com.txt", POLICY)]);
    git(root.path(), &["init", "-q"]);
    git(root.path(), &["add", "."]);
    git(root.path(), &["commit", "-qm", "x"]);
    for _ in 0..2 {
        lint(root.path(), &["--fix", "--unsafe-fixes"]);
        let (zone, policy) = texts(root.path());
        assert!(zone.contains("id=42") && policy.contains("max_age: 604800"), "{zone}{policy}");
    }
    // A file of the state before is not edited: it is in no work tree.
    std::fs::remove_file(root.path().join("mta-sts.example.com.txt")).unwrap();
    lint(root.path(), &["--fix", "--unsafe-fixes"]);
    assert!(!root.path().join("mta-sts.example.com.txt").exists());
}

#[test]
fn a_policy_that_links_lead_to_is_mended_once() {
    let policy = POLICY.replace("smtp.google.com", "a.example.net");
    let zone = |host: &str| {
        format!(
            "@ 3600 SOA ns1.example.net. h.example.net. 1 7200 900 1209600 300\n@ 3600 NS ns1.example.net.\n\
             @ 3600 MX 10 {host}.\nmta-sts 3600 A 192.0.2.1\n_mta-sts 3600 TXT \"v=STSv1; id=1\"\n"
        )
    };
    let root = support::repository(&[
        ("zones/example.com.zone", &zone("b.example.net")),
        ("zones/example.org.zone", &zone("c.example.net")),
        ("www/shared.txt", &policy),
    ]);
    for domain in ["example.com", "example.org"] {
        let directory = root.path().join(format!("www/mta-sts.{domain}"));
        std::fs::create_dir(&directory).unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink("../shared.txt", directory.join("mta-sts.txt")).unwrap();
    }
    let (_, out, said) =
        lint(root.path(), &["--fix", "--unsafe-fixes", "--select", "mx-not-covered", "--format", "concise"]);
    let fixed = std::fs::read_to_string(root.path().join("www/shared.txt")).unwrap();
    let expected =
        policy.replace("mx: a.example.net\r\n", "mx: a.example.net\r\nmx: b.example.net\r\nmx: c.example.net\r\n");
    assert_eq!(fixed, expected, "{out}{said}");
}
