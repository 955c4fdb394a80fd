//! The cases: expressions by topic, each with what Terraform said.

use std::fmt::Write as _;
use std::path::PathBuf;

use serde::Deserialize;

use super::oracle::Answer;
use crate::support;

/// The expressions of one file.
pub(super) struct Topic {
    pub(super) name: String,
    path: PathBuf,
    /// The comment at the head of the file.
    head: String,
    pub(super) cases: Vec<Case>,
}

/// An expression and what Terraform says it is; exactly one of `is`, `refused` and `open` is set.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Case {
    /// The expression.
    pub(super) it: String,
    /// Its value, as `jsonencode` writes it.
    pub(super) is: Option<String>,
    /// Its type, as a plan writes it; a null has none.
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
    /// Why it is an error.
    pub(super) refused: Option<String>,
    /// Why it has no value yet, or not twice the same.
    pub(super) open: Option<String>,
    /// Why the linter does not know it, where Terraform does. Written by hand, as those below.
    pub(super) unknown: Option<String>,
    /// What it is whatever the open part of it comes to, although Terraform does not say so.
    pub(super) certain: Option<String>,
    /// Why its type is another, with the same text.
    pub(super) untyped: Option<String>,
    /// Why it has a value although this Terraform refuses it.
    pub(super) lenient: Option<String>,
}

#[derive(Deserialize)]
struct Table {
    case: Vec<Case>,
}

impl Topic {
    /// Every topic, sorted by name.
    pub(super) fn all() -> Vec<Self> {
        support::files("tests/terraform/expressions", "toml").into_iter().map(Self::read).collect()
    }

    fn read(path: PathBuf) -> Self {
        let text = std::fs::read_to_string(&path).unwrap();
        let head =
            text.lines().take_while(|line| line.starts_with('#')).fold(String::new(), |head, line| head + line + "\n");
        let cases = toml::from_str::<Table>(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display())).case;
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        Self { name, path, head, cases }
    }

    /// Writes the file anew, with these answers.
    pub(super) fn write(&self, answers: Vec<Answer>) {
        let mut text = self.head.clone();
        for (case, answer) in self.cases.iter().zip(answers) {
            text.push_str("\n[[case]]\n");
            let mut line = |key: &str, value: &str| writeln!(text, "{key} = {}", quoted(value)).unwrap();
            line("it", &case.it);
            match answer {
                Answer::Is { json, kind } => {
                    line("is", &json);
                    if let Some(kind) = kind {
                        line("type", &kind);
                    }
                }
                Answer::Refused(why) => line("refused", &why),
                Answer::Open(why) => line("open", &why),
            }
            let Case { unknown, certain, untyped, lenient, .. } = case;
            for (key, value) in [("unknown", unknown), ("certain", certain), ("untyped", untyped), ("lenient", lenient)]
            {
                if let Some(value) = value {
                    line(key, value);
                }
            }
        }
        std::fs::write(&self.path, text).unwrap();
    }
}

impl Case {
    /// What Terraform said.
    pub(super) fn answer(&self) -> Answer {
        let Self { is, kind, refused, open, .. } = self;
        match (is, refused, open) {
            (Some(json), None, None) => Answer::Is { json: json.clone(), kind: kind.clone() },
            (None, Some(why), None) => Answer::Refused(why.clone()),
            (None, None, Some(why)) => Answer::Open(why.clone()),
            _ => Answer::Open("it was not asked yet".to_owned()),
        }
    }
}

/// As TOML, in the form that is read most easily.
fn quoted(text: &str) -> String {
    let is_plain = |c: char| c == '\t' || c == '\n' || !c.is_control() && !is_invisible(c);
    if !text.chars().all(is_plain) || text.contains("'''") || text.ends_with('\'') && text.contains('\n') {
        return basic(text);
    }
    match (text.contains('\n'), text.contains('\'')) {
        (true, _) => format!("'''\n{text}'''"),
        (false, false) => format!("'{text}'"),
        (false, true) => basic(text),
    }
}

fn basic(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() || is_invisible(c) => write!(quoted, "\\U{:08X}", u32::from(c)).unwrap(),
            c => quoted.push(c),
        }
    }
    quoted + "\""
}

/// What an editor or a reader would lose: blanks other than the space, marks that join the character before.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{a0}' | '\u{300}'..='\u{36f}' | '\u{2000}'..='\u{200f}' | '\u{2028}'..='\u{202f}' | '\u{3000}' | '\u{feff}' | '\u{fffd}')
        || c.is_whitespace() && c != ' ' && c != '\n' && c != '\t'
}
