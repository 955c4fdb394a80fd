//! The wire: TLS with exactly one client, and gRPC that no Terraform speaks.

use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::Path;

use hyper::Method;
use rustls::AlertDescription;

use super::client::{Identity, Running, framed};

/// What a client is told that is refused: an alert of TLS.
fn refused(running: &Running, client: Option<&Identity>) -> AlertDescription {
    let mut stream = running.stream(client);
    let mut answer = Vec::new();
    // With TLS 1.3 a client knows of it only when it hears what follows its own part of the handshake.
    let error = stream.read_to_end(&mut answer).unwrap_err();
    assert!(answer.is_empty(), "{answer:?}");
    match error.get_ref().and_then(|error| error.downcast_ref()) {
        Some(rustls::Error::AlertReceived(alert)) => *alert,
        other => panic!("{other:?}: {error}"),
    }
}

#[test]
fn only_the_client_that_is_expected_is_served() {
    let mut running = Running::start();
    assert_eq!(refused(&running, None), AlertDescription::CertificateRequired);
    assert_eq!(refused(&running, Some(&Identity::fresh())), AlertDescription::AccessDenied);
    assert_eq!(refused(&running, Some(&running.client.stolen())), AlertDescription::DecryptError);
    assert!(running.is_running());
    let answer = running.caller().call("GetMetadata", b"");
    assert_eq!(answer.code, Some(0), "{answer:?}");
    assert!(answer.body.windows(13).any(|window| window == b"mtasts_policy"), "{answer:?}");
}

#[test]
fn without_tls_nothing_is_said() {
    let mut running = Running::start();
    let directory = Path::new(&running.socket).parent().unwrap();
    assert_eq!(std::fs::metadata(directory).unwrap().permissions().mode() & 0o777, 0o700);
    for hello in [&b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"[..], b"GET / HTTP/1.1\r\n\r\n", &[0; 4096]] {
        let mut stream = UnixStream::connect(&running.socket).unwrap();
        stream.write_all(hello).unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        // A fatal alert, and nothing else.
        let is_alert = matches!(answer[..], [0x15, 3, _, 0, 2, 2, _]);
        assert!(is_alert || answer.is_empty(), "{answer:?}");
    }
    assert!(running.is_running());
}

#[test]
fn what_is_no_call_is_refused_in_words() {
    let running = Running::start();
    let mut caller = running.caller();
    let path = "/tfplugin6.Provider/GetMetadata";
    let got = caller.send(Method::GET, path, Vec::new());
    assert_eq!((got.http, got.code), (405, None), "{got:?}");
    let cases = [
        (path, Vec::new(), 3, "the request is no gRPC message"),
        (path, vec![1, 0, 0, 0, 0], 12, "the request is compressed, which was not offered"),
        (path, vec![0, 0, 0, 0, 9, 1], 3, "the request is not one gRPC message"),
        (path, [framed(b""), framed(b"")].concat(), 3, "the request is not one gRPC message"),
        (path, vec![0; (64 << 20) + 6], 8, "the request is larger than 64 MiB"),
        ("/tfplugin6.Provider/Format%C3%A4", framed(b""), 12, "this provider has no `Format%25C3%25A4`"),
        ("/tfplugin5.Provider/GetSchema", framed(b""), 12, "there is no such service"),
        ("/", framed(b""), 12, "there is no such service"),
    ];
    for (path, body, code, message) in cases {
        let answer = caller.send(Method::POST, path, body);
        assert_eq!((answer.http, answer.code, &*answer.message), (200, Some(code), message), "{path}");
        assert!(answer.body.is_empty());
    }
    // It goes on as if nothing had been.
    assert_eq!(caller.call("GetMetadata", b"").code, Some(0));
}

#[test]
fn it_ends_when_it_is_told_and_leaves_nothing() {
    let mut running = Running::start();
    let mut caller = running.caller();
    let health = caller.send(Method::POST, "/grpc.health.v1.Health/Check", framed(b""));
    assert_eq!((health.code, &health.body[..]), (Some(0), &[0, 0, 0, 0, 2, 8, 1][..]));
    // What go-plugin keeps open, so that the connection is never idle, is open until then.
    let output = caller.open(Method::POST, "/plugin.GRPCStdio/StreamStdio", framed(b""));
    assert_eq!(caller.call("GetMetadata", b"").code, Some(0));
    let answer = caller.send(Method::POST, "/plugin.GRPCController/Shutdown", framed(b""));
    assert_eq!(answer.code, Some(0));
    let output = caller.finish(output);
    assert_eq!((output.code, &output.body[..]), (Some(0), &b""[..]));
    assert!(running.child.wait().unwrap().success());
    assert!(!Path::new(&running.socket).parent().unwrap().exists());
}

#[test]
fn it_ends_when_its_client_is_gone() {
    let mut running = Running::start();
    let mut caller = running.caller();
    assert_eq!(caller.call("GetMetadata", b"").code, Some(0));
    drop(caller);
    assert!(running.child.wait().unwrap().success());
}
