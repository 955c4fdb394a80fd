//! Agreement with the name servers' own checkers: what all of them accept is no error here, what all of them refuse is one,
//! and what they publish is what the linter reads.
//!
//! The checkers are in Debian's packages `knot-dnssecutils`, `bind9-utils`, `nsd` and `ldnsutils`. `.ci/run` installs them
//! and sets `MTASTS_INTEROP=required`; elsewhere the suite says what is missing and goes on with the others.

use std::path::Path;
use std::process::Command;

use mtasts::dns::Name;

use crate::support;

/// A checker: its program, the Debian package, and its arguments for a zone file of `example.com`.
struct Checker {
    program: &'static str,
    package: &'static str,
    arguments: fn(&str) -> Vec<String>,
}

const CHECKERS: [Checker; 4] = [
    Checker {
        program: "kzonecheck",
        package: "knot-dnssecutils",
        arguments: |path| words(&["-o", "example.com", path]),
    },
    Checker {
        program: "named-checkzone",
        package: "bind9-utils",
        arguments: |path| words(&["-i", "none", "example.com", path]),
    },
    Checker { program: "nsd-checkzone", package: "nsd", arguments: |path| words(&["example.com", path]) },
    Checker { program: "ldns-read-zone", package: "ldnsutils", arguments: |path| words(&[path]) },
];

const HEAD: &str = "$ORIGIN example.com.\n$TTL 3600\n@ SOA ns1.example.net. hostmaster.example.net. 1 7200 900 1209600 300\n\
    @ NS ns1.example.net.\n";

/// Entries that follow [`HEAD`], each a zone of its own. What the checkers say of them is asked, not written down.
const ENTRIES: [&str; 74] = [
    "_mta-sts TXT \"v=STSv1; id=1\"",
    "_mta-sts TXT v=STSv1; id=1",
    "_mta-sts TXT v=STSv1\\; id=1\\;",
    "_mta-sts TXT \"v=STS\" \"v1; id=1\"",
    "_mta-sts TXT ( \"v=STSv1; \"\n  \"id=1\" )",
    "_mta-sts TXT \\118\\061STSv1\\059id=1",
    "_mta-sts TXT \"a\\\"b\\\\c\"",
    "_mta-sts TXT \"\\065\\066\"",
    "_mta-sts 300 TXT \"x\"",
    "_mta-sts IN TXT \"x\"",
    "_mta-sts 300 IN TXT \"x\"",
    "_mta-sts 1h30m IN TXT \"x\"",
    "_mta-sts 1W IN TXT \"x\"",
    "_MTA-STS txt \"x\"",
    "_mta-sts.example.com. TXT \"x\"",
    "_mta-sts TYPE16 \\# 4 03616263",
    "_mta-sts TXT \\# 4 03616263",
    "_mta-sts TXT \"\"",
    "_mta-sts TXT \"x\" ; a comment",
    "_mta-sts TXT \"semi;colon (paren)\"",
    "\\095mta-sts TXT \"x\"",
    "a A 192.0.2.1\n TXT \"x\"",
    "a A 192.0.2.1\na AAAA 2001:db8::1",
    "a\\.b A 192.0.2.1",
    "mx MX 10 mail",
    "@ MX 0 .",
    "@ MX 65535 mail.example.net.",
    "txt TXT \"an owner\"",
    "in IN A 192.0.2.1",
    "* A 192.0.2.1",
    "a CNAME b",
    "a HINFO \"x\" \"y\"",
    "a CAA 0 issue \"ca.example.net\"",
    "a SRV 1 2 3 target",
    "a TLSA 3 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    "$ORIGIN sub.example.com.\na A 192.0.2.1",
    "$TTL 1d\na A 192.0.2.1",
    "a 0 A 192.0.2.1",
    "a 2147483647 A 192.0.2.1",
    "a A 192.0.2.1 ; \"quotes\" ( in a comment",
    "; nothing but a comment",
    "\t\n  ; blanks\n",
    "a TXT \"open",
    "a TXT \"open\nb A 192.0.2.1\"",
    "a A 192.0.2.256",
    "a A 192.0.2",
    "a A",
    "a A 192.0.2.1 192.0.2.2",
    "a A mail.example.com.",
    "a AAAA 192.0.2.1",
    "a AAAA 2001:db8::g",
    "a AAAA 1:2:3:4:5:6:7:8:9",
    "a MX mail",
    "a MX 10",
    "a MX 70000 mail",
    "a MX -1 mail",
    "a MX ten mail",
    "a MX 10 mail extra",
    "a MX 10 a..b",
    "a..b A 192.0.2.1",
    ".a A 192.0.2.1",
    "a CNAME",
    "a CNAME b c",
    "a NS",
    "a TXTT \"x\"",
    "a 192.0.2.1",
    "a IN",
    "a ( A 192.0.2.1",
    "a A 192.0.2.1 )",
    "a TXT \\300",
    "$NONSENSE x",
    "$INCLUDE no-such-file",
    "a TXT \\# 5 03616263",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa A 192.0.2.1",
];

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// The checkers that are installed. In CI one that is missing is a failure; elsewhere it is said.
fn installed() -> Vec<&'static Checker> {
    let is_there = |checker: &&Checker| {
        let paths = std::env::var_os("PATH").unwrap_or_default();
        let more = ["/usr/sbin", "/sbin"].map(std::path::PathBuf::from);
        let found = std::env::split_paths(&paths).chain(more).any(|path| path.join(checker.program).is_file());
        if !found {
            let message = format!("{} is missing: install Debian's package {}", checker.program, checker.package);
            assert!(std::env::var_os("MTASTS_INTEROP").is_none(), "{message}");
            support::say(&format!("interop: not compared: {message}"));
        }
        found
    };
    CHECKERS.iter().filter(is_there).collect()
}

/// Whether a checker accepts a zone file.
fn accepts(checker: &Checker, path: &Path) -> bool {
    let output = Command::new(checker.program)
        .args((checker.arguments)(path.to_str().unwrap()))
        .env("PATH", format!("{}:/usr/sbin:/sbin", std::env::var("PATH").unwrap_or_default()))
        .current_dir(path.parent().unwrap())
        .output()
        .unwrap();
    output.status.success()
}

#[test]
fn what_all_accept_or_all_refuse_is_judged_alike() {
    let checkers = installed();
    // Each alone is lenient somewhere: only what all four say is a verdict.
    if checkers.len() < CHECKERS.len() {
        return support::say("interop: verdicts were not compared, for that takes all four checkers");
    }
    let directory = tempfile::tempdir().unwrap();
    let (mut agreed, mut split, mut wrong) = (0, 0, Vec::new());
    for entry in ENTRIES {
        let zone = format!("{HEAD}{entry}\n");
        let path = directory.path().join("example.com.zone");
        std::fs::write(&path, &zone).unwrap();
        let verdicts: Vec<bool> = checkers.iter().map(|checker| accepts(checker, &path)).collect();
        let outcome = support::lint(&[("example.com.zone", zone.as_bytes())]);
        let refused = outcome.findings.iter().any(|finding| finding.rule == "zone-syntax");
        let all = |verdict: bool| verdicts.iter().all(|found| *found == verdict);
        match (all(true), all(false)) {
            (true, _) if refused => wrong.push(format!("all accept, and the linter does not: {entry:?}")),
            (_, true) if !refused => wrong.push(format!("all refuse, and the linter does not: {entry:?}")),
            (false, false) => split += 1,
            _ => agreed += 1,
        }
    }
    let (count, total) = (checkers.len(), ENTRIES.len());
    support::say(&format!("interop: {count} checkers: {agreed} of {total} alike, on {split} they differ"));
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(agreed > 40, "{agreed}");
}

/// The TXT data at `_mta-sts.example.com` in the canonical text that ldns prints, decoded.
fn published(canonical: &str) -> Option<Vec<u8>> {
    let line = canonical.lines().find(|line| line.to_lowercase().starts_with("_mta-sts.example.com.\t"))?;
    let (_, mut rest) = line.split_once("\tTXT\t")?;
    let mut text = Vec::new();
    while let Some(start) = rest.find('"') {
        let mut bytes = rest.as_bytes()[start + 1..].iter().copied().enumerate();
        let mut end = start + 1;
        while let Some((at, byte)) = bytes.next() {
            end = start + 2 + at;
            match byte {
                b'"' => break,
                b'\\' => {
                    let (_, first) = bytes.next()?;
                    if first.is_ascii_digit() {
                        let digits = [first, bytes.next()?.1, bytes.next()?.1];
                        text.push(std::str::from_utf8(&digits).ok()?.parse().ok()?);
                    } else {
                        text.push(first);
                    }
                }
                byte => text.push(byte),
            }
        }
        rest = &rest[end..];
    }
    Some(text)
}

#[test]
fn what_is_published_is_what_is_read() {
    if !installed().iter().any(|checker| checker.program == "ldns-read-zone") {
        return support::say("interop: what is published was not compared");
    }
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("example.com.zone");
    let mut compared = 0;
    for entry in ENTRIES.iter().filter(|entry| entry.to_lowercase().contains("mta-sts")) {
        let zone = format!("{HEAD}{entry}\n");
        std::fs::write(&path, &zone).unwrap();
        let output = Command::new("ldns-read-zone").arg(&path).output().unwrap();
        let Some(expected) = published(&String::from_utf8_lossy(&output.stdout)) else { continue };
        let outcome = support::lint(&[("example.com.zone", zone.as_bytes())]);
        let domain = Name::parse(b"example.com", None).unwrap();
        let site = outcome.picture.sites.iter().find(|site| site.domain == domain).unwrap();
        assert_eq!(site.record.values[0].text.bytes(), expected, "{entry:?}");
        compared += 1;
    }
    support::say(&format!("interop: {compared} published texts are as read"));
    assert!(compared > 12, "{compared}");
}
