//! The process: the handshake with Terraform, the socket, and the end.

use std::io::{self, Write};
use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use super::grpc::Endpoint;
use super::offer::{Provider, Stop};
use super::service::Service;
use super::socket::Socket;
use super::tls::Identity;

/// What says that it is Terraform, or OpenTofu, that starts the process.
const COOKIE: (&str, &str) =
    ("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2");
/// The version of go-plugin's own protocol, and the one of Terraform's.
const VERSIONS: (u32, u32) = (1, 6);
/// How long a client may take for a handshake.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// How long a process waits for a client that is not there, or not any more.
const ABANDONED: Duration = Duration::from_secs(60);

/// Why a provider cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// A person has started it.
    #[error(
        "this is a Terraform provider: it is not run by hand\n\nName it in `required_providers` of a Terraform or OpenTofu configuration; \
         `terraform init` and `terraform plan` then start it."
    )]
    NoTerraform,
    /// A Terraform that does not speak with both sides authenticated.
    #[error(
        "PLUGIN_CLIENT_CERT is not set: this provider speaks only with a client that it can tell from others (Terraform 1.0 and later, OpenTofu)"
    )]
    NoCertificate,
    /// Neither side can be authenticated.
    #[error("the connection cannot be protected: {0}")]
    Tls(String),
    /// The system.
    #[error("the provider cannot be served: {0}")]
    Io(#[from] io::Error),
}

/// Serves `provider` to the Terraform that started this process, until it has no more calls.
///
/// `environment` looks up a variable; the line of the handshake goes to `out`.
pub fn serve<P: Provider>(
    provider: P,
    environment: impl Fn(&str) -> Option<String>,
    out: impl Write,
) -> Result<(), ServeError> {
    let (name, cookie) = COOKIE;
    if environment(name).as_deref() != Some(cookie) {
        return Err(ServeError::NoTerraform);
    }
    let client = environment("PLUGIN_CLIENT_CERT").ok_or(ServeError::NoCertificate)?;
    let identity = Identity::for_client(&client).map_err(ServeError::Tls)?;
    // One thread: a call takes less than to hand it to another, and Terraform itself has all cores busy.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let served = runtime.block_on(listen(provider, identity, out));
    // What still waits for a server waits for nobody any more.
    runtime.shutdown_background();
    Ok(served?)
}

async fn listen<P: Provider>(provider: P, identity: Identity, mut out: impl Write) -> io::Result<()> {
    // Ctrl-C reaches every process of the terminal. What to stop is for Terraform to say.
    #[cfg(unix)]
    let _interrupts = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt())?;
    #[cfg(not(unix))]
    let _interrupts = tokio::signal::windows::ctrl_c()?;
    let socket = Socket::open().await?;
    let certificate = STANDARD_NO_PAD.encode(&identity.certificate);
    let (core, protocol) = VERSIONS;
    writeln!(out, "{core}|{protocol}|{}|grpc|{certificate}", socket.address())?;
    out.flush()?;
    let clients = Clients { acceptor: TlsAcceptor::from(identity.config), service: Arc::new(Service::new(provider)) };
    clients.serve(&socket).await
}

struct Clients<P> {
    acceptor: TlsAcceptor,
    service: Arc<Service<P>>,
}

impl<P: Provider> Clients<P> {
    /// Serves whoever connects and is the client, until it says that it is done or is gone.
    async fn serve(self, socket: &Socket) -> io::Result<()> {
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                stream = socket.accept() => { connections.spawn(self.connection(stream?)); }
                Some(ended) = connections.join_next() => {
                    // The one client is done, or gone without a word; anybody else never was one.
                    if matches!(ended, Ok(Connection::Ended)) {
                        return Ok(());
                    }
                }
                () = tokio::time::sleep(ABANDONED), if connections.is_empty() => return Ok(()),
            }
        }
    }

    fn connection(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    ) -> impl Future<Output = Connection> + Send + 'static {
        let accept = tokio::time::timeout(HANDSHAKE, self.acceptor.accept(stream));
        let service = Arc::clone(&self.service);
        let (end, mut ended) = Stop::new();
        let endpoint = Arc::new(Endpoint { service, end, ended: ended.clone() });
        async move {
            let Ok(Ok(stream)) = accept.await else { return Connection::Refused };
            let answer = service_fn(move |request| {
                let endpoint = Arc::clone(&endpoint);
                async move { endpoint.answer(request).await }
            });
            // gRPC has no use for a date, and HPACK none for a header that is never twice the same.
            let mut http2 = http2::Builder::new(TokioExecutor::new());
            http2.auto_date_header(false);
            let all_is_answered = async move {
                ended.stopped().await;
                // The output, which was open until now, hears of it in this turn.
                tokio::task::yield_now().await;
            };
            // Terraform waits for the end of the process: nothing is waited for here. The connection comes first in each turn, so what is
            // answered is sent before it is over.
            tokio::select! {
                biased;
                _ = http2.serve_connection(TokioIo::new(stream), answer) => {}
                () = all_is_answered => {}
            }
            Connection::Ended
        }
    }
}

/// How a connection ended.
enum Connection {
    /// It was not the client, or did not say so in time.
    Refused,
    /// It was.
    Ended,
}
