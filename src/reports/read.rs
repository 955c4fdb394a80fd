//! The forms in which reports are kept: JSON, gzip, a mail, a mailbox. What a file is, its first bytes say.

use std::io::{self, BufRead, Read};

use flate2::bufread::MultiGzDecoder;

use super::mail::{self, Message, Messages};
use super::{Sums, TlsReport};
use crate::text::clipped;

/// The longest report that is read, in bytes without compression: gzip makes a thousand bytes out of one.
const MAX_REPORT: u64 = 16 << 20;
/// Faults of one file that are told apart.
const MAX_FAULTS: usize = 20;
const GZIP: &[u8] = &[0x1f, 0x8b];

/// Why something is no report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The system could not read it.
    #[error("{0}")]
    Unreadable(#[from] io::Error),
    /// Neither JSON, gzip, a mail nor a mailbox.
    #[error("no TLS report: neither JSON, gzip, a mail nor a mailbox")]
    NoReport,
    /// Not as RFC 8460 §4.4 has it.
    #[error("no TLS report as RFC 8460 has them: {0}")]
    Malformed(String),
    /// The compressed data is cut short, or wrong.
    #[error("damaged gzip: {0}")]
    Damaged(io::Error),
    /// Longer than any report is.
    #[error("longer than {} MiB without compression", MAX_REPORT >> 20)]
    TooLong,
    /// A message longer than any with a report is.
    #[error("a message longer than {} MiB", mail::MAX_MESSAGE >> 20)]
    MessageTooLong,
    /// A message without a report, in a file of its own.
    #[error("a mail without a TLS report")]
    NoAttachment,
    /// More faults than are told apart.
    #[error("{0} more in this file are no reports")]
    More(usize),
}

/// Something in a file that is no report.
#[derive(Debug)]
pub struct Fault {
    /// The message of a mailbox, from 1; none for the file as a whole.
    pub message: Option<usize>,
    /// What is wrong.
    pub error: ReportError,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.message {
            Some(number) => write!(f, "message {number}: {}", self.error),
            None => self.error.fmt(f),
        }
    }
}

/// Whether a file is called as reports are: one that is and holds none is damaged, any other has another purpose.
pub fn claims(path: &str) -> bool {
    let extension = path.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    extension.is_some_and(|extension| ["json", "gz", "mbox", "eml"].contains(&&*extension))
}

/// Adds every report of a file to `sums`, and tells what in it is none. The file is never held as a whole.
pub fn read(file: &mut dyn BufRead, sums: &mut Sums) -> Vec<Fault> {
    let whole = |error| vec![Fault { message: None, error }];
    let head = match file.fill_buf() {
        Ok(head) => head,
        Err(error) => return whole(error.into()),
    };
    if head.starts_with(b"From ") {
        return mailbox(file, sums);
    }
    let result = if head.starts_with(GZIP) || is_json(head) {
        document(file).map(|report| sums.add(&report))
    } else if mail::is_message(head) {
        only_message(file, sums)
    } else {
        Err(ReportError::NoReport)
    };
    result.map_or_else(whole, |()| Vec::new())
}

fn is_json(head: &[u8]) -> bool {
    let head = head.strip_prefix("\u{feff}".as_bytes()).unwrap_or(head);
    head.trim_ascii_start().starts_with(b"{")
}

/// One report, compressed or not.
pub(super) fn document(source: &mut dyn BufRead) -> Result<TlsReport, ReportError> {
    let is_compressed = source.fill_buf()?.starts_with(GZIP);
    let mut text = Vec::new();
    if is_compressed {
        let mut plain = MultiGzDecoder::new(source).take(MAX_REPORT + 1);
        plain.read_to_end(&mut text).map_err(ReportError::Damaged)?;
    } else {
        source.take(MAX_REPORT + 1).read_to_end(&mut text)?;
    }
    if text.len() as u64 > MAX_REPORT {
        return Err(ReportError::TooLong);
    }
    let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&text);
    // The error may quote the file at any length.
    serde_json::from_slice(text).map_err(|error| ReportError::Malformed(clipped(error.to_string().as_bytes(), 160)))
}

/// A file that is one mail, as in a Maildir: a reason to be there is only its report.
fn only_message(file: &mut dyn BufRead, sums: &mut Sums) -> Result<(), ReportError> {
    let mut text = Vec::new();
    file.take(mail::MAX_MESSAGE + 1).read_to_end(&mut text)?;
    if text.len() as u64 > mail::MAX_MESSAGE {
        return Err(ReportError::MessageTooLong);
    }
    match of_message(&text, sums)? {
        0 => Err(ReportError::NoAttachment),
        _ => Ok(()),
    }
}

/// The reports of every message. One without any is somebody's reply, and no fault.
fn mailbox(file: &mut dyn BufRead, sums: &mut Sums) -> Vec<Fault> {
    let (mut faults, mut more) = (Vec::new(), 0);
    for (number, message) in (1..).zip(Messages::new(file)) {
        let result = match message {
            Ok(Message::Whole(text)) => of_message(&text, sums).map(|_| ()),
            Ok(Message::TooLong) => Err(ReportError::MessageTooLong),
            Err(error) => Err(error.into()),
        };
        match result {
            Err(error) if faults.len() < MAX_FAULTS => faults.push(Fault { message: Some(number), error }),
            Err(_) => more += 1,
            Ok(()) => {}
        }
    }
    if more > 0 {
        faults.push(Fault { message: None, error: ReportError::More(more) });
    }
    faults
}

/// Adds the reports that are attached to a message; how many there were. The first that is wrong ends it.
fn of_message(text: &[u8], sums: &mut Sums) -> Result<usize, ReportError> {
    let attached = mail::attached(text).map_err(ReportError::Malformed)?;
    for body in &attached {
        sums.add(&document(&mut &body[..])?);
    }
    Ok(attached.len())
}
