//! Untrusted text, made safe to print.
//!
//! A repository under review can hold anything: terminal escape codes, bidirectional controls that make a line read
//! backwards, or text that a CI runner takes for a command (`::error::`, `##[`, `##vso[`). Every printer passes what
//! it did not write itself through [`escape`].

use std::borrow::Cow;
use std::fmt;

/// Text whose [`fmt::Display`] is [`escape`]d.
#[derive(Clone, Copy, Debug)]
pub struct Escaped<'a>(pub &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&escape(self.0))
    }
}

/// `text` with every control character, invisible or direction-changing character, and every start of a CI workflow
/// command written out as `\xHH` or `\u{H}`. A line feed is escaped too: what goes in is one line.
pub fn escape(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b':' && byte != b'#') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    let mut word_start = true;
    for (at, character) in text.char_indices() {
        let rest = &text[at..];
        let command = (word_start && rest.starts_with("::")) || rest.starts_with("##[") || rest.starts_with("##vso[");
        if command || is_unsafe(character) {
            push_escaped(&mut out, character);
        } else {
            out.push(character);
        }
        word_start = character.is_whitespace() || is_unsafe(character);
    }
    Cow::Owned(out)
}

/// Whether `line`, which is the whole of a line, may be printed as it is, tabs and all: there is nothing in it that a terminal or a
/// CI runner would obey. Runners look for commands at the beginning of a line, and for `##[` anywhere.
pub fn is_harmless(line: &str) -> bool {
    let is_command = line.trim_start().starts_with("::") || line.contains("##[") || line.contains("##vso[");
    !is_command && !line.chars().any(|character| character != '\t' && is_unsafe(character))
}

/// The first `limit` characters of `bytes` read as UTF-8, with `…` where more was cut; for quoting values in messages.
pub fn clipped(bytes: &[u8], limit: usize) -> String {
    // Four bytes a character at the most: no need to decode a 5 MB word to show 60 characters of it.
    let head = &bytes[..bytes.len().min(limit.saturating_mul(4).saturating_add(4))];
    let text = String::from_utf8_lossy(head);
    let mut out: String = text.chars().take(limit).collect();
    if head.len() < bytes.len() || text.chars().nth(limit).is_some() {
        out.push('…');
    }
    out
}

fn push_escaped(out: &mut String, character: char) {
    use fmt::Write;
    let code = u32::from(character);
    // Writing to a String cannot fail.
    let _ = if code < 0x80 { write!(out, "\\x{code:02x}") } else { write!(out, "\\u{{{code:x}}}") };
}

fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_or_a_ci_runner_would_obey_is_written_out() {
        let table = [
            ("plain text", "plain text"),
            ("\u{1b}[31mred", "\\x1b[31mred"),
            ("a\nb\tc", "a\\x0ab\\x09c"),
            ("\u{202e}abc", "\\u{202e}abc"),
            ("::error::x", "\\x3a:error::x"),
            ("say ::error::x", "say \\x3a:error::x"),
            ("2001:db8::1", "2001:db8::1"),
            ("x##[error]", "x\\x23#[error]"),
            ("##vso[task]", "\\x23#vso[task]"),
            ("# 5", "# 5"),
            ("\u{9b}31m", "\\u{9b}31m"),
            ("münchen", "münchen"),
            ("\r::error::x", "\\x0d\\x3a:error::x"),
        ];
        for (text, shown) in table {
            assert_eq!(escape(text), shown, "{text:?}");
        }
    }

    #[test]
    fn clipping_counts_characters() {
        assert_eq!(clipped("häuser".as_bytes(), 3), "häu…");
        assert_eq!(clipped(b"abc", 3), "abc");
        assert_eq!(clipped(&vec![b'a'; 5_000_000], 2), "aa…");
    }
}
