//! Encodings of text: base64 and URLs.

use std::sync::Arc;

use base64::Engine as _;
use base64::alphabet::STANDARD as STANDARD_ALPHABET;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};

use super::Fault;
use super::arguments::Arguments;
use super::hashes::made;
use super::{files, pieces};
use crate::hcl::value::{Shape, Unknown, Value};
use crate::text::{Note, Place, Reason, Span, Traced};

/// `base64encode(text)`.
pub(super) fn base64encode(given: &Arguments<'_>) -> Result<Value, Fault> {
    let text = given.text(0);
    match text.first_hole() {
        None => Ok(encoded(given, &STANDARD.encode(text.bytes()), &[])),
        // The length of text of which all is exact is known.
        Some(reason) if text.is_wholly_certain() => {
            let len = Span::of(0..text.bytes().len()).end.div_ceil(3).saturating_mul(4);
            Ok(shaped(given, len, reason.clone()))
        }
        Some(_) => Ok(given.unknown()),
    }
}

/// `filebase64(path)`.
pub(super) fn filebase64(given: &Arguments<'_>) -> Result<Value, Fault> {
    match files::find(given) {
        files::Found::File(_, bytes) if bytes.len() > pieces::MAX_TEXT => {
            Ok(given.unknown_because("the file is too long to be worked with here"))
        }
        files::Found::File(file, bytes) => {
            let whole = Place::new(file, Span::of(0..bytes.len()));
            Ok(encoded(given, &STANDARD.encode(&**bytes), &[whole]))
        }
        files::Found::Unknown(value) => Ok(value),
    }
}

/// `base64decode(text)`.
pub(super) fn base64decode(given: &Arguments<'_>) -> Result<Value, Fault> {
    let bytes = from_base64(given)?;
    let text = String::from_utf8(bytes).map_err(|_| given.fault("what is decoded is no UTF-8"))?;
    Ok(encoded(given, &text, &[]))
}

/// What the last bits are, Go does not look at.
const LENIENT: GeneralPurpose =
    GeneralPurpose::new(&STANDARD_ALPHABET, GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true));

/// Line ends in it are skipped, as Go does.
fn from_base64(given: &Arguments<'_>) -> Result<Vec<u8>, Fault> {
    let text = given.string(0).replace(['\n', '\r'], "");
    LENIENT.decode(text.as_bytes()).map_err(|_| given.fault("the text is no base64"))
}

/// `base64gzip(text)`: the bytes hang on the compressor.
pub(super) fn base64gzip(given: &Arguments<'_>) -> Result<Value, Fault> {
    let reason = Reason::at(given.place(), "compressed text is not worked out here");
    let unknown = Unknown { made: Some(made(given, &[])), ..Unknown::new(given.place(), reason) };
    Ok(Value::Unknown(Arc::new(unknown)))
}

/// `rsadecrypt(text, key)`: what is secret is no concern of a linter.
pub(super) fn rsadecrypt(given: &Arguments<'_>) -> Result<Value, Fault> {
    Ok(given.unknown_because("`rsadecrypt()` is not worked out here"))
}

/// `textencodebase64(text, encoding)`.
pub(super) fn textencodebase64(given: &Arguments<'_>) -> Result<Value, Fault> {
    let text = given.string(0);
    let bytes: Vec<u8> = match given.string(1).to_ascii_uppercase().as_str() {
        "UTF-8" => text.as_bytes().to_vec(),
        "UTF-16LE" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        "UTF-16BE" => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        _ => return Ok(given.unknown_because("text is encoded here as UTF-8 and UTF-16LE only")),
    };
    Ok(encoded(given, &STANDARD.encode(bytes), &[]))
}

/// `textdecodebase64(text, encoding)`.
pub(super) fn textdecodebase64(given: &Arguments<'_>) -> Result<Value, Fault> {
    let bytes = from_base64(given)?;
    let units =
        |of: fn([u8; 2]) -> u16| -> Vec<u16> { bytes.chunks_exact(2).map(|pair| of([pair[0], pair[1]])).collect() };
    let text = match given.string(1).to_ascii_uppercase().as_str() {
        "UTF-8" => String::from_utf8(bytes).ok(),
        "UTF-16LE" if bytes.len() % 2 == 0 => String::from_utf16(&units(u16::from_le_bytes)).ok(),
        "UTF-16BE" if bytes.len() % 2 == 0 => String::from_utf16(&units(u16::from_be_bytes)).ok(),
        "UTF-16LE" | "UTF-16BE" => None,
        _ => return Ok(given.unknown_because("text is decoded here from UTF-8 and UTF-16LE only")),
    };
    Ok(encoded(given, &text.ok_or_else(|| given.fault("the bytes are no text of that encoding"))?, &[]))
}

/// `urlencode(text)`, as in a query: a space is `+`.
pub(super) fn urlencode(given: &Arguments<'_>) -> Result<Value, Fault> {
    let mut out = String::new();
    for byte in given.string(0).bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            b' ' => out.push('+'),
            _ => {
                out.push('%');
                out.push_str(&super::hashes::hex(&[byte]).to_ascii_uppercase());
            }
        }
    }
    Ok(given.computed(&out))
}

/// Text that was made of another, or of a file.
fn encoded(given: &Arguments<'_>, text: &str, further: &[Place]) -> Value {
    let note = Note { made: Some(made(given, further)), ..Note::default() };
    Value::String(Arc::new(Traced::decoded(text.as_bytes(), given.place(), Some(Arc::new(note)))))
}

fn shaped(given: &Arguments<'_>, len: u32, reason: Reason) -> Value {
    let unknown = Unknown::new(given.place(), reason);
    Value::Unknown(Arc::new(Unknown { shape: Some(Shape::Base64(len)), made: Some(made(given, &[])), ..unknown }))
}
