//! Names and types as the readers of this layer find them.

use std::borrow::Cow;

use crate::dns::{Name, Rtype};

/// A name, with or without its final dot, in UTF-8 or ASCII; below `apex` if there is one and it has no final dot.
pub(super) fn name(text: &str, apex: Option<&Name>) -> Option<Name> {
    Name::parse(ascii(text)?.as_bytes(), apex).ok()
}

/// A name in ASCII: label by label, so that `_` and `*` may stand beside.
pub(super) fn ascii(text: &str) -> Option<Cow<'_, str>> {
    if text.is_ascii() {
        return Some(Cow::Borrowed(text));
    }
    let labels = text
        .split('.')
        .map(|label| if label.is_ascii() { Some(label.to_owned()) } else { idna::domain_to_ascii(label).ok() });
    Some(Cow::Owned(labels.collect::<Option<Vec<_>>>()?.join(".")))
}

/// A name as written, made absolute: where names are never completed, one without a final dot is not to be taken for one that is.
pub(super) fn absolute(written: &str) -> Box<str> {
    if Name::is_absolute(written.as_bytes()) { written.into() } else { format!("{written}.").into() }
}

/// A type by its mnemonic, in upper case.
pub(super) fn rtype(mnemonic: &str) -> Rtype {
    match mnemonic {
        "A" => Rtype::A,
        "AAAA" => Rtype::Aaaa,
        "CNAME" => Rtype::Cname,
        "MX" => Rtype::Mx,
        "NS" => Rtype::Ns,
        "TXT" => Rtype::Txt,
        _ => Rtype::Other,
    }
}
