//! Rounds of fixes, in memory, until there is nothing left to mend.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::home;
use super::patch::{self, Taken};
use crate::dns::Name;
use crate::finding::{Applicability, Edit, Finding};
use crate::inputs::{MAX_FILE, Overlay, Tree};
use crate::lint::{self, Before, Outcome, Request, Unusable};
use crate::parallel::Progress;
use crate::text::{Bytes, Sources};

/// No more rounds: each mends something, and what needs this many is better looked at by a person.
const MAX_ROUNDS: usize = 100;
/// The rule whose fix comes last: a new id that is made of the policy must be made of the policy as it is in the end.
const LAST: &str = "id-not-bumped";

/// What came of all rounds.
#[derive(Debug)]
pub struct Settled {
    /// The last judgement: what is left.
    pub outcome: Outcome,
    /// The files that change, in the order of their paths.
    pub changed: Vec<Changed>,
    /// How many findings were mended.
    pub mended: usize,
}

/// A file that changes.
#[derive(Debug)]
pub struct Changed {
    /// Its position in the tree.
    pub index: usize,
    /// Its path.
    pub path: Arc<str>,
    /// What it holds.
    pub before: Bytes,
    /// What it is to hold.
    pub after: Bytes,
}

/// Lints `tree` as [`lint::compare`] does, makes the fixes up to `most`, and lints again, until no fix is left.
pub fn settle(
    before: Option<&Before<'_>>,
    tree: &dyn Tree,
    request: &Request,
    most: Applicability,
    progress: &Progress,
) -> Result<Settled, Unusable> {
    let mut rounds =
        Rounds { tree: Overlay::new(tree), before, request, progress, refused: BTreeSet::new(), one: false };
    let mut outcome = rounds.judge()?;
    let mut mended = 0;
    for _ in 0..MAX_ROUNDS {
        let round = rounds.choose(&outcome, most, tree)?;
        if round.mends.is_empty() {
            break;
        }
        let was = rounds.make(&round);
        let next = rounds.judge()?;
        if rounds.holds(&round, &outcome, &next) {
            mended += round.mends.len();
            outcome = next;
        } else {
            rounds.tree.restore(was);
        }
    }
    Ok(Settled { outcome, changed: rounds.changed(tree), mended })
}

struct Rounds<'a> {
    tree: Overlay<'a>,
    before: Option<&'a Before<'a>>,
    request: &'a Request,
    progress: &'a Progress,
    /// Findings whose fixes do not mend them.
    refused: BTreeSet<Key>,
    /// One fix a round: together they did harm, and which of them it was is to be found.
    one: bool,
}

/// The edits of a round, and the findings that they are to mend.
#[derive(Default)]
struct Round {
    edits: BTreeMap<usize, Vec<Edit>>,
    mends: Vec<Key>,
}

/// What stays of a finding while lines move.
type Key = (&'static str, Option<Name>, String, Arc<str>);

fn key(finding: &Finding, sources: &Sources) -> Key {
    let path = Arc::clone(&sources.get(finding.place.file).path);
    (finding.rule, finding.domain.clone(), finding.message.clone(), path)
}

impl Rounds<'_> {
    fn judge(&self) -> Result<Outcome, Unusable> {
        // What the fixes have changed is in no list of git's.
        let is_fixed = self.tree.changed().next().is_some();
        let before = self.before.map(|before| Before {
            tree: before.tree,
            name: before.name.clone(),
            changed: before.changed.filter(|_| !is_fixed),
            history: before.history,
        });
        lint::compare(before.as_ref(), &self.tree, self.request, self.progress)
    }

    /// The fixes of the next round.
    fn choose(&self, outcome: &Outcome, most: Applicability, original: &dyn Tree) -> Result<Round, Unusable> {
        let round = self.take(outcome, most, &|finding| finding.rule != LAST);
        if !round.mends.is_empty() {
            return Ok(round);
        }
        let round = self.take(outcome, most, &|finding| finding.rule == LAST);
        let is_alone = self.before.is_none() && most == Applicability::Unsafe && self.tree.changed().next().is_some();
        if !round.mends.is_empty() || !is_alone {
            return Ok(round);
        }
        // Nothing tells what was published, but what stood here before these fixes most likely was.
        let before = Before { tree: original, name: String::new(), changed: None, history: None };
        let change = lint::compare(Some(&before), &self.tree, self.request, self.progress)?;
        Ok(self.take(&change, most, &|finding| finding.rule == LAST))
    }

    fn take(&self, outcome: &Outcome, most: Applicability, is_wanted: &dyn Fn(&Finding) -> bool) -> Round {
        let is_open = |finding: &Finding| {
            is_wanted(finding) && (self.refused.is_empty() || !self.refused.contains(&key(finding, &outcome.sources)))
        };
        let home = |file| home(file, outcome, &self.tree);
        let take = |findings: &[Finding]| {
            let Taken { edits, findings: mended } = patch::take(findings, most, &outcome.sources, &home, &is_open);
            Round { edits, mends: mended.into_iter().map(|at| key(&findings[at], &outcome.sources)).collect() }
        };
        if !self.one {
            return take(&outcome.findings);
        }
        let mut rounds = outcome.findings.iter().map(|finding| take(std::slice::from_ref(finding)));
        rounds.find(|round| !round.mends.is_empty()).unwrap_or_default()
    }

    /// Makes the edits; gives what the files held.
    fn make(&mut self, round: &Round) -> Vec<(usize, Option<Bytes>)> {
        let mut was = Vec::new();
        for (&file, edits) in &round.edits {
            // It was read a moment ago.
            let text = self.tree.read(file, MAX_FILE).unwrap_or_default();
            let new = patch::apply(&text, edits);
            was.push((file, self.tree.put(file, new.into())));
        }
        was
    }

    /// Whether a round has mended what it was for, and broken nothing. If not, notes what is not to be tried again.
    fn holds(&mut self, round: &Round, old: &Outcome, new: &Outcome) -> bool {
        let broke = harm(new) > harm(old);
        if broke && round.mends.len() > 1 {
            self.one = true;
            return false;
        }
        let (was, is) = (counts(old), counts(new));
        let count = |counts: &BTreeMap<Key, usize>, key: &Key| counts.get(key).copied().unwrap_or(0);
        let is_left = |key: &&Key| count(&is, key) > 0 && count(&is, key) >= count(&was, key);
        let unmended: Vec<Key> = round.mends.iter().filter(|key| broke || is_left(key)).cloned().collect();
        let holds = unmended.is_empty();
        self.refused.extend(unmended);
        holds
    }

    /// What has become of the tree.
    fn changed(&self, original: &dyn Tree) -> Vec<Changed> {
        let changes = self.tree.changed().map(|(index, after)| Changed {
            index,
            path: Arc::clone(&original.paths()[index]),
            before: original.read(index, MAX_FILE).unwrap_or_default(),
            after: Arc::clone(after),
        });
        changes.filter(|change| change.before != change.after).collect()
    }
}

/// The findings of a run, and how often each is there.
fn counts(outcome: &Outcome) -> BTreeMap<Key, usize> {
    let mut counts = BTreeMap::new();
    for finding in &outcome.findings {
        *counts.entry(key(finding, &outcome.sources)).or_default() += 1;
    }
    counts
}

/// How much of the tree cannot be read.
fn harm(outcome: &Outcome) -> usize {
    let problems = outcome.picture.zones.iter().map(|zone| zone.problems.len() + zone.problems_left_out).sum::<usize>();
    problems + outcome.picture.unread.len() + outcome.failures.len()
}
