//! `id-not-derived`: an id that is worked out, and not from all of the policy.

use super::Context;
use crate::mta_sts::policy::{Field, Meaning};
use crate::site::{PolicyText, Site, StsText};
use crate::text::{Made, Maker, Place, Span};

pub(super) fn judge(site: &Site, cx: &mut Context<'_>) {
    let Some(policy) = site.policy.text() else { return };
    for record in site.sts_texts() {
        let Some(id) = record.id else { continue };
        let makers: Vec<&Made> = record.text.makers(id).collect();
        let Some(first) = makers.first() else { continue };
        // A resource that is changed with its arguments is not seen through any further: its provider may add to them.
        if makers.iter().any(|made| matches!(made.by, Maker::Volatile(_) | Maker::Computed(_))) {
            continue; // id-volatile says so, or nothing is known.
        }
        let sources = sources(record, id);
        let left_out = left_out(policy, &sources);
        let is_partly = left_out.len() < changing(policy).count();
        // What is no hash and has nothing of the policy is an id that is kept by hand, as a date is.
        if left_out.is_empty() || !is_partly && !makers.iter().any(|made| is_meant_to_follow(&made.by)) {
            continue;
        }
        let names = names(policy, &left_out);
        let finding = match &first.by {
            Maker::Keeper(kind) => cx
                .report(first.place, format!("the id of `{}` is kept by a `{kind}` when {names} changes", site.domain))
                .label("made once, and kept until its keepers change"),
            Maker::Function(name) | Maker::Computed(name) | Maker::Volatile(name) => cx
                .report(first.place, format!("the id of `{}` does not change when {names} changes", site.domain))
                .label(format!("`{name}` of only a part of the policy")),
        };
        for field in left_out.iter().take(4) {
            finding.related(policy.place(field.value), "changes the policy, and not the id");
        }
        finding.help("derive the id from the whole text of the policy: `substr(sha256(local.policy), 0, 32)`");
    }
}

/// Every place with which the id changes.
fn sources(record: &StsText, id: Span) -> Vec<Place> {
    let stretches = record.text.stretches_in(id);
    let mut places = Vec::new();
    for stretch in stretches {
        match stretch.note.and_then(|note| note.made.as_ref()) {
            Some(made) => places.extend(made.from.iter().copied()),
            None => places.push(stretch.source),
        }
    }
    places
}

/// Whether what makes an id is there to make another one when something changes.
fn is_meant_to_follow(maker: &Maker) -> bool {
    match maker {
        Maker::Function(name) => ["md5", "sha", "uuidv5", "policy_id"].iter().any(|hash| name.contains(hash)),
        Maker::Keeper(_) => true,
        Maker::Volatile(_) | Maker::Computed(_) => false,
    }
}

/// The fields whose values are known and may change: the version never does.
fn changing(policy: &PolicyText) -> impl Iterator<Item = &Field> {
    policy.parsed.fields.iter().filter(|field| field.is_known && !matches!(field.meaning, Meaning::Version(_)))
}

/// The fields of the policy whose values come from a place that the id does not change with.
fn left_out<'p>(policy: &'p PolicyText, sources: &[Place]) -> Vec<&'p Field> {
    let is_source = |place: Place| {
        sources.iter().any(|source| {
            source.file == place.file && source.span.start <= place.span.start && place.span.end <= source.span.end
        })
    };
    let comes_from_elsewhere = |field: &&Field| {
        policy.text.stretches_in(field.value).any(|stretch| match stretch.note.and_then(|note| note.made.as_ref()) {
            Some(made) => !made.from.iter().all(|place| is_source(*place)),
            None => !is_source(stretch.place_of(field.value)),
        })
    };
    changing(policy).filter(comes_from_elsewhere).collect()
}

/// "`mode`", "`mode` or `max_age`", "`mode`, `mx` or `max_age`".
fn names(policy: &PolicyText, fields: &[&Field]) -> String {
    let mut names: Vec<String> = fields.iter().map(|field| format!("`{}`", policy.shown(field.name))).collect();
    names.dedup();
    let last = names.pop().unwrap_or_default();
    if names.is_empty() { last } else { format!("{} or {last}", names.join(", ")) }
}
