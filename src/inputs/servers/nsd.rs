//! NSD's `nsd.conf`: words that end in a colon, each with a value or opening a clause, wherever the lines end.

use std::rc::Rc;

use memchr::{memchr, memchr2};
use rustc_hash::FxHashMap;

use super::paths::MAX_PATH;
use super::reader::{Config, MAX_ZONES, Reader};
use super::{Declared, origin, path_text};
use crate::dns::Name;
use crate::text::{Place, Span};

/// The primary zones of the configuration at `path`.
pub(super) fn read(path: &str, reader: &mut Reader<'_>) -> Vec<Declared> {
    let mut nsd = Nsd {
        reader,
        clause: Clause::Other,
        name: None,
        settings: Settings::default(),
        patterns: FxHashMap::default(),
        zonesdir: None,
        zones: Vec::new(),
    };
    nsd.file(path);
    nsd.end_clause();
    for zone in &mut nsd.zones {
        zone.directory.clone_from(&nsd.zonesdir);
    }
    nsd.zones
}

/// A `zonefile:` with its placeholders filled in (nsd.conf(5)); a `.` stands for what the zone's name lacks.
pub(super) fn expand(file: &str, origin: &Name) -> Option<String> {
    let name = origin.to_string();
    let labels: Vec<&str> = origin.labels().collect();
    let character = |at: usize| name.chars().nth(at).map_or(".".to_owned(), String::from);
    let label = |from_top: usize| labels.iter().rev().nth(from_top).map_or(".".to_owned(), ToString::to_string);
    let mut out = String::new();
    let mut rest = file;
    while let Some((before, after)) = rest.split_once('%') {
        out.push_str(before);
        let filled = match after.bytes().next() {
            Some(b's') => Some(name.clone()),
            Some(digit @ b'1'..=b'3') => Some(character(usize::from(digit - b'1'))),
            Some(letter @ b'x'..=b'z') => Some(label(usize::from(b'z' - letter))),
            _ => None,
        };
        rest = after.get(usize::from(filled.is_some())..)?;
        // A name such as `0/25.2.0.192.in-addr.arpa` is one file, not one in a directory.
        out.push_str(&filled.map_or("%".to_owned(), |text| text.replace('/', "\\047")));
        if out.len() > MAX_PATH {
            return None;
        }
    }
    out.push_str(rest);
    (out.len() <= MAX_PATH).then_some(out)
}

struct Nsd<'r, 'f> {
    reader: &'r mut Reader<'f>,
    clause: Clause,
    /// The `name:` of the open clause.
    name: Option<Named>,
    settings: Settings,
    patterns: FxHashMap<Box<[u8]>, Settings>,
    zonesdir: Option<Rc<str>>,
    zones: Vec<Declared>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Clause {
    Server,
    Zone,
    Pattern,
    Other,
}

/// What a zone takes over from a pattern.
#[derive(Clone, Default)]
struct Settings {
    zonefile: Option<Rc<str>>,
    secondary: bool,
}

struct Named {
    text: Box<[u8]>,
    place: Place,
    base: Rc<str>,
}

impl Nsd<'_, '_> {
    fn file(&mut self, path: &str) {
        if let Some(config) = self.reader.open(path) {
            self.words(&config);
            self.reader.close();
        }
    }

    /// An included file stands in its place word for word: it may go on with the clause that is open.
    fn words(&mut self, config: &Config) {
        let mut key = None;
        for word in (Words { text: &config.text, at: 0 }) {
            match (word.key(), key.take()) {
                (Some(next), _) => match clause(next) {
                    Some(clause) => {
                        self.end_clause();
                        self.clause = clause;
                    }
                    None => key = Some(next),
                },
                (None, Some(key)) => self.set(config, key, &word),
                (None, None) => {}
            }
        }
    }

    fn set(&mut self, config: &Config, key: &[u8], value: &Word<'_>) {
        let settings = matches!(self.clause, Clause::Zone | Clause::Pattern);
        match key {
            b"include" => {
                for path in self.reader.included(config, value.text) {
                    self.file(&path);
                }
            }
            b"zonesdir" if self.clause == Clause::Server => self.zonesdir = path_text(value.text),
            b"name" if settings => {
                let place = Place::new(config.file, value.span);
                self.name = Some(Named { text: value.text.into(), place, base: config.base.clone() });
            }
            b"zonefile" if settings => self.settings.zonefile = path_text(value.text),
            b"request-xfr" if settings => self.settings.secondary = true,
            b"include-pattern" if settings => {
                // In the order of the file, as NSD does: a later `zonefile:` wins, and no pattern can hold itself.
                if let Some(pattern) = self.patterns.get(value.text) {
                    self.settings.secondary |= pattern.secondary;
                    if pattern.zonefile.is_some() {
                        self.settings.zonefile.clone_from(&pattern.zonefile);
                    }
                }
            }
            _ => {}
        }
    }

    fn end_clause(&mut self) {
        let settings = std::mem::take(&mut self.settings);
        let Some(name) = self.name.take() else { return };
        if self.clause == Clause::Pattern {
            self.patterns.insert(name.text, settings);
        } else if !settings.secondary && self.zones.len() < MAX_ZONES {
            self.zones.extend(origin(&name.text).map(|origin| Declared {
                origin,
                file: settings.zonefile,
                directory: None,
                base: name.base,
                view: None,
                place: name.place,
            }));
        }
    }
}

/// The clause that a key opens; any other key has a value.
fn clause(key: &[u8]) -> Option<Clause> {
    match key {
        b"server" => Some(Clause::Server),
        b"zone" => Some(Clause::Zone),
        b"pattern" => Some(Clause::Pattern),
        b"key" | b"remote-control" | b"tls-auth" | b"verify" | b"dnstap" => Some(Clause::Other),
        _ => None,
    }
}

struct Word<'a> {
    text: &'a [u8],
    span: Span,
    quoted: bool,
}

impl<'a> Word<'a> {
    fn key(&self) -> Option<&'a [u8]> {
        self.text.strip_suffix(b":").filter(|key| !self.quoted && !key.is_empty())
    }
}

struct Words<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Iterator for Words<'a> {
    type Item = Word<'a>;

    fn next(&mut self) -> Option<Word<'a>> {
        loop {
            let rest = self.text.get(self.at..)?;
            match *rest.first()? {
                b'#' => self.at += memchr(b'\n', rest).unwrap_or(rest.len()),
                byte if byte.is_ascii_whitespace() => self.at += 1,
                quote @ (b'"' | b'\'') => {
                    let inner = rest.get(1..)?;
                    // A quote that is left open ends with its line, so that it costs one value.
                    let len = memchr2(quote, b'\n', inner).unwrap_or(inner.len());
                    return Some(self.word(1, len, 1, true));
                }
                _ => {
                    let ends = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'"';
                    let len = rest.iter().position(ends).unwrap_or(rest.len());
                    return Some(self.word(0, len, 0, false));
                }
            }
        }
    }
}

impl<'a> Words<'a> {
    fn word(&mut self, before: usize, len: usize, after: usize, quoted: bool) -> Word<'a> {
        let start = self.at + before;
        self.at = start + len + after;
        Word { text: self.text.get(start..start + len).unwrap_or_default(), span: Span::of(start..start + len), quoted }
    }
}
