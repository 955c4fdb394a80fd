//! Messages in and out, over standard input and output.

use std::io::{self, BufReader};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::Duration;

use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use serde::Serialize;

/// Messages that wait to be looked at; a client that sends more has to wait.
const QUEUE: usize = 256;
/// A client that sends nothing but garbage has lost its place in the stream.
const MAX_GARBAGE: usize = 100;

/// The client's end of the line.
pub(super) struct Wire {
    incoming: Receiver<Message>,
}

/// What came in.
pub(super) enum Incoming {
    Message(Message),
    /// Nothing, for as long as was waited.
    Quiet,
    /// The client is gone.
    Closed,
}

impl Wire {
    /// Starts to read standard input.
    pub(super) fn open() -> io::Result<Self> {
        let (sender, incoming) = sync_channel(QUEUE);
        let read = move || {
            // Not `lsp_server::Connection`: it ends at the first message that is no JSON.
            let mut input = BufReader::new(io::stdin());
            let mut garbage = 0;
            while garbage < MAX_GARBAGE {
                match Message::read(&mut input) {
                    Ok(Some(message)) => match sender.send(message) {
                        Ok(()) => garbage = 0,
                        Err(_) => return,
                    },
                    Err(error) if error.kind() == io::ErrorKind::InvalidData => garbage += 1,
                    Ok(None) | Err(_) => return,
                }
            }
        };
        std::thread::Builder::new().name("input".to_owned()).spawn(read)?;
        Ok(Self { incoming })
    }

    /// The next message, waited for as long as `limit`, or for ever.
    pub(super) fn next(&self, limit: Option<Duration>) -> Incoming {
        let Some(limit) = limit else {
            return self.incoming.recv().map_or(Incoming::Closed, Incoming::Message);
        };
        match self.incoming.recv_timeout(limit) {
            Ok(message) => Incoming::Message(message),
            Err(RecvTimeoutError::Timeout) => Incoming::Quiet,
            Err(RecvTimeoutError::Disconnected) => Incoming::Closed,
        }
    }

    /// Answers a request.
    pub(super) fn answer(&self, id: RequestId, result: impl Serialize) -> io::Result<()> {
        self.send(Message::Response(Response::new_ok(id, result)))
    }

    /// Tells why a request is not answered.
    pub(super) fn refuse(&self, id: RequestId, code: ErrorCode, why: &str) -> io::Result<()> {
        self.send(Message::Response(Response::new_err(id, code as i32, why.to_owned())))
    }

    /// Tells something.
    pub(super) fn notify(&self, method: &str, params: impl Serialize) -> io::Result<()> {
        self.send(Message::Notification(Notification::new(method.to_owned(), params)))
    }

    /// Asks for something; the answer changes nothing.
    pub(super) fn ask(&self, name: &str, method: &str, params: impl Serialize) -> io::Result<()> {
        self.send(Message::Request(Request::new(name.to_owned().into(), method.to_owned(), params)))
    }

    #[expect(clippy::unused_self, reason = "whoever has no wire has nobody to send to")]
    fn send(&self, message: Message) -> io::Result<()> {
        message.write(&mut io::stdout().lock())
    }
}
