//! Lookups: what a resolver would get from the zones of a View (RFC 1034 §4.3.2).

use rustc_hash::FxHashMap;

use super::contents::Contents;
use super::{Alias, RrSet, Unknown, Why};
use crate::dns::{Data, Name, Record, Rtype};
use crate::parallel;
use crate::zone::MAX_RECORDS;

/// CNAMEs followed for one question. Resolvers give up at about this number.
const MAX_ALIASES: usize = 16;

/// A View by its number; 0 is the default View, whose zones answer in every other View too.
pub(super) type ViewIndex = usize;

/// Every zone of every View.
#[derive(Debug, Default)]
pub(super) struct Namespace {
    pub(super) contents: Vec<Contents>,
    /// For each View, the zones that answer in it, by apex.
    views: Vec<FxHashMap<Name, usize>>,
}

/// A name that some View looks up.
pub(super) type Question = (ViewIndex, Name);

impl Namespace {
    /// Lets the zone at `index` answer in `view`, unless an earlier one has its apex there: then that one is given back.
    pub(super) fn serve(&mut self, view: ViewIndex, index: usize) -> Option<usize> {
        let apex = self.contents[index].apex.clone();
        if self.views.len() <= view {
            self.views.resize_with(view + 1, FxHashMap::default);
        }
        let first = *self.views[view].entry(apex).or_insert(index);
        (first != index).then_some(first)
    }

    /// The zone that holds `name` in `view`: the one with the longest apex, the View's own first.
    pub(super) fn zone_of(&self, view: ViewIndex, name: &Name) -> Option<usize> {
        let (own, common) = (self.views.get(view), self.views.first());
        let get = |text: &str| own.and_then(|own| own.get(text)).or_else(|| common?.get(text)).copied();
        name.self_and_ancestors().chain(std::iter::once("")).find_map(get)
    }

    /// Whether a zone of `view` is called so.
    pub(super) fn is_apex(&self, view: ViewIndex, name: &Name) -> bool {
        self.zone_of(view, name).is_some_and(|zone| self.contents[zone].apex == *name)
    }

    /// Reads from the zones all that `questions` need, the targets of CNAMEs included.
    pub(super) fn read(&mut self, mut questions: Vec<Question>) {
        for _ in 0..=MAX_ALIASES {
            let mut asked = false;
            questions.retain(|(view, name)| {
                let Some(zone) = self.zone_of(*view, name) else { return false };
                if !self.contents[zone].was_asked(name) {
                    self.contents[zone].ask(name);
                    asked = true;
                }
                true
            });
            if !asked {
                return;
            }
            parallel::each(&mut self.contents, Contents::read_asked);
            questions = questions.iter().filter_map(|question| self.next_question(question)).collect();
        }
    }

    /// What a resolver would get for `name` and `rtype`. Only what was [`Namespace::read`] is found.
    pub(super) fn resolve(&self, view: ViewIndex, name: &Name, rtype: Rtype) -> RrSet<&Record> {
        let mut answer = RrSet {
            name: name.clone(),
            values: Vec::new(),
            aliases: Vec::new(),
            wildcard: None,
            beside_alias: Vec::new(),
            unknown: None,
            zone: self.zone_of(view, name).map(|zone| self.contents[zone].apex.clone()),
        };
        let mut next = self.step(view, name, rtype, &mut answer);
        while let Some(name) = next {
            if answer.aliases.len() >= MAX_ALIASES {
                answer.unknown = Some(Unknown { why: Why::AliasLoop(answer.name.clone()), place: None });
                break;
            }
            next = self.step(view, &name, rtype, &mut answer);
        }
        answer
    }

    /// One step of a lookup: fills in the answer, or gives the name that a CNAME leads to.
    fn step<'c>(&'c self, view: ViewIndex, name: &Name, rtype: Rtype, answer: &mut RrSet<&'c Record>) -> Option<Name> {
        let last_alias = answer.aliases.last().map(|alias| alias.place);
        let Some(zone) = self.zone_of(view, name).map(|zone| &self.contents[zone]) else {
            let why = if last_alias.is_some() { Why::Alias(name.clone()) } else { Why::NoZone(name.clone()) };
            answer.unknown = Some(Unknown { why, place: last_alias });
            return None;
        };
        if let Some(cut) = zone.cut(name) {
            answer.unknown = Some(Unknown { why: Why::Cut(cut.owner.name.clone()), place: Some(cut.place) });
            return None;
        }
        let (records, is_wildcard) = zone.find(name);
        if is_wildcard {
            answer.wildcard = records.first().map(|record| record.owner.clone());
        }
        if let Some(alias) = records.iter().find_map(alias_of) {
            let others = records.iter().filter(|record| !may_stand_beside_cname(&record.data));
            answer.beside_alias.extend(others.map(|record| record.place));
            let target = alias.target.name.clone();
            answer.aliases.push(alias);
            return Some(target);
        }
        answer.values = records.iter().filter(|record| record.data.rtype() == rtype).take(MAX_RECORDS).collect();
        answer.unknown = zone.gap(name, rtype);
        None
    }

    fn next_question(&self, (view, name): &Question) -> Option<Question> {
        let zone = &self.contents[self.zone_of(*view, name)?];
        let alias = zone.find(name).0.iter().find_map(alias_of)?;
        Some((*view, alias.target.name))
    }
}

fn alias_of(record: &Record) -> Option<Alias> {
    let Data::Cname(target) = &record.data else { return None };
    Some(Alias { owner: record.owner.clone(), target: target.clone(), place: record.place })
}

/// RFC 4034 §3, §4: a signed zone has RRSIG and NSEC beside every CNAME. They come as [`Data::Other`], and of the other
/// types that do none is likely at the names that matter here.
fn may_stand_beside_cname(data: &Data) -> bool {
    matches!(data, Data::Cname(_) | Data::Other)
}
