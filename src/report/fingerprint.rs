//! What names a finding from one run to the next, so that a system that keeps findings knows which are new.

use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

use super::Report;
use super::places::Places;
use crate::finding::Finding;

/// The fingerprint of every finding of `report`, in its order: rule, domain, path and the text that is marked, and no
/// line number, so that it survives edits elsewhere in the file. Equal ones are counted: no two are the same.
pub(super) fn fingerprints(report: &Report, places: &Places) -> Vec<String> {
    let mut seen: FxHashMap<String, usize> = FxHashMap::default();
    let mut next = |finding: &Finding| {
        let digest = digest(finding, places);
        let count = seen.entry(digest.clone()).or_default();
        *count += 1;
        format!("{digest}:{count}")
    };
    report.findings.iter().map(&mut next).collect()
}

/// A fingerprint for what is no finding: a file that was not checked.
pub(super) fn of_failure(path: &str) -> String {
    hash(&["not-checked", path].map(str::as_bytes))
}

fn digest(finding: &Finding, places: &Places) -> String {
    let domain = finding.domain.as_ref().map(ToString::to_string).unwrap_or_default();
    let path = places.path(finding.place.file);
    let marked = marked(finding, places).unwrap_or(finding.message.as_bytes());
    hash(&[finding.rule.as_bytes(), domain.as_bytes(), path.as_bytes(), marked])
}

/// The first line of the marked text; `None` where there is none, or where even its hash would tell too much.
fn marked<'a>(finding: &Finding, places: &Places<'a>) -> Option<&'a [u8]> {
    let source = places.source(finding.place.file);
    let span = finding.place.span;
    let text = source.text.get(span.start as usize..span.end as usize)?;
    let line = text.trim_ascii_start().split(|&byte| byte == b'\n').next()?.trim_ascii_end();
    (!line.is_empty() && !source.is_private).then_some(line)
}

/// 128 bits are enough to tell findings apart. Each part has its length before it, so that no part reads as the next.
fn hash(parts: &[&[u8]]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    }
    let digest = hasher.finalize();
    let mut half = [0; 16];
    half.copy_from_slice(&digest[..16]);
    format!("{:032x}", u128::from_be_bytes(half))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::samples::{Sample, finding, mixed};
    use super::*;
    use crate::finding::Severity;
    use crate::text::{Place, Source, Span};

    fn of(sample: &Sample) -> Vec<String> {
        let report = sample.report();
        fingerprints(&report, &Places::new(&report))
    }

    /// One finding, on the first `mark` of a file.
    fn sample(text: &str, mark: &str, message: &str, is_private: bool) -> Sample {
        let mut sample = Sample::default();
        let source = Source { path: "a".into(), text: text.as_bytes().to_vec().into(), is_private };
        let file = crate::text::FileId(0);
        sample.sources.put(file, source);
        let at = text.find(mark).unwrap();
        let place = Place::new(file, Span::of(at..at + mark.len()));
        sample.findings = vec![finding("mx-missing", Severity::Error, place, message)];
        sample
    }

    #[test]
    fn lines_and_words_may_change_and_the_text_may_not() {
        let before = of(&sample("one\ntwo\n", "two", "a", false));
        assert_eq!(before, of(&sample("; new\n\none\n  two\n", "two", "in other words", false)));
        assert_ne!(before, of(&sample("one\ntwo\n", "one", "a", false)));
    }

    #[test]
    fn a_secret_is_not_hashed() {
        let (before, after) = (sample("{\"a\"}", "a", "x", true), sample("{\"b\"}", "b", "x", true));
        assert_eq!(of(&before), of(&after));
    }

    #[test]
    fn no_two_are_the_same() {
        let mut sample = mixed();
        sample.findings.extend(mixed().findings);
        let unique: BTreeSet<_> = of(&sample).into_iter().collect();
        assert_eq!(unique.len(), sample.findings.len());
        assert_eq!(of(&sample)[..4], of(&mixed())[..]);
    }
}
