//! Changes as a unified diff, as `patch` and `git apply` take it.

use std::fmt::Write;

use similar::{Algorithm, DiffOp, DiffTag, capture_diff_slices, group_diff_ops};

use super::Changed;
use crate::text::{escape, is_harmless};

/// Lines shown around a change.
const AROUND: usize = 3;

/// The diff of one file. A line that a terminal or a CI runner would obey is escaped: then the diff is to be read, and not to be
/// applied.
pub fn unified(change: &Changed) -> String {
    let path = escape(&change.path);
    let mut out = format!("--- a/{path}\n+++ b/{path}\n");
    let (old, new) = (lines(&change.before), lines(&change.after));
    for hunk in group_diff_ops(capture_diff_slices(Algorithm::Myers, &old, &new), AROUND) {
        let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else { continue };
        let range = |start: usize, end: usize| match end - start {
            // An empty range stands behind the line of its number.
            0 => format!("{start},0"),
            1 => format!("{}", start + 1),
            len => format!("{},{len}", start + 1),
        };
        let was = range(first.old_range().start, last.old_range().end);
        let is = range(first.new_range().start, last.new_range().end);
        // Writing to a String cannot fail.
        let _ = writeln!(out, "@@ -{was} +{is} @@");
        for op in hunk {
            print(&op, &old, &new, &mut out);
        }
    }
    out
}

/// The lines with their ends.
fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split_inclusive(|byte| *byte == b'\n').collect()
}

fn print(op: &DiffOp, old: &[&[u8]], new: &[&[u8]], out: &mut String) {
    let (removed, added) = (&old[op.old_range()], &new[op.new_range()]);
    if op.tag() == DiffTag::Equal {
        return print_lines(' ', removed, out);
    }
    print_lines('-', removed, out);
    print_lines('+', added, out);
}

fn print_lines(sign: char, lines: &[&[u8]], out: &mut String) {
    for line in lines {
        print_line(sign, line, out);
    }
}

fn print_line(sign: char, line: &[u8], out: &mut String) {
    let (body, end) = match line {
        // A CR at the end of a line moves nothing, and `patch` wants to see it.
        [body @ .., b'\r', b'\n'] => (body, "\r\n"),
        [body @ .., b'\n'] => (body, "\n"),
        body => (body, "\n\\ No newline at end of file\n"),
    };
    let shown = format!("{sign}{}", String::from_utf8_lossy(body));
    out.push_str(&if is_harmless(&shown) { shown.into() } else { escape(&shown) });
    out.push_str(end);
}
