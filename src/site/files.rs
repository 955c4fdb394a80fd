//! The files that a Site is made of.

use std::collections::BTreeSet;

use super::Site;
use crate::text::{FileId, Place, Traced};

impl Site {
    /// Every file that something of this Site stands in, but for the addresses of its MX hosts.
    pub fn files(&self) -> BTreeSet<FileId> {
        let mut files = BTreeSet::new();
        files.extend(self.zone.as_ref().map(|zone| zone.place.file));
        let records = self.record.values.iter().map(|text| (&text.text, text.at.place));
        let records = records.chain(self.tlsrpt.values.iter().map(|text| (&text.text, text.at.place)));
        for (text, place) in records {
            files.insert(place.file);
            of_text(text, &mut files);
        }
        if let Some(policy) = self.policy.text() {
            of_text(&policy.text, &mut files);
        }
        let aliases = [&self.record.aliases, &self.policy_host.aliases, &self.mx.aliases, &self.tlsrpt.aliases];
        let places = aliases.into_iter().flatten().map(|alias| alias.place);
        let places = places.chain(self.policy_host.values.iter().map(|address| address.place));
        let places = places.chain(self.mx.values.iter().map(|mx| mx.place));
        let places = places.chain(self.misplaced.iter().map(|misplaced| misplaced.at.place));
        let places = places.chain(self.conflicts.iter().flat_map(|conflict| &conflict.others).copied());
        files.extend(places.map(|place: Place| place.file));
        files
    }
}

fn of_text(text: &Traced, files: &mut BTreeSet<FileId>) {
    files.insert(text.whole().file);
    files.extend(text.stretches().map(|stretch| stretch.source.file));
}
