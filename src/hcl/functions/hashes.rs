//! Hashes: of text and of files. A hash of something unknown has its length and its characters all the same.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use super::Fault;
use super::arguments::Arguments;
use super::files::{Found, find};
use crate::hcl::convert;
use crate::hcl::value::{Shape, Unknown, Value};
use crate::mta_sts::compose;
use crate::text::{Made, Maker, Note, Place, Reason, Span, Traced};

/// A hash function: how it is done, and the bytes that it gives.
struct Hash {
    digest: fn(&[u8]) -> Vec<u8>,
    len: u32,
}

const MD5: Hash = Hash { digest: |bytes| md5::Md5::digest(bytes).to_vec(), len: 16 };
const SHA1: Hash = Hash { digest: |bytes| Sha1::digest(bytes).to_vec(), len: 20 };
const SHA256: Hash = Hash { digest: |bytes| Sha256::digest(bytes).to_vec(), len: 32 };
const SHA512: Hash = Hash { digest: |bytes| Sha512::digest(bytes).to_vec(), len: 64 };

const POLICY_ID: Hash = Hash { digest: compose::fingerprint, len: 16 };

/// How a hash is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Writing {
    Hex,
    Base64,
}

macro_rules! of_text {
    ($($name:ident: $hash:ident $writing:ident;)*) => {$(
        pub(super) fn $name(given: &Arguments<'_>) -> Result<Value, Fault> {
            of_text(given, &$hash, Writing::$writing)
        }
    )*};
}

macro_rules! of_file {
    ($($name:ident: $hash:ident $writing:ident;)*) => {$(
        pub(super) fn $name(given: &Arguments<'_>) -> Result<Value, Fault> {
            of_file(given, &$hash, Writing::$writing)
        }
    )*};
}

of_text! {
    md5: MD5 Hex;
    sha1: SHA1 Hex;
    sha256: SHA256 Hex;
    sha512: SHA512 Hex;
    base64sha256: SHA256 Base64;
    base64sha512: SHA512 Base64;
    policy_id: POLICY_ID Hex;
}

of_file! {
    filemd5: MD5 Hex;
    filesha1: SHA1 Hex;
    filesha256: SHA256 Hex;
    filesha512: SHA512 Hex;
    filebase64sha256: SHA256 Base64;
    filebase64sha512: SHA512 Base64;
}

fn of_text(given: &Arguments<'_>, hash: &Hash, writing: Writing) -> Result<Value, Fault> {
    let made = made(given, &[]);
    match (&given.values[0], given.values[0].first_unknown()) {
        (Value::String(text), None) => Ok(written(given, hash, writing, text.bytes(), made)),
        (_, reason) => Ok(unknown(given, hash, writing, reason.cloned(), made)),
    }
}

fn of_file(given: &Arguments<'_>, hash: &Hash, writing: Writing) -> Result<Value, Fault> {
    match find(given) {
        Found::File(file, bytes) => {
            let whole = Place::new(file, Span::of(0..bytes.len()));
            Ok(written(given, hash, writing, &bytes, made(given, &[whole])))
        }
        Found::Unknown(value) => Ok(unknown(given, hash, writing, value.first_unknown().cloned(), made(given, &[]))),
    }
}

fn written(given: &Arguments<'_>, hash: &Hash, writing: Writing, bytes: &[u8], made: Made) -> Value {
    let digest = (hash.digest)(bytes);
    let text = match writing {
        Writing::Hex => hex(&digest),
        Writing::Base64 => STANDARD.encode(&digest),
    };
    let note = Note { made: Some(made), ..Note::default() };
    Value::String(Arc::new(Traced::decoded(text.as_bytes(), given.place(), Some(Arc::new(note)))))
}

fn unknown(given: &Arguments<'_>, hash: &Hash, writing: Writing, reason: Option<Reason>, made: Made) -> Value {
    let shape = match writing {
        Writing::Hex => Shape::Hex(hash.len * 2),
        Writing::Base64 => Shape::Base64(hash.len.div_ceil(3) * 4),
    };
    let reason = reason.unwrap_or_else(|| Reason::at(given.place(), "what is hashed is not known"));
    let unknown = Unknown { shape: Some(shape), made: Some(made), ..Unknown::new(given.place(), reason) };
    Value::Unknown(Arc::new(unknown))
}

/// What makes the result: the function, unless what it works on is made by something that changes of itself. It changes with its
/// arguments and with `further`.
pub(super) fn made(given: &Arguments<'_>, further: &[Place]) -> Made {
    let inner = convert::made_of(&given.values).filter(|made| !matches!(made.by, Maker::Function(_)));
    let (by, place) = match inner {
        Some(made) => (made.by, made.place),
        None => (Maker::Function(given.name.into()), given.place()),
    };
    let arguments = convert::sources_of(&given.values);
    // The path of a file is no part of what is hashed, but its text is.
    let from = if further.is_empty() { arguments } else { further.into() };
    Made { by, place, from }
}

/// Lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble & 15)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}

/// `uuidv5(namespace, name)`.
pub(super) fn uuidv5(given: &Arguments<'_>) -> Result<Value, Fault> {
    let namespace = match &*given.string(0) {
        "dns" => "6ba7b8109dad11d180b400c04fd430c8".to_owned(),
        "url" => "6ba7b8119dad11d180b400c04fd430c8".to_owned(),
        "oid" => "6ba7b8129dad11d180b400c04fd430c8".to_owned(),
        "x500" => "6ba7b8149dad11d180b400c04fd430c8".to_owned(),
        other => digits_of_uuid(other).ok_or_else(|| given.fault("the namespace is no UUID"))?,
    };
    let byte = |pair: &[u8]| str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok());
    let namespace: Option<Vec<u8>> = namespace.as_bytes().chunks(2).map(byte).collect();
    let namespace = namespace.ok_or_else(|| given.fault("the namespace is no UUID"))?;
    let mut uuid = Sha1::new().chain_update(namespace).chain_update(given.string(1).as_bytes()).finalize().to_vec();
    uuid[6] = uuid[6] & 0x0f | 0x50;
    uuid[8] = uuid[8] & 0x3f | 0x80;
    let digits = hex(&uuid[..16]);
    let parts = [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]];
    let note = Note { made: Some(made(given, &[])), ..Note::default() };
    let text = Traced::decoded(parts.join("-").as_bytes(), given.place(), Some(Arc::new(note)));
    Ok(Value::String(Arc::new(text)))
}

/// The digits of a UUID as Terraform takes it: with hyphens, in braces, as a URN or bare.
fn digits_of_uuid(text: &str) -> Option<String> {
    let inner = text.strip_prefix("urn:uuid:").unwrap_or(text);
    let inner = inner.strip_prefix('{').and_then(|inner| inner.strip_suffix('}')).unwrap_or(inner);
    let is_hyphen = |at: usize| [8, 13, 18, 23].contains(&at);
    let is_hyphenated =
        inner.len() == 36 && inner.bytes().enumerate().all(|(at, byte)| (byte == b'-') == is_hyphen(at));
    let digits = if is_hyphenated { inner.replace('-', "") } else { inner.to_owned() };
    (digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(digits)
}
