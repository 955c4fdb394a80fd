//! What the readers hand over, before it is joined.

use std::sync::Arc;

use super::{PolicyText, View};
use crate::dns::{Listing, Name};
use crate::mta_sts::hosted::Serving;
use crate::text::{Place, Reason};
use crate::zone::Zone;

/// Everything that the inputs declare.
#[derive(Debug, Default)]
pub struct Declared {
    /// Zones, in the order of their paths.
    pub zones: Vec<DeclaredZone>,
    /// Policies, in the order of their paths.
    pub policies: Vec<DeclaredPolicy>,
    /// Where the configuration says that policies are to be found.
    pub promises: Vec<Promise>,
    /// What is declared and belongs to no domain that is known.
    pub unplaced: Vec<Unplaced>,
    /// Files, or parts of them, that could not be read as what they are.
    pub unread: Vec<Unread>,
}

/// Something that would be published, at a name that is not known.
#[derive(Clone, Debug)]
pub struct Unplaced {
    /// What: `aws_route53_record.mx`, `module.mail`.
    pub what: Arc<str>,
    /// Why nothing more is known.
    pub reason: Reason,
    /// Whether a policy may be among what it publishes: a module that could not be read.
    pub may_hold_policies: bool,
}

/// A file that breaks the grammar of its format.
#[derive(Clone, Debug)]
pub struct Unread {
    /// The format.
    pub reader: Reader,
    /// Where it breaks.
    pub place: Place,
    /// How, a sentence without its full stop.
    pub message: String,
}

/// What declares records of one zone, and the Views that publish it.
#[derive(Debug)]
pub struct DeclaredZone {
    /// The records.
    pub zone: ZoneSource,
    /// What read them.
    pub reader: Reader,
    /// Which Views it belongs to.
    pub home: Home,
}

/// The formats in which records are declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names are the formats' own")]
pub enum Reader {
    ZoneFile,
    Terraform,
    Plan,
    OctoDns,
    DnsControl,
    ExternalDns,
}

/// Records of one zone as a reader hands them over. Several of one zone in one View complement each other.
#[derive(Debug)]
pub enum ZoneSource {
    /// A master file.
    File(Zone),
    /// Anything else.
    Listed(Listing),
}

/// A policy text and the domains it is served for.
#[derive(Debug)]
pub struct DeclaredPolicy {
    /// The text, or why it is not known.
    pub text: Result<Arc<PolicyText>, Reason>,
    /// The mail domains, as its path or the configuration tells; empty where neither does.
    pub domains: Vec<Name>,
    /// Domains that are declared beside it: where nothing else tells, it is for the only one.
    pub beside: Vec<Name>,
    /// How it is served, where that is declared.
    pub served: Option<Served>,
    /// Which Views it belongs to.
    pub home: Home,
}

/// What serves a policy, and how.
#[derive(Clone, Debug)]
pub struct Served {
    /// What declares it: `aws_s3_object.policy`.
    pub by: Arc<str>,
    /// Where that is declared.
    pub place: Place,
    /// How it is served.
    pub serving: Serving,
}

/// How a declaration finds its Views.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Home {
    /// It is said: by a server's configuration, or by `view` in mtasts.toml.
    Views(Vec<View>),
    /// By the directory of this path, where one domain is defined in several directories.
    Path(Arc<str>),
}

impl Reader {
    /// What its files are, for messages.
    pub fn file(self) -> &'static str {
        match self {
            Self::ZoneFile => "zone file",
            Self::Terraform => "Terraform file",
            Self::Plan => "Terraform plan",
            Self::OctoDns => "octoDNS file",
            Self::DnsControl => "dnscontrol file",
            Self::ExternalDns => "DNSEndpoint manifest",
        }
    }
}

impl ZoneSource {
    /// Whether it claims to define the zone, and does not only add to one that is defined elsewhere.
    pub(super) fn is_definition(&self) -> bool {
        match self {
            Self::File(_) => true,
            Self::Listed(listing) => listing.partial.is_none(),
        }
    }

    /// The zone's name.
    pub fn apex(&self) -> Option<&Name> {
        match self {
            Self::File(zone) => zone.apex.as_ref(),
            Self::Listed(listing) => Some(&listing.apex),
        }
    }

    /// The records that matter to mail, in the order of the source.
    pub fn records(&self) -> &[crate::dns::Record] {
        match self {
            Self::File(zone) => &zone.records,
            Self::Listed(listing) => &listing.records,
        }
    }
}

/// The configuration's word that the policy of a domain is kept in this repository.
#[derive(Clone, Debug)]
pub struct Promise {
    /// The domain; `None` where a pattern promises one for every domain.
    pub domain: Option<Name>,
    /// Where it is said.
    pub place: Place,
}
