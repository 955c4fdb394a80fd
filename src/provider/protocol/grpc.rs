//! gRPC over HTTP/2: one message each way, and a status behind it.

use std::convert::Infallible;
use std::fmt::Write;
use std::sync::Arc;

use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Empty, Full, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use tokio::sync::watch;

use super::offer::{Provider, Stop};
use super::service::{Code, Service, Status};

/// Octets of one message: Terraform itself takes no more.
const MAX_MESSAGE: usize = 64 << 20;
/// In front of a message: whether it is compressed, and its length.
const PREFIX: usize = 5;

/// What answers the calls of one client.
pub(super) struct Endpoint<P> {
    pub(super) service: Arc<Service<P>>,
    /// Told when the client has no more calls.
    pub(super) end: watch::Sender<bool>,
    /// Hears of it.
    pub(super) ended: Stop,
}

type Reply = Response<UnsyncBoxBody<Bytes, Infallible>>;

impl<P: Provider> Endpoint<P> {
    /// Answers a request, whatever it is.
    pub(super) async fn answer(&self, request: Request<Incoming>) -> Result<Reply, Infallible> {
        if request.method() != Method::POST {
            return Ok(refusal());
        }
        let path = request.uri().path().to_owned();
        if path == "/plugin.GRPCStdio/StreamStdio" {
            return Ok(open(self.ended.clone()));
        }
        Ok(match message(request.into_body()).await {
            Ok(_) if path == "/plugin.GRPCController/Shutdown" => last(self.end.clone()),
            Ok(body) => response(self.call(path, body).await),
            Err(status) => response(Err(status)),
        })
    }

    async fn call(&self, path: String, body: Bytes) -> Result<Vec<u8>, Status> {
        match path.as_str() {
            // `SERVING`.
            "/grpc.health.v1.Health/Check" => Ok(vec![8, 1]),
            _ => match path.strip_prefix("/tfplugin6.Provider/") {
                Some(method) => self.contained(method.to_owned(), body).await,
                None => Err(Status { code: Code::Unimplemented, message: "there is no such service".to_owned() }),
            },
        }
    }

    /// Calls in a task of its own: a mistake of ours ends this call, and no other.
    async fn contained(&self, method: String, body: Bytes) -> Result<Vec<u8>, Status> {
        let service = Arc::clone(&self.service);
        let name = method.clone();
        let call = tokio::spawn(async move { service.call(&method, &body).await });
        call.await.unwrap_or_else(|_| {
            let message =
                format!("`{name}` has failed for a mistake in this provider: what it says of it is in its log");
            Err(Status { code: Code::Internal, message })
        })
    }
}

/// The one message of a request.
async fn message(body: Incoming) -> Result<Bytes, Status> {
    let status = |code, message: &str| Status { code, message: message.to_owned() };
    let framed = Limited::new(body, MAX_MESSAGE + PREFIX).collect().await.map_err(|error| {
        if error.downcast_ref::<LengthLimitError>().is_some() {
            status(Code::ResourceExhausted, "the request is larger than 64 MiB")
        } else {
            status(Code::InvalidArgument, "the request broke off")
        }
    })?;
    let framed = framed.to_bytes();
    let Some((prefix, message)) = framed.split_first_chunk::<PREFIX>() else {
        return Err(status(Code::InvalidArgument, "the request is no gRPC message"));
    };
    let [compressed, len @ ..] = *prefix;
    if compressed != 0 {
        return Err(status(Code::Unimplemented, "the request is compressed, which was not offered"));
    }
    if u32::from_be_bytes(len) as usize != message.len() {
        return Err(status(Code::InvalidArgument, "the request is not one gRPC message"));
    }
    Ok(framed.slice(PREFIX..))
}

fn response(answer: Result<Vec<u8>, Status>) -> Reply {
    let (body, status) = match answer {
        Ok(message) => (frame(&message), None),
        Err(status) => (Bytes::new(), Some(status)),
    };
    let trailers = std::future::ready(Some(Ok(trailers(status))));
    reply(UnsyncBoxBody::new(Full::new(body).with_trailers(trailers)))
}

/// The output of the process as go-plugin asks for it, in which nothing is ever said. That it is open until the end is the point: to a
/// client of gRPC a connection without calls is idle, and after half an hour of other providers' work it would be closed.
fn open(mut ended: Stop) -> Reply {
    let trailers = async move {
        ended.stopped().await;
        Some(Ok(trailers(None)))
    };
    reply(UnsyncBoxBody::new(Empty::new().with_trailers(trailers)))
}

/// The answer to the last call: once it is handed over, the client has no more.
fn last(end: watch::Sender<bool>) -> Reply {
    let trailers = async move {
        end.send_replace(true);
        Some(Ok(trailers(None)))
    };
    reply(UnsyncBoxBody::new(Full::new(frame(&[])).with_trailers(trailers)))
}

fn reply(body: UnsyncBoxBody<Bytes, Infallible>) -> Reply {
    let mut response = Response::new(body);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
    response
}

/// What follows a message: that all is well, or why there is none.
fn trailers(failed: Option<Status>) -> HeaderMap {
    let mut trailers = HeaderMap::new();
    let code = failed.as_ref().map_or(0, |status| status.code as u16);
    trailers.insert("grpc-status", HeaderValue::from(code));
    let message = failed.and_then(|status| HeaderValue::from_str(&percent_encoded(&status.message)).ok());
    if let Some(message) = message {
        trailers.insert("grpc-message", message);
    }
    trailers
}

/// The answer to what is no call.
fn refusal() -> Reply {
    let words = Bytes::from_static(b"this is a Terraform provider, and speaks gRPC\n");
    let mut response = Response::new(UnsyncBoxBody::new(Full::new(words)));
    *response.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
    response
}

fn frame(message: &[u8]) -> Bytes {
    let len = u32::try_from(message.len()).unwrap_or(u32::MAX);
    let mut framed = Vec::with_capacity(PREFIX + message.len());
    framed.push(0);
    framed.extend(len.to_be_bytes());
    framed.extend(message);
    framed.into()
}

/// What gRPC asks for of a message: all but printable ASCII is written as `%HH`, and `%` too.
fn percent_encoded(message: &str) -> String {
    let mut out = String::with_capacity(message.len());
    for byte in message.bytes() {
        if matches!(byte, b' '..=b'~') && byte != b'%' {
            out.push(char::from(byte));
        } else {
            // A String takes whatever is written to it.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::diagnostic::Diagnostic;
    use super::super::offer::{DataSource, Function, Resource};
    use super::super::schema::Schema;
    use super::super::value::Value;
    use super::*;

    /// A provider with a mistake: it knows its functions, and falls over its resources.
    struct Mistaken;

    impl Provider for Mistaken {
        fn schema(&self) -> Schema {
            Schema { version: 0, description: "", attributes: Vec::new() }
        }

        fn validate(&self, _config: &Value) -> Vec<Diagnostic> {
            Vec::new()
        }

        fn configure(&self, _config: &Value) -> Vec<Diagnostic> {
            Vec::new()
        }

        fn resources(&self) -> Vec<(&'static str, &dyn Resource)> {
            unreachable!("it is not")
        }

        fn data_sources(&self) -> Vec<(&'static str, &dyn DataSource)> {
            Vec::new()
        }

        fn functions(&self) -> Vec<(&'static str, &dyn Function)> {
            Vec::new()
        }
    }

    #[tokio::test]
    async fn a_mistake_ends_its_call_and_no_other() {
        let (end, ended) = Stop::new();
        let endpoint = Endpoint { service: Arc::new(Service::new(Mistaken)), end, ended };
        let call = |method: &str| endpoint.call(format!("/tfplugin6.Provider/{method}"), Bytes::new());
        let failed = call("GetProviderSchema").await;
        let said = failed.map_err(|status| (status.code, status.message));
        let expected =
            "`GetProviderSchema` has failed for a mistake in this provider: what it says of it is in its log";
        assert_eq!(said, Err((Code::Internal, expected.to_owned())));
        assert_eq!(call("GetFunctions").await, Ok(Vec::new()));
    }
}
