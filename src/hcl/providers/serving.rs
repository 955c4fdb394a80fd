//! How a policy is served, as far as that is certain.

use super::paths::{self, Scalar};
use super::policies::Known;
use crate::mta_sts::hosted::{ContentType, Serving};
use crate::text::{Place, Traced};

/// Where senders ask (RFC 8461 §3.3).
const PATH: &str = ".well-known/mta-sts.txt";

/// How the policy in an object is served.
pub(super) fn of(known: &Known<'_>, in_code: bool, redirect: Option<Place>) -> Serving {
    if in_code {
        return Serving { redirect, ..Serving::default() };
    }
    Serving { path: path(known), content_type: content_type(known), redirect }
}

/// The path of its URL. Whatever stands before a container may add a folder to it, or take one away; only where a container
/// is called as the host, and nothing that is declared says otherwise, is its path the URL's.
fn path(known: &Known<'_>) -> Option<Traced> {
    let path = known.path.as_deref().filter(|_| known.row.served)?;
    let text = path.text();
    let text = text.trim_matches('/');
    let is_right = text == PATH;
    let is_in_folder = text.ends_with(PATH);
    let is_plain = !known.front.rewrites && known.front.prefixes.iter().all(String::is_empty);
    let is_pattern = text.contains(['*', '?', '{']);
    let is_certain = is_right || known.is_host && !is_in_folder && is_plain && !is_pattern;
    is_certain.then(|| path.clone())
}

fn content_type(known: &Known<'_>) -> ContentType {
    if known.front.rewrites || known.row.type_.is_empty() {
        return ContentType::Unknown;
    }
    match paths::first(known.body, &known.row.type_).map(paths::scalar) {
        Some(Scalar::Text(text)) if !text.bytes().is_empty() => ContentType::Said(text.into_owned()),
        Some(_) => ContentType::Unknown,
        None => match &known.row.type_default {
            Some(value) => ContentType::Default { value, place: known.resource.place },
            None => ContentType::Unknown,
        },
    }
}
