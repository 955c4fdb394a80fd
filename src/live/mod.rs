//! The clients: what is deployed now, asked of the DNS, of the policy host and of the MX hosts.
