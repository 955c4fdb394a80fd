//! Findings that were there when the linter came: kept in a file, so that only new ones are reported.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::{Deserialize, Serialize};

use crate::finding::Finding;
use crate::text::Sources;

const VERSION: u64 = 1;

/// The known findings, each by what stays when lines move: rule, path, domain and message, and how often it is there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    known: BTreeMap<Fingerprint, usize>,
}

/// Findings that a baseline has been held against.
#[derive(Clone, Debug, Default)]
pub struct Filtered {
    /// What is new, in the order given.
    pub kept: Vec<Finding>,
    /// How many findings were known.
    pub known: usize,
    /// How many entries of the baseline match nothing any more.
    pub stale: usize,
}

/// Why some text is no baseline.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// Not as `--write-baseline` wrote it.
    #[error("the baseline is damaged: {0}; write it anew with `--write-baseline`")]
    Damaged(#[from] serde_json::Error),
    /// From another version of this tool.
    #[error(
        "the baseline has version {0}, and this tool knows version {VERSION}; write it anew with `--write-baseline`"
    )]
    Version(u64),
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Fingerprint {
    // In the order of the file: what belongs to one path stands together.
    path: String,
    rule: String,
    domain: Option<String>,
    message: String,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    #[serde(flatten)]
    fingerprint: Fingerprint,
    count: usize,
}

#[derive(Deserialize)]
struct Document {
    version: u64,
    findings: Vec<Entry>,
}

impl Baseline {
    /// The baseline in which all of `findings` are known.
    pub fn of(findings: &[Finding], sources: &Sources) -> Self {
        let mut known = BTreeMap::new();
        for finding in findings {
            *known.entry(Fingerprint::of(finding, sources)).or_default() += 1;
        }
        Self { known }
    }

    /// Reads what [`Baseline::to_json`] wrote.
    pub fn parse(text: &str) -> Result<Self, BaselineError> {
        // The version first: what another one looks like is not known.
        #[derive(Deserialize)]
        struct Version {
            version: u64,
        }
        let Version { version } = serde_json::from_str(text)?;
        if version != VERSION {
            return Err(BaselineError::Version(version));
        }
        let document: Document = serde_json::from_str(text)?;
        debug_assert_eq!(document.version, VERSION);
        let mut known = BTreeMap::<_, usize>::new();
        for entry in document.findings {
            let count = known.entry(entry.fingerprint).or_default();
            *count = count.saturating_add(entry.count);
        }
        Ok(Self { known })
    }

    /// Sorted, and an entry a line, so that a change of it reads well in a review.
    pub fn to_json(&self) -> serde_json::Result<String> {
        let mut out = format!("{{\"version\":{VERSION},\"findings\":[");
        for (at, (fingerprint, &count)) in self.known.iter().enumerate() {
            let entry = serde_json::to_string(&Entry { fingerprint: fingerprint.clone(), count })?;
            // Writing to a String cannot fail.
            let _ = write!(out, "{}\n{entry}", if at == 0 { "" } else { "," });
        }
        out.push_str("\n]}\n");
        Ok(out)
    }

    /// How many findings are known.
    pub fn len(&self) -> usize {
        self.known.values().fold(0, |sum, &count| sum.saturating_add(count))
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// Takes the known findings out, each as often as it was known.
    pub fn filter(&self, findings: Vec<Finding>, sources: &Sources) -> Filtered {
        let mut left = self.known.clone();
        let mut filtered = Filtered::default();
        for finding in findings {
            match left.get_mut(&Fingerprint::of(&finding, sources)) {
                Some(count) if *count > 0 => {
                    *count -= 1;
                    filtered.known += 1;
                }
                _ => filtered.kept.push(finding),
            }
        }
        filtered.stale = self.known.iter().zip(left.values()).filter(|((_, before), after)| before == after).count();
        filtered
    }
}

impl Fingerprint {
    fn of(finding: &Finding, sources: &Sources) -> Self {
        Self {
            path: sources.get(finding.place.file).path.to_string(),
            rule: finding.rule.to_owned(),
            domain: finding.domain.as_ref().map(ToString::to_string),
            message: finding.message.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dns::Name;
    use crate::finding::Severity;
    use crate::text::{Place, Span};

    fn finding(sources: &mut Sources, path: &str, rule: &'static str, at: u32) -> Finding {
        let file = sources.push(path, &b""[..]);
        Finding {
            rule,
            severity: Severity::Error,
            domain: Name::parse(b"a.example", None).ok(),
            message: format!("wrong in `{path}`"),
            place: Place::new(file, Span::new(at, at + 1)),
            label: String::new(),
            related: Vec::new(),
            help: None,
            fix: None,
        }
    }

    #[test]
    fn known_findings_stay_known_when_lines_move() {
        let mut sources = Sources::default();
        let before = [("b", "mx", 1), ("a", "mx", 5), ("a", "mx", 9), ("c", "gone", 0)];
        let before = before.map(|(path, rule, at)| finding(&mut sources, path, rule, at));
        let text = Baseline::of(&before, &sources).to_json().unwrap();
        assert_eq!(
            text,
            "{\"version\":1,\"findings\":[\n\
             {\"path\":\"a\",\"rule\":\"mx\",\"domain\":\"a.example\",\"message\":\"wrong in `a`\",\"count\":2},\n\
             {\"path\":\"b\",\"rule\":\"mx\",\"domain\":\"a.example\",\"message\":\"wrong in `b`\",\"count\":1},\n\
             {\"path\":\"c\",\"rule\":\"gone\",\"domain\":\"a.example\",\"message\":\"wrong in `c`\",\"count\":1}\n]}\n"
        );
        let baseline = Baseline::parse(&text).unwrap();
        assert_eq!((baseline.len(), baseline.is_empty()), (4, false));
        let after = [("a", "mx", 105), ("a", "mx", 109), ("a", "mx", 200), ("b", "mx", 7), ("b", "new", 7)];
        let after = after.map(|(path, rule, at)| finding(&mut sources, path, rule, at));
        let filtered = baseline.filter(after.to_vec(), &sources);
        let kept: Vec<_> = filtered.kept.iter().map(|finding| (finding.rule, finding.place.span.start)).collect();
        assert_eq!(kept, [("mx", 200), ("new", 7)]);
        assert_eq!((filtered.known, filtered.stale), (3, 1));
    }

    #[test]
    fn an_empty_baseline_reads_back() {
        let empty = Baseline::default();
        assert_eq!(Baseline::parse(&empty.to_json().unwrap()).unwrap(), empty);
    }

    #[test]
    fn what_is_no_baseline_is_said() {
        let words = |text: &str| Baseline::parse(text).unwrap_err().to_string();
        assert!(words("[").starts_with("the baseline is damaged: EOF"), "{}", words("["));
        assert!(words("{\"version\":1}").contains("missing field `findings`"));
        assert!(words("{\"version\":2,\"findings\":7}").starts_with("the baseline has version 2, and this tool knows"));
    }
}
