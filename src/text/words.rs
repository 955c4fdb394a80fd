//! What others say, as a report may print it.

/// Characters that are kept of a server's words.
const MAX_WORDS: usize = 200;

/// A server's words, or a certificate's, as a report may print them: one line, no control characters, not too long.
pub fn words(said: &str) -> String {
    let visible = said.trim().chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut words: String = visible.take(MAX_WORDS + 1).collect();
    if words.chars().count() > MAX_WORDS {
        words.pop();
        words.push('…');
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_one_short_line() {
        assert_eq!(words(" 220 mx\x1b[31m\r\nready "), "220 mx [31m  ready");
        let long = words(&"ä".repeat(1000));
        assert_eq!(long.chars().count(), MAX_WORDS + 1);
        assert!(long.ends_with('…'));
    }
}
