//! Escaped text, character by character, for printers that need to know what became of each.

use crate::text::escape;

/// Calls `each` with every character of `text` and with what [`escape`] makes of it in its context.
///
/// The two are walked side by side rather than the rules repeated here: no backslash is ever escaped, so where the
/// escaped text does not go on with the character itself, one escape stands for it.
pub(super) fn each_shown(text: &str, mut each: impl FnMut(char, &str)) {
    let escaped = escape(text);
    let mut rest = &*escaped;
    for character in text.chars() {
        let len = if rest.starts_with(character) {
            character.len_utf8()
        } else if rest.starts_with("\\u") {
            rest.find('}').map_or(rest.len(), |at| at + 1)
        } else {
            "\\xHH".len().min(rest.len())
        };
        let (shown, tail) = rest.split_at(len);
        each(character, shown);
        rest = tail;
    }
}

/// The first `limit` characters, escaped: for the human reader, whom a message of 5 MB does not help.
pub(super) fn escaped_head(text: &str, limit: usize) -> String {
    escape(&crate::text::clipped(text.as_bytes(), limit)).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_parts_join_to_the_whole(text in "(\\PC|[\\\\:#\\[\u{1b}\u{202e}\u{e0001}x]|::|##\\[|\\\\x|\\\\u)*") {
            let (mut source, mut joined) = (String::new(), String::new());
            each_shown(&text, |character, shown| {
                source.push(character);
                joined.push_str(shown);
                assert!(shown.starts_with(character) && shown.len() == character.len_utf8() || shown.starts_with('\\'));
            });
            prop_assert_eq!(source, &*text);
            prop_assert_eq!(joined, &*escape(&text));
        }
    }
}
