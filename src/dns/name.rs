//! Domain names (RFC 1035 §3.1, §5.1; RFC 4343 for case).

use std::fmt;
use std::sync::Arc;

/// A fully qualified domain name in canonical presentation form: ASCII lower case, no final dot, `\.` and `\\` for a
/// dot and a backslash inside a label, `\DDD` for bytes that do not print. The root is the empty string.
///
/// Two names are equal exactly when DNS takes them for the same name. A clone shares the text.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(Arc<str>);

/// Why some text is no domain name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// `a..b`, or a dot in front.
    #[error("a label is empty")]
    EmptyLabel,
    /// RFC 1035 §2.3.4.
    #[error("a label is longer than 63 octets")]
    LabelTooLong,
    /// RFC 1035 §2.3.4.
    #[error("the name is longer than 255 octets")]
    NameTooLong,
    /// A backslash that ends the text, or `\DDD` above 255.
    #[error("a backslash is followed by neither a character nor three digits up to 255")]
    BadEscape,
    /// No text at all; the root is written `.`.
    #[error("the name is empty")]
    Empty,
}

impl Name {
    /// The root of the DNS.
    pub fn root() -> Self {
        Self("".into())
    }

    /// Reads a name in presentation form, master file escapes included. A name without a final dot is relative and
    /// `origin` is appended; without an origin it is taken as fully qualified. `@` has no special meaning here.
    pub fn parse(text: &[u8], origin: Option<&Self>) -> Result<Self, NameError> {
        if text == b"." {
            return Ok(Self::root());
        }
        if text.is_empty() {
            return Err(NameError::Empty);
        }
        let mut out = String::with_capacity(text.len() + origin.map_or(0, |origin| origin.0.len() + 1));
        let (mut wire, mut label) = (1_usize, 0_usize);
        let mut absolute = false;
        let mut bytes = text.iter().copied().enumerate();
        while let Some((at, byte)) = bytes.next() {
            let octet = match byte {
                b'.' => {
                    if label == 0 {
                        return Err(NameError::EmptyLabel);
                    }
                    wire += label + 1;
                    label = 0;
                    absolute = at + 1 == text.len();
                    if !absolute {
                        out.push('.');
                    }
                    continue;
                }
                b'\\' => {
                    let (octet, used) = unescape(&text[at + 1..]).ok_or(NameError::BadEscape)?;
                    for _ in 0..used {
                        bytes.next();
                    }
                    octet
                }
                other => other,
            };
            push_octet(&mut out, octet);
            label += 1;
            if label > 63 {
                return Err(NameError::LabelTooLong);
            }
        }
        if label > 0 {
            wire += label + 1;
        }
        if let (false, Some(origin)) = (absolute, origin)
            && !origin.is_root()
        {
            wire += origin.wire_len() - 1;
            out.push('.');
            out.push_str(&origin.0);
        }
        if wire > 255 {
            return Err(NameError::NameTooLong);
        }
        Ok(Self(out.into()))
    }

    /// Whether a name in presentation form ends with a dot that is no part of its last label: `a.`, and not `a\.`.
    pub fn is_absolute(text: &[u8]) -> bool {
        let Some(front) = text.strip_suffix(b".") else { return false };
        front.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 0
    }

    /// The canonical text, without the final dot.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A name that stands for a domain of which only something else is known: the id of its zone, the variable that holds
    /// it. `{var.zone_id}` in print; equal to itself only, and a host below it is nobody's host.
    pub fn symbolic(what: &str) -> Self {
        let mut out = String::from("{");
        // A label holds 63 octets.
        let end = what.char_indices().map(|(at, _)| at).take_while(|at| *at <= 56).last().unwrap_or(0);
        let what = if what.len() <= 56 { what } else { &what[..end] };
        what.bytes().for_each(|byte| push_octet(&mut out, byte));
        out.push('}');
        Self(out.into())
    }

    /// Whether this is [`Name::symbolic`], or below such a name.
    pub fn is_symbolic(&self) -> bool {
        self.0.ends_with('}') && self.labels().last().is_some_and(|label| label.starts_with('{'))
    }

    /// Whether this is the root.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The labels in canonical form, leftmost first; none for the root.
    pub fn labels(&self) -> impl Iterator<Item = &str> {
        let mut rest = (!self.is_root()).then_some(&*self.0);
        std::iter::from_fn(move || {
            let text = rest?;
            let (label, parent) = split_first(text);
            rest = parent;
            Some(label)
        })
    }

    /// The leftmost label; empty for the root.
    pub fn first_label(&self) -> &str {
        split_first(&self.0).0
    }

    /// The name without its leftmost label; `None` for the root.
    pub fn parent(&self) -> Option<Self> {
        self.parent_str().map(|parent| Self(parent.into()))
    }

    /// As [`Name::parent`], borrowed.
    pub fn parent_str(&self) -> Option<&str> {
        (!self.is_root()).then(|| split_first(&self.0).1.unwrap_or(""))
    }

    /// The canonical texts of the name itself and of all its ancestors down to the top level, longest first.
    pub fn self_and_ancestors(&self) -> impl Iterator<Item = &str> {
        std::iter::successors((!self.is_root()).then_some(&*self.0), |text| split_first(text).1)
    }

    /// `labels` (canonical, such as `_mta-sts` or `_smtp._tls`) in front of this name; `None` when that is too long.
    pub fn child(&self, labels: &str) -> Option<Self> {
        Self::parse(labels.as_bytes(), Some(self)).ok()
    }

    /// Whether this name is `ancestor` or below it.
    pub fn is_at_or_below(&self, ancestor: &Self) -> bool {
        self.is_below(ancestor) || self == ancestor
    }

    /// Whether this name is below `ancestor`.
    pub fn is_below(&self, ancestor: &Self) -> bool {
        if ancestor.is_root() {
            return !self.is_root();
        }
        let Some(front) = self.0.strip_suffix(&*ancestor.0).and_then(|front| front.strip_suffix('.')) else {
            return false;
        };
        // An odd run of backslashes escapes the dot: `a\.example` is not below `example`.
        front.bytes().rev().take_while(|&byte| byte == b'\\').count() % 2 == 0
    }

    /// Whether the leftmost label is `*` (RFC 4592).
    pub fn is_wildcard(&self) -> bool {
        self.first_label() == "*"
    }

    fn wire_len(&self) -> usize {
        let octets = |label: &str| {
            let mut rest = label.as_bytes();
            let mut count = 0;
            while let [first, tail @ ..] = rest {
                rest = match (first, unescape(tail)) {
                    (b'\\', Some((_, used))) => &tail[used..],
                    _ => tail,
                };
                count += 1;
            }
            count
        };
        1 + self.labels().map(|label| octets(label) + 1).sum::<usize>()
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            "" => f.write_str("."),
            symbolic if self.is_symbolic() => f.write_str(&symbolic.replace("\\.", ".").replace("\\032", " ")),
            text => f.write_str(text),
        }
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Name({self})")
    }
}

impl std::borrow::Borrow<str> for Name {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// The octet that the text after a backslash stands for, and how many bytes of the text it takes (RFC 1035 §5.1).
fn unescape(after: &[u8]) -> Option<(u8, usize)> {
    match after {
        [a @ b'0'..=b'9', b @ b'0'..=b'9', c @ b'0'..=b'9', ..] => {
            let code = u16::from(a - b'0') * 100 + u16::from(b - b'0') * 10 + u16::from(c - b'0');
            u8::try_from(code).ok().map(|octet| (octet, 3))
        }
        [b'0'..=b'9', ..] | [] => None,
        [octet, ..] => Some((*octet, 1)),
    }
}

fn push_octet(out: &mut String, octet: u8) {
    match octet {
        b'.' | b'\\' => {
            out.push('\\');
            out.push(char::from(octet));
        }
        b'!'..=b'~' => out.push(char::from(octet.to_ascii_lowercase())),
        _ => {
            out.push('\\');
            for digit in [octet / 100, octet / 10 % 10, octet % 10] {
                out.push(char::from(b'0' + digit));
            }
        }
    }
}

/// The first label of canonical text and what follows its dot.
fn split_first(text: &str) -> (&str, Option<&str>) {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'.' => return (&text[..at], Some(&text[at + 1..])),
            _ => {}
        }
    }
    (text, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> Name {
        Name::parse(text.as_bytes(), None).unwrap()
    }

    #[test]
    fn names_are_read_as_rfc_1035_writes_them() {
        let origin = name("example.com.");
        let good = [
            ("www", "www.example.com"),
            ("WWW.", "www"),
            (".", ""),
            ("a\\.b", "a\\.b.example.com"),
            ("h\\046x", "h\\.x.example.com"),
            ("\\065", "a.example.com"),
            ("a\\032b.", "a\\032b"),
            ("\\@.", "@"),
            ("*.mx", "*.mx.example.com"),
        ];
        for (text, canonical) in good {
            assert_eq!(Name::parse(text.as_bytes(), Some(&origin)).unwrap().as_str(), canonical, "{text}");
        }
        let bad = [
            ("a..b", NameError::EmptyLabel),
            (".a", NameError::EmptyLabel),
            ("..", NameError::EmptyLabel),
            ("", NameError::Empty),
            ("a\\", NameError::BadEscape),
            ("a\\1b", NameError::BadEscape),
            ("a\\256", NameError::BadEscape),
            (&"a".repeat(64), NameError::LabelTooLong),
            (&"abcdefghi.".repeat(26), NameError::NameTooLong),
        ];
        for (text, error) in bad {
            assert_eq!(Name::parse(text.as_bytes(), Some(&origin)), Err(error), "{text}");
        }
    }

    #[test]
    fn an_escaped_dot_is_no_final_dot() {
        for (text, is_absolute) in
            [("a.", true), (".", true), ("a", false), ("a\\.", false), ("a\\\\.", true), ("", false)]
        {
            assert_eq!(Name::is_absolute(text.as_bytes()), is_absolute, "{text}");
        }
    }

    #[test]
    fn a_symbolic_name_is_below_nothing_real() {
        let zone = Name::symbolic("var.zone_id");
        let record = zone.child("_mta-sts").unwrap();
        assert_eq!(record.to_string(), "_mta-sts.{var.zone_id}");
        assert!(record.is_symbolic() && record.is_below(&zone) && !name("a.b").is_symbolic());
        assert_eq!(record.parent(), Some(zone));
        assert!(Name::symbolic(&"ä".repeat(500)).child("_smtp._tls").is_some());
    }

    #[test]
    fn an_escaped_dot_is_no_boundary() {
        assert_eq!(name("a\\.b.c").labels().collect::<Vec<_>>(), ["a\\.b", "c"]);
        assert!(!name("a\\.example").is_below(&name("example")));
        assert!(name("a\\\\.example").is_below(&name("example")));
        assert!(!name("notexample.com").is_below(&name("example.com")));
        assert_eq!(name("a.b").parent(), Some(name("b")));
        assert_eq!(name("b").parent(), Some(Name::root()));
        assert_eq!(Name::root().parent(), None);
        assert_eq!(name("a.b.c").self_and_ancestors().collect::<Vec<_>>(), ["a.b.c", "b.c", "c"]);
        assert!(name("a").is_below(&Name::root()));
        assert!(!Name::root().is_below(&Name::root()));
    }

    #[test]
    fn length_counts_octets_not_characters() {
        let long = format!("{}.", "\\001".repeat(63));
        assert!(Name::parse(long.as_bytes(), None).is_ok());
        let four = "\\001".repeat(63) + ".";
        assert!(Name::parse(four.repeat(4).as_bytes(), None).is_err());
    }
}
