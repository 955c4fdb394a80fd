//! Servers for what real ones cannot be made to do: each connection is answered by a script.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

/// Answers every connection to `address` with `script`, each in a thread, for as long as the process lives.
pub(super) fn serve(address: SocketAddr, script: fn(TcpStream)) {
    let listener = TcpListener::bind(address).unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || script(stream));
        }
    });
}

/// What a client says, line by line, answered by `replies` in turn.
fn converse(stream: TcpStream, greeting: &str, replies: &[&str]) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let mut stream = stream;
    let _ = stream.write_all(greeting.as_bytes());
    for reply in replies {
        if !matches!(lines.next(), Some(Ok(_))) {
            return;
        }
        let _ = stream.write_all(reply.as_bytes());
    }
}

pub(super) fn busy(stream: TcpStream) {
    converse(stream, "421 too many connections\r\n", &["221 bye\r\n"]);
}

pub(super) fn no_service(stream: TcpStream) {
    converse(stream, "554 no mail here\r\n", &["221 bye\r\n"]);
}

pub(super) fn refuses_starttls(stream: TcpStream) {
    converse(
        stream,
        "220 mx ESMTP\r\n",
        &["250-mx\r\n250 STARTTLS\r\n", "454 4.7.0 TLS not available\r\n", "221 bye\r\n"],
    );
}

pub(super) fn hangs_up(stream: TcpStream) {
    drop(stream);
}

/// Agrees to STARTTLS and then goes on as if nothing had been agreed.
pub(super) fn goes_on_in_plain_text(stream: TcpStream) {
    converse(stream, "220 mx ESMTP\r\n", &["250-mx\r\n250 STARTTLS\r\n", "220 go\r\n250 injected\r\n"]);
}

/// Agrees to STARTTLS and sends no TLS.
pub(super) fn speaks_no_tls(mut stream: TcpStream) {
    let _ = stream.write_all(b"220 mx ESMTP\r\n");
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let _ = lines.next();
    let _ = stream.write_all(b"250-mx\r\n250 STARTTLS\r\n");
    let _ = lines.next();
    let _ = stream.write_all(b"220 go\r\n");
    // The handshake has begun.
    let mut hello = [0; 16];
    let _ = stream.read(&mut hello);
    let _ = stream.write_all(b"500 what is this?\r\n");
}

/// Says nothing at all.
pub(super) fn mute(mut stream: TcpStream) {
    let _ = stream.set_read_timeout(Some(Duration::from_secs(60)));
    let mut end = Vec::new();
    let _ = stream.read_to_end(&mut end);
}
