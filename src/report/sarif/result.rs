//! A finding as a SARIF result.

use std::fmt::Write;

use serde_json::{Value, json};

use super::super::places::{Places, Region, said, words};
use crate::finding::{Finding, Fix, Severity};
use crate::text::Place;

const MAX_RELATED: usize = 99;

pub(super) fn result(finding: &Finding, rule_index: usize, fingerprint: &str, places: &Places) -> Value {
    let mut result = json!({
        "ruleId": finding.rule,
        "ruleIndex": rule_index,
        "level": level(finding.severity),
        "message": {"text": message(finding)},
        "locations": [location(finding.place, &finding.label, places)],
        "partialFingerprints": {"mtasts/v1": fingerprint},
    });
    if !finding.related.is_empty() {
        let related = (1..).zip(&finding.related).take(MAX_RELATED).map(|(id, related)| {
            let mut location = location(related.place, said(related), places);
            location["id"] = json!(id);
            location
        });
        result["relatedLocations"] = related.collect();
    }
    if let Some(fix) = places.fix(finding) {
        let help = finding.help.as_ref().unwrap_or(&finding.message);
        result["fixes"] = json!([fixed(fix, help, places)]);
    }
    if let Some(domain) = &finding.domain {
        result["properties"] = json!({"domain": domain.to_string()});
    }
    result
}

pub(super) fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// The fact, and the act on the next line: where there is little room, only the first is shown.
fn message(finding: &Finding) -> String {
    match &finding.help {
        Some(help) => format!("{}\n{}", plain(&finding.message), plain(help)),
        None => plain(&finding.message),
    }
}

fn location(place: Place, words: &str, places: &Places) -> Value {
    let mut location = json!({
        "physicalLocation": {
            "artifactLocation": artifact(&places.path(place.file)),
            "region": region(places.region(place)),
        },
    });
    if !words.is_empty() {
        location["message"] = json!({"text": plain(words)});
    }
    location
}

fn region(Region { start, end }: Region) -> Value {
    json!({"startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column})
}

/// The edits, by file. What is put in is for programs, and stays as it is.
fn fixed(fix: &Fix, help: &str, places: &Places) -> Value {
    let mut edits: Vec<_> = fix.edits.iter().collect();
    edits.sort_by_key(|edit| (edit.place.file, edit.place.span.start));
    let changes = edits.chunk_by(|one, next| one.place.file == next.place.file).map(|edits| {
        let replacements = edits.iter().map(|edit| {
            let region = region(places.region(edit.place));
            json!({"deletedRegion": region, "insertedContent": {"text": edit.content}})
        });
        json!({
            "artifactLocation": artifact(&places.path(edits[0].place.file)),
            "replacements": replacements.collect::<Vec<_>>(),
        })
    });
    json!({
        "description": {"text": plain(help)},
        "artifactChanges": changes.collect::<Vec<_>>(),
        "properties": {"applicability": fix.applicability},
    })
}

/// A file of the checkout, or one outside of it, which is told by its whole path.
pub(super) fn artifact(path: &str) -> Value {
    let uri = encoded(path);
    if path.starts_with('/') {
        json!({"uri": format!("file://{uri}")})
    } else {
        json!({"uri": uri, "uriBaseId": "%SRCROOT%"})
    }
}

/// RFC 3986 §2.3: all but the unreserved characters, and the `/` between segments.
fn encoded(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            _ => {
                // Writing to a String cannot fail.
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}

/// `text` as a message, in which `[a](b)` would be a link (SARIF 2.1.0 §3.11.6). A viewer that knows no links shows the
/// backslash by which the standard would have it escaped; a space does it for both.
pub(super) fn plain(text: &str) -> String {
    words(text).replace("](", "] (")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_uris() {
        let table = [
            ("dns/example.com.zone", json!({"uri": "dns/example.com.zone", "uriBaseId": "%SRCROOT%"})),
            ("a b/c:d%20?#ü", json!({"uri": "a%20b/c%3Ad%2520%3F%23%C3%BC", "uriBaseId": "%SRCROOT%"})),
            ("/tmp/plan.json", json!({"uri": "file:///tmp/plan.json"})),
        ];
        for (path, uri) in table {
            assert_eq!(artifact(path), uri, "{path}");
        }
    }
}
