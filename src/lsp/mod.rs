//! A language server: findings while somebody types, their fixes, and what a rule or an mx pattern means.
//!
//! The repository is judged as `mtasts lint` would judge it, with the text of open documents in the stead of what is on disk,
//! and compared with HEAD. It is judged when the editor falls silent for a moment, and before anything is answered that rests on
//! the judgement.

mod actions;
mod client;
mod diagnostics;
mod documents;
mod hover;
mod judged;
mod positions;
mod session;
mod wire;

use std::io;
use std::time::Duration;

use gen_lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionProvider, HoverProvider, InitializeResult, PositionEncodingKind, Save,
    ServerCapabilities, ServerInfo, TextDocumentSync, TextDocumentSyncKind, TextDocumentSyncOptions,
    WorkDoneProgressOptions,
};
use lsp_server::{ErrorCode, Message, Notification, Request};
use serde_json::json;

use client::Client;
use positions::Encoding;
use session::Session;
use wire::{Incoming, Wire};

/// How long the editor is silent before the repository is judged.
const PAUSE: Duration = Duration::from_millis(150);

/// Serves the client at standard input and output until it ends the session or goes away; whether it ended it as the protocol
/// wants, with `shutdown` and then `exit`.
pub fn serve() -> io::Result<bool> {
    let mut server = Server { wire: Wire::open()?, stage: Stage::Fresh };
    loop {
        if server.is_overdue() {
            server.quiet()?;
        }
        match server.wire.next(server.patience()) {
            Incoming::Message(Message::Request(request)) => server.request(request)?,
            Incoming::Message(Message::Notification(notification)) if notification.method == "exit" => break,
            Incoming::Message(Message::Notification(notification)) => server.notification(notification)?,
            // The answer to a question whose answer changes nothing.
            Incoming::Message(Message::Response(_)) => {}
            Incoming::Quiet => server.quiet()?,
            Incoming::Closed => return Ok(false),
        }
    }
    Ok(matches!(server.stage, Stage::Over))
}

struct Server {
    wire: Wire,
    stage: Stage,
}

/// How far the session has come.
enum Stage {
    /// Nothing was said yet.
    Fresh,
    /// In the middle of it.
    Running(Box<Session>),
    /// The client has asked for the end.
    Over,
}

impl Server {
    /// How long to wait for the next message before there is something to do.
    fn patience(&self) -> Option<Duration> {
        match &self.stage {
            Stage::Running(session) if session.is_asked() => Some(Duration::ZERO),
            Stage::Running(session) if session.is_stale() => Some(PAUSE),
            _ => None,
        }
    }

    /// Whether there is something to do, silence or not.
    fn is_overdue(&self) -> bool {
        matches!(&self.stage, Stage::Running(session) if session.is_overdue())
    }

    /// Nobody speaks: time to work.
    fn quiet(&mut self) -> io::Result<()> {
        match &mut self.stage {
            Stage::Running(session) => session.catch_up(&self.wire),
            Stage::Fresh | Stage::Over => Ok(()),
        }
    }

    fn request(&mut self, request: Request) -> io::Result<()> {
        match (&mut self.stage, request.method.as_str()) {
            (Stage::Fresh, "initialize") => {
                let client = Client::of(&request.params);
                self.wire.answer(request.id, about(client.encoding))?;
                self.stage = Stage::Running(Box::new(Session::new(client)));
                Ok(())
            }
            (Stage::Fresh, _) => {
                self.wire.refuse(request.id, ErrorCode::ServerNotInitialized, "`initialize` comes first")
            }
            (Stage::Running(_), "initialize") => {
                self.wire.refuse(request.id, ErrorCode::InvalidRequest, "this session is initialized")
            }
            (Stage::Running(_), "shutdown") => {
                self.stage = Stage::Over;
                self.wire.answer(request.id, json!(null))
            }
            (Stage::Running(session), _) => session.request(request, &self.wire),
            (Stage::Over, _) => self.wire.refuse(request.id, ErrorCode::InvalidRequest, "this session is over"),
        }
    }

    fn notification(&mut self, notification: Notification) -> io::Result<()> {
        match &mut self.stage {
            Stage::Running(session) => session.notification(notification, &self.wire),
            Stage::Fresh | Stage::Over => Ok(()),
        }
    }
}

/// What this server can do.
fn about(encoding: Encoding) -> InitializeResult {
    let encoding = match encoding {
        Encoding::Utf8 => PositionEncodingKind::UTF8,
        Encoding::Utf16 => PositionEncodingKind::UTF16,
    };
    let sync = TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(TextDocumentSyncKind::Full),
        save: Some(Save::Bool(true)),
        ..TextDocumentSyncOptions::default()
    };
    let fixes = CodeActionOptions {
        code_action_kinds: Some(vec![CodeActionKind::QuickFix]),
        documentation: None,
        resolve_provider: None,
        work_done_progress_options: WorkDoneProgressOptions::default(),
    };
    let capabilities = ServerCapabilities {
        position_encoding: Some(encoding),
        text_document_sync: Some(TextDocumentSync::Options(sync)),
        hover_provider: Some(HoverProvider::Bool(true)),
        code_action_provider: Some(CodeActionProvider::CodeActionOptions(fixes)),
        ..ServerCapabilities::default()
    };
    let version = Some(env!("CARGO_PKG_VERSION").to_owned());
    InitializeResult { capabilities, server_info: Some(ServerInfo { name: "mtasts".to_owned(), version }) }
}
