//! A client of the provider that is no Terraform: it can do what Terraform never does.

use std::io::{BufRead, BufReader};
use std::os::unix::net::UnixStream;
use std::process::{Child, Stdio};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http2::{SendRequest, handshake};
use hyper::{Method, Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rcgen::{CertificateParams, KeyPair};
use rustls::client::ResolvesClientCert;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer, ServerName};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use tokio::runtime::Runtime;

use super::process::{COOKIE, provider};

/// A certificate, and the key with which it is shown.
#[derive(Clone)]
pub(super) struct Identity {
    pem: String,
    certificate: CertificateDer<'static>,
    key: Vec<u8>,
}

impl Identity {
    pub(super) fn fresh() -> Self {
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(vec!["localhost".to_owned()]).unwrap().self_signed(&key).unwrap();
        Self { pem: certificate.pem(), certificate: certificate.der().clone(), key: key.serialize_der() }
    }

    /// The certificate of this one, shown by somebody who does not have its key.
    pub(super) fn stolen(&self) -> Self {
        Self { key: Self::fresh().key, ..self.clone() }
    }
}

/// A provider that runs, until this is dropped.
pub(super) struct Running {
    pub(super) child: Child,
    pub(super) socket: String,
    pub(super) client: Identity,
    certificate: CertificateDer<'static>,
}

impl Running {
    pub(super) fn start() -> Self {
        let client = Identity::fresh();
        let mut command = provider();
        command.env("TF_PLUGIN_MAGIC_COOKIE", COOKIE).env("PLUGIN_CLIENT_CERT", &client.pem);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let parts: Vec<&str> = line.trim_end().split('|').collect();
        assert_eq!((parts[0], parts[1], parts[2], parts[4]), ("1", "6", "unix", "grpc"), "{line}");
        let certificate = STANDARD_NO_PAD.decode(parts[5]).unwrap().into();
        Self { child, socket: parts[3].to_owned(), client, certificate }
    }

    pub(super) fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// The side of `client`, which trusts this provider alone; without one it shows no certificate.
    fn config(&self, client: Option<&Identity>) -> Arc<ClientConfig> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut roots = RootCertStore::empty();
        roots.add(self.certificate.clone()).unwrap();
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions();
        let builder = builder.unwrap().with_root_certificates(roots);
        let mut config = match client {
            Some(Identity { certificate, key, .. }) => {
                let key = provider.key_provider.load_private_key(PrivatePkcs8KeyDer::from(key.clone()).into());
                // Whether the key belongs to the certificate is for the other side to find out.
                let shown = CertifiedKey::new(vec![certificate.clone()], key.unwrap());
                let shown: Arc<dyn ResolvesClientCert> = Arc::new(SingleCertAndKey::from(shown));
                builder.with_client_cert_resolver(shown)
            }
            None => builder.with_no_client_auth(),
        };
        config.alpn_protocols = vec![b"h2".to_vec()];
        Arc::new(config)
    }

    /// A connection as `client`, on which nothing is said yet, not even of TLS.
    pub(super) fn stream(&self, client: Option<&Identity>) -> StreamOwned<ClientConnection, UnixStream> {
        let connection = ClientConnection::new(self.config(client), name()).unwrap();
        StreamOwned::new(connection, UnixStream::connect(&self.socket).unwrap())
    }

    /// A connection as the right client, on which calls are made.
    pub(super) fn caller(&self) -> Caller {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let config = self.config(Some(&self.client));
        let sender = runtime.block_on(async {
            let stream = tokio::net::UnixStream::connect(&self.socket).await.unwrap();
            let stream = tokio_rustls::TlsConnector::from(config).connect(name(), stream).await.unwrap();
            let (sender, connection) = handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
            tokio::spawn(connection);
            sender
        });
        Caller { runtime, sender }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(std::path::Path::new(&self.socket).parent().unwrap());
    }
}

fn name() -> ServerName<'static> {
    ServerName::try_from("localhost").unwrap()
}

/// Makes calls.
pub(super) struct Caller {
    runtime: Runtime,
    sender: SendRequest<Full<Bytes>>,
}

/// What came of a request.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) http: u16,
    /// gRPC's own status, and what is said of it.
    pub(super) code: Option<u16>,
    pub(super) message: String,
    pub(super) body: Bytes,
}

impl Caller {
    /// Sends `body` as it is, to the path of a method.
    pub(super) fn send(&mut self, method: Method, path: &str, body: Vec<u8>) -> Answer {
        let response = self.open(method, path, body);
        self.finish(response)
    }

    /// The same, and waits only for the head of the answer.
    pub(super) fn open(&mut self, method: Method, path: &str, body: Vec<u8>) -> Response<Incoming> {
        let request = Request::builder().method(method).uri(format!("https://localhost{path}"));
        let request = request.header("content-type", "application/grpc").body(Full::from(body)).unwrap();
        self.runtime.block_on(async {
            self.sender.ready().await.unwrap();
            self.sender.send_request(request).await.unwrap()
        })
    }

    /// Waits for the rest of an answer.
    pub(super) fn finish(&mut self, response: Response<Incoming>) -> Answer {
        let http = response.status().as_u16();
        self.runtime.block_on(async {
            let collected = response.into_body().collect().await.unwrap();
            let trailers = collected.trailers().cloned().unwrap_or_default();
            let trailer = |name| trailers.get(name).and_then(|value: &hyper::header::HeaderValue| value.to_str().ok());
            let code = trailer("grpc-status").and_then(|code| code.parse().ok());
            let message = trailer("grpc-message").unwrap_or_default().to_owned();
            Answer { http, code, message, body: collected.to_bytes() }
        })
    }

    /// Calls a method of the provider with one message.
    pub(super) fn call(&mut self, method: &str, message: &[u8]) -> Answer {
        self.send(Method::POST, &format!("/tfplugin6.Provider/{method}"), framed(message))
    }
}

/// A message as gRPC sends it: not compressed, its length, itself.
pub(super) fn framed(message: &[u8]) -> Vec<u8> {
    let mut framed = vec![0];
    framed.extend(u32::try_from(message.len()).unwrap().to_be_bytes());
    framed.extend(message);
    framed
}
