//! Path patterns of `mtasts.toml`: globs over root-relative paths, of which one part may be a domain.
//!
//! A matcher of our own, because `globset` cannot tell what a part of a pattern matched, and would read `{domain}` as an
//! alternation. It fills a table of tokens by characters once, so that no pattern takes longer than their product.

/// A glob over a whole path: `*` and `?` within a component, `**` over components, `[a-z]`, `\` before a character that
/// is meant as such; and at most one placeholder, `{domain}` or `{origin}`, for a part of a component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathPattern {
    text: Box<str>,
    tokens: Box<[Token]>,
    /// How the path must begin and end; most paths fail here.
    head: Box<str>,
    tail: Box<str>,
}

/// A path that a pattern matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathMatch {
    /// What the placeholder stands for in this path, in lower case, where the pattern has one.
    pub captured: Option<String>,
}

/// Why some text is no pattern.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    /// Nothing there.
    #[error("the pattern is empty")]
    Empty,
    /// More than any path needs.
    #[error("the pattern is longer than 256 characters")]
    TooLong,
    /// `[` without `]`.
    #[error("a `[` of the pattern is not closed by a `]`")]
    UnclosedClass,
    /// A backslash at the end.
    #[error("a backslash ends the pattern; it goes before the character that it escapes")]
    DanglingEscape,
    /// Any other use of braces.
    #[error("{}; write `\\{{` for a brace that is meant as such", brace_words(*.0))]
    Brace(Option<&'static str>),
    /// Which of the two would be the domain?
    #[error("the placeholder stands twice in the pattern")]
    Twice,
}

fn brace_words(placeholder: Option<&str>) -> String {
    match placeholder {
        Some(name) => format!("the only placeholder here is `{{{name}}}`"),
        None => "there is no placeholder here".to_owned(),
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    One(char),
    /// `?`
    Any,
    /// `[a-z]`, `[!a-z]`
    Class {
        negated: bool,
        ranges: Box<[(char, char)]>,
    },
    /// `*`
    Run,
    /// `**/`: no components, or any number of them with their slashes.
    Dirs,
    /// A final `**`.
    Rest,
    /// `{domain}`: a part of a component, not empty.
    Capture,
}

impl PathPattern {
    /// Reads a pattern in which `{placeholder}`, where one is allowed, captures.
    pub fn parse(text: &str, placeholder: Option<&'static str>) -> Result<Self, PatternError> {
        let glob = text.strip_prefix("./").or_else(|| text.strip_prefix('/')).unwrap_or(text);
        if glob.is_empty() {
            return Err(PatternError::Empty);
        }
        if glob.chars().count() > 256 {
            return Err(PatternError::TooLong);
        }
        let mut tokens = Parser { rest: glob, tokens: Vec::new(), placeholder }.run()?;
        // As for git: a directory stands for what is in it.
        if tokens.last() == Some(&Token::One('/')) {
            tokens.push(Token::Rest);
        }
        let head = literal(tokens.iter());
        let tail = literal(tokens.iter().rev()).chars().rev().collect::<String>();
        Ok(Self { text: text.into(), tokens: tokens.into(), head: head.into(), tail: tail.into() })
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether there is a placeholder.
    pub fn captures(&self) -> bool {
        self.tokens.contains(&Token::Capture)
    }

    /// Matches a root-relative path, with `/` between components. Where the placeholder could stand for more or less, it
    /// stands for more.
    pub fn matches(&self, path: &str) -> Option<PathMatch> {
        if !path.starts_with(&*self.head) || !path.ends_with(&*self.tail) {
            return None;
        }
        let path: Vec<char> = path.chars().collect();
        let mut rows = vec![vec![false; path.len() + 1]];
        rows[0][0] = true;
        for (at, token) in self.tokens.iter().enumerate() {
            let row = token.step(&rows[at], &path);
            if !row.contains(&true) {
                return None;
            }
            rows.push(row);
        }
        rows[self.tokens.len()][path.len()].then(|| PathMatch { captured: self.capture(&rows, &path) })
    }

    /// Walks back from the end of the path to the placeholder.
    fn capture(&self, rows: &[Vec<bool>], path: &[char]) -> Option<String> {
        let mut end = path.len();
        for (token, row) in self.tokens.iter().zip(rows).rev() {
            if *token == Token::Capture {
                let component = path[..end].iter().rposition(|&c| c == '/').map_or(0, |slash| slash + 1);
                let start = (component..end).find(|&start| row[start])?;
                return Some(path[start..end].iter().flat_map(|c| c.to_lowercase()).collect());
            }
            end = match token {
                Token::One(_) | Token::Any | Token::Class { .. } => end - 1,
                _ => row[..=end].iter().rposition(|&reached| reached)?,
            };
        }
        None
    }
}

/// The characters that all paths begin with that `tokens` can match.
fn literal<'a>(tokens: impl Iterator<Item = &'a Token>) -> String {
    tokens.map_while(|token| if let Token::One(c) = token { Some(*c) } else { None }).collect()
}

impl Token {
    /// Where in `path` a match of this token can end, if it can start where `row` says.
    fn step(&self, row: &[bool], path: &[char]) -> Vec<bool> {
        let mut next = vec![false; row.len()];
        let mut started = false;
        for end in 0..row.len() {
            let last = end.checked_sub(1).map(|last| path[last]);
            let in_component = last.is_some_and(|c| c != '/');
            next[end] = match self {
                Self::One(_) | Self::Any | Self::Class { .. } => last.is_some_and(|c| row[end - 1] && self.is(c)),
                Self::Run => row[end] || (in_component && next[end - 1]),
                Self::Capture => in_component && (row[end - 1] || next[end - 1]),
                Self::Dirs => row[end] || (started && last == Some('/')),
                Self::Rest => row[end] || started,
            };
            started |= row[end];
        }
        next
    }

    /// Whether a token of one character is `c`.
    fn is(&self, c: char) -> bool {
        match self {
            Self::One(own) => *own == c,
            Self::Class { negated, ranges } => {
                c != '/' && ranges.iter().any(|(low, high)| (low..=high).contains(&&c)) != *negated
            }
            _ => c != '/',
        }
    }
}

struct Parser<'a> {
    rest: &'a str,
    tokens: Vec<Token>,
    placeholder: Option<&'static str>,
}

impl Parser<'_> {
    fn run(mut self) -> Result<Vec<Token>, PatternError> {
        while let Some(c) = self.rest.chars().next() {
            let at_component = matches!(self.tokens.last(), None | Some(Token::One('/') | Token::Dirs));
            let (token, len) = match c {
                '*' if at_component && self.rest == "**" => (Token::Rest, 2),
                '*' if at_component && self.rest.starts_with("**/") => (Token::Dirs, 3),
                '*' => (Token::Run, 1),
                '?' => (Token::Any, 1),
                '[' => self.class()?,
                '{' | '}' => self.capture()?,
                '\\' => {
                    let escaped = self.rest.chars().nth(1).ok_or(PatternError::DanglingEscape)?;
                    (Token::One(escaped), 1 + escaped.len_utf8())
                }
                other => (Token::One(other), other.len_utf8()),
            };
            // `**` inside a component, and `**/**/`, say no more than one of them.
            if !(matches!(token, Token::Run | Token::Dirs) && self.tokens.last() == Some(&token)) {
                self.tokens.push(token);
            }
            self.rest = &self.rest[len..];
        }
        Ok(self.tokens)
    }

    fn capture(&self) -> Result<(Token, usize), PatternError> {
        let name = self.rest.strip_prefix('{').and_then(|rest| rest.split_once('}')).map(|(name, _)| name);
        match (name, self.placeholder) {
            (Some(name), Some(placeholder)) if name == placeholder => {
                let twice = self.tokens.contains(&Token::Capture);
                if twice { Err(PatternError::Twice) } else { Ok((Token::Capture, name.len() + 2)) }
            }
            _ => Err(PatternError::Brace(self.placeholder)),
        }
    }

    fn class(&self) -> Result<(Token, usize), PatternError> {
        let body = &self.rest[1..];
        let negated = body.starts_with(['!', '^']);
        let body = &body[usize::from(negated)..];
        // As in every shell, a `]` that comes first is one of the characters.
        let len = body.char_indices().skip(1).find(|&(_, c)| c == ']').ok_or(PatternError::UnclosedClass)?.0;
        let chars: Vec<char> = body[..len].chars().collect();
        let (mut ranges, mut rest) = (Vec::new(), &chars[..]);
        while let [low, tail @ ..] = rest {
            (ranges, rest) = match tail {
                ['-', high, tail @ ..] => (push(ranges, (*low, *high)), tail),
                _ => (push(ranges, (*low, *low)), tail),
            };
        }
        Ok((Token::Class { negated, ranges: ranges.into() }, 1 + usize::from(negated) + len + 1))
    }
}

fn push<T>(mut list: Vec<T>, item: T) -> Vec<T> {
    list.push(item);
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> PathPattern {
        PathPattern::parse(text, Some("domain")).unwrap()
    }

    #[test]
    fn globs_match_whole_paths() {
        let good = [
            ("dns/*.db", "dns/example.com.db"),
            ("./dns/*.db", "dns/.db"),
            ("/dns/?.db", "dns/ä.db"),
            ("**/*.db", "x.db"),
            ("**/*.db", "a/b/x.db"),
            ("a/**/b", "a/b"),
            ("a/**/b", "a/x/y/b"),
            ("a/**/**/b", "a/x/b"),
            ("a/**", "a/b/c"),
            ("a/", "a/b/c"),
            ("**", "a/b"),
            ("a**b", "axxb"),
            ("[a-c]x[!d]", "bxe"),
            ("[]a]x", "]x"),
            ("\\*\\{x\\}", "*{x}"),
        ];
        for (text, path) in good {
            assert_eq!(pattern(text).matches(path), Some(PathMatch { captured: None }), "{text} {path}");
        }
        let bad = [
            ("dns/*.db", "dns/a/b.db"), // `*` stays in its component
            ("dns/*.db", "x/dns/a.db"), // anchored at the root
            ("*.db", "a/x.db"),
            ("a?b", "a/b"),
            ("a[!x]b", "a/b"),
            ("**/b", "ab"), // a whole component
            ("a/**/b", "a/xb"),
            ("a**b", "a/b"), // no `**` unless it is a component
            ("a/**", "ab"),
            ("[a-c]", "d"),
            ("a", "a/b"),
            ("A", "a"),
        ];
        for (text, path) in bad {
            assert_eq!(pattern(text).matches(path), None, "{text} {path}");
        }
    }

    #[test]
    fn the_placeholder_captures_in_lower_case() {
        let table = [
            ("hosting/{domain}/mta-sts.txt", "hosting/Example.COM/mta-sts.txt", Some("example.com")),
            ("zones/{domain}.db", "zones/a.example.db", Some("a.example")),
            ("zones/db.{domain}", "zones/db.a.example", Some("a.example")),
            ("**/{domain}.db", "x/y/a.db", Some("a")),
            ("{domain}/**", "a/b/c", Some("a")),
            ("**/{domain}/**/x.txt", "p/q/r/x.txt", Some("r")), // the last that fits
            ("{domain}*.db", "abc.db", Some("abc")),
            ("*{domain}.db", "abc.db", Some("abc")),
            ("z/{domain}/x", "z/a/b/x", None), // one component
            ("z/{domain}/x", "z//x", None),
        ];
        for (text, path, captured) in table {
            let found = pattern(text).matches(path).map(|found| found.captured.unwrap());
            assert_eq!(found.as_deref(), captured, "{text} {path}");
        }
    }

    #[test]
    fn what_is_no_pattern_is_said() {
        let table = [
            ("", "the pattern is empty"),
            ("a[b", "a `[` of the pattern is not closed by a `]`"),
            ("a[]", "a `[` of the pattern is not closed by a `]`"),
            ("a\\", "a backslash ends the pattern; it goes before the character that it escapes"),
            ("{a,b}", "the only placeholder here is `{domain}`; write `\\{` for a brace that is meant as such"),
            ("a}", "the only placeholder here is `{domain}`; write `\\{` for a brace that is meant as such"),
            ("{domain}/{domain}", "the placeholder stands twice in the pattern"),
            (&"a".repeat(257), "the pattern is longer than 256 characters"),
        ];
        for (text, words) in table {
            assert_eq!(PathPattern::parse(text, Some("domain")).unwrap_err().to_string(), words, "{text}");
        }
        assert!(PathPattern::parse("{domain}", None).is_err());
    }

    #[test]
    fn hostile_patterns_are_not_slow() {
        let path = "a/".repeat(2000) + "b";
        let patterns = ["**/a/".repeat(50) + "c", "*a".repeat(128), "**/?*/*?[!b]*".repeat(19), "a*".repeat(127)];
        for text in &patterns {
            for path in [&*path, &"a".repeat(4000)] {
                pattern(text).matches(path);
            }
        }
    }

    proptest::proptest! {
        #[test]
        fn any_pattern_on_any_path(text in "[a-c/*?{}\\[\\]\\\\!-]{0,20}|(a|/|\\*\\*/|\\{domain\\}|\\*){0,9}", path in "[a-cA/]{0,20}") {
            if let Ok(pattern) = PathPattern::parse(&text, Some("domain")) {
                let found = pattern.matches(&path);
                if let Some(captured) = found.and_then(|found| found.captured) {
                    assert!(!captured.is_empty() && !captured.contains('/'));
                    assert!(path.to_lowercase().contains(&captured));
                }
            }
        }
    }
}
