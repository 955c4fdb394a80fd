//! Mails with reports (RFC 8460 §5.3), and mailboxes of them (RFC 4155).

use std::io::{self, BufRead, Read};

use mailparse::{MailHeaderMap, ParsedMail};

use crate::text::clipped;

/// The longest message that is read, in bytes.
pub(super) const MAX_MESSAGE: u64 = 32 << 20;
/// Reports of one message that are read; a sender attaches one.
const MAX_ATTACHED: usize = 16;

/// A message of a mailbox.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Message {
    /// Its bytes, without the line that begins it.
    Whole(Vec<u8>),
    /// More than [`MAX_MESSAGE`].
    TooLong,
}

/// The messages of a mailbox, one after the other: each begins with a line `From ...` behind a blank one.
pub(super) struct Messages<'a> {
    file: &'a mut dyn BufRead,
    has_ended: bool,
}

impl<'a> Messages<'a> {
    /// Reads `file`, which stands at the line that begins its first message.
    pub(super) fn new(file: &'a mut dyn BufRead) -> Self {
        Self { file, has_ended: false }
    }

    /// Reads up to the line that begins the next message, and over it.
    fn message(&mut self) -> io::Result<Option<Message>> {
        let (mut text, mut is_too_long) = (Vec::new(), false);
        let (mut is_line_start, mut is_behind_blank, mut is_opened) = (true, true, false);
        loop {
            let start = text.len();
            // A line may have no end: it comes in parts.
            let read = (&mut *self.file).take(1 << 16).read_until(b'\n', &mut text)?;
            let part = &text[start..];
            if read == 0 {
                self.has_ended = true;
                break;
            }
            let is_from = is_line_start && is_behind_blank && part.starts_with(b"From ");
            let is_first = start == 0 && !is_opened && !is_too_long;
            is_behind_blank = is_line_start && matches!(part, b"\n" | b"\r\n");
            is_line_start = part.ends_with(b"\n");
            if is_from {
                text.truncate(start);
                if !is_first {
                    break;
                }
                is_opened = true;
            } else if text.len() as u64 > MAX_MESSAGE {
                is_too_long = true;
                text.clear();
            }
        }
        let is_nothing = self.has_ended && text.trim_ascii().is_empty();
        Ok(if is_too_long { Some(Message::TooLong) } else { (!is_nothing).then_some(Message::Whole(text)) })
    }
}

impl Iterator for Messages<'_> {
    type Item = io::Result<Message>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.has_ended {
            return None;
        }
        let message = self.message();
        self.has_ended |= message.is_err();
        message.transpose()
    }
}

/// Whether a file begins as a mail does: with a header field (RFC 5322 §2.2).
pub(super) fn is_message(head: &[u8]) -> bool {
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
    name.len() < line.len() && !name.is_empty() && name.iter().all(is_name)
}

/// The bodies of the attachments that are reports, by type or by name; what they hold, their own bytes say.
pub(super) fn attached(message: &[u8]) -> Result<Vec<Vec<u8>>, String> {
    let say = |error: mailparse::MailParseError| clipped(error.to_string().as_bytes(), 160);
    let mail = mailparse::parse_mail(message).map_err(say)?;
    mail.parts()
        .filter(|part| is_report(part))
        .take(MAX_ATTACHED)
        .map(|part| part.get_body_raw().map_err(say))
        .collect()
}

/// RFC 8460 §6.4, §6.5: the two types; some senders know neither, and name the file as §5.1 says.
fn is_report(part: &ParsedMail<'_>) -> bool {
    if matches!(&*part.ctype.mimetype, "application/tlsrpt+gzip" | "application/tlsrpt+json") {
        return true;
    }
    let is_file = ["application/gzip", "application/x-gzip", "application/json", "application/octet-stream"]
        .contains(&&*part.ctype.mimetype);
    let has_disposition = part.headers.get_first_header("Content-Disposition").is_some();
    let disposition = (is_file && has_disposition).then(|| part.get_content_disposition());
    let name = disposition.as_ref().and_then(|found| found.params.get("filename"));
    let name = name.or_else(|| part.ctype.params.get("name"));
    let is_named = |name: &String| [".json", ".json.gz"].iter().any(|end| name.to_ascii_lowercase().ends_with(end));
    is_file && name.is_some_and(is_named)
}
