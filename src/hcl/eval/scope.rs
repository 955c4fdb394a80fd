//! What names mean where an expression stands.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::modules::Instance;
use crate::hcl::value::Value;
use crate::text::Step;

/// What an expression may refer to.
#[derive(Clone, Copy)]
pub(super) struct Scope<'s> {
    pub(super) home: Home<'s>,
    /// `each` and `count` of the block.
    pub(super) each: Option<&'s Each>,
    /// Names that expressions bind: of `for`, of `dynamic`.
    names: Option<&'s Names<'s>>,
}

/// Where an expression stands.
#[derive(Clone, Copy)]
pub(super) enum Home<'s> {
    /// In a module.
    Module(&'s Rc<Instance>),
    /// In a template that is given these values.
    Template(&'s BTreeMap<Arc<str>, Value>),
    /// Where nothing may be referred to: a default, a `.tfvars` file.
    Nowhere,
}

/// A name and all that were bound before.
pub(super) struct Names<'s> {
    name: &'s str,
    value: Value,
    /// The steps that the value, or the part of it that is asked for, has taken.
    steps: &'s [Step],
    outer: Option<&'s Names<'s>>,
}

/// What tells instances of one block apart.
#[derive(Clone, Debug, Default)]
pub(super) struct Each {
    /// `each.key`.
    pub(super) key: Option<Value>,
    /// `each.value`.
    pub(super) value: Option<Value>,
    /// `count.index`.
    pub(super) index: Option<Value>,
    /// The steps that the collection took.
    pub(super) steps: Rc<[Step]>,
}

impl<'s> Scope<'s> {
    /// In a module, outside of blocks that are repeated.
    pub(super) fn of(home: &'s Rc<Instance>) -> Self {
        Self { home: Home::Module(home), each: None, names: None }
    }

    /// Where nothing may be referred to.
    pub(super) fn nowhere() -> Self {
        Self { home: Home::Nowhere, each: None, names: None }
    }

    /// In a template.
    pub(super) fn template(values: &'s BTreeMap<Arc<str>, Value>) -> Self {
        Self { home: Home::Template(values), each: None, names: None }
    }

    /// In a block that is repeated.
    pub(super) fn with(self, each: &'s Each) -> Self {
        Self { each: Some(each), ..self }
    }

    /// The same with one name more; the scope of it is [`Scope::inside`].
    pub(super) fn bind(&self, name: &'s str, value: Value, steps: &'s [Step]) -> Names<'s> {
        Names { name, value, steps, outer: self.names }
    }

    /// Where `names` are bound.
    pub(super) fn inside(self, names: &'s Names<'s>) -> Self {
        Self { names: Some(names), ..self }
    }

    /// What the name is bound to, and the steps of that.
    pub(super) fn bound(&self, name: &str) -> Option<(&'s Value, &'s [Step])> {
        let mut names = self.names;
        while let Some(at) = names {
            if at.name == name {
                return Some((&at.value, at.steps));
            }
            names = at.outer;
        }
        match self.home {
            Home::Template(values) => Some((values.get(name)?, &[])),
            Home::Module(_) | Home::Nowhere => None,
        }
    }
}
