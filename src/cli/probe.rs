//! `mtasts probe`: the TLS of MX hosts, looked at as a sender does.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::path::Path;

use super::args::ProbeArgs;
use super::{CLEAN, FAILED, FOUND, complain, lint, live, progress, root};
use crate::inputs::{Tree, WorkTree};
use crate::lint::Request;
use crate::observed::{Host, LOCK, Lock, MAX_LOCK, Observed, Probed, verdict};
use crate::text::Escaped;

/// Looks at the MX hosts of the domains that are named, or of those of the repository; prints what it sees, and keeps it if it is to.
pub(super) fn run(args: &ProbeArgs) -> io::Result<u8> {
    let root = root::find(args.repository.root.as_deref(), &[])?;
    let named = lint::domains(&args.domains)?;
    let domains: BTreeMap<_, _> = if named.is_empty() {
        let request = Request {
            config: args.repository.config.as_deref().map(lint::read_config).transpose()?,
            ..Request::default()
        };
        let found = progress::watch("files", |progress| {
            let tree = WorkTree::walk(&root)?;
            Ok::<_, io::Error>(crate::lint::read(&tree, 0, &request, progress).map(|reading| reading.protected()))
        })?;
        let Some(domains) = lint::usable(found) else { return Ok(FAILED) };
        domains
    } else {
        named.into_iter().map(|domain| (domain, BTreeSet::new())).collect()
    };
    if domains.is_empty() {
        return Err(io::Error::other(
            "no domain of this repository takes part in MTA-STS: name the domains to look at",
        ));
    }
    let observed = progress::watch("domains", |progress| live::observe(&args.network, domains, progress))?;
    let hosts = hosts(&observed);
    let status = report(&hosts, &observed)?;
    if args.record {
        record(&root, &hosts)?;
    }
    Ok(status)
}

/// The hosts of all domains, once each, and when they were looked at.
fn hosts(observed: &[Observed]) -> BTreeMap<&str, (&Host, jiff::Timestamp)> {
    let hosts = observed.iter().flat_map(|observed| observed.hosts.iter().map(|host| (host, observed.when)));
    hosts.map(|(host, when)| (&*host.name, (host, when))).collect()
}

/// A line for each address of each host; then what was not answered.
fn report(hosts: &BTreeMap<&str, (&Host, jiff::Timestamp)>, observed: &[Observed]) -> io::Result<u8> {
    let mut status = CLEAN;
    let mut out = io::stdout().lock();
    for (name, (host, when)) in hosts {
        for probe in &host.probes {
            let (is_good, words) = match &probe.outcome {
                Probed::Unreachable(why) => (false, format!("takes no mail: {why}")),
                Probed::NoStarttls(why) => (false, format!("no STARTTLS: {why}")),
                Probed::Handshake(handshake) => {
                    let version = handshake.version.map_or("no TLS", crate::observed::TlsVersion::as_str);
                    let ends = handshake.chain.first().map_or_else(String::new, |certificate| {
                        let days = (certificate.not_after.as_second() - when.as_second()).div_euclid(86_400);
                        format!(", {days} days left")
                    });
                    (handshake.is_good(), format!("{version}{ends}: {}", verdict(handshake, name)))
                }
            };
            writeln!(out, "{}", Escaped(&format!("{name} [{}] {words}", probe.address)))?;
            if !is_good {
                status = FOUND;
            }
        }
    }
    let unanswered = observed.iter().flat_map(|observed| &observed.unanswered);
    // Of the rest of a domain `lint --live` speaks.
    for it in unanswered.filter(|it| ["SMTP ", "MX ", "A ", "AAAA "].iter().any(|kind| it.what.starts_with(kind))) {
        complain(&format!("{}: not checked: {}", it.what, it.why));
        status = FAILED;
    }
    for observed in observed.iter().filter(|observed| observed.mx.is_absent()) {
        complain(&format!("{}: there is no MX record", observed.domain));
    }
    Ok(status)
}

/// Writes what was seen into mtasts.lock, beside what it says of other hosts.
fn record(root: &Path, hosts: &BTreeMap<&str, (&Host, jiff::Timestamp)>) -> io::Result<()> {
    let say = |error: &dyn std::fmt::Display| io::Error::other(format!("{LOCK}: {error}"));
    // Through the tree, so that a link is not followed out of the repository.
    let tree = WorkTree::walk(root)?;
    let mut lock = match tree.find(LOCK) {
        Some(index) => {
            let text = tree.read(index, MAX_LOCK)?;
            Lock::read(&String::from_utf8_lossy(&text)).map_err(|error| say(&error))?
        }
        None if root.join(LOCK).symlink_metadata().is_ok() => {
            return Err(say(&"it is there, and no plain file that git knows of"));
        }
        None => Lock::default(),
    };
    let here = machine();
    for (host, when) in hosts.values() {
        lock.record(host, *when, Some(&here));
    }
    let text = lock.to_text().map_err(|error| say(&error))?;
    let mut file = tempfile::NamedTempFile::new_in(root)?;
    file.write_all(text.as_bytes())?;
    file.persist(root.join(LOCK)).map_err(|error| error.error)?;
    Ok(())
}

/// The name of this machine, where it says one.
fn machine() -> String {
    let named = std::fs::read_to_string("/etc/hostname").ok().or_else(|| std::env::var("COMPUTERNAME").ok());
    named.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).unwrap_or_else(|| "unknown".to_owned())
}
