//! From entries to records: what holds from one entry to the next, and what is kept.

use super::entry::{self, rtype};
use super::index::{Index, Row};
use super::lex::{Head, LexError, Lexer, Token};
use super::problem::{Problem, ProblemKind};
use super::rdata::{self, Scope as At};
use super::{ApexSource, Gap, GapReason, Includes, MAX_RECORDS, OriginHint, Scope, Zone};
use super::{keep, record, strings};
use crate::dns::{Name, Record};
use crate::text::{Bytes, FileId, Place, Span, clipped};

/// Problems, and gaps, that are kept of one zone.
const MAX_KEPT: usize = 100;

pub(super) fn parse(file: FileId, text: &Bytes, hint: OriginHint, includes: &mut dyn Includes) -> Zone {
    let mut parser = Parser::new(file, hint, includes);
    parser.read(file, text);
    parser.finish()
}

/// Everything that holds while a zone is read.
pub(super) struct Parser<'i> {
    pub(super) includes: &'i mut dyn Includes,
    given: Option<(Name, ApexSource)>,
    fallback: Option<Name>,
    /// What completes relative names.
    pub(super) origin: Name,
    /// The first `$ORIGIN`.
    pub(super) first_origin: Option<Name>,
    /// Nothing tells the origin: `origin` is a placeholder.
    pub(super) origin_is_made_up: bool,
    pub(super) default_ttl: Option<(u32, Place)>,
    last_ttl: Option<(u32, Place)>,
    /// The owner of the entry before, in the text that is read now.
    pub(super) owner: Option<Token>,
    /// The files that are being read, the innermost last.
    pub(super) open: Vec<FileId>,
    /// How much was included.
    pub(super) included: (usize, usize),
    /// The owner of the SOA, and what told it.
    apex: Option<Name>,
    soa_from: ApexSource,
    /// How many records of one name have been kept in a row.
    run: usize,
    pub(super) zone: Zone,
}

impl<'i> Parser<'i> {
    fn new(file: FileId, hint: OriginHint, includes: &'i mut dyn Includes) -> Self {
        let known = hint.given.as_ref().map(|(name, _)| name.clone()).or_else(|| hint.fallback.clone());
        let origin_is_made_up = known.is_none();
        let made_up = || Name::parse(b"unknown-origin.invalid", None).unwrap_or_else(|_| Name::root());
        Self {
            includes,
            given: hint.given,
            fallback: hint.fallback,
            origin: known.unwrap_or_else(made_up),
            first_origin: None,
            origin_is_made_up,
            default_ttl: None,
            last_ttl: None,
            owner: None,
            open: Vec::new(),
            included: (0, 0),
            apex: None,
            soa_from: ApexSource::Soa,
            run: 0,
            zone: Zone {
                file,
                apex: None,
                apex_from: None,
                soa: None,
                records: Vec::new(),
                problems: Vec::new(),
                problems_left_out: 0,
                gaps: Vec::new(),
                entries: 0,
                index: Index::default(),
            },
        }
    }

    /// Reads one text, the zone's own or one that is included.
    pub(super) fn read(&mut self, file: FileId, text: &Bytes) {
        self.open.push(file);
        let start = self.check_bytes(file, text);
        self.zone.index.begin(file, text, &self.origin);
        let mut lexer = Lexer::new(text, start);
        let mut tokens = Vec::new();
        while let Some(head) = lexer.next(&mut tokens) {
            self.entry(file, text, head, &tokens);
        }
        self.open.pop();
    }

    /// Reports bytes that stand in no zone file, and gives the offset at which the first entry begins.
    fn check_bytes(&mut self, file: FileId, text: &[u8]) -> usize {
        if let Some(at) = memchr::memchr(0, text) {
            self.problem(Place::new(file, Span::of(at..at + 1)), ProblemKind::Nul);
        }
        if text.starts_with(b"\xef\xbb\xbf") {
            self.problem(Place::new(file, Span::new(0, 3)), ProblemKind::Bom);
            return 3;
        }
        0
    }

    fn entry(&mut self, file: FileId, text: &Bytes, head: Head, tokens: &[Token]) {
        if let Some((span, error)) = head.error {
            return self.lexical(file, text, head, tokens, span, error);
        }
        let Some(first) = tokens.first() else { return };
        if !head.has_blank_start && !first.is_quoted() && first.text(text).starts_with(b"$") {
            return self.directive(file, text, tokens);
        }
        self.zone.entries = self.zone.entries.saturating_add(1);
        let rest = if head.has_blank_start { tokens } else { &tokens[1..] };
        if !head.has_blank_start {
            self.owner = Some(*first);
        }
        let Some(owner) = self.owner else {
            let place = Place::new(file, first.span());
            return self.fail(place, ProblemKind::NoOwner, None);
        };
        if let Err(error) = rdata::check_name(owner, text)
            && !head.has_blank_start
        {
            self.owner = None;
            return self.fail(Place::new(file, owner.span()), ProblemKind::BadOwner(error), None);
        }
        match entry::prefix(rest, text) {
            Ok(prefix) => self.record(file, text, head, owner, rest, prefix),
            Err((token, kind)) => {
                let place = Place::new(file, token.unwrap_or(owner).span());
                self.fail(place, kind, Some((file, owner, text)));
            }
        }
    }

    fn lexical(&mut self, file: FileId, text: &[u8], head: Head, tokens: &[Token], span: Span, error: LexError) {
        let kind = match error {
            LexError::UnterminatedString => ProblemKind::UnterminatedString,
            LexError::UnclosedParenthesis => ProblemKind::UnclosedParenthesis,
            LexError::UnmatchedParenthesis => ProblemKind::UnmatchedParenthesis,
            LexError::TooManyTokens => ProblemKind::EntryTooLong,
        };
        // Only what its line holds is lost; with an open parenthesis that is the rest of the file.
        if !head.has_blank_start {
            self.owner = tokens.first().copied();
        }
        let owner = self.owner.filter(|_| error != LexError::UnclosedParenthesis);
        self.fail(Place::new(file, span), kind, owner.map(|owner| (file, owner, text)));
    }

    fn record(
        &mut self,
        file: FileId,
        text: &Bytes,
        head: Head,
        owner: Token,
        tokens: &[Token],
        prefix: entry::Prefix,
    ) {
        let data = &tokens[prefix.len..];
        let label = match owner.text(text) {
            b"@" => self.origin.as_str().as_bytes(),
            written => written,
        };
        let is_kept = keep::matters(label, prefix.rtype, data, text);
        self.zone.index.push(Row::new(head.start, owner.span(), text, is_kept));
        if let Some((seconds, token)) = prefix.ttl {
            self.last_ttl = Some((seconds, Place::new(file, token.span())));
        }
        let is_generic = rdata::is_generic(data, text) && prefix.rtype != rtype::TXT;
        if is_generic || prefix.rtype == rtype::SYNTHETIC {
            let why = if is_generic { GapReason::Generic } else { GapReason::Synthetic };
            let place = Place::new(file, record::entry_span(owner, tokens));
            return self.gap_at(place, why, Some((owner, text)));
        }
        let result = if is_kept {
            self.keep(file, text, head, owner, tokens, prefix)
        } else if prefix.rtype == rtype::SOA {
            rdata::check(rtype::SOA, data, text).map(|()| self.soa(file, text, owner, tokens))
        } else {
            rdata::check(prefix.rtype, data, text)
        };
        if prefix.rtype == rtype::TXT
            && let Some((token, octets)) = strings::too_long(data, text)
        {
            self.problem(Place::new(file, token.outer()), ProblemKind::StringTooLong(octets));
        }
        if let Err((token, kind)) = result {
            let place = Place::new(file, token.map_or(record::entry_span(owner, tokens), Token::outer));
            self.fail(place, kind, Some((file, owner, text)));
        }
    }

    fn keep(
        &mut self,
        file: FileId,
        text: &[u8],
        head: Head,
        owner: Token,
        tokens: &[Token],
        prefix: entry::Prefix,
    ) -> Result<(), rdata::Fault> {
        let at = At { text, file, origin: &self.origin };
        let found = record::build(at, head, owner, tokens, prefix)?;
        let previous = self.zone.records.last().filter(|previous| previous.owner.name == found.owner.name);
        self.run = if previous.is_some() { self.run + 1 } else { 0 };
        if self.run >= MAX_RECORDS {
            if self.run == MAX_RECORDS {
                let scope = Scope::Owner(found.owner.name);
                self.gap(Gap { place: found.place, why: GapReason::TooMany, scope });
            }
            return Ok(());
        }
        let own = prefix.ttl.map(|(seconds, token)| (seconds, Place::new(file, token.span())));
        self.zone.records.push(Record { ttl: own.or(self.default_ttl).or(self.last_ttl), ..found });
        Ok(())
    }

    fn soa(&mut self, file: FileId, text: &[u8], owner: Token, tokens: &[Token]) {
        let place = Place::new(file, record::entry_span(owner, tokens));
        if self.zone.soa.is_some() {
            return self.problem(place, ProblemKind::SecondSoa);
        }
        self.zone.soa = Some(place);
        let Ok(name) = self.owner_name(owner, text) else { return };
        let is_absolute = Name::is_absolute(owner.text(text));
        if self.origin_is_made_up && !is_absolute {
            return;
        }
        if let Some((given, _)) = self.given.as_ref().filter(|(given, _)| *given != name) {
            let kind = ProblemKind::OtherZone(name.to_string(), given.to_string());
            self.problem(Place::new(file, owner.span()), kind);
        }
        // A server completes names with the zone's name, and the SOA's owner is that.
        if self.given.is_none() && self.first_origin.is_none() {
            self.origin_is_made_up = false;
            self.set_origin(name.clone());
        }
        // `@` is whatever the origin is: then that told the name.
        self.soa_from = match (&self.given, &self.first_origin) {
            (Some((given, source)), _) if *given == name => *source,
            _ if is_absolute => ApexSource::Soa,
            (_, Some(_)) => ApexSource::Origin,
            (Some((_, source)), None) => *source,
            (None, None) => ApexSource::FileName,
        };
        self.apex = Some(name);
    }

    /// The owner that a token means here.
    pub(super) fn owner_name(&self, owner: Token, text: &[u8]) -> Result<Name, crate::dns::NameError> {
        match owner.text(text) {
            b"@" => Ok(self.origin.clone()),
            written => Name::parse(written, Some(&self.origin)),
        }
    }

    /// Relative names are completed with `origin` from here on.
    pub(super) fn set_origin(&mut self, origin: Name) {
        self.origin = origin;
        self.zone.index.set_origin(&self.origin);
    }

    /// Reports a problem for which an entry is lost, whose owner is known or not.
    pub(super) fn fail(&mut self, place: Place, kind: ProblemKind, owner: Option<(FileId, Token, &[u8])>) {
        self.problem(place, kind);
        self.gap_at(place, GapReason::Entry, owner.map(|(_, owner, text)| (owner, text)));
    }

    fn gap_at(&mut self, place: Place, why: GapReason, owner: Option<(Token, &[u8])>) {
        let name = owner.and_then(|(owner, text)| self.owner_name(owner, text).ok());
        self.gap(Gap { place, why, scope: name.map_or(Scope::Any, Scope::Owner) });
    }

    pub(super) fn gap(&mut self, gap: Gap) {
        match self.zone.gaps.len() {
            0..MAX_KEPT => self.zone.gaps.push(gap),
            // With so many, nothing about the zone is certain.
            MAX_KEPT => self.zone.gaps.push(Gap { scope: Scope::Any, ..gap }),
            _ => {}
        }
    }

    pub(super) fn problem(&mut self, place: Place, kind: ProblemKind) {
        if self.zone.problems.len() < MAX_KEPT {
            self.zone.problems.push(Problem { place, kind });
        } else {
            self.zone.problems_left_out += 1;
        }
    }

    fn finish(mut self) -> Zone {
        let soa = self.apex.map(|name| (name, self.soa_from));
        let origin = self.first_origin.map(|name| (name, ApexSource::Origin));
        let fallback = self.fallback.map(|name| (name, ApexSource::FileName));
        (self.zone.apex, self.zone.apex_from) = soa.or(self.given).or(origin).or(fallback).unzip();
        let zone = &mut self.zone;
        let Some(apex) = &zone.apex else { return self.zone };
        let mut outside = Vec::new();
        zone.records.retain(|record| {
            let inside = record.owner.name.is_at_or_below(apex);
            if !inside && outside.len() < MAX_KEPT {
                let kind = ProblemKind::OutOfZone(clipped(record.owner.name.as_str().as_bytes(), 80), apex.to_string());
                outside.push(Problem { place: record.owner.place, kind });
            }
            inside
        });
        zone.problems.extend(outside);
        zone.records.shrink_to_fit();
        zone.index.seal();
        self.zone
    }
}
