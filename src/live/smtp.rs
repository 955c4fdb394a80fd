//! How far a mail server lets a sender come: greeting, EHLO, STARTTLS, handshake, EHLO, QUIT (RFC 5321, RFC 3207). No mail is sent, and
//! none is begun.

use std::io;
use std::net::{IpAddr, SocketAddr};

use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::limits::Limits;
use super::reply::Reply;
use super::tls::{Trust, tls_error};
use super::unanswered;
use crate::observed::{Handshake, Probe, Probed, Unanswered};
use crate::text::words;

/// How a greeting begins that is none.
const GREETS: &str = "it greets with `";

/// Whether a server calls its refusal temporary: to ask again later may help (RFC 5321 §4.2.1).
pub(super) fn is_temporary(outcome: &Probed) -> bool {
    matches!(outcome, Probed::Unreachable(why) if why.strip_prefix(GREETS).is_some_and(|said| said.starts_with('4')))
}

/// Opens a session with `host` at `address`. Without an answer in time there is no fact.
pub async fn probe(
    host: &str,
    address: SocketAddr,
    ehlo: Option<&str>,
    trust: &Trust,
    limits: &Limits,
) -> Result<Probe, Unanswered> {
    let what = || format!("SMTP {host} at {}", address.ip());
    let stream = match timeout(limits.connect, TcpStream::connect(address)).await {
        Err(_) => return Err(unanswered(what(), format!("no connection in {} s", limits.connect.as_secs()))),
        Ok(Err(error)) if error.kind() == io::ErrorKind::TimedOut => return Err(unanswered(what(), error.to_string())),
        Ok(Err(error)) => {
            return Ok(Probe { address: address.ip(), outcome: Probed::Unreachable(words(&error.to_string())) });
        }
        Ok(Ok(stream)) => stream,
    };
    let ehlo = ehlo.map_or_else(|| literal(&stream), str::to_owned);
    match timeout(limits.smtp, session(host, stream, &ehlo, trust)).await {
        Err(_) => Err(unanswered(what(), format!("no answer in {} s", limits.smtp.as_secs()))),
        Ok(outcome) => {
            let outcome = outcome.unwrap_or_else(|error| Probed::Unreachable(words(&error.to_string())));
            Ok(Probe { address: address.ip(), outcome })
        }
    }
}

/// This end's address, as a client without a name calls itself (RFC 5321 §4.1.3).
fn literal(stream: &TcpStream) -> String {
    match stream.local_addr().map(|address| address.ip()) {
        Ok(IpAddr::V6(address)) => format!("[IPv6:{address}]"),
        Ok(IpAddr::V4(address)) => format!("[{address}]"),
        Err(_) => "[127.0.0.1]".to_owned(),
    }
}

/// The session; an error is one of the connection before the handshake.
async fn session(host: &str, stream: TcpStream, ehlo: &str, trust: &Trust) -> io::Result<Probed> {
    let mut plain = BufReader::new(stream);
    let greeting = Reply::read(&mut plain).await?;
    if greeting.code != 220 {
        quit(&mut plain).await;
        return Ok(Probed::Unreachable(format!("{GREETS}{}`", greeting.shown())));
    }
    say(&mut plain, &format!("EHLO {ehlo}")).await?;
    let hello = Reply::read(&mut plain).await?;
    if hello.code != 250 || !hello.offers("STARTTLS") {
        let said = if hello.code == 250 {
            "its answer to EHLO does not offer STARTTLS".to_owned()
        } else {
            format!("it answers EHLO with `{}`", hello.shown())
        };
        quit(&mut plain).await;
        return Ok(Probed::NoStarttls(said));
    }
    say(&mut plain, "STARTTLS").await?;
    let ready = Reply::read(&mut plain).await?;
    if ready.code != 220 {
        quit(&mut plain).await;
        return Ok(Probed::NoStarttls(format!("it answers STARTTLS with `{}`", ready.shown())));
    }
    // What is sent before the handshake could be from anybody (CVE-2011-0411): a careful sender takes none of it.
    if !plain.buffer().is_empty() {
        let failure = Some("it goes on in plain text after it has agreed to STARTTLS".to_owned());
        return Ok(Probed::Handshake(Handshake { version: None, failure, chain: Vec::new(), faults: Vec::new() }));
    }
    encrypted(host, plain.into_inner(), ehlo, trust).await.map(Probed::Handshake)
}

/// The handshake, and a farewell behind it.
async fn encrypted(host: &str, stream: TcpStream, ehlo: &str, trust: &Trust) -> io::Result<Handshake> {
    let (config, witness) = trust.client(true)?;
    let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
    match TlsConnector::from(std::sync::Arc::new(config)).connect(name, stream).await {
        Ok(stream) => {
            let handshake = witness.handshake(None);
            let mut stream = BufReader::new(stream);
            // The facts are known; whoever hangs up now changes none of them.
            if say(&mut stream, &format!("EHLO {ehlo}")).await.is_ok() && Reply::read(&mut stream).await.is_ok() {
                quit(&mut stream).await;
            }
            Ok(handshake)
        }
        Err(error) => {
            if let Some(failure) = tls_error(&error) {
                return Ok(witness.handshake(Some(failure)));
            }
            let failure = Some(format!("the connection ends in the handshake: {}", words(&error.to_string())));
            Ok(Handshake { failure, ..witness.handshake(None) })
        }
    }
}

async fn say(stream: &mut (impl AsyncWrite + Unpin), line: &str) -> io::Result<()> {
    stream.write_all(format!("{line}\r\n").as_bytes()).await?;
    stream.flush().await
}

/// Takes leave, and waits for the answer so that the server sees no broken session.
async fn quit<S: AsyncRead + AsyncWrite + Unpin>(stream: &mut BufReader<S>) {
    if say(stream, "QUIT").await.is_ok() {
        // It may hang up at once.
        let _ = Reply::read(stream).await;
    }
}
