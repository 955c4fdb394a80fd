//! The TLS reports that the configuration names.

use crate::config::Config;
use crate::inputs::{Failure, Inputs, Tree};
use crate::reports::{self, Sums};
use crate::rules::Rule;

/// The only rule that goes by them: without it they are not read.
const RULE: &str = "tls-reports-failing";
/// No file of reports is longer, in bytes; a mailbox of years belongs to `mtasts reports`, which need not hold it.
const MAX_FILE: u64 = 256 << 20;

/// Their sums. What is no report, and a path that leads to none, leaves no full answer.
pub(super) fn read(tree: &dyn Tree, config: &Config, enabled: &[&'static Rule], inputs: &mut Inputs) -> Sums {
    let mut sums = Sums::default();
    let Some(wanted) = config.reports.as_ref().filter(|_| enabled.iter().any(|rule| rule.name == RULE)) else {
        return sums;
    };
    let wanted = wanted.value.as_str();
    for (index, path) in tree.paths().iter().enumerate().filter(|(_, path)| is_at_or_below(path, wanted)) {
        // Any other file of the directory has another purpose.
        if **path == *wanted || reports::claims(path) {
            file(tree, index, &mut sums, inputs);
        }
    }
    if sums.reports == 0 {
        let error = "no TLS report is here, as `reports` says; what git ignores is not read";
        inputs.failures.push(Failure { path: wanted.to_owned(), error: error.to_owned() });
    }
    sums
}

fn is_at_or_below(path: &str, directory: &str) -> bool {
    directory.is_empty() || path.strip_prefix(directory).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn file(tree: &dyn Tree, index: usize, sums: &mut Sums, inputs: &mut Inputs) {
    let mut fail = |error: String| inputs.failures.push(Failure { path: tree.paths()[index].to_string(), error });
    let text = match tree.read(index, MAX_FILE) {
        Ok(text) if text.len() as u64 == MAX_FILE => return fail(format!("longer than {} MiB", MAX_FILE >> 20)),
        Ok(text) => text,
        Err(error) => return fail(error.to_string()),
    };
    for fault in reports::read(&mut &text[..], sums) {
        fail(fault.to_string());
    }
}
