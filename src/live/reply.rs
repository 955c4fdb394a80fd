//! Replies of SMTP servers, read as a careful sender reads them: whatever they are, they take a bounded place.

use std::io;

use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt};

use crate::text::words;

/// Octets of a line that are kept: RFC 5321 §4.5.3.1.5 allows 512, and servers send more.
const MAX_LINE: u64 = 4096;
/// Octets of a line that are passed over behind them.
const MOST_PASSED: usize = 64 << 10;
/// Lines of a reply.
const MOST_LINES: usize = 200;

/// A reply of an SMTP server (RFC 5321 §4.2.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Its three digits, from 200 to 599. Where the lines disagree, as none may, the last decides.
    pub code: u16,
    /// The text of its lines, without code and separator; there is one at least.
    pub lines: Vec<String>,
}

impl Reply {
    /// Reads a reply to its last line, and nothing behind it. The error says in a clause what the server does wrong.
    pub async fn read(stream: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Self> {
        let mut lines = Vec::new();
        while lines.len() < MOST_LINES {
            let line = line(stream).await?;
            let text = String::from_utf8_lossy(&line);
            let text = text.trim_end_matches(['\r', '\n']);
            let Some((code, is_last, said)) = parts(text) else {
                return Err(io::Error::other(format!("it says `{}`, which is no SMTP", words(text))));
            };
            lines.push(said.to_owned());
            if is_last {
                return Ok(Self { code, lines });
            }
        }
        Err(io::Error::other(format!("a reply of more than {MOST_LINES} lines")))
    }

    /// Whether the answer to EHLO names an extension (RFC 5321 §4.1.1.1); the first line is a greeting.
    pub fn offers(&self, keyword: &str) -> bool {
        let first =
            |line: &String| line.split([' ', '=']).next().is_some_and(|word| word.eq_ignore_ascii_case(keyword));
        self.lines.iter().skip(1).any(first)
    }

    /// Its first line, as a report may print it.
    pub fn shown(&self) -> String {
        words(&format!("{} {}", self.code, self.lines.first().map_or("", String::as_str)))
    }
}

/// A line with its end, or the beginning of one that is too long; then the rest is passed over.
async fn line(stream: &mut (impl AsyncBufRead + Unpin)) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    (&mut *stream).take(MAX_LINE).read_until(b'\n', &mut line).await?;
    let mut passed = 0;
    let mut is_whole = line.ends_with(b"\n");
    while !is_whole {
        let buffer = stream.fill_buf().await?;
        if buffer.is_empty() {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "it closes the connection"));
        }
        let end = memchr::memchr(b'\n', buffer);
        let len = end.map_or(buffer.len(), |end| end + 1);
        stream.consume(len);
        is_whole = end.is_some();
        passed += len;
        if passed > MOST_PASSED {
            return Err(io::Error::other("it sends a line without end"));
        }
    }
    Ok(line)
}

/// The code of a line, whether the line is the last, and its text; `None` where it is no line of a reply.
fn parts(line: &str) -> Option<(u16, bool, &str)> {
    let (digits, rest) = line.split_at_checked(3)?;
    let is_code = digits.bytes().all(|byte| byte.is_ascii_digit());
    let code = digits.parse().ok().filter(|code| is_code && (200..600).contains(code))?;
    match rest.as_bytes().first() {
        Some(b'-') => Some((code, false, &rest[1..])),
        Some(b' ') => Some((code, true, &rest[1..])),
        // A server that has nothing to say may leave the blank out.
        None => Some((code, true, "")),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What a server that sends `text` and hangs up is understood to reply, and what is left behind that.
    fn read(text: &[u8]) -> (Result<Reply, String>, usize) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let mut stream = text;
        let reply = runtime.block_on(Reply::read(&mut stream)).map_err(|error| error.to_string());
        (reply, stream.len())
    }

    fn reply(code: u16, lines: &[&str]) -> Reply {
        Reply { code, lines: lines.iter().map(|line| (*line).to_owned()).collect() }
    }

    #[test]
    fn replies_are_read_to_their_last_line() {
        let table: [(&[u8], Reply, usize); 12] = [
            (b"220 mx.example.com ESMTP\r\n", reply(220, &["mx.example.com ESMTP"]), 0),
            (b"220\r\n", reply(220, &[""]), 0),
            (b"220 \r\n", reply(220, &[""]), 0),
            (b"250-a\r\n250-b c\r\n250 d\r\n", reply(250, &["a", "b c", "d"]), 0),
            (b"250-a\r\n250\r\n", reply(250, &["a", ""]), 0),
            (b"250-\r\n250 \r\n", reply(250, &["", ""]), 0),
            (b"220 a\n", reply(220, &["a"]), 0),
            (b"220 a\r\r\n", reply(220, &["a"]), 0),
            (b"220  a \r\n", reply(220, &[" a "]), 0),
            (b"220-a\r\n554 b\r\n", reply(554, &["a", "b"]), 0),
            (b"220 ready\r\n250 more\r\n", reply(220, &["ready"]), 10),
            (b"421 \xff\x1b\r\n", reply(421, &["\u{fffd}\u{1b}"]), 0),
        ];
        for (text, expected, left) in table {
            assert_eq!(read(text), (Ok(expected), left), "{}", text.escape_ascii());
        }
    }

    #[test]
    fn what_is_no_reply_is_said_in_words() {
        let table: [(&[u8], &str); 17] = [
            (b"", "it closes the connection"),
            (b"220", "it closes the connection"),
            (b"220 half a lin", "it closes the connection"),
            (b"250-a\r\n", "it closes the connection"),
            (b"250-a\r\n250 b", "it closes the connection"),
            (b"\r\n", "it says ``, which is no SMTP"),
            (b"22\r\n", "it says `22`, which is no SMTP"),
            (b"220x\r\n", "it says `220x`, which is no SMTP"),
            (b"2200 x\r\n", "it says `2200 x`, which is no SMTP"),
            (b"+22 x\r\n", "it says `+22 x`, which is no SMTP"),
            (b"199 x\r\n", "it says `199 x`, which is no SMTP"),
            (b"600 x\r\n", "it says `600 x`, which is no SMTP"),
            ("22é\r\n".as_bytes(), "it says `22é`, which is no SMTP"),
            ("2€ x\r\n".as_bytes(), "it says `2€ x`, which is no SMTP"),
            (b"250-a\r\nb\r\n", "it says `b`, which is no SMTP"),
            (b"SSH-2.0-x\x1b[31m\r\n", "it says `SSH-2.0-x [31m`, which is no SMTP"),
            (b"\x16\x03\x01\n", "it says `   `, which is no SMTP"),
        ];
        for (text, expected) in table {
            assert_eq!(read(text).0.unwrap_err(), expected, "{}", text.escape_ascii());
        }
    }

    #[test]
    fn a_line_that_is_too_long_is_cut_and_what_follows_it_is_not_touched() {
        for len in [4090, 4091, 4092, 4093, 5000, 60_000] {
            let text = format!("220-{}\r\n220 b\r\n250 c\r\n", "a".repeat(len));
            let (read, left) = read(text.as_bytes());
            let lines = read.unwrap().lines;
            assert_eq!((lines[0].len(), &*lines[1], left), (len.min(4092), "b", 7), "{len}");
        }
    }

    #[test]
    fn a_server_that_never_ends_is_left() {
        let (endless, left) = read(&b"220-".repeat(100_000));
        assert_eq!(endless.unwrap_err(), "it sends a line without end");
        // Of a slice all is in the buffer.
        assert_eq!(left, 0);
        let lines = |many: usize| read(&[b"250-a\r\n".repeat(many), b"250 b\r\n".to_vec()].concat()).0;
        assert_eq!(lines(MOST_LINES - 1).unwrap().lines.len(), MOST_LINES);
        assert_eq!(lines(MOST_LINES).unwrap_err(), "a reply of more than 200 lines");
    }

    #[test]
    fn an_extension_is_a_line_s_first_word_and_never_in_the_first_line() {
        let hello = reply(250, &["STARTTLS", "SIZE 1000", "auth=LOGIN", "starttls now", "X-STARTTLS8"]);
        for (keyword, offers) in
            [("STARTTLS", true), ("size", true), ("AUTH", true), ("1000", false), ("X-STARTTLS", false)]
        {
            assert_eq!(hello.offers(keyword), offers, "{keyword}");
        }
        assert!(!reply(250, &["STARTTLS"]).offers("STARTTLS"));
        assert_eq!(reply(554, &["no\x1b[31m", "b"]).shown(), "554 no [31m");
    }

    /// Bytes that are much like replies.
    fn pieces() -> impl Strategy<Value = Vec<u8>> {
        let known: Vec<&[u8]> = vec![b"220", b"250-", b"250 ", b"STARTTLS", b"\r\n", b"\n", b"\r", b"-", b" "];
        let known = prop::sample::select(known).prop_map(<[u8]>::to_vec);
        let long = (any::<u8>(), 4000..9000_usize).prop_map(|(byte, len)| vec![byte; len]);
        let piece = prop_oneof![8 => known, 2 => prop::collection::vec(any::<u8>(), 0..20), 1 => long];
        prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_reply_or_an_error(text in pieces()) {
            let (read_once, left) = read(&text);
            match &read_once {
                Ok(reply) => {
                    prop_assert!((200..600).contains(&reply.code));
                    prop_assert!((1..=MOST_LINES).contains(&reply.lines.len()));
                    // A byte that is no UTF-8 becomes three.
                    prop_assert!(reply.lines.iter().all(|line| line.len() <= 3 * 4096 && !line.contains('\n')));
                    prop_assert!(!reply.shown().chars().any(char::is_control));
                    // It ends with a line, and says the same without what follows.
                    let used = &text[..text.len() - left];
                    prop_assert_eq!(used.last(), Some(&b'\n'));
                    prop_assert_eq!(&read(used).0, &read_once);
                }
                Err(error) => prop_assert!(error.chars().count() < 240 && !error.chars().any(char::is_control)),
            }
        }

        #[test]
        fn what_a_server_writes_is_read(code in 200..600_u16, lines in prop::collection::vec("[ -~]{0,100}", 1..20)) {
            let last = lines.len() - 1;
            let line = |(at, line): (usize, &String)| format!("{code}{}{line}\r\n", if at == last { ' ' } else { '-' });
            let text: String = lines.iter().enumerate().map(line).collect();
            prop_assert_eq!(read(format!("{text}rest").as_bytes()), (Ok(Reply { code, lines }), 4));
        }
    }
}
