//! Truths about evaluation, most of them Terraform's own answers.

mod expressions;
mod hostile;
mod modules;
mod resources;
mod special;

use std::sync::Arc;

use super::{Evaluated, Root, expression, root, to_json};
use crate::hcl::MemoryFiles;
use crate::hcl::resource::Resource;
use crate::hcl::value::Value;

/// The files of a root module in memory.
fn files(files: &[(&str, &str)]) -> MemoryFiles {
    MemoryFiles::new(files)
}

/// All resources of a root module at the top.
fn evaluated(files: &MemoryFiles) -> Evaluated {
    root(&Root::default(), files, &|_| true)
}

/// What an expression comes to beside `main.tf`, in words: JSON with `?` where something is not known, or the fault.
fn told(main: &str, text: &str) -> String {
    match expression(text, &Root::default(), &files(&[("main.tf", main)])) {
        Ok(value) => shown(&value),
        Err(message) => format!("refused: {message}"),
    }
}

/// The value in one line.
fn shown(value: &Value) -> String {
    if let Some(json) = to_json(value) {
        return json.to_string();
    }
    match value {
        Value::String(text) => format!("{:?}", text.shown()),
        Value::List(list) => format!("[{}]", list.items.iter().map(shown).collect::<Vec<_>>().join(",")),
        Value::Map(map) => {
            let entries = map.entries.iter().map(|(key, value)| format!("{key:?}:{}", shown(value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(","))
        }
        Value::Unknown(unknown) => match &unknown.symbol {
            Some(symbol) if symbol.attribute.is_empty() => format!("<{}>", symbol.address),
            Some(symbol) => format!("<{}.{}>", symbol.address, symbol.attribute),
            None => "?".to_owned(),
        },
        _ => "!".to_owned(),
    }
}

/// The resources by their addresses, with what they say.
fn listed(evaluated: &Evaluated) -> Vec<String> {
    let line = |it: &Resource| {
        let doubt = if it.uncertain.is_some() { "? " } else { "" };
        format!("{doubt}{} {}", it.address, shown(&it.body))
    };
    evaluated.resources.iter().map(line).collect()
}

/// Why something of the value is not known.
fn why(value: &Value) -> Arc<str> {
    value.first_unknown().map_or_else(|| "it is known".into(), |reason| Arc::clone(&reason.why))
}
