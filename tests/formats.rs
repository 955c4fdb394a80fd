//! The formats for CI systems, over `fixtures/` and over repositories that mean harm: all tell the same findings, and
//! nothing in a file becomes a command, markup, or a way out of a string. What the shapes must be, `.ci/formats.sh` checks
//! with the published schemas.

use clap::ValueEnum;
use mtasts::inputs::Failure;
use mtasts::lint::Outcome;
use mtasts::report::{Format, Report, Style};
use serde_json::Value;

use crate::support::{self, mtasts};

const FORMATS: [&str; 6] = ["sarif", "github", "gitlab", "junit", "rdjson", "markdown"];

fn lint(name: &str, arguments: &[&str]) -> (Option<i32>, String) {
    let root = support::fixture(name);
    let output = mtasts(root.path()).arg("lint").args(arguments).output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

fn print(format: Format, outcome: &Outcome) -> String {
    let mut out = Vec::new();
    mtasts::report::write(format, &Report::of(outcome), &Style::default(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// A finding as every format tells it: rule, path, line.
type Told = (String, String, u64);

fn told(rule: &Value, path: &Value, line: &Value) -> Told {
    (rule.as_str().unwrap().to_owned(), path.as_str().unwrap().to_owned(), line.as_u64().unwrap())
}

fn sorted(mut told: Vec<Told>) -> Vec<Told> {
    told.sort();
    told
}

#[test]
fn every_format_tells_the_same_findings() {
    let parse = |format: &str| -> Value { serde_json::from_str(&lint("mistakes", &["--format", format]).1).unwrap() };
    let all = |list: &Value, tell: &dyn Fn(&Value) -> Told| sorted(list.as_array().unwrap().iter().map(tell).collect());
    let expected = all(&parse("json")["findings"], &|one| told(&one["rule"], &one["path"], &one["start"]["line"]));
    assert!(expected.len() > 60);

    let sarif = all(&parse("sarif")["runs"][0]["results"], &|one| {
        let place = &one["locations"][0]["physicalLocation"];
        told(&one["ruleId"], &place["artifactLocation"]["uri"], &place["region"]["startLine"])
    });
    let gitlab = all(&parse("gitlab"), &|one| {
        told(&one["check_name"], &one["location"]["path"], &one["location"]["lines"]["begin"])
    });
    let rdjson = all(&parse("rdjson")["diagnostics"], &|one| {
        let place = &one["location"];
        told(&one["code"]["value"], &place["path"], &place["range"]["start"]["line"])
    });
    assert_eq!(sarif, expected);
    assert_eq!(gitlab, expected);
    assert_eq!(rdjson, expected);

    let github = lint("mistakes", &["--format", "github"]).1;
    let property = |line: &str, name: &str| {
        let (_, rest) = line.split_once(&format!("{name}=")).unwrap();
        rest.split([',', ':']).next().unwrap().to_owned()
    };
    let github = github
        .lines()
        .map(|line| (property(line, "title"), property(line, " file"), property(line, ",line").parse().unwrap()));
    assert_eq!(sorted(github.collect()), expected);

    let count = |format: &str, mark: &str| lint("mistakes", &["--format", format]).1.matches(mark).count();
    assert_eq!(count("junit", "<testcase "), expected.len());
    assert_eq!(count("markdown", "\n| "), 1 + expected.len());
}

#[test]
fn the_exit_status_is_that_of_the_other_formats() {
    for format in FORMATS {
        assert_eq!(lint("mistakes", &["--format", format]).0, Some(1), "{format}");
        assert_eq!(lint("mistakes", &["--format", format, "--exit-zero"]).0, Some(0), "{format}");
        assert_eq!(lint("clean", &["--format", format]).0, Some(0), "{format}");
    }
}

#[test]
fn the_worst_come_first() {
    let text = lint("mistakes", &["--format", "github"]).1;
    let kinds: Vec<_> = text.lines().map(|line| line.split(' ').next().unwrap()).collect();
    let at = |kind: &str| kinds.iter().position(|found| *found == kind).unwrap();
    assert!(at("::error") < at("::warning") && at("::warning") < at("::notice"));
    assert!(kinds.is_sorted_by_key(|kind| at(kind)), "{kinds:?}");
}

/// What a runner, a browser, an XML parser, a terminal, or a renderer of Markdown would obey.
const HARM: &str = "::error::x ##[error]y ##vso[task.z] ]]></failure> </script><script> `|` @all #1 \
                    [a](https://evil.example) <img src=x> \u{1b}[31m \u{9b}2J \u{202e}x \u{2028}";

/// A repository whose paths, names and values are all of it, with broken UTF-8, NUL and long lines.
fn hostile() -> Outcome {
    let long = "x".repeat(100_000);
    let zone = format!(
        "$ORIGIN example.com.\n$TTL 3600\n@ SOA ns hostmaster 1 2 3 4 5\n@ MX 10 mx\n\
         _mta-sts TXT \"v=STSv1; id={HARM}\"\n_smtp._tls TXT \"v=TLSRPTv1; rua=mailto:{HARM}\"\n\
         {HARM} A nowhere\nlong A {long}\n"
    );
    let policy = format!("version: STSv1\nmode: {HARM}\nmx: {HARM}\nmx: \0{long}\n{HARM}: {HARM}\nmax_age: 1e9\n\n");
    let zone = [zone.as_bytes(), b"bad TXT \xff\xfe \xc3\x28\n\0\n"].concat();
    let path = |name: &str| format!("{}/{name}", HARM.replace('/', "_").replace("::error", "\n::error"));
    let (zone_path, policy_path) = (path("example.com.zone"), path("mta-sts.example.com.txt"));
    let mut outcome = support::lint(&[(&zone_path, &zone), (&policy_path, policy.as_bytes())]);
    assert!(outcome.findings.len() > 6, "{:?}", outcome.findings);
    outcome.failures.push(Failure { path: path("x.zone"), error: format!("{HARM}\n{HARM}") });
    outcome
}

#[test]
fn nothing_hostile_is_obeyed() {
    let outcome = hostile();
    for format in Format::value_variants() {
        let text = print(*format, &outcome);
        let odd = |character: char| character.is_control() && character != '\n';
        assert!(!text.contains(odd) && !text.contains(['\u{202e}', '\u{2028}']), "{format:?}: {text}");
        assert!(!text.contains("##[") && !text.contains("##vso["), "{format:?}: {text}");
        for line in text.lines() {
            let is_ours = *format == Format::Github && line[2..].starts_with(['e', 'w', 'n']);
            assert!(!line.trim_start().starts_with("::") || is_ours, "{format:?}: {line}");
            assert!(line.len() < 20_000, "{format:?}: a line of {} bytes", line.len());
        }
    }
}

#[test]
fn a_command_is_one_line_and_ends_where_it_should() {
    let outcome = hostile();
    let text = print(Format::Github, &outcome);
    assert_eq!(text.lines().count(), outcome.findings.len() + 1);
    for line in text.lines() {
        let (head, _) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
        let (command, properties) = head.split_once(' ').unwrap();
        assert!(["error", "warning", "notice"].contains(&command), "{line}");
        let names: Vec<_> = properties.split(',').map(|property| property.split('=').next().unwrap()).collect();
        let all = ["file", "line", "endLine", "col", "endColumn", "title"];
        assert!(names.iter().all(|name| all.contains(name)), "{line}");
        assert!(names.iter().filter(|name| **name == "file").count() == 1, "{line}");
    }
}

#[test]
fn what_is_json_stays_json_and_xml_stays_xml() {
    let outcome = hostile();
    for format in [Format::Json, Format::Sarif, Format::Gitlab, Format::Rdjson] {
        serde_json::from_str::<Value>(&print(format, &outcome)).unwrap();
    }
    let xml = print(Format::Junit, &outcome);
    for (mark, count) in [("<testcase ", outcome.findings.len() + 1), ("]]>", 0), ("<script", 0), ("<img", 0)] {
        assert_eq!(xml.matches(mark).count(), count, "{mark}");
    }
}

#[test]
fn a_table_has_the_cells_and_links_that_were_written() {
    let outcome = hostile();
    let text = print(Format::Markdown, &outcome);
    let rows: Vec<_> = text.lines().filter(|line| line.starts_with("| ")).collect();
    assert_eq!(rows.len(), outcome.findings.len() + 1);
    for row in rows {
        // Nothing between the cells of a row that a backslash makes harmless is counted.
        assert_eq!(row.replace("\\\\", "").replace("\\|", "").matches('|').count(), 5, "{row}");
        let links = row.replace("https://www.rfc-editor.org/", "");
        assert!(!links.contains("https://"), "{row}");
        assert!(!row.contains("<img") && !row.contains("<script"), "{row}");
    }
}

#[test]
fn a_plan_is_never_quoted() {
    let root = support::fixture("tf-plan");
    let path = root.path().join("forgotten-id.json");
    let mut plan: Value = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    plan["variables"]["token"] = serde_json::json!({"value": "planted-secret"});
    std::fs::write(&path, plan.to_string()).unwrap();
    for format in Format::value_variants() {
        let name = format.to_possible_value().unwrap().get_name().to_owned();
        let arguments = ["lint", "--plan", "forgotten-id.json", "--format", &name];
        let output = mtasts(root.path()).args(arguments).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains("forgotten-id.json"), "{name}: {text}");
        assert!(!text.contains("planted-secret") && !text.contains("format_version"), "{name}: {text}");
    }
}
