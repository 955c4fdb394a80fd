//! Unicode's normal form C, to which Terraform brings every text.

use std::sync::Arc;

use icu_normalizer::ComposingNormalizerBorrowed;

use super::doubt::note_of;
use crate::hcl::value::Value;
use crate::text::Traced;

/// The text in the normal form C. One that is not in it keeps the place of the whole only; one with holes stays as it is.
pub fn normal(text: &Arc<Traced>) -> Arc<Traced> {
    if text.bytes().is_ascii() || text.holes().next().is_some() {
        return Arc::clone(text);
    }
    let normalizer = ComposingNormalizerBorrowed::new_nfc();
    let shown = text.text();
    if normalizer.is_normalized(&shown) {
        return Arc::clone(text);
    }
    let note = note_of([&Value::String(Arc::clone(text))]);
    Arc::new(Traced::decoded(normalizer.normalize(&shown).as_bytes(), text.whole(), note))
}
