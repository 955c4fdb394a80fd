use std::sync::Arc;

use super::*;
use crate::finding::{Edit, Fix, Severity};
use crate::inputs::MemoryTree;
use crate::lint::Request;
use crate::parallel::Progress;
use crate::text::{Place, Sources, Span};

/// A finding that these edits of file 0 (and on) would mend.
fn finding(applicability: Applicability, edits: &[(u32, u32, u32, &str)]) -> Finding {
    let edit = |&(file, start, end, content): &(u32, u32, u32, &str)| {
        Edit::replace(Place::new(FileId(file), Span::new(start, end)), content)
    };
    Finding {
        rule: "policy-syntax",
        severity: Severity::Error,
        domain: None,
        message: String::new(),
        place: Place::new(FileId(0), Span::default()),
        label: String::new(),
        related: Vec::new(),
        help: None,
        fix: Some(Fix { applicability, edits: edits.iter().map(edit).collect() }),
    }
}

fn safe(edits: &[(u32, u32, u32, &str)]) -> Finding {
    finding(Applicability::Safe, edits)
}

/// The texts after the fixes that can be made together, and which these are.
fn after(texts: &[&str], findings: &[Finding], most: Applicability) -> (Vec<String>, Vec<usize>) {
    let mut sources = Sources::default();
    for text in texts {
        sources.push("a", *text);
    }
    let home = |file: FileId| (file.0 < 9).then_some(file.0 as usize);
    let taken = take(findings, most, &sources, &home, &|_| true);
    let none = Vec::new();
    let text = |(at, text): (usize, &&str)| {
        String::from_utf8(patch::apply(text.as_bytes(), taken.edits.get(&at).unwrap_or(&none))).unwrap()
    };
    (texts.iter().enumerate().map(text).collect(), taken.findings)
}

#[test]
fn what_touches_waits() {
    let table: [(&[Finding], &str, &[usize]); 9] = [
        (&[safe(&[(0, 1, 2, "X")]), safe(&[(0, 4, 5, "Y")])], "aXcdYf", &[0, 1]),
        (&[safe(&[(0, 4, 5, "Y")]), safe(&[(0, 1, 2, "X")])], "aXcdYf", &[0, 1]),
        (&[safe(&[(0, 1, 3, "X")]), safe(&[(0, 2, 4, "Y")])], "aXdef", &[0]),
        (&[safe(&[(0, 1, 3, "X")]), safe(&[(0, 3, 4, "Y")])], "aXYef", &[0, 1]),
        (&[safe(&[(0, 1, 3, "X")]), safe(&[(0, 3, 3, "Y")])], "aXdef", &[0]),
        (&[safe(&[(0, 2, 2, "X")]), safe(&[(0, 2, 2, "Y")])], "abXcdef", &[0]),
        // The same edit for two findings mends both.
        (&[safe(&[(0, 2, 2, "X")]), safe(&[(0, 2, 2, "X"), (0, 5, 6, "")])], "abXcde", &[0, 1]),
        // Safe ones first, whatever the order.
        (&[finding(Applicability::Unsafe, &[(0, 1, 3, "X")]), safe(&[(0, 2, 4, "Y")])], "abYef", &[1]),
        // One whose own edits touch is none.
        (&[safe(&[(0, 1, 3, "X"), (0, 2, 4, "Y")])], "abcdef", &[]),
    ];
    for (at, (findings, text, mended)) in table.into_iter().enumerate() {
        assert_eq!(
            after(&["abcdef"], findings, Applicability::Unsafe),
            (vec![text.to_owned()], mended.to_vec()),
            "{at}"
        );
    }
    let risky = [finding(Applicability::Unsafe, &[(0, 0, 1, "X")])];
    assert_eq!(after(&["abc"], &risky, Applicability::Safe).1, Vec::<usize>::new());
}

#[test]
fn a_fix_is_made_in_all_of_its_files_or_in_none() {
    let both = safe(&[(0, 0, 1, "X"), (1, 0, 1, "Y")]);
    assert_eq!(after(&["ab", "cd"], std::slice::from_ref(&both), Applicability::Safe).0, ["Xb", "Yd"]);
    // In the way in the second file.
    let findings = [safe(&[(1, 0, 2, "Z")]), both];
    assert_eq!(after(&["ab", "cd"], &findings, Applicability::Safe), (vec!["ab".into(), "Z".into()], vec![0]));
    // A file that may not be edited, a place outside of the text, half a character.
    for edits in [[(0, 0, 1, "X"), (9, 0, 1, "Y")], [(0, 0, 1, "X"), (1, 0, 99, "Y")], [(0, 0, 1, "X"), (1, 1, 1, "Y")]]
    {
        let mut sources = vec!["ab", "éd"];
        sources.resize(10, "");
        assert_eq!(after(&sources, &[safe(&edits)], Applicability::Safe).1, Vec::<usize>::new(), "{edits:?}");
    }
}

fn changed(path: &str, before: &str, after: &str) -> Changed {
    let bytes = |text: &str| crate::text::Bytes::new(text.as_bytes().to_vec());
    Changed { index: 0, path: path.into(), before: bytes(before), after: bytes(after) }
}

#[test]
fn a_diff_is_what_patch_takes() {
    let lines = |from: u32, to: u32| (from..=to).map(|n| n.to_string() + "\n").collect::<String>();
    let diff =
        unified(&changed("a b/c", &lines(1, 20), &lines(1, 20).replace("\n5\n", "\n5x\n").replace("\n17\n", "\n")));
    assert_eq!(
        diff,
        "--- a/a b/c\n+++ b/a b/c\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+5x\n 6\n 7\n 8\n@@ -14,7 +14,6 @@\n 14\n 15\n 16\n-17\n 18\n \
         19\n 20\n"
    );
    assert_eq!(
        unified(&changed("a", "x\r\nlast", "x\r\ny\r\nlast\n")),
        "--- a/a\n+++ b/a\n@@ -1,2 +1,3 @@\n x\r\n-last\n\\ No newline at end of file\n+y\r\n+last\n"
    );
    assert_eq!(unified(&changed("a", "", "x\n")), "--- a/a\n+++ b/a\n@@ -0,0 +1 @@\n+x\n");
}

#[test]
fn a_diff_says_nothing_to_terminals_and_runners() {
    let hostile = "::error::x\n\u{1b}[31mred\na\rb\n##[error]y\n \u{202e}z\n\tok ::1\n";
    let diff = unified(&changed("p\u{1b}", hostile, &format!("{hostile}new\n")));
    assert!(!diff.chars().any(|shown| shown.is_control() && !matches!(shown, '\n' | '\t')), "{diff:?}");
    assert!(!diff.lines().any(|line| line.trim_start().starts_with("::")) && !diff.contains("##["), "{diff}");
    assert!(diff.contains("\n \tok ::1\n"), "{diff}");
}

const ZONE: &str = "$ORIGIN example.com.\r\n$TTL 3600\r\n@ SOA ns1.example.net. h.example.net. 1 7200 900 1209600 300\r\n\
    @ NS ns1.example.net.\r\n@ MX 10 smtp.google.com.\r\nmta-sts A 192.0.2.10\r\n\
    _mta-sts TXT v=STSv1; id=1; ; keep me\r\n_smtp._tls TXT v=TLSRPTv1; rua=mailto:tls@example.net\r\n";

#[test]
fn rounds_end_when_nothing_is_left_to_mend() {
    let tree = MemoryTree::new([("example.com.zone", ZONE)]);
    let settled = settle(None, &tree, &Request::default(), Applicability::Safe, &Progress::default()).unwrap();
    assert_eq!(settled.mended, 2);
    assert!(!settled.outcome.findings.iter().any(|finding| finding.rule == "record-truncated"));
    let [changed] = &settled.changed[..] else { panic!("{:?}", settled.changed) };
    let expected = ZONE.replace("v=STSv1; id=1;", "\"v=STSv1; id=1;\"");
    let expected =
        expected.replace("v=TLSRPTv1; rua=mailto:tls@example.net", "\"v=TLSRPTv1; rua=mailto:tls@example.net\"");
    assert_eq!(std::str::from_utf8(&changed.after).unwrap(), expected);
    assert_eq!((changed.index, &*changed.path, &changed.before[..]), (0, "example.com.zone", ZONE.as_bytes()));
}

#[test]
fn what_is_not_asked_for_is_not_mended() {
    let tree = MemoryTree::new([("example.com.zone", ZONE)]);
    let request = Request { ignore: vec!["record-truncated".to_owned()], ..Request::default() };
    let settled = settle(None, &tree, &request, Applicability::Unsafe, &Progress::default()).unwrap();
    assert!(!settled.changed.iter().any(|change| change.after.windows(8).any(|part| part == b"\"v=STSv1")));
}

mod writing {
    use std::fs;

    use super::*;
    use crate::text::Bytes;

    fn replacement(path: &std::path::Path, before: &str, after: &str) -> Replacement {
        let bytes = |text: &str| Bytes::new(text.as_bytes().to_vec());
        Replacement { path: path.to_owned(), before: bytes(before), after: bytes(after) }
    }

    /// The names of what is in a directory.
    fn names(directory: &std::path::Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[cfg(unix)]
    #[test]
    fn the_mode_is_kept_and_nothing_else_is_left() {
        use std::os::unix::fs::{MetadataExt, PermissionsExt};
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("zone");
        for mode in [0o600, 0o644, 0o755, 0o664] {
            fs::write(&path, "old").unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let was = fs::metadata(&path).unwrap();
            replace(&[replacement(&path, "old", "new")]).unwrap();
            let is = fs::metadata(&path).unwrap();
            assert_eq!((is.mode(), is.uid(), is.gid()), (was.mode(), was.uid(), was.gid()));
            assert_eq!(fs::read(&path).unwrap(), b"new");
        }
        assert_eq!(names(directory.path()), ["zone"]);
    }

    #[test]
    fn one_that_cannot_be_written_leaves_all_as_they_are() {
        let directory = tempfile::tempdir().unwrap();
        let path = |name: &str| directory.path().join(name);
        for name in ["a", "b", "locked", "other"] {
            fs::write(path(name), "old").unwrap();
        }
        let mut rights = fs::metadata(path("locked")).unwrap().permissions();
        rights.set_readonly(true);
        fs::set_permissions(path("locked"), rights).unwrap();
        let table = [("locked", "read-only"), ("gone", "not changed"), ("other", "somebody else")];
        for (bad, words) in table {
            fs::write(path("other"), "new already").unwrap();
            let files = [replacement(&path("a"), "old", "new"), replacement(&path(bad), "old", "new")];
            let error = replace(&files).unwrap_err().to_string();
            assert!(error.contains(words) && error.contains(bad), "{error}");
            assert_eq!(fs::read(path("a")).unwrap(), b"old", "{bad}");
        }
        assert_eq!(names(directory.path()), ["a", "b", "locked", "other"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_and_what_it_leads_to_is_changed_once() {
        use crate::inputs::WorkTree;
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        fs::create_dir(root.join("zones")).unwrap();
        fs::write(root.join("zones/example.com.zone"), ZONE).unwrap();
        std::os::unix::fs::symlink("zones/example.com.zone", root.join("example.com.zone")).unwrap();
        let tree = WorkTree::walk(root).unwrap();
        let settled = settle(None, &tree, &Request::default(), Applicability::Safe, &Progress::default()).unwrap();
        let [changed] = &settled.changed[..] else { panic!("{:?}", settled.changed) };
        assert_eq!(&*changed.path, "zones/example.com.zone");
        let (before, after) = (Arc::clone(&changed.before), Arc::clone(&changed.after));
        replace(&[Replacement { path: tree.location(changed.index), before, after }]).unwrap();
        assert!(root.join("example.com.zone").symlink_metadata().unwrap().is_symlink());
        assert_eq!(fs::read_to_string(root.join("example.com.zone")).unwrap().matches("\"v=").count(), 2);
    }
}
