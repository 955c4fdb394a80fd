//! Override files: what they say stands instead of what the other files of the directory say
//! (<https://developer.hashicorp.com/terraform/language/files/override>).

use std::sync::Arc;

use rustc_hash::FxHashSet;

use super::declare::{Declared, Loader, set_variable, source};
use crate::hcl::ast::{Block, Body, SyntaxError};

/// Changes what `declared`, of an override file, says of something that another file declares.
pub(super) fn apply(loader: &mut Loader, declared: Declared) {
    let (place, title) = declared.title();
    if change(loader, declared).is_none() {
        let message = format!("there is no {title} for this override file to override");
        loader.module.errors.push(SyntaxError { place, message });
    }
}

/// `None` where no other file declares it.
fn change(loader: &mut Loader, declared: Declared) -> Option<()> {
    let Loader { module, resources } = loader;
    match declared {
        Declared::Variable(name, block) => {
            set_variable(module.variables.get_mut(&name)?, block.body, &mut module.errors);
        }
        Declared::Local(new) => {
            let local = module.locals.get_mut(&new.name)?;
            *local = new;
        }
        Declared::Output(name, block) => merge(&mut module.outputs.get_mut(&name)?.body, block.body),
        Declared::Call(new) => {
            let call = module.calls.get_mut(&new.name)?;
            merge(&mut call.body, new.body);
            call.source = source(&call.body);
        }
        Declared::Resource(new) => {
            let index = *resources.get(&new.key())?;
            merge(&mut module.resources.get_mut(index)?.body, new.body);
        }
    }
    Some(())
}

/// Arguments stand instead of those of the same name, nested blocks instead of all blocks of their kind. `lifecycle` is
/// Terraform's own: there it is argument for argument.
fn merge(base: &mut Body, new: Body) {
    let mut named: FxHashSet<Arc<str>> = new.attributes.iter().map(|attribute| Arc::clone(&attribute.name)).collect();
    let mut blocks = Vec::new();
    for block in new.blocks {
        let is_lifecycle = |old: &&mut Block| &*old.kind == "lifecycle" && old.kind == block.kind;
        if let Some(old) = base.blocks.iter_mut().find(is_lifecycle) {
            merge(&mut old.body, block.body);
        } else {
            named.insert(Arc::clone(makes(&block)));
            blocks.push(block);
        }
    }
    // In JSON a block may look like an argument: whichever it is, it stands instead of both.
    base.attributes.retain(|old| !named.contains(&old.name));
    base.blocks.retain(|old| !named.contains(makes(old)));
    base.attributes.extend(new.attributes);
    base.blocks.extend(blocks);
}

/// The kind of the blocks that a block stands for.
fn makes(block: &Block) -> &Arc<str> {
    match block.labels.first() {
        Some((kind, _)) if &*block.kind == "dynamic" => kind,
        _ => &block.kind,
    }
}
