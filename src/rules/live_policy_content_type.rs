//! `live-policy-content-type`: some senders take text/plain only.

use super::live::once;
use super::{Context, Live};

pub(super) fn judge(live: Live<'_>, cx: &mut Context<'_>) {
    let is_text = |content_type: &Option<String>| {
        let media_type = content_type.as_deref().and_then(|value| value.split(';').next());
        media_type.is_some_and(|media_type| media_type.trim().eq_ignore_ascii_case("text/plain"))
    };
    let others = live.responses().filter(|(_, response)| response.status == 200 && !is_text(&response.content_type));
    let finding = once(others, live, cx, |response| match &response.content_type {
        Some(content_type) => format!("the policy is served as `{content_type}`"),
        None => "the policy is served without a media type".to_owned(),
    });
    if let Some(finding) = finding {
        finding.label("senders may refuse what is not `text/plain`").help("serve it with `Content-Type: text/plain`");
    }
}
