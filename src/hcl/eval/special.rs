//! What is known without asking anyone of resources and data sources that work offline, and of attributes that are arguments
//! under another name.

use std::sync::Arc;

use super::instances::Thing;
use super::machine::{Machine, settled};
use crate::hcl::functions::{self, Call, Fault};
use crate::hcl::value::Value;
use crate::text::{Place, Span, Traced};

/// Attributes that are an argument: whether of a data source, the kind, the attribute, the argument.
const SAME: [(bool, &str, &str, &str); 8] = [
    (false, "terraform_data", "output", "input"),
    (true, "null_data_source", "outputs", "inputs"),
    (false, "aws_s3_bucket", "id", "bucket"),
    (false, "aws_s3_bucket_object", "id", "key"),
    (false, "google_storage_bucket", "id", "name"),
    (false, "google_storage_bucket_object", "output_name", "name"),
    (false, "digitalocean_domain", "id", "name"),
    (true, "digitalocean_domain", "id", "name"),
];

/// What a `local_file` and its like say of their content, and the function that says it.
const DIGESTS: [(&str, &str); 7] = [
    ("content_md5", "md5"),
    ("content_sha1", "sha1"),
    ("content_sha256", "sha256"),
    ("content_sha512", "sha512"),
    ("content_base64sha256", "base64sha256"),
    ("content_base64sha512", "base64sha512"),
    ("content_base64", "base64encode"),
];

impl Machine<'_> {
    /// The attribute, if it is known though it is not written under this name.
    pub(super) fn special(&self, thing: &Thing, name: &Arc<str>, place: Place) -> Option<Value> {
        let declaration = thing.declaration()?;
        let kind = &*declaration.kind;
        let is_same = |it: &&(bool, &str, &str, &str)| (it.0, it.1, it.2) == (declaration.is_data, kind, name);
        if let Some((.., argument)) = SAME.iter().find(is_same) {
            return self.argument(thing, &Arc::from(*argument), place);
        }
        match (declaration.is_data, kind) {
            (_, "aws_route53_zone") if &**name == "name" => self.zone_name(thing, name, place),
            (true, "cloudflare_zone") if &**name == "name" => self.filtered_name(thing, place),
            (true, "local_file" | "local_sensitive_file") => self.file(thing, name, place),
            (false, "local_file" | "local_sensitive_file") => self.written_file(thing, name, place),
            (false, "mtasts_policy" | "mtasts_served_policy") => self.policy_attribute(thing, name, declaration.header),
            (_, "template_file") if &**name == "rendered" => self.rendered(thing, place),
            _ => None,
        }
    }

    /// The name of a Route 53 zone: the provider gives it back without its final dot.
    fn zone_name(&self, thing: &Thing, name: &Arc<str>, place: Place) -> Option<Value> {
        let Value::String(text) = self.argument(thing, name, place)? else { return None };
        without_dot(&text).map(|text| Value::String(Arc::new(text)))
    }

    /// The name of the zone that a data source looks for; a filter may have an operator in front: `contains:example`.
    fn filtered_name(&self, thing: &Thing, place: Place) -> Option<Value> {
        let filter = self.argument(thing, &"filter".into(), place)?;
        let filter = filter.as_list().and_then(<[Value]>::first).unwrap_or(&filter).clone();
        let name = filter.get("name")?;
        let is_exact = name.as_known_text().is_some_and(|name| !name.contains(':'));
        is_exact.then(|| name.clone())
    }

    /// What `data.local_file` reads.
    fn file(&self, thing: &Thing, name: &str, place: Place) -> Option<Value> {
        let path = self.argument(thing, &"filename".into(), place)?;
        match DIGESTS.iter().find(|(attribute, _)| *attribute == name) {
            Some((_, "base64encode")) => Some(self.function("filebase64", path, place)),
            Some((_, function)) => Some(self.function(&format!("file{function}"), path, place)),
            None if name == "content" => Some(self.function("file", path, place)),
            None => None,
        }
    }

    /// What the resource `local_file` says of what it writes.
    fn written_file(&self, thing: &Thing, name: &str, place: Place) -> Option<Value> {
        let (_, function) = DIGESTS.iter().find(|(attribute, _)| *attribute == name)?;
        let content = self.argument(thing, &"content".into(), place);
        let content = content.or_else(|| self.argument(thing, &"sensitive_content".into(), place))?;
        (*function != "base64encode").then(|| self.function(function, content, place))
    }

    fn function(&self, name: &str, argument: Value, place: Place) -> Value {
        let call = Call { place, files: self.files, directory: &self.root.directory };
        settled(functions::call(name, &[argument], &call))
    }

    /// The template of the provider that was there before `templatefile`.
    fn rendered(&self, thing: &Thing, place: Place) -> Option<Value> {
        let template = self.argument(thing, &"template".into(), place)?;
        let none = || Value::Map(super::blocks::empty_map(place));
        let values = self.argument(thing, &"vars".into(), place).unwrap_or_else(none);
        let rendered: Result<Value, Fault> = self.template_string(&template, &values, place);
        Some(settled(rendered))
    }
}

/// The text without its final dot; `None` if it has none.
fn without_dot(text: &Traced) -> Option<Traced> {
    let bytes = text.bytes();
    let end = bytes.len().checked_sub(1).filter(|end| bytes.get(*end) == Some(&b'.') && *end > 0)?;
    Some(text.part(Span::of(0..end)))
}
