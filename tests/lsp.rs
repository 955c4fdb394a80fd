//! An editor, as far as a language server can tell: `mtasts lsp` is driven over its standard input and output.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};

use crate::support;

const ZONE: &str = "example.com.zone";
const POLICY: &str = "mta-sts.example.com/.well-known/mta-sts.txt";
/// What is wrong with it: the semicolon in line 7 is not in quotes.
const TRUNCATED: &str = "$ORIGIN example.com.
$TTL 3600
@          SOA ns1.example.net. hostmaster.example.net. 1 7200 900 1209600 300
@          NS  ns1.example.net.
@          MX  10 mx1.example.net.
mta-sts    A   192.0.2.10
_mta-sts   TXT v=STSv1; id=20261124;
_smtp._tls TXT \"v=TLSRPTv1; rua=mailto:tls@example.net\"
";
const WILD: &str = "version: STSv1\nmode: testing\nmx: *.example.net\nmax_age: 604800\n";

/// The client.
struct Editor {
    server: Child,
    input: Option<ChildStdin>,
    output: Receiver<Value>,
    root: tempfile::TempDir,
    next: i64,
    /// Notifications that came while an answer was waited for.
    told: Vec<Value>,
}

impl Editor {
    fn start(files: &[(&str, &str)]) -> Self {
        Self::start_in(support::repository(files))
    }

    fn start_in(root: tempfile::TempDir) -> Self {
        let mut server = support::mtasts(root.path())
            .arg("lsp")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let input = server.stdin.take();
        let mut stdout = BufReader::new(server.stdout.take().unwrap());
        let (sender, output) = channel();
        std::thread::spawn(move || {
            while let Some(message) = read(&mut stdout) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        Self { server, input, output, root, next: 0, told: Vec::new() }
    }

    /// A session of an editor that can all this, and takes these encodings of positions.
    fn initialized(files: &[(&str, &str)], encodings: &[&str]) -> Self {
        Self::start(files).initialize(encodings)
    }

    fn initialize(mut self, encodings: &[&str]) -> Self {
        let params = json!({
            "processId": null,
            "rootUri": self.uri(""),
            "capabilities": {
                "general": { "positionEncodings": encodings },
                "workspace": { "workspaceEdit": { "documentChanges": true } },
                "textDocument": { "publishDiagnostics": { "relatedInformation": true } },
            },
        });
        let answer = self.ask("initialize", &params);
        assert_eq!(answer["result"]["capabilities"]["hoverProvider"], true, "{answer}");
        self.tell("initialized", &json!({}));
        self
    }

    fn uri(&self, path: &str) -> String {
        let path = self.root.path().join(path);
        format!("file://{}", path.to_str().unwrap().trim_end_matches('/'))
    }

    fn send_raw(&mut self, body: &str) {
        let input = self.input.as_mut().unwrap();
        write!(input, "Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        input.flush().unwrap();
    }

    fn tell(&mut self, method: &str, params: &Value) {
        self.send_raw(&json!({ "jsonrpc": "2.0", "method": method, "params": params }).to_string());
    }

    fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.next += 1;
        let id = self.next;
        self.send_raw(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }).to_string());
        loop {
            let message = self.receive();
            if message["id"] == id && message.get("method").is_none() {
                return message;
            }
            self.told.push(message);
        }
    }

    fn receive(&mut self) -> Value {
        self.output.recv_timeout(Duration::from_secs(60)).expect("the server says nothing")
    }

    fn open(&mut self, path: &str, text: &str) {
        let document = json!({ "uri": self.uri(path), "languageId": "zone", "version": 1, "text": text });
        self.tell("textDocument/didOpen", &json!({ "textDocument": document }));
    }

    fn change(&mut self, path: &str, version: i32, text: &str) {
        let document = json!({ "uri": self.uri(path), "version": version });
        self.tell("textDocument/didChange", &json!({ "textDocument": document, "contentChanges": [{ "text": text }] }));
    }

    /// The diagnostics of a version of a document.
    fn diagnostics(&mut self, path: &str, version: impl Into<Option<i32>>) -> Vec<Value> {
        let (uri, version) = (self.uri(path), json!(version.into()));
        loop {
            let message = if self.told.is_empty() { self.receive() } else { self.told.remove(0) };
            let params = &message["params"];
            let is_it = message["method"] == "textDocument/publishDiagnostics" && params["uri"] == uri.as_str();
            if is_it && params.get("version").unwrap_or(&Value::Null) == &version {
                return params["diagnostics"].as_array().unwrap().clone();
            }
        }
    }

    fn at(&self, path: &str, line: u32, character: u32) -> Value {
        json!({ "textDocument": { "uri": self.uri(path) }, "position": { "line": line, "character": character } })
    }

    fn fixes(&mut self, path: &str, range: &Value) -> Vec<Value> {
        let params =
            json!({ "textDocument": { "uri": self.uri(path) }, "range": range, "context": { "diagnostics": [] } });
        self.ask("textDocument/codeAction", &params)["result"].as_array().unwrap().clone()
    }

    /// Ends the session as the protocol wants; the exit status.
    fn end(mut self) -> Option<i32> {
        assert_eq!(self.ask("shutdown", &Value::Null)["result"], Value::Null);
        self.tell("exit", &Value::Null);
        self.wait()
    }

    fn wait(mut self) -> Option<i32> {
        self.input = None;
        self.server.wait().unwrap().code()
    }
}

/// One message.
fn read(stdout: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        if stdout.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end().strip_prefix("Content-Length: ") {
            Some(number) => length = number.parse().unwrap(),
            None if line.trim_end().is_empty() => break,
            None => {}
        }
    }
    let mut body = vec![0; length];
    stdout.read_exact(&mut body).ok()?;
    Some(serde_json::from_slice(&body).unwrap())
}

fn range(start: (u32, u32), end: (u32, u32)) -> Value {
    let at = |(line, character)| json!({ "line": line, "character": character });
    json!({ "start": at(start), "end": at(end) })
}

fn rules(diagnostics: &[Value]) -> Vec<&str> {
    diagnostics.iter().map(|diagnostic| diagnostic["code"].as_str().unwrap()).collect()
}

/// `text`, which is ASCII, after the edits of a quick fix for one document.
fn apply(text: &str, action: &Value, version: i32) -> String {
    let changes = action["edit"]["documentChanges"].as_array().unwrap();
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0]["textDocument"]["version"], version);
    let starts: Vec<usize> = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let offset = |at: &Value| {
        let number = |name: &str| usize::try_from(at[name].as_u64().unwrap()).unwrap();
        starts[number("line")] + number("character")
    };
    let mut edits: Vec<(usize, usize, &str)> = changes[0]["edits"]
        .as_array()
        .unwrap()
        .iter()
        .map(|edit| {
            let range = &edit["range"];
            (offset(&range["start"]), offset(&range["end"]), edit["newText"].as_str().unwrap())
        })
        .collect();
    edits.sort_unstable();
    let mut text = text.to_owned();
    for (start, end, new) in edits.into_iter().rev() {
        text.replace_range(start..end, new);
    }
    text
}

#[test]
fn a_file_is_opened_its_diagnostic_seen_the_fix_applied_and_the_diagnostic_gone() {
    let whole = TRUNCATED.replace("v=STSv1; id=20261124;", "\"v=STSv1; id=20261124;\"");
    // On disk all is well: what counts is what is typed.
    let mut editor = Editor::initialized(&[(ZONE, &whole), (POLICY, WILD)], &[]);
    editor.open(ZONE, TRUNCATED);
    let shown = editor.diagnostics(ZONE, 1);
    assert_eq!(rules(&shown), ["record-truncated"], "{shown:?}");
    let diagnostic = &shown[0];
    assert_eq!(diagnostic["range"], range((6, 15), (6, 22)), "{diagnostic}");
    assert_eq!(diagnostic["severity"], 1);
    assert_eq!(diagnostic["source"], "mtasts");
    assert_eq!(diagnostic["codeDescription"]["href"], "https://www.rfc-editor.org/rfc/rfc1035#section-5.1");
    assert_eq!(diagnostic["data"]["domain"], "example.com");
    let message = diagnostic["message"].as_str().unwrap();
    assert!(message.starts_with("an unquoted semicolon ends the MTA-STS record") && message.contains("\nhelp: "));

    let fixes = editor.fixes(ZONE, &diagnostic["range"]);
    assert_eq!(fixes.len(), 1, "{fixes:?}");
    assert_eq!(fixes[0]["kind"], "quickfix");
    assert_eq!(fixes[0]["isPreferred"], true);
    assert!(fixes[0]["title"].as_str().unwrap().starts_with("Fix: "));
    let mended = apply(TRUNCATED, &fixes[0], 1);
    assert_eq!(mended, whole);
    assert_eq!(editor.fixes(ZONE, &range((0, 0), (0, 3))), Vec::<Value>::new());

    editor.change(ZONE, 2, &mended);
    assert_eq!(editor.diagnostics(ZONE, 2), Vec::<Value>::new());
    assert_eq!(editor.end(), Some(0));
}

#[test]
fn a_pattern_tells_its_hosts_and_a_finding_its_rule() {
    let zone = TRUNCATED.replace("10 mx1.example.net.\n", "10 mx1.example.net.\n@ MX 20 a.mx2.example.net.\n");
    let mut editor = Editor::initialized(&[(ZONE, &zone), (POLICY, WILD)], &[]);
    editor.open(POLICY, WILD);
    editor.open(ZONE, &zone);
    let at = editor.at(POLICY, 2, 8);
    let told = editor.ask("textDocument/hover", &at);
    let text = told["result"]["contents"]["value"].as_str().unwrap();
    assert_eq!(
        text,
        "**mx pattern** `*.example.net`\n\n`example.com`\n- covers `mx1.example.net`\n\
         - does not cover, nor does any other pattern: `a.mx2.example.net`"
    );
    assert_eq!(told["result"]["range"], range((2, 4), (2, 17)));
    let at = editor.at(ZONE, 7, 17);
    let told = editor.ask("textDocument/hover", &at);
    let text = told["result"]["contents"]["value"].as_str().unwrap();
    assert!(text.starts_with("**record-truncated** (error): An unquoted semicolon ends the record\n\nIn a zone file"));
    assert!(text.ends_with("[RFC 1035 §5.1](https://www.rfc-editor.org/rfc/rfc1035#section-5.1)"), "{text}");
    let at = editor.at(ZONE, 0, 0);
    assert_eq!(editor.ask("textDocument/hover", &at)["result"], Value::Null);
    assert_eq!(editor.end(), Some(0));
}

#[test]
fn columns_are_utf_16_unless_the_client_takes_utf_8() {
    // The first letter is four bytes of UTF-8 and two units of UTF-16; the second two and one.
    let zone = TRUNCATED.replace("v=STSv1; id=20261124;", "\"v=STSv1; \u{1d52a}ü=1; id=2026-11;\"");
    for (encodings, start) in [(&[][..], 39), (&["utf-16"][..], 39), (&["utf-32", "utf-8"][..], 42)] {
        let mut editor = Editor::initialized(&[(ZONE, &zone), (POLICY, WILD)], encodings);
        editor.open(ZONE, &zone);
        let shown = editor.diagnostics(ZONE, 1);
        let found = shown.iter().find(|shown| shown["code"] == "record-id-invalid").unwrap();
        assert_eq!(found["range"], range((6, start), (6, start + 1)), "{encodings:?}");
        assert_eq!(editor.end(), Some(0));
    }
}

#[test]
fn what_is_found_elsewhere_is_shown_and_taken_back() {
    let mut editor = Editor::initialized(&[(ZONE, TRUNCATED), (POLICY, WILD)], &[]);
    // Nothing is open: this is what is on disk.
    assert_eq!(rules(&editor.diagnostics(ZONE, None)), ["record-truncated"]);
    assert_eq!(rules(&editor.diagnostics(POLICY, None)), ["policy-mode-testing"]);
    let narrow = WILD.replace("*.example.net", "*.example.org").replace("testing", "enforce");
    editor.open(POLICY, &narrow);
    let shown = editor.diagnostics(ZONE, None);
    assert!(rules(&shown).contains(&"mx-not-covered"), "{shown:?}");
    let place = &shown.iter().find(|shown| shown["code"] == "mx-not-covered").unwrap()["relatedInformation"][0];
    assert_eq!(place["location"], json!({ "uri": editor.uri(POLICY), "range": range((2, 4), (2, 17)) }));
    // What is closed without being saved was never there.
    editor.tell("textDocument/didClose", &json!({ "textDocument": { "uri": editor.uri(POLICY) } }));
    assert_eq!(rules(&editor.diagnostics(ZONE, None)), ["record-truncated"]);
    std::fs::remove_file(editor.root.path().join(ZONE)).unwrap();
    let change = json!({ "changes": [{ "uri": editor.uri(ZONE), "type": 3 }] });
    editor.tell("workspace/didChangeWatchedFiles", &change);
    assert_eq!(editor.diagnostics(ZONE, None), Vec::<Value>::new());
    assert_eq!(editor.end(), Some(0));
}

#[test]
fn the_change_from_head_is_judged_while_it_is_typed() {
    let zone = TRUNCATED.replace("v=STSv1; id=20261124;", "\"v=STSv1; id=20261124;\"");
    let root = support::repository(&[(ZONE, &zone), (POLICY, WILD)]);
    for arguments in [&["init", "--quiet"][..], &["add", "."], &["commit", "--quiet", "--message", "as it is"]] {
        assert!(git(root.path(), arguments));
    }
    let mut editor = Editor::start_in(root).initialize(&[]);
    editor.open(POLICY, WILD);
    assert_eq!(rules(&editor.diagnostics(POLICY, 1)), ["policy-mode-testing"]);
    editor.open(ZONE, &zone);
    assert_eq!(editor.diagnostics(ZONE, 1), Vec::<Value>::new());
    editor.change(POLICY, 2, &WILD.replace("604800", "1209600"));
    let shown = editor.diagnostics(ZONE, 1);
    assert_eq!(rules(&shown), ["id-not-bumped"]);
    let fixes = editor.fixes(ZONE, &shown[0]["range"]);
    assert_eq!(fixes.len(), 1, "{fixes:?}");
    assert!(fixes[0]["title"].as_str().unwrap().ends_with(" (changes what is published)"), "{fixes:?}");
    assert_eq!(fixes[0].get("isPreferred"), None);
    let mended = apply(&zone, &fixes[0], 1);
    editor.change(ZONE, 2, &mended);
    assert_eq!(editor.diagnostics(ZONE, 2), Vec::<Value>::new());
    assert_eq!(editor.end(), Some(0));
}

fn git(directory: &Path, arguments: &[&str]) -> bool {
    let mut git = Command::new("git");
    git.current_dir(directory).args([
        "-c",
        "user.name=a",
        "-c",
        "user.email=a@example.com",
        "-c",
        "commit.gpgSign=false",
    ]);
    git.args(arguments).status().unwrap().success()
}

#[test]
fn a_configuration_that_cannot_be_used_says_so_where_it_stands() {
    let mut editor = Editor::initialized(&[(ZONE, TRUNCATED), (POLICY, WILD), ("mtasts.toml", "")], &[]);
    assert_eq!(rules(&editor.diagnostics(ZONE, None)), ["record-truncated"]);
    editor.open("mtasts.toml", "ignore = [\"record-truncatde\"]\n");
    let shown = editor.diagnostics("mtasts.toml", 1);
    assert_eq!(shown[0]["range"]["start"]["line"], 0, "{shown:?}");
    assert!(shown[0]["message"].as_str().unwrap().contains("record-truncated"), "{shown:?}");
    editor.change("mtasts.toml", 2, "ignore = [\"record-truncated\"]\n");
    assert_eq!(editor.diagnostics("mtasts.toml", 2), Vec::<Value>::new());
    assert_eq!(editor.end(), Some(0));
}

#[test]
fn nothing_that_a_client_sends_ends_the_server() {
    let mut editor = Editor::start(&[(ZONE, TRUNCATED), (POLICY, WILD)]);
    assert_eq!(editor.ask("textDocument/hover", &json!({}))["error"]["code"], -32002);
    let mut editor = editor.initialize(&[]);
    for garbage in ["", "{", "[]", "{\"jsonrpc\":\"2.0\"}", "\u{0}", "{\"id\":{},\"method\":\"x\"}"] {
        editor.send_raw(garbage);
    }
    assert_eq!(editor.ask("textDocument/definition", &json!({}))["error"]["code"], -32601);
    assert_eq!(editor.ask("textDocument/hover", &json!({ "position": "here" }))["error"]["code"], -32602);
    assert_eq!(editor.ask("initialize", &json!({}))["error"]["code"], -32600);
    for params in [json!(null), json!([1]), json!({ "textDocument": { "uri": "no uri", "version": 1, "text": 7 } })] {
        for method in ["didOpen", "didChange", "didClose", "didSave"] {
            editor.tell(&format!("textDocument/{method}"), &params);
        }
    }
    // Documents that are no files, are outside, or are not there.
    for uri in ["untitled:a", "file:///", "file:///nowhere/a.zone", &editor.uri("new.zone")] {
        let document = json!({ "uri": uri, "languageId": "zone", "version": 1, "text": TRUNCATED });
        editor.tell("textDocument/didOpen", &json!({ "textDocument": document }));
        let at = json!({ "textDocument": { "uri": uri }, "position": { "line": 6, "character": 16 } });
        assert_eq!(editor.ask("textDocument/hover", &at)["result"], Value::Null);
    }
    editor.open(ZONE, TRUNCATED);
    let beyond = editor.at(ZONE, u32::MAX >> 1, u32::MAX >> 1);
    assert_eq!(editor.ask("textDocument/hover", &beyond)["result"], Value::Null);
    assert_eq!(editor.fixes(ZONE, &range((6, 16), (6, 0))).len(), 1);
    assert_eq!(editor.fixes(ZONE, &range((0, 0), (9999, 9999))).len(), 1);
    assert_eq!(editor.ask("shutdown", &Value::Null)["result"], Value::Null);
    assert_eq!(editor.ask("textDocument/hover", &beyond)["error"]["code"], -32600);
    editor.tell("exit", &Value::Null);
    assert_eq!(editor.wait(), Some(0));
}

#[test]
fn a_client_that_goes_without_a_word_leaves_no_server_behind() {
    let editor = Editor::initialized(&[(ZONE, TRUNCATED)], &[]);
    assert_eq!(editor.wait(), Some(1));
    let mut editor = Editor::initialized(&[(ZONE, TRUNCATED)], &[]);
    editor.tell("exit", &Value::Null);
    assert_eq!(editor.wait(), Some(1));
}
