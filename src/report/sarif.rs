//! SARIF 2.1.0, in the part of it that code scanning reads.
//!
//! What GitHub refuses or leaves out: more than 25,000 results, of which it shows the worst 5,000; more than 100
//! locations of one; rules with more than 10 tags; descriptions of more than 1024 characters. Its upload adds the
//! fingerprint of its own making to that which is here.

mod result;
mod rule;

use std::io;

use serde_json::{Value, json};

use super::Report;
use super::fingerprint::fingerprints;
use super::json_shape::{put, put_list};
use super::places::{Places, worst_first};

const MAX_RESULTS: usize = 25_000;
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

pub(super) fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    write_at_most(MAX_RESULTS, report, out)
}

fn write_at_most(limit: usize, report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let places = Places::new(report);
    let fingerprints = fingerprints(report, &places);
    let mut order = worst_first(report.findings);
    let left_out = order.len().saturating_sub(limit);
    order.truncate(limit);
    let mut rules: Vec<&str> = order.iter().map(|&index| report.findings[index].rule).collect();
    rules.sort_unstable();
    rules.dedup();

    write!(out, "{{\"$schema\":\"{SCHEMA}\",\"version\":\"2.1.0\",\"runs\":[{{\n\"tool\":{{\"driver\":{{")?;
    write!(out, "\"name\":\"mtasts\",\"semanticVersion\":\"{}\",\"rules\":", env!("CARGO_PKG_VERSION"))?;
    put_list(rules.iter().map(|rule| rule::descriptor(rule, report)), out)?;
    out.write_all(b"}},\n\"columnKind\":\"unicodeCodePoints\",\n\"originalUriBaseIds\":")?;
    put(&json!({"%SRCROOT%": {"description": {"text": "The root of the repository."}}}), out)?;
    out.write_all(b",\n\"invocations\":")?;
    put(&json!([invocation(report, &places, left_out)]), out)?;
    out.write_all(b",\n\"results\":")?;
    let result = |index: usize| {
        let finding = &report.findings[index];
        let rule_index = rules.binary_search(&finding.rule).unwrap_or_default();
        result::result(finding, rule_index, &fingerprints[index], &places)
    };
    put_list(order.into_iter().map(result), out)?;
    out.write_all(b"\n}]}\n")
}

/// What there is to say about the run: files that were not checked, and results that are not here.
fn invocation(report: &Report, places: &Places, left_out: usize) -> Value {
    let about = |path: &str, level: &str, why: &str| {
        let uri = result::artifact(&places.join(path));
        json!({
            "level": level,
            "message": {"text": result::plain(&format!("not checked: {why}"))},
            "locations": [{"physicalLocation": {"artifactLocation": uri}}],
        })
    };
    let failures = report.failures.iter().map(|failure| about(&failure.path, "error", &failure.error));
    let passed = report.passed.iter().map(|passed| about(&passed.path, "note", passed.why));
    let mut notifications: Vec<Value> = failures.chain(passed).collect();
    if left_out > 0 {
        let text = format!(
            "{left_out} more findings are not listed, because code scanning accepts no more than there are here"
        );
        notifications.push(json!({"level": "warning", "message": {"text": text}}));
    }
    json!({"executionSuccessful": report.failures.is_empty(), "toolExecutionNotifications": notifications})
}

#[cfg(test)]
mod tests {
    use super::super::samples::{Sample, finding, hostile, mixed, print};
    use super::super::{Format, Style};
    use super::*;
    use crate::finding::Severity;
    use crate::inputs::Passed;

    fn sarif(sample: &Sample) -> Value {
        serde_json::from_str(&print(Format::Sarif, sample, &Style::default())).unwrap()
    }

    /// The version changes with every release, and the rules' pages have snapshots of their own.
    fn pretty(mut sarif: Value) -> String {
        sarif["runs"][0]["tool"]["driver"]["semanticVersion"] = "x".into();
        for rule in sarif["runs"][0]["tool"]["driver"]["rules"].as_array_mut().unwrap() {
            *rule = rule["id"].clone();
        }
        serde_json::to_string_pretty(&sarif).unwrap()
    }

    #[test]
    fn a_result_a_finding() {
        let mut sample = mixed();
        sample.passed.push(Passed { path: "dns/a b.zone.j2".to_owned(), why: "a template" });
        insta::assert_snapshot!(pretty(sarif(&sample)));
    }

    #[test]
    fn no_findings_is_a_run_without_results() {
        insta::assert_snapshot!(pretty(sarif(&Sample::default())));
    }

    #[test]
    fn nothing_hostile_is_a_link_or_a_path_elsewhere() {
        let mut sample = hostile();
        let file = sample.sources.push("https://evil/../x?#[a](b).txt", &b"x\n"[..]);
        let place = crate::text::Place::new(file, crate::text::Span::new(0, 1));
        sample.findings.push(finding("no-page", Severity::Error, place, "[click](https://evil)"));
        insta::assert_snapshot!(pretty(sarif(&sample)));
    }

    #[test]
    fn no_more_results_than_are_accepted() {
        let (mut sample, mut out) = (mixed(), Vec::new());
        sample.findings.reverse();
        write_at_most(2, &sample.report(), &mut out).unwrap();
        let sarif: Value = serde_json::from_slice(&out).unwrap();
        let run = &sarif["runs"][0];
        let levels: Vec<_> = run["results"].as_array().unwrap().iter().map(|result| &result["level"]).collect();
        assert_eq!(levels, ["error", "error"]);
        assert_eq!(run["tool"]["driver"]["rules"].as_array().unwrap().len(), 2);
        let notice = run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"].as_str().unwrap();
        assert!(notice.starts_with("2 more findings"), "{notice}");
    }
}
