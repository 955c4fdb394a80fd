//! Which rules run.

use crate::config::Config;
use crate::rules::{RULES, Rule};

/// Rules switched on and off for one run.
#[derive(Clone, Debug, Default)]
pub struct Selection {
    /// Only these; all, if there are none.
    pub select: Vec<String>,
    /// Not these.
    pub ignore: Vec<String>,
}

impl Selection {
    /// The rules that run: what is selected here, else what the configuration selects, less what either ignores or the
    /// configuration switches off.
    pub fn rules(&self, config: &Config) -> Vec<&'static Rule> {
        let has = |names: &[String], rule: &Rule| names.iter().any(|name| name == rule.name);
        let selected = |rule: &Rule| match (&self.select[..], config.selected()) {
            ([], []) => true,
            ([], names) => has(names, rule),
            (names, _) => has(names, rule),
        };
        let enabled = |rule: &&Rule| {
            selected(rule) && !has(&self.ignore, rule) && !has(config.ignored(), rule) && !config.is_off(rule.name)
        };
        RULES.iter().filter(enabled).collect()
    }
}
