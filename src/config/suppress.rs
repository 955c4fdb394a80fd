//! `mtasts: ignore[rule-name, other] reason` in a comment, and `[[ignore-finding]]` in `mtasts.toml`.
//!
//! An ignore names its rules and says why, or it ignores nothing: a blanket one would hide what nobody has seen yet.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};

use memchr::memmem::Finder;

use super::{ConfigError, IgnoreFinding};
use crate::finding::Finding;
use crate::text::{FileId, Place, Sources, Span, clipped, did_you_mean};

const NEEDLE: &[u8] = b"mtasts:";
/// Of one file; who wrote more of them has one mistake, not thousands.
const MAX_FAULTS: usize = 100;
/// Comments that stand on one another and all mean the line below.
const MAX_STACK: usize = 8;

/// What the repository's owner asks not to see, and whether it was there.
#[derive(Debug)]
pub struct Suppressions {
    needle: Finder<'static>,
    comments: BTreeMap<FileId, Vec<Comment>>,
    config: Vec<(IgnoreFinding, AtomicBool)>,
    faults: Vec<ConfigError>,
}

/// A suppression that suppressed nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unused {
    /// Where it stands: the rule's name.
    pub place: Place,
    /// The rule.
    pub rule: &'static str,
}

/// One comment.
#[derive(Debug)]
struct Comment {
    /// Its line and, where it stands alone, the one below.
    covers: Span,
    rules: Vec<(Unused, AtomicBool)>,
}

impl Suppressions {
    /// With the ignores of `mtasts.toml`.
    pub fn new(config: Vec<IgnoreFinding>) -> Self {
        let config = config.into_iter().map(|ignored| (ignored, AtomicBool::new(false))).collect();
        Self { needle: Finder::new(NEEDLE), comments: BTreeMap::new(), config, faults: Vec::new() }
    }

    /// Reads the comments of a file; `rules` are the names of all rules. For a file that holds none this is one search.
    ///
    /// Comments are found without regard to the file's format (a `;` inside a string counts), so a file whose format has
    /// no comments should not be given.
    pub fn scan(&mut self, file: FileId, text: &[u8], rules: &[&'static str]) {
        let mut found = Vec::new();
        let (mut from, faults_before) = (0, self.faults.len());
        while let Some(hit) = text.get(from..).and_then(|rest| self.needle.find(rest)) {
            let line = Line::around(file, text, from, from + hit);
            // One a line, so that a line of 5 MB full of them is read once.
            from = line.end + 1;
            if let Some(read) = line.directive(rules, &mut self.faults) {
                found.push((line, read));
            }
            self.faults.truncate(faults_before + MAX_FAULTS);
        }
        if !found.is_empty() {
            self.comments.insert(file, comments(found, text));
        }
    }

    /// Whether `finding` is not to be reported. Whatever says so counts as used.
    pub fn apply(&self, finding: &Finding, sources: &Sources) -> bool {
        let (in_comment, in_config) = (self.by_comment(finding), self.by_config(finding, sources));
        in_comment || in_config
    }

    /// The suppressions that suppressed nothing, of rules that `ran`: with `--select`, no other can tell.
    pub fn unused(&self, ran: &dyn Fn(&str) -> bool) -> Vec<Unused> {
        let comments = self.comments.values().flatten().flat_map(|comment| &comment.rules);
        let comments = comments.map(|(unused, used)| (*unused, used));
        let config = self
            .config
            .iter()
            .map(|(ignored, used)| (Unused { place: ignored.rule.place, rule: ignored.rule.value }, used));
        let mut unused: Vec<_> = comments
            .chain(config)
            .filter(|(unused, used)| !used.load(Ordering::Relaxed) && ran(unused.rule))
            .map(|(unused, _)| unused)
            .collect();
        unused.sort_by_key(|unused| unused.place);
        unused
    }

    /// Comments that mean to suppress and do not: no rule, no such rule, no reason.
    pub fn faults(&self) -> &[ConfigError] {
        &self.faults
    }

    fn by_comment(&self, finding: &Finding) -> bool {
        let at = finding.place.span.start;
        let Some(comments) = self.comments.get(&finding.place.file) else { return false };
        // Sorted by start and by end alike: each covers its own line and perhaps the lines to a target below.
        let first = comments.partition_point(|comment| comment.covers.end < at);
        let mut applied = false;
        for comment in comments[first..].iter().take_while(|comment| comment.covers.start <= at) {
            for (_, used) in comment.rules.iter().filter(|(entry, _)| entry.rule == finding.rule) {
                used.store(true, Ordering::Relaxed);
                applied = true;
            }
        }
        applied
    }

    fn by_config(&self, finding: &Finding, sources: &Sources) -> bool {
        let mut applied = false;
        for (ignored, used) in self.config.iter().filter(|(ignored, _)| ignored.rule.value == finding.rule) {
            let path = || &*sources.get(finding.place.file).path;
            let in_path = ignored.path.as_ref().is_none_or(|pattern| pattern.value.matches(path()).is_some());
            let of_domain = ignored.domain.as_ref().is_none_or(|name| finding.domain.as_ref() == Some(&name.value));
            if in_path && of_domain {
                used.store(true, Ordering::Relaxed);
                applied = true;
            }
        }
        applied
    }
}

/// Gives each comment the lines that it covers. A comment on a comment means what that one means.
fn comments(found: Vec<(Line, Vec<Unused>)>, text: &[u8]) -> Vec<Comment> {
    let mut comments: Vec<Comment> = Vec::with_capacity(found.len());
    let mut below: Option<(usize, usize, usize)> = None;
    for (line, rules) in found.into_iter().rev() {
        let (target_end, stacked) = match below {
            _ if !line.alone => (line.end, MAX_STACK),
            Some((start, end, stacked)) if start == line.end + 1 && stacked < MAX_STACK => (end, stacked + 1),
            _ => (line_end(text, line.end + 1), 0),
        };
        below = Some((line.start, target_end, stacked));
        let rules = rules.into_iter().map(|unused| (unused, AtomicBool::new(false))).collect();
        comments.push(Comment { covers: Span::of(line.start..target_end), rules });
    }
    comments.reverse();
    comments
}

fn line_end(text: &[u8], from: usize) -> usize {
    text.get(from..).map_or(text.len(), |rest| memchr::memchr(b'\n', rest).map_or(text.len(), |len| from + len))
}

/// A line that holds the needle.
struct Line<'a> {
    file: FileId,
    text: &'a [u8],
    start: usize,
    /// Where the needle begins.
    at: usize,
    /// Its LF, or the end of the file.
    end: usize,
    /// Nothing but a comment.
    alone: bool,
}

impl<'a> Line<'a> {
    /// The line that holds `at`, which is not before the line start `from`.
    fn around(file: FileId, text: &'a [u8], from: usize, at: usize) -> Self {
        let start = memchr::memrchr(b'\n', &text[from..at]).map_or(from, |lf| from + lf + 1);
        let first = text[start..at].trim_ascii_start();
        let alone = first.starts_with(b";") || first.starts_with(b"#") || first.starts_with(b"//");
        Self { file, text, start, at, end: line_end(text, at), alone }
    }

    /// The rules that the comment names, if it is one that suppresses and says why.
    fn directive(&self, rules: &[&'static str], faults: &mut Vec<ConfigError>) -> Option<Vec<Unused>> {
        let before = &self.text[self.start..self.at];
        if memchr::memchr2(b';', b'#', before).is_none() && memchr::memmem::find(before, b"//").is_none() {
            return None;
        }
        let after = &self.text[self.at + NEEDLE.len()..self.end];
        let rest = after.trim_ascii_start().strip_prefix(b"ignore")?;
        // `mtasts: ignored by …` is prose.
        if rest.first().is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')) {
            return None;
        }
        match self.read(rest.trim_ascii_start(), rules, faults) {
            Ok(named) => Some(named),
            Err(message) => {
                let whole = self.at..self.at + self.text[self.at..self.end].trim_ascii_end().len();
                faults.push(self.fault(whole, message.to_owned()));
                None
            }
        }
    }

    fn read(
        &self,
        rest: &[u8],
        rules: &[&'static str],
        faults: &mut Vec<ConfigError>,
    ) -> Result<Vec<Unused>, &'static str> {
        let list = rest.strip_prefix(b"[").ok_or("this names no rule, and there is no ignoring them all")?;
        let len = memchr::memchr(b']', list).ok_or("the `[` is not closed")?;
        let (list, reason) = (&list[..len], &list[len + 1..]);
        if matches!(list.trim_ascii(), b"" | b"*") {
            return Err("this names no rule, and there is no ignoring them all");
        }
        if !reason.iter().any(|byte| byte.is_ascii_alphanumeric() || !byte.is_ascii()) {
            return Err("this gives no reason, so it ignores nothing; write why after the `]`");
        }
        let (mut named, mut at) = (Vec::new(), self.end - reason.len() - 1 - list.len());
        for part in list.split(|&byte| byte == b',') {
            let name = part.trim_ascii();
            let start = at + (part.len() - part.trim_ascii_start().len());
            at += part.len() + 1;
            match rules.iter().find(|rule| rule.as_bytes() == name) {
                Some(rule) => named.push(Unused { place: self.place(start..start + name.len()), rule }),
                None if faults.len() < usize::MAX => faults.push(self.unknown(name, start, rules)),
                None => {}
            }
        }
        Ok(named)
    }

    fn unknown(&self, name: &[u8], start: usize, rules: &[&str]) -> ConfigError {
        let word = clipped(name, 60);
        self.fault(start..start + name.len(), format!("there is no rule `{word}`{}", did_you_mean(&word, rules)))
    }

    fn fault(&self, range: std::ops::Range<usize>, message: String) -> ConfigError {
        ConfigError { place: self.place(range), message }
    }

    fn place(&self, range: std::ops::Range<usize>) -> Place {
        Place::new(self.file, Span::of(range))
    }
}

#[cfg(test)]
mod tests;
