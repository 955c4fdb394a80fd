//! Who may connect where, and when: a server that many domains share is not flooded, and one that never answers is not waited for by
//! all of them.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Semaphore;

use super::unanswered;
use crate::observed::Unanswered;

/// Connections to one server at a time.
const MOST_AT_ONCE: usize = 4;
/// Checks in a row that a server leaves without an answer; the next is not made.
const MOST_SILENCES: u32 = 8;

/// The servers that were connected to.
#[derive(Default)]
pub(super) struct Turns {
    servers: Mutex<HashMap<SocketAddr, Arc<Server>>>,
}

struct Server {
    permits: Semaphore,
    /// How many of the last checks had no answer.
    silences: AtomicU32,
}

impl Turns {
    /// Makes a check of the server at `address` when it is its turn; `what` says what is checked.
    pub(super) async fn take<T>(
        &self,
        address: SocketAddr,
        what: &str,
        check: impl Future<Output = Result<T, Unanswered>>,
    ) -> Result<T, Unanswered> {
        let server = self.server(address);
        // It is never closed.
        let _permit = server.permits.acquire().await;
        if server.silences.load(Ordering::Relaxed) >= MOST_SILENCES {
            let why = format!("not asked: the {MOST_SILENCES} checks of this server before had no answer");
            return Err(unanswered(format!("{what} at {}", address.ip()), why));
        }
        let result = check.await;
        match &result {
            Ok(_) => server.silences.store(0, Ordering::Relaxed),
            Err(_) => _ = server.silences.fetch_add(1, Ordering::Relaxed),
        }
        result
    }

    fn server(&self, address: SocketAddr) -> Arc<Server> {
        let mut servers = self.servers.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Arc::new(Server { permits: Semaphore::new(MOST_AT_ONCE), silences: AtomicU32::new(0) });
        Arc::clone(servers.entry(address).or_insert_with(new))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_never_answers_is_asked_no_more_and_the_others_are() {
        let turns = Turns::default();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (mute, other): (SocketAddr, SocketAddr) =
            ("192.0.2.1:25".parse().unwrap(), "192.0.2.1:443".parse().unwrap());
        let ask = |address, answers: bool| {
            let check = async move { if answers { Ok(()) } else { Err(unanswered("SMTP mx", "no answer in 60 s")) } };
            runtime.block_on(turns.take(address, "SMTP mx", check)).map_err(|it| it.why)
        };
        // One answer in between, and it begins anew.
        for answers in [false, false, true] {
            assert_eq!(ask(mute, answers).is_ok(), answers);
        }
        for _ in 0..MOST_SILENCES {
            assert_eq!(ask(mute, false).unwrap_err(), "no answer in 60 s");
        }
        assert!(ask(mute, true).unwrap_err().starts_with("not asked: the 8 checks"));
        assert!(ask(other, true).is_ok());
    }
}
