//! Values out of parsed TOML: each of the type that it should have, or an error where it stands.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::{ConfigError, Located, PathPattern, domain_name};
use crate::dns::Name;
use crate::text::{FileId, Place, Span, clipped, did_you_mean};

/// More would not be read; the rest appear when these are mended.
const MAX_ERRORS: usize = 50;

pub(super) type Value<'i> = Spanned<DeValue<'i>>;

/// Reads values and keeps what is wrong with them.
pub(super) struct Reader<'a> {
    pub(super) file: FileId,
    pub(super) rules: &'a [&'static str],
    errors: Vec<ConfigError>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(file: FileId, rules: &'a [&'static str]) -> Self {
        Self { file, rules, errors: Vec::new() }
    }

    /// What is wrong, in the order of the file.
    pub(super) fn finish(mut self) -> Vec<ConfigError> {
        self.errors.sort_by_key(|error| error.place);
        self.errors
    }

    pub(super) fn place(&self, span: Range<usize>) -> Place {
        Place::new(self.file, Span::of(span))
    }

    pub(super) fn error(&mut self, span: Range<usize>, message: impl Into<String>) {
        if self.errors.len() < MAX_ERRORS {
            self.errors.push(ConfigError { place: self.place(span), message: message.into() });
        }
    }

    pub(super) fn unknown_key(&mut self, key: &Spanned<DeString>, known: &[&str]) {
        let message = format!("unknown key {}{}", quote(key.get_ref()), did_you_mean(key.get_ref(), known));
        self.error(key.span(), message);
    }

    pub(super) fn located<T>(&self, value: &Value, inner: T) -> Located<T> {
        Located { value: inner, place: self.place(value.span()) }
    }

    pub(super) fn string<'v>(&mut self, value: &'v Value) -> Option<&'v str> {
        let found = value.get_ref().as_str();
        if found.is_none() {
            self.wrong_type(value, "a string");
        }
        found
    }

    /// A string that says something.
    pub(super) fn words(&mut self, value: &Value) -> Option<Located<String>> {
        let text = self.string(value)?.trim();
        if text.is_empty() {
            self.error(value.span(), "this is empty");
            return None;
        }
        Some(self.located(value, text.to_owned()))
    }

    /// A path, `.` and final slashes taken off; whether it leads anywhere is the reader's business.
    pub(super) fn inside(&mut self, value: &Value) -> Option<Located<String>> {
        let text = self.string(value)?;
        if text.starts_with('/') || text.contains('\\') {
            self.error(value.span(), "expected a relative path, with `/` between its parts");
            return None;
        }
        let parts = text.split('/').filter(|part| !part.is_empty() && *part != ".");
        Some(self.located(value, parts.collect::<Vec<_>>().join("/")))
    }

    pub(super) fn array<'v, 'i>(&mut self, value: &'v Value<'i>, of: &str) -> &'v [Value<'i>] {
        if let DeValue::Array(items) = value.get_ref() {
            return items;
        }
        self.wrong_type(value, &format!("an array of {of}"));
        &[]
    }

    pub(super) fn table<'v, 'i>(&mut self, value: &'v Value<'i>) -> Option<&'v DeTable<'i>> {
        let found = value.get_ref().as_table();
        if found.is_none() {
            self.wrong_type(value, "a table");
        }
        found
    }

    pub(super) fn seconds(&mut self, value: &Value) -> Option<Located<u32>> {
        let DeValue::Integer(number) = value.get_ref() else {
            self.wrong_type(value, "a number of seconds");
            return None;
        };
        let Ok(seconds) = u32::from_str_radix(number.as_str(), number.radix()) else {
            self.error(value.span(), "expected a number of seconds from 0 to 4294967295");
            return None;
        };
        Some(self.located(value, seconds))
    }

    /// One of a few words.
    pub(super) fn choice<T: Copy>(&mut self, value: &Value, choices: &[(&str, T)]) -> Option<Located<T>> {
        let text = self.string(value)?;
        if let Some((_, choice)) = choices.iter().find(|(word, _)| *word == text) {
            return Some(self.located(value, *choice));
        }
        let words: Vec<_> = choices.iter().map(|(word, _)| format!("`{word}`")).collect();
        self.error(value.span(), format!("expected one of {}, found {}", words.join(", "), quote(text)));
        None
    }

    pub(super) fn rule(&mut self, value: &Value) -> Option<Located<&'static str>> {
        let text = self.string(value)?;
        let rule = self.rule_name(text, value.span())?;
        Some(self.located(value, rule))
    }

    pub(super) fn rule_name(&mut self, text: &str, span: Range<usize>) -> Option<&'static str> {
        let rule = self.rules.iter().copied().find(|rule| *rule == text);
        if rule.is_none() {
            let message = format!("there is no rule {}{}", quote(text), did_you_mean(text, self.rules));
            self.error(span, message);
        }
        rule
    }

    pub(super) fn pattern(&mut self, value: &Value, placeholder: Option<&'static str>) -> Option<Located<PathPattern>> {
        match PathPattern::parse(self.string(value)?, placeholder) {
            Ok(pattern) => Some(self.located(value, pattern)),
            Err(error) => {
                self.error(value.span(), error.to_string());
                None
            }
        }
    }

    pub(super) fn domain(&mut self, value: &Value) -> Option<Located<Name>> {
        let text = self.string(value)?;
        if let Some(name) = domain_name(text) {
            return Some(self.located(value, name));
        }
        let ascii = idna::domain_to_ascii(text).ok().filter(|ascii| text.len() <= 255 && ascii != text);
        let hint = ascii.map_or_else(String::new, |ascii| format!("; its A-label form is `{ascii}`"));
        self.error(value.span(), format!("{} is no domain name{hint}", quote(text)));
        None
    }

    fn wrong_type(&mut self, value: &Value, expected: &str) {
        let found = match value.get_ref() {
            DeValue::String(_) => "a string",
            DeValue::Integer(_) => "an integer",
            DeValue::Float(_) => "a float",
            DeValue::Boolean(_) => "a boolean",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "an array",
            DeValue::Table(_) => "a table",
        };
        self.error(value.span(), format!("expected {expected}, found {found}"));
    }
}

/// For a message: never more of the file than helps.
pub(super) fn quote(text: &str) -> String {
    format!("`{}`", clipped(text.as_bytes(), 60))
}
