//! `policy-mode-invalid`: a mode that is none.

use super::Context;
use crate::finding::Edit;
use crate::mta_sts::policy::{Meaning, Mode};
use crate::site::ServedPolicy;
use crate::text::nearest;

pub(super) fn judge(served: &ServedPolicy, cx: &mut Context<'_>) {
    let policy = &served.policy;
    let Some(field) = policy.parsed.mode_field().filter(|field| field.is_known && field.meaning == Meaning::Mode(None))
    else {
        return;
    };
    let word = policy.shown(field.value);
    let near = nearest(&word, &["enforce", "testing", "none"])
        .or_else(|| word.eq_ignore_ascii_case("test").then_some("testing"));
    let mode = word.to_ascii_lowercase();
    // Case is no matter of opinion; a word that only comes near may stand for another mode.
    let edit = cx.editable(&policy.text, field.value).filter(|_| Mode::parse(mode.as_bytes()).is_some());
    let finding = cx
        .report(policy.place(field.value), format!("`{word}` is no mode: there are `enforce`, `testing` and `none`"))
        .label("senders refuse the policy")
        .help(near.map_or_else(|| "write one of the three".to_owned(), |near| format!("did you mean `{near}`?")));
    if let Some(place) = edit {
        finding.safe_fix(vec![Edit::replace(place, mode)]);
    }
}
