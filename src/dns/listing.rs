//! Records of a zone that were read from anything but a master file.

use std::sync::Arc;

use super::{Name, Record, Rtype};
use crate::text::{Place, Reason};

/// What some declarations say of one zone: Terraform's resources, an octoDNS file.
#[derive(Clone, Debug)]
pub struct Listing {
    /// The zone's name; symbolic ([`Name::symbolic`]) where only an id of the zone is known.
    pub apex: Name,
    /// What told the apex, in words that stand before "tells": `aws_route53_zone.main`.
    pub told_by: Arc<str>,
    /// Where the zone is declared, else the first of its records.
    pub place: Place,
    /// Why there may be records that are not listed; `None` where the listing is all of the zone, so that what it lacks is
    /// absent.
    pub partial: Option<Reason>,
    /// Its records, in the order of the source.
    pub records: Vec<Record>,
    /// Records of which something is not known.
    pub gaps: Vec<ListedGap>,
}

/// One or more records that are declared and not known.
#[derive(Clone, Debug)]
pub struct ListedGap {
    /// At which names they may be.
    pub scope: NameScope,
    /// Of which type they are; `None`: of any.
    pub rtype: Option<Rtype>,
    /// Why they are not known.
    pub reason: Reason,
}

/// Names of which one is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NameScope {
    /// Any name in the zone.
    Any,
    /// This name.
    Owner(Name),
    /// Any name whose canonical text begins with `front` and ends with `back`: `_mta-sts.` and what a variable says.
    Pattern {
        /// Up to what is not known.
        front: String,
        /// From there on.
        back: String,
    },
}

impl ListedGap {
    /// Whether there may be records at `name` of this type, or a CNAME, that are not known.
    pub fn could_hold(&self, name: &Name, rtype: Rtype) -> bool {
        let could_be = match &self.scope {
            NameScope::Any => true,
            NameScope::Owner(owner) => owner == name,
            NameScope::Pattern { front, back } => {
                let text = name.as_str();
                text.len() >= front.len() + back.len()
                    && text.starts_with(front.as_str())
                    && text.ends_with(back.as_str())
            }
        };
        could_be && self.rtype.is_none_or(|own| own == rtype || own == Rtype::Cname)
    }
}
