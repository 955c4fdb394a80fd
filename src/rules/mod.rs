//! The rules: each a pure judgement in a file of its own, with its page in `rules/`.
//!
//! To add one: write the page `rules/<name>.md` (see any other), the judgement `src/rules/<name>.rs`, and one line in
//! the list below. Severity, summary and sections are the page's; the code has only the judgement and its words.

mod bump;
mod change;
mod context;
mod edits;
mod evidence;
mod live;
mod mend;
mod mx_line;
mod page;
mod past;
mod providers;
mod words;

pub use change::{Change, duration, has_same_id, is_same};
pub use context::{Context, Ground, Settings};
pub use evidence::{Evidence, evidence};
pub use live::Live;
pub use page::{Category, Page};
pub use past::{Past, State};

use crate::site::{ServedPolicy, Site, Unread};
use crate::text::did_you_mean;
use crate::zone::Zone;

/// A rule: its name, its page and its judgement.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Such as `record-syntax`.
    pub name: &'static str,
    /// The text of `rules/<name>.md`.
    pub text: &'static str,
    /// What it judges.
    pub judge: Judge,
}

/// A judgement: no I/O, no clock. What it looks at says how often it is asked.
#[derive(Clone, Copy, Debug)]
pub enum Judge {
    /// A zone as a file.
    Zone(fn(&Zone, &mut Context<'_>)),
    /// A file that could not be read as what it is.
    File(fn(&Unread, &mut Context<'_>)),
    /// A policy by itself, once however many domains it serves.
    Policy(fn(&ServedPolicy, &mut Context<'_>)),
    /// A domain as it would be published.
    Site(fn(&Site, &mut Context<'_>)),
    /// The way of a domain from one state to the next. A place of the first goes through [`Context::before`].
    Change(fn(Change<'_>, &mut Context<'_>)),
    /// The same, beside what the domain was before: the states up to and including the first, newest first.
    History {
        /// Whether the past matters to this change: to look at it takes time.
        asks: fn(Change<'_>) -> bool,
        /// The judgement.
        judge: fn(Change<'_>, &mut dyn Iterator<Item = Past>, &mut Context<'_>),
    },
    /// A domain as it is deployed, beside how it is declared.
    Live(fn(Live<'_>, &mut Context<'_>)),
    /// Not of the repository but of how the linter is told to read it; the driver itself reports these.
    Driver,
}

macro_rules! rules {
    ($($kind:ident $module:ident $name:literal)*) => {
        $(rules!(@module $kind $module);)*

        /// Every rule, in the order of the tables in which users read them.
        pub static RULES: &[Rule] = &[$(Rule {
            name: $name,
            text: include_str!(concat!("../../rules/", $name, ".md")),
            judge: rules!(@judge $kind $module),
        }),*];
    };
    (@module Driver $module:ident) => {};
    (@module $kind:ident $module:ident) => { mod $module; };
    (@judge Driver $module:ident) => { Judge::Driver };
    (@judge History $module:ident) => { Judge::History { asks: $module::asks, judge: $module::judge } };
    (@judge $kind:ident $module:ident) => { Judge::$kind($module::judge) };
}

rules! {
    Zone zone_syntax "zone-syntax"
    Zone zone_origin_unknown "zone-origin-unknown"
    File file_syntax "file-syntax"
    Driver suppression_unused "suppression-unused"
    Site record_syntax "record-syntax"
    Site record_id_missing "record-id-missing"
    Site record_id_invalid "record-id-invalid"
    Change id_not_bumped "id-not-bumped"
    Change id_bumped_idle "id-bumped-idle"
    History id_reused "id-reused"
    Site id_volatile "id-volatile"
    Site id_not_derived "id-not-derived"
    Site id_shared "id-shared"
    Site record_truncated "record-truncated"
    Site record_duplicate "record-duplicate"
    Site record_unrelated "record-unrelated"
    Site record_field_duplicate "record-field-duplicate"
    Site record_field_unknown "record-field-unknown"
    Site record_misplaced "record-misplaced"
    Site record_cname_conflict "record-cname-conflict"
    Site record_missing "record-missing"
    Site record_ttl_long "record-ttl-long"
    Policy policy_syntax "policy-syntax"
    Policy policy_field_missing "policy-field-missing"
    Policy policy_field_duplicate "policy-field-duplicate"
    Policy policy_field_unknown "policy-field-unknown"
    Policy policy_version_invalid "policy-version-invalid"
    Policy policy_mode_invalid "policy-mode-invalid"
    Policy policy_max_age_invalid "policy-max-age-invalid"
    Policy max_age_short "max-age-short"
    Policy mx_pattern_invalid "mx-pattern-invalid"
    Policy mx_pattern_broad "mx-pattern-broad"
    Policy mx_pattern_duplicate "mx-pattern-duplicate"
    Policy policy_mode_none "policy-mode-none"
    Policy policy_mode_testing "policy-mode-testing"
    Site policy_missing "policy-missing"
    Site policy_host_missing "policy-host-missing"
    Site policy_host_v6_only "policy-host-v6-only"
    Policy policy_unassigned "policy-unassigned"
    Policy policy_path "policy-path"
    Policy policy_content_type "policy-content-type"
    Policy policy_redirect "policy-redirect"
    Site mx_not_covered "mx-not-covered"
    Policy mx_pattern_unused "mx-pattern-unused"
    Site mx_missing "mx-missing"
    Site null_mx_policy "null-mx-policy"
    Site mx_target_cname "mx-target-cname"
    Site mx_target_address "mx-target-address"
    Site mx_target_missing "mx-target-missing"
    Site definition_conflict "definition-conflict"
    Site subdomain_unprotected "subdomain-unprotected"
    Change enforce_without_testing "enforce-without-testing"
    History testing_too_short "testing-too-short"
    Change policy_removed_early "policy-removed-early"
    Change mx_cutover "mx-cutover"
    Change max_age_dropped_late "max-age-dropped-late"
    Site tlsrpt_missing "tlsrpt-missing"
    Site mx_tls_unproven "mx-tls-unproven"
    Site mx_tls_failed "mx-tls-failed"
    Site mx_tls_stale "mx-tls-stale"
    Site mx_cert_expiring "mx-cert-expiring"
    Site tls_reports_failing "tls-reports-failing"
    Site tlsrpt_syntax "tlsrpt-syntax"
    Site tlsrpt_duplicate "tlsrpt-duplicate"
    Site tlsrpt_rua_missing "tlsrpt-rua-missing"
    Site tlsrpt_misplaced "tlsrpt-misplaced"
    Site tlsrpt_rua_unreceivable "tlsrpt-rua-unreceivable"
    Live live_record_missing "live-record-missing"
    Live live_record_differs "live-record-differs"
    Live live_nameservers_disagree "live-nameservers-disagree"
    Live live_policy_unreachable "live-policy-unreachable"
    Live live_policy_redirect "live-policy-redirect"
    Live live_policy_status "live-policy-status"
    Live live_policy_certificate "live-policy-certificate"
    Live live_policy_content_type "live-policy-content-type"
    Live live_policy_size "live-policy-size"
    Live live_policy_slow "live-policy-slow"
    Live live_policy_differs "live-policy-differs"
    Live live_deploy_order "live-deploy-order"
    Live live_mx_differs "live-mx-differs"
    Live live_mx_unreachable "live-mx-unreachable"
    Live live_mx_no_starttls "live-mx-no-starttls"
    Live live_mx_certificate "live-mx-certificate"
    Live live_mx_tls_version "live-mx-tls-version"
    Live live_tlsa_mismatch "live-tlsa-mismatch"
}

/// The rule called `name`.
pub fn find(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.name == name)
}

/// The names of all rules.
pub fn names() -> Vec<&'static str> {
    RULES.iter().map(|rule| rule.name).collect()
}

impl Rule {
    /// Its page, parsed.
    pub fn page(&self) -> Page<'static> {
        Page::parse(self.text)
    }
}

/// What to say to someone who asks for a rule that there is not.
pub fn unknown(name: &str) -> String {
    format!("there is no rule `{name}`{}; `mtasts rules` lists them", did_you_mean(name, &names()))
}
