//! A policy as something other than a plain file serves it: an object in a bucket, a worker, a config map.

use std::sync::Arc;

use crate::dns::Name;
use crate::text::{Place, Reason, Traced};

/// A policy body and what is known of how it is served.
#[derive(Clone, Debug)]
pub struct Hosted {
    /// What declares it, for messages: `aws_s3_object.policy`.
    pub by: Arc<str>,
    /// Where that is declared.
    pub place: Place,
    /// The text, or why it is not known.
    pub body: Result<Traced, Reason>,
    /// The mail domains that it is certainly served for; none where nothing tells.
    pub domains: Vec<Name>,
    /// Domains that are declared beside it and may be meant, where `domains` is empty: the only one is.
    pub beside: Vec<Name>,
    /// What is known of how it is served.
    pub serving: Serving,
}

/// How a policy is served (RFC 8461 §3.2, §3.3).
#[derive(Clone, Debug, Default)]
pub struct Serving {
    /// The path of the URL, without a slash in front; `None` where it is not known.
    pub path: Option<Traced>,
    /// The media type.
    pub content_type: ContentType,
    /// Where a redirect is declared that answers in its stead.
    pub redirect: Option<Place>,
}

/// The media type of a policy.
#[derive(Clone, Debug, Default)]
pub enum ContentType {
    /// Not known, or nothing that is declared here decides it.
    #[default]
    Unknown,
    /// It is said.
    Said(Traced),
    /// It is not said, and the host then says this, which is not `text/plain`.
    Default {
        /// Such as `application/octet-stream`.
        value: &'static str,
        /// What lacks it.
        place: Place,
    },
}
