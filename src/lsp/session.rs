//! What happens between `initialize` and `shutdown`.

use std::collections::BTreeMap;
use std::io;
use std::time::{Duration, Instant};

use gen_lsp_types::{
    CodeActionParams, Diagnostic, DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams,
    HoverParams, LogMessageParams, MessageType, PublishDiagnosticsParams, TextDocumentContentChangeEvent, Uri,
};
use lsp_server::{ErrorCode, Notification, Request, RequestId};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::client::Client;
use super::documents::{Documents, Root};
use super::judged::{Judged, walk};
use super::wire::Wire;
use super::{actions, diagnostics, hover};
use crate::inputs::WorkTree;

/// Requests that wait for the judgement; a client that asks for more without listening is refused.
const MAX_WAITING: usize = 1000;

/// How long the judgement may wait for silence: where a build runs, files change all the time.
const MAX_STALE: Duration = Duration::from_secs(1);

/// A session.
pub(super) struct Session {
    client: Client,
    documents: Documents,
    /// The repository; none before a folder or a file is open.
    root: Option<Root>,
    /// Its files, walked; none where one may have come or gone.
    tree: Option<WorkTree>,
    judged: Option<Judged>,
    /// When something changed for the first time since the judgement.
    stale_since: Option<Instant>,
    /// What is to be answered from the next judgement.
    waiting: Vec<Question>,
    /// What the client shows.
    shown: BTreeMap<Uri, (Option<i32>, Vec<Diagnostic>)>,
}

struct Question {
    id: RequestId,
    asked: Asked,
}

enum Asked {
    Fixes(CodeActionParams),
    Hover(HoverParams),
}

impl Session {
    /// A session with `client`.
    pub(super) fn new(client: Client) -> Self {
        let root = client.folder.as_deref().map(Root::of);
        Self {
            client,
            documents: Documents::default(),
            stale_since: root.is_some().then(Instant::now),
            root,
            tree: None,
            judged: None,
            waiting: Vec::new(),
            shown: BTreeMap::new(),
        }
    }

    /// Whether the repository is to be judged anew.
    pub(super) fn is_stale(&self) -> bool {
        self.stale_since.is_some()
    }

    /// Whether it is to be judged without waiting for silence.
    pub(super) fn is_overdue(&self) -> bool {
        self.stale_since.is_some_and(|since| since.elapsed() > MAX_STALE)
    }

    /// Whether somebody waits for an answer.
    pub(super) fn is_asked(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Takes a request; it is answered when all that was sent before it, and with it, has been read.
    pub(super) fn request(&mut self, request: Request, wire: &Wire) -> io::Result<()> {
        let Request { id, method, params } = request;
        let asked = match method.as_str() {
            "textDocument/codeAction" => parse(params).map(Asked::Fixes),
            "textDocument/hover" => parse(params).map(Asked::Hover),
            _ => return wire.refuse(id, ErrorCode::MethodNotFound, &format!("there is no {method} here")),
        };
        match asked {
            Ok(_) if self.waiting.len() >= MAX_WAITING => {
                wire.refuse(id, ErrorCode::ServerCancelled, "too many requests wait for an answer")
            }
            Ok(asked) => {
                self.waiting.push(Question { id, asked });
                Ok(())
            }
            Err(why) => wire.refuse(id, ErrorCode::InvalidParams, &why),
        }
    }

    /// Takes a notification. One that cannot be read, or that says nothing here, changes nothing.
    pub(super) fn notification(&mut self, notification: Notification, wire: &Wire) -> io::Result<()> {
        let Notification { method, params } = notification;
        match method.as_str() {
            "initialized" if self.client.watches => return watch(wire),
            "textDocument/didOpen" => self.read(params, Self::open),
            "textDocument/didChange" => self.read(params, Self::change),
            "textDocument/didClose" => self.read(params, Self::close),
            "textDocument/didSave" | "workspace/didChangeWatchedFiles" => self.walk_again(),
            "$/cancelRequest" => return self.cancel(&params, wire),
            _ => {}
        }
        Ok(())
    }

    fn read<T: DeserializeOwned>(&mut self, params: Value, then: impl FnOnce(&mut Self, T)) {
        if let Ok(params) = parse(params) {
            then(self, params);
        }
    }

    fn open(&mut self, params: DidOpenTextDocumentParams) {
        let document = params.text_document;
        if self.root.is_none() {
            self.root = Root::of_file(&document.uri);
        }
        self.documents.put(document.uri, document.version, document.text);
        self.walk_again();
    }

    fn change(&mut self, params: DidChangeTextDocumentParams) {
        let uri = params.text_document.text_document_identifier.uri;
        // Each change is the whole text, as was agreed: the last one holds.
        let text = params.content_changes.into_iter().rev().find_map(|change| match change {
            TextDocumentContentChangeEvent::TextDocumentContentChangeWholeDocument(whole) => Some(whole.text),
            TextDocumentContentChangeEvent::TextDocumentContentChangePartial(_) => None,
        });
        if let Some(text) = text.filter(|_| self.documents.is_open(&uri)) {
            self.documents.put(uri, params.text_document.version, text);
            self.change_happened();
        }
    }

    fn close(&mut self, params: DidCloseTextDocumentParams) {
        if self.documents.remove(&params.text_document.uri) {
            self.walk_again();
        }
    }

    fn walk_again(&mut self) {
        self.tree = None;
        self.change_happened();
    }

    fn change_happened(&mut self) {
        self.stale_since.get_or_insert_with(Instant::now);
    }

    fn cancel(&mut self, params: &Value, wire: &Wire) -> io::Result<()> {
        let Some(id) = params.get("id").cloned().and_then(|id| parse::<RequestId>(id).ok()) else { return Ok(()) };
        let Some(at) = self.waiting.iter().position(|question| question.id == id) else { return Ok(()) };
        self.waiting.remove(at);
        wire.refuse(id, ErrorCode::RequestCanceled, "cancelled")
    }

    /// Judges the repository if it has changed, shows what is found, and answers what was asked.
    pub(super) fn catch_up(&mut self, wire: &Wire) -> io::Result<()> {
        if self.stale_since.take().is_some() {
            match self.judge() {
                Ok(()) => self.show(wire)?,
                Err(error) => log(&error.to_string(), wire)?,
            }
        }
        for Question { id, asked } in std::mem::take(&mut self.waiting) {
            let judged = self.judged.as_ref();
            match asked {
                Asked::Fixes(params) => {
                    let found = judged.map(|judged| actions::actions(&params, judged, &self.client));
                    wire.answer(id, found.unwrap_or_default())?;
                }
                Asked::Hover(params) => wire.answer(id, judged.and_then(|judged| hover::hover(&params, judged)))?,
            }
        }
        Ok(())
    }

    fn judge(&mut self) -> io::Result<()> {
        let Some(root) = &self.root else { return Ok(()) };
        let tree = match self.tree.take() {
            Some(tree) => tree,
            None => walk(root)?,
        };
        self.judged = Some(Judged::new(root, &tree, &self.documents, self.client.encoding));
        self.tree = Some(tree);
        Ok(())
    }

    /// Shows what was found where it is not shown yet, and takes back what is shown and was not found again.
    fn show(&mut self, wire: &Wire) -> io::Result<()> {
        let Some(judged) = &self.judged else { return Ok(()) };
        let found = diagnostics::by_file(judged, self.client.takes_related);
        let found =
            found.into_iter().filter_map(|(file, list)| Some((judged.uri(file)?, (judged.version(file), list))));
        let found: BTreeMap<Uri, _> = found.collect();
        for (uri, (version, list)) in &found {
            if self.shown.get(uri).is_none_or(|(old, shown)| old != version || shown != list) {
                publish(uri.clone(), *version, list.clone(), wire)?;
            }
        }
        for (uri, (_, list)) in &self.shown {
            if !found.contains_key(uri) && !list.is_empty() {
                publish(uri.clone(), None, Vec::new(), wire)?;
            }
        }
        self.shown = found;
        Ok(())
    }
}

fn publish(uri: Uri, version: Option<i32>, diagnostics: Vec<Diagnostic>, wire: &Wire) -> io::Result<()> {
    wire.notify("textDocument/publishDiagnostics", PublishDiagnosticsParams { uri, version, diagnostics })
}

/// Asks to be told when any file changes: a zone may have any name.
fn watch(wire: &Wire) -> io::Result<()> {
    let options = json!({ "watchers": [{ "globPattern": "**/*" }] });
    let registration =
        json!({ "id": "files", "method": "workspace/didChangeWatchedFiles", "registerOptions": options });
    wire.ask("watch", "client/registerCapability", json!({ "registrations": [registration] }))
}

fn log(message: &str, wire: &Wire) -> io::Result<()> {
    wire.notify("window/logMessage", LogMessageParams { kind: MessageType::Error, message: message.to_owned() })
}

fn parse<T: DeserializeOwned>(params: Value) -> Result<T, String> {
    serde_json::from_value(params).map_err(|error| error.to_string())
}
