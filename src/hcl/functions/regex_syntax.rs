//! Regular expressions as Go reads them, turned into those of the regex crate, which reads some differently.

use std::fmt::Write as _;

/// What a pattern comes to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Turned {
    /// A pattern of the same meaning.
    Into(String),
    /// Go refuses it.
    Malformed,
    /// It is not certain what Go makes of it.
    Unsure,
}

/// The most times that Go lets something be repeated.
const MAX_REPEATS: u32 = 1000;

/// Turns a pattern.
pub(super) fn turn(pattern: &str) -> Turned {
    let mut reader = Reader { rest: pattern, out: String::new(), may_repeat: false, groups: 0 };
    match reader.read() {
        Ok(()) => Turned::Into(reader.out),
        Err(turned) => turned,
    }
}

struct Reader<'a> {
    rest: &'a str,
    out: String,
    /// Whether something stands before that can be repeated.
    may_repeat: bool,
    groups: usize,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<char> {
        let char = self.rest.chars().next()?;
        self.rest = &self.rest[char.len_utf8()..];
        Some(char)
    }

    fn takes(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn read(&mut self) -> Result<(), Turned> {
        while let Some(char) = self.next() {
            match char {
                '\\' => self.escape()?,
                '[' => {
                    self.class()?;
                    self.may_repeat = true;
                }
                '(' => self.group()?,
                ')' => {
                    self.groups = self.groups.checked_sub(1).ok_or(Turned::Malformed)?;
                    self.out.push(')');
                    self.may_repeat = true;
                }
                '*' | '+' | '?' => {
                    self.out.push(char);
                    self.repeated()?;
                }
                '{' => self.braces()?,
                '|' => {
                    self.out.push('|');
                    self.may_repeat = false;
                }
                '^' | '$' | '.' => {
                    self.out.push(char);
                    self.may_repeat = true;
                }
                _ => self.literal(char),
            }
        }
        if self.groups == 0 { Ok(()) } else { Err(Turned::Malformed) }
    }

    fn literal(&mut self, char: char) {
        self.out.push_str(&regex::escape(char.encode_utf8(&mut [0; 4])));
        self.may_repeat = true;
    }

    /// After `*`, `+`, `?` or `{n}`: once only, but that it may be lazy.
    fn repeated(&mut self) -> Result<(), Turned> {
        if !std::mem::take(&mut self.may_repeat) {
            return Err(Turned::Malformed);
        }
        if self.takes("?") {
            self.out.push('?');
        }
        Ok(())
    }

    /// `{2,3}` is a count, and everything else in braces text.
    fn braces(&mut self) -> Result<(), Turned> {
        let Some((inner, after)) = self.rest.split_once('}') else {
            self.literal('{');
            return Ok(());
        };
        let (least, most) = inner.split_once(',').map_or((inner, None), |(least, most)| (least, Some(most)));
        let is_number = |text: &str| {
            !text.is_empty()
                && text.bytes().all(|byte| byte.is_ascii_digit())
                && (text == "0" || !text.starts_with('0'))
        };
        if !is_number(least) || !most.is_none_or(|most| most.is_empty() || is_number(most)) {
            self.literal('{');
            return Ok(());
        }
        let count = |text: &str| text.parse::<u32>().ok().filter(|count| *count <= MAX_REPEATS);
        let least = count(least).ok_or(Turned::Malformed)?;
        if let Some(most) = most.filter(|most| !most.is_empty())
            && count(most).is_none_or(|most| most < least)
        {
            return Err(Turned::Malformed);
        }
        let _ = write!(self.out, "{{{inner}}}");
        self.rest = after;
        self.repeated()
    }

    fn group(&mut self) -> Result<(), Turned> {
        self.out.push('(');
        self.groups += 1;
        self.may_repeat = false;
        if !self.takes("?") {
            return Ok(());
        }
        if self.takes("P<") || (self.rest.starts_with('<') && !self.rest.starts_with("<=") && self.takes("<")) {
            let (name, after) = self.rest.split_once('>').ok_or(Turned::Malformed)?;
            let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            if !is_name || name.starts_with(|char: char| char.is_ascii_digit()) {
                return Err(Turned::Unsure);
            }
            let _ = write!(self.out, "?P<{name}>");
            self.rest = after;
            return Ok(());
        }
        let len = self.rest.find([':', ')']).ok_or(Turned::Malformed)?;
        let (flags, after) = self.rest.split_at(len);
        if !flags.bytes().all(|byte| b"imsU-".contains(&byte)) || flags.matches('-').count() > 1 || flags.ends_with('-')
        {
            return Err(Turned::Malformed);
        }
        let _ = write!(self.out, "?{flags}");
        self.rest = after;
        if self.takes(")") {
            // Flags for what follows: no group, and nothing to repeat.
            self.groups -= 1;
            self.out.push(')');
            return if flags.is_empty() { Err(Turned::Malformed) } else { Ok(()) };
        }
        self.rest = &self.rest[1..];
        self.out.push(':');
        Ok(())
    }

    fn escape(&mut self) -> Result<(), Turned> {
        let char = self.next().ok_or(Turned::Malformed)?;
        match char {
            'A' | 'z' => {
                self.out.push('\\');
                self.out.push(char);
            }
            // ASCII only, in Go.
            'b' => self.out.push_str("(?-u:\\b)"),
            'B' | 'C' => return Err(Turned::Unsure),
            'Q' => {
                let (quoted, after) = self.rest.split_once("\\E").unwrap_or((self.rest, ""));
                for char in quoted.chars() {
                    self.literal(char);
                }
                self.rest = after;
                return Ok(());
            }
            _ => {
                let turned = self.in_class_or_out(char)?;
                self.out.push_str(&turned);
            }
        }
        self.may_repeat = true;
        Ok(())
    }

    /// What an escape stands for that may stand in a class, too.
    fn in_class_or_out(&mut self, char: char) -> Result<String, Turned> {
        let code = |code: u32| char::from_u32(code).map(|_| format!("\\x{{{code:x}}}")).ok_or(Turned::Malformed);
        Ok(match char {
            'd' => "[0-9]".to_owned(),
            'D' => "[^0-9]".to_owned(),
            's' => "[\\t\\n\\f\\r ]".to_owned(),
            'S' => "[^\\t\\n\\f\\r ]".to_owned(),
            'w' => "[0-9A-Za-z_]".to_owned(),
            'W' => "[^0-9A-Za-z_]".to_owned(),
            'a' => "\\x07".to_owned(),
            'f' | 't' | 'n' | 'r' | 'v' => format!("\\{char}"),
            'p' | 'P' => self.property(char)?,
            'x' => {
                let digits = if self.takes("{") {
                    let (digits, after) = self.rest.split_once('}').ok_or(Turned::Malformed)?;
                    self.rest = after;
                    digits
                } else {
                    let (digits, after) = self.rest.split_at_checked(2).ok_or(Turned::Malformed)?;
                    self.rest = after;
                    digits
                };
                let is_hex = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
                let digits = Some(digits).filter(|_| is_hex).ok_or(Turned::Malformed)?;
                code(u32::from_str_radix(digits, 16).map_err(|_| Turned::Malformed)?)?
            }
            '0'..='7' => {
                let further = self.rest.bytes().take(2).take_while(|byte| (b'0'..=b'7').contains(byte)).count();
                // A single digit would refer to a group.
                if char != '0' && further == 0 {
                    return Err(Turned::Malformed);
                }
                let digits = format!("{char}{}", &self.rest[..further]);
                self.rest = &self.rest[further..];
                code(u32::from_str_radix(&digits, 8).map_err(|_| Turned::Malformed)?)?
            }
            _ if char.is_ascii() && !char.is_ascii_alphanumeric() => format!("\\x{:02x}", u32::from(char)),
            _ => return Err(Turned::Malformed),
        })
    }

    /// `\pL`, `\p{Greek}`: short names and those of categories and scripts.
    fn property(&mut self, kind: char) -> Result<String, Turned> {
        if !self.takes("{") {
            let name = self.next().ok_or(Turned::Malformed)?;
            return if "CLMNPSZ".contains(name) { Ok(format!("\\{kind}{name}")) } else { Err(Turned::Unsure) };
        }
        let (name, after) = self.rest.split_once('}').ok_or(Turned::Malformed)?;
        self.rest = after;
        let known =
            ["L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "N", "Nd", "P", "S", "Z", "Latin", "Greek", "Cyrillic", "Han"];
        if known.contains(&name) { Ok(format!("\\{kind}{{{name}}}")) } else { Err(Turned::Unsure) }
    }

    /// `[...]`: brackets, `&&`, `--` and `~~` inside are text in Go.
    fn class(&mut self) -> Result<(), Turned> {
        self.out.push('[');
        if self.takes("^") {
            self.out.push('^');
        }
        let mut is_first = true;
        loop {
            let char = self.next().ok_or(Turned::Malformed)?;
            if char == ']' && !is_first {
                self.out.push(']');
                return Ok(());
            }
            if char == '[' && self.rest.starts_with(':') {
                self.named_class()?;
                is_first = false;
                continue;
            }
            // Go takes a hyphen between two things for a range, and as text at either end.
            if char == '-' && !is_first && !self.rest.starts_with(']') && !(self.rest.starts_with('-')) {
                return Err(Turned::Malformed);
            }
            is_first = false;
            let low = self.class_part(char)?;
            if self.rest.starts_with('-') && !self.rest.starts_with("-]") {
                self.rest = &self.rest[1..];
                let next = self.next().ok_or(Turned::Malformed)?;
                let high = self.class_part(next)?;
                if low.starts_with('[') || high.starts_with('[') || low.starts_with("\\p") || low.starts_with("\\P") {
                    return Err(Turned::Unsure);
                }
                let _ = write!(self.out, "{low}-{high}");
            } else {
                self.out.push_str(&low);
            }
        }
    }

    fn class_part(&mut self, char: char) -> Result<String, Turned> {
        if char == '\\' {
            let escaped = self.next().ok_or(Turned::Malformed)?;
            return self.in_class_or_out(escaped);
        }
        if char.is_ascii_alphanumeric() || !char.is_ascii() {
            return Ok(char.to_string());
        }
        Ok(format!("\\x{:02x}", u32::from(char)))
    }

    fn named_class(&mut self) -> Result<(), Turned> {
        let Some((name, after)) = self.rest[1..].split_once(":]") else {
            self.out.push_str("\\[");
            return Ok(());
        };
        let known = [
            "alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper",
            "word", "xdigit",
        ];
        if !known.contains(&name.trim_start_matches('^')) {
            return Err(Turned::Malformed);
        }
        let _ = write!(self.out, "[:{name}:]");
        self.rest = after;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_go_reads_otherwise_is_turned() {
        for (pattern, wanted) in [
            ("a.b", "a.b"),
            ("\\d+", "[0-9]+"),
            ("[\\d-]", "[[0-9]\\x2d]"),
            ("[[a]", "[\\x5ba]"),
            ("[]a]", "[\\x5da]"),
            ("[a&&b]", "[a\\x26\\x26b]"),
            ("a{,2}", "a\\{,2\\}"),
            ("a{2,}?", "a{2,}?"),
            ("\\<", "\\x3c"),
            ("\\Qa.b\\E*", "a\\.b*"),
            ("(?P<y>a)|(?:b)", "(?P<y>a)|(?:b)"),
            ("(?<y>a)", "(?P<y>a)"),
            ("(?i)a", "(?i)a"),
            ("\\101", "\\x{41}"),
            ("[[:alpha:]_]", "[[:alpha:]\\x5f]"),
        ] {
            let Turned::Into(turned) = turn(pattern) else { panic!("{pattern}") };
            assert_eq!(turned, wanted, "{pattern}");
            assert!(regex::Regex::new(&turned).is_ok(), "{turned}");
        }
    }

    #[test]
    fn what_go_refuses_is_refused() {
        for pattern in [
            "a**",
            "*a",
            "(a",
            "a)",
            "[",
            "[a",
            "\\",
            "\\1",
            "\\Z",
            "\\h",
            "(?=a)",
            "(?<=a)",
            "(?x)a",
            "a{1001}",
            "a{2,1}",
            "\\é",
            "[\\b]",
            "a|*",
            "(?i",
            "[[:foo:]]",
            "a{2}{3}",
        ] {
            assert_eq!(turn(pattern), Turned::Malformed, "{pattern}");
        }
    }
}
