//! Any bytes as a master file: every place lies inside, on the boundaries of characters where the file is UTF-8, and what
//! is kept can be found again.

#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use mtasts::dns::{Data, Name};
use mtasts::text::{FileId, Place, Span};
use mtasts::zone::{IncludeError, Includes, OriginHint, parse};

/// A zone that includes itself, and nothing else.
struct Itself<'a>(&'a Arc<[u8]>);

impl Includes for Itself<'_> {
    fn open(&mut self, _from: FileId, path: &[u8]) -> Result<(FileId, Arc<[u8]>), IncludeError> {
        match path {
            b"self" => Ok((FileId(0), Arc::clone(self.0))),
            b"other" => Ok((FileId(1), Arc::clone(self.0))),
            _ => Err(IncludeError::NotFound),
        }
    }
}

fuzz_target!(|data: &[u8]| {
    let text: Arc<[u8]> = data.into();
    let hint = OriginHint { given: None, fallback: Name::parse(b"example.com", None).ok() };
    let zone = parse(FileId(0), &text, hint, &mut Itself(&text));
    let utf8 = std::str::from_utf8(data).ok();
    let check = |place: Place| {
        let Span { start, end } = place.span;
        assert!(start <= end && end as usize <= data.len());
        if let Some(text) = utf8 {
            assert!(text.is_char_boundary(start as usize) && text.is_char_boundary(end as usize), "{place:?}");
        }
    };
    for record in &zone.records {
        check(record.place);
        check(record.owner.place);
        record.ttl.iter().for_each(|(_, place)| check(*place));
        record.comment.iter().for_each(|comment| check(comment.place));
        if let Data::Txt(value) = &record.data {
            let len = u32::try_from(value.bytes().len()).unwrap();
            check(value.whole());
            check(value.place(Span::new(0, len)));
        }
    }
    zone.problems.iter().for_each(|problem| check(problem.place));
    zone.gaps.iter().for_each(|gap| check(gap.place));
    let names: Vec<Name> = zone.records.iter().map(|record| record.owner.name.clone()).take(8).collect();
    for found in zone.lookup(&names) {
        assert!(names.contains(&found.owner.name));
    }
});
