//! `file-syntax`: a file that breaks the grammar of its format.

use super::Context;
use crate::site::Unread;

pub(super) fn judge(unread: &Unread, cx: &mut Context<'_>) {
    cx.report(unread.place, format!("the {} cannot be read: {}", unread.reader.file(), unread.message))
        .label("here")
        .help("until it can, nothing that it declares is checked");
}
