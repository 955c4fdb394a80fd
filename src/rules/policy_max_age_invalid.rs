//! `policy-max-age-invalid`: a `max_age` that is no number of seconds.

use super::Context;
use crate::finding::Edit;
use crate::mta_sts::policy::{MAX_AGE, MaxAgeError, Meaning};
use crate::site::ServedPolicy;

pub(super) fn judge(served: &ServedPolicy, cx: &mut Context<'_>) {
    let policy = &served.policy;
    let Some(field) = policy.parsed.max_age_field().filter(|field| field.is_known) else { return };
    let Meaning::MaxAge(Err(error)) = field.meaning else { return };
    let word = policy.shown(field.value);
    let message = match error {
        MaxAgeError::Empty => "`max_age` has no value".to_owned(),
        MaxAgeError::NotANumber => format!("`{word}` is no number of seconds"),
        MaxAgeError::TooManyDigits => format!("`{word}` has more than ten digits"),
        MaxAgeError::AboveMaximum => format!("`{word}` is more than {MAX_AGE} seconds, a year"),
    };
    let meant = seconds(&word);
    let edit =
        meant.and_then(|seconds| Some(Edit::replace(cx.editable(&policy.text, field.value)?, seconds.to_string())));
    let help = match meant {
        Some(seconds) => format!("write `max_age: {seconds}`"),
        None => "write the seconds out, such as `max_age: 604800` for a week".to_owned(),
    };
    let place = policy.place(field.name.to(field.value));
    let finding = cx.report(place, message).label("senders refuse the policy").help(help);
    if let Some(edit) = edit {
        finding.unsafe_fix(vec![edit]);
    }
}

/// What was most likely meant: `7d`, or a number that is too large.
fn seconds(word: &str) -> Option<u64> {
    let digits = word.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let unit = match word[digits.len()..].to_ascii_lowercase().as_str() {
        "" | "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        "w" => 604_800,
        _ => return None,
    };
    let number: u64 = digits.parse().ok()?;
    Some(number.checked_mul(unit)?.min(MAX_AGE))
}
