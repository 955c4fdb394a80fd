//! TXT records as a Site holds them: the text, what the grammar makes of it, and the record around it.

use crate::dns::{Comment, Name, Record, Target};
use crate::mta_sts::{record, tlsrpt};
use crate::text::{Place, Span, Traced, clipped};

/// A TXT record at `_mta-sts`.
#[derive(Clone, Debug)]
pub struct StsText {
    /// As published.
    pub text: Traced,
    /// What the grammar makes of it; nothing in it rests on what is not known.
    pub parsed: record::Record,
    /// The value of its `id`, which may not be known.
    pub id: Option<Span>,
    /// The record around it.
    pub at: RecordAt,
}

/// A TXT record at `_smtp._tls`.
#[derive(Clone, Debug)]
pub struct TlsrptText {
    /// As published.
    pub text: Traced,
    /// What the grammar makes of it; nothing in it rests on what is not known.
    pub parsed: tlsrpt::Record,
    /// The record around it.
    pub at: RecordAt,
    /// Mailboxes in it at domains of this repository that take no mail.
    pub unreceivable: Vec<Unreceivable>,
}

/// A mailbox to which reports cannot be delivered.
#[derive(Clone, Debug)]
pub struct Unreceivable {
    /// The address, a span of the text.
    pub span: Span,
    /// Its domain.
    pub domain: Name,
    /// The null MX; without one there is neither MX nor address.
    pub null: Option<Place>,
}

/// Where a record stands and how long it is kept.
#[derive(Clone, Debug)]
pub struct RecordAt {
    /// Its owner.
    pub owner: Target,
    /// Seconds, and where they are written.
    pub ttl: Option<(u32, Place)>,
    /// The whole record.
    pub place: Place,
    /// The comment that follows on its line.
    pub comment: Option<Comment>,
}

/// Whether what kind of record a text is can be told: its beginning is known.
pub(super) fn tells_its_kind(text: &Traced) -> bool {
    /// `v=TLSRPTv1;` is the longest beginning that tells.
    const BEGINNING: usize = b"v=TLSRPTv1;".len();
    text.is_certain(Span::of(0..text.bytes().len().min(BEGINNING)))
}

impl StsText {
    pub(super) fn of(text: &Traced, record: &Record) -> Self {
        let mut parsed = record::parse(text.bytes());
        let id = parsed.ids().next().and_then(|field| field.value);
        if !text.is_wholly_certain() {
            parsed.forget(|span| text.is_certain(span));
        }
        Self { text: text.clone(), parsed, id, at: RecordAt::of(record) }
    }

    /// The words of `span`, for messages.
    pub fn shown(&self, span: Span) -> String {
        clipped(span.slice(self.text.bytes()), 60)
    }
}

impl TlsrptText {
    pub(super) fn of(text: &Traced, record: &Record) -> Self {
        let mut parsed = tlsrpt::parse(text.bytes());
        if !text.is_wholly_certain() {
            parsed.forget(|span| text.is_certain(span));
        }
        Self { text: text.clone(), parsed, at: RecordAt::of(record), unreceivable: Vec::new() }
    }

    /// The words of `span`, for messages.
    pub fn shown(&self, span: Span) -> String {
        clipped(span.slice(self.text.bytes()), 60)
    }

    /// Whether it is a TLSRPT record, or was meant as one.
    pub fn is_meant(&self) -> bool {
        self.parsed.kind != tlsrpt::Kind::Unrelated
    }
}

impl RecordAt {
    /// Where `record` stands.
    pub(super) fn of(record: &Record) -> Self {
        Self { owner: record.owner.clone(), ttl: record.ttl, place: record.place, comment: record.comment.clone() }
    }

    /// The fields that an unquoted semicolon made a comment of, with their place, which begins at the semicolon.
    ///
    /// A comment that begins with `name=value` was meant to be text; any other is somebody's note, as is what follows
    /// the fields.
    pub fn lost_fields(&self) -> Option<(Place, &[u8])> {
        let comment = self.comment.as_ref()?;
        let text = comment.text.strip_prefix(b";")?;
        let len = fields_len(text)?;
        let start = comment.place.span.start;
        let end = start + 1 + Span::of(0..len).len();
        Some((Place::new(comment.place.file, Span::new(start, end)), &text[..len]))
    }
}

/// How much of a comment is fields that were meant as text: ` id=1;`. A further note behind them is not.
fn fields_len(comment: &[u8]) -> Option<usize> {
    let mut end = 0;
    for part in comment.split_inclusive(|byte| *byte == b';') {
        let field = part.strip_suffix(b";").unwrap_or(part).trim_ascii();
        let name = field.split(|byte| *byte == b'=').next().unwrap_or_default();
        let is_field = field.len() > name.len() + 1
            && !name.is_empty()
            && name.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
        if !is_field {
            break;
        }
        end += part.trim_ascii_end().len();
        if part.len() != part.trim_ascii_end().len() {
            break;
        }
    }
    (end > 0).then_some(end)
}
