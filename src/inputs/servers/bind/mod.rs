//! BIND's `named.conf`: statements that end in `;`, blocks in braces, three kinds of comments.

mod tokens;

use std::mem;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::reader::{Config, MAX_ZONES, Reader};
use super::{Declared, origin, path_text};
use crate::text::{Place, clipped};
use tokens::{Token, Tokens, Word};

/// The primary zones of the configuration at `path`.
pub(super) fn read(path: &str, reader: &mut Reader<'_>) -> Vec<Declared> {
    let mut bind =
        Bind { reader, scopes: Vec::new(), skipped: 0, directory: None, zones: Vec::new(), shared: Vec::new() };
    bind.file(path);
    bind.finish()
}

struct Bind<'r, 'f> {
    reader: &'r mut Reader<'f>,
    scopes: Vec<Scope>,
    /// Open blocks, inside the innermost scope, that say nothing about zones. A number, not scopes: ten million braces
    /// are one number.
    skipped: usize,
    directory: Option<Rc<str>>,
    zones: Vec<Declared>,
    /// Zones that are another view's, and which view that is.
    shared: Vec<(Declared, Rc<str>)>,
}

enum Scope {
    Options,
    View(Rc<str>),
    Zone(Box<Zone>),
}

struct Zone {
    declared: Declared,
    primary: bool,
    in_view: Option<Rc<str>>,
}

impl Bind<'_, '_> {
    fn file(&mut self, path: &str) {
        if let Some(config) = self.reader.open(path) {
            self.statements(&config);
            self.reader.close();
        }
    }

    fn statements(&mut self, config: &Config) {
        let outer = self.scopes.len();
        let mut words: Vec<Word<'_>> = Vec::new();
        for token in Tokens::of(&config.text) {
            match token {
                // No statement that is read has more than three words; `allow-query` can have a million.
                Token::Word(word) if words.len() < 4 => words.push(word),
                Token::Word(_) => {}
                Token::Open => self.open(config, &mem::take(&mut words)),
                Token::End => self.statement(config, &mem::take(&mut words)),
                Token::Close => {
                    words.clear();
                    match self.skipped.checked_sub(1) {
                        Some(left) => self.skipped = left,
                        // A brace too many in an included file does not end the block that includes it.
                        None if self.scopes.len() > outer => self.close(),
                        None => {}
                    }
                }
            }
        }
        self.skipped = 0;
        while self.scopes.len() > outer {
            self.close();
        }
    }

    fn open(&mut self, config: &Config, words: &[Word<'_>]) {
        let scope = if self.skipped > 0 { None } else { self.scope(config, words) };
        match scope {
            Some(scope) => self.scopes.push(scope),
            None => self.skipped += 1,
        }
    }

    fn scope(&mut self, config: &Config, words: &[Word<'_>]) -> Option<Scope> {
        let (keyword, rest) = words.split_first()?;
        match rest {
            [] if keyword.is("options") => Some(Scope::Options),
            [name, class @ ..] if keyword.is("view") && is_internet(class) => Some(Scope::View(view(name.text))),
            [name, class @ ..] if keyword.is("zone") && is_internet(class) => {
                // Neither a zone nor options can hold a zone: the brace before was forgotten.
                while matches!(self.scopes.last(), Some(Scope::Zone(_) | Scope::Options)) {
                    self.close();
                }
                self.zone(config, name).map(Scope::Zone)
            }
            _ => None,
        }
    }

    fn zone(&self, config: &Config, name: &Word<'_>) -> Option<Box<Zone>> {
        let view = self.scopes.iter().rev().find_map(|scope| match scope {
            Scope::View(view) => Some(view.clone()),
            _ => None,
        });
        let declared = Declared {
            origin: origin(name.text)?,
            file: None,
            directory: None,
            base: config.base.clone(),
            view,
            place: Place::new(config.file, name.span),
        };
        Some(Box::new(Zone { declared, primary: true, in_view: None }))
    }

    fn statement(&mut self, config: &Config, words: &[Word<'_>]) {
        let [keyword, value, ..] = words else { return };
        if self.skipped > 0 {
            return;
        }
        if keyword.is("include") {
            for path in self.reader.included(config, value.text) {
                self.file(&path);
            }
            return;
        }
        match self.scopes.last_mut() {
            Some(Scope::Options) if keyword.is("directory") => self.directory = path_text(value.text),
            Some(Scope::Zone(zone)) if keyword.is("file") => zone.declared.file = path_text(value.text),
            Some(Scope::Zone(zone)) if keyword.is("type") => zone.primary = value.is("primary") || value.is("master"),
            Some(Scope::Zone(zone)) if keyword.is("in-view") => zone.in_view = Some(view(value.text)),
            _ => {}
        }
    }

    fn close(&mut self) {
        let Some(Scope::Zone(zone)) = self.scopes.pop() else { return };
        let Zone { declared, primary, in_view } = *zone;
        if !primary || self.zones.len() + self.shared.len() >= MAX_ZONES {
            return;
        }
        match in_view {
            Some(in_view) => self.shared.push((declared, in_view)),
            None => self.zones.push(declared),
        }
    }

    /// The directory is known only now: `options` may follow the zones, named reads it all before it opens a file.
    fn finish(self) -> Vec<Declared> {
        let mut zones = self.zones;
        for zone in &mut zones {
            zone.directory.clone_from(&self.directory);
        }
        if self.shared.is_empty() {
            return zones;
        }
        let by_view: FxHashMap<_, _> =
            zones.iter().filter_map(|zone| Some(((&zone.origin, zone.view.as_deref()?), zone))).collect();
        // Where the other view's zone is a secondary, so is this one: it is left out too.
        let shared = self.shared.into_iter().filter_map(|(zone, in_view)| {
            let source = by_view.get(&(&zone.origin, &*in_view))?;
            Some(Declared { view: zone.view, place: zone.place, ..(*source).clone() })
        });
        let shared: Vec<_> = shared.collect();
        zones.extend(shared);
        zones
    }
}

/// The name of a view; nothing depends on more than the first characters, and a million zones may share it.
fn view(text: &[u8]) -> Rc<str> {
    clipped(text, 64).into()
}

/// Whether the class of a zone or view is IN, which it is when not given.
fn is_internet(class: &[Word<'_>]) -> bool {
    class.first().is_none_or(|class| class.is("in"))
}
