//! What our own provider works out for an `mtasts_policy` and an `mtasts_served_policy`: by the functions that it offers as well.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::instances::Thing;
use super::machine::Machine;
use crate::hcl::value::{Map, Origin, Value};
use crate::text::{Place, Traced};

impl Machine<'_> {
    /// The `text`, `id`, `record` or `url` of one of the two; `None` of their arguments, and where the provider refuses the policy.
    pub(super) fn policy_attribute(&self, thing: &Thing, name: &str, place: Place) -> Option<Value> {
        let call = |function: &str, given: Vec<Value>| self.call_with(function, given, place);
        let own = |function: &str, given: Value| call(&format!("provider::mtasts::{function}"), vec![given]);
        let text = || match self.argument(thing, &"text".into(), place) {
            // Of a policy that is served.
            Some(text) => Ok(text),
            None => own("policy", self.said(thing, place)),
        };
        let value = match name {
            "text" => text(),
            "id" => text().and_then(|text| own("policy_id", text)),
            "record" => text().and_then(|text| own("policy_id", text)).and_then(|id| own("record", id)),
            "url" => {
                let format = Traced::decoded(b"https://mta-sts.%s/.well-known/mta-sts.txt", place, None);
                let domain = self.argument(thing, &"domain".into(), place)?;
                call("format", vec![Value::String(Arc::new(format)), domain])
            }
            _ => return None,
        };
        value.ok()
    }

    /// The arguments that make the policy.
    fn said(&self, thing: &Thing, place: Place) -> Value {
        let names = ["mode", "mx", "max_age"].map(Arc::<str>::from);
        let entries = names.into_iter().filter_map(|name| Some((name.clone(), self.argument(thing, &name, place)?)));
        let entries: BTreeMap<_, _> = entries.collect();
        Value::Map(Map { is_object: true, keys: None, entries: Arc::new(entries), origin: Origin::at(place) })
    }
}
