//! Values as bytes: `MessagePack`, in which Terraform sends them, and JSON, in which it keeps them.

use std::collections::BTreeMap;

use rmp::{Marker, encode};

use super::value::Value;

/// How deep values may be nested.
const MAX_DEPTH: usize = 64;

/// Why bytes are no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// They end in the middle of one.
    #[error("the value is cut short")]
    CutShort,
    /// They go on behind it.
    #[error("{0} bytes follow the value")]
    Trailing(usize),
    /// Text that is no UTF-8.
    #[error("a text is no UTF-8")]
    NotUtf8,
    /// A key that is no text.
    #[error("the key of a map is no text")]
    Key,
    /// The byte that no value begins with.
    #[error("no value begins with the byte 0xc1")]
    Reserved,
    /// Nested deeper than anything that a provider of this kind knows.
    #[error("values are nested more than {MAX_DEPTH} deep")]
    TooDeep,
}

/// Reads one value that is all of `bytes`, in `MessagePack`.
pub fn from_msgpack(bytes: &[u8]) -> Result<Value, DecodeError> {
    let mut reader = Reader { rest: bytes, depth: 0 };
    let value = reader.value()?;
    if reader.rest.is_empty() { Ok(value) } else { Err(DecodeError::Trailing(reader.rest.len())) }
}

/// Writes a value in `MessagePack`.
pub fn to_msgpack(value: &Value) -> Vec<u8> {
    let mut out = Vec::new();
    // A vector takes all that is written to it.
    let _ = write(&mut out, value);
    out
}

/// A value that JSON holds: all that Terraform keeps in its state is known.
pub fn from_json(json: &serde_json::Value) -> Value {
    match json {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(truth) => Value::Bool(*truth),
        serde_json::Value::Number(number) => {
            number.as_i64().map_or_else(|| Value::Float(number.as_f64().unwrap_or(f64::NAN)), Value::Integer)
        }
        serde_json::Value::String(text) => Value::text(text.as_str()),
        serde_json::Value::Array(items) => Value::List(items.iter().map(from_json).collect()),
        serde_json::Value::Object(entries) => {
            Value::Map(entries.iter().map(|(name, value)| (name.clone(), from_json(value))).collect())
        }
    }
}

struct Reader<'a> {
    rest: &'a [u8],
    depth: usize,
}

impl<'a> Reader<'a> {
    fn value(&mut self) -> Result<Value, DecodeError> {
        let [marker] = self.array()?;
        match Marker::from_u8(marker) {
            Marker::Null => Ok(Value::Null),
            Marker::False => Ok(Value::Bool(false)),
            Marker::True => Ok(Value::Bool(true)),
            Marker::FixPos(number) => Ok(Value::Integer(number.into())),
            Marker::FixNeg(number) => Ok(Value::Integer(number.into())),
            Marker::U8 => Ok(Value::Integer(self.array::<1>()?[0].into())),
            Marker::U16 => Ok(Value::Integer(u16::from_be_bytes(self.array()?).into())),
            Marker::U32 => Ok(Value::Integer(u32::from_be_bytes(self.array()?).into())),
            Marker::U64 => Ok(unsigned(u64::from_be_bytes(self.array()?))),
            Marker::I8 => Ok(Value::Integer(i8::from_be_bytes(self.array()?).into())),
            Marker::I16 => Ok(Value::Integer(i16::from_be_bytes(self.array()?).into())),
            Marker::I32 => Ok(Value::Integer(i32::from_be_bytes(self.array()?).into())),
            Marker::I64 => Ok(Value::Integer(i64::from_be_bytes(self.array()?))),
            Marker::F32 => Ok(Value::Float(f32::from_be_bytes(self.array()?).into())),
            Marker::F64 => Ok(Value::Float(f64::from_be_bytes(self.array()?))),
            Marker::FixStr(len) => self.text(len.into()),
            Marker::Str8 | Marker::Bin8 => self.length::<1>().and_then(|len| self.text(len)),
            Marker::Str16 | Marker::Bin16 => self.length::<2>().and_then(|len| self.text(len)),
            Marker::Str32 | Marker::Bin32 => self.length::<4>().and_then(|len| self.text(len)),
            Marker::FixArray(len) => self.list(len.into()),
            Marker::Array16 => self.length::<2>().and_then(|len| self.list(len)),
            Marker::Array32 => self.length::<4>().and_then(|len| self.list(len)),
            Marker::FixMap(len) => self.map(len.into()),
            Marker::Map16 => self.length::<2>().and_then(|len| self.map(len)),
            Marker::Map32 => self.length::<4>().and_then(|len| self.map(len)),
            Marker::FixExt1 => self.unknown(1),
            Marker::FixExt2 => self.unknown(2),
            Marker::FixExt4 => self.unknown(4),
            Marker::FixExt8 => self.unknown(8),
            Marker::FixExt16 => self.unknown(16),
            Marker::Ext8 => self.length::<1>().and_then(|len| self.unknown(len)),
            Marker::Ext16 => self.length::<2>().and_then(|len| self.unknown(len)),
            Marker::Ext32 => self.length::<4>().and_then(|len| self.unknown(len)),
            Marker::Reserved => Err(DecodeError::Reserved),
        }
    }

    fn take(&mut self, len: usize) -> Result<&'a [u8], DecodeError> {
        let (taken, rest) = self.rest.split_at_checked(len).ok_or(DecodeError::CutShort)?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or(DecodeError::CutShort)?;
        self.rest = rest;
        Ok(*taken)
    }

    fn length<const N: usize>(&mut self) -> Result<usize, DecodeError> {
        let bytes: [u8; N] = self.array()?;
        Ok(bytes.iter().fold(0, |len, byte| len << 8 | usize::from(*byte)))
    }

    fn text(&mut self, len: usize) -> Result<Value, DecodeError> {
        let text = std::str::from_utf8(self.take(len)?).map_err(|_| DecodeError::NotUtf8)?;
        Ok(Value::text(text))
    }

    fn list(&mut self, len: usize) -> Result<Value, DecodeError> {
        self.nested(|reader| {
            // What is said of the length is not believed: an element has a byte at least.
            let mut items = Vec::with_capacity(len.min(reader.rest.len()).min(1024));
            for _ in 0..len {
                items.push(reader.value()?);
            }
            Ok(Value::List(items))
        })
    }

    fn map(&mut self, len: usize) -> Result<Value, DecodeError> {
        self.nested(|reader| {
            let mut entries = BTreeMap::new();
            for _ in 0..len {
                let Value::Text(key) = reader.value()? else { return Err(DecodeError::Key) };
                entries.insert(key, reader.value()?);
            }
            Ok(Value::Map(entries))
        })
    }

    /// An extension: whatever its type, and whatever else is said of the value, it is one that is not known.
    fn unknown(&mut self, len: usize) -> Result<Value, DecodeError> {
        self.array::<1>()?;
        self.take(len)?;
        Ok(Value::Unknown)
    }

    fn nested(&mut self, read: impl FnOnce(&mut Self) -> Result<Value, DecodeError>) -> Result<Value, DecodeError> {
        if self.depth == MAX_DEPTH {
            return Err(DecodeError::TooDeep);
        }
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }
}

#[allow(clippy::cast_precision_loss, reason = "a number of this size is a double to Terraform's users, too")]
fn unsigned(number: u64) -> Value {
    i64::try_from(number).map_or(Value::Float(number as f64), Value::Integer)
}

fn write(out: &mut Vec<u8>, value: &Value) -> std::io::Result<()> {
    let len = |len: usize| u32::try_from(len).map_err(std::io::Error::other);
    match value {
        // The extension of type 0 with one byte that says nothing more.
        Value::Unknown => out.extend([0xd4, 0, 0]),
        Value::Null => encode::write_nil(out)?,
        Value::Bool(truth) => encode::write_bool(out, *truth)?,
        Value::Integer(number) => drop(encode::write_sint(out, *number)?),
        Value::Float(number) => encode::write_f64(out, *number)?,
        Value::Text(text) => encode::write_str(out, text)?,
        Value::List(items) => {
            encode::write_array_len(out, len(items.len())?)?;
            items.iter().try_for_each(|item| write(out, item))?;
        }
        Value::Map(entries) => {
            encode::write_map_len(out, len(entries.len())?)?;
            for (name, value) in entries {
                encode::write_str(out, name)?;
                write(out, value)?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Unknown),
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            any::<i64>().prop_map(Value::Integer),
            (-1e9..1e9).prop_map(Value::Float),
            ".{0,40}".prop_map(Value::Text),
        ];
        leaf.prop_recursive(4, 64, 8, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..20).prop_map(Value::List),
                prop::collection::btree_map("[a-z]{1,40}", inner, 0..20).prop_map(Value::Map),
            ]
        })
    }

    #[test]
    fn bytes_of_terraform() {
        let golden: [(&[u8], Value); 8] = [
            (b"\xd4\x00\x00", Value::Unknown),
            // With refinements: not null.
            (b"\xc7\x03\x0c\x81\x01\xc2", Value::Unknown),
            (b"\xce\x00\x09\x3a\x80", Value::Integer(604_800)),
            (b"\xcb\x3f\xf8\x00\x00\x00\x00\x00\x00", Value::Float(1.5)),
            (b"\xff", Value::Integer(-1)),
            (b"\xa2mx", Value::text("mx")),
            (b"\xc4\x02mx", Value::text("mx")),
            (b"\x81\xa2mx\x92\xa1a\xc0", Value::object([("mx", Value::List(vec![Value::text("a"), Value::Null]))])),
        ];
        for (bytes, value) in golden {
            assert_eq!(from_msgpack(bytes), Ok(value), "{bytes:x?}");
        }
    }

    #[test]
    fn what_is_no_value() {
        use DecodeError as E;
        let deep = vec![0x91; 100];
        let bad: [(&[u8], E); 8] = [
            (b"", E::CutShort),
            (b"\xa3mx", E::CutShort),
            (b"\xdd\xff\xff\xff\xff", E::CutShort),
            (b"\xdf\xff\xff\xff\xff", E::CutShort),
            (b"\xc0\xc0", E::Trailing(1)),
            (b"\xa1\xff", E::NotUtf8),
            (b"\x81\x01\x01", E::Key),
            (b"\xc1", E::Reserved),
        ];
        for (bytes, error) in bad {
            assert_eq!(from_msgpack(bytes), Err(error), "{bytes:x?}");
        }
        assert_eq!(from_msgpack(&deep), Err(E::TooDeep));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(value in any_value()) {
            prop_assert_eq!(from_msgpack(&to_msgpack(&value)), Ok(value));
        }

        #[test]
        fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            if let Ok(value) = from_msgpack(&bytes) {
                prop_assert!(from_msgpack(&to_msgpack(&value)).is_ok());
            }
        }
    }
}
