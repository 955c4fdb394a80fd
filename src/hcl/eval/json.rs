//! Values as JSON.

use bigdecimal::ToPrimitive;

use crate::hcl::value::Value;

/// Values inside of values: what is deeper has no end that anybody needs.
const MAX_NESTING: u32 = 200;

/// The value as JSON, as `jsonencode` and plans write it; `None` if something of it is not known. A number that no `f64` holds
/// is rounded to one.
pub fn to_json(value: &Value) -> Option<serde_json::Value> {
    nested(value, MAX_NESTING)
}

fn nested(value: &Value, left: u32) -> Option<serde_json::Value> {
    let left = left.checked_sub(1)?;
    Some(match value {
        Value::Null(_) => serde_json::Value::Null,
        Value::Bool(value, _) => (*value).into(),
        Value::Number(number, _) if number.is_integer() => match (number.to_i64(), number.to_u64()) {
            (Some(number), _) => number.into(),
            (None, Some(number)) => number.into(),
            (None, None) => serde_json::Number::from_f64(number.to_f64()?)?.into(),
        },
        Value::Number(number, _) => serde_json::Number::from_f64(number.to_f64()?)?.into(),
        Value::String(_) => value.as_known_text()?.into_owned().into(),
        Value::List(list) => {
            let items: Option<_> = list.items.iter().map(|item| nested(item, left)).collect();
            serde_json::Value::Array(items?)
        }
        Value::Map(map) => {
            let entry = |(key, value): (&std::sync::Arc<str>, &Value)| Some((key.to_string(), nested(value, left)?));
            serde_json::Value::Object(map.entries.iter().map(entry).collect::<Option<_>>()?)
        }
        Value::Unknown(_) => return None,
    })
}
