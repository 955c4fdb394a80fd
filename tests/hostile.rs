//! Repositories that mean harm: nothing outside them is read, nothing in them reaches a terminal raw, and nothing makes
//! the linter fall over, wait, or eat the machine's memory.

mod terraform;

use std::path::Path;
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

use crate::support::{self, mtasts};

const SOA: &str = "$ORIGIN example.com.\n$TTL 3600\n@ SOA ns1.example.net. hostmaster.example.net. 1 2 3 4 5\n";
const POLICY: &str = "version: STSv1\nmode: enforce\nmx: smtp.google.com\nmax_age: 604800\n";

/// Runs the binary, and ends it if it takes so long that it must hang.
fn run(root: &Path, arguments: &[&str]) -> Output {
    let out = tempfile::tempfile().unwrap();
    let err = tempfile::tempfile().unwrap();
    let mut child = mtasts(root)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(out.try_clone().unwrap())
        .stderr(err.try_clone().unwrap())
        .spawn()
        .unwrap();
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if start.elapsed() > Duration::from_secs(300) {
            child.kill().unwrap();
            panic!("{arguments:?} hangs");
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let read = |mut file: std::fs::File| {
        use std::io::{Read, Seek};
        let mut bytes = Vec::new();
        file.rewind().unwrap();
        file.read_to_end(&mut bytes).unwrap();
        bytes
    };
    Output { status, stdout: read(out), stderr: read(err) }
}

/// The rules that report something, in the order of the findings.
fn rules(output: &Output) -> Vec<String> {
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = json["findings"].as_array().unwrap();
    findings.iter().map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect()
}

fn write(root: &Path, path: &str, text: impl AsRef<[u8]>) {
    let path = root.join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

#[test]
fn five_megabytes_of_anything_end_in_a_finding() {
    const SIZE: usize = 5 << 20;
    let mut texts: Vec<(String, Vec<u8>)> =
        b"()\"\\\0;a".iter().map(|byte| (format!("{:?}", char::from(*byte)), vec![*byte; SIZE])).collect();
    texts.push(("words".to_owned(), b"a ".repeat(SIZE / 2)));
    texts.push(("open quotes".to_owned(), b"\"\n".repeat(SIZE / 2)));
    texts.push(("colons".to_owned(), b"a:\n".repeat(SIZE / 3)));
    for (name, text) in texts {
        let root = tempfile::tempdir().unwrap();
        write(root.path(), "example.com.zone", &text);
        write(root.path(), "mta-sts.example.com/mta-sts.txt", &text);
        for format in ["json", "human"] {
            let output = run(root.path(), &["lint", "--format", format]);
            assert_eq!(output.status.code(), Some(1), "{name}: {}", String::from_utf8_lossy(&output.stderr));
            assert!(output.stdout.len() < 300_000, "{name}: {} bytes of {format}", output.stdout.len());
            if format == "json" {
                let found = rules(&output);
                // Comments and nothing else are a zone file, if an empty one.
                assert!(found.contains(&"zone-syntax".to_owned()) || name == "';'", "{name}: {found:?}");
                assert!(found.contains(&"policy-syntax".to_owned()), "{name}: {found:?}");
            }
        }
    }
}

#[test]
fn includes_do_not_leave_the_repository_nor_go_on_for_ever() {
    let root = tempfile::tempdir().unwrap();
    let secret = tempfile::tempdir().unwrap();
    write(secret.path(), "secret", "password TXT \"v=STSv1; id=sesame\"\n");
    let outside = secret.path().join("secret");
    let lines = [
        "$INCLUDE example.com.zone",
        "$INCLUDE other",
        "$INCLUDE /etc/passwd",
        "$INCLUDE ../../../../../../etc/passwd",
        &format!("$INCLUDE {}", outside.display()),
        "$INCLUDE link",
        "$INCLUDE \"\"",
        "$INCLUDE",
        "$INCLUDE .",
        "$INCLUDE .git/config",
    ];
    write(root.path(), "example.com.zone", format!("{SOA}{}\n", lines.join("\n")));
    write(root.path(), "other", "$INCLUDE example.com.zone\n");
    write(root.path(), ".git/config", "secret TXT \"sesame\"\n");
    #[cfg(unix)]
    std::os::unix::fs::symlink(&outside, root.path().join("link")).unwrap();
    let output = run(root.path(), &["lint", "--format", "json", "--root", "."]);
    let found = rules(&output);
    assert_eq!(found.iter().filter(|rule| *rule == "zone-syntax").count(), lines.len(), "{found:?}");
    for arguments in [&["lint"][..], &["show", "--format", "json"], &["lint", "--format", "json"]] {
        let output = run(root.path(), arguments);
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert!(!said.contains("sesame") && !said.contains("root:"), "{said}");
    }
    for depth in 0..20 {
        write(root.path(), &format!("deep/d{depth}"), format!("$INCLUDE deep/d{}\n", depth + 1));
    }
    write(root.path(), "deep/d20", "x TXT y\n");
    write(root.path(), "example.com.zone", format!("{SOA}$INCLUDE deep/d0\n"));
    let output = run(root.path(), &["lint", "--format", "concise"]);
    assert!(String::from_utf8_lossy(&output.stdout).contains("more than ten includes"), "{output:?}");
}

#[test]
fn generate_is_not_expanded_and_accuses_nobody() {
    let zone = format!(
        "{SOA}$GENERATE 0-4294967295 _mta-sts.d$ TXT \"v=STSv1; id=$\"\n$GENERATE 0-4294967295 d$ MX 10 mail$\n\
        $GENERATE 0-4294967295 $ A 192.0.2.1\n$GENERATE 1-9 m$-sts A 192.0.2.1\n@ MX 10 mail5\n"
    );
    let root = support::repository(&[("example.com.zone", &zone), ("d7.example.com/mta-sts.txt", POLICY)]);
    let output = run(root.path(), &["lint", "--format", "json"]);
    let found = rules(&output);
    assert!(
        found.iter().all(|rule| !rule.contains("missing") || rule == "policy-host-missing" || rule == "tlsrpt-missing"),
        "{found:?}"
    );
    let shown = run(root.path(), &["show", "d7.example.com"]);
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(shown.contains("record: a $GENERATE may make this name") && shown.contains("mx: a $GENERATE"), "{shown}");
}

#[cfg(unix)]
#[test]
fn links_pipes_and_directories_are_no_files() {
    use std::os::unix::fs::symlink;
    let root = tempfile::tempdir().unwrap();
    write(root.path(), "zones/example.com.zone", format!("{SOA}@ MX 10 smtp.google.com.\n"));
    symlink("/etc/passwd", root.path().join("passwd.zone")).unwrap();
    symlink("/", root.path().join("zones/everything")).unwrap();
    symlink("loop.zone", root.path().join("loop.zone")).unwrap();
    symlink("nowhere", root.path().join("mta-sts.txt")).unwrap();
    std::fs::create_dir_all(root.path().join("policies/mta-sts.txt")).unwrap();
    std::fs::create_dir_all(root.path().join("x.zone")).unwrap();
    let made = std::process::Command::new("mkfifo").arg(root.path().join("pipe.zone")).status().unwrap();
    assert!(made.success());
    let output = run(root.path(), &["lint", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["summary"]["files"], 1);
}

#[test]
fn nothing_in_a_file_reaches_a_terminal_or_a_ci_runner_raw() {
    let evil =
        "\u{1b}[31mred\u{7}\u{9b}2J \u{202e}evil ::error::pwned ##[error]pwned ##vso[task.complete]x \r::warning::y";
    let escaped = evil.replace('"', "");
    let zone = format!(
        "{SOA}@ MX 10 {0}\n_mta-sts TXT \"v=STSv1; id={escaped}; ::error::x=1\"\n_smtp._tls TXT \"v=TLSRPTv1; rua={escaped}\"\n\
         {0} TXT \"v=STSv1; id=1\"\n::error::pwned BAD x\nx ::error::y z\n; mtasts: ignore[{0}] {0}\n",
        evil.replace(' ', "")
    );
    let root = tempfile::tempdir().unwrap();
    write(root.path(), "example.com.zone", &zone);
    write(
        root.path(),
        "mta-sts.example.com/mta-sts.txt",
        format!("version: {evil}\nmode: {evil}\nmx: {evil}\n::error::pwned\n{evil}: x\n"),
    );
    write(root.path(), "::error file=x::pwned/::warning::.zone", "x BAD\n");
    write(root.path(), "new\nline\u{1b}[1m/mta-sts.txt", POLICY);
    for arguments in [
        &["lint"][..],
        &["lint", "--format", "concise"],
        &["lint", "--format", "json"],
        &["lint", "--format", "jsonl"],
        &["show"],
        &["show", "--format", "json"],
        &["show", "::error::x"],
        &["explain", "\u{1b}[1m::error::x"],
        &["lint", "--select", "::error::\u{1b}[1m"],
        &["lint", "::error::nowhere"],
        &["lint", "--config", "::error file=x::pwned/::warning::.zone"],
    ] {
        let output = run(root.path(), arguments);
        for (stream, said) in [("stdout", &output.stdout), ("stderr", &output.stderr)] {
            let said = String::from_utf8(said.clone()).unwrap();
            assert!(!said.chars().any(|shown| shown.is_control() && shown != '\n'), "{arguments:?} {stream}: {said:?}");
            assert!(!said.contains('\u{202e}'), "{arguments:?} {stream}: {said:?}");
            for line in said.lines() {
                let is_command = line.trim_start().starts_with("::") || line.contains("##[") || line.contains("##vso[");
                assert!(!is_command, "{arguments:?} {stream}: {line:?}");
            }
        }
        assert!(matches!(output.status.code(), Some(0..=2)), "{arguments:?}: {output:?}");
    }
}

#[test]
fn configurations_that_mean_harm_cost_little() {
    let nested = format!("x = {}1{}", "[".repeat(200_000), "]".repeat(200_000));
    let glob = |n: u32| format!("[[policy]]\npath = \"**/a*b*{n}*/{{domain}}/*.txt\"\n");
    let globs = (0..10_000).map(glob).collect::<Vec<_>>().concat();
    let braces = "zone \"x\" { ".repeat(100_000);
    let include = "include \"named.conf\";\n".repeat(10_000);
    for (path, text, status) in
        [("mtasts.toml", nested, 2), ("mtasts.toml", globs, 1), ("named.conf", braces, 0), ("named.conf", include, 0)]
    {
        let root = tempfile::tempdir().unwrap();
        write(root.path(), path, text);
        for number in 0..50 {
            write(root.path(), &format!("aab{number}/{}/x.txt", "ab".repeat(100)), "text");
        }
        let output = run(root.path(), &["lint", "--format", "concise"]);
        assert_eq!(output.status.code(), Some(status), "{path}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(output.stderr.len() < 100_000);
    }
}

#[test]
fn nothing_grows_with_the_square_of_what_it_reads() {
    let long = "a".repeat(50);
    let hosts = (0..1000).map(|n| format!("@ MX 1 {long}{n:05}.example.net.\n")).collect::<Vec<_>>().concat();
    let patterns = (0..1000).map(|n| format!("mx: {long}{:05}.example.net\n", 90_000 + n)).collect::<Vec<_>>().concat();
    let fields = "a=b;".repeat(60_000);
    let strings = fields.as_bytes().chunks(250).map(|chunk| format!("\"{}\"", String::from_utf8_lossy(chunk)));
    let records = format!("_mta-sts TXT \"v=STSv1;\" {}\n", strings.collect::<Vec<_>>().join(" ")).repeat(10);
    let zone = format!("{SOA}{hosts}{records}");
    let policy = format!("version: STSv1\nmode: enforce\n{patterns}max_age: 604800\n");
    let root = support::repository(&[("example.com.zone", &zone), ("mta-sts.example.com/mta-sts.txt", &policy)]);
    let output = run(root.path(), &["lint", "--format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    let found = rules(&output);
    assert_eq!(found.iter().filter(|rule| *rule == "mx-not-covered").count(), 101, "a hundred, and how many more");
}

#[cfg(target_os = "linux")]
#[test]
fn memory_stays_near_the_size_of_the_file() {
    let records = (0..1_000_000).map(|n| format!("host{n} A 192.0.2.1\n")).collect::<Vec<_>>().concat();
    let root = support::repository(&[("example.com.zone", &format!("{SOA}{records}"))]);
    // A child of its own, so that only it is counted: the address space is bounded to eight times the file.
    let limit = (records.len() * 8 + (512 << 20)) / 1024;
    let command = format!("ulimit -v {limit}; exec \"$0\" lint --format json");
    let output = std::process::Command::new("sh")
        .args(["-c", &command, env!("CARGO_BIN_EXE_mtasts")])
        .current_dir(root.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}
