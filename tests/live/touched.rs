//! `--live=touched`: the domains that a change touches, and that no other is asked or called checked.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use mtasts::inputs::MemoryTree;
use mtasts::lint::{self, Before, Request};
use mtasts::parallel::Progress;

use super::{Laboratory, lint};
use crate::git::git;
use crate::support;

/// A zone with two domains in MTA-STS: the policy of the second is in another file than that of the first.
const ZONES: [(&str, &str); 2] = [("good.lab.test", "mx.good.lab.test"), ("broken.test", "mx.good.lab.test")];

fn zone(domain: &str, mx: &str) -> String {
    format!(
        "$ORIGIN {domain}.\n$TTL 60\n@ SOA ns1.lab.test. host.lab.test. 1 3600 900 86400 60\n@ NS ns1.lab.test.\n\
         @ MX 10 {mx}.\nmta-sts A 127.0.0.1\n_mta-sts TXT \"v=STSv1; id=1\"\n\
         _smtp._tls TXT \"v=TLSRPTv1; rua=mailto:tls@example.net\"\n"
    )
}

fn policy(mx: &str, max_age: u32) -> String {
    format!("version: STSv1\nmode: enforce\nmx: {mx}\nmax_age: {max_age}\n")
}

fn write(root: &Path, path: &str, text: &str) {
    std::fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
    std::fs::write(root.join(path), text).unwrap();
}

/// Of the two domains one is such that whoever asks for it gets no answer: that it is not named proves that it was not asked for.
pub(super) fn only_what_the_change_touches_is_asked(laboratory: &Laboratory) {
    let repository = tempfile::tempdir().unwrap();
    let root = repository.path();
    git(root, &["init", "--quiet", "--initial-branch=main"]);
    for (domain, mx) in ZONES {
        write(root, &format!("{domain}.zone"), &zone(domain, mx));
        write(root, &format!("mta-sts.{domain}/.well-known/mta-sts.txt"), &policy(mx, 604_800));
    }
    git(root, &["add", "--all"]);
    git(root, &["commit", "--quiet", "--message", "one"]);
    let run = |arguments: &[&str]| {
        let output = lint(laboratory, &[&["--root", root.to_str().unwrap()], arguments].concat());
        let words = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code().unwrap(), words(&output.stdout), words(&output.stderr))
    };
    let coverage = |json: &str| serde_json::from_str::<serde_json::Value>(json).unwrap()["summary"]["deployed"].clone();

    // Nothing to compare with: all are asked.
    let (status, _, errors) = run(&["--live=touched", "--no-base"]);
    assert!(status == 2 && errors.contains("broken.test: not checked"), "{errors}");
    assert!(errors.contains("there is nothing to compare with, so that every domain with MTA-STS"), "{errors}");

    write(root, "mta-sts.good.lab.test/.well-known/mta-sts.txt", &policy("mx.good.lab.test", 1_209_600));
    let (status, json, errors) = run(&["--live=touched", "--format", "json"]);
    assert!(status == 1 && json.contains("id-not-bumped") && !errors.contains("broken.test"), "{json}{errors}");
    assert_eq!(coverage(&json), serde_json::json!({"observed": 1, "of": 2}));
    assert!(errors.contains("1 of 2 domains with MTA-STS observed as deployed, and the others were not"), "{errors}");
    let (_, human, _) = run(&["--live=touched"]);
    assert!(human.contains(", 1 of 2 with MTA-STS as deployed, for the change touches no other"), "{human}");
    for all in ["--live", "--live=all"] {
        let (status, json, errors) = run(&[all, "--format", "json"]);
        assert!(status == 2 && errors.contains("broken.test: not checked"), "{errors}");
        assert_eq!(coverage(&json), serde_json::json!({"observed": 2, "of": 2}));
    }
    let (_, json, _) = run(&["--format", "json"]);
    assert!(coverage(&json).is_null());

    // A change that touches no domain.
    git(root, &["checkout", "--quiet", "."]);
    write(root, "README", "two\n");
    let (status, human, errors) = run(&["--live=touched"]);
    assert!(status == 0 && !errors.contains("broken.test"), "{errors}");
    assert!(human.contains(", none as deployed: the change touches none of 2 with MTA-STS"), "{human}");
}

/// What the way from `before` to `after` touches, where it is known that the files `changed` may be different.
fn touched(before: &[(&str, &str)], after: &[(&str, &str)], changed: Option<&[&str]>) -> BTreeSet<String> {
    let tree =
        |files: &[(&str, &str)]| MemoryTree::new(files.iter().map(|(path, text)| (*path, text.as_bytes().to_vec())));
    let (old, new) = (tree(before), tree(after));
    let changed: Option<Vec<Arc<str>>> = changed.map(|paths| paths.iter().map(|path| Arc::from(*path)).collect());
    let before = Before { tree: &old, name: String::new(), changed: changed.as_deref(), history: None };
    let (request, progress) = (Request::default(), Progress::default());
    let mut reading = lint::read(&new, 0, &request, &progress).unwrap();
    let touched = reading.touched(Some(&before)).unwrap();
    // What is read for it is judged, too, and not read in another way.
    let outcome = reading.judge(Some(&before), &[]);
    let compared = lint::compare(Some(&before), &new, &request, &progress).unwrap();
    assert_eq!(support::concise(&outcome), support::concise(&compared));
    touched.iter().map(ToString::to_string).collect()
}

#[test]
fn a_change_touches_what_stands_in_its_files_and_what_would_be_published_as_something_else() {
    let [a, b, c] = ["a.example", "b.example", "c.example"].map(|domain| zone(domain, "mx.example.net"));
    let included = a.replace("@ MX 10 mx.example.net.\n", "$INCLUDE a.inc\n");
    let config = |of_enforce: &str, of_testing: &str| {
        format!(
            "[[policy]]\npath = \"enforce.txt\"\ndomains = [{of_enforce}]\n[[policy]]\npath = \"testing.txt\"\ndomains = [{of_testing}]\n"
        )
    };
    let first = config("\"a.example\"", "\"b.example\", \"c.example\"");
    let second = config("\"a.example\", \"b.example\"", "\"c.example\"");
    let enforce = policy("mx.example.net", 604_800);
    let testing = enforce.replace("enforce", "testing");
    let base = [
        ("mtasts.toml", &*first),
        ("enforce.txt", &enforce),
        ("testing.txt", &testing),
        ("a.example.zone", &included),
        ("a.inc", "@ MX 10 mx.example.net.\n"),
        ("b.example.zone", &b),
        ("c.example.zone", &c),
    ];
    let with = |path: &str, text: &str| {
        base.map(|(known, was)| (known, if known == path { text.to_owned() } else { was.to_owned() }))
    };
    let change = |path: &str, text: &str, is_known: bool| {
        let after = with(path, text);
        let after: Vec<(&str, &str)> = after.iter().map(|(path, text)| (*path, &**text)).collect();
        let touched = touched(&base, &after, is_known.then_some(&[path][..]));
        touched.iter().map(|domain| domain.split('.').next().unwrap()).collect::<Vec<_>>().concat()
    };
    // A zone, by its file; what it includes; a policy, by its file.
    assert_eq!(change("b.example.zone", &b.replace("60\n@ SOA", "90\n@ SOA"), true), "b");
    assert_eq!(change("a.inc", "@ MX 10 mx.example.net. ; main\n", true), "a");
    assert_eq!(change("testing.txt", &testing.replace("604800", "86400"), true), "bc");
    // The configuration, which reaches b only.
    assert_eq!(change("mtasts.toml", &second, true), "b");
    assert_eq!(change("mtasts.toml", &format!("{first}\n[severity]\npolicy-syntax = \"info\"\n"), true), "");
    // Where nobody knows which files may be different: what is published as something else.
    for (from, to) in [
        ("MX 10 ", "MX 20 "),
        ("mx.example", "mx2.example"),
        ("127.0.0.1", "127.0.0.2"),
        ("id=1", "id=2"),
        ("tls@", "sts@"),
    ] {
        assert_eq!(change("c.example.zone", &c.replace(from, to), false), "c", "{to}");
    }
    assert_eq!(
        change("c.example.zone", &c.replace("_mta-sts TXT", "_mta-sts CNAME x.example.net.\n_x TXT"), false),
        "c"
    );
    assert_eq!(change("testing.txt", &testing.replace("604800", "86400"), false), "bc");
    assert_eq!(change("b.example.zone", &format!("{b}; a comment\n"), false), "");
    assert_eq!(change("b.example.zone", "", false), "b");
}

#[test]
fn with_nothing_to_compare_with_nobody_knows_what_is_touched() {
    let (tree, request, progress) = (MemoryTree::default(), Request::default(), Progress::default());
    assert_eq!(lint::read(&tree, 0, &request, &progress).unwrap().touched(None), None);
}
