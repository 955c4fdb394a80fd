//! A look at a configuration file that does not parse it: which words it holds, and which directories it calls.

use aho_corasick::AhoCorasick;
use memchr::memmem::Finder;

use super::directory::join_path;

/// What a file holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Scan {
    /// Whether one of the markers is in it.
    pub(super) is_marked: bool,
    /// The directories that `source`s name by paths. There may be some that no module call names.
    pub(super) calls: Vec<String>,
}

/// Looks at files.
pub(super) struct Scanner {
    /// `None` where the words cannot be searched for: then every file is taken to hold one.
    markers: Option<AhoCorasick>,
    path: Finder<'static>,
}

impl Scanner {
    pub(super) fn new(markers: &[&str]) -> Self {
        // The names among them are names of domains.
        let markers = AhoCorasick::builder().ascii_case_insensitive(true).build(markers).ok();
        Self { markers, path: Finder::new(b"\".") }
    }

    /// Looks at `text`, a file in `directory`.
    pub(super) fn scan(&self, text: &[u8], directory: &str) -> Scan {
        let calls = self.path.find_iter(text).filter(|quote| is_source(&text[..*quote]));
        let calls = calls.filter_map(|quote| join_path(directory, &path(&text[quote + 1..])?)).collect();
        Scan { is_marked: self.markers.as_ref().is_none_or(|markers| markers.is_match(text)), calls }
    }
}

/// Whether `before` ends in `source =` or `"source":`.
fn is_source(before: &[u8]) -> bool {
    let before = before.trim_ascii_end();
    let before = before.strip_suffix(b"(").unwrap_or(before).trim_ascii_end();
    let Some(name) = before.strip_suffix(b"=").or_else(|| before.strip_suffix(b":")) else { return false };
    let name = name.trim_ascii_end();
    name.strip_suffix(b"\"").unwrap_or(name).ends_with(b"source")
}

/// The text up to the closing quote; `\\` and JSON's `\/` are slashes.
fn path(text: &[u8]) -> Option<String> {
    let end = memchr::memchr2(b'"', b'\n', text)?;
    Some(String::from_utf8_lossy(&text[..end]).replace('\\', "/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_modules_are_found_in_both_syntaxes() {
        for (text, calls) in [
            ("module \"a\" {\n  source = \"../x\"\n}", &["m/x"][..]),
            ("source=\"./x\"", &["m/n/x"]),
            ("source = ( \"./x\" )", &["m/n/x"]),
            ("source\t =  \"../../x//y/\"", &["x/y"]),
            (r#"{"module": {"a": {"source" : "../x"}, "b": [{"source":"./y"}]}}"#, &["m/x", "m/n/y"]),
            ("\"source\"\n:\n\"./x\"", &["m/n/x"]),
            (r#"{"source": ".\/x"}"#, &["m/n/x"]),
            (r#"source = ".\\x""#, &["m/n/x"]),
            ("source = \"../../../x\"", &[]),
            ("path = \"../x\"", &[]),
            ("source = \"hashicorp/aws\"", &[]),
            ("source = file(\"./x\")", &[]),
            ("source = \"./x\n\"", &["m/n/x"]),
            ("source = \"./x", &[]),
        ] {
            assert_eq!(Scanner::new(&["y"]).scan(text.as_bytes(), "m/n").calls, calls, "{text}");
        }
    }

    #[test]
    fn markers_are_names_in_any_case() {
        let scanner = Scanner::new(&["aws_route53_record", "_mta-sts"]);
        let is_marked = |text: &str| scanner.scan(text.as_bytes(), "").is_marked;
        assert!(is_marked("resource \"aws_route53_record\" \"x\" {}"));
        assert!(is_marked("name = \"_MTA-STS.example.com\""));
        assert!(!is_marked("resource \"aws_route53_zone\" \"x\" {}"));
        assert!(!Scanner::new(&[]).scan(b"x", "").is_marked);
    }
}
