//! What the client said of itself when it began.

use std::path::PathBuf;

use gen_lsp_types::Uri;
use serde_json::Value;

use super::positions::Encoding;

/// The client.
#[derive(Clone, Debug, Default)]
pub(super) struct Client {
    /// How columns are counted.
    pub(super) encoding: Encoding,
    /// The folder that is open, if one is.
    pub(super) folder: Option<PathBuf>,
    /// Whether diagnostics may have related places.
    pub(super) takes_related: bool,
    /// Whether edits may name the version of the document.
    pub(super) takes_versions: bool,
    /// Whether it can be asked to tell of changed files.
    pub(super) watches: bool,
}

impl Client {
    /// Reads the parameters of `initialize`. They are looked through, and not parsed as a whole: a client that gets one of a
    /// thousand capabilities wrong can still be served.
    pub(super) fn of(params: &Value) -> Self {
        let flag = |path: &str| params.pointer(path).and_then(Value::as_bool).unwrap_or(false);
        let encodings = params.pointer("/capabilities/general/positionEncodings").and_then(Value::as_array);
        let has_utf8 = encodings.is_some_and(|offered| offered.iter().any(|name| name == "utf-8"));
        let folders = ["/workspaceFolders/0/uri", "/rootUri"];
        Self {
            encoding: if has_utf8 { Encoding::Utf8 } else { Encoding::Utf16 },
            folder: folders.iter().find_map(|path| path_of(&params.pointer(path)?.as_str()?.parse().ok()?)),
            takes_related: flag("/capabilities/textDocument/publishDiagnostics/relatedInformation"),
            takes_versions: flag("/capabilities/workspace/workspaceEdit/documentChanges"),
            watches: flag("/capabilities/workspace/didChangeWatchedFiles/dynamicRegistration"),
        }
    }
}

/// The file that a URI names, if it names one.
pub(super) fn path_of(uri: &Uri) -> Option<PathBuf> {
    (uri.scheme() == "file").then(|| uri.to_file_path().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_client_says_is_read_and_what_it_gets_wrong_is_passed_over() {
        let client = Client::of(&json!({
            "rootUri": "file:///a%20b",
            "workspaceFolders": null,
            "capabilities": {
                "general": { "positionEncodings": ["utf-32", "utf-8"] },
                "workspace": { "didChangeWatchedFiles": 7 },
            },
        }));
        assert_eq!(client.folder, Some(PathBuf::from("/a b")));
        assert_eq!(client.encoding, Encoding::Utf8);
        assert!(!client.watches);
        let client = Client::of(&json!({ "workspaceFolders": [{ "uri": "untitled:x" }], "rootUri": "file:///b" }));
        assert_eq!(client.folder, Some(PathBuf::from("/b")));
        assert_eq!(client.encoding, Encoding::Utf16);
        assert_eq!(Client::of(&json!(null)).folder, None);
    }
}
