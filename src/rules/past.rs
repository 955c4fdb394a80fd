//! States of a domain before the base, for the rules that judge a change by its history.

use jiff::civil::DateTime;

use super::change::{has_no_policy, held};
use crate::mta_sts::policy::Mode;
use crate::site::Site;

/// A state of the past.
#[derive(Debug)]
pub struct Past {
    /// What it was.
    pub state: State,
    /// Since when, in UTC, and by which commit; `None` where the history does not go back so far.
    pub began: Option<(DateTime, String)>,
}

/// What a domain was.
#[derive(Debug)]
pub enum State {
    /// None of its files was there.
    Nothing,
    /// As they would have been published.
    Site(Box<Site>),
    /// Not to be known from its files of today.
    Unknown,
}

/// What senders held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Held {
    Policy(Mode),
    Nothing,
    Unknown,
}

impl State {
    /// The Site, if it is known.
    pub fn site(&self) -> Option<&Site> {
        match self {
            Self::Site(site) => Some(site),
            Self::Nothing | Self::Unknown => None,
        }
    }

    pub(super) fn held(&self) -> Held {
        match self {
            Self::Nothing => Held::Nothing,
            Self::Unknown => Held::Unknown,
            Self::Site(site) => match held(site) {
                Some((mode, ..)) => Held::Policy(mode),
                None if site.record.is_absent() || (has_no_policy(site) && !site.has_record()) => Held::Nothing,
                None => Held::Unknown,
            },
        }
    }
}
