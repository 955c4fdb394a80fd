//! Resources and data sources as they would be planned: what the table of providers reads.

use std::sync::Arc;

use super::value::Value;
use crate::text::{Place, Reason, Step};

/// One instance of a resource or data source, its arguments evaluated.
#[derive(Clone, Debug)]
pub struct Resource {
    /// Whether it is a data source.
    pub is_data: bool,
    /// Such as `aws_route53_record`.
    pub kind: Arc<str>,
    /// The address in full: `module.mta_sts["example.com"].aws_route53_record.sts[0]`, `data.aws_route53_zone.main`.
    pub address: Arc<str>,
    /// The address of the module instance that it is in; empty in the root module.
    pub module: Arc<str>,
    /// `each.key` or `count.index` of this instance, where there is one and it is known.
    pub key: Option<Arc<str>>,
    /// The block's header.
    pub place: Place,
    /// The way from there to the root module: the module calls, the innermost first.
    pub way: Vec<Step>,
    /// Its arguments, as an object. Nested blocks are lists of objects under their kind, `dynamic` ones worked out; a block that
    /// is not there has no entry. What is not set has no entry either.
    pub body: Value,
    /// Why it is not known whether, or how often, there is such an instance; then this one stands for all of them, and
    /// `each.key`, `each.value` and `count.index` in it are Unknown.
    pub uncertain: Option<Reason>,
}
