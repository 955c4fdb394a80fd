//! What a plan says of values beside them: which are not known, which are sensitive.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::formats::Error;
use crate::formats::json::{Peeked, Reader};

/// `after_unknown`, `after_sensitive` and their like: `true` for a value as a whole, or the same shape as the value.
#[derive(Clone, Debug, Default)]
pub(super) enum Marks {
    /// Nothing is marked.
    #[default]
    None,
    /// All of it.
    All,
    /// Some of its members.
    Map(FxHashMap<Arc<str>, Marks>),
    /// Some of its items.
    List(Vec<Marks>),
}

impl Marks {
    /// Reads marks.
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        match reader.peek()? {
            Peeked::Object => {
                let mut map = FxHashMap::default();
                reader.object(|reader, key| {
                    match Self::read(reader)? {
                        Self::None => {}
                        marks => drop(map.insert(Arc::from(&*key.traced().text()), marks)),
                    }
                    Ok(())
                })?;
                Ok(if map.is_empty() { Self::None } else { Self::Map(map) })
            }
            Peeked::Array => {
                let mut list = Vec::new();
                reader.array(|reader| {
                    list.push(Self::read(reader)?);
                    Ok(())
                })?;
                let is_empty = list.iter().all(|marks| matches!(marks, Self::None));
                Ok(if is_empty { Self::None } else { Self::List(list) })
            }
            Peeked::Word => Ok(if reader.word()?.0 == "true" { Self::All } else { Self::None }),
            Peeked::String => reader.skip().map(|_| Self::None),
        }
    }

    /// Those of a member.
    pub(super) fn of(&self, key: &str) -> &Self {
        match self {
            Self::All => &Self::All,
            Self::Map(map) => map.get(key).unwrap_or(&Self::None),
            Self::None | Self::List(_) => &Self::None,
        }
    }

    /// Those of an item.
    pub(super) fn at(&self, index: usize) -> &Self {
        match self {
            Self::All => &Self::All,
            Self::List(list) => list.get(index).unwrap_or(&Self::None),
            Self::None | Self::Map(_) => &Self::None,
        }
    }

    /// Whether all of the value is marked.
    pub(super) fn is_all(&self) -> bool {
        matches!(self, Self::All)
    }

    /// The members that are marked as a whole, sorted.
    pub(super) fn whole_members(&self) -> Vec<Arc<str>> {
        let Self::Map(map) = self else { return Vec::new() };
        let mut keys: Vec<_> = map.iter().filter(|(_, marks)| marks.is_all()).map(|(key, _)| Arc::clone(key)).collect();
        keys.sort_unstable();
        keys
    }

    /// How many items have marks.
    pub(super) fn items(&self) -> usize {
        match self {
            Self::List(list) => list.len(),
            _ => 0,
        }
    }
}
