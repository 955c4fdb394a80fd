//! reviewdog's diagnostic format. Columns count bytes, and the end is exclusive.
//!
//! The message becomes a comment on a pull request, so it is Markdown in which no value is markup.

use std::io;

use serde_json::{Value, json};

use super::Report;
use super::json_shape::put_list;
use super::markup::{code, prose};
use super::places::{Places, Region, words, worst_first};
use crate::finding::{Edit, Finding, Severity};
use crate::inputs::Failure;
use crate::text::{Place, Span};

/// A suggestion over more than this is no suggestion that anyone reads.
const MAX_SUGGESTION: u32 = 4096;

pub(super) fn write(report: &Report, out: &mut dyn io::Write) -> io::Result<()> {
    let places = Places::new(report);
    out.write_all(b"{\"source\":{\"name\":\"mtasts\"},\n\"diagnostics\":")?;
    let failures = report.failures.iter().map(|failure| not_checked(failure, &places));
    let findings = worst_first(report.findings).into_iter().map(|index| &report.findings[index]);
    put_list(failures.chain(findings.map(|finding| diagnostic(finding, report, &places))), out)?;
    out.write_all(b"}\n")
}

fn diagnostic(finding: &Finding, report: &Report, places: &Places) -> Value {
    let mut diagnostic = json!({
        "message": message(finding, places),
        "location": {
            "path": places.shown_path(finding.place.file),
            "range": range(places.byte_region(finding.place)),
        },
        "severity": severity(finding.severity),
        "code": {"value": finding.rule},
    });
    if let Some(url) = (report.rule_url)(finding.rule) {
        diagnostic["code"]["url"] = url.into();
    }
    if let Some(suggestion) = suggestion(finding, places) {
        diagnostic["suggestions"] = json!([suggestion]);
    }
    diagnostic
}

fn message(finding: &Finding, places: &Places) -> String {
    let mut parts = vec![prose(&words(&finding.message))];
    parts.extend(finding.help.as_deref().map(|help| format!("→ {}", prose(&words(help)))));
    let related = places.related(finding).map(|(at, words)| format!("* {}: {}", code(&at), prose(&words)));
    parts.extend((!finding.related.is_empty()).then(|| related.collect::<Vec<_>>().join("\n")));
    parts.join("\n\n")
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "ERROR",
        Severity::Warning => "WARNING",
        Severity::Info => "INFO",
    }
}

fn range(region: Region) -> Value {
    let position = |at: crate::text::LineColumn| json!({"line": at.line, "column": at.column});
    json!({"start": position(region.start), "end": position(region.end)})
}

/// The whole fix as one suggestion: several could be taken one without the other. A fix of another file cannot be told,
/// because a suggestion has no path.
fn suggestion(finding: &Finding, places: &Places) -> Option<Value> {
    let mut edits: Vec<&Edit> = places.fix(finding)?.edits.iter().collect();
    edits.sort_by_key(|edit| edit.place.span.start);
    let file = finding.place.file;
    let (start, end) = (edits.first()?.place.span.start, edits.last()?.place.span.end);
    if edits.iter().any(|edit| edit.place.file != file) || end.checked_sub(start)? > MAX_SUGGESTION {
        return None;
    }
    let source = &places.source(file).text;
    let (mut text, mut at) = (String::new(), start);
    for edit in edits {
        let between = source.get(at as usize..edit.place.span.start as usize)?;
        text.push_str(std::str::from_utf8(between).ok()?);
        text.push_str(&edit.content);
        at = edit.place.span.end;
    }
    Some(json!({"range": range(places.byte_region(Place::new(file, Span::new(start, end)))), "text": text}))
}

fn not_checked(failure: &Failure, places: &Places) -> Value {
    json!({
        "message": format!("not checked: {}", prose(&words(&failure.error))),
        "location": {"path": words(&places.join(&failure.path))},
        "severity": "ERROR",
    })
}

#[cfg(test)]
mod tests {
    use super::super::samples::{Sample, hostile, mixed, print};
    use super::super::{Format, Style};
    use super::*;
    use crate::finding::{Applicability, Fix};
    use crate::text::FileId;

    fn rdjson(sample: &Sample) -> Value {
        serde_json::from_str(&print(Format::Rdjson, sample, &Style::default())).unwrap()
    }

    #[test]
    fn a_diagnostic_a_finding_and_errors_first() {
        insta::assert_snapshot!(print(Format::Rdjson, &mixed(), &Style::default()));
    }

    #[test]
    fn nothing_hostile_is_a_command_or_markup() {
        insta::assert_snapshot!(print(Format::Rdjson, &hostile(), &Style::default()));
    }

    fn with_fix(edits: &[(&str, &str)]) -> Sample {
        let mut sample = mixed();
        let edits =
            edits.iter().map(|(old, new)| Edit { place: sample.find(FileId(0), old), content: (*new).to_owned() });
        let fix = Fix { applicability: Applicability::Unsafe, edits: edits.collect() };
        sample.findings.truncate(1);
        sample.findings[0].fix = Some(fix);
        sample
    }

    #[test]
    fn a_fix_is_one_suggestion() {
        let json = rdjson(&with_fix(&[("mx2\n", "mx3\n"), ("2024-01-01", "1")]));
        assert_eq!(
            json["diagnostics"][0]["suggestions"],
            json!([{
                "range": {"start": {"line": 3, "column": 27}, "end": {"line": 6, "column": 1}},
                "text": "1;\"\n@ MX 10 mx1\n  MX 20 mx3\n",
            }])
        );
    }

    #[test]
    fn a_fix_elsewhere_or_of_a_secret_is_none() {
        let mut sample = with_fix(&[("mx2\n", "mx3\n")]);
        sample.findings[0].place.file = FileId(1);
        assert!(rdjson(&sample)["diagnostics"][0].get("suggestions").is_none());
        let mut sample = with_fix(&[("mx2\n", "mx3\n")]);
        let mut source = sample.sources.get(FileId(0)).clone();
        source.is_private = true;
        sample.sources.put(FileId(0), source);
        assert!(rdjson(&sample)["diagnostics"][0].get("suggestions").is_none());
    }
}
