//! Knot's `knot.conf`: sections at the margin, a list of items under each, line by line.
//!
//! The language is a small part of YAML; a YAML reader would refuse the tabs, the templates and the slips of the pen
//! that are found in repositories, and it would not tell where a value stands.

mod cursor;

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::paths::MAX_PATH;
use super::reader::{Config, MAX_ZONES, Reader};
use super::{Declared, origin, path_text};
use crate::dns::Name;
use crate::text::Place;
use cursor::Cursor;

/// Where Knot keeps zones when nothing is said.
const STORAGE: &str = "/var/lib/knot";
/// How Knot calls a zone's file when nothing is said.
const FILE: &str = "%s.zone";
/// The template of zones that name none.
const DEFAULT: &[u8] = b"default";

/// The primary zones of the configuration at `path`.
pub(super) fn read(path: &str, reader: &mut Reader<'_>) -> Vec<Declared> {
    let mut knot = Knot {
        reader,
        section: Section::Other,
        indent: None,
        item: None,
        templates: FxHashMap::default(),
        zones: Vec::new(),
    };
    knot.file(path);
    let Knot { templates, zones, .. } = knot;
    let (file, storage): (Rc<str>, Rc<str>) = (FILE.into(), STORAGE.into());
    let zones = zones.into_iter().filter_map(|zone| {
        // Templates exclude one another: a zone that names one takes nothing from the default.
        let template = templates.get(zone.settings.template.as_deref().unwrap_or(DEFAULT));
        let (own, template) = (zone.settings, template.cloned().unwrap_or_default());
        (!own.secondary && !template.secondary).then(|| Declared {
            file: Some(own.file.or(template.file).unwrap_or_else(|| file.clone())),
            directory: Some(own.storage.or(template.storage).unwrap_or_else(|| storage.clone())),
            ..zone.declared
        })
    });
    zones.collect()
}

/// A `file:` with its formatters filled in; none when they ask for single characters or labels.
pub(super) fn expand(file: &str, origin: &Name) -> Option<String> {
    let mut out = String::new();
    let mut rest = file;
    while let Some((before, after)) = rest.split_once('%') {
        out.push_str(before);
        if let Some(after) = after.strip_prefix('s') {
            // Knot writes a slash of the name as an underscore.
            out.push_str(&origin.to_string().replace('/', "_"));
            rest = after;
        } else {
            rest = after.strip_prefix('%')?;
            out.push('%');
        }
        if out.len() > MAX_PATH {
            return None;
        }
    }
    out.push_str(rest);
    (out.len() <= MAX_PATH).then_some(out)
}

struct Knot<'r, 'f> {
    reader: &'r mut Reader<'f>,
    section: Section,
    /// The column of the section's dashes; a dash further in is a list within an item.
    indent: Option<usize>,
    item: Option<Item>,
    templates: FxHashMap<Box<[u8]>, Settings>,
    zones: Vec<Zone>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    Zone,
    Template,
    Other,
}

#[derive(Clone, Default)]
struct Settings {
    file: Option<Rc<str>>,
    storage: Option<Rc<str>>,
    template: Option<Box<[u8]>>,
    secondary: bool,
}

#[derive(Default)]
struct Item {
    id: Option<(Box<[u8]>, Place)>,
    settings: Settings,
}

struct Zone {
    declared: Declared,
    settings: Settings,
}

impl Knot<'_, '_> {
    /// Sections neither go on into an included file nor come out of it.
    fn file(&mut self, path: &str) {
        let Some(config) = self.reader.open(path) else { return };
        let mut at = 0;
        for line in config.text.split_inclusive(|&byte| byte == b'\n') {
            self.line(&config, &Cursor { text: &config.text, at, end: at + line.len() });
            at += line.len();
        }
        self.begin(&config, Section::Other);
        self.reader.close();
    }

    fn line(&mut self, config: &Config, line: &Cursor<'_>) {
        let mut cursor = line.clone();
        cursor.skip_blanks();
        let column = cursor.at - line.at;
        match cursor.rest() {
            [] | [b'#', ..] => {}
            [b'[' | b'{', ..] => self.flow(config, cursor),
            [b'-', b' ' | b'\t' | b'\r' | b'\n', ..] => self.dash(config, column, cursor),
            _ if column > 0 => self.pair(config, &mut cursor),
            _ => self.section(config, cursor),
        }
    }

    fn dash(&mut self, config: &Config, column: usize, mut cursor: Cursor<'_>) {
        if self.indent.is_some_and(|indent| column > indent) {
            return;
        }
        self.indent = Some(column);
        self.end_item(config);
        self.item = Some(Item::default());
        cursor.at += 1;
        cursor.skip_blanks();
        if cursor.rest().starts_with(b"{") {
            self.flow(config, cursor);
        } else {
            self.pair(config, &mut cursor);
        }
    }

    fn section(&mut self, config: &Config, mut cursor: Cursor<'_>) {
        let Some(key) = cursor.key() else { return };
        let section = match key {
            b"zone" => Section::Zone,
            b"template" => Section::Template,
            _ => Section::Other,
        };
        self.begin(config, section);
        if key == b"include" {
            let (target, _) = cursor.value();
            for path in self.included(config, target) {
                self.file(&path);
            }
        } else if cursor.rest().starts_with(b"[") {
            self.flow(config, cursor);
        }
    }

    /// A file, a pattern, or a directory whose files are meant.
    fn included(&mut self, config: &Config, target: &[u8]) -> Vec<String> {
        let found = self.reader.included(config, target);
        if !found.is_empty() || target.is_empty() {
            return found;
        }
        self.reader.included(config, &[target, b"/*"].concat())
    }

    /// Items in braces. They may go on over lines, each of which then begins with a bracket of its own.
    fn flow(&mut self, config: &Config, mut cursor: Cursor<'_>) {
        while let Some(&byte) = cursor.rest().first() {
            match byte {
                b'{' | b'}' => {
                    self.end_item(config);
                    self.item = (byte == b'{').then(Item::default);
                    cursor.at += 1;
                }
                b'#' => break,
                b'[' | b']' | b',' | b'"' | b':' => cursor.at += 1,
                _ if byte.is_ascii_whitespace() => cursor.at += 1,
                _ => self.pair(config, &mut cursor),
            }
        }
    }

    fn pair(&mut self, config: &Config, cursor: &mut Cursor<'_>) {
        let Some(key) = cursor.key() else { return };
        let (value, span) = cursor.value();
        let Some(item) = &mut self.item else { return };
        match (self.section, key) {
            (Section::Other, _) => {}
            (Section::Zone, b"domain") | (Section::Template, b"id") => {
                item.id = Some((value.into(), Place::new(config.file, span)));
            }
            (_, b"file") => item.settings.file = path_text(value),
            (_, b"storage") => item.settings.storage = path_text(value),
            (_, b"template") => item.settings.template = Some(value.into()),
            // Whether it names one server or begins a list of them.
            (_, b"master") => item.settings.secondary = true,
            _ => {}
        }
    }

    fn begin(&mut self, config: &Config, section: Section) {
        self.end_item(config);
        self.section = section;
        self.indent = None;
    }

    fn end_item(&mut self, config: &Config) {
        let Some(Item { id: Some((id, place)), settings }) = self.item.take() else { return };
        if self.section == Section::Template {
            self.templates.insert(id, settings);
        } else if self.zones.len() < MAX_ZONES {
            self.zones.extend(origin(&id).map(|origin| {
                let (base, directory) = (config.base.clone(), None);
                Zone { declared: Declared { origin, file: None, directory, base, view: None, place }, settings }
            }));
        }
    }
}
