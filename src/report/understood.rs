//! What `mtasts show` tells of each domain, as values to print: one shape for JSON and for people.

use jiff::Timestamp;
use jiff::tz::Offset;
use serde::Serialize;

use crate::dns::Name;
use crate::lint::Outcome;
use crate::mta_sts::record;
use crate::observed::Seen;
use crate::rules::{self, Evidence};
use crate::site::{Publication, RrSet, Site, Unknown, Unplaced};
use crate::text::{Place, Sources};

/// `show --format json`: the contract is in the README and its version in `version`.
#[derive(Debug, Serialize)]
pub struct Understood {
    /// The version of this shape.
    pub version: u32,
    /// By domain, then view.
    pub domains: Vec<Domain>,
    /// What is declared and belongs to no domain that is known.
    pub unplaced: Vec<Gap>,
}

/// One mail domain in one View.
#[derive(Debug, Serialize)]
pub struct Domain {
    /// The mail domain.
    #[serde(rename = "domain")]
    pub name: String,
    /// The View; empty where there is only one.
    pub view: String,
    /// The zone of the repository that holds the domain.
    pub zone: Option<Zone>,
    /// TXT at `_mta-sts.<domain>`.
    pub record: Record,
    /// The policy.
    pub policy: Policy,
    /// The MX set.
    pub mx: MxSet,
    /// A and AAAA at `mta-sts.<domain>`.
    pub policy_host: Texts,
    /// TXT at `_smtp._tls.<domain>`.
    pub tlsrpt: Texts,
    /// Everything that is not known, and why.
    pub unknown: Vec<Gap>,
}

/// A zone, and how its name is known.
#[derive(Debug, Serialize)]
pub struct Zone {
    /// Its apex.
    pub name: String,
    /// What told the apex, in words.
    pub told_by: String,
    /// Its file.
    #[serde(flatten)]
    pub at: At,
}

/// Whether something is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It is, and `values` are it.
    Known,
    /// It may be anything, or more than is listed.
    Unknown,
    /// It is known that there is none.
    Absent,
}

/// The record.
#[derive(Debug, Serialize)]
pub struct Record {
    /// Whether it is known.
    pub state: State,
    /// Every TXT record at the name.
    pub values: Vec<String>,
    /// The id of the one STS record.
    pub id: Option<String>,
    /// Where the first value is written.
    #[serde(flatten)]
    pub at: At,
}

/// The policy.
#[derive(Debug, Serialize)]
pub struct Policy {
    /// Whether it is known.
    pub state: State,
    /// As served.
    pub text: Option<String>,
    /// `enforce`, `testing` or `none`.
    pub mode: Option<String>,
    /// Seconds.
    pub max_age: Option<u64>,
    /// The patterns, as written.
    pub mx: Vec<String>,
    /// Whether nothing of it is unknown.
    #[serde(skip)]
    pub is_whole: bool,
    /// Where it is written.
    #[serde(flatten)]
    pub at: At,
}

/// The MX set.
#[derive(Debug, Serialize)]
pub struct MxSet {
    /// Whether it is known.
    pub state: State,
    /// The hosts, in the order of the source.
    pub hosts: Vec<MxHost>,
}

/// One MX record.
#[derive(Debug, Serialize)]
pub struct MxHost {
    /// The host's name; `.` for a null MX.
    pub host: String,
    /// Lower is preferred.
    pub preference: u16,
    /// What shows that it offers TLS that senders trust; `None` if nothing does.
    pub tls: Option<Proof>,
}

/// What shows that an MX host offers TLS that senders trust.
#[derive(Debug, Serialize)]
pub struct Proof {
    /// `probe`, `certificate` or `provider`.
    pub shown_by: &'static str,
    /// What was seen and when, what declares the certificate, or who the provider is.
    pub what: String,
    /// Where a certificate is declared.
    #[serde(flatten)]
    pub at: At,
}

/// Values of one kind at one name.
#[derive(Debug, Serialize)]
pub struct Texts {
    /// Whether they are known.
    pub state: State,
    /// The values.
    pub values: Vec<String>,
    /// Where the first is written.
    #[serde(flatten)]
    pub at: At,
}

/// Something that is not known.
#[derive(Debug, Serialize)]
pub struct Gap {
    /// What.
    pub what: String,
    /// Why.
    pub why: String,
    /// Where the reason lies, if it lies in a file.
    #[serde(flatten)]
    pub at: At,
}

/// A file and a line from 1, or neither.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct At {
    /// Relative to the root.
    pub path: Option<String>,
    /// From 1.
    pub line: Option<usize>,
}

impl Understood {
    /// What was understood of `sites`, and of what is `unplaced`, at `now`.
    pub fn of<'a>(
        sites: impl Iterator<Item = &'a Site>,
        unplaced: &[Unplaced],
        outcome: &Outcome,
        now: Option<Timestamp>,
    ) -> Self {
        let sources = &outcome.sources;
        let tls = |host: &Name| {
            let evidence = rules::evidence(host, &outcome.evidence, &outcome.certificates, now)?;
            Some(Proof::of(&evidence, sources))
        };
        let gap = |found: &Unplaced| Gap {
            what: found.what.to_string(),
            why: found.reason.why.to_string(),
            at: At::maybe(found.reason.place, sources),
        };
        Self {
            version: 1,
            domains: sites.map(|site| Domain::of(site, sources, &tls)).collect(),
            unplaced: unplaced.iter().map(gap).collect(),
        }
    }
}

impl Domain {
    fn of(site: &Site, sources: &Sources, tls: &dyn Fn(&Name) -> Option<Proof>) -> Self {
        let mut unknown: Vec<Gap> = Vec::new();
        let reasons = [
            ("record", site.record.unknown.as_ref()),
            ("policy", unknown_policy(&site.policy)),
            ("policy_host", site.policy_host.unknown.as_ref()),
            ("mx", site.mx.unknown.as_ref()),
            ("tlsrpt", site.tlsrpt.unknown.as_ref()),
        ];
        for (what, reason) in reasons {
            unknown.extend(reason.map(|Unknown { why, place }| Gap {
                what: what.to_owned(),
                why: why.to_string(),
                at: At::maybe(*place, sources),
            }));
        }
        let of_records = site.record.values.iter().map(|text| ("record", &text.text));
        let of_policy = site.policy.text().map(|policy| ("policy", &policy.text));
        let of_tlsrpt = site.tlsrpt.values.iter().map(|text| ("tlsrpt", &text.text));
        for (what, text) in of_records.chain(of_policy).chain(of_tlsrpt) {
            for (_, hole) in text.holes() {
                let (why, at) = (hole.reason.why.to_string(), At::maybe(hole.reason.place, sources));
                if !unknown.iter().any(|gap| gap.what == what && gap.why == why && gap.at == at) {
                    unknown.push(Gap { what: what.to_owned(), why, at });
                }
            }
        }
        unknown.sort_by_key(|gap| reasons.iter().position(|(what, _)| *what == gap.what));
        let record = texts(&site.record, |text| (text.text.shown(), text.at.place), sources);
        Self {
            name: site.domain.to_string(),
            view: site.view.to_string(),
            zone: site.zone.as_ref().map(|zone| Zone {
                name: zone.name.to_string(),
                told_by: zone.told_by.clone(),
                at: At::maybe(Some(zone.place), sources),
            }),
            record: Record { state: record.state, values: record.values, id: id(site), at: record.at },
            policy: Policy::of(&site.policy, sources),
            mx: MxSet {
                state: State::of(&site.mx),
                hosts: (site.mx.values.iter())
                    .map(|mx| MxHost {
                        host: mx.exchange.name.to_string(),
                        preference: mx.preference,
                        tls: tls(&mx.exchange.name),
                    })
                    .collect(),
            },
            policy_host: texts(&site.policy_host, |address| (address.ip.to_string(), address.place), sources),
            tlsrpt: texts(&site.tlsrpt, |text| (text.text.shown(), text.at.place), sources),
            unknown,
        }
    }
}

impl Proof {
    fn of(evidence: &Evidence<'_>, sources: &Sources) -> Self {
        match evidence {
            Evidence::Seen(seen) => Self { shown_by: "probe", what: of_seen(seen), at: At::default() },
            Evidence::Declared(declared) => Self {
                shown_by: "certificate",
                what: declared.by.to_string(),
                at: At::maybe(Some(declared.place), sources),
            },
            Evidence::Provider(name) => Self { shown_by: "provider", what: (*name).to_owned(), at: At::default() },
        }
    }
}

/// What was seen at one address, of several at the first at which something was wrong, and when.
fn of_seen(seen: &[Seen]) -> String {
    let worst = seen.iter().find(|seen| !seen.is_ok()).or(seen.first());
    worst.map_or_else(String::new, |seen| {
        format!("{}, seen on {}", seen.verdict, Offset::UTC.to_datetime(seen.when).date())
    })
}

impl Policy {
    fn of(publication: &Publication, sources: &Sources) -> Self {
        let Some(policy) = publication.text() else {
            let state = match publication {
                Publication::Absent { .. } => State::Absent,
                _ => State::Unknown,
            };
            return Self {
                state,
                text: None,
                mode: None,
                max_age: None,
                mx: Vec::new(),
                is_whole: false,
                at: At::default(),
            };
        };
        let parsed = &policy.parsed;
        Self {
            state: State::Known,
            text: Some(policy.text.shown()),
            mode: parsed.mode_field().filter(|field| field.is_known).map(|field| policy.shown(field.value)),
            max_age: parsed.max_age(),
            mx: parsed.mx().map(|(field, _)| policy.shown(field.value)).collect(),
            is_whole: policy.text.is_wholly_certain(),
            at: At::maybe(Some(policy.text.whole()), sources),
        }
    }
}

impl State {
    fn of<T>(set: &RrSet<T>) -> Self {
        match (&set.unknown, set.values.is_empty()) {
            (Some(_), _) => Self::Unknown,
            (None, true) => Self::Absent,
            (None, false) => Self::Known,
        }
    }

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Known => "known",
            Self::Unknown => "unknown",
            Self::Absent => "absent",
        }
    }
}

impl At {
    fn maybe(place: Option<Place>, sources: &Sources) -> Self {
        let Some(place) = place else { return Self::default() };
        let source = sources.get(place.file);
        Self { path: Some(source.path.to_string()), line: Some(source.line_column(place.span.start).line) }
    }
}

fn texts<T>(set: &RrSet<T>, value: impl Fn(&T) -> (String, Place), sources: &Sources) -> Texts {
    let at = set.values.first().map(|first| value(first).1);
    Texts {
        state: State::of(set),
        values: set.values.iter().map(|one| value(one).0).collect(),
        at: At::maybe(at, sources),
    }
}

fn unknown_policy(publication: &Publication) -> Option<&Unknown> {
    match publication {
        Publication::Unknown(unknown) => Some(unknown),
        _ => None,
    }
}

/// The id that a sender would compare: that of the only STS record.
fn id(site: &Site) -> Option<String> {
    let mut records = site.record.values.iter().filter(|text| text.parsed.kind == record::Kind::Genuine);
    match (records.next(), records.next()) {
        (Some(only), None) => {
            let value = only.parsed.ids().next()?.value?;
            let is_known = !only.text.stretches_in(value).any(|part| part.note.is_some_and(|note| note.hole.is_some()));
            is_known.then(|| lossy(value.slice(only.text.bytes())))
        }
        _ => None,
    }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
