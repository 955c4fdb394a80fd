//! How much is worked out before we give up: a configuration may be written to be dear.

use std::cell::Cell;

use crate::hcl::value::Value;
use crate::text::Traced;

/// Steps for one root module. A step is an expression, an element that is copied, or some bytes of text. The largest real
/// configurations take a tenth of this.
const MAX_STEPS: u32 = 2_000_000;
/// Expressions that are evaluated inside of one another, through locals, variables and modules. Each takes some 6 kB of stack
/// in a build without optimisation.
const MAX_DEPTH: u32 = 700;
/// How deep values may be nested: whatever goes through them goes down by itself.
const MAX_NESTING: u32 = 100;
/// Bytes of text for one step.
const BYTES: usize = 64;
/// Elements that can be looked at for one step.
const LOOKS: u32 = 8;
/// Steps for a stretch of text, which has a place and a way of its own.
const STRETCH: usize = 4;

/// What is left to spend.
#[derive(Debug)]
pub(super) struct Budget {
    steps: Cell<u32>,
    depth: Cell<u32>,
}

/// One expression inside of another, until it is dropped.
pub(super) struct Level<'a>(&'a Budget);

impl Budget {
    pub(super) fn new() -> Self {
        Self { steps: Cell::new(MAX_STEPS), depth: Cell::new(0) }
    }

    /// Goes down by one expression; `None` where that is too deep, or too much.
    pub(super) fn enter(&self) -> Option<Level<'_>> {
        if self.depth.get() >= MAX_DEPTH || !self.spend(1) {
            return None;
        }
        self.depth.set(self.depth.get() + 1);
        Some(Level(self))
    }

    /// Whether that many steps were left; now they are not.
    pub(super) fn spend(&self, steps: usize) -> bool {
        let left = u32::try_from(steps).ok().and_then(|steps| self.steps.get().checked_sub(steps));
        self.steps.set(left.unwrap_or(0));
        left.is_some()
    }

    /// Pays for copying all of a value, or as much work; false where it is too large, or too deep to go through.
    pub(super) fn spend_on(&self, value: &Value) -> bool {
        let mut left = self.steps.get();
        let is_enough = count(value, &mut left, MAX_NESTING);
        self.steps.set(left);
        is_enough
    }

    /// Pays for looking at all of a value, which is much less; false as above.
    pub(super) fn spend_a_look(&self, value: &Value) -> bool {
        let mut left = self.steps.get().saturating_mul(LOOKS);
        let is_enough = count(value, &mut left, MAX_NESTING);
        self.steps.set(left / LOOKS);
        is_enough
    }

    /// Pays for copying a text once.
    pub(super) fn spend_on_text(&self, text: &Traced) -> bool {
        self.spend(weight(text))
    }

    /// Whether nothing is left.
    pub(super) fn is_spent(&self) -> bool {
        self.steps.get() == 0
    }
}

impl Drop for Level<'_> {
    fn drop(&mut self) {
        self.0.depth.set(self.0.depth.get().saturating_sub(1));
    }
}

fn weight(text: &Traced) -> usize {
    1 + text.bytes().len() / BYTES + STRETCH * text.stretches().count()
}

fn count(value: &Value, left: &mut u32, nesting: u32) -> bool {
    let own = match value {
        Value::String(text) => weight(text),
        _ => 1,
    };
    let Some(rest) = u32::try_from(own).ok().and_then(|own| left.checked_sub(own)) else {
        *left = 0;
        return false;
    };
    *left = rest;
    let Some(nesting) = nesting.checked_sub(1) else { return false };
    match value {
        Value::List(list) => list.items.iter().all(|item| count(item, left, nesting)),
        Value::Map(map) => map.entries.values().all(|item| count(item, left, nesting)),
        _ => true,
    }
}
