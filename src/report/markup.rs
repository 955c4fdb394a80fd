//! Untrusted text in the Markdown that GitHub and GitLab show: no link, no mention, no HTML, no cell of a table but
//! what the printer wrote itself.

use std::fmt::Write;

/// Hinders a mention (`@team`), a reference (`#1`, `!2`) and a link, and cannot be seen.
const JOINT: &str = "&#8203;";

/// The words of a message, in which values stand between backticks: those become code, and the rest text. What is
/// between two backticks may be a hostile value's doing; either way it is safe.
pub(super) fn prose(words: &str) -> String {
    let parts: Vec<&str> = words.split('`').collect();
    let mut out = String::with_capacity(words.len() + 16);
    for (at, part) in parts.iter().enumerate() {
        let is_closed = at + 1 < parts.len();
        match (at % 2 == 1, is_closed) {
            (true, true) => out.push_str(&code(part)),
            (true, false) => {
                out.push_str("\\`");
                out.push_str(&text(part));
            }
            (false, _) => out.push_str(&text(part)),
        }
    }
    out
}

/// `words` as text, within a line.
pub(super) fn text(words: &str) -> String {
    let mut out = String::with_capacity(words.len() + 16);
    for (at, character) in words.char_indices() {
        let rest = &words[at..];
        match character {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // A dollar begins a formula unless it is an element's whole text.
            '$' => out.push_str("<span>$</span>"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' => out.extend(['\\', character]),
            '&' => out.extend(["&amp;", JOINT]),
            '@' | '%' => {
                out.push(character);
                out.push_str(JOINT);
            }
            '#' | '!' | '~' => {
                out.extend(['\\', character]);
                out.push_str(JOINT);
            }
            ':' if rest.starts_with("://") => out.extend([":", JOINT]),
            '.' if ends_in_www(&words[..at]) => out.extend([JOINT, "."]),
            // GH-1 is a reference too.
            '-' if words[..at].ends_with("GH") || words[..at].ends_with("gh") => out.extend([JOINT, "-"]),
            _ => out.push(character),
        }
    }
    out
}

fn ends_in_www(before: &str) -> bool {
    before.len().checked_sub(3).and_then(|at| before.get(at..)).is_some_and(|tail| tail.eq_ignore_ascii_case("www"))
}

/// `value` as code, within a line or a cell of a table.
///
/// A code span in backticks cannot hold a backtick simply, and in a cell no backslash before a `|`. Such values are
/// spelt out as character references, of which none is markup.
pub(super) fn code(value: &str) -> String {
    if value.is_empty() {
        return String::new();
    }
    if !value.contains(['`', '|', '\\', '\n', '\r']) {
        return format!("`{value}`");
    }
    let mut out = String::from("<code>");
    for character in value.chars() {
        match character {
            // The element keeps an address from becoming a link.
            '@' => out.push_str("&#64;<wbr>"),
            _ if character.is_ascii_punctuation() || character.is_control() => {
                // Writing to a String cannot fail.
                let _ = write!(out, "&#{};", u32::from(character));
            }
            _ => out.push(character),
        }
    }
    out.push_str("</code>");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_code_and_the_rest_is_text() {
        let table = [
            ("the id holds `-`, which is no digit", "the id holds `-`, which is no digit"),
            ("`a` and `b", "`a` and \\`b"),
            ("`` and `<b>`", " and `<b>`"),
            ("`x` @team `y`", "`x` @&#8203;team `y`"),
            ("a `x|y` b", "a <code>x&#124;y</code> b"),
            ("a `x\\` b", "a <code>x&#92;</code> b"),
        ];
        for (words, shown) in table {
            assert_eq!(prose(words), shown, "{words}");
        }
    }

    #[test]
    fn text_is_no_markup() {
        let table = [
            ("<script>&lt;", "&lt;script&gt;&amp;&#8203;lt;"),
            ("[a](https://x)", "\\[a\\](https:&#8203;//x)"),
            ("www.x and WWW.y", "www&#8203;.x and WWW&#8203;.y"),
            ("fixes #1, GH-2, !3", "fixes \\#&#8203;1, GH&#8203;-2, \\!&#8203;3"),
            ("a|b", "a\\|b"),
            ("**a** _b_ ~~c~~", "\\*\\*a\\*\\* \\_b\\_ \\~&#8203;\\~&#8203;c\\~&#8203;\\~&#8203;"),
            ("$x$", "<span>$</span>x<span>$</span>"),
            ("a plain sentence, with 3 words.", "a plain sentence, with 3 words."),
        ];
        for (words, shown) in table {
            assert_eq!(text(words), shown, "{words}");
        }
    }

    #[test]
    fn code_that_backticks_cannot_hold_is_spelt_out() {
        assert_eq!(code("a@b"), "`a@b`");
        assert_eq!(code("a`@b|</code>"), "<code>a&#96;&#64;<wbr>b&#124;&#60;&#47;code&#62;</code>");
        assert_eq!(code(""), "");
    }
}
