//! `$ORIGIN`, `$TTL`, `$INCLUDE`, `$GENERATE` (RFC 1035 §5.1, RFC 2308 §4, and BIND's manual for the last).

use super::entry::{self, rtype};
use super::lex::Token;
use super::parser::Parser;
use super::problem::{IncludeError, ProblemKind};
use super::{Gap, GapReason, Scope};
use crate::dns::{Name, Rtype};
use crate::text::{Bytes, FileId, Place, Span, clipped};

/// Includes inside one another. Ten is more than anybody uses, and the stack bears it.
const MAX_DEPTH: usize = 10;
/// Files and bytes that one zone may include.
const MAX_FILES: usize = 1000;
const MAX_BYTES: usize = 256 << 20;

impl Parser<'_> {
    /// Obeys a directive. Its name may be in any case (BIND, Knot and NSD).
    pub(super) fn directive(&mut self, file: FileId, text: &[u8], tokens: &[Token]) {
        let [name, arguments @ ..] = tokens else { return };
        let place = Place::new(file, name.span());
        let word = name.text(text);
        let is = |known: &str| word.eq_ignore_ascii_case(known.as_bytes());
        if is("$ORIGIN") {
            self.origin(file, text, place, arguments);
        } else if is("$TTL") {
            self.ttl(file, text, place, arguments);
        } else if is("$INCLUDE") {
            self.include(file, text, place, arguments);
        } else if is("$GENERATE") {
            self.generate(file, text, place, arguments);
        } else if !is("$DATE") {
            self.fail(place, ProblemKind::UnknownDirective(clipped(word, 40)), None);
        }
    }

    fn origin(&mut self, file: FileId, text: &[u8], place: Place, arguments: &[Token]) {
        let Some(token) = arguments.first() else {
            return self.fail(place, ProblemKind::BadDirective("$ORIGIN"), None);
        };
        match self.owner_name(*token, text) {
            Ok(origin) => {
                if Name::is_absolute(token.text(text)) {
                    self.origin_is_made_up = false;
                }
                if !self.origin_is_made_up {
                    self.first_origin.get_or_insert_with(|| origin.clone());
                }
                self.set_origin(origin);
            }
            Err(error) => {
                let kind = ProblemKind::BadName(error, clipped(token.text(text), 60));
                self.fail(Place::new(file, token.span()), kind, None);
            }
        }
    }

    fn ttl(&mut self, file: FileId, text: &[u8], place: Place, arguments: &[Token]) {
        let Some(token) = arguments.first() else { return self.problem(place, ProblemKind::BadDirective("$TTL")) };
        let place = Place::new(file, token.span());
        match entry::parse_ttl(token.text(text)) {
            Some(seconds) => self.default_ttl = Some((seconds, place)),
            None => self.problem(place, ProblemKind::BadTtl(clipped(token.text(text), 40))),
        }
    }

    fn include(&mut self, file: FileId, text: &[u8], place: Place, arguments: &[Token]) {
        let Some(path) = arguments.first() else {
            return self.fail(place, ProblemKind::BadDirective("$INCLUDE"), None);
        };
        let place = Place::new(file, path.outer());
        let opened = self.open_include(file, path.text(text));
        let (included, content) = match opened {
            Ok(opened) => opened,
            Err(error) => {
                self.problem(place, ProblemKind::Include(error));
                return self.gap(Gap { place, why: GapReason::Include, scope: Scope::Any });
            }
        };
        // RFC 1035 §5.1: neither the origin nor the owner of the included file holds here; BIND restores both.
        let (origin, owner, ttl) = (self.origin.clone(), self.owner.take(), self.default_ttl);
        if let Some(token) = arguments.get(1)
            && let Ok(inner) = self.owner_name(*token, text)
        {
            self.set_origin(inner);
        }
        self.read(included, &content);
        self.owner = owner;
        self.default_ttl = ttl;
        self.origin = origin;
        self.zone.index.resume(file, &self.origin);
    }

    fn open_include(&mut self, from: FileId, path: &[u8]) -> Result<(FileId, Bytes), IncludeError> {
        if self.open.len() > MAX_DEPTH {
            return Err(IncludeError::TooDeep);
        }
        let (files, bytes) = self.included;
        if files >= MAX_FILES || bytes >= MAX_BYTES {
            return Err(IncludeError::TooMuch);
        }
        let (file, text) = self.includes.open(from, path)?;
        if self.open.contains(&file) {
            return Err(IncludeError::Cycle);
        }
        self.included = (files + 1, bytes.saturating_add(text.len()));
        Ok((file, text))
    }

    /// A range of a hundred million names is written in one line: it is never expanded. What it could make is a gap.
    fn generate(&mut self, file: FileId, text: &[u8], place: Place, arguments: &[Token]) {
        let [_range, left, rest @ ..] = arguments else {
            return self.fail(place, ProblemKind::BadDirective("$GENERATE"), None);
        };
        let kind = match entry::prefix(rest, text) {
            Ok(prefix) => match prefix.rtype {
                rtype::A => Rtype::A,
                rtype::AAAA => Rtype::Aaaa,
                rtype::CNAME => Rtype::Cname,
                rtype::MX => Rtype::Mx,
                rtype::TXT => Rtype::Txt,
                rtype::NS => Rtype::Ns,
                _ => Rtype::Other,
            },
            Err((token, kind)) => {
                let place = token.map_or(place, |token| Place::new(file, token.span()));
                return self.fail(place, kind, None);
            }
        };
        let scope = pattern(left.text(text), &self.origin, kind);
        let whole = Span::new(place.span.start, rest.last().unwrap_or(left).outer().end);
        self.gap(Gap { place: Place::new(file, whole), why: GapReason::Generate, scope });
    }
}

/// The names that the left side of a `$GENERATE` makes: `$` and `${...}` stand for numbers.
fn pattern(left: &[u8], origin: &Name, rtype: Rtype) -> Scope {
    let left = String::from_utf8_lossy(left).to_ascii_lowercase();
    let Some(first) = left.find('$') else {
        return Name::parse(left.as_bytes(), Some(origin)).map_or(Scope::Any, Scope::Owner);
    };
    if left.contains('\\') {
        return Scope::Any;
    }
    let last = left.rfind('$').unwrap_or(first);
    let after = &left[last + 1..];
    let back = match after.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
        Some((_, back)) => back,
        None => after,
    };
    let back = match back.strip_suffix('.') {
        Some(absolute) => absolute.to_owned(),
        None => format!("{back}.{}", origin.as_str()),
    };
    Scope::Pattern { front: left[..first].to_owned(), back, rtype }
}
