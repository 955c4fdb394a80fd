//! Owner names and hosts, as each provider reads them.

use super::table::{HostForm, NameForm};
use crate::dns::{Name, NameScope, Target};
use crate::text::{Place, Reason, Span, Step, Traced};

/// The name of a record's owner.
#[derive(Debug)]
pub(super) enum Owner {
    Known(Target),
    Partly(Partly),
}

/// A name of which a part at most is known.
#[derive(Debug)]
pub(super) struct Partly {
    /// Where it may be.
    pub(super) scope: NameScope,
    /// How it begins.
    pub(super) front: String,
    /// Why no more is known.
    pub(super) reason: Reason,
    /// What is not known, if it is one thing and stands at the end.
    end: Option<String>,
    place: Place,
}

/// What `text` names in the zone `apex`.
pub(super) fn owner(text: &Traced, form: NameForm, at_apex: &[String], apex: &Name, way: &[Step]) -> Owner {
    if let Some(reason) = text.first_hole() {
        return partly(text, form, apex, reason.clone()).in_zone(apex, form, way);
    }
    let written = text.text();
    match parse(written.trim(), form, at_apex, apex) {
        Ok((name, written)) => Owner::Known(target(name, written, text, Span::of(0..text.bytes().len()), way)),
        Err(error) => {
            let reason = Reason::at(text.whole(), format!("its name is no domain name: {error}"));
            Owner::Partly(Partly::hidden(reason, None, text.whole()))
        }
    }
}

impl Partly {
    /// Of which nothing is known but, perhaps, what says it.
    pub(super) fn hidden(reason: Reason, end: Option<String>, place: Place) -> Self {
        Self { scope: NameScope::Any, front: String::new(), reason, end, place }
    }

    /// The name in the zone `apex`, if that is what the end of the name says, whatever it is.
    pub(super) fn in_zone(self, apex: &Name, form: NameForm, way: &[Step]) -> Owner {
        let is_zone = |end: &String| apex.is_symbolic() && symbolic(end) == *apex;
        let name = match self.front.strip_suffix('.') {
            _ if form == NameForm::Relative || !self.end.as_ref().is_some_and(is_zone) => None,
            None => self.front.is_empty().then(|| apex.clone()),
            Some(labels) => apex.child(labels),
        };
        match name {
            Some(name) => Owner::Known(stand_in(name, self.place, way)),
            None => Owner::Partly(self),
        }
    }

    /// The domain with which the name ends, and the name in it: `_mta-sts.` and what a variable says is at a domain that this
    /// variable is, whatever it is.
    pub(super) fn in_unknown_domain(&self, is_mx: bool, way: &[Step]) -> Option<(Name, Target)> {
        let domain = symbolic(self.end.as_ref()?);
        let name = match &*self.front {
            "" if is_mx => domain.clone(),
            "_mta-sts." | "mta-sts." | "_smtp._tls." => domain.child(self.front.trim_end_matches('.'))?,
            _ => return None,
        };
        Some((domain, stand_in(name, self.place, way)))
    }
}

/// The owner of which a part is not known, by the name that stands for it.
fn stand_in(name: Name, place: Place, way: &[Step]) -> Target {
    let written = format!("{}.", name.as_str()).into();
    Target { name, written, place, way: way.into() }
}

/// What a reason names as not known, as it is written in a configuration: `var.domain`.
pub(super) fn what_is_unknown(reason: &Reason) -> Option<String> {
    let (front, rest) = reason.why.split_once('`')?;
    let (name, _) = rest.split_once('`')?;
    Some(if front == "the variable " { format!("var.{name}") } else { name.to_owned() })
}

fn parse(
    written: &str,
    form: NameForm,
    at_apex: &[String],
    apex: &Name,
) -> Result<(Name, String), crate::dns::NameError> {
    if written.is_empty() || at_apex.iter().any(|word| word == written) {
        return Ok((apex.clone(), format!("{}.", apex.as_str())));
    }
    let bytes = written.as_bytes();
    let absolute = || Name::parse(bytes, None).map(|name| (name, with_dot(written)));
    let relative = || Name::parse(bytes, Some(apex)).map(|name| (name, written.to_owned()));
    let is_inside = |name: &Name| name.is_at_or_below(apex);
    match form {
        _ if Name::is_absolute(bytes) => absolute(),
        NameForm::Relative => relative(),
        NameForm::RelativeOrFull => match absolute() {
            Ok(full) if is_inside(&full.0) => Ok(full),
            _ => relative(),
        },
        // Route 53's provider compares the ends of two strings, wherever the labels begin.
        NameForm::RelativeOrSuffix => match absolute() {
            Ok(full) if full.0.as_str().ends_with(apex.as_str()) => Ok(full),
            _ => relative(),
        },
        NameForm::Full => match absolute() {
            Ok(full) if is_inside(&full.0) || apex.is_symbolic() => Ok(full),
            _ => relative(),
        },
    }
}

fn partly(text: &Traced, form: NameForm, apex: &Name, reason: Reason) -> Partly {
    let shown = text.text().to_ascii_lowercase();
    let holes: Vec<Span> = text.holes().map(|(span, _)| span).collect();
    let (start, end) = match (holes.first(), holes.last()) {
        (Some(first), Some(last)) => (first.range().start, last.range().end),
        _ => (0, 0),
    };
    // Bytes that are no UTF-8 move what follows them; no name has them.
    let front = shown.get(..start).unwrap_or_default().to_owned();
    let back = shown.get(end..).unwrap_or_default().trim_end_matches('.');
    let apex = apex.as_str();
    let is_full = shown.ends_with('.') || form == NameForm::Full;
    let back = match form {
        _ if front.is_empty() && back.is_empty() => String::new(),
        _ if is_full && end < shown.len() => back.to_owned(),
        NameForm::RelativeOrFull | NameForm::RelativeOrSuffix if !back.is_empty() && back.ends_with(apex) => {
            back.to_owned()
        }
        // Whether or not the zone's name is in it, it ends with it.
        _ if back.is_empty() => apex.to_owned(),
        _ => format!("{back}.{apex}"),
    };
    let is_anything = front.is_empty() && back.is_empty();
    let pattern = NameScope::Pattern { front: front.clone(), back };
    let scope = if is_anything { NameScope::Any } else { pattern };
    let is_open = holes.len() == 1 && matches!(shown.get(end..), Some("" | "."));
    let end = if is_open { what_is_unknown(&reason) } else { None };
    Partly { scope, front, reason, end, place: text.place(Span::of(0..text.bytes().len())) }
}

/// The host that `span` of `text` names.
pub(super) fn host(text: &Traced, span: Span, form: HostForm, apex: &Name, way: &[Step]) -> Result<Target, Reason> {
    let part = span.slice(text.bytes());
    let written = String::from_utf8_lossy(part);
    let absolute = || Name::parse(part, None).map(|name| (name, with_dot(&written)));
    let relative = || Name::parse(part, Some(apex)).map(|name| (name, written.to_string()));
    let found = match form {
        _ if part.is_empty() || part == b"." => Ok((Name::root(), ".".to_owned())),
        HostForm::Relative | HostForm::Either if part == b"@" => Ok((apex.clone(), "@".to_owned())),
        HostForm::Full => absolute(),
        HostForm::Either if part.contains(&b'.') => absolute(),
        HostForm::Relative | HostForm::Either => relative(),
    };
    let no_name = |error| Reason::at(text.place(span), format!("its host is no domain name: {error}"));
    found.map(|(name, written)| target(name, written, text, span, way)).map_err(no_name)
}

fn with_dot(written: &str) -> String {
    if Name::is_absolute(written.as_bytes()) { written.to_owned() } else { format!("{written}.") }
}

fn target(name: Name, written: String, text: &Traced, span: Span, way: &[Step]) -> Target {
    let place = if text.bytes().is_empty() { text.whole() } else { text.place(span) };
    let stops = text.way_of(place).unwrap_or_default().iter().chain(way).cloned();
    Target { name, written: written.into(), place, way: stops.collect() }
}

/// The zone's own name as the owner of what says no name, at `place`.
pub(super) fn apex(apex: &Name, place: Place, way: &[Step]) -> Target {
    Target { name: apex.clone(), written: format!("{}.", apex.as_str()).into(), place, way: way.into() }
}

/// The domain that one would register to have this name, where a reader takes it for a full one: `_mta-sts.example.com`,
/// and not `_mta-sts`, `mail.internal`.
pub(super) fn registrable(written: &str, form: NameForm) -> Option<Name> {
    let name = Name::parse(written.trim().as_bytes(), None).ok()?;
    let is_full = Name::is_absolute(written.trim().as_bytes()) || form == NameForm::Full;
    if form == NameForm::Relative && !is_full || name.is_symbolic() {
        return None;
    }
    let domain = psl::domain(name.as_str().as_bytes())?;
    let is_public = domain.suffix().is_known() || domain.suffix().as_bytes() == b"example";
    let text = std::str::from_utf8(domain.as_bytes()).ok()?;
    let is_host = text.starts_with(|first: char| first.is_ascii_alphanumeric());
    if (is_full || is_public) && is_host { Name::parse(text.as_bytes(), None).ok() } else { None }
}

/// Whether a top level is one that no label within a zone is called as: `com`, `co.uk`, and not `dev`, `blog`, `us`.
pub(super) fn is_plainly_full(domain: &Name) -> bool {
    const OLD: [&str; 10] = ["com", "net", "org", "edu", "gov", "mil", "int", "info", "biz", "example"];
    let suffix = psl::suffix(domain.as_str().as_bytes()).and_then(|suffix| std::str::from_utf8(suffix.as_bytes()).ok());
    suffix.is_some_and(|suffix| OLD.contains(&suffix) || suffix.contains('.'))
}

/// The host of a URL or of a pattern of URLs.
pub(super) fn host_of_pattern(pattern: &str) -> Option<Name> {
    let bare = pattern.trim().trim_start_matches("https://").trim_start_matches("http://").trim_start_matches("*://");
    let host = bare.split('/').next()?.trim_start_matches('*').trim_start_matches('.');
    Name::parse(host.as_bytes(), None).ok()
}

/// `name` without labels that no zone's name begins with.
pub(super) fn without_service_labels(name: &Name) -> Name {
    let mut name = name.clone();
    while name.first_label().starts_with('_') || matches!(name.first_label(), "*" | "mta-sts") {
        match name.parent() {
            Some(parent) => name = parent,
            None => break,
        }
    }
    name
}

/// A name for what is only known by `what`: two that differ anywhere stay different.
pub(super) fn symbolic(what: &str) -> Name {
    /// What [`Name::symbolic`] keeps, less the digits.
    const KEPT: usize = 44;
    if what.len() <= KEPT + 9 {
        return Name::symbolic(what);
    }
    let end = (0..=KEPT).rev().find(|at| what.is_char_boundary(*at)).unwrap_or(0);
    // FNV-1a: any hash would do.
    let hash = what.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    Name::symbolic(&format!("{}~{hash:08x}", &what[..end]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::FileId;

    fn name(text: &str) -> Name {
        Name::parse(text.as_bytes(), None).unwrap()
    }

    fn read(written: &str, form: NameForm, apex_words: &[&str]) -> (String, bool) {
        let text = Traced::verbatim(written.as_bytes(), Place::new(FileId(0), Span::of(0..written.len())));
        let words: Vec<String> = apex_words.iter().map(|word| (*word).to_owned()).collect();
        match owner(&text, form, &words, &name("example.com"), &[]) {
            Owner::Known(target) => (target.name.to_string(), target.is_relative()),
            Owner::Partly(it) => (it.reason.why.to_string(), false),
        }
    }

    #[test]
    fn names_are_read_as_each_provider_reads_them() {
        use NameForm as F;
        let table = [
            ("_mta-sts", F::Relative, &["@"][..], "_mta-sts.example.com", true),
            ("@", F::Relative, &["@"], "example.com", false),
            ("", F::Relative, &[""], "example.com", false),
            ("_mta-sts.example.com", F::Relative, &["@"], "_mta-sts.example.com.example.com", true),
            ("_mta-sts.example.com.", F::Relative, &["@"], "_mta-sts.example.com", false),
            ("_mta-sts.example.com", F::RelativeOrFull, &["@"], "_mta-sts.example.com", false),
            ("Example.COM", F::RelativeOrFull, &["@"], "example.com", false),
            ("notexample.com", F::RelativeOrFull, &["@"], "notexample.com.example.com", true),
            ("notexample.com", F::RelativeOrSuffix, &[""], "notexample.com", false),
            ("_mta-sts.example.com.", F::RelativeOrSuffix, &[""], "_mta-sts.example.com", false),
            ("_mta-sts", F::RelativeOrSuffix, &[""], "_mta-sts.example.com", true),
            ("@", F::RelativeOrSuffix, &[""], "@.example.com", true),
            ("_mta-sts.example.com.", F::Full, &[], "_mta-sts.example.com", false),
            ("_mta-sts.example.com", F::Full, &[], "_mta-sts.example.com", false),
            ("example.com", F::Full, &[], "example.com", false),
            ("a..b", F::Full, &[], "its name is no domain name: a label is empty", false),
        ];
        for (written, form, words, expected, is_relative) in table {
            assert_eq!(read(written, form, words), (expected.to_owned(), is_relative), "{written} {form:?}");
        }
    }

    #[test]
    fn full_names_are_told_by_their_ends() {
        use NameForm as F;
        let table = [
            ("_mta-sts.example.com", F::RelativeOrFull, Some("example.com")),
            ("_mta-sts.shop.example", F::RelativeOrFull, Some("shop.example")),
            ("_mta-sts", F::RelativeOrFull, None),
            ("@", F::RelativeOrFull, None),
            ("_mta-sts.corp", F::RelativeOrFull, None),
            ("_mta-sts.dev", F::RelativeOrFull, None),
            ("mail.internal", F::RelativeOrFull, None),
            ("mail.internal", F::Full, Some("mail.internal")),
            ("_mta-sts.example.co.uk", F::RelativeOrSuffix, Some("example.co.uk")),
            ("_mta-sts.example.com", F::Relative, None),
            ("_mta-sts.example.com.", F::Relative, Some("example.com")),
        ];
        for (written, form, domain) in table {
            assert_eq!(registrable(written, form), domain.map(name), "{written} {form:?}");
        }
    }

    #[test]
    fn symbols_that_differ_late_stay_apart() {
        let (a, b) = ("module.domains[\"a-very-long-name-of-a-domain.example\"].var.zone_id", "b");
        assert_ne!(symbolic(a), symbolic(&a.replace("zone_id", "zone_ix")));
        assert_eq!(symbolic(b).to_string(), "{b}");
        assert!(symbolic(&"ä".repeat(100)).is_symbolic());
    }
}
