//! How long and how much a check may take: a slow or hostile server costs its own check only.

use std::time::Duration;

/// What every check keeps to.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// For one question to one name server, before it is asked again.
    pub dns: Duration,
    /// For a TCP connection.
    pub connect: Duration,
    /// For a policy, from the connection to its last octet: RFC 8461 §3.3 lets a sender give up after a minute.
    pub https: Duration,
    /// For an SMTP session, from the connection to the answer to QUIT.
    pub smtp: Duration,
    /// How often what is temporary is tried again.
    pub retries: u32,
}

impl Default for Limits {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self { dns: seconds(5), connect: seconds(10), https: seconds(60), smtp: seconds(60), retries: 2 }
    }
}

impl Limits {
    /// The same, with nothing that takes longer than `most`.
    #[must_use]
    pub fn at_most(self, most: Duration) -> Self {
        Self {
            dns: self.dns.min(most),
            connect: self.connect.min(most),
            https: self.https.min(most),
            smtp: self.smtp.min(most),
            ..self
        }
    }
}

/// Octets of a policy that are read: 64 KiB and one, which tells that there are more (RFC 8461 §3.3).
pub(super) const MAX_BODY: usize = (64 << 10) + 1;
