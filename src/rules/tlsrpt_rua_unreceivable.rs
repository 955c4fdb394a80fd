//! `tlsrpt-rua-unreceivable`: reports to a domain that takes no mail.

use super::Context;
use crate::site::Site;

pub(super) fn judge(site: &Site, cx: &mut Context<'_>) {
    for record in site.tlsrpt_texts() {
        for mailbox in &record.unreceivable {
            let why = if mailbox.null.is_some() { "a null MX" } else { "neither MX nor address" };
            let finding = cx
                .report(
                    record.text.place(mailbox.span),
                    format!("reports go to `{}`, which takes no mail", mailbox.domain),
                )
                .label(format!("the domain is in this repository, and has {why}"));
            if let Some(null) = mailbox.null {
                finding.related(null, "the null MX");
            }
            finding.help("name a mailbox that exists");
        }
    }
}
