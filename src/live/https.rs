//! The policy, fetched as RFC 8461 §3.3 has a sender fetch it: over TLS with a certificate for `mta-sts.<domain>`, without redirects,
//! without a cache, at most 64 KiB in at most 60 seconds.

use std::io;
use std::net::SocketAddr;
use std::time::Instant;

use reqwest::header::{CONTENT_TYPE, HOST, HeaderName, LOCATION};
use reqwest::{Client, redirect};

use super::limits::{Limits, MAX_BODY};
use super::tls::{Trust, Witness, tls_error};
use super::unanswered;
use crate::observed::{End, Fetch, Fetched, Response, Unanswered};
use crate::text::words;

/// Header fields of an answer that are read.
const MOST_HEADERS: usize = 100;

/// Fetches the policy of `domain` from `address`. Without an answer in time there is no fact.
pub async fn fetch(domain: &str, address: SocketAddr, trust: &Trust, limits: &Limits) -> Result<Fetch, Unanswered> {
    let what = || format!("https://mta-sts.{domain} at {}", address.ip());
    let began = Instant::now();
    let deadline = tokio::time::Instant::now() + limits.https;
    let (client, witness) =
        client(domain, address, trust, limits).map_err(|error| unanswered(what(), error.to_string()))?;
    // A port is only given in a laboratory, and not said: it is no part of what a policy host is called.
    let url = format!("https://mta-sts.{domain}:{}/.well-known/mta-sts.txt", address.port());
    let request = client.get(url).header(HOST, format!("mta-sts.{domain}")).send();
    let outcome = match tokio::time::timeout_at(deadline, request).await {
        Err(_) => return Err(unanswered(what(), format!("no answer in {} s", limits.https.as_secs()))),
        Ok(Err(error)) if error.is_timeout() => {
            return Err(unanswered(what(), format!("no connection in {} s", limits.connect.as_secs())));
        }
        Ok(Err(error)) => failed(&error, &witness),
        Ok(Ok(response)) => Fetched::Answered(read(response, deadline, &witness).await),
    };
    let milliseconds = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    Ok(Fetch { address: address.ip(), milliseconds, outcome })
}

fn client(
    domain: &str,
    address: SocketAddr,
    trust: &Trust,
    limits: &Limits,
) -> io::Result<(Client, std::sync::Arc<Witness>)> {
    let (tls, witness) = trust.client(false)?;
    let client = Client::builder()
        .tls_backend_preconfigured(tls)
        .resolve(&format!("mta-sts.{domain}"), address)
        .redirect(redirect::Policy::none())
        .no_proxy()
        .http1_only()
        .http1_max_headers(MOST_HEADERS)
        .pool_max_idle_per_host(0)
        .connect_timeout(limits.connect)
        .user_agent(concat!("mtasts/", env!("CARGO_PKG_VERSION")))
        .build();
    Ok((client.map_err(io::Error::other)?, witness))
}

/// What a fetch without an answer means.
fn failed(error: &reqwest::Error, witness: &Witness) -> Fetched {
    match tls_error(error) {
        Some(error) => Fetched::Untrusted(witness.handshake(Some(error))),
        None => Fetched::Unreachable(words(&innermost(error))),
    }
}

/// What the system or the protocol said: the outer errors only say that there is one.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}

async fn read(mut response: reqwest::Response, deadline: tokio::time::Instant, witness: &Witness) -> Response {
    let status = response.status();
    let field = |name: HeaderName| {
        let value = response.headers().get(name)?;
        Some(words(&String::from_utf8_lossy(value.as_bytes())))
    };
    let (location, content_type) = (field(LOCATION), field(CONTENT_TYPE));
    let mut body = Vec::new();
    let end = loop {
        match tokio::time::timeout_at(deadline, response.chunk()).await {
            Err(_) => break End::TooSlow,
            Ok(Err(_)) => break End::Broken,
            Ok(Ok(None)) => break End::Whole,
            Ok(Ok(Some(chunk))) => {
                body.extend_from_slice(&chunk[..chunk.len().min(MAX_BODY - body.len())]);
                if body.len() == MAX_BODY {
                    break End::TooLarge;
                }
            }
        }
    };
    Response {
        status: status.as_u16(),
        location,
        content_type,
        body: String::from_utf8_lossy(&body).into_owned(),
        end,
        handshake: witness.handshake(None),
    }
}
