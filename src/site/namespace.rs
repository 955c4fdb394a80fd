//! Lookups: what a resolver would get from the zones of a View (RFC 1034 §4.3.2).

use std::borrow::Cow;

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
    /// By View and zone: what else declares records of that zone there.
    more: FxHashMap<(ViewIndex, usize), Vec<usize>>,
}

/// A name that some View looks up.
pub(super) type Question = (ViewIndex, Name);

/// All that declares records of one zone in one View; there is at least one.
pub(super) struct Pieces<'c> {
    first: &'c Contents,
    /// Of two that define one record the earlier counts.
    rest: Vec<&'c Contents>,
}

impl Namespace {
    /// Lets the zone at `index` answer in `view`, behind those that have its apex there.
    pub(super) fn serve(&mut self, view: ViewIndex, index: usize) {
        let apex = self.contents[index].apex.clone();
        if self.views.len() <= view {
            self.views.resize_with(view + 1, FxHashMap::default);
        }
        let first = *self.views[view].entry(apex).or_insert(index);
        if first != index {
            self.more.entry((view, first)).or_default().push(index);
        }
    }

    /// What declares the zone that holds `name` in `view`: the one with the longest apex, the View's own before what is
    /// common to all, which counts only where the View's own does not claim to be all.
    pub(super) fn pieces(&self, view: ViewIndex, name: &Name) -> Option<Pieces<'_>> {
        let mut all = self.indices(view, name).into_iter().map(|index| &self.contents[index]);
        Some(Pieces { first: all.next()?, rest: all.collect() })
    }

    fn indices(&self, view: ViewIndex, name: &Name) -> Vec<usize> {
        let (own, common) = (self.views.get(view), self.views.first());
        let find = |text: &str| {
            let own = own.and_then(|own| own.get(text)).copied();
            let common = common.filter(|_| view != 0).and_then(|common| common.get(text)).copied();
            (own.is_some() || common.is_some()).then_some((own, common))
        };
        let Some((own, common)) = name.self_and_ancestors().chain(std::iter::once("")).find_map(find) else {
            return Vec::new();
        };
        let group = |view: ViewIndex, first: usize| {
            let more = self.more.get(&(view, first)).map(Vec::as_slice).unwrap_or_default();
            std::iter::once(first).chain(more.iter().copied())
        };
        let mut indices: Vec<usize> = own.into_iter().flat_map(|first| group(view, first)).collect();
        if indices.iter().all(|index| self.contents[*index].partial().is_some()) {
            indices.extend(common.into_iter().flat_map(|first| group(0, first)));
        }
        indices
    }

    /// Whether a zone of `view` is called so.
    pub(super) fn is_apex(&self, view: ViewIndex, name: &Name) -> bool {
        self.pieces(view, name).is_some_and(|pieces| pieces.first.apex == *name)
    }

    /// Reads from the zones all that `questions` need, the targets of CNAMEs included.
    pub(super) fn read(&mut self, mut questions: Vec<Question>) {
        for _ in 0..=MAX_ALIASES {
            let mut asked = false;
            questions.retain(|(view, name)| {
                let indices = self.indices(*view, name);
                for index in &indices {
                    if !self.contents[*index].was_asked(name) {
                        self.contents[*index].ask(name);
                        asked = true;
                    }
                }
                !indices.is_empty()
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
            zone: self.pieces(view, name).map(|pieces| pieces.first.apex.clone()),
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
        let Some(zone) = self.pieces(view, name) else {
            let why = if last_alias.is_some() { Why::Alias(name.clone()) } else { Why::NoZone(name.clone()) };
            answer.unknown = Some(Unknown { why, place: last_alias });
            return None;
        };
        if let Some(cut) = zone.cut(name) {
            answer.unknown = Some(Unknown { why: Why::Cut(cut.owner.name.clone()), place: Some(cut.place) });
            return None;
        }
        let owner = zone.answering(name);
        if matches!(owner, Cow::Owned(_)) {
            answer.wildcard = zone.at(&owner).next().map(|record| record.owner.clone());
        }
        if let Some((alias, piece)) = zone.alias(&owner) {
            let others = piece.at(&owner).iter().filter(|record| !may_stand_beside_cname(&record.data));
            answer.beside_alias.extend(others.map(|record| record.place));
            let target = alias.target.name.clone();
            answer.aliases.push(alias);
            return Some(target);
        }
        let is_asked_for = |record: &&Record| record.data.rtype() == rtype;
        let holder = zone.iter().find(|piece| piece.at(&owner).iter().any(|record| is_asked_for(&record)));
        let records = holder.into_iter().flat_map(|holder| holder.at(&owner));
        answer.values = records.filter(is_asked_for).take(MAX_RECORDS).collect();
        let may_have_more = holder.is_none_or(Contents::may_part_sets);
        answer.unknown = zone.gap(name, rtype).or_else(|| zone.partial().filter(|_| may_have_more));
        None
    }

    fn next_question(&self, (view, name): &Question) -> Option<Question> {
        let zone = self.pieces(*view, name)?;
        let (alias, _) = zone.alias(&zone.answering(name))?;
        Some((*view, alias.target.name))
    }
}

impl<'c> Pieces<'c> {
    pub(super) fn iter(&self) -> impl Iterator<Item = &'c Contents> {
        std::iter::once(self.first).chain(self.rest.iter().copied())
    }

    /// What tells of the zone, for a Site of it.
    pub(super) fn first(&self) -> &'c Contents {
        self.first
    }

    fn at<'n>(&'n self, name: &'n str) -> impl Iterator<Item = &'c Record> + 'n {
        self.iter().flat_map(move |piece| piece.at(name))
    }

    /// The NS record that hands `name` to another zone.
    fn cut(&self, name: &Name) -> Option<&'c Record> {
        self.iter().find_map(|piece| piece.cut(name))
    }

    /// The name whose records answer for `name`: itself, or, where it does not exist, the wildcard at its closest encloser
    /// (RFC 4592 §3.3.1), which need not exist either.
    fn answering<'n>(&self, name: &'n Name) -> Cow<'n, str> {
        let exists = |text: &str| text == self.first.apex.as_str() || self.at(text).next().is_some();
        if exists(name.as_str()) {
            return Cow::Borrowed(name.as_str());
        }
        match name.self_and_ancestors().skip(1).find(|text| exists(text)) {
            Some(encloser) => Cow::Owned(format!("*.{encloser}")),
            None => Cow::Owned("*".to_owned()),
        }
    }

    fn alias(&self, owner: &str) -> Option<(Alias, &'c Contents)> {
        self.iter().find_map(|piece| Some((piece.at(owner).iter().find_map(alias_of)?, piece)))
    }

    fn gap(&self, name: &Name, rtype: Rtype) -> Option<Unknown> {
        self.iter().find_map(|piece| piece.gap(name, rtype))
    }

    /// Why there may be names that are not here; none if one of the pieces is all of the zone.
    fn partial(&self) -> Option<Unknown> {
        let mut reason = None;
        for piece in self.iter() {
            let partial = piece.partial()?;
            reason = reason.or(Some(partial));
        }
        reason
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
