//! Policies in what serves them: a bucket's object, a worker, a config map.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::files::TreeFiles;
use super::read::Inputs;
use crate::config::Config;
use crate::mta_sts::hosted::Hosted;
use crate::site::{DeclaredPolicy, Home, PolicyText, Served, View};
use crate::text::FileId;

/// The policy as declared, in `home` unless the configuration names another View for the file in which it is declared.
pub(super) fn policy(hosted: Hosted, mut home: Home, config: &Config, files: &TreeFiles<'_>) -> DeclaredPolicy {
    let Hosted { by, place, body, mut domains, mut beside, serving } = hosted;
    if let Some((policy, said)) = files.path_of(place.file).and_then(|path| config.policy(path)) {
        (domains, beside) = (said, Vec::new());
        if let Some(view) = &policy.view {
            home = Home::Views(vec![View::named(&view.value)]);
        }
    }
    let text = body.map(|text| Arc::new(PolicyText::new(text)));
    DeclaredPolicy { text, domains, beside, served: Some(Served { by, place, serving }), home }
}

/// A file that a resource serves is no policy beside it: what its path tells of its domain holds of the resource.
pub(super) fn take_over(files: &TreeFiles<'_>, inputs: &mut Inputs) {
    let Inputs { declared, passed, .. } = inputs;
    let (mut hosted, plain): (Vec<_>, Vec<_>) =
        std::mem::take(&mut declared.policies).into_iter().partition(|policy| policy.served.is_some());
    let mut served: BTreeMap<FileId, Vec<usize>> = BTreeMap::new();
    for (index, policy) in hosted.iter().enumerate() {
        let Ok(text) = &policy.text else { continue };
        for file in text.text.stretches().map(|stretch| stretch.source.file) {
            served.entry(file).or_default().push(index);
        }
    }
    for policy in plain {
        let file = policy.text.as_ref().map(|text| text.text.whole().file);
        let Some(by) = file.ok().and_then(|file| served.get(&file)) else {
            declared.policies.push(policy);
            continue;
        };
        for &index in by {
            if hosted[index].domains.is_empty() {
                hosted[index].domains.clone_from(&policy.domains);
            }
        }
        // Served for another domain than its path tells: that one may be served by other means.
        if !policy.domains.iter().all(|domain| by.iter().any(|&index| hosted[index].domains.contains(domain))) {
            declared.policies.push(policy);
        }
    }
    declared.policies.append(&mut hosted);
    passed.retain(|passed| !files.has_opened(&passed.path));
}
