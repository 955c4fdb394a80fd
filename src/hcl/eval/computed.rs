//! Attributes that providers work out: not known, but for what makes them and when they change.

use std::sync::Arc;

use super::instances::{Target, Thing};
use super::machine::Machine;
use crate::hcl::ast::ExprKind;
use crate::hcl::value::{Shape, Symbol, Unknown, Value};
use crate::hcl::{configuration, convert};
use crate::text::{Made, Maker, Place, Reason, Span, TracedBuilder};

/// Resources that make a value once and keep it until their triggers change: the kind, the argument that holds the triggers,
/// and the attributes that are what is kept; none of these names all of its attributes.
const KEEPERS: [(&str, &str, &[&str]); 14] = [
    ("random_id", "keepers", &[]),
    ("random_string", "keepers", &[]),
    ("random_password", "keepers", &[]),
    ("random_uuid", "keepers", &[]),
    ("random_pet", "keepers", &[]),
    ("random_bytes", "keepers", &[]),
    ("random_integer", "keepers", &[]),
    ("random_shuffle", "keepers", &[]),
    ("time_static", "triggers", &[]),
    ("time_rotating", "triggers", &[]),
    ("time_offset", "triggers", &[]),
    ("time_sleep", "triggers", &["id"]),
    ("null_resource", "triggers", &["id"]),
    ("terraform_data", "triggers_replace", &["id"]),
];

/// Attributes that a provider makes anew when the thing is changed.
const CHANGING: [&str; 26] = [
    "etag",
    "version_id",
    "sha",
    "sha1",
    "sha256",
    "sha512",
    "md5",
    "md5hash",
    "crc32c",
    "content_md5",
    "content_sha1",
    "content_sha256",
    "content_sha512",
    "content_base64sha256",
    "content_base64sha512",
    "checksum_sha256",
    "generation",
    "metageneration",
    "last_updated",
    "last_modified",
    "commit_sha",
    "version",
    "revision",
    "resource_version",
    "deployment_id",
    "modified_on",
];

/// Data sources that ask something that is not here, and what they ask.
const ELSEWHERE: [(&str, &str); 12] = [
    ("external", "asks a program"),
    ("http", "asks a server"),
    ("terraform_remote_state", "reads another state"),
    ("tfe_outputs", "reads another state"),
    ("aws_ssm_parameter", "reads a parameter store"),
    ("aws_secretsmanager_secret_version", "reads a store of secrets"),
    ("google_secret_manager_secret_version", "reads a store of secrets"),
    ("azurerm_key_vault_secret", "reads a store of secrets"),
    ("sops_file", "reads a file that is encrypted"),
    ("vault_generic_secret", "reads a store of secrets"),
    ("vault_kv_secret_v2", "reads a store of secrets"),
    ("onepassword_item", "reads a store of secrets"),
];

impl Machine<'_> {
    /// An attribute that is not written, as far as anything is known of it.
    pub(super) fn computed(&self, thing: &Thing, name: &Arc<str>, place: Place) -> Value {
        let Some(declaration) = thing.declaration() else { return Value::unknown(place, "it is not declared") };
        let shown = format!("`{}.{name}`", thing.address);
        let asked = ELSEWHERE.iter().find(|(kind, _)| *kind == &*declaration.kind && declaration.is_data);
        let why = match asked {
            Some((_, what)) => format!("{shown} is known only when `{}` {what}", thing.address),
            None if declaration.is_data => format!("{shown} is known only when the data source is read"),
            None => format!("{shown} is known only after it is applied"),
        };
        let symbol = Symbol { address: Arc::clone(&thing.address), attribute: Arc::clone(name) };
        let unknown = Unknown {
            symbol: Some(symbol),
            made: self.made(thing, name),
            shape: self.shape(thing, name, place),
            ..Unknown::new(place, Reason::at(place, why))
        };
        self.prefixed(thing, name, Value::Unknown(Arc::new(unknown)), place)
    }

    /// What makes the attribute.
    fn made(&self, thing: &Thing, name: &str) -> Option<Made> {
        let declaration = thing.declaration()?;
        let is_kept = |names: &[&str]| names.is_empty() || names.contains(&name);
        let is_it = |(kind, _, names): &&(&str, &str, &[&str])| *kind == &*declaration.kind && is_kept(names);
        match KEEPERS.iter().find(is_it) {
            Some((_, triggers, _)) if !declaration.is_data => {
                let mut from = Vec::new();
                if let Some(value) = self.argument(thing, &Arc::from(*triggers), declaration.header) {
                    value.sources(&mut from);
                }
                self.replaced_by(thing, &mut from);
                Some(made_by(Maker::Keeper(Arc::clone(&declaration.kind)), declaration.header, from))
            }
            _ => self.made_anew(thing, name),
        }
    }

    /// What makes an attribute that is another whenever the thing is changed.
    pub(super) fn made_anew(&self, thing: &Thing, name: &str) -> Option<Made> {
        let declaration = thing.declaration()?;
        if !CHANGING.contains(&name) && &*declaration.kind != "archive_file" {
            return None;
        }
        // An argument may refer to this very attribute: that is a circle, and found as one.
        let arguments = self.arguments(thing);
        let mut from = Vec::new();
        for value in arguments.values() {
            value.sources(&mut from);
        }
        from.extend(arguments.get("source_file").and_then(|path| self.whole_file(path)));
        Some(made_by(Maker::Computed(Arc::clone(&declaration.kind)), declaration.header, from))
    }

    /// The places that a resource is made anew for, beside its triggers: what `replace_triggered_by` names.
    fn replaced_by(&self, thing: &Thing, from: &mut Vec<Place>) {
        let Some(declaration) = thing.declaration() else { return };
        let lifecycle = declaration.body.blocks_of("lifecycle");
        for triggers in lifecycle.filter_map(|block| block.body.attribute("replace_triggered_by")) {
            let ExprKind::Tuple(triggers) = &triggers.value.kind else { continue };
            for trigger in triggers {
                if let Some(value) = self.within(thing, |scope| self.eval(trigger, scope)).and_then(Result::ok) {
                    self.all_sources(&value, from);
                }
            }
        }
    }

    /// The places that a value changes with, those of all arguments where it stands for a resource.
    fn all_sources(&self, value: &Value, from: &mut Vec<Place>) {
        match value {
            Value::Unknown(unknown) => match self.target(unknown) {
                Some(Target::Thing(thing)) => self.arguments(&thing).values().for_each(|value| value.sources(from)),
                _ => value.sources(from),
            },
            Value::List(list) => list.items.iter().for_each(|item| self.all_sources(item, from)),
            Value::Map(map) => map.entries.values().for_each(|item| self.all_sources(item, from)),
            value => value.sources(from),
        }
    }

    /// All of the file that a path names.
    fn whole_file(&self, path: &Value) -> Option<Place> {
        let path = configuration::join_path(&self.root.directory, &path.as_known_text()?)?;
        let (file, text) = self.files.open(&path)?;
        Some(Place::new(file, Span::of(0..text.len())))
    }

    /// What is known of the text of the attribute.
    fn shape(&self, thing: &Thing, name: &str, place: Place) -> Option<Shape> {
        let length = |argument: &str| match self.argument(thing, &argument.into(), place)? {
            Value::Number(number, _) => bigdecimal::ToPrimitive::to_u32(&*number).filter(|length| *length <= 1024),
            _ => None,
        };
        let padded = |bytes: u32| bytes.div_ceil(3) * 4;
        match (&*thing.declaration()?.kind, name) {
            ("random_id", "hex") => Some(Shape::Hex(length("byte_length")? * 2)),
            ("random_id", "b64_std") => Some(Shape::Base64(padded(length("byte_length")?))),
            ("random_id", "b64_url" | "id") => Some(Shape::Base64((length("byte_length")? * 4).div_ceil(3))),
            ("random_bytes", "hex") => Some(Shape::Hex(length("length")? * 2)),
            ("random_bytes", "base64") => Some(Shape::Base64(padded(length("length")?))),
            ("archive_file", "output_md5") => Some(Shape::Hex(32)),
            ("archive_file", "output_sha" | "id") => Some(Shape::Hex(40)),
            ("archive_file", "output_sha256") => Some(Shape::Hex(64)),
            ("archive_file", "output_sha512") => Some(Shape::Hex(128)),
            ("archive_file", "output_base64sha256") => Some(Shape::Base64(44)),
            ("archive_file", "output_base64sha512") => Some(Shape::Base64(88)),
            _ => None,
        }
    }

    /// The attribute behind the `prefix` of a `random_id`.
    fn prefixed(&self, thing: &Thing, name: &str, value: Value, place: Place) -> Value {
        let is_random_id = thing.declaration().is_some_and(|it| &*it.kind == "random_id");
        if !is_random_id || !matches!(name, "hex" | "dec" | "b64_std" | "b64_url") {
            return value;
        }
        let Some(prefix) = self.argument(thing, &"prefix".into(), place) else { return value };
        let mut text = TracedBuilder::new(place);
        let joined = convert::interpolate(&prefix, place, &mut text);
        match joined.and_then(|()| convert::interpolate(&value, place, &mut text)) {
            Ok(()) => Value::String(Arc::new(text.finish())),
            Err(_) => value,
        }
    }
}

fn made_by(by: Maker, place: Place, mut from: Vec<Place>) -> Made {
    from.sort_unstable();
    from.dedup();
    Made { by, place, from: from.into() }
}
